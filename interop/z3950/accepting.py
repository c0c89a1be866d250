"""Connections for the event loop of a listener, and which loop that is.

Several processes wait at one socket, each with a loop of its own. Loops take all connections that
wait as soon as they wake, which is nearly all of a burst for the one of them that wakes first, and
all its associations are then one process's. So connections are taken here, one each time the loop
comes round, and what waits is left to whoever is free.
"""

import asyncio
import errno
import logging
import socket
import ssl
from collections.abc import Callable

log = logging.getLogger(__name__)

_HANDSHAKE = 10.0  # seconds for TLS to begin
_FULL = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)
_AGAIN = 1.0  # seconds until the next try when there is no room in this process


def new_loop() -> asyncio.AbstractEventLoop:
    """A loop of uvloop, on which an answer costs a third, where it is installed; else asyncio's."""
    try:
        import uvloop
    except ImportError:
        return asyncio.new_event_loop()
    return uvloop.new_event_loop()


class Acceptor:
    """Takes connections of a duplicate of ``sock``, so that the caller's stays the caller's, and
    gives each a protocol of ``connect``. ``context``: of TLS.

    Made in the running loop. Raises ``OSError`` when the socket cannot be listened on.
    """

    def __init__(
        self,
        sock: socket.socket,
        connect: Callable[[], asyncio.Protocol],
        backlog: int,
        context: ssl.SSLContext | None = None,
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._connect = connect
        self._context = context
        self._begun: set[asyncio.Task[None]] = set()  # the loop itself holds no task
        self._sock: socket.socket | None = sock.dup()
        try:
            self._sock.setblocking(False)
            self._sock.listen(backlog)
            self._loop.add_reader(self._sock, self._accept)
        except BaseException:
            self._sock.close()
            raise

    def close(self) -> None:
        """Take no more; again, it does nothing."""
        if self._sock is not None:
            self._loop.remove_reader(self._sock)
            self._sock.close()
            self._sock = None

    def _accept(self) -> None:
        if self._sock is None:
            return
        try:
            taken, _ = self._sock.accept()
        except (BlockingIOError, InterruptedError, ConnectionAbortedError):
            return  # another process was faster, or the origin has gone
        except OSError as error:
            if error.errno not in _FULL:
                raise
            log.error("connections wait: %s", error)
            self._loop.remove_reader(self._sock)
            self._loop.call_later(_AGAIN, self._resume)
            return
        taken.setblocking(False)
        task = self._loop.create_task(self._begin(taken))
        self._begun.add(task)
        task.add_done_callback(self._begun.discard)

    def _resume(self) -> None:
        if self._sock is not None:
            self._loop.add_reader(self._sock, self._accept)

    async def _begin(self, taken: socket.socket) -> None:
        try:
            await self._loop.connect_accepted_socket(
                self._connect,
                taken,
                ssl=self._context,
                ssl_handshake_timeout=_HANDSHAKE if self._context else None,
            )
        except (OSError, ssl.SSLError) as error:  # no TLS, or none in time
            log.info("a connection has not begun: %s", error)
            taken.close()
