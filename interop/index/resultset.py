"""Result sets and what can be done to them by row ids alone: set algebra and sorting.

Shared by all engines, so that a set as an operand and the order of equal keys cannot differ
between them. Nothing here knows an engine.
"""

from array import array
from bisect import bisect_left, bisect_right
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import replace
from itertools import accumulate, chain, groupby, islice

from interop.index.base import (
    MissingSortValue,
    ResultSet,
    UnsupportedAccessPoint,
    UnsupportedAttribute,
)
from interop.index.columns import cell, head, is_whole
from interop.index.tables import Tables
from interop.query.access_points import BY_NAME
from interop.query.ast import RELEVANCE, All, And, Not, Or, Query, SetRef, SortKey
from interop.text.collation import sort_key


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


# Reads the row ids of a search in ascending order: so many from a 0-based place on.
Read = Callable[[int, int], "array[int]"]


class Lazy:
    """A result set that has its first row ids and reads others when they are asked for.

    ``read``: asks the state of the engine that the search saw, at any later time. ``first`` are the
    lowest row ids, or when ``ranked`` those that come before all others.
    """

    def __init__(
        self,
        first: "array[int]",
        total: int,
        read: Read,
        seq: int,
        databases: frozenset[str],
        *,
        ranked: bool = False,
    ) -> None:
        self._rids = first
        self._read = read
        self._ranked = ranked
        self.total = total
        self.seq = seq
        self.databases = databases

    def page(self, start: int, count: int) -> list[int]:
        begin = max(start, 0)
        end = min(begin + max(count, 0), self.total)
        if begin >= end:
            return []
        if end > len(self._rids) and not self._ranked:
            return self._read(begin, end - begin).tolist()
        held = self._rids if end <= len(self._rids) else self.ids()
        return held[begin:end].tolist()

    def first(self, count: int) -> "array[int]":
        """The first ``count`` row ids, or as many as there are."""
        if len(self._rids) >= min(count, self.total):
            return self._rids[:count]
        return array("q", self.page(0, count))

    def ids(self) -> "array[int]":
        # Two threads may both read here; they read the same ids from the same state.
        held = self._rids
        if len(held) < self.total:
            found = self._read(0, self.total)
            if self._ranked:
                known = set(held)
                found = held + array("q", (rid for rid in found if rid not in known))
            self._rids = held = found
        return held


class Ordered:
    """A sorted set of which only the pages that are asked for are put in order.

    Records are in groups by the beginning of their first key, taken when the search is done; a
    group is put in order at the first page that meets it, and stays so.
    """

    def __init__(
        self,
        rids: "array[int]",
        keys: Sequence[SortKey],
        tables: Tables,
        seq: int,
        databases: frozenset[str],
    ) -> None:
        self.seq = seq
        self.databases = databases
        self._keys = keys
        self._tables = tables
        starts = tables.heads(keys[0].ap, rids)
        if keys[0].instead:
            instead = head(cell(_instead(keys[0])))
            starts = [start or instead for start in starts]
        elif keys[0].missing == "omit":
            rids = array("q", (rid for rid, start in zip(rids, starts, strict=True) if start))
            starts = [start for start in starts if start]
        self.members = rids
        self.total = len(rids)
        sizes = Counter(starts)
        names = _in_turn(sizes, keys[0])
        self._names = names
        self._starts = array("I", starts)
        self._ends = list(accumulate(sizes[name] for name in names))
        self._groups: dict[int, array[int]] = {}

    def page(self, start: int, count: int) -> list[int]:
        begin = max(start, 0)
        end = min(begin + max(count, 0), self.total)
        if begin >= end:
            return []
        first, last = bisect_right(self._ends, begin), bisect_left(self._ends, end)
        self._settle(first, last)
        skipped = begin - (self._ends[first - 1] if first else 0)
        rids = chain.from_iterable(self._groups[number] for number in range(first, last + 1))
        return list(islice(rids, skipped, skipped + end - begin))

    def ids(self) -> "array[int]":
        self._settle(0, len(self._ends) - 1)
        groups = (self._groups[number] for number in range(len(self._ends)))
        return array("q", chain.from_iterable(groups))

    def _settle(self, first: int, last: int) -> None:
        """Put the groups from ``first`` to ``last`` in order."""
        wanted = set(range(first, last + 1)) - self._groups.keys()
        if not wanted:
            return
        named = {self._names[number]: number for number in wanted}
        pairs = zip(self.members, self._starts, strict=True)
        rids = {rid: named[start] for rid, start in pairs if start in named}
        found: dict[int, array[int]] = {number: array("q") for number in wanted}
        # The keys may have changed since: a record stays in its group.
        keys = [replace(self._keys[0], missing="last"), *self._keys[1:]]
        for rid in sort(rids, keys, self._tables):
            found[rids[rid]].append(rid)
        for number, group in found.items():
            self._groups.setdefault(number, group)


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


def plain_parts(query: Query) -> list[Query]:
    """The largest parts of ``query`` that refer to no set."""
    if not refers_to_sets(query):
        return [query]
    match query:
        case And(parts) | Or(parts):
            return [plain for part in parts for plain in plain_parts(part)]
        case Not(left, right):
            return plain_parts(left) + plain_parts(right)
        case _:
            return []


def names_in(query: Query) -> set[str]:
    """Names of the sets that ``query`` refers to."""
    match query:
        case SetRef(name):
            return {name}
        case And(parts) | Or(parts):
            return set[str]().union(*map(names_in, parts))
        case Not(left, right):
            return names_in(left) | names_in(right)
        case _:
            return set()


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


def members(result: ResultSet) -> "array[int]":
    """Row ids of a set in whatever order costs least."""
    return result.members if isinstance(result, Ordered) else result.ids()


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

    def members_named(name: str) -> set[int]:
        result_set = (sets or {}).get(name)
        if result_set is None:
            raise UnsupportedAttribute(f"result set {name}")
        rids = set(members(result_set))
        return rids if result_set.databases <= databases else rids.intersection(run(All()))

    return members_named


def ordered(
    rids: "array[int]",
    keys: Sequence[SortKey],
    tables: Tables,
    seq: int,
    databases: frozenset[str],
) -> ResultSet:
    """The set of ascending ``rids`` in the order of ``keys``. Raises as ``sort``, and
    ``MissingSortValue``.
    """
    check_sort(keys)
    for key in keys:
        if key.missing == "fail" and not key.instead and 0 in tables.heads(key.ap, rids):
            raise MissingSortValue(key.ap)
    if not keys or any(key.missing == "omit" for key in keys[1:]):
        return Snapshot(sort(rids, keys, tables), seq, databases)
    return Ordered(rids, keys, tables, seq, databases)


def _in_turn(names: Collection[int], key: SortKey) -> list[int]:
    """Groups in the order of ``key``; 0 is that of records without it."""
    present = sorted((name for name in names if name), reverse=not key.ascending)
    absent = [0] if 0 in names else []
    return absent + present if key.missing == "first" else present + absent


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
    if key.instead:
        instead = cell(_instead(key))
        cells = {rid: found or instead for rid, found in cells.items()}
    present = [rid for rid in rids if cells[rid]]
    # reverse=True keeps the order of equals too.
    present.sort(key=cells.__getitem__, reverse=not key.ascending)
    present = _settled(present, cells, key, tables)
    absent = [rid for rid in rids if not cells[rid]] if key.missing != "omit" else []
    return absent + present if key.missing == "first" else present + absent


def _instead(key: SortKey) -> bytes:
    """The sort key of what records without one are sorted by."""
    if BY_NAME[key.ap].kind == "year":
        return b"%04d" % int(key.instead)
    return sort_key(key.instead)


def _settled(rids: list[int], cells: dict[int, bytes], key: SortKey, tables: Tables) -> list[int]:
    """``rids`` in the order of their cells, where cells are equal in that of their whole keys."""
    tied: list[list[int]] = []
    for found, group in groupby(rids, cells.__getitem__):
        members = [] if is_whole(found) else list(group)
        if len(members) > 1:
            tied.append(members)
    labels = tables.sort_keys(key.ap, [rid for members in tied for rid in members])
    place = {rid: at for at, rid in enumerate(rids)} if tied else {}
    instead = _instead(key) if key.instead else b""
    for members in tied:
        first = place[members[0]]
        members.sort(key=lambda rid: labels.get(rid, instead), reverse=not key.ascending)
        rids[first : first + len(members)] = members
    return rids


def first(result: ResultSet, count: int) -> "array[int]":
    """The first ``count`` row ids of ``result``, or as many as there are."""
    if isinstance(result, Lazy):
        return result.first(count)
    return array("q", result.page(0, count))


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


def union(results: Sequence[ResultSet], keys: Sequence[SortKey], tables: Tables) -> ResultSet:
    """What is in any of ``results``, in the order of ``keys`` (``base.SearchIndex.sort``)."""
    if by_relevance(keys):
        raise UnsupportedAttribute("sort of a result set by relevance")
    rids = array("q", sorted(set[int]().union(*map(members, results))))
    databases = frozenset[str]().union(*(result.databases for result in results))
    seq = min((result.seq for result in results), default=0)
    return ordered(rids, keys, tables, seq, databases)
