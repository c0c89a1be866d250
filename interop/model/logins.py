"""Logins, and the slowing down of those who guess: one place for Z39.50 and HTTP.

Every wrong password counts three times: for the user at that address, for the address (whatever
the user), and for the user (wherever from). Beyond a number of them there is a wait before the next
try, twice as long each time. A try that comes too soon is refused unread, so it tells nothing, and
does not count. A user who logged in at an address lately is held up there by nothing but wrong
passwords of their own, so nobody can lock out others who share a proxy, or a user everywhere.

Each server process counts for itself. What is kept is bounded: the oldest go first. Threads may
share it without a lock: tries of the very same moment are all heard, and count for those after.
"""

from collections import OrderedDict
from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from hashlib import blake2b
from ipaddress import IPv6Address, ip_network

from interop.model.access import Rights, address_of

ENTRIES = 10_000  # of each kind that are kept
MEMORY = 3600.0  # seconds after which a wrong password is forgotten
_ADDRESS, _USER = 4, 10  # times as many are free for an address, for a user


@dataclass(frozen=True, slots=True)
class Policy:
    """``guesses``: wrong passwords of one user at one address before there is a wait; 0: never.
    ``longest``: seconds of the longest wait.
    """

    guesses: int = 5
    longest: float = 300.0


class TooSoon(Exception):
    """A try during a wait. ``seconds``: of what is left of it, at least 1."""

    def __init__(self, seconds: float) -> None:
        self.seconds = max(1, round(seconds))
        super().__init__(f"{self.seconds} s")


class Backoff:
    """Failures by key, each with the wait that follows. ``now``: seconds of a clock that never runs
    back.
    """

    def __init__(self, free: int, longest: float, entries: int = ENTRIES) -> None:
        self._free, self._longest, self._entries = free, longest, entries
        self._failures: OrderedDict[Hashable, tuple[int, float]] = OrderedDict()

    def wait(self, key: Hashable, now: float) -> float:
        """Seconds before ``key`` may be tried again; 0: at once."""
        count, last = self._failures.get(key, (0, now))
        if count < self._free or now - last >= MEMORY:
            return 0.0
        delay = min(self._longest, 2.0 ** min(count - self._free, 32))
        return max(0.0, delay - (now - last))

    def failed(self, key: Hashable, now: float) -> None:
        count, last = self._failures.pop(key, (0, now))
        self._failures[key] = (1 if now - last >= MEMORY else count + 1, now)
        if len(self._failures) > self._entries:
            self._failures.popitem(last=False)

    def forget(self, key: Hashable) -> None:
        self._failures.pop(key, None)

    def __len__(self) -> int:
        return len(self._failures)


class Logins:
    """``rights``: whose passwords."""

    def __init__(self, rights: Rights, policy: Policy | None = None) -> None:
        self.rights = rights
        policy = policy or Policy()
        self._on = policy.guesses > 0
        free, longest = policy.guesses, policy.longest
        self._pairs = Backoff(free, longest)
        self._addresses = Backoff(_ADDRESS * free, longest)
        self._users = Backoff(_USER * free, longest)
        self._trusted: OrderedDict[tuple[str, bytes], None] = OrderedDict()

    def authenticate(
        self, tried: Sequence[tuple[str, str]], address: str, now: float
    ) -> str | None:
        """The first of ``tried`` (name, password) that is right, by name; ``None``: none is.

        All of ``tried`` is one try: readings of one login. ``now``: as of ``Backoff``. Raises
        ``TooSoon``, the same whether a user is known or not.
        """
        if not self._on:
            return next((n for n, p in tried if self.rights.authenticate(n, p)), None)
        place = _place(address)
        pairs = [(place, _digest(name)) for name, _ in tried]
        wait = max((self._wait(place, pair, now) for pair in pairs), default=0.0)
        if wait > 0:
            raise TooSoon(wait)
        for (name, password), pair in zip(tried, pairs, strict=True):
            if self.rights.authenticate(name, password):
                self._succeeded(pair)
                return name
        self._failed(place, pairs, now)
        return None

    def _wait(self, place: str, pair: tuple[str, bytes], now: float) -> float:
        own = self._pairs.wait(pair, now)
        if pair in self._trusted:
            return own
        return max(own, self._addresses.wait(place, now), self._users.wait(pair[1], now))

    def _succeeded(self, pair: tuple[str, bytes]) -> None:
        self._pairs.forget(pair)
        self._trusted.pop(pair, None)
        self._trusted[pair] = None
        if len(self._trusted) > ENTRIES:
            self._trusted.popitem(last=False)

    def _failed(self, place: str, pairs: Sequence[tuple[str, bytes]], now: float) -> None:
        self._addresses.failed(place, now)
        for pair in pairs:
            self._pairs.failed(pair, now)
            self._users.failed(pair[1], now)


def _digest(name: str) -> bytes:
    """Names are what anybody sends: of any length, and sometimes a password by mistake."""
    return blake2b(name.encode("utf-8", "surrogatepass"), digest_size=16).digest()


def _place(address: str) -> str:
    """Who has one address of version 6 has its whole /64 (RFC 6177)."""
    found = address_of(address)
    if isinstance(found, IPv6Address):
        return str(ip_network((found, 64), strict=False))
    return address if found is None else str(found)
