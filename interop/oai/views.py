"""OAI-PMH over HTTP: ``/oai`` is the union, ``/oai/<database>`` a library's own records.

``Endpoint.handle`` is the whole of it, from what was asked to bytes, for whatever carries them.
An OAI error is HTTP 200 (OAI-PMH 2.0 3.6); the other statuses are about HTTP: 304 the client has
it, 404 no such database, 405, 413, 414, 415, and 503 where there is too much to do or we failed
ourselves, so that harvesters come again. No client ever sees a traceback.
"""

import logging
import secrets
import time
from collections.abc import Callable, Sequence
from urllib.parse import urlencode

from interop.diagnostics import Diagnostic
from interop.http.coding import choose, encode
from interop.http.limits import RETRY, Held, Limits, Rate, Slots
from interop.http.reply import Asked, Headers, Reply, matches, plain
from interop.http.shortcut import MAX_BODY, Handler
from interop.oai import xml
from interop.oai.answers import Answer, GetRecord
from interop.oai.extras import NO_EXTRAS, Extras
from interop.oai.kept import KEPT_BYTES, KeptParts
from interop.oai.protocol import Errors, Request, parse
from interop.oai.provider import STANDARD_SIZES, Catalogue, PageSizes, Provider
from interop.oai.token import Signer

log = logging.getLogger(__name__)

MAX_QUERY = 8190  # bytes; the request line that Apache and nginx accept by default
RETRY_AFTER = 60  # seconds; harvesters understand a number, few a date, and give up above 3600

FORM = "application/x-www-form-urlencoded"
LONG = ("ListIdentifiers", "ListRecords")  # verbs whose answers are long: they need a slot
_ALLOW = ("Allow", "GET, HEAD, POST")
_VARY = ("Vary", "Accept-Encoding")
# Keep it if you like, but ask before you use it: a list is as old as its responseDate says.
_CACHE = ("Cache-Control", "no-cache")
_XML = ("Content-Type", "text/xml; charset=utf-8")


class Endpoint:
    """All repositories of a catalogue. ``clock``: seconds since 1970."""

    def __init__(
        self,
        catalogue: Catalogue,
        provider: Provider,
        clock: Callable[[], int],
        stylesheet: str = "",
        limits: Limits | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._provider = provider
        self._clock = clock
        self._stylesheet = stylesheet
        limits = limits or Limits()
        self._rate = Rate(limits.rate)
        self._slots = Slots(limits)

    def handle(self, asked: Asked) -> Reply:
        """Status, headers and body of the answer. Never raises.

        ``asked.name``: the database as in the address, empty for the union. A body that has a
        ``close`` must be closed: it holds a slot.
        """
        try:
            return self._answer(asked)
        except Exception:  # the last door: whatever escapes is our fault, and is told by its id
            incident = secrets.token_hex(4)
            log.exception("OAI-PMH request failed, incident %s: %r", incident, asked.query[:500])
            line = f"The repository cannot answer at present (incident {incident})."
            return _later(line, RETRY_AFTER, asked.method)

    def _answer(self, asked: Asked) -> Reply:
        # Before anything is read: no change may become visible later with an earlier datestamp.
        now = self._clock()
        if wait := self._rate.admit(asked.client, time.monotonic()):
            return _later("Too many requests from this client.", wait, asked.method)
        try:
            database = self._catalogue.database(asked.name)
        except Diagnostic as diagnostic:
            if diagnostic.condition.name != "unknown_database":
                raise
            return plain(404, "There is no such repository here.", method=asked.method)
        if refusal := _refuse(asked):
            return refusal
        request = parse(asked.query, asked.body if asked.method == "POST" else b"")
        if isinstance(request, Errors) or request.verb not in LONG:
            return self._send(asked, database, request, now)
        client = asked.client
        if not self._slots.take(client):
            return _later("Too many lists are being sent at present.", RETRY, asked.method)
        try:
            status, headers, body = self._send(asked, database, request, now)
        except BaseException:
            self._slots.give(client)
            raise
        return status, headers, Held(tuple(body), lambda: self._slots.give(client))

    def _send(self, asked: Asked, database: str, request: Request | Errors, now: int) -> Reply:
        """The whole answer, read and written: no transaction outlives it."""
        answer = self._provider.respond(database, request, now)
        document = xml.write(answer, self._stylesheet)
        headers: Headers = [_XML, _VARY, _CACHE, *_links(answer)]
        if document.tag and asked.method != "POST":
            etag = f'W/"{document.tag}"'
            headers.append(("ETag", etag))
            if matches(asked.if_none_match, etag):
                return 304, headers[1:], []
        coding = choose(asked.accept_encoding)
        body = encode(document.chunks, coding)
        if coding != "identity":
            headers.append(("Content-Encoding", coding))
        whole = b"".join(body)  # a copy costs less than a system call for each chunk
        headers.append(("Content-Length", str(len(whole))))
        return 200, headers, [] if asked.method == "HEAD" else [whole]


def _refuse(asked: Asked) -> Reply | None:
    """The answer to what is no request at all (OAI-PMH 2.0 3.1.1: GET, or POST of a form)."""
    method = asked.method
    if method not in ("GET", "HEAD", "POST"):
        return plain(405, f"{method} is not supported: use GET or POST.", _ALLOW)
    if len(asked.query) > MAX_QUERY:
        return plain(414, f"The query is longer than {MAX_QUERY} bytes.", method=method)
    if method != "POST" or not (asked.body or asked.content_type):
        return None
    if asked.content_type.partition(";")[0].strip().lower() != FORM:
        return plain(415, f"A POST has the content type {FORM}.")
    if len(asked.body) > MAX_BODY:
        return plain(413, f"The form is longer than {MAX_BODY} bytes.")
    return None


def _links(answer: Answer) -> Headers:
    """Where a record that was merged away lives on (RFC 8288, RFC 5829 3.3). The document cannot
    say so: the answer for a deleted record is its header alone (OAI-PMH 2.0 2.5.1)."""
    content, request = answer.content, answer.request
    if not isinstance(content, GetRecord) or content.successor is None or request is None:
        return []
    arguments = {
        "verb": "GetRecord",
        "identifier": content.successor,
        "metadataPrefix": request.metadata_prefix or "",
    }
    return [("Link", f'<{answer.base_url}?{urlencode(arguments)}>; rel="successor-version"')]


def _later(line: str, seconds: int, method: str) -> Reply:
    """OAI-PMH 2.0 3.1.2.2: come again, in a number of seconds, which all harvesters read."""
    return plain(503, line, ("Retry-After", str(seconds)), method=method)


def handler(
    catalogue: Catalogue,
    clock: Callable[[], int],
    secret: bytes,
    *,
    previous: Sequence[bytes] = (),
    sizes: PageSizes = STANDARD_SIZES,
    extras: Extras = NO_EXTRAS,
    limits: Limits | None = None,
    kept_bytes: int = KEPT_BYTES,
) -> Handler:
    """``/oai`` and ``/oai/<database>`` for ``interop.http.shortcut``.

    ``secret`` signs the resumption tokens: the same in all workers and after a restart;
    ``previous``: secrets that signed before it and still verify; ``extras``: what the answers say
    beyond the least; ``kept_bytes``: of parts of lists that this process keeps.
    """
    signer = Signer((secret, *previous))
    keeper = KeptParts(kept_bytes)
    provider = Provider(catalogue, signer, sizes=sizes, extras=extras, keeper=keeper)
    return Endpoint(catalogue, provider, clock, extras.stylesheet, limits).handle
