"""Walking the terms of an access point: the same for every engine, which only counts.

Terms come from the tables, whose order is that of the dictionary; counts come from searches, so
that a count is the total of the search by construction and a term that lost its last record,
which the tables may still hold, does not appear. Where terms of other databases lie between, many
are asked for at once, the more the longer none was found.
"""

from bisect import bisect_left
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Protocol

from interop.index.base import (
    MAX_SCAN,
    Document,
    QueryTooComplex,
    Scan,
    ScanEntry,
    ScanKind,
    UnsupportedAccessPoint,
    UnsupportedAttribute,
)
from interop.index.tables import Tables, entry_key
from interop.query import normalise
from interop.query.access_points import BY_NAME, AccessPoint
from interop.query.ast import All, Or, Query, Term

# Terms looked at in one scan. A small database beside a large one meets the other's terms: one of
# few records is then read itself, one of more has a term among so many.
MAX_LOOKED_AT = 20_000
IN_GROUPS = 10  # times as many, where many are asked for at once
IN_VAIN = 50  # terms without a record, after which it is asked whether there is one at all
MAX_GROUP = 1_000  # terms of one question whether any of them is there
FEW = 2_500  # records, at half a millisecond each

# How many records answer a query: no further than the first when it need only be known whether any.
Count = Callable[[Query, bool], int]

# The records that are scanned, when they are no more than ``FEW``.
Few = Callable[[], Iterable[Document] | None]


class Terms(Protocol):
    """Where terms come from: ``tables.Tables`` or some records."""

    def entries(
        self, ap: str, kind: ScanKind, term: str, *, below: bool, limit: int, offset: int
    ) -> list[tuple[str, str]]: ...


def scan(
    tables: Tables,
    count: Count,
    ap: str,
    term: str,
    kind: ScanKind,
    *,
    before: int,
    after: int,
    step: int,
    exact: bool,
    few: Few,
) -> Scan:
    """See ``base.SearchIndex.scan``. ``count``: in the databases that are scanned."""
    point = _point(ap, kind)
    if not (0 <= before <= MAX_SCAN and 0 <= after <= MAX_SCAN and 0 <= step <= MAX_SCAN):
        raise UnsupportedAttribute(f"scan of {before} and {after} terms, step {step}")
    if point.kind == "year" and term and not (term.isascii() and term.isdigit()):
        raise UnsupportedAttribute(f"term {term} on {ap}")
    try:
        return _Walk(tables, count, point, kind, exact).around(term, before, after, step)
    except QueryTooComplex:
        records = few()
        if records is None:
            raise
    listed = _OfRecords(tables, records, point, kind)
    return _Walk(listed, count, point, kind, exact).around(term, before, after, step)


def _point(ap: str, kind: ScanKind) -> AccessPoint:
    point = BY_NAME.get(ap)
    if point is None or not point.scan:
        raise UnsupportedAccessPoint(ap)
    if kind == "heading" and not point.headings:
        raise UnsupportedAttribute(f"headings of {ap}")
    return point


class _OfRecords:
    """The terms of some records, as the tables give those of all."""

    def __init__(
        self, tables: Tables, records: Iterable[Document], point: AccessPoint, kind: ScanKind
    ) -> None:
        self._tables = tables
        self._whole = kind == "heading" and point.kind == "text"
        found: set[str] = set()
        for record in records:
            if point.kind == "year":
                found.update(map(str, record.years.get(point.name, ())))
            elif point.kind != "text":
                found.update(record.keys.get(point.name, ()))
            elif self._whole:
                found.update(map(" ".join, record.exact.get(point.name, ())))
            else:
                found.update(*record.exact.get(point.name, ()))
        found.discard("")
        self._terms = sorted((entry_key(point.name, term), term) for term in found)

    def entries(
        self, ap: str, kind: ScanKind, term: str, *, below: bool, limit: int, offset: int
    ) -> list[tuple[str, str]]:
        place = bisect_left(self._terms, (entry_key(ap, term), term))
        if below:
            end = max(place - offset, 0)
            chosen = self._terms[max(end - limit, 0) : end][::-1]
        else:
            chosen = self._terms[place + offset : place + offset + limit]
        if self._whole:
            return [(found, self._tables.display(ap, found)) for _, found in chosen]
        return [(found, found) for _, found in chosen]


class _Walk:
    """``looked_at`` bounds what one scan may cost, both directions together."""

    def __init__(
        self, tables: Terms, count: Count, point: AccessPoint, kind: ScanKind, exact: bool
    ) -> None:
        self._tables = tables
        self._count = count
        self._point = point
        self._kind: ScanKind = kind
        self._exact = exact
        self._looked_at = 0
        self._holds: bool | None = None  # whether the databases hold any record, if known
        self._group = 1  # terms to ask for at once
        # Whole fields are phrases, as dear together as one by one, where facets do not keep them.
        phrases = kind == "heading" and point.kind == "text" and not point.facet
        self._largest = 1 if phrases else MAX_GROUP

    def around(self, term: str, before: int, after: int, step: int) -> Scan:
        below, no_more_below = self.take(term, before, step, below=True)
        above, no_more_above = self.take(term, after, step, below=False)
        entries = (*reversed(below), *above)
        return Scan(entries, len(below) + 1, no_more_below, no_more_above)

    def take(
        self, term: str, wanted: int, step: int, *, below: bool
    ) -> tuple[list[ScanEntry], bool]:
        """``wanted`` living terms in one direction, and whether there is none behind them."""
        taken: list[ScanEntry] = []
        for number, (found, display) in enumerate(self._living(term, wanted, below)):
            if len(taken) == wanted:
                return taken, False
            # Upwards the first counts; downwards ``step`` terms are between it and the wanted one.
            if (number + below) % (step + 1) == 0:
                taken.append(ScanEntry(found, display, self._hits(found)))
        return taken, True

    def _living(self, term: str, wanted: int, below: bool) -> Iterator[tuple[str, str]]:
        offset, limit = 0, wanted + 1
        while self._holds is not False:
            page = self._tables.entries(
                self._point.name, self._kind, term, below=below, limit=limit, offset=offset
            )
            yield from self._there(page)
            if len(page) < limit:
                return
            term, offset, limit = page[-1][0], 0 if below else 1, min(2 * limit, MAX_GROUP)

    def _there(self, page: Sequence[tuple[str, str]]) -> Iterator[tuple[str, str]]:
        """Those of ``page`` that a record has."""
        place = 0
        while place < len(page):
            group = page[place : place + self._group]
            if self._looked_at + len(group) > MAX_LOOKED_AT * min(self._largest, IN_GROUPS):
                raise QueryTooComplex(f"scan of {self._looked_at} terms")
            if not self._any(group):
                place += len(group)
                self._looked_at += len(group)
                self._group = min(2 * self._group, self._largest)
                if not self._may_hold():
                    return
                continue
            self._holds = True
            first = self._first(group)
            place += first + 1
            self._looked_at += first + 1
            self._group = max(first, 1)  # the next may be as far away
            yield group[first]

    def _may_hold(self) -> bool:
        """Whether there may be any record at all: found out once, and not before many terms were
        looked at in vain, for it costs what a search for everything does.
        """
        if self._holds is None and self._looked_at >= IN_VAIN:
            self._holds = bool(self._count(All(), True))
        return self._holds is not False

    def _first(self, group: Sequence[tuple[str, str]]) -> int:
        """Place of the first that a record has; one of them has one."""
        low, high = 0, len(group)
        while high - low > 1:
            middle = (low + high) // 2
            if self._any(group[low:middle]):
                high = middle
            else:
                low = middle
        return low

    def _any(self, group: Sequence[tuple[str, str]]) -> bool:
        terms = [term for term, _ in group]
        if len(terms) == 1:
            query: Query = self._query(terms[0], exact=True)
        elif self._point.kind == "text" and self._kind == "heading":
            query = Or(tuple(self._query(term, exact=True) for term in terms))
        else:
            exact = self._point.kind == "text"
            query = Term(self._point.name, tuple(terms), "any", exact=exact)
        return bool(self._count(query, True))

    def _hits(self, term: str) -> int:
        return self._count(self._query(term, exact=self._exact), False)

    def _query(self, term: str, *, exact: bool) -> Term:
        name = self._point.name
        if self._point.kind != "text":
            return Term(name, (term,), "key")
        tokens = term.split(" ")
        if not exact:
            tokens = normalise.text_tokens(term)
        complete = self._kind == "heading"
        return Term(name, tuple(tokens), "phrase", complete=complete, exact=exact)
