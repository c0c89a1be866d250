"""SRU over HTTP: ``/sru`` is the union, ``/sru/<database>`` a library's own records.

``Endpoint.handle`` is the whole of it, from bytes to bytes, for any web framework. Whatever is
asked, the answer is SRU XML: clients of this protocol cannot read pages, and a status other than
200 hides the diagnostic from most of them (SRU 1.2, diagnostics). Only a method that is none of
the protocol's is 405.
"""

import logging
import secrets
from typing import TypeAlias

import flask

from interop.diagnostics import Diagnostic
from interop.sru import operations, xml
from interop.sru.operations import Catalogue, Response, SearchRetrieveResponse
from interop.sru.request import DEFAULT_VERSION, parse

log = logging.getLogger(__name__)

Reply: TypeAlias = tuple[int, list[tuple[str, str]], list[bytes]]

MAX_QUERY = 64 * 1024  # bytes of parameters; far above the longest CQL that is read
_METHODS = ["GET", "HEAD", "POST", "OPTIONS"]
_OTHER_METHODS = ["PUT", "DELETE", "PATCH"]
_ALLOW = ", ".join(_METHODS)
_FORM = "application/x-www-form-urlencoded"

# Browsers may read the answers from any site: the catalogue is public.
_CORS = [("Access-Control-Allow-Origin", "*")]
_PREFLIGHT = [
    ("Allow", _ALLOW),
    ("Access-Control-Allow-Methods", _ALLOW),
    ("Access-Control-Allow-Headers", "Content-Type, Accept"),
    ("Access-Control-Max-Age", "86400"),
]


class Endpoint:
    """All databases of a catalogue."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue

    def handle(
        self, method: str, database: str, query: bytes, body: bytes = b"", content_type: str = ""
    ) -> Reply:
        """Status, headers and chunks of the answer. Never raises.

        ``database``: as in the address, empty for the union; ``query``: the raw query string;
        ``body``: of a POST, at most ``MAX_QUERY + 1`` bytes of it are needed.
        """
        if method == "OPTIONS":
            return 204, [*_CORS, *_PREFLIGHT], []
        status = 200 if method in _METHODS else 405
        headers = [*_CORS, ("Content-Type", "text/xml; charset=utf-8")]
        if status == 405:
            headers.append(("Allow", _ALLOW))
        try:
            chunks = xml.write(self._respond(method, database, query, body, content_type))
        except Exception:  # the last door: whatever escapes is our fault, and is told by its id
            incident = secrets.token_hex(4)
            log.exception("SRU request failed, incident %s: %r", incident, query[:500])
            chunks = xml.write(_refused("system_error", f"incident {incident}"))
        headers.append(("Content-Length", str(sum(map(len, chunks)))))
        return status, headers, [] if method == "HEAD" else chunks

    def _respond(
        self, method: str, database: str, query: bytes, body: bytes, content_type: str
    ) -> Response:
        if method not in _METHODS:
            return _refused("unsupported_operation", method)
        if len(query) > MAX_QUERY or len(body) > MAX_QUERY:
            return _refused("query_too_long", f"more than {MAX_QUERY} bytes")
        form = content_type.partition(";")[0].strip().lower()
        if body and form not in ("", _FORM):
            return _refused("unsupported_operation", f"POST of {form}")
        request = parse(query, body)
        return operations.respond(self._catalogue, database, request)


def _refused(condition: str, details: str) -> Response:
    return SearchRetrieveResponse(DEFAULT_VERSION, None, diagnostic=Diagnostic(condition, details))


def blueprint(catalogue: Catalogue) -> flask.Blueprint:
    """``/sru`` and ``/sru/<database>``."""
    endpoint = Endpoint(catalogue)
    views = flask.Blueprint("sru", __name__)

    def view(database: str = "") -> flask.Response:
        request = flask.request
        status, headers, chunks = endpoint.handle(
            request.method,
            database,
            request.query_string,
            request.stream.read(MAX_QUERY + 1) if request.method == "POST" else b"",
            request.headers.get("Content-Type", ""),
        )
        return flask.Response(chunks, status, headers)

    # A slash too many, or a path below a database, is still answered in XML.
    for rule in ("/sru", "/sru/", "/sru/<path:database>"):
        views.add_url_rule(
            rule,
            endpoint="database",
            view_func=view,
            methods=[*_METHODS, *_OTHER_METHODS],
            provide_automatic_options=False,
            strict_slashes=False,
        )
    return views
