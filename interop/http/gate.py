"""The gate in front of HTTP: who may use the database that an address names.

It stands outside of everything that answers, so that no way to records can forget it. Without
``[[access]]`` rows in the configuration it is not there at all. Credentials are HTTP Basic
(RFC 7617), so they need TLS in front.

What a closed database answers is for who asked: no shared cache keeps it, and no page of another
site reads it through the browser of somebody inside.
"""

import base64
import binascii
import logging
import time
from collections.abc import Callable, Iterable
from typing import Any, Protocol

from interop.diagnostics import Diagnostic
from interop.http.limits import peer_of
from interop.http.shortcut import Application, Environ, StartResponse
from interop.model.access import Rights
from interop.model.logins import Logins, TooSoon

log = logging.getLogger(__name__)

# First parts of addresses below which the next part is the name of a database.
_WITH_DATABASE = frozenset({"oai", "sru", "resourcesync", "search"})
NOWHERE = ""  # an address in no network: what is allowed there is open to everybody
_OPENING = ("access-control-", "cache-control")
_REALM = 'Basic realm="Interop", charset="UTF-8"'


class Catalogue(Protocol):
    """What the gate needs of ``interop.catalogue.Catalogue``."""

    rights: Rights
    logins: Logins

    def searchable(self, name: str) -> str: ...

    def allows(self, database: str, address: str, user: str | None = None) -> bool: ...


def guard(
    catalogue: Catalogue,
    application: Application,
    proxies: int = 0,
    clock: Callable[[], float] = time.monotonic,
) -> Application:
    """``application`` behind the rights of ``catalogue``; itself where everything is open.

    ``proxies``: see ``peer_of``. ``clock``: seconds, for the waits after wrong passwords.
    """
    if not catalogue.rights:
        return application

    def guarded(environ: Environ, start: StartResponse) -> Iterable[bytes]:
        database = _database(catalogue, environ.get("PATH_INFO", ""))
        if database is None or catalogue.allows(database, NOWHERE):
            return application(environ, start)
        refusal = _refusal(catalogue, database, environ, proxies, clock())
        return application(environ, _private(start)) if refusal is None else refusal(start)

    return guarded


def _refusal(
    catalogue: Catalogue, database: str, environ: Environ, proxies: int, now: float
) -> Callable[[StartResponse], Iterable[bytes]] | None:
    """Why the request may not pass, as the answer to it; ``None`` when it may."""
    address = peer_of(environ, proxies)
    tried = _tried(environ.get("HTTP_AUTHORIZATION", ""))
    try:
        user = catalogue.logins.authenticate(tried, address, now) if tried else None
    except TooSoon as error:
        log.warning("login refused: from %s (too soon, %s)", address or "an unknown address", error)
        retry = [("Retry-After", str(error.seconds))]
        return _answer("429 Too Many Requests", retry, database)
    if catalogue.allows(database, address, user):
        return None
    if tried and user is None:
        log.warning("login refused: from %s", address or "an unknown address")
    if user is None:
        return _answer("401 Unauthorized", [("WWW-Authenticate", _REALM)], database)
    return _answer("403 Forbidden", [], database)


def _private(start: StartResponse) -> StartResponse:
    """``start`` without what opens an answer to other sites and to caches (RFC 9111 5.2.2.7)."""

    def begin(status: str, headers: list[tuple[str, str]], *rest: Any) -> Any:
        kept = [each for each in headers if not each[0].lower().startswith(_OPENING)]
        return start(status, [*kept, ("Cache-Control", "private, no-cache")], *rest)

    return begin


def _database(catalogue: Catalogue, path: str) -> str | None:
    """Canonical name of the database that an address names; ``None`` for one that names none."""
    first, _, rest = path.lstrip("/").partition("/")
    if first.lower() not in _WITH_DATABASE:
        return None
    try:
        return catalogue.searchable(_text(rest.partition("/")[0]))
    except Diagnostic:
        return None  # no such database: whoever answers says so


def _text(latin1: str) -> str:
    """A WSGI string as the text it stands for (PEP 3333: bytes as Latin-1)."""
    return latin1.encode("latin-1").decode("utf-8", "replace")


def _tried(header: str) -> list[tuple[str, str]]:
    """Name and password of an Authorization header; none for anything but Basic."""
    scheme, _, encoded = header.partition(" ")
    if scheme.lower() != "basic":
        return []
    try:
        text = base64.b64decode(encoded.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return []
    name, colon, password = text.partition(":")
    return [(name, password)] if colon else []


def _answer(
    status: str, headers: list[tuple[str, str]], database: str
) -> Callable[[StartResponse], Iterable[bytes]]:
    body = f"{status}: database {database}\n".encode()
    length = ("Content-Length", str(len(body)))
    kind = ("Content-Type", "text/plain; charset=utf-8")

    def answer(start: StartResponse) -> Iterable[bytes]:
        start(status, [kind, length, ("Cache-Control", "no-store"), *headers])
        return [body]

    return answer
