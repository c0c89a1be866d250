"""The pace of one client over HTTP, for what searches and reads beside OAI-PMH.

OAI-PMH counts for itself (``interop.oai.views``), because a harvester must be told in its own way.
Here a client that asks too fast gets 503 and the seconds to wait; health and pages that cost
nothing are not counted.
"""

import time
from collections.abc import Callable, Iterable

from interop.http.limits import Rate, client_of
from interop.http.shortcut import Application, Environ, StartResponse

# First parts of addresses whose answers cost a search, a rendering or a read of the store.
COUNTED = frozenset({"sru", "search", "resourcesync"})


def paced(
    application: Application,
    rate: int,
    proxies: int = 0,
    clock: Callable[[], float] = time.monotonic,
) -> Application:
    """``application``, answering at most ``rate`` counted requests a second of one client, and
    bursts above it for a little while; 0 is any number. ``proxies``: see ``client_of``.
    """
    if not rate:
        return application
    buckets = Rate(rate)

    def answer(environ: Environ, start: StartResponse) -> Iterable[bytes]:
        first = environ.get("PATH_INFO", "").lstrip("/").partition("/")[0].lower()
        if first in COUNTED and (wait := buckets.admit(client_of(environ, proxies), clock())):
            return _later(wait, start)
        return application(environ, start)

    return answer


def _later(seconds: int, start: StartResponse) -> Iterable[bytes]:
    body = b"Too many requests: come again a little later.\n"
    headers = [
        ("Content-Type", "text/plain; charset=utf-8"),
        ("Content-Length", str(len(body))),
        ("Retry-After", str(seconds)),
        ("Cache-Control", "no-store"),
    ]
    start("503 Service Unavailable", headers)
    return [body]
