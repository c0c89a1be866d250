"""A connection of the listener in memory: its protocol class, with a loop, workers and a transport
that do nothing by themselves. A test, or a fuzzer, says when octets come, when they are taken, when
threads get their turn and what time it is.
"""

import asyncio
from collections import deque
from collections.abc import Callable

from interop.z3950 import apdu, ber
from interop.z3950.association import Limits
from interop.z3950.server import _Connection, _Room
from interop.z3950.target import Target


class Loop:
    """What a connection asks of an event loop, and of the workers: a clock and a queue."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.queue: deque[Callable[[], object]] = deque()

    def time(self) -> float:
        return self.now

    def call_soon(self, function: Callable[..., object], *arguments: object) -> None:
        self.queue.append(lambda: function(*arguments))

    call_soon_threadsafe = call_soon

    def submit(self, operation: Callable[[], None]) -> None:
        self.queue.append(operation)

    def run(self, most: int = 100_000) -> None:
        """What is queued, and what that queues. An endless loop is an error."""
        for _ in range(most):
            if not self.queue:
                return
            self.queue.popleft()()
        raise RuntimeError("it never comes to rest")


class Transport(asyncio.Transport):
    """``taken``: octets that the origin has read; ``buffer``: those it has not. ``coming``: octets
    of the origin that nobody has read yet.
    """

    def __init__(self, loop: Loop) -> None:
        super().__init__({"peername": ("192.0.2.1", 40000)})
        self._loop = loop
        self.protocol: asyncio.Protocol | None = None
        self.taken, self.buffer, self.coming = bytearray(), bytearray(), bytearray()
        self.peak = 0
        self.stalled = self.paused = self.lost = self.aborted = False
        self._closing = self._ended = self._reading_stopped = False

    # what the protocol does

    def write(self, data: bytes) -> None:
        if self._closing or self.lost:
            return
        if self._ended:
            raise RuntimeError("written behind the end")
        if not self.stalled and not self.buffer:
            self.taken += data
            return
        self.buffer += data
        self.peak = max(self.peak, len(self.buffer))
        if len(self.buffer) > 1 and not self.paused:
            self.paused = True
            self.protocol.pause_writing()

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None:
        assert (high, low) == (1, 0)

    def get_write_buffer_size(self) -> int:
        return len(self.buffer)

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        self._ended = True

    def pause_reading(self) -> None:
        self._reading_stopped = True

    def resume_reading(self) -> None:
        self._reading_stopped = False
        self._loop.call_soon(self.deliver, 1 << 30)

    def is_reading(self) -> bool:
        return not self._reading_stopped and not self._closing

    def close(self) -> None:
        self._closing = True
        if not self.buffer:
            self._loop.call_soon(self._lose)

    def abort(self) -> None:
        self._closing = self.aborted = True
        self.buffer.clear()
        self._loop.call_soon(self._lose)

    # what the world does

    def deliver(self, count: int) -> None:
        """Up to ``count`` octets of what is coming, if the protocol reads."""
        while count > 0 and self.coming and self.is_reading() and not self.lost:
            piece = bytes(self.coming[: min(count, 65536)])
            del self.coming[: len(piece)]
            count -= len(piece)
            self.protocol.data_received(piece)

    def take(self, count: int) -> None:
        """The origin reads ``count`` octets."""
        self.taken += self.buffer[:count]
        del self.buffer[:count]
        if self.paused and not self.buffer:
            self.paused = False
            self.protocol.resume_writing()
        if self._closing and not self.buffer:
            self._loop.call_soon(self._lose)

    def half_close(self) -> None:
        """The origin sends no more; what it sent is read first."""
        self.deliver(1 << 30)
        if not self.lost and not self.coming and not self.protocol.eof_received():
            self.close()

    def hang_up(self) -> None:
        """The connection is gone."""
        self._lose()

    def _lose(self) -> None:
        if not self.lost:
            self.lost = True
            self.protocol.connection_lost(None)


class Wire:
    """One connection to a target over ``catalogue``."""

    def __init__(self, catalogue: object, limits: Limits | None = None) -> None:
        self.limits = limits or Limits()
        self.loop, self.room = Loop(), _Room()
        self.transport = Transport(self.loop)
        target = Target(catalogue, self.limits, clock=self.loop.time)
        made = _Connection(target, self.limits, self.loop, self.loop, self.room)
        self.connection = self.transport.protocol = made
        made.connection_made(self.transport)

    def send(self, octets: bytes, at_once: int = 1 << 30) -> None:
        """The origin sends ``octets``, in pieces of ``at_once``; everything runs after each."""
        for start in range(0, len(octets), at_once):
            self.transport.coming += octets[start : start + at_once]
            self.transport.deliver(at_once)
            self.loop.run()

    def wait(self, seconds: float) -> None:
        """Time passes, and the listener looks at its clock."""
        self.loop.now += seconds
        for connection in self.room.all():
            connection.check_time(self.loop.now)
        self.loop.run()

    def outlast(self) -> None:
        """Until every limit of time has passed. The connection must be gone then."""
        limits = self.limits
        longest = max(limits.idle, limits.unfinished, limits.slow, limits.linger) + 1
        for _ in range(6):
            if self.transport.lost:
                break
            self.wait(longest)
        assert self.transport.lost, "still there when every limit has passed"
        assert not self.room.active and not self.room.leaving and not self.room.addresses

    def answers(self) -> list[apdu.Apdu]:
        """The APDUs that the origin has read; one that is cut by the end is left out."""
        scanner = ber.FrameScanner(1 << 30)
        scanner.feed(bytes(self.transport.taken))
        found = []
        while (frame := scanner.next_frame()) is not None:
            found.append(apdu.decode(frame))
        assert self.transport.lost or self.transport.buffer or not scanner.pending
        return found
