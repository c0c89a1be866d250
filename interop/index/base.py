"""What a search engine must do: the contract that every engine in ``engines/`` keeps.

An engine is a follower of the store's change feed. It is a derived view: it may be thrown away
and rebuilt at any time, it is one commit behind the store, and it holds row ids, never records.
The contract suite (``tests/contracts/test_engines.py``) holds every engine against brute force.
"""

from array import array
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from interop.query.ast import Query, SortKey

# Raised whenever the tokens of a record may come out differently: an index of another version is
# refused and rebuilt.
ANALYSIS_VERSION = 2

MAX_DEPTH = 30  # deeper trees overflow the native stack of an engine; counted before it sees them
MAX_OPERATORS = 200
MAX_EXPANSIONS = 10_000  # words that one truncated term may stand for
MAX_DISTANCE = 28  # proximity: below the distance kept between repetitions of a field


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


class IndexStale(Exception):
    """The index was built under another ANALYSIS_VERSION; it must be rebuilt."""

    def __init__(self, expected: int, found: int) -> None:
        self.expected, self.found = expected, found
        super().__init__(
            f"index built under analysis version {found}, this software needs {expected}"
        )


class IndexBusy(Exception):
    """Another follower holds the engine's writer."""


@dataclass(frozen=True, slots=True)
class Document:
    """What an engine indexes of one record, made by ``interop.index.document`` from MARC.

    ``texts``: access point -> repetitions, each a tuple of folded tokens. ``exact``: the same
    with diacritics kept. ``keys``: key access point -> distinct keys. ``years``: year access
    point -> distinct years. ``sort``: sortable access point -> key bytes, binary order is the
    order of Vietnamese collation.
    """

    rid: int
    database: str
    texts: dict[str, tuple[tuple[str, ...], ...]]
    exact: dict[str, tuple[tuple[str, ...], ...]]
    keys: dict[str, tuple[str, ...]]
    years: dict[str, tuple[int, ...]]
    sort: dict[str, bytes]


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

    def lock(self) -> None:
        """Take the writer, which ``apply`` takes too and ``close`` gives back; so that a follower
        need not analyse what it may not write. Raises ``IndexBusy``, ``IndexStale``.
        """
        ...

    def apply(
        self, documents: Sequence[Document], deleted: Sequence[int], seq: int, *, wait: bool = False
    ) -> None:
        """Replace ``documents`` and remove ``deleted`` row ids in one commit whose checkpoint is
        ``seq``; harmless when repeated. ``wait``: visible to this object's searches on return.
        Raises ``IndexBusy`` when another process writes.
        """
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

    def clear(self) -> None:
        """Throw everything away; the checkpoint is 0 again."""
        ...

    def close(self) -> None: ...
