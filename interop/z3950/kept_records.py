"""Records as they were just sent, for all associations of a process.

Cataloguers ask for the same records again: first a page of a result set, then the one they want,
and the next cataloguer the same. Only what is sent as it is stored is kept, and only until the
next commit of the store, whatever it was about: nothing older than the store is ever sent. Who may
see a record is decided when a search is done, and has no part here.
"""

from collections.abc import Callable, Sequence
from typing import Protocol

from interop.z3950 import ber
from interop.z3950.common import NAME_PLUS_RECORD, NamePlusRecord, ReadyRecord
from interop.z3950.segmentation import size_of

MAX_OCTETS = 8 << 20  # of all records that are kept
_LARGEST = 64 << 10  # octets of one of them


class Store(Protocol):
    """What is asked of ``Catalogue``."""

    def generation(self) -> int: ...


class KeptRecords:
    """Any thread may ask. Each commit begins another table: a thread that has read before it puts
    what it read into the old one, which nobody looks at any more.
    """

    def __init__(self, largest: int = MAX_OCTETS) -> None:
        self._largest = largest
        self._shelf: tuple[int, _Shelf] = (-1, _Shelf())

    def records(
        self,
        store: Store,
        kind: tuple[object, ...],
        rids: Sequence[int],
        make: Callable[[Sequence[int]], Sequence[NamePlusRecord]],
    ) -> list[NamePlusRecord]:
        """One record for each of ``rids``; ``make`` gives those that are not here. ``kind``: all
        that a record depends on beside the store: syntax, database name and the like.
        """
        generation = store.generation()  # before anything is read
        seen, shelf = self._shelf
        if seen != generation or shelf.octets > self._largest:
            shelf = _Shelf()
            self._shelf = (generation, shelf)
        kept = shelf.kinds.setdefault(kind, {})
        absent = [rid for rid in rids if rid not in kept]
        if not absent:
            return [kept[rid] for rid in rids]
        made = dict(zip(absent, map(_ready, make(absent)), strict=True))
        for rid, record in made.items():
            size = len(record.encoded)
            if size <= _LARGEST:
                kept[rid] = record
                shelf.octets += size
        return [kept[rid] if rid in kept else made[rid] for rid in rids]


class _Shelf:
    """What was read since a commit. ``octets``: of all of it, or nearly: threads may both add."""

    __slots__ = ("kinds", "octets")

    def __init__(self) -> None:
        self.kinds: dict[tuple[object, ...], dict[int, ReadyRecord]] = {}
        self.octets = 0


def _ready(record: NamePlusRecord) -> ReadyRecord:
    encoded = NAME_PLUS_RECORD.encode(ber.SEQUENCE, record)
    return ReadyRecord.of(record, encoded, size_of(record))
