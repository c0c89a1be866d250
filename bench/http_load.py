"""Many HTTP connections from one thread, requests encoded beforehand, answers counted and not read:
the same code for every server.
"""

import re
import selectors
import socket
import time
from collections.abc import Iterator, Sequence
from itertools import cycle, islice

from bench.programs import Failed

LIMIT = 30.0  # seconds without any answer
_LENGTH = re.compile(rb"\r\nContent-Length:\s*([0-9]+)", re.IGNORECASE)


def get(host: str, path: str) -> bytes:
    """A GET that keeps its connection."""
    return f"GET {path} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode("ascii")


def ask(address: tuple[str, int], requests: Sequence[bytes]) -> Iterator[bytes]:
    """The body of the answer to each request, one after the other. Raises ``Failed``."""
    for request in requests:
        bodies: list[bytes] = []
        _drive(address, [iter([request])], LIMIT, bodies)
        yield bodies[0]


def load(
    address: tuple[str, int], requests: Sequence[bytes], seconds: float, connections: int
) -> tuple[int, float]:
    """Ask again and again over ``connections`` connections; answers got, and seconds.

    Raises ``Failed`` for any answer that is not HTTP 200.
    """
    shift = max(1, len(requests) // connections)  # connections ask different things at a time
    scripts = [islice(cycle(requests), number * shift, None) for number in range(connections)]
    begin = time.perf_counter()
    count = _drive(address, scripts, seconds, None)
    return count, time.perf_counter() - begin


def _drive(
    address: tuple[str, int],
    scripts: Sequence[Iterator[bytes]],
    seconds: float,
    bodies: list[bytes] | None,
) -> int:
    with selectors.DefaultSelector() as selector:
        players = [_Player(address, script, selector, bodies) for script in scripts]
        end = time.perf_counter() + seconds
        try:
            while time.perf_counter() < end and any(player.waiting for player in players):
                ready = selector.select(LIMIT)
                if not ready:
                    raise Failed(f"no answer from port {address[1]} for {LIMIT:.0f} s")
                for key, _ in ready:
                    key.data.receive()
        finally:
            for player in players:
                player.socket.close()
        return sum(player.answers for player in players)


class _Player:
    """One connection."""

    def __init__(
        self,
        address: tuple[str, int],
        script: Iterator[bytes],
        selector: selectors.BaseSelector,
        bodies: list[bytes] | None,
    ) -> None:
        self._script, self._bodies = script, bodies
        self._port = address[1]
        self._held = b""
        self._wanted = 0  # octets of the whole answer; 0: its head is not here yet
        self._head = 0
        self.answers = 0
        self.socket = socket.create_connection(address, timeout=LIMIT)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        selector.register(self.socket, selectors.EVENT_READ, self)
        self.waiting = self._send()

    def _send(self) -> bool:
        request = next(self._script, None)
        if request is not None:
            self.socket.sendall(request)
        return request is not None

    def receive(self) -> None:
        """What has arrived; a whole answer sends the next request."""
        data = self.socket.recv(1 << 18)
        if not data:
            raise Failed(f"port {self._port} hung up instead of answering")
        self._held += data
        if not self._wanted and (end := self._held.find(b"\r\n\r\n")) >= 0:
            length = _LENGTH.search(self._held, 0, end)
            if length is None or b" 200 " not in self._held[:20]:
                raise Failed(f"port {self._port} answered {self._held[:200]!r}")
            self._head = end + 4
            self._wanted = self._head + int(length[1])
        if self._wanted and len(self._held) >= self._wanted:
            if self._bodies is not None:
                self._bodies.append(self._held[self._head : self._wanted])
            self._held, self._wanted = b"", 0
            self.answers += 1
            self.waiting = self._send()
