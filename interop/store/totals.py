"""Exact totals of databases and sets, moved along by each write transaction.

``COUNT(*)`` over a million rows on every first page of a list is what they save.
"""

from collections import Counter
from collections.abc import Iterator, Set
from functools import lru_cache

from sqlalchemy import Connection, bindparam, insert, select, update

from interop.store import tables
from interop.store.connection import run_many
from interop.store.reads import rows_in

_d, _s = tables.database_total, tables.set_total

_DATABASES = select(_d.c.database).where(_d.c.database.in_(bindparam("values", expanding=True)))
_SETS = select(_s.c.spec, _s.c.direct).where(
    _s.c.database == bindparam("database"), _s.c.spec.in_(bindparam("values", expanding=True))
)
_ADD_DATABASE = insert(_d)
_MOVE_DATABASE = (
    update(_d)
    .where(_d.c.database == bindparam("of"))
    .values(records=_d.c.records + bindparam("more"), live=_d.c.live + bindparam("more_live"))
)
_ADD_SET = insert(_s)
_MOVE_SET = (
    update(_s)
    .where(_s.c.database == bindparam("of"), _s.c.spec == bindparam("set"))
    .values(records=_s.c.records + bindparam("more"), direct=bindparam("is_direct"))
)


@lru_cache(maxsize=1 << 12)  # few combinations of sets there are
def with_ancestors(specs: tuple[str, ...]) -> frozenset[str]:
    """``specs`` and every set above them: ``a:b:c`` is in ``a:b`` and ``a`` (OAI-PMH 2.0 2.6)."""
    return frozenset(above for spec in specs for above in _ancestors(spec))


def _ancestors(spec: str) -> Iterator[str]:
    end = spec.find(":")
    while end > 0:
        yield spec[:end]
        end = spec.find(":", end + 1)
    yield spec


class Totals:
    """What one transaction adds to the totals and takes from them."""

    def __init__(self) -> None:
        self._records: Counter[str] = Counter()
        self._live: Counter[str] = Counter()
        self._joined: Counter[tuple[str, tuple[str, ...]]] = Counter()
        self._left: Counter[tuple[str, tuple[str, ...]]] = Counter()

    def add(self, database: str, *, records: int = 0, live: int = 0) -> None:
        """``records`` and ``live`` more records in ``database`` (fewer where negative)."""
        self._records[database] += records
        self._live[database] += live

    def join(self, database: str, specs: tuple[str, ...]) -> None:
        """One record more in each of ``specs``, which it has itself, and in those above them."""
        self._joined[database, specs] += 1

    def leave(self, database: str, specs: tuple[str, ...]) -> None:
        """One record fewer in each of ``specs`` and those above them."""
        self._left[database, specs] += 1

    def save(self, connection: Connection, stamp: int) -> None:
        """Write them. ``stamp``: the datestamp of the transaction, for databases that begin."""
        known = {row.database for row in rows_in(connection, _DATABASES, list(self._records))}
        run_many(
            connection,
            _MOVE_DATABASE,
            [
                {"of": name, "more": more, "more_live": self._live[name]}
                for name, more in self._records.items()
                if name in known and (more or self._live[name])
            ],
        )
        run_many(
            connection,
            _ADD_DATABASE,
            [
                {"database": name, "records": more, "live": self._live[name], "earliest": stamp}
                for name, more in self._records.items()
                if name not in known
            ],
        )
        sets: dict[str, Counter[str]] = {}
        for (database, specs), more in self._joined.items():
            sets.setdefault(database, Counter()).update(dict.fromkeys(with_ancestors(specs), more))
        for (database, specs), fewer in self._left.items():
            moves = sets.setdefault(database, Counter())
            moves.subtract(dict.fromkeys(with_ancestors(specs), fewer))
        joined = {(database, spec) for database, specs in self._joined for spec in specs}
        for database, moves in sets.items():
            _save_sets(connection, database, moves, joined)


def _save_sets(
    connection: Connection, database: str, moves: Counter[str], joined: Set[tuple[str, str]]
) -> None:
    """``joined``: databases and sets that a record has itself."""
    rows = rows_in(connection, _SETS, list(moves), database=database)
    known = {spec: direct for spec, direct in rows}
    added, moved = [], []
    for spec, more in moves.items():
        direct = known.get(spec, False) or (database, spec) in joined
        if spec not in known:
            added.append({"database": database, "spec": spec, "records": more, "direct": direct})
        elif more or direct != known[spec]:
            moved.append({"of": database, "set": spec, "more": more, "is_direct": direct})
    run_many(connection, _ADD_SET, added)
    run_many(connection, _MOVE_SET, moved)
