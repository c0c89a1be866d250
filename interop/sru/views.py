"""SRU over HTTP: ``/sru`` is the union, ``/sru/<database>`` a library's own records.

``Endpoint.handle`` is the whole of it, from what was asked to bytes, for whatever carries them.
Whatever is asked, the answer is SRU: clients of this protocol cannot read pages, and a status other
than 200 hides the diagnostic from most of them (SRU 1.2, diagnostics). Only a method that is none
of the protocol's is 405, and a fault of SOAP is 400.
"""

import logging
import re
import secrets
from collections.abc import Callable
from time import perf_counter

import flask

from interop.diagnostics import Diagnostic
from interop.http.coding import Part, choose, encode
from interop.http.reply import Asked, Headers, Reply
from interop.http.shortcut import MAX_BODY
from interop.query import printers
from interop.sru import accept, json_form, operations, soap, xml
from interop.sru.operations import Catalogue, Response, SearchRetrieveResponse
from interop.sru.request import OPTIONS, Options, Refused, Request, parse, read
from interop.sru.result_sets import ResultSets

log = logging.getLogger(__name__)

MAX_QUERY = MAX_BODY  # bytes of parameters; far above the longest CQL that is read
_METHODS = ["GET", "HEAD", "POST", "OPTIONS"]
_OTHER_METHODS = ["PUT", "DELETE", "PATCH"]
_ALLOW = ", ".join(_METHODS)
_FORM = "application/x-www-form-urlencoded"
SLOW = 1.0  # seconds from which on a search is told to the operator
_TOLD = 1000  # characters of it
_COMPRESSED = 1000  # bytes from which on compression is worth its head

_EXTENSION = re.compile(rb"((?:^|&)x-[^=&]*)=[^&]*", re.IGNORECASE)

# Browsers may read the answers from any site: the catalogue is public.
_CORS = [("Access-Control-Allow-Origin", "*")]
_PREFLIGHT = [
    ("Allow", _ALLOW),
    ("Access-Control-Allow-Methods", _ALLOW),
    ("Access-Control-Allow-Headers", "Content-Type, Accept, SOAPAction, Authorization"),
    ("Access-Control-Max-Age", "86400"),
]
# SOAP 1.2 part 2, 7.5. SOAP 1.1 knows 500 only, which says that we failed; its clients read the
# fault whatever the status is.
_SOAP_FAULT = 400


class Endpoint:
    """All databases of a catalogue. ``clock``: seconds since 1970, for the life of result sets."""

    def __init__(
        self,
        catalogue: Catalogue,
        options: Options = OPTIONS,
        keeper: ResultSets | None = None,
        clock: Callable[[], int] = lambda: 0,
    ) -> None:
        self._catalogue = catalogue
        self._options = options
        self._keeper = keeper
        self._clock = clock

    def handle(self, asked: Asked) -> Reply:
        """Status, headers and chunks of the answer. Never raises.

        ``asked.name``: the database as in the address, empty for the union.
        """
        if asked.method == "OPTIONS":
            return 204, [*_CORS, *_PREFLIGHT], []
        try:
            status, media_type, chunks = self._answer(asked)
        except Exception:  # the last door: whatever escapes is our fault, and is told by its id
            incident = secrets.token_hex(4)
            log.exception("SRU request failed, incident %s: %r", incident, _without_secrets(asked))
            chunks = xml.write(self._refused("system_error", f"incident {incident}"))
            status, media_type = 200, accept.DEFAULT[0]
        if asked.method not in _METHODS:
            status = 405
        return _reply(asked, status, media_type, chunks)

    def _answer(self, asked: Asked) -> tuple[int, str, list[bytes]]:
        if asked.method not in _METHODS:
            refused = self._refused("unsupported_operation", asked.method)
            return 405, accept.DEFAULT[0], xml.write(refused)
        if len(asked.query) > MAX_QUERY or len(asked.body) > MAX_QUERY:
            refused = self._refused("query_too_long", f"more than {MAX_QUERY} bytes")
            return 200, accept.DEFAULT[0], xml.write(refused)
        form = asked.content_type.partition(";")[0].strip().lower()
        if asked.body and soap.is_xml(form):
            return self._soap(asked)
        if asked.body and form not in ("", _FORM):
            refused = self._refused("unsupported_operation", f"POST of {form}")
            return 200, accept.DEFAULT[0], xml.write(refused)
        request = parse(asked.query, asked.body, asked.accept, self._options)
        response = self._respond(asked.name, request)
        if accept.SERVED[request.media_type][0] == "json":
            return 200, request.media_type, json_form.write(response)
        return 200, request.media_type, xml.write(response, request.stylesheet)

    def _soap(self, asked: Asked) -> tuple[int, str, list[bytes]]:
        try:
            message = soap.read(asked.body)
        except soap.Fault as fault:
            return _SOAP_FAULT, soap.MEDIA_TYPES[fault.envelope], soap.fault(fault)
        request: Request | Refused
        if message.fault is not None:
            version = message.version or self._options.default_version
            request = Refused(message.operation, version, message.fault)
        else:
            request = read(message.parameters, "", self._options, message.version)
        chunks = xml.element(self._respond(asked.name, request))
        return 200, soap.MEDIA_TYPES[message.envelope], soap.wrap(chunks, message.envelope)

    def _respond(self, database: str, request: Request | Refused) -> Response:
        now, begin = self._clock(), perf_counter()
        response = operations.respond(self._catalogue, database, request, self._keeper, now)
        seconds = perf_counter() - begin
        if seconds >= SLOW and isinstance(response, SearchRetrieveResponse):
            _tell_slow(database, response, seconds)
        return response

    def _refused(self, condition: str, details: str) -> Response:
        version = self._options.default_version
        return SearchRetrieveResponse(version, None, diagnostic=Diagnostic(condition, details))


def _without_secrets(asked: Asked) -> bytes:
    """The query string for a log. Extensions may carry passwords and tokens: their names only."""
    return _EXTENSION.sub(rb"\1=...", asked.query)[:500]


def _tell_slow(database: str, response: SearchRetrieveResponse, seconds: float) -> None:
    """As CQL of what was searched, in which no secret of the request can stand."""
    understood = response.understood
    if understood is not None:
        text = printers.cql(understood.query, understood.sort)[:_TOLD]
        hits = response.number_of_records
        log.warning("SRU search took %.1f s, %d hits in %s: %s", seconds, hits, database, text)


def _reply(asked: Asked, status: int, media_type: str, chunks: list[bytes]) -> Reply:
    length = sum(map(len, chunks))
    headers: Headers = [
        *_CORS,
        ("Content-Type", f"{media_type}; charset=utf-8"),
        ("Vary", "Accept, Accept-Encoding"),
    ]
    if status == 405:
        headers.append(("Allow", _ALLOW))
    coding = choose(asked.accept_encoding) if length >= _COMPRESSED else "identity"
    if coding != "identity":
        chunks = encode([Part(b"".join(chunks))], coding)
        length = sum(map(len, chunks))
        headers.append(("Content-Encoding", coding))
    headers.append(("Content-Length", str(length)))
    # In one piece: each piece is a system call of its own, in which other threads take over.
    return status, headers, [] if asked.method == "HEAD" else [b"".join(chunks)]


def blueprint(endpoint: Endpoint) -> flask.Blueprint:
    """``/sru`` and ``/sru/<database>``."""
    views = flask.Blueprint("sru", __name__)

    def view(database: str = "") -> flask.Response:
        request = flask.request
        headers = request.headers
        asked = Asked(
            request.method,
            database,
            request.query_string,
            request.stream.read(MAX_QUERY + 1) if request.method == "POST" else b"",
            headers.get("Content-Type", ""),
            headers.get("Accept-Encoding", ""),
            accept=headers.get("Accept", ""),
        )
        status, fields, chunks = endpoint.handle(asked)
        return flask.Response(chunks, status, fields)

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
