"""The store: records, their change feed and everything that must survive, in one SQL database.

The truth of a node. It knows nothing of search engines, schemas or protocols: those read it.
Readers never wait for the writer and see whole commits only; there is one writer at a time, in
whatever process. A ``Store`` may be shared by threads; before a fork, call ``dispose``.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Connection
from sqlalchemy.exc import DBAPIError

from interop.model import origin
from interop.model.origin import Origin
from interop.model.record import Change, Page, Quarantined, RecordId, Stored
from interop.store import connection as sql
from interop.store import migrate, reads
from interop.store.commit import Batch, Head, settle, unsettled
from interop.store.compress import Decompressor, decompressor
from interop.store.errors import StoreError
from interop.store.writer import Writer

__all__ = ["Head", "Store", "StoreError", "Writer"]

COUNT_LIMIT = 20_000  # keys that a count goes through: about a millisecond


class Store:
    """``url``: ``sqlite:///FILE``, made when it is not there, upgraded when it is older.

    ``clock``: present time in whole epoch seconds. Every method raises ``StoreError`` when the
    database cannot be used.
    """

    def __init__(self, url: str, clock: Callable[[], int]) -> None:
        self._clock = clock
        self._engine, self._place = sql.open_engine(url)
        self._writing = sql.writing(self._engine)
        self._watch = sql.Watch(self._engine)
        with sql.one_line_errors(self._place):
            try:
                migrate.prepare(self._engine, self._place)
                with self._engine.connect() as connection:
                    left = unsettled(connection)
                self._settle(left)
            finally:
                self._engine.dispose()  # nothing is open until first use: a fork may follow

    def dispose(self) -> None:
        """Close every idle connection. Call before a fork; the store stays usable."""
        self._watch.close()
        self._engine.dispose()

    # Writing

    @contextmanager
    def write(self) -> Iterator[Writer]:
        """One write transaction: all of it is committed at the end, or none of it.

        Waits up to ``BUSY_SECONDS`` for another writer. Not to be nested.
        """
        with sql.one_line_errors(self._place):
            with self._writing.begin() as connection:
                writer = Writer(connection, self._clock)
                yield writer
                batch = writer.flush()
            self._settle(batch)

    def _settle(self, batch: Batch | None) -> None:
        """Confirm the datestamps of what was committed; when the lock is not to be had, the next
        writer does it, and the commit stands all the same."""
        if batch is not None:
            try:
                settle(self._writing, self._clock, batch)
            except DBAPIError as error:
                if not sql.is_locked(error):
                    raise

    # Records

    def get(self, rids: Sequence[int], *, marc: bool = True) -> list[Stored | None]:
        """Records by rid, in the order asked for; ``None`` where there is none."""
        with self._reading() as connection:
            rows = _rows(connection, list(dict.fromkeys(rids)), marc)
        with decompressor() as one:
            found = {
                row[0]: reads.stored(
                    row, one.decompress(row[7]) if marc and row[7] is not None else None
                )
                for row in rows
            }
        return [found.get(rid) for rid in rids]

    def find(self, ids: Sequence[RecordId], *, marc: bool = True) -> list[Stored | None]:
        """Records by identifier, in the order asked for; ``None`` where there is none."""
        statement = reads.BY_LOCAL_MARC if marc else reads.BY_LOCAL
        wanted = reads.by_database(list(dict.fromkeys(ids)))
        with self._reading() as connection:
            rows = [
                row
                for database, names in wanted.items()
                for row in reads.rows_in(connection, statement, names, database=database)
            ]
        decompress = Decompressor().decompress
        found = {
            RecordId(row[1], row[2]): reads.stored(
                row, decompress(row[7]) if marc and row[7] is not None else None
            )
            for row in rows
        }
        return [found.get(id) for id in ids]

    def rendered(self, rids: Sequence[int], fmt: str, version: int) -> dict[int, bytes]:
        """Kept renderings in the crosswalk ``fmt``; those of another ``version`` are not there."""
        wanted = list(dict.fromkeys(rids))
        with self._reading() as connection:
            if 0 < len(wanted) <= reads.FEW:
                values = {**_few(wanted), "format": fmt, "version": version}
                statement = reads.few_rendered(_rounded(len(wanted)))
                rows = sql.fetch(connection, statement, values)
            else:
                found = reads.rows_in(
                    connection, reads.RENDERED, wanted, format=fmt, version=version
                )
                rows = list(found)
        with decompressor() as one:
            bodies = one.all([data for _, data in rows])
        return {row[0]: body for row, body in zip(rows, bodies, strict=True) if body is not None}

    def shown(
        self, rids: Sequence[int], fmt: str, version: int
    ) -> list[tuple[Stored | None, bytes | None]]:
        """Records without MARC as ``get`` has them, each with what ``rendered`` has for it; a page
        of them in one read.
        """
        wanted = list(dict.fromkeys(rids))
        if not 0 < len(wanted) <= reads.FEW:
            kept = self.rendered(rids, fmt, version)
            return [(each, each and kept.get(each.rid)) for each in self.get(rids, marc=False)]
        values = {**_few(wanted), "format": fmt, "version": version}
        with self._reading() as connection:
            rows = sql.fetch(connection, reads.few_shown(_rounded(len(wanted))), values)
        with decompressor() as one:
            bodies = one.all([row[7] for row in rows])
        found: dict[int, tuple[Stored | None, bytes | None]] = {
            record.rid: (record, body)
            for record, body in zip(reads.listed(rows), bodies, strict=True)
        }
        return [found.get(rid, (None, None)) for rid in rids]

    def raw(self, rid: int) -> tuple[bytes, str] | None:
        """Bytes as received, also of a deleted record, and the name of their format."""
        with self._reading() as connection:
            row = connection.execute(reads.RAW, {"rid": rid}).one_or_none()
        if row is None:
            return None
        data = Decompressor().decompress(row.data)
        return (data, row.format) if data else None

    def has_origins(self) -> bool:
        """Whether any record was harvested."""
        with self._reading() as connection:
            return connection.execute(reads.ANY_ORIGIN).scalar() is not None

    def origins(self, rids: Sequence[int]) -> dict[int, Origin]:
        """Where those of ``rids`` came from that were harvested."""
        with self._reading() as connection:
            rows = list(reads.rows_in(connection, reads.ORIGINS, list(dict.fromkeys(rids))))
        return {row.rid: origin.load(row.chain) for row in rows}

    def warnings(self, rid: int) -> tuple[str, ...]:
        """What was repaired when the record came in."""
        with self._reading() as connection:
            row = connection.execute(reads.RAW, {"rid": rid}).one_or_none()
        return () if row is None else tuple(json.loads(row.warnings))

    # Lists and the feed

    def count(
        self,
        database: str,
        *,
        from_: int | None = None,
        until: int | None = None,
        set_: str | None = None,
    ) -> int:
        """Number of records that ``list`` goes through, tombstones included. Without dates it is
        a kept total. With dates the keys of that span are counted, up to ``COUNT_LIMIT``; a longer
        list is estimated by the share of the feed that the span takes."""
        parameters: dict[str, object] = {"database": database, "spec": set_}
        total, count, nth = (
            (reads.TOTAL, reads.COUNT, reads.NTH)
            if set_ is None
            else (reads.SET_TOTAL, reads.COUNT_SET, reads.NTH_SET)
        )
        with self._reading() as connection:
            if from_ is None and until is None:
                return connection.execute(total, parameters).scalar() or 0
            first, last = _bounds(connection, from_, until)
            parameters |= {"first": first, "last": last, "offset": COUNT_LIMIT}
            if connection.execute(nth, parameters).scalar() is None:
                return connection.execute(count, parameters).scalar() or 0
            whole: int = connection.execute(total, parameters).scalar() or 0
            end = connection.execute(reads.COUNTER, {"name": "seq"}).scalar() or 1
        return max(COUNT_LIMIT, whole * (min(last, end) - first + 1) // end)

    def count_between(self, database: str, first: int, last: int, set_: str | None = None) -> int:
        """Number of records whose seq is from ``first`` to ``last``: what ``list`` once found there
        is there still, and unchanged, when the number is the same, for a change moves a record
        to a higher seq and nothing ever comes in below."""
        parameters = {"database": database, "spec": set_, "first": first, "last": last}
        statement = reads.COUNT if set_ is None else reads.COUNT_SET
        with self._reading() as connection:
            return connection.execute(statement, parameters).scalar() or 0

    def generation(self) -> int:
        """A number that changes when anything was committed, through whatever store or process.

        Costs microseconds. Ask before reading: what was read then is as new as the number says.
        """
        try:
            return self._watch.number()
        except Exception:
            with sql.one_line_errors(self._place):
                raise

    def settled_before(self) -> int:
        """Records with a seq below it keep their datestamp as long as they keep their seq."""
        with self._reading() as connection:
            rows = sql.fetch(connection, reads.COUNTER, {"name": "unsettled"})
        return (rows[0][0] if rows else 0) or reads.LAST_SEQ + 1

    def sets(self, database: str) -> list[str]:
        """setSpecs, in order, that a record of the database has or had, tombstones included."""
        with self._reading() as connection:
            return list(connection.execute(reads.SETS, {"database": database}).scalars())

    def earliest(self, database: str) -> int | None:
        """A datestamp that no record of the database is older than; it never moves (OAI-PMH 2.0
        section 4.2). ``None`` for a database without records."""
        with self._reading() as connection:
            return connection.execute(reads.EARLIEST, {"database": database}).scalar()

    def latest(self, database: str) -> int | None:
        """Datestamp of the last change of a record of the database; ``None`` without records."""
        with self._reading() as connection:
            return connection.execute(reads.LATEST, {"database": database}).scalar()

    def databases(self) -> dict[str, int]:
        """Databases that have or had records, with the number of records not deleted."""
        with self._reading() as connection:
            return {name: live for name, live in connection.execute(reads.LIVE)}

    def changes(self, after_seq: int, limit: int) -> list[Change]:
        """The change feed after ``after_seq``, at most ``limit`` rows, in order."""
        with self._reading() as connection:
            rows = connection.execute(reads.CHANGES, {"after": after_seq, "limit": limit}).all()
        return [Change(seq, rid, deleted) for seq, rid, deleted in rows]

    def last_seq(self) -> int:
        """Place of the last change in the feed; 0 when there was none."""
        with self._reading() as connection:
            return connection.execute(reads.COUNTER, {"name": "seq"}).scalar() or 0

    # What else is remembered

    def state(self, name: str) -> str | None:
        """What a writer remembered under ``name`` (see ``Writer.set_state``)."""
        with self._reading() as connection:
            return connection.execute(reads.STATE, {"name": name}).scalar()

    def redirect(self, database: str, local: str) -> str | None:
        """Local identifier of the record that ``local`` was merged into, at the end of all merges;
        ``None`` when it was not merged."""
        if not reads.is_storable(local):
            return None
        with self._reading() as connection:
            successor: str | None = None
            while following := connection.execute(
                reads.REDIRECT, {"database": database, "local": successor or local}
            ).scalar():
                successor = following
        return successor

    def quarantined(self, database: str) -> list[Quarantined]:
        """Records that could not be taken in, by source and position."""
        with self._reading() as connection:
            rows = connection.execute(reads.QUARANTINED, {"database": database}).all()
        decompress = Decompressor().decompress
        return [
            Quarantined(database, source, position, reason, decompress(raw))
            for database, source, position, reason, raw in rows
        ]

    def members(self, cluster_ids: Sequence[str]) -> dict[str, list[int]]:
        """Union local identifier -> rids of the records it joins, ascending; an empty list for
        one that joins none."""
        found: dict[str, list[int]] = {cluster: [] for cluster in cluster_ids}
        with self._reading() as connection:
            for cluster, rid in reads.rows_in(connection, reads.MEMBERS, list(found)):
                found[cluster].append(rid)
        return found

    def pairs(self, rids: Sequence[int]) -> dict[int, int]:
        """Records that are alone in their cluster, where they or their union records are among
        ``rids``: rid -> rid of the union record."""
        with self._reading() as connection:
            rows = list(reads.rows_in(connection, reads.UNIONS_OF, rids))
            left = list(set(rids).difference(*rows))
            rows += reads.rows_in(connection, reads.MEMBERS_OF, left)
        return {rid: union for rid, union in rows if rid and union}

    @contextmanager
    def _reading(self) -> Iterator[Connection]:
        """A read transaction: one snapshot. All rows must be fetched before it ends, so that it is
        short: as long as it is open, the write-ahead log can only grow."""
        with sql.one_line_errors(self._place), self._engine.connect() as connection:
            yield connection

    # Last, because its name hides the builtin from the annotations after it.

    def list(
        self,
        database: str,
        *,
        after: int = 0,
        from_: int | None = None,
        until: int | None = None,
        set_: str | None = None,
        limit: int,
        fmt: str | None = None,
        version: int = 1,
    ) -> Page:
        """At most ``limit`` records in feed order, tombstones included, whose seq is above
        ``after``; the cost does not depend on how far that is.

        ``from_``, ``until``: datestamps, both included. ``set_``: a setSpec; its list holds the
        records of the sets below it too (OAI-PMH 2.0 section 2.6). ``fmt``, ``version``: crosswalk
        whose kept renderings come along as ``bodies``. Records come without MARC.
        """
        with self._reading() as connection:
            first, last = _bounds(connection, from_, until)
            rows = sql.fetch(
                connection,
                reads.PAGE[set_ is not None, fmt is not None],
                {
                    "database": database,
                    "spec": set_,
                    "first": max(first, after + 1),
                    "last": last,
                    "format": fmt,
                    "version": version,
                    "limit": limit + 1,
                },
            )
        shown = rows[:limit]
        bodies: Sequence[bytes | None] = [None] * len(shown)
        if fmt:
            with decompressor() as one:
                bodies = one.all([row[7] for row in shown])
        return Page(reads.listed(shown), tuple(bodies), len(rows) > limit)


def _bounds(connection: Connection, from_: int | None, until: int | None) -> tuple[int, int]:
    """First and last seq whose datestamp lies in the span; an empty span is (n + 1, n)."""
    first: int | None = reads.FIRST_SEQ
    last: int | None = reads.LAST_SEQ
    if from_ is not None:
        first = connection.execute(reads.FIRST_SINCE, {"from": from_}).scalar()
    if until is not None:
        last = connection.execute(reads.LAST_UNTIL, {"until": until}).scalar()
    if first is None or last is None:
        return reads.FIRST_SEQ, reads.FIRST_SEQ - 1
    return first, last


def _rows(connection: Connection, rids: Sequence[int], marc: bool) -> Sequence[Any]:
    """Rows of different ``rids``. A few, as a page has, are asked for without SQLAlchemy, which
    would take longer than SQLite; their number is rounded up, so that there are few statements.
    """
    if not 0 < len(rids) <= reads.FEW:
        statement = reads.BY_RID_MARC if marc else reads.BY_RID
        return list(reads.rows_in(connection, statement, rids))
    return sql.fetch(connection, reads.by_few_rids(_rounded(len(rids)), marc), _few(rids))


def _rounded(number: int) -> int:
    return 1 << (number - 1).bit_length()


def _few(rids: Sequence[int]) -> dict[str, Any]:
    """Parameters of a statement for a rounded number of ``rids``; the last one fills it up."""
    return {f"v{place}": rids[min(place, len(rids) - 1)] for place in range(_rounded(len(rids)))}
