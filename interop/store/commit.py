"""The last act of a write transaction: numbers, datestamps, headers; and the check after it.

A harvester that asks at time T and goes on from T must have seen every change with a datestamp
before T (OAI-PMH 2.0 section 2.7.1 lets it go on so). Hence a datestamp is taken as late as
possible, just before COMMIT, and when the second has changed by the time the commit is visible,
the same changes are stamped again. That a process may die in between is provided for: the counter
``unsettled`` names the first seq whose datestamp nobody has confirmed yet, and whoever writes or
opens the store next stamps from there. Stamping again is harmless: harvesters see a repeat.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection, Engine, bindparam, delete, insert, select, update

from interop.model.record import RecordId
from interop.store import tables
from interop.store.connection import run_many
from interop.store.totals import Totals, with_ancestors

Clock = Callable[[], int]

ATTEMPTS = 3  # a commit that takes longer than a second, so many times, is left to the next writer

_COUNTERS = select(tables.counter.c.name, tables.counter.c.value)
_SET_COUNTER = (
    update(tables.counter)
    .where(tables.counter.c.name == bindparam("counter"))
    .values(value=bindparam("number"))
)
_RESTAMP = (
    update(tables.record)
    .where(tables.record.c.seq >= bindparam("first"))
    .values(datestamp=bindparam("stamp"))
)
_ADD_HEADER = insert(tables.record)
_MOVE_HEADER = (
    update(tables.record)
    .where(tables.record.c.rid == bindparam("of"))
    .values({name: bindparam(f"new_{name}") for name in ("seq", "datestamp", "deleted", "sets")})
    .values(digest=bindparam("new_digest"))
)
_JOIN_SET = insert(tables.record_set)
_LEAVE_SET = delete(tables.record_set).where(
    tables.record_set.c.database == bindparam("in_database"),
    tables.record_set.c.spec == bindparam("in_set"),
    tables.record_set.c.seq == bindparam("at"),
)


@dataclass(frozen=True, slots=True)
class Head:
    """What a writer must know of a record to see whether it changes. ``seq`` and ``datestamp`` are
    those of the last commit, 0 for a record that is new in this transaction."""

    rid: int
    digest: bytes
    deleted: bool
    sets: tuple[str, ...]
    seq: int = 0
    datestamp: int = 0


@dataclass(frozen=True, slots=True)
class HeaderChange:
    """A record's head before the transaction (``None``: it is new) and after it."""

    id: RecordId
    old: Head | None
    new: Head


@dataclass(frozen=True, slots=True)
class Batch:
    """What a transaction numbered: from ``first`` to ``last``, all with datestamp ``stamp``."""

    first: int
    last: int
    stamp: int


class Counters:
    """The named numbers, read when a write transaction begins and saved before it ends."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._saved: dict[str, int] = {
            row.name: row.value for row in connection.execute(_COUNTERS).all()
        }
        self._values = dict(self._saved)

    def __getitem__(self, name: str) -> int:
        return self._values[name]

    def __setitem__(self, name: str, value: int) -> None:
        self._values[name] = value

    def next(self, name: str) -> int:
        """The number after the last one given, which is now given."""
        self._values[name] += 1
        return self._values[name]

    def save(self) -> None:
        """Write the numbers that moved."""
        moved = [
            {"counter": name, "number": value}
            for name, value in self._values.items()
            if value != self._saved[name]
        ]
        if moved:
            self._connection.execute(_SET_COUNTER, moved)
            self._saved = dict(self._values)


def number(
    connection: Connection, changes: Sequence[HeaderChange], counters: Counters, clock: Clock
) -> Batch:
    """Give ``changes`` their seq, in order, and their datestamp; write headers, sets and totals.

    Nothing but COMMIT may follow. ``changes`` is not empty.
    """
    first, last = counters["seq"] + 1, counters["seq"] + len(changes)
    stamp = max(clock(), counters["datestamp"])
    if counters["unsettled"]:
        first_unsettled = counters["unsettled"]
        connection.execute(_RESTAMP, {"first": first_unsettled, "stamp": stamp})
    else:
        first_unsettled = first
    _write_headers(connection, changes, first, stamp)
    _write_sets(connection, changes, first)
    _write_totals(connection, changes, stamp)
    counters["seq"], counters["datestamp"], counters["unsettled"] = last, stamp, first_unsettled
    return Batch(first_unsettled, last, stamp)


def _write_headers(
    connection: Connection, changes: Sequence[HeaderChange], first: int, stamp: int
) -> None:
    added, moved = [], []
    for seq, change in enumerate(changes, first):
        new, sets = change.new, " ".join(change.new.sets)
        if change.old is None:
            added.append(
                {
                    "rid": new.rid,
                    "database": change.id.database,
                    "local": change.id.local,
                    "seq": seq,
                    "datestamp": stamp,
                    "deleted": new.deleted,
                    "sets": sets,
                    "digest": new.digest,
                }
            )
        else:
            moved.append(
                {
                    "of": new.rid,
                    "new_seq": seq,
                    "new_datestamp": stamp,
                    "new_deleted": new.deleted,
                    "new_sets": sets,
                    "new_digest": new.digest,
                }
            )
    run_many(connection, _ADD_HEADER, added)
    run_many(connection, _MOVE_HEADER, moved)


def _write_sets(connection: Connection, changes: Sequence[HeaderChange], first: int) -> None:
    left = [
        {"in_database": change.id.database, "in_set": spec, "at": change.old.seq}
        for change in changes
        if change.old is not None
        for spec in with_ancestors(change.old.sets)
    ]
    joined = [
        {"database": change.id.database, "spec": spec, "seq": seq, "rid": change.new.rid}
        for seq, change in enumerate(changes, first)
        for spec in with_ancestors(change.new.sets)
    ]
    run_many(connection, _LEAVE_SET, left)
    run_many(connection, _JOIN_SET, joined)


def _write_totals(connection: Connection, changes: Sequence[HeaderChange], stamp: int) -> None:
    totals = Totals()
    for change in changes:
        database, old, new = change.id.database, change.old, change.new
        was_live = old is not None and not old.deleted
        totals.add(database, records=old is None, live=(not new.deleted) - was_live)
        if old is not None:
            totals.leave(database, old.sets)
        totals.join(database, new.sets)
    totals.save(connection, stamp)


def settle(engine: Engine, clock: Clock, batch: Batch) -> None:
    """After the commit of ``batch``: confirm its datestamps, or stamp it again until they hold.

    ``engine``: one whose transactions write. When another writer came in between, it has stamped
    this batch again with its own, and confirms both.
    """
    stamp = batch.stamp
    for _ in range(ATTEMPTS):
        now = clock()  # read after the commit became visible
        with engine.begin() as connection:
            counters = Counters(connection)
            if counters["seq"] != batch.last:
                return
            if now <= stamp:
                counters["unsettled"] = 0
                counters.save()
                return
            stamp = max(now, counters["datestamp"])
            connection.execute(_RESTAMP, {"first": batch.first, "stamp": stamp})
            counters["datestamp"] = stamp
            counters.save()


def unsettled(connection: Connection) -> Batch | None:
    """What a writer left unconfirmed (it was killed, or is about to confirm it), else ``None``."""
    counters = Counters(connection)
    if not counters["unsettled"]:
        return None
    return Batch(counters["unsettled"], counters["seq"], stamp=-1)
