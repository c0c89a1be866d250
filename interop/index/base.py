"""What a search engine must do: the contract that every engine in ``engines/`` keeps.

An engine is a follower of the store's change feed. It is a derived view: it may be thrown away
and rebuilt at any time, it is one commit behind the store, and it holds row ids, never records.
The contract suite (``tests/contracts/test_engines.py``) holds every engine against brute force.
"""

from array import array
from collections.abc import Callable, Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol, TypeAlias

from interop.model.record import UNION
from interop.query.ast import All, Query, Range, SortKey

# Raised whenever the tokens of a record may come out differently: an index of another version is
# refused and rebuilt.
ANALYSIS_VERSION = 9

MAX_DEPTH = 30  # deeper trees overflow the native stack of an engine; counted before it sees them
MAX_OPERATORS = 200
MAX_EXPANSIONS = 10_000  # words that one truncated term may stand for
MAX_DISTANCE = 28  # proximity: below the distance kept between repetitions of a field
MAX_SCAN = 1_000  # terms before, after, or left out between two of one scan
MAX_FACET = 10_000  # values of one facet in one answer
MAX_REREAD = 1_000  # records analysed again for one search, at half a millisecond each


@dataclass(frozen=True, slots=True)
class Budget:
    """What an engine may spend on one search. ``steps``: through postings (``interop.index.cost``);
    ``dear``: long searches at one time; ``records``: of a set that is sorted or combined.
    """

    steps: int = 100_000_000  # 1.3 s
    dear: int = 2
    records: int = 2_000_000  # some 40 bytes of memory and a microsecond each


BUDGET = Budget()

ScanKind: TypeAlias = Literal["word", "heading"]


class QueryError(Exception):
    """A query cannot be answered. Subclasses map to one diagnostic each in the front ends."""

    def __init__(self, details: str = "") -> None:
        self.details = details
        super().__init__(details)


class UnsupportedAccessPoint(QueryError):
    """No such access point, or it cannot be used in this way (details: its name)."""


class UnsupportedAttribute(QueryError):
    """The engine cannot honour a field of the query (details: kind and value)."""


class TooManyTerms(QueryError):
    """A truncated term or mask stands for more than MAX_EXPANSIONS words (details: the term)."""


class QueryTooComplex(QueryError):
    """More than MAX_DEPTH levels or MAX_OPERATORS operators (details: the number)."""


class QueryTooCostly(QueryError):
    """More than an engine may go through for one search (details: how much)."""


class SetTooLarge(QueryError):
    """A set has too many records for what is to be done with it (details: how many)."""


class TooBusy(QueryError):
    """Too many searches that take long are running; the same may be asked again (details)."""


class MissingSortValue(QueryError):
    """A record has no key, and the sort wants one of all (details: the access point)."""


class IndexStale(Exception):
    """The index was built under another ANALYSIS_VERSION; it must be rebuilt."""

    def __init__(self, expected: int, found: int) -> None:
        self.expected, self.found = expected, found
        super().__init__(
            f"index built under analysis version {found}, this software needs {expected}"
        )


class IndexBusy(Exception):
    """Another follower holds the engine's writer."""


_Texts: TypeAlias = dict[str, tuple[tuple[str, ...], ...]]

# The two sides on which a record may be searched: in a database of a library or in the union.
Side: TypeAlias = Literal["library", "union"]
SIDES: tuple[Side, Side] = ("library", "union")

# What a record and the union record of it alone may say differently, so that one document does for
# both (``interop.index.pairs``): holdings in any field; numbers and dates of records, call numbers.
OWN_TEXTS = frozenset({"any"})
OWN_KEYS = frozenset({"control-number", "oclc-number", "acquired", "modified", "classification"})


def side_of(database: str) -> Side:
    """Which side the records of ``database`` are on."""
    return "union" if database == UNION else "library"


@dataclass(frozen=True, slots=True)
class Own:
    """What one of the two records in a document says by itself: repetitions of ``OWN_TEXTS``
    beside those of the document, and all its ``OWN_KEYS``.
    """

    rid: int
    database: str
    texts: _Texts
    exact: _Texts
    keys: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Document:
    """What an engine indexes of one record, made by ``interop.index.document`` from MARC; or of a
    library's record and the union record of it alone, which say nearly the same.

    ``texts``: access point -> repetitions, each a tuple of folded tokens. ``exact``: the same
    with diacritics kept. ``keys``: key access point -> distinct keys. ``years``: year access
    point -> distinct years. ``sort``: sortable access point -> key bytes, binary order is the
    order of Vietnamese collation. ``displays``: access point with headings -> how a person reads
    each repetition, as many as in ``exact``. ``pair``: of two records, what each says by itself,
    the library's first; ``rid`` and ``database`` are the library's then.
    """

    rid: int
    database: str
    texts: _Texts
    exact: _Texts
    keys: dict[str, tuple[str, ...]]
    years: dict[str, tuple[int, ...]]
    sort: dict[str, bytes]
    displays: dict[str, tuple[str, ...]] = field(default_factory=dict)
    pair: tuple[Own, Own] | None = None

    @property
    def rids(self) -> tuple[int, ...]:
        """Row ids of the records in it."""
        return (self.rid,) if self.pair is None else (self.pair[0].rid, self.pair[1].rid)


def records_of(document: Document) -> tuple[Document, ...]:
    """A document for each record in ``document``."""
    if document.pair is None:
        return (document,)
    return tuple(
        Document(
            own.rid,
            own.database,
            _joined(document.texts, own.texts),
            _joined(document.exact, own.exact),
            document.keys | own.keys,
            document.years,
            document.sort,
            document.displays,
        )
        for own in document.pair
    )


def _joined(common: _Texts, own: _Texts) -> _Texts:
    return common | {ap: common.get(ap, ()) + repetitions for ap, repetitions in own.items()}


# Takes a part of what is written: documents, and row ids that are gone.
Put: TypeAlias = Callable[[Sequence[Document], Sequence[int]], None]

# The documents of row ids as the store has them now; none for a record that is gone.
Reread: TypeAlias = Callable[[Sequence[int]], Iterable[Document]]


@dataclass(frozen=True, slots=True)
class ScanEntry:
    """``term``: a word, key or year in normal form, or a heading's words joined by blanks, marks
    kept; ``display``: for people; ``hits``: total of the search for it.
    """

    term: str
    display: str
    hits: int


@dataclass(frozen=True, slots=True)
class Scan:
    """``position``: 1-based place in ``entries`` of the first term at or after the wanted one;
    one more than there are when it lies behind them. ``at_start``, ``at_end``: nothing comes
    before, after the entries.
    """

    entries: tuple[ScanEntry, ...]
    position: int
    at_start: bool
    at_end: bool


@dataclass(frozen=True, slots=True)
class Facet:
    """``start``: 1-based, of the first value wanted. Equal counts are in the order of values,
    which is that of a scan. ``reverse``: the fewest first; the last value first. With ``ranges``
    of ``ap``, one count for each, in their order, and nothing else.
    """

    ap: str
    limit: int = 10
    start: int = 1
    order: Literal["count", "value"] = "count"
    ranges: tuple[Range, ...] = ()
    reverse: bool = False


@dataclass(frozen=True, slots=True)
class FacetCount:
    """``value``: as ``ScanEntry.term``; of a range ``lo..hi``, an open end empty."""

    value: str
    display: str
    hits: int


class ResultSet(Protocol):
    """A snapshot: the same records in the same order for as long as it lives."""

    total: int  # exact
    seq: int  # the change feed position that the search saw
    databases: frozenset[str]  # the databases that were searched

    def page(self, start: int, count: int) -> list[int]:
        """Row ids of positions ``start`` to ``start + count`` (0-based); fewer at the end."""
        ...

    def ids(self) -> "array[int]":
        """All row ids in order, ``array('q')``."""
        ...


EVERY = All()


class SearchIndex(Protocol):
    """Reader's and follower's side of an engine. One writer at a time, any number of readers."""

    name: str  # of the engine's file

    def search(
        self,
        databases: Sequence[str],
        query: Query,
        sort: Sequence[SortKey] = (),
        sets: dict[str, ResultSet] | None = None,
    ) -> ResultSet:
        """Records of ``databases`` that match. Unsorted: ascending row id; ties of a sort too.

        ``sets`` resolves the ``SetRef`` nodes of ``query``. Raises ``QueryError``.
        """
        ...

    def sort(self, results: Sequence[ResultSet], keys: Sequence[SortKey]) -> ResultSet:
        """The union of ``results`` in the order of ``keys``; their lowest ``seq``. Raises
        ``QueryError``, for ``RELEVANCE`` too: a set does not know what was asked for.
        """
        ...

    def scan(
        self,
        databases: Sequence[str],
        ap: str,
        term: str,
        *,
        kind: ScanKind,
        before: int,
        after: int,
        step: int = 0,
        exact: bool = False,
        within: Query = EVERY,
    ) -> Scan:
        """Terms of ``ap`` in the records of ``databases`` that match ``within``: at most ``before``
        below ``term``, which is in normal form, and ``after`` from it on, ``step`` left out
        between two.

        Words and headings keep their marks, so that each stands at its place in the dictionary;
        ``hits`` is the total of the search with marks (``exact``) or, as clients search, without.
        A term that no record has with these marks does not appear. Raises ``QueryError``.
        """
        ...

    def facets(self, result: ResultSet, facets: Sequence[Facet]) -> list[tuple[FacetCount, ...]]:
        """Exact counts over all of ``result``, whose records deleted since do not count. Raises
        ``QueryError``.
        """
        ...

    def unanswered(self, queries: Sequence[Query]) -> list[int]:
        """Places of those of ``queries``, words and headings, that no record of any database
        answers as the last commit has them.
        """
        ...

    def lock(self) -> None:
        """Take the writer, which ``apply`` takes too and ``close`` gives back; so that a follower
        need not analyse what it may not write. Raises ``IndexBusy``, ``IndexStale``.
        """
        ...

    def writing(self, seq: int) -> AbstractContextManager[Put]:
        """A block that replaces documents and removes row ids, part by part, with what stands in
        one document with them (``partners``), in one commit at its end whose checkpoint is ``seq``;
        harmless when repeated. When the block fails, nothing of it is kept.
        Raises ``IndexBusy`` when another process writes.
        """
        ...

    def apply(
        self, documents: Sequence[Document], deleted: Sequence[int], seq: int, *, wait: bool = False
    ) -> None:
        """``writing`` with one part. ``wait``: visible to this object's searches on return."""
        ...

    def checkpoint(self) -> int:
        """Highest seq durable in the engine; after a kill perhaps lower than the truth, never
        higher. 0 for a new index."""
        ...

    def refresh(self) -> int:
        """Make what is durable visible to this object's searches; the seq they now see."""
        ...

    def rids(self) -> "array[int]":
        """Every indexed row id, ascending (for audits)."""
        ...

    def partners(self, rids: Sequence[int]) -> dict[int, int]:
        """Row ids that go when one of ``rids`` is replaced or removed, because both records are in
        one document of the last commit: the one -> the other. Who writes puts these again too.
        """
        ...

    def clear(self) -> None:
        """Throw everything away; the checkpoint is 0 again."""
        ...

    def close(self) -> None: ...
