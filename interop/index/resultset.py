"""Result sets and what can be done to them by row ids alone: set algebra and sorting.

Shared by all engines, so that a set as an operand and the order of equal keys cannot differ
between them. Nothing here knows an engine.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from itertools import groupby

from interop.index.base import ResultSet, UnsupportedAccessPoint, UnsupportedAttribute
from interop.index.columns import is_whole
from interop.index.tables import Tables
from interop.query.access_points import BY_NAME
from interop.query.ast import RELEVANCE, All, And, Not, Or, Query, SetRef, SortKey


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
    """A result set that has its first row ids and reads more when they are asked for.

    ``more``: reads the lowest so many row ids from the state of the engine that the search saw, at
    any later time. ``first`` are the lowest, or when ``ranked`` those that come before all others.
    """

    def __init__(
        self,
        first: "array[int]",
        total: int,
        more: Callable[[int], "array[int]"],
        seq: int,
        databases: frozenset[str],
        *,
        ranked: bool = False,
    ) -> None:
        self._rids = first
        self._more = more
        self._ranked = len(first) if ranked else 0
        self.total = total
        self.seq = seq
        self.databases = databases

    def page(self, start: int, count: int) -> list[int]:
        begin = max(start, 0)
        end = min(begin + max(count, 0), self.total)
        return self._read(end)[begin:end].tolist()

    def ids(self) -> "array[int]":
        return self._read(self.total)

    def _read(self, wanted: int) -> "array[int]":
        """At least ``wanted`` row ids. Two threads may both read; they read the same ids."""
        held = self._rids
        if wanted > len(held):
            if self._ranked:
                ranked = held[: self._ranked]
                known = set(ranked)
                rest = (rid for rid in self._more(self.total) if rid not in known)
                held = ranked + array("q", rest)
            else:
                # Some more than asked for: the next page is the likeliest next question.
                held = self._more(min(self.total, wanted + wanted // 4))
            self._rids = held
        return held


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
        ordered = _by_key(ordered, key, tables)
    return array("q", ordered)


def _by_key(rids: list[int], key: SortKey, tables: Tables) -> list[int]:
    cells = dict(zip(rids, tables.cells(key.ap, rids), strict=True))
    present = [rid for rid in rids if cells[rid]]
    # reverse=True keeps the order of equals too.
    present.sort(key=cells.__getitem__, reverse=not key.ascending)
    present = _settled(present, cells, key, tables)
    absent = [rid for rid in rids if not cells[rid]] if key.missing != "omit" else []
    return absent + present if key.missing == "first" else present + absent


def _settled(rids: list[int], cells: dict[int, bytes], key: SortKey, tables: Tables) -> list[int]:
    """``rids`` in the order of their cells, where cells are equal in that of their whole keys."""
    tied: list[list[int]] = []
    for cell, group in groupby(rids, cells.__getitem__):
        members = [] if is_whole(cell) else list(group)
        if len(members) > 1:
            tied.append(members)
    labels = tables.sort_keys(key.ap, [rid for members in tied for rid in members])
    place = {rid: at for at, rid in enumerate(rids)} if tied else {}
    for members in tied:
        first = place[members[0]]
        members.sort(key=lambda rid: labels.get(rid, b""), reverse=not key.ascending)
        rids[first : first + len(members)] = members
    return rids


def check_sort(keys: Sequence[SortKey]) -> None:
    """Raises ``UnsupportedAccessPoint`` for the first key that is not sortable,
    ``UnsupportedAttribute`` for relevance beside other keys.
    """
    if by_relevance(keys):
        return
    for key in keys:
        if key.ap == RELEVANCE:
            raise UnsupportedAttribute("sort by relevance and other keys")
        point = BY_NAME.get(key.ap)
        if point is None or not point.sort:
            raise UnsupportedAccessPoint(key.ap)


def check_relevance(query: Query, keys: Sequence[SortKey]) -> None:
    """Raises ``UnsupportedAttribute`` for the relevance of sets, which do not know any."""
    if by_relevance(keys) and refers_to_sets(query):
        raise UnsupportedAttribute("sort of a result set by relevance")


def by_relevance(keys: Sequence[SortKey]) -> bool:
    """Whether the best come first."""
    return len(keys) == 1 and keys[0].ap == RELEVANCE


def union(results: Sequence[ResultSet], keys: Sequence[SortKey], tables: Tables) -> Snapshot:
    """What is in any of ``results``, in the order of ``keys`` (``base.SearchIndex.sort``)."""
    if by_relevance(keys):
        raise UnsupportedAttribute("sort of a result set by relevance")
    rids = set().union(*(result.ids() for result in results))
    databases = frozenset[str]().union(*(result.databases for result in results))
    seq = min((result.seq for result in results), default=0)
    return Snapshot(sort(rids, keys, tables), seq, databases)
