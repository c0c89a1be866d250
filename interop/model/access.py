"""Who may use which database: rows of the configuration, and one decision over them.

A database without a row is open to everybody. A row opens its database to addresses and to named
users, and to nobody else; the row ``*`` stands for every database that has none of its own. The
same decision serves Z39.50, SRU and OAI-PMH.

The union shows the records of every library: who closes one library's database and not the union
hides that library's own view, not what the union says of its holdings.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from hmac import compare_digest
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address

EVERY = "*"  # the row of every database that has none of its own


@dataclass(frozen=True, slots=True)
class User:
    """``password`` is kept out of ``repr``, so that no log shows it."""

    name: str
    password: str

    def __repr__(self) -> str:
        return f"User({self.name!r})"


@dataclass(frozen=True, slots=True)
class Access:
    """``database``: canonical name, or ``*``. ``networks``: who needs no password. ``users``:
    names of those who may with one.
    """

    database: str
    networks: tuple[IPv4Network | IPv6Network, ...] = ()
    users: tuple[str, ...] = ()


class Rights:
    """The rows of a configuration, ready to be asked."""

    def __init__(self, rows: Iterable[Access] = (), users: Iterable[User] = ()) -> None:
        self._rows = {row.database: row for row in rows}
        self._passwords = {user.name: user.password for user in users}

    def __bool__(self) -> bool:
        """Whether any database is closed to anybody."""
        return bool(self._rows)

    def names(self, database: str) -> bool:
        """Whether ``database`` has a row of its own."""
        return database in self._rows

    def authenticate(self, name: str, password: str) -> bool:
        """Whether this is the password of a known user; takes as long for one who is not known."""
        known = self._passwords.get(name)
        right = compare_digest((known or "").encode(), password.encode("utf-8", "surrogatepass"))
        return right and known is not None

    def allows(self, database: str, address: str, user: str | None = None) -> bool:
        """Whether ``user`` (authenticated, or ``None``) at ``address`` may use ``database``.

        ``address``: of the peer, as the socket gives it; one that cannot be read is nowhere.
        """
        row = self._rows.get(database) or self._rows.get(EVERY)
        if row is None:
            return True
        if user is not None and user in row.users:
            return True
        place = address_of(address)
        return place is not None and any(place in network for network in row.networks)


def address_of(text: str) -> IPv4Address | IPv6Address | None:
    """The address of a peer, as the socket gives it; ``None`` for what is none."""
    try:
        place = ip_address(text.partition("%")[0])  # fe80::1%eth0
    except ValueError:
        return None
    # A dual-stack socket shows IPv4 peers as ::ffff:192.0.2.1 (RFC 4291 2.5.5.2).
    return getattr(place, "ipv4_mapped", None) or place
