"""From the store's change feed to an engine: read, analyse, write the tables, commit, publish.

The engine's own checkpoint says where to go on. It may be lower than the truth after a kill,
never higher, and applying a change twice is harmless, so a follower may be killed at any moment
and simply started again. The order of the writes matters: tables before engine, progress last.
"""

import logging
from array import array
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol

from interop.batches import without_collector
from interop.index import base, document, ghosts, pairs
from interop.index.base import Document, IndexStale, SearchIndex
from interop.index.gathered import Gathered
from interop.index.tables import Tables
from interop.model.record import Change, Stored

log = logging.getLogger(__name__)

BATCH = 10_000  # changes in one commit: twice as fast as 1,000 when catching up
_FETCH = 500  # records in memory with their MARC at a time, and the union record of each


class Feed(Protocol):
    """What a follower needs of ``interop.store.Store``."""

    def changes(self, after_seq: int, limit: int) -> list[Change]: ...

    def get(self, rids: Sequence[int], *, marc: bool = True) -> list[Stored | None]: ...

    def pairs(self, rids: Sequence[int]) -> dict[int, int]: ...

    def last_seq(self) -> int: ...


@dataclass(frozen=True, slots=True)
class Difference:
    """Where store and index disagree. ``kind``: ``missing`` (live in the store, not in the
    index), ``surplus`` (the reverse), ``behind`` (``rid`` 0: the index has changes to apply).
    """

    kind: str
    rid: int


class Follower:
    """Keeps ``index`` and ``tables`` behind ``store``. One per engine; a second one, in whatever
    process, gets ``IndexBusy`` from the engine that is shared.
    """

    def __init__(self, store: Feed, tables: Tables, index: SearchIndex) -> None:
        self._store = store
        self._tables = tables
        self._index = index

    def step(self, limit: int = BATCH) -> int:
        """Apply at most ``limit`` changes in one commit; how many. 0: the index is level.

        An index of another ``ANALYSIS_VERSION``, or one that is ahead of the store (restored from
        a backup), is emptied and filled again from the start. Raises ``IndexBusy``.
        """
        changes = self._store.changes(self._checkpoint(), limit)
        if not changes:
            return 0
        self._index.lock()
        seq = changes[-1].seq
        gathered = Gathered()
        with without_collector():
            units = self._units([change.rid for change in changes])
            with self._index.writing(seq) as put:
                for part in _parts(units):
                    documents, deleted = self._read(part)
                    gathered.add(documents, deleted)
                    put(documents, deleted)
                self._tables.put(gathered)
            del documents, gathered  # before the collector is back, which would walk through them
        self._tables.publish(self._index.name, seq, base.ANALYSIS_VERSION)
        return len(changes)

    def tidy(self) -> bool:
        """Look at some of the words and headings whose records may be gone, when this is the only
        engine and level; whether there are more. Raises ``IndexBusy``.
        """
        alone = self._tables.progress().keys() <= {self._index.name}
        if not alone or not self._tables.may_have_ghosts():
            return False
        self._index.lock()
        return ghosts.sweep(self._tables, self._index.unanswered)

    def _checkpoint(self) -> int:
        try:
            checkpoint = self._index.checkpoint()
        except IndexStale as stale:
            log.warning("%s: rebuilding: %s", self._index.name, stale)
        else:
            last = self._store.last_seq()
            if checkpoint <= last:
                return checkpoint
            log.warning("%s: rebuilding: at %d, store at %d", self._index.name, checkpoint, last)
        self._index.clear()
        return 0

    def _read(self, units: Sequence[tuple[int, ...]]) -> tuple[list[Document], list[int]]:
        """Documents and deletions of the present state of records, which may be newer than the
        change: then its newer change comes again, without harm.
        """
        documents = list(_documents(self._store, units))
        live = {rid for document in documents for rid in document.rids}
        return documents, [rid for unit in units for rid in unit if rid not in live]

    def _units(self, changed: Iterable[int]) -> list[tuple[int, ...]]:
        """Row ids to be put or removed: those that are one document now, the library's record
        first, and all others by themselves.

        Putting a record takes out of the index what stands in one document with it, which is put
        again too, and takes out others in turn: rarely further than one step.
        """
        known: dict[int, None] = {}
        unions: dict[int, int] = {}
        new = list(dict.fromkeys(changed))
        while new:
            known |= dict.fromkeys(new)
            found = self._store.pairs(new)
            unions |= found
            reached = (*found, *found.values(), *self._index.partners(new).values())
            new = [rid for rid in dict.fromkeys(reached) if rid not in known]
        # Records may have moved between two questions to the store: a union record goes once.
        members = {union: rid for rid, union in unions.items()}
        union_of = {rid: union for union, rid in members.items()}
        return [
            (rid, union_of[rid]) if rid in union_of else (rid,)
            for rid in known
            if rid not in members
        ]


def read_again(store: Feed, rids: Sequence[int]) -> Iterator[Document]:
    """The documents of those of ``rids`` that are live now, each by itself."""
    return _documents(store, [(rid,) for rid in rids])


def _parts(units: Sequence[tuple[int, ...]]) -> Iterator[Sequence[tuple[int, ...]]]:
    for start in range(0, len(units), _FETCH):
        yield units[start : start + _FETCH]


def _documents(store: Feed, units: Sequence[tuple[int, ...]]) -> Iterator[Document]:
    for part in _parts(units):
        stored = store.get([rid for unit in part for rid in unit])
        live = {each.rid: each for each in stored if each is not None and not each.deleted}
        for unit in part:
            yield from _of_unit([live[rid] for rid in unit if rid in live])


def _of_unit(records: Sequence[Stored]) -> Iterable[Document]:
    """One document for two records, or one for each."""
    if len(records) == 2 and (both := pairs.build(*records)):
        return [both]
    return [document.build(stored, partial(_report, stored)) for stored in records]


def _report(stored: Stored, what: str, error: Exception) -> None:
    identity = f"{stored.id.database}/{stored.id.local}"
    log.warning("%s: %s could not be analysed and is not indexed: %s", identity, what, error)


def audit(store: Feed, index: SearchIndex) -> Iterator[Difference]:
    """Everything in which ``index`` differs from ``store``. Empty when the index is level.

    Reads the whole feed, which names every record once: for operators and for tests.
    """
    checkpoint = index.checkpoint()
    indexed = set(index.rids())
    live: set[int] = set()
    after = 0
    while changes := store.changes(after, BATCH):
        after = changes[-1].seq
        live.update(change.rid for change in changes if not change.deleted)
        live.difference_update(change.rid for change in changes if change.deleted)
    if checkpoint < after:
        yield Difference("behind", 0)
    yield from (Difference("missing", rid) for rid in _ascending(live - indexed))
    yield from (Difference("surplus", rid) for rid in _ascending(indexed - live))


def _ascending(rids: Iterable[int]) -> "array[int]":
    return array("q", sorted(rids))
