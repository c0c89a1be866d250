"""Brute force: every node of the query evaluated literally over every document.

The oracle of the contract suite and the engine of fast tests. It shares the limits and the
normal form (``interop.index.plan``) with the other engines, and nothing of how a match is found.
It lives and dies with its process.
"""

from array import array
from collections.abc import Iterator, Sequence

from interop.index import masks, plan, resultset
from interop.index.base import Document, ResultSet
from interop.index.engines import EngineFactory
from interop.index.tables import Tables
from interop.query.access_points import BY_NAME
from interop.query.ast import All, And, Mask, Not, Or, Prox, Query, Range, SetRef, SortKey, Term

Repetition = tuple[str, ...]


class MemoryIndex:
    """Keeps ``base.SearchIndex``. Documents are replaced as a whole, so a search that is running
    in another thread goes on over the state that it began with.
    """

    name = "memory"

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._state: tuple[dict[int, Document], int] = ({}, 0)

    def search(
        self,
        databases: Sequence[str],
        query: Query,
        sort: Sequence[SortKey] = (),
        sets: dict[str, ResultSet] | None = None,
    ) -> ResultSet:
        resultset.check_sort(sort)
        query = plan.prepare(query, self._tables)
        documents, seq = self._state
        scope = frozenset(databases)
        held = [document for document in documents.values() if document.database in scope]

        def run(part: Query) -> Iterator[int]:
            return (document.rid for document in held if matches(document, part))

        members = resultset.members_of(sets, scope, run)
        rids = resultset.combine(query, members, run)
        return resultset.Snapshot(resultset.sort(rids, sort, self._tables), seq, scope)

    def lock(self) -> None:
        """No other process can reach it."""

    def apply(
        self, documents: Sequence[Document], deleted: Sequence[int], seq: int, *, wait: bool = False
    ) -> None:
        gone = set(deleted)
        kept = {rid: held for rid, held in self._state[0].items() if rid not in gone}
        self._state = (kept | {document.rid: document for document in documents}, seq)

    def checkpoint(self) -> int:
        return self._state[1]

    def refresh(self) -> int:
        return self._state[1]

    def rids(self) -> "array[int]":
        return array("q", sorted(self._state[0]))

    def clear(self) -> None:
        self._state = ({}, 0)

    def close(self) -> None:
        """Nothing is held outside the object."""


def matches(document: Document, query: Query) -> bool:
    """Whether ``document`` answers ``query``, which has no ``SetRef``."""
    match query:
        case All():
            return True
        case And(parts):
            return all(matches(document, part) for part in parts)
        case Or(parts):
            return any(matches(document, part) for part in parts)
        case Not(left, right):
            return matches(document, left) and not matches(document, right)
        case Term():
            return _term(document, query)
        case Mask(ap, _, exact):
            test = masks.matcher(masks.of_mask(query))
            return any(test(word) for word in _words(document, ap, exact))
        case Range():
            return any(_within(value, query) for value in _ordered_values(document, query.ap))
        case Prox():
            return _prox(document, query)
        case SetRef():
            raise TypeError("a result set is not a property of a document")


def _repetitions(document: Document, ap: str, exact: bool) -> tuple[Repetition, ...]:
    return (document.exact if exact else document.texts).get(ap, ())


def _words(document: Document, ap: str, exact: bool) -> Iterator[str]:
    """Every word of a text access point, every key of another."""
    if BY_NAME[ap].kind == "text":
        for repetition in _repetitions(document, ap, exact):
            yield from repetition
    else:
        yield from document.keys.get(ap, ())


def _ordered_values(document: Document, ap: str) -> tuple[int, ...] | tuple[str, ...]:
    years = BY_NAME[ap].kind == "year"
    return document.years.get(ap, ()) if years else document.keys.get(ap, ())


def _term(document: Document, term: Term) -> bool:
    kind = BY_NAME[term.ap].kind
    if kind == "year":
        found = [int(token) in document.years.get(term.ap, ()) for token in term.tokens]
        return any(found) if term.structure == "any" else all(found)
    if kind != "text" or (term.structure in ("all", "any") and len(term.tokens) > 1):
        return _all_or_any(document, term)
    return any(_stands_in(r, term) for r in _repetitions(document, term.ap, term.exact))


def _all_or_any(document: Document, term: Term) -> bool:
    words = set(_words(document, term.ap, term.exact))
    found = (any(map(masks.matcher(p), words)) for p in masks.patterns(term))
    return any(found) if term.structure == "any" else all(found)


def _stands_in(repetition: Repetition, term: Term) -> bool:
    """Whether the words of ``term`` stand in ``repetition`` where it wants them."""
    starts = list(_occurrences(repetition, term))
    if term.complete:
        return 0 in starts and len(repetition) == len(term.tokens)
    return 0 in starts if term.position == "first" else bool(starts)


def _occurrences(repetition: Repetition, term: Term) -> Iterator[int]:
    """Positions at which the words of ``term`` follow one another."""
    tests = [masks.matcher(pattern) for pattern in masks.patterns(term)]
    for start in range(len(repetition) - len(tests) + 1):
        if all(test(repetition[start + i]) for i, test in enumerate(tests)):
            yield start


def _prox(document: Document, query: Prox) -> bool:
    repetitions = _repetitions(document, query.left.ap, query.left.exact)
    found = any(_near(repetition, query) for repetition in repetitions)
    if query.exclude:
        return not found and any(_stands_in(repetition, query.left) for repetition in repetitions)
    return found


def _near(repetition: Repetition, query: Prox) -> bool:
    wanted = plan.distances(query)
    rights = list(_occurrences(repetition, query.right))
    for left in _occurrences(repetition, query.left):
        for right in rights:
            if right - (left + len(query.left.tokens) - 1) in wanted:
                return True
            if not query.ordered and left - (right + len(query.right.tokens) - 1) in wanted:
                return True
    return False


def _within(value: int | str, query: Range) -> bool:
    # Python compares strings by code point, as the tree wants it.
    if query.lo is not None and not (_less(query.lo, value) or _at(query.lo, value, query.lo_incl)):
        return False
    return query.hi is None or _less(value, query.hi) or _at(query.hi, value, query.hi_incl)


def _less(low: int | str, high: int | str) -> bool:
    if isinstance(low, int) and isinstance(high, int):
        return low < high
    return str(low) < str(high)


def _at(bound: int | str, value: int | str, inclusive: bool) -> bool:
    return inclusive and bound == value


ENGINE = EngineFactory("memory", lambda _directory, tables: MemoryIndex(tables), durable=False)
