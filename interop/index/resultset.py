"""Result sets and what can be done to them by row ids alone: set algebra and sorting.

Shared by all engines, so that a set as an operand and the order of equal keys cannot differ
between them. Nothing here knows an engine.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence

from interop.index.base import ResultSet, UnsupportedAccessPoint, UnsupportedAttribute
from interop.index.tables import Tables
from interop.query.access_points import BY_NAME
from interop.query.ast import All, And, Not, Or, Query, SetRef, SortKey


class Snapshot:
    """A result set whose row ids are all at hand. Keeps ``base.ResultSet``."""

    def __init__(self, rids: "array[int]", seq: int, databases: frozenset[str]) -> None:
        self._rids = rids
        self.total = len(rids)
        self.seq = seq
        self.databases = databases

    def page(self, start: int, count: int) -> list[int]:
        return self._rids[max(start, 0) : max(start, 0) + max(count, 0)].tolist()

    def ids(self) -> "array[int]":
        return self._rids


class Lazy:
    """A result set that has its first row ids and reads the rest when they are asked for.

    ``rest``: reads all row ids from the state of the engine that the search saw, at any later
    time. It is dropped after the first call, and what it holds (files of an old index) with it.
    """

    def __init__(
        self,
        first: "array[int]",
        total: int,
        rest: Callable[[], "array[int]"],
        seq: int,
        databases: frozenset[str],
    ) -> None:
        self._rids = first
        self._rest: Callable[[], array[int]] | None = rest if len(first) < total else None
        self.total = total
        self.seq = seq
        self.databases = databases

    def page(self, start: int, count: int) -> list[int]:
        begin, end = max(start, 0), max(start, 0) + max(count, 0)
        rids = self._rids if min(end, self.total) <= len(self._rids) else self.ids()
        return rids[begin:end].tolist()

    def ids(self) -> "array[int]":
        # Two threads may both read here; they read the same ids from the same state.
        rest = self._rest
        if rest is not None:
            self._rids = rest()
            self._rest = None
        return self._rids


def refers_to_sets(query: Query) -> bool:
    """Whether a ``SetRef`` stands anywhere in ``query``."""
    match query:
        case SetRef():
            return True
        case And(parts) | Or(parts):
            return any(map(refers_to_sets, parts))
        case Not(left, right):
            return refers_to_sets(left) or refers_to_sets(right)
        case _:
            return False


def combine(
    query: Query, members: Callable[[str], set[int]], run: Callable[[Query], Iterable[int]]
) -> set[int]:
    """Row ids of a tree with ``SetRef`` leaves: ``run`` answers the parts without any."""
    if not refers_to_sets(query):
        return set(run(query))
    match query:
        case SetRef(name):
            return members(name)
        case Not(left, right):
            return combine(left, members, run) - combine(right, members, run)
        case And(parts):
            plain = tuple(part for part in parts if not refers_to_sets(part))
            found = [combine(part, members, run) for part in parts if refers_to_sets(part)]
            return set.intersection(*found, *([set(run(And(plain)))] if plain else []))
        case Or(parts):
            return set[int]().union(*(combine(part, members, run) for part in parts))
        case _:
            raise TypeError(f"{type(query).__name__} is not a query node")


def members_of(
    sets: dict[str, ResultSet] | None,
    databases: frozenset[str],
    run: Callable[[Query], Iterable[int]],
) -> Callable[[str], set[int]]:
    """A function from the name of a result set to its members that count in ``databases``.

    A set is a snapshot: as an operand it keeps a record deleted since (the front end then answers
    with a surrogate diagnostic). Only a set made over other databases is cut down to what
    ``databases`` hold now.
    """

    def members(name: str) -> set[int]:
        result_set = (sets or {}).get(name)
        if result_set is None:
            raise UnsupportedAttribute(f"result set {name}")
        rids = set(result_set.ids())
        return rids if result_set.databases <= databases else rids.intersection(run(All()))

    return members


def sort(rids: Iterable[int], keys: Sequence[SortKey], tables: Tables) -> "array[int]":
    """``rids`` in the order of ``keys``, the first key deciding; ties ascend by row id, whichever
    way the keys go. Raises ``UnsupportedAccessPoint`` for a key that is not sortable.
    """
    check_sort(keys)
    ordered = sorted(rids)
    for key in reversed(keys):  # a stable sort by the last key first is a sort by all of them
        labels = tables.sort_keys(key.ap, ordered)
        present = [rid for rid in ordered if rid in labels]
        # reverse=True keeps the order of equals too.
        present.sort(key=labels.__getitem__, reverse=not key.ascending)
        absent = [rid for rid in ordered if rid not in labels] if key.missing != "omit" else []
        ordered = absent + present if key.missing == "first" else present + absent
    return array("q", ordered)


def check_sort(keys: Sequence[SortKey]) -> None:
    """Raises ``UnsupportedAccessPoint`` for the first key that is not sortable."""
    for key in keys:
        point = BY_NAME.get(key.ap)
        if point is None or not point.sort:
            raise UnsupportedAccessPoint(key.ap)
