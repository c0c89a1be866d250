"""How much one client, and all together, may ask of a server process.

Two limits. A **rate**: requests that one client may make, as a bucket that fills with time; it
stops loops that ask again at once. **Slots**: long answers being made or sent at one time, of one
client and of all; those that wait for a slot are few, so that threads are left for short answers
however slowly others read. Who is refused is told in seconds when to come again (RFC 9110
10.2.3), as a number, which all harvesters understand.
"""

import math
import threading
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import AddressValueError, IPv6Address
from typing import Any

CLIENTS = 10_000  # remembered; those that have not asked for longest are forgotten first
BURST_SECONDS = 2.0  # what a client may save up
PATIENCE = 1.0  # seconds that a request waits for a slot
RETRY = 2  # seconds after which one that got no slot may come again


@dataclass(frozen=True, slots=True)
class Limits:
    """Of one process. ``rate``: requests a second of one client, 0 for any number; ``slots``: long
    answers at one time, ``client_slots`` of them for one client; ``waiting``: requests that may
    wait for a slot.
    """

    rate: int = 0
    slots: int = 16
    client_slots: int = 8
    waiting: int = 8


class Rate:
    """A bucket of requests for each client. ``now``: seconds of a clock that never runs back."""

    def __init__(self, rate: int, burst: float = BURST_SECONDS, clients: int = CLIENTS) -> None:
        self._rate = rate
        self._full = max(1.0, rate * burst)
        self._clients = clients
        self._buckets: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._lock = threading.Lock()

    def admit(self, client: str, now: float) -> int:
        """0 for a request that is admitted, else the seconds to wait, at least 1."""
        if not self._rate:
            return 0
        with self._lock:
            left, since = self._buckets.pop(client, (self._full, now))
            left = min(self._full, left + max(0.0, now - since) * self._rate)
            admitted = left >= 1
            self._buckets[client] = (left - admitted, now)
            if len(self._buckets) > self._clients:
                self._buckets.popitem(last=False)
        return 0 if admitted else max(1, math.ceil((1 - left) / self._rate))


class Slots:
    """Places for long answers."""

    def __init__(self, limits: Limits, patience: float = PATIENCE) -> None:
        self._limits = limits
        self._patience = patience
        self._changed = threading.Condition(threading.Lock())
        self._taken: dict[str, int] = {}
        self._all = 0
        self._waiting = 0

    def take(self, client: str) -> bool:
        """Whether a slot was free at once or became free in time; ``give`` it back."""
        with self._changed:
            if not self._free(client):
                if self._waiting >= self._limits.waiting:
                    return False
                self._waiting += 1
                try:
                    self._changed.wait_for(lambda: self._free(client), self._patience)
                finally:
                    self._waiting -= 1
                if not self._free(client):
                    return False
            self._taken[client] = self._taken.get(client, 0) + 1
            self._all += 1
            return True

    def _free(self, client: str) -> bool:
        limits = self._limits
        return self._all < limits.slots and self._taken.get(client, 0) < limits.client_slots

    def give(self, client: str) -> None:
        """The answer has been sent, or will not be."""
        with self._changed:
            self._all -= 1
            if self._taken[client] == 1:
                del self._taken[client]
            else:
                self._taken[client] -= 1
            if self._waiting:
                self._changed.notify_all()

    @property
    def taken(self) -> int:
        """Slots in use."""
        return self._all


class Held:
    """A body that does something once: when its last chunk has been sent, or when the server gives
    it up (PEP 3333, ``close``).
    """

    __slots__ = ("_chunks", "_done")

    def __init__(self, chunks: Sequence[bytes], done: Callable[[], None]) -> None:
        self._chunks = chunks
        self._done: Callable[[], None] | None = done

    def __iter__(self) -> Iterator[bytes]:
        try:
            yield from self._chunks
        finally:
            self.close()

    def close(self) -> None:
        done, self._done = self._done, None
        if done is not None:
            done()


def peer_of(environ: Mapping[str, Any], proxies: int = 0) -> str:
    """Address of the client, as text; an IPv4 address that a dual-stack socket shows as IPv6
    (RFC 4291 2.5.5.2) in its own form.

    ``proxies``: reverse proxies of ours in front, each of which has added the address of its
    peer to ``X-Forwarded-For``; what stands before those is a claim and not believed.
    """
    address = str(environ.get("REMOTE_ADDR", ""))
    if proxies:
        named = [part.strip() for part in environ.get("HTTP_X_FORWARDED_FOR", "").split(",")]
        address = named[-proxies] if len(named) >= proxies and named[-proxies] else address
    if ":" in address:
        with suppress(AddressValueError):
            mapped = IPv6Address(address.strip("[]")).ipv4_mapped
            return address if mapped is None else str(mapped)
    return address


def client_of(environ: Mapping[str, Any], proxies: int = 0) -> str:
    """Whom a request is counted for: ``peer_of``, an IPv6 network of 64 bits as one."""
    address = peer_of(environ, proxies)
    if ":" in address:
        with suppress(AddressValueError):
            return str(int(IPv6Address(address.strip("[]"))) >> 64)
    return address
