"""Brute force: every node of the query evaluated literally over every document.

The oracle of the contract suite and the engine of fast tests. It shares the limits and the
normal form (``interop.index.plan``) with the other engines, and nothing of how a match is found;
but a record that another engine reads again, to see what its index does not tell, it judges with
``matches``.
It lives and dies with its process.
"""

import math
from array import array
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache, lru_cache

from interop.index import facets as faceting
from interop.index import masks, plan, relevance, resultset, spans
from interop.index.base import (
    EVERY,
    Document,
    Facet,
    FacetCount,
    Put,
    ResultSet,
    Scan,
    ScanKind,
    records_of,
)
from interop.index.engines import EngineFactory
from interop.index.ghosts import Living
from interop.index.scan import FEW, scan
from interop.index.tables import Tables
from interop.query.access_points import BY_NAME
from interop.query.ast import (
    All,
    And,
    Mask,
    MaskedPhrase,
    Not,
    Or,
    Prox,
    ProxOperand,
    Query,
    Range,
    SetRef,
    SortKey,
    Span,
    Term,
)

Repetition = tuple[str, ...]
Place = tuple[int, int]  # first and last word in a repetition


class MemoryIndex:
    """Keeps ``base.SearchIndex``. Documents are replaced as a whole, so a search that is running
    in another thread goes on over the state that it began with.
    """

    name = "memory"

    def __init__(self, tables: Tables) -> None:
        self._tables = tables
        self._words = Living(tables, self.unanswered)
        self._state: tuple[dict[int, Document], int] = ({}, 0)

    def search(
        self,
        databases: Sequence[str],
        query: Query,
        sort: Sequence[SortKey] = (),
        sets: dict[str, ResultSet] | None = None,
    ) -> ResultSet:
        resultset.check_sort(sort)
        resultset.check_relevance(query, sort)
        query = plan.prepare(query, self._words)
        documents, seq = self._state
        scope = frozenset(databases)
        held = [document for document in documents.values() if document.database in scope]

        def run(part: Query) -> Iterator[int]:
            return (document.rid for document in held if matches(document, part))

        members = resultset.members_of(sets, scope, run)
        rids = resultset.combine(query, members, run)
        if resultset.by_relevance(sort):
            score = _Score(query, held)
            best = sorted(rids, key=lambda rid: (-score.of(documents[rid]), rid))
            return resultset.Snapshot(array("q", best), seq, scope)
        return resultset.ordered(array("q", sorted(rids)), sort, self._tables, seq, scope)

    def sort(self, results: Sequence[ResultSet], keys: Sequence[SortKey]) -> ResultSet:
        return resultset.union(results, keys, self._tables)

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
        within = plan.prepare(within, self._words)
        documents = self._state[0].values()
        held = [d for d in documents if d.database in databases and matches(d, within)]

        def count(query: Query, any_: bool) -> int:
            return sum(matches(document, query) for document in held)

        return scan(
            self._tables, count, ap, term, kind,
            before=before, after=after, step=step, exact=exact,
            few=lambda: held if len(held) <= FEW else None,
        )  # fmt: skip

    def facets(self, result: ResultSet, facets: Sequence[Facet]) -> list[tuple[FacetCount, ...]]:
        faceting.check(facets, self._tables)
        documents = self._state[0]
        held = [documents[rid] for rid in result.ids() if rid in documents]
        return [self._facet(facet, held) for facet in facets]

    def _facet(self, facet: Facet, held: Sequence[Document]) -> tuple[FacetCount, ...]:
        if facet.ranges:
            return tuple(
                faceting.of_range(each, sum(matches(document, each) for document in held))
                for each in facet.ranges
            )
        counts = Counter(value for document in held for value in _values(document, facet.ap))
        return faceting.page(facet, counts, self._tables)

    def unanswered(self, queries: Sequence[Query]) -> list[int]:
        documents = self._state[0].values()
        return [
            place
            for place, query in enumerate(queries)
            if not any(matches(document, query) for document in documents)
        ]

    def lock(self) -> None:
        """No other process can reach it."""

    @contextmanager
    def writing(self, seq: int) -> Iterator[Put]:
        kept = dict(self._state[0])

        def put(documents: Sequence[Document], deleted: Sequence[int]) -> None:
            for rid in deleted:
                kept.pop(rid, None)
            kept.update((record.rid, record) for each in documents for record in records_of(each))

        yield put
        self._state = (kept, seq)

    def apply(
        self, documents: Sequence[Document], deleted: Sequence[int], seq: int, *, wait: bool = False
    ) -> None:
        with self.writing(seq) as put:
            put(documents, deleted)

    def checkpoint(self) -> int:
        return self._state[1]

    def refresh(self) -> int:
        return self._state[1]

    def rids(self) -> "array[int]":
        return array("q", sorted(self._state[0]))

    def partners(self, rids: Sequence[int]) -> dict[int, int]:
        """None: two records in one document are taken apart."""
        return {}

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
            (test,) = _tests(query)
            return any(test(word) for word in _words(document, ap, exact))
        case MaskedPhrase(ap, _, _, _, exact):
            return any(_stands_in(r, query) for r in _repetitions(document, ap, exact))
        case Range():
            return any(_within(value, query) for value in _ordered_values(document, query.ap))
        case Span():
            enclosing = spans.bounds(query)
            return any(map(enclosing.hold, document.keys.get(query.ap, ())))
        case Prox():
            return _prox(document, query)
        case SetRef():
            raise TypeError("a result set is not a property of a document")


def _values(document: Document, ap: str) -> set[str]:
    """What a facet counts: headings of text, keys, years."""
    match BY_NAME[ap].kind:
        case "text":
            return {" ".join(repetition) for repetition in document.exact.get(ap, ())}
        case "year":
            return set(map(str, document.years.get(ap, ())))
        case _:
            return set(document.keys.get(ap, ()))


class _Score:
    """How well documents answer a query: BM25 (k1 = 1.2, b = 0.75) of ``relevance.reasons``."""

    def __init__(self, query: Query, held: Sequence[Document]) -> None:
        self._reasons = relevance.reasons(query)
        self._held = held
        self._rarity = {reason: self._idf(reason) for reason in self._reasons}

    def _idf(self, reason: relevance.Reason) -> float:
        having = sum(_has(document, reason) for document in self._held)
        return math.log(1 + (len(self._held) - having + 0.5) / (having + 0.5))

    def of(self, document: Document) -> float:
        return sum(self._one(document, reason) for reason in self._reasons)

    def _one(self, document: Document, reason: relevance.Reason) -> float:
        if reason.place != "word":
            return reason.weight if _has(document, reason) else 0.0
        words = [w for r in _repetitions(document, reason.ap, reason.exact) for w in r]
        times = words.count(reason.tokens[0])
        length = 0.25 + 0.75 * len(words) / self._mean(reason)
        return reason.weight * self._rarity[reason] * times * 2.2 / (times + 1.2 * length)

    @cache  # noqa: B019  # the object lives for one search
    def _mean(self, reason: relevance.Reason) -> float:
        lengths = [
            sum(map(len, _repetitions(document, reason.ap, reason.exact)))
            for document in self._held
        ]
        return max(sum(lengths) / max(len(lengths), 1), 1.0)


def _has(document: Document, reason: relevance.Reason) -> bool:
    wanted = Term(
        reason.ap,
        reason.tokens,
        "phrase",
        "first" if reason.place == "first" else "any",
        reason.place == "complete",
        exact=reason.exact,
    )
    return _term(document, wanted)


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
    found = (any(map(test, words)) for test in _tests(term))
    return any(found) if term.structure == "any" else all(found)


def _stands_in(repetition: Repetition, phrase: Term | MaskedPhrase) -> bool:
    """Whether the words of ``phrase`` stand in ``repetition`` where it wants them."""
    spans = _occurrences(repetition, phrase)
    if phrase.complete:
        return (0, len(repetition) - 1) in spans
    return any(start == 0 for start, _ in spans) if phrase.position == "first" else bool(spans)


def _occurrences(repetition: Repetition, words: Term | Mask | MaskedPhrase) -> set[Place]:
    """Where the words follow one another."""
    tests = _tests(words)
    return {
        (start, start + len(tests) - 1)
        for start in range(len(repetition) - len(tests) + 1)
        if all(test(repetition[start + i]) for i, test in enumerate(tests))
    }


@lru_cache(maxsize=64)
def _tests(words: Term | Mask | MaskedPhrase) -> tuple[Callable[[str], bool], ...]:
    """The same for every repetition of every document."""
    return tuple(map(masks.matcher, masks.of_words(words)))


def _prox(document: Document, query: Prox) -> bool:
    repetitions = _repetitions(document, *_field(query))
    found = any(_spans(repetition, query) for repetition in repetitions)
    if query.exclude:
        return not found and any(_spans(repetition, query.left) for repetition in repetitions)
    return found


def _field(operand: ProxOperand) -> tuple[str, bool]:
    return _field(operand.left) if isinstance(operand, Prox) else (operand.ap, operand.exact)


def _spans(repetition: Repetition, operand: ProxOperand) -> set[Place]:
    """First and last word of every place where ``operand`` stands."""
    if not isinstance(operand, Prox):
        return _occurrences(repetition, operand)
    lefts = _spans(repetition, operand.left)
    rights = _spans(repetition, operand.right) if lefts else lefts
    if not rights:
        return rights
    distances: Sequence[int] = range(1, len(repetition))
    if operand.unit == "word":
        distances = plan.distances(operand)
    found = _followed(lefts, rights, distances)
    return found if operand.ordered else found | _followed(rights, lefts, distances)


def _followed(before: set[Place], after: set[Place], distances: Sequence[int]) -> set[Place]:
    """The spans from the beginning of one to the end of another so far behind it."""
    return {
        (first, last)
        for first, end in before
        for start, last in after
        if start > end and start - end in distances
    }


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


ENGINE = EngineFactory("memory", lambda _folder, tables, *_: MemoryIndex(tables), durable=False)
