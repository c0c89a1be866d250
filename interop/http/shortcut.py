"""The way past the web framework: a WSGI layer in front of it that answers what is asked for often.

A page that is ready costs less than Flask's routing, request and response objects. A front end
that wants the short way is a function from ``Asked`` to ``Reply``; everything else goes on to
the application behind.
"""

from collections.abc import Callable, Iterable, Mapping
from http import HTTPStatus
from typing import Any, TypeAlias

from interop.http.limits import client_of
from interop.http.reply import Asked, Reply, plain

Environ: TypeAlias = Mapping[str, Any]
StartResponse: TypeAlias = Callable[..., Any]
Application: TypeAlias = Callable[[Any, Any], Iterable[bytes]]
Handler: TypeAlias = Callable[[Asked], Reply]

MAX_BODY = 64 * 1024  # bytes; far above any legal request, far below what hurts

_STATUS = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class Shortcut:
    """``/<front end>`` and ``/<front end>/<name>`` to the handlers, all else to ``behind``. A slash
    at the end of any address says nothing, nor do capitals in the name of a front end: people
    type addresses, and clients make them of parts.

    ``handlers``: first part of the path -> handler. ``broken``: what reading a body raises when
    the client broke the rules of HTTP or went away. ``proxies``: see ``client_of``.
    """

    def __init__(
        self,
        behind: Application,
        handlers: Mapping[str, Handler],
        broken: tuple[type[Exception], ...] = (ConnectionError,),
        proxies: int = 0,
    ) -> None:
        self._behind = behind
        self._handlers = dict(handlers)
        self._broken = broken
        self._proxies = proxies

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        path = environ.get("PATH_INFO", "")
        if path[-1:] == "/" and len(path) > 1:
            path = path.rstrip("/") or "/"
            environ = {**environ, "PATH_INFO": path}
        front, _, name = path[1:].partition("/")
        handler = self._handlers.get(front) or self._handlers.get(front.lower())
        if handler is None or "/" in name:
            return self._behind(environ, start_response)
        status, headers, body = self._answer(handler, name, environ)
        start_response(_STATUS[status], headers)
        return body

    def _answer(self, handler: Handler, name: str, environ: Environ) -> Reply:
        method = environ["REQUEST_METHOD"]
        try:
            body = _read(environ) if method == "POST" else b""
        except self._broken:
            return plain(400, "The request body cannot be read.")
        return handler(
            Asked(
                method,
                # PEP 3333: a path is bytes written as Latin-1
                name.encode("latin-1").decode("utf-8", "replace"),
                environ.get("QUERY_STRING", "").encode("latin-1"),
                body,
                environ.get("CONTENT_TYPE", ""),
                environ.get("HTTP_ACCEPT_ENCODING", ""),
                environ.get("HTTP_IF_NONE_MATCH", ""),
                client_of(environ, self._proxies),
                environ.get("HTTP_ACCEPT", ""),
                environ.get("HTTP_ACCEPT_LANGUAGE", ""),
                environ.get("HTTP_COOKIE", ""),
            )
        )


def _read(environ: Environ) -> bytes:
    """The body, or one byte more of it than ``MAX_BODY``."""
    limit = MAX_BODY + 1
    if not environ.get("wsgi.input_terminated"):
        length = environ.get("CONTENT_LENGTH") or "0"
        limit = min(limit, int(length)) if length.isascii() and length.isdigit() else 0
    stream, found = environ["wsgi.input"], b""
    while len(found) < limit:
        piece = stream.read(limit - len(found))
        if not piece:
            break
        found += piece
    return found
