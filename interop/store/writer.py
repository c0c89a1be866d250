"""The writer of one transaction: collects changes, and writes them together at its end.

Statements run for many rows at once, which is several times faster than row by row, and the
transaction's headers come last, so that datestamps are as late as they can be (``commit``).
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from hashlib import blake2b
from types import MappingProxyType
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, insert, select

from interop.model.record import RecordId, Stored
from interop.store import reads, tables
from interop.store.bookkeeping import UnionBookkeeping
from interop.store.commit import Batch, Clock, Counters, Head, HeaderChange, number
from interop.store.compress import Compressor, Decompressor
from interop.store.connection import run_many

DIGEST_BYTES = 16

_NOTHING: Mapping[str, tuple[int, bytes]] = MappingProxyType({})

_DROP = {
    table: delete(table).where(table.c.rid == bindparam("of"))
    for table in (tables.marc, tables.raw, tables.rendered, tables.origin)
}
_ADD = {table: insert(table) for table in _DROP}
_DROP_STATE = delete(tables.state).where(tables.state.c.name == bindparam("of"))
_ADD_STATE = insert(tables.state)
_q = tables.quarantine
_QUARANTINE = insert(_q).from_select(
    [column.name for column in _q.columns],
    select(*(bindparam(f"new_{column.name}", type_=column.type) for column in _q.columns)).where(
        ~exists().where(*(column == bindparam(f"new_{column.name}") for column in _q.primary_key))
    ),
)


@dataclass(slots=True)
class _Edit:
    """What the transaction does to one record. ``old``: its head in the last commit, if any.
    ``raw``: bytes, format, warnings; ``None`` when what was received before stays."""

    id: RecordId
    old: Head | None
    new: Head
    marc: bytes | None
    rendered: Mapping[str, tuple[int, bytes]]
    raw: tuple[bytes, str, tuple[str, ...]] | None
    origin: str = ""


class Writer(UnionBookkeeping):
    """One write transaction, from ``Store.write``. Not for several threads.

    ``last_seq``: once the transaction has ended, the seq of its last change; 0 when it made none.
    """

    def __init__(self, connection: Connection, clock: Clock) -> None:
        super().__init__(connection, Counters(connection))
        self._clock = clock
        self._heads: dict[RecordId, Head | None] = {}  # None: looked for, not there
        self._edits: dict[int, _Edit] = {}
        self._states: dict[str, str] = {}
        self._quarantine: list[dict[str, Any]] = []
        self._compressor = Compressor()
        self._frames: dict[bytes, bytes] = {}
        self.last_seq = 0

    def heads(self, ids: Iterable[RecordId]) -> dict[RecordId, Head]:
        """Heads of those ``ids`` that are known, tombstones too, as they stand in this transaction.

        One query for all; asking for a whole page first makes ``put`` and ``delete`` cheap.
        """
        wanted = list(dict.fromkeys(ids))
        self._look_up([id for id in wanted if id not in self._heads])
        return {id: head for id in wanted if (head := self._heads[id]) is not None}

    def put(
        self,
        id: RecordId,
        marc: bytes,
        *,
        sets: Iterable[str],
        raw: bytes = b"",
        raw_format: str = "",
        rendered: Mapping[str, tuple[int, bytes]] = _NOTHING,
        warnings: Sequence[str] = (),
        origin: str = "",
    ) -> int | None:
        """Add or replace a record; its rid, or ``None`` when nothing has changed.

        Unchanged means: not deleted, same ``marc`` and ``raw``, same ``sets``. Then nothing is
        written, not even a datestamp. ``sets``: setSpecs, those above them not included.
        ``rendered``: crosswalk -> (version, bytes). ``origin``: where it was harvested
        (``interop.model.origin``). Raises ``ValueError`` when identifier or
        setSpec cannot be kept as text.
        """
        head = self._head(id)
        specs = _canonical(tuple(sets))
        digest = content_digest(marc, raw)
        if head is not None and (head.digest, head.sets, head.deleted) == (digest, specs, False):
            return None
        if head is None:
            head = Head(self._new_rid(id), digest, False, specs)
        else:
            head = replace(head, digest=digest, deleted=False, sets=specs)
        self._edit(id, head, marc, rendered, (raw, raw_format, tuple(warnings)), origin)
        return head.rid

    def revise(
        self,
        record: Stored,
        *,
        sets: Iterable[str],
        rendered: Mapping[str, tuple[int, bytes]] = _NOTHING,
    ) -> None:
        """What is shown of ``record`` has changed though its content has not: it takes a new place
        in the feed with ``sets`` and ``rendered``. ``record``: with its MARC, or a tombstone."""
        head = self._head(record.id)
        if head is None:
            raise ValueError(f"{record.id} is not in the store")
        edit = replace(head, sets=_canonical(tuple(sets)))
        self._edit(record.id, edit, record.marc, rendered, None)

    def delete(self, id: RecordId) -> int | None:
        """Make a record a tombstone that keeps its sets; its rid, or ``None`` when it is unknown
        or deleted already. The bytes once received stay."""
        head = self._head(id)
        if head is None or head.deleted:
            return None
        before = self._edits.get(head.rid)
        self._edit(id, replace(head, deleted=True), None, _NOTHING, before.raw if before else None)
        return head.rid

    def quarantine(
        self, database: str, source: str, position: int, reason: str, raw: bytes
    ) -> None:
        """Keep a record that could not be taken in. The same bytes at the same place: once."""
        self._quarantine.append(
            {
                "new_database": database,
                "new_source": _printable(source),
                "new_position": position,
                "new_digest": blake2b(raw, digest_size=DIGEST_BYTES).digest(),
                "new_reason": _printable(reason),
                "new_at": self._clock(),
                "new_raw": self._compress(raw),
            }
        )

    def set_state(self, name: str, value: str) -> None:
        """Remember ``value`` under ``name``; committed together with this transaction's records."""
        self._states[name] = value

    def stored(self, rids: Sequence[int]) -> list[Stored]:
        """Records with their MARC as they stand in this transaction; unknown ``rids`` left out.

        ``seq`` and ``datestamp`` are those of the last commit, 0 for a record that is new.
        """
        decompress = Decompressor().decompress
        committed = {
            row.rid: reads.stored(row, None if row.data is None else decompress(row.data))
            for row in reads.rows_in(
                self._connection,
                reads.BY_RID_MARC,
                [rid for rid in dict.fromkeys(rids) if rid not in self._edits],
            )
        }
        found = ((self._edited(rid) or committed.get(rid)) for rid in rids)
        return [record for record in found if record is not None]

    def flush(self) -> Batch | None:
        """Write everything; only COMMIT may follow. ``None`` when no record changed."""
        self._write_keys()
        self._write_clusters()
        self._write_blobs()
        self._write_states()
        batch = None
        if self._edits:
            changes = [HeaderChange(edit.id, edit.old, edit.new) for edit in self._edits.values()]
            batch = number(self._connection, changes, self._counters, self._clock)
            self.last_seq = batch.last
        self._counters.save()
        return batch

    def _head(self, id: RecordId) -> Head | None:
        if id not in self._heads:
            self._look_up([id])
        return self._heads[id]

    def _look_up(self, ids: Sequence[RecordId]) -> None:
        self._heads.update(dict.fromkeys(ids))
        for database, names in reads.by_database(ids).items():
            for row in reads.rows_in(self._connection, reads.HEADS, names, database=database):
                local, rid, digest, deleted, sets, seq, datestamp = row
                head = Head(rid, digest, deleted, tuple(sets.split()), seq, datestamp)
                self._heads[RecordId(database, local)] = head

    def _new_rid(self, id: RecordId) -> int:
        if not (reads.is_storable(id.database) and reads.is_storable(id.local)):
            raise ValueError(f"identifier {id.local!r} has characters that cannot be kept")
        return self._counters.next("rid")

    def _edit(
        self,
        id: RecordId,
        head: Head,
        marc: bytes | None,
        rendered: Mapping[str, tuple[int, bytes]],
        raw: tuple[bytes, str, tuple[str, ...]] | None,
        origin: str = "",
    ) -> None:
        before = self._edits.get(head.rid)
        old = before.old if before else self._heads[id]
        self._edits[head.rid] = _Edit(id, old, head, marc, rendered, raw, origin)
        self._heads[id] = head

    def _edited(self, rid: int) -> Stored | None:
        edit = self._edits.get(rid)
        if edit is None:
            return None
        head = edit.new
        return Stored(rid, edit.id, head.seq, head.datestamp, head.deleted, head.sets, edit.marc)

    def _write_blobs(self) -> None:
        old = [{"of": rid} for rid, edit in self._edits.items() if edit.old is not None]
        received = [row for row in old if self._edits[row["of"]].raw is not None]
        moved = [
            row
            for row in old
            if self._edits[row["of"]].raw is not None or self._edits[row["of"]].marc is None
        ]
        for table, rows in (
            (tables.marc, old),
            (tables.rendered, old),
            (tables.origin, moved),
            (tables.raw, received),
        ):
            run_many(self._connection, _DROP[table], rows)
        for table, made in (
            (tables.marc, self._marc_rows()),
            (tables.rendered, self._rendered_rows()),
            (tables.raw, self._raw_rows()),
            (tables.origin, self._origin_rows()),
        ):
            run_many(self._connection, _ADD[table], made)

    def _marc_rows(self) -> list[dict[str, Any]]:
        return [
            {"rid": rid, "data": self._compress(edit.marc)}
            for rid, edit in self._edits.items()
            if edit.marc is not None
        ]

    def _rendered_rows(self) -> list[dict[str, Any]]:
        return [
            {"format": name, "rid": rid, "version": version, "data": self._compress(data)}
            for rid, edit in self._edits.items()
            for name, (version, data) in edit.rendered.items()
        ]

    def _raw_rows(self) -> list[dict[str, Any]]:
        rows = []
        for rid, edit in self._edits.items():
            raw, raw_format, warnings = edit.raw or (b"", "", ())
            if raw or warnings:
                rows.append(
                    {
                        "rid": rid,
                        "format": raw_format,
                        "warnings": json.dumps(warnings),
                        "data": self._compress(raw),
                    }
                )
        return rows

    def _origin_rows(self) -> list[dict[str, Any]]:
        return [
            {"rid": rid, "chain": edit.origin} for rid, edit in self._edits.items() if edit.origin
        ]

    def _compress(self, data: bytes) -> bytes:
        """A frame of ``data``. Records that came as we write them, and union records of one member,
        have blobs that are the same bytes.
        """
        frame = self._frames.get(data)
        if frame is None:
            frame = self._frames[data] = self._compressor.compress(data)
        return frame

    def _write_states(self) -> None:
        run_many(self._connection, _DROP_STATE, [{"of": name} for name in self._states])
        run_many(
            self._connection,
            _ADD_STATE,
            [{"name": name, "value": value} for name, value in self._states.items()],
        )
        run_many(self._connection, _QUARANTINE, self._quarantine)


def content_digest(marc: bytes, raw: bytes) -> bytes:
    """What tells one version of a record from another: BLAKE2b over both, lengths in front."""
    digest = blake2b(digest_size=DIGEST_BYTES)
    for part in (marc, raw):
        digest.update(len(part).to_bytes(8, "big"))
        digest.update(part)
    return digest.digest()


@lru_cache(maxsize=1 << 12)  # few combinations of sets there are
def _canonical(sets: tuple[str, ...]) -> tuple[str, ...]:
    """``sets`` in order, each once. Raises ``ValueError`` for one that is empty or has blanks."""
    specs = tuple(sorted(set(sets)))
    for spec in specs:
        if spec.split() != [spec] or not reads.is_storable(spec):
            raise ValueError(f"{spec!r} is not a setSpec")
    return specs


def _printable(text: str) -> str:
    """``text`` with what a text column cannot take written as escapes."""
    return text.replace("\0", "\\x00").encode("utf-8", "backslashreplace").decode()
