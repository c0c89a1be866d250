"""OAI-PMH over HTTP: ``/oai`` is the union, ``/oai/<database>`` a library's own records.

``Endpoint.handle`` is the whole of it, from bytes to bytes, for any web framework; the Flask
blueprint only carries the bytes. An OAI error is HTTP 200 (OAI-PMH 2.0 3.6); the other statuses
are about HTTP: 404 no such database, 405, 413, 414, 415, and 503 where we failed ourselves, so
that harvesters come again. No client ever sees a traceback.
"""

import logging
import secrets
import zlib
from collections.abc import Callable, Sequence
from typing import TypeAlias

import flask

from interop.diagnostics import Diagnostic
from interop.oai import xml
from interop.oai.extras import NO_EXTRAS, Extras
from interop.oai.protocol import parse
from interop.oai.provider import STANDARD_SIZES, Catalogue, PageSizes, Provider
from interop.oai.token import Signer

log = logging.getLogger(__name__)

Reply: TypeAlias = tuple[int, list[tuple[str, str]], list[bytes]]

MAX_QUERY = 8190  # bytes; the request line that Apache and nginx accept by default
MAX_BODY = 64 * 1024  # bytes; far above any legal request, far below what hurts
RETRY_AFTER = 60  # seconds; harvesters understand a number, few a date, and give up above 3600

FORM = "application/x-www-form-urlencoded"
_ALLOW = ("Allow", "GET, HEAD, POST")
_VARY = ("Vary", "Accept-Encoding")


class Endpoint:
    """All repositories of a catalogue. ``clock``: seconds since 1970."""

    def __init__(
        self,
        catalogue: Catalogue,
        provider: Provider,
        clock: Callable[[], int],
        stylesheet: str = "",
    ) -> None:
        self._catalogue = catalogue
        self._provider = provider
        self._clock = clock
        self._stylesheet = stylesheet

    def handle(
        self,
        method: str,
        database: str,
        query: bytes,
        body: bytes = b"",
        content_type: str = "",
        accept_encoding: str = "",
    ) -> Reply:
        """Status, headers and chunks of the answer. Never raises.

        ``database``: as in the address, empty for the union; ``query``: the raw query string;
        ``body``: of a POST, at most ``MAX_BODY + 1`` bytes of it are needed.
        """
        try:
            return self._answer(method, database, query, body, content_type, accept_encoding)
        except Exception:  # the last door: whatever escapes is our fault, and is told by its id
            incident = secrets.token_hex(4)
            log.exception("OAI-PMH request failed, incident %s: %r", incident, query[:500])
            message = f"The repository cannot answer at present (incident {incident})."
            return _plain(503, message, ("Retry-After", str(RETRY_AFTER)), method=method)

    def _answer(
        self,
        method: str,
        database: str,
        query: bytes,
        body: bytes,
        content_type: str,
        accept_encoding: str,
    ) -> Reply:
        # Before anything is read: no change may become visible later with an earlier datestamp.
        now = self._clock()
        try:
            name = self._catalogue.database(database)
        except Diagnostic as diagnostic:
            if diagnostic.condition.name != "unknown_database":
                raise
            return _plain(404, "There is no such repository here.", method=method)
        if refusal := _refuse(method, query, body, content_type):
            return refusal
        request = parse(query, body if method == "POST" else b"")
        chunks = xml.write(self._provider.respond(name, request, now), self._stylesheet)
        headers = [("Content-Type", "text/xml; charset=utf-8"), _VARY]
        if wants_gzip(accept_encoding):
            chunks = gzip(chunks)
            headers.append(("Content-Encoding", "gzip"))
        headers.append(("Content-Length", str(sum(map(len, chunks)))))
        return 200, headers, [] if method == "HEAD" else chunks


def _refuse(method: str, query: bytes, body: bytes, content_type: str) -> Reply | None:
    """The answer to what is no request at all (OAI-PMH 2.0 3.1.1: GET, or POST of a form)."""
    if method not in ("GET", "HEAD", "POST"):
        return _plain(405, f"{method} is not supported: use GET or POST.", _ALLOW)
    if len(query) > MAX_QUERY:
        return _plain(414, f"The query is longer than {MAX_QUERY} bytes.", method=method)
    if method != "POST" or not (body or content_type):
        return None
    if content_type.partition(";")[0].strip().lower() != FORM:
        return _plain(415, f"A POST has the content type {FORM}.")
    if len(body) > MAX_BODY:
        return _plain(413, f"The form is longer than {MAX_BODY} bytes.")
    return None


def _plain(status: int, line: str, *headers: tuple[str, str], method: str = "GET") -> Reply:
    content = f"{line}\n".encode()
    fixed = [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(content)))]
    return status, [*fixed, *headers], [] if method == "HEAD" else [content]


def wants_gzip(accept_encoding: str) -> bool:
    """Whether the header prefers gzip to no coding, or takes both alike (RFC 9110 12.5.3)."""
    weights: dict[str, float] = {}
    for part in accept_encoding.lower().split(","):
        coding, _, parameter = part.partition(";")
        name, _, weight = parameter.partition("=")
        try:
            weights[coding.strip()] = float(weight) if name.strip() == "q" else 1.0
        except ValueError:
            weights[coding.strip()] = 0.0
    gzipped = weights.get("gzip", weights.get("x-gzip", weights.get("*", 0.0)))
    return gzipped > 0 and gzipped >= weights.get("identity", 0.0)


def gzip(chunks: Sequence[bytes]) -> list[bytes]:
    """One gzip member at level 1, which costs less than the network saves."""
    deflate = zlib.compressobj(1, zlib.DEFLATED, 16 + zlib.MAX_WBITS)
    compressed = [deflate.compress(chunk) for chunk in chunks]
    return [b"".join(compressed) + deflate.flush()]


def blueprint(
    catalogue: Catalogue,
    clock: Callable[[], int],
    secret: bytes,
    *,
    previous: Sequence[bytes] = (),
    sizes: PageSizes = STANDARD_SIZES,
    extras: Extras = NO_EXTRAS,
) -> flask.Blueprint:
    """``/oai`` and ``/oai/<database>``. ``secret`` signs the resumption tokens: the same in all
    workers and after a restart; ``previous``: secrets that signed before it and still verify;
    ``extras``: what the answers say beyond the least.
    """
    provider = Provider(catalogue, Signer((secret, *previous)), sizes=sizes, extras=extras)
    endpoint = Endpoint(catalogue, provider, clock, extras.stylesheet)
    views = flask.Blueprint("oai", __name__)

    def view(database: str = "") -> flask.Response:
        request = flask.request
        status, headers, chunks = endpoint.handle(
            request.method,
            database,
            request.query_string,
            request.stream.read(MAX_BODY + 1) if request.method == "POST" else b"",
            request.headers.get("Content-Type", ""),
            request.headers.get("Accept-Encoding", ""),
        )
        return flask.Response(chunks, status, headers)

    for rule in ("/oai", "/oai/<database>"):
        views.add_url_rule(
            rule,
            endpoint="repository",
            view_func=view,
            methods=["GET", "POST"],  # HEAD comes with GET; the rest is 405 with Allow
            provide_automatic_options=False,
        )
    return views
