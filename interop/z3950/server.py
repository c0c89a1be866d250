"""The Z39.50 listener: asyncio between sockets and associations. Only ``accepting`` has others.

One event loop in a thread of its own serves all associations. An operation that may take long runs
in one of a few threads, one at a time for each association, so that it holds up nobody else; one
whose cost is known to be small (``Target.is_quick``) is answered in the loop, because handing it
over would cost more than doing it. Each association gets one answer a turn, however many requests
it has sent ahead.

What an origin can make us keep is bounded: reading stops while it has an answer due, the next
operation waits until the answer before it has left, and an origin that does not take it in time
is dropped.
"""

import asyncio
import logging
import resource
import socket
import ssl
import sys
import threading
from collections import Counter
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, cast

from interop.z3950 import accepting, apdu, transcript
from interop.z3950.accepting import Acceptor
from interop.z3950.apdu import (
    Apdu,
    Close,
    CloseReason,
    PresentRequest,
    ScanRequest,
    SearchRequest,
    SortRequest,
)
from interop.z3950.association import Association, Limits, LocalError, ProtocolError, State
from interop.z3950.database_views import DatabaseView
from interop.z3950.kept_records import KeptRecords
from interop.z3950.target import Target
from interop.z3950.workers import Workers

if TYPE_CHECKING:
    from interop.catalogue import Catalogue

log = logging.getLogger(__name__)
_transcribing = transcript.log.isEnabledFor

# These read the index or the store; all other requests are answered in the loop.
_OPERATIONS = (SearchRequest, PresentRequest, ScanRequest, SortRequest)
_TICK = 1.0  # seconds between looks at the time limits, or less when a limit is short

# A disk that has to be waited for makes any operation slow. One answer in the loop that took
# longer than this sends all operations to the threads for a while. Seconds.
_QUICK = 0.05
_QUICK_AGAIN = 10.0

_OTHER_FILES = 512  # open files beside associations: store, index, HTTP


class Listener:
    """Serves ``catalogue`` on ``sockets``, which are bound and stay the caller's to close.

    ``tls``: a socket on which the same is spoken over TLS, and its context. ``views``: defaults by
    database name.
    ``start`` returns when associations are accepted; ``stop`` when all have been told the end.
    """

    def __init__(
        self,
        catalogue: "Catalogue",
        sockets: Sequence[socket.socket],
        limits: Limits | None = None,
        tls: tuple[socket.socket, ssl.SSLContext] | None = None,
        views: Mapping[str, DatabaseView] | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._views = views or {}
        self._sockets: list[tuple[socket.socket, ssl.SSLContext | None]]
        self._sockets = [(sock, None) for sock in sockets]
        if tls is not None:
            self._sockets.append(tls)
        self._limits = limits or Limits()
        self._thread: threading.Thread | None = None
        self._loop: asyncio.AbstractEventLoop | None = None
        self._stop: asyncio.Event | None = None
        self._drain = 0.0

    def start(self) -> None:
        """Start the thread. Raises ``OSError`` when a socket cannot be listened on."""
        self._limits = _within_open_files(self._limits)
        ready = threading.Event()
        failures: list[BaseException] = []

        def run() -> None:
            try:
                with asyncio.Runner(loop_factory=accepting.new_loop) as runner:
                    runner.run(self._serve(ready))
            except Exception as error:
                failures.append(error)
                if ready.is_set():
                    log.exception("the Z39.50 listener has ended")
            finally:
                ready.set()

        self._thread = threading.Thread(target=run, name="z3950", daemon=True)
        self._thread.start()
        ready.wait()
        if failures:
            self._thread.join()
            raise failures[0]

    def stop(self, timeout: float = 5.0) -> None:
        """Accept no more, let running operations finish, send Close (shutdown) and end.

        After ``timeout`` seconds what is left is cut off.
        """
        if self._thread is None or self._loop is None or self._stop is None:
            return
        self._drain = timeout
        try:
            self._loop.call_soon_threadsafe(self._stop.set)
        except RuntimeError:  # the loop has ended by itself
            pass
        self._thread.join(timeout + 2 * _TICK)

    async def _serve(self, ready: threading.Event) -> None:
        self._loop = loop = asyncio.get_running_loop()
        self._stop = asyncio.Event()
        workers = Workers(self._limits.workers)
        room = _Room()
        kept = KeptRecords()

        def connect() -> _Connection:
            target = Target(self._catalogue, self._limits, self._views, loop.time, kept)
            return _Connection(target, self._limits, loop, workers, room)

        doors: list[Acceptor] = []
        clock = loop.create_task(_watch(room, self._limits, loop))
        try:
            for sock, context in self._sockets:
                doors.append(Acceptor(sock, connect, self._limits.backlog, context))
            ready.set()
            await self._stop.wait()
            for door in doors:
                door.close()
            await _drain(room, self._drain, loop)
        finally:
            for door in doors:
                door.close()
            clock.cancel()
            workers.stop()


def _within_open_files(limits: Limits) -> Limits:
    """``limits`` with no more associations than this process may have files open.

    The soft limit is raised for them as far as the hard one allows. Without room for the files of
    the store, and of HTTP beside us, it would be those that fail.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = limits.associations + _OTHER_FILES
    allowed = wanted if hard == resource.RLIM_INFINITY else min(wanted, hard)
    if soft != resource.RLIM_INFINITY and soft < allowed:
        resource.setrlimit(resource.RLIMIT_NOFILE, (allowed, hard))
    room = max(allowed - _OTHER_FILES, 1)
    if room == limits.associations:
        return limits
    log.warning("at most %d associations: the limit of open files is %d", room, allowed)
    return replace(limits, associations=room)


@dataclass(slots=True)
class _Room:
    """The connections of a listener: ``active`` ones count against the limit of associations,
    ``leaving`` ones have been sent the last octet and are about to hang up. ``addresses``: how many
    active ones come from each. ``slow_until``: when operations may be answered in the loop again.
    ``count``: of the associations so far; an association goes by its number in the logs.
    """

    active: set["_Connection"] = field(default_factory=set)
    leaving: set["_Connection"] = field(default_factory=set)
    addresses: Counter[str] = field(default_factory=Counter)
    slow_until: float = 0.0
    count: int = 0

    def enter(self, connection: "_Connection") -> None:
        self.active.add(connection)
        self.addresses[connection.address] += 1

    def leave(self, connection: "_Connection") -> None:
        """``connection`` is not active any more; harmless when it was not."""
        if connection in self.active:
            self.active.remove(connection)
            self.addresses[connection.address] -= 1
            if not self.addresses[connection.address]:
                del self.addresses[connection.address]

    def all(self) -> list["_Connection"]:
        return [*self.active, *self.leaving]


async def _watch(room: _Room, limits: Limits, loop: asyncio.AbstractEventLoop) -> None:
    """Look at every association's clock. One task for all: an idle association has no timer."""
    shortest = min(limits.idle, limits.unfinished, limits.slow, limits.linger)
    while True:
        await asyncio.sleep(min(_TICK, shortest / 4))
        now = loop.time()
        for connection in room.all():
            connection.check_time(now)


async def _drain(room: _Room, timeout: float, loop: asyncio.AbstractEventLoop) -> None:
    deadline = loop.time() + timeout
    for connection in room.all():
        connection.leave(CloseReason.SHUTDOWN, "the target is shutting down")
    while not all(connection.finished for connection in room.all()) and loop.time() < deadline:
        await asyncio.sleep(0.02)
    for connection in room.all():
        connection.drop("the target has shut down")
    await asyncio.sleep(0)  # connection_lost runs


class _Connection(asyncio.Protocol):
    """One TCP connection: an association, its target, and what is on its way between them."""

    __slots__ = (
        "_association",
        "_deadline",
        "_ended",
        "_hung_up",
        "_limits",
        "_loop",
        "_leaving",
        "_peer",
        "_room",
        "_running",
        "_stalled_since",
        "_target",
        "_transport",
        "_workers",
        "address",
    )

    def __init__(
        self,
        target: Target,
        limits: Limits,
        loop: asyncio.AbstractEventLoop,
        workers: Workers,
        room: _Room,
    ) -> None:
        self._association = Association(limits, loop.time())
        self._deadline = loop.time() + limits.total
        self._target = target
        self._limits = limits
        self._loop = loop
        self._workers = workers
        self._room = room
        self._transport: asyncio.Transport | None = None
        self._peer = ""
        self.address = ""
        self._running = False  # an answer is being made, or the next one waits for its turn
        self._leaving: Close | None = None  # to be said as soon as nothing is running
        self._hung_up = False  # the origin has sent all that it will
        self._ended: float | None = None  # when our last octet was handed over
        self._stalled_since: float | None = None  # since when the origin takes nothing

    # what asyncio tells

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport = cast(asyncio.Transport, transport)  # that of uvloop is none
        peer = transport.get_extra_info("peername")
        self._room.count += 1
        self._peer = f"#{self._room.count} {peer}"
        # One text for all that come from there: thousands may be idle.
        self.address = sys.intern(str(peer[0])) if isinstance(peer, tuple) else ""
        self._target.connected(self.address)
        full = self._full()
        self._room.enter(self)
        # Octets that the socket does not take at once make a slow reader, until it does. Not 0: a
        # TLS transport would hold that an empty buffer has reached it.
        transport.set_write_buffer_limits(high=1, low=0)
        if full:
            self._say(Close(close_reason=CloseReason.RESOURCES, diagnostic_information=full))
            self._end()

    def _full(self) -> str | None:
        """Why one more association is too many; ``None`` when it is not."""
        if len(self._room.active) >= self._limits.associations:
            return "full"
        if self._room.addresses[self.address] >= self._limits.address_associations:
            return "too many associations from your address"
        return None

    def data_received(self, data: bytes) -> None:
        if self._ended is None:
            self._association.receive_data(data, self._loop.time())
            self._advance()

    def eof_received(self) -> bool:
        """An origin that has sent all may still read: what it asked for is answered first."""
        self._hung_up = True
        self._advance()
        return self._ended is None

    def connection_lost(self, exc: Exception | None) -> None:
        self._room.leave(self)
        self._room.leaving.discard(self)
        self._transport = None
        self._association.state = State.CLOSED

    def pause_writing(self) -> None:
        self._stalled_since = self._loop.time()

    def resume_writing(self) -> None:
        self._stalled_since = None
        self._advance()

    # what the listener asks and tells

    @property
    def finished(self) -> bool:
        """Whether our last octet has left."""
        return self._transport is None or (
            self._ended is not None and not self._transport.get_write_buffer_size()
        )

    def check_time(self, now: float) -> None:
        """Act on the limits that have passed."""
        if self._ended is not None and now >= self._ended + self._limits.linger:
            self.drop("did not hang up after Close")
        elif self._stalled_since is not None:
            if now >= self._stalled_since + self._limits.slow:
                self.drop("too slow a reader")
        elif now >= self._deadline and self._leaving is None:
            self.leave(CloseReason.RESOURCES, "the association has lasted too long")
        else:
            try:
                self._association.check_time(now)
            except ProtocolError as error:
                self._fail(error)
                return
            if self._association.state is State.CLOSED and self._ended is None:
                self._end()

    def leave(self, reason: CloseReason, message: str) -> None:
        """Close, now or when the running operation is answered."""
        self._leaving = Close(close_reason=reason, diagnostic_information=message)
        self._advance()

    def drop(self, why: str) -> None:
        """Cut the connection without a word."""
        log.info("%s dropped: %s", self._peer, why)
        if self._transport is not None:
            self._transport.abort()

    # the work

    def _advance(self) -> None:
        """Handle requests until one is running, one cannot be answered yet, or none is left."""
        while self._transport is not None and self._ended is None:
            if self._running or self._stalled_since is not None:
                self._transport.pause_reading()
                return
            if self._leaving is not None:
                self._close(self._leaving)
                return
            try:
                request = self._association.next_event()
            except ProtocolError as error:
                self._fail(error)
                return
            if request is None:
                if self._hung_up or self._association.state is State.CLOSED:
                    self._end()
                elif not self._transport.is_reading():
                    self._transport.resume_reading()
                return
            if _transcribing(logging.DEBUG):
                self._log("received", request)
            self._start(request)

    def _start(self, request: Apdu) -> None:
        if isinstance(request, _OPERATIONS) and not self._is_quick(request):
            self._running = True
            self._workers.submit(partial(self._operate, request))
            return
        begin = self._loop.time()
        self._answer(self._target.answers(request))
        now = self._loop.time()
        if now > begin + _QUICK:
            self._room.slow_until = now + _QUICK_AGAIN
        if self._association.waiting:
            self._running = True
            self._loop.call_soon(self._take_turn)

    def _is_quick(self, request: Apdu) -> bool:
        return self._loop.time() >= self._room.slow_until and self._target.is_quick(request)

    def _take_turn(self) -> None:
        self._running = False
        self._advance()

    def _operate(self, request: Apdu) -> None:
        """In a thread of the workers: answer, unless nobody waits for it any more."""
        if self._transport is None:
            return
        try:
            answers = self._target.answers(request)
        except Exception:  # ``handle`` never raises; if it does, the origin must not wait for ever
            log.exception("%s: no answer to %s", self._peer, request.NAME)
            answers = ()
        with suppress(RuntimeError):  # the loop has ended: too late
            self._loop.call_soon_threadsafe(self._finish, answers)

    def _finish(self, answers: tuple[Apdu, ...]) -> None:
        self._running = False
        if self._transport is None:
            return
        if not answers:
            problem = CloseReason.SYSTEM_PROBLEM
            self._close(
                Close(close_reason=problem, diagnostic_information="no answer could be made")
            )
            return
        self._answer(answers)
        self._advance()

    def _answer(self, answers: tuple[Apdu, ...]) -> None:
        for answer in answers:
            self._say(answer)
        if self._association.state is State.CLOSED:
            self._end()

    def _close(self, message: Close) -> None:
        """Close from our side: the origin's Close, or its hanging up, is waited for a little."""
        try:
            self._say(message)
        except LocalError:  # both sides are closing already
            pass
        self._end()

    def _fail(self, error: ProtocolError) -> None:
        log.info("%s: %s", self._peer, error)
        self._say(error.close)
        self._end()

    def _say(self, answer: Apdu) -> None:
        if _transcribing(logging.DEBUG):
            self._log("sent", answer)
        octets = self._association.send(answer, self._loop.time())
        if self._transport is not None:
            self._transport.write(octets)

    def _end(self) -> None:
        """Nothing more will be sent. What still comes is read and thrown away for a while.

        Closing with octets unread would make the kernel reset the connection, and the origin
        might never see our Close.
        """
        self._ended = self._loop.time()
        transport = self._transport
        if transport is None:
            return
        self._room.leave(self)
        self._room.leaving.add(self)
        if self._hung_up or not transport.can_write_eof():  # TLS cannot end one direction alone
            transport.close()
            return
        if not transport.is_reading():
            transport.resume_reading()
        try:
            transport.write_eof()
        except OSError:  # the origin has gone already
            transport.abort()

    def _log(self, what: str, message: Apdu) -> None:
        transcript.log.debug("%s %s %s", self._peer, what, apdu.describe(message))
