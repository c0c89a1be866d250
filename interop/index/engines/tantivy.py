"""tantivy: the embedded default. A directory beside the store, no server, one writer, any number
of reading processes.

The library's own traps are avoided in two places: queries in ``_tantivy_query``, the rest here.
There is no payload of a commit, so the checkpoint is a sentinel document that is written in the
same commit as the records; it is in no database and not ``live``, so no search sees it.
"""

import fcntl
import os
import shutil
import time
from array import array
from collections import Counter
from collections.abc import Hashable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import chain
from pathlib import Path
from typing import Any, cast
from weakref import WeakKeyDictionary

import tantivy

from interop.index import base, plan, resultset
from interop.index import facets as faceting
from interop.index.base import (
    BUDGET,
    EVERY,
    MAX_REREAD,
    SIDES,
    Budget,
    Document,
    Facet,
    FacetCount,
    IndexBusy,
    IndexStale,
    Own,
    Put,
    QueryTooComplex,
    Reread,
    ResultSet,
    Scan,
    ScanKind,
    SetTooLarge,
    Side,
    TooManyTerms,
    side_of,
)
from interop.index.cost import Meter
from interop.index.engines import EngineFactory
from interop.index.engines._tantivy_query import (
    BOUNDARY,
    GAP,
    LONG,
    Compiler,
    Form,
    both,
    build_schema,
    having,
    heading_field,
    id_field,
    key_field,
    key_of,
    key_term,
    register_tokenizer,
    rid_field,
    rids_between,
    text_field,
    year_field,
)
from interop.index.engines.memory import matches
from interop.index.fields import Tokens
from interop.index.ghosts import Living
from interop.index.scan import FEW, scan
from interop.index.tables import Tables
from interop.index.turnstile import Turnstile
from interop.query.access_points import ACCESS_POINTS, BY_NAME
from interop.query.ast import All, And, Not, Or, Prox, Query, SortKey, Term

RELOAD_EVERY = 0.1  # seconds: how old the state that a search sees may be, its reload costs 0.2 ms
FIRST_IDS = 200  # row ids read with the total: a first Present or SRU page needs no second search
MAX_RANKED = 10_000  # hits in the order of relevance; the others come behind, by row id
MAX_VALUES = 1_000_000  # distinct values of one facet in one result
MAX_MEMBERS = 500_000  # records of a set without a query that facets are counted of
SOME_VALUES = 200  # asked for beyond those wanted, to see where their counts end
SOME_OF_A_SEGMENT = 300  # values of a segment that are looked at first
MAX_COUNTED = 100  # values whose counts are asked for one by one
DEEP = 10_000  # row ids before a page from which on it is looked for by their numbers
NUMBERS = 4096  # row ids in one step of that
MAX_HEADING = 16_000  # characters

# Ways in which the words of a proximity may stand, above which records with all these words are
# looked at themselves when they are few: each way is a phrase, each record half a millisecond.
MANY_WAYS = 16
MAX_JUDGED = 100

LARGE = 100_000  # records of a set from which on sorting or combining it is no quick matter

WRITER_HEAP = 50_000_000  # bytes; eight times more brings nothing

# Answers that are kept until the next commit, and which questions are small enough for that.
MAX_KEPT = 256
SMALL = 256  # characters
SOME_TERMS = 64  # of a scan

_FACETS = frozenset(point.name for point in ACCESS_POINTS if point.facet)

_CREATION_LOCK = ".creation.lock"
_SENTINEL = "sentinel"  # the field that it alone has

# Objects of a parent process: dropping them in a forked child would wait for threads that only
# the parent has, so the child keeps them for good and opens its own.
_INHERITED: list[object] = []


@dataclass(frozen=True, slots=True)
class _Opened:
    index: tantivy.Index
    compilers: Mapping[Side, Compiler]
    pid: int


@dataclass(frozen=True, slots=True)
class _Seen:
    """A point in time: the searcher keeps its files, whatever a writer does."""

    searcher: tantivy.Searcher
    seq: int
    at: float
    state: bytes | None = None  # of the index, as it names it itself; ``None``: not known
    kept: dict[Hashable, Any] = field(default_factory=dict)  # answers at this point in time

    def keep(self, question: Hashable, answer: object) -> None:
        """``answer`` may be given again for as long as the index stays as it is."""
        if len(self.kept) >= MAX_KEPT:
            self.kept.clear()
        self.kept[question] = answer


@dataclass(frozen=True, slots=True)
class _Rest:
    """What a search found, to be asked again at the same point in time."""

    searcher: tantivy.Searcher
    compiled: tantivy.Query
    side: Side

    def __call__(self, start: int, count: int) -> "array[int]":
        if start >= DEEP:
            return _deep_ids(self.searcher, self.compiled, self.side, count, start)
        return _ids(self.searcher, self.compiled, self.side, count, start)[0]


class _Found(resultset.Lazy):
    """The set of a query without other sets: facets ask it again."""

    def __init__(
        self,
        first: "array[int]",
        total: int,
        rest: _Rest,
        seq: int,
        databases: frozenset[str],
        *,
        ranked: bool = False,
    ) -> None:
        super().__init__(first, total, rest, seq, databases, ranked=ranked)
        self.rest = rest


class TantivyIndex:
    """Keeps ``base.SearchIndex``. Any thread may search; one thread at a time applies."""

    name = "tantivy"

    def __init__(
        self, directory: Path, tables: Tables, reread: Reread, budget: Budget = BUDGET
    ) -> None:
        self._directory = directory
        self._tables = tables
        self._words = Living(tables, self.unanswered)
        self._reread = reread
        self._schema = build_schema()
        self._opened: _Opened | None = None
        self._seen: _Seen | None = None
        self._writer: tantivy.IndexWriter | None = None
        self._budget = budget
        self._turnstile = Turnstile(budget.dear)
        # What sorted sets came from: their facets are counted by asking it again.
        self._asked: WeakKeyDictionary[ResultSet, _Rest] = WeakKeyDictionary()

    # -- reading

    def search(
        self,
        databases: Sequence[str],
        query: Query,
        sort: Sequence[SortKey] = (),
        sets: dict[str, ResultSet] | None = None,
    ) -> ResultSet:
        resultset.check_sort(sort)
        resultset.check_relevance(query, sort)
        seen = self._current()
        searcher, scope = seen.searcher, frozenset(databases)
        question = (scope, query) if not sort and _is_small(query) else None
        if question is not None and (answer := seen.kept.get(question)) is not None:
            first, total, rest = answer
            return _Found(first, total, rest, seen.seq, scope)
        query = plan.prepare(query, self._words)
        if resultset.refers_to_sets(query) or len(sides := _sides(scope)) > 1:
            return self._combined(seen, scope, query, sort, sets or {})
        (side,) = sides
        compiler, meter = self._compiler(searcher, side, scope, query)
        compiled = compiler.within(scope, query)
        rest = _Rest(searcher, compiled, side)
        if resultset.by_relevance(sort):
            ranked = compiler.ranked(scope, query)
            with self._turnstile.passing(meter.is_dear):
                best, total = _best(searcher, ranked, side)
            first = array("q", [rid for _, rid in best])
            return _Found(first, total, rest, seen.seq, scope, ranked=True)
        with self._turnstile.passing(meter.is_dear):
            first, total = _ids(searcher, compiled, side, FIRST_IDS)
        found = _Found(first, total, rest, seen.seq, scope)
        if question is not None:
            seen.keep(question, (first, total, rest))  # not the set, which may come to hold all ids
        if not sort:
            return found
        self._check_size(total)
        with self._turnstile.passing(meter.is_dear or total > LARGE):
            ordered = resultset.ordered(found.ids(), sort, self._tables, seen.seq, scope)
        if ordered.total == total:  # nothing was left out for want of a key
            self._asked[ordered] = rest
        return ordered

    def _combined(
        self,
        seen: _Seen,
        scope: frozenset[str],
        query: Query,
        sort: Sequence[SortKey],
        sets: dict[str, ResultSet],
    ) -> ResultSet:
        """A search that other sets take part in, or of libraries and the union at once."""
        asked: dict[Side, tuple[Compiler, list[str]]] = {}
        dear = False
        for side, databases in _sides(scope).items():
            compiler, meter = self._compiler(seen.searcher, side, databases, query)
            for part in resultset.plain_parts(query):
                compiler.compile(part)
            asked[side] = compiler.counting(None), databases
            dear = dear or meter.is_dear

        def run(part: Query) -> "array[int]":
            found = array("q")
            for side, (compiler, databases) in asked.items():
                whole = compiler.within(databases, part)
                self._check_size(_total(seen.searcher, whole))
                found += _all_ids(seen.searcher, whole, side)
            return found

        size = sum(sets[name].total for name in resultset.names_in(query) if name in sets)
        self._check_size(size)
        with self._turnstile.passing(dear or size > LARGE):
            if resultset.by_relevance(sort):
                best: list[tuple[float, int]] = []
                for side, (compiler, databases) in asked.items():
                    best += _best(seen.searcher, compiler.ranked(databases, query), side)[0]
                ranked = dict.fromkeys(rid for _, rid in sorted(best)) | dict.fromkeys(run(query))
                return resultset.Snapshot(array("q", ranked), seen.seq, scope)
            rids = resultset.combine(query, resultset.members_of(sets, scope, run), run)
            return resultset.ordered(array("q", sorted(rids)), sort, self._tables, seen.seq, scope)

    def _check_size(self, records: int) -> None:
        if records > self._budget.records:
            raise SetTooLarge(str(records))

    def sort(self, results: Sequence[ResultSet], keys: Sequence[SortKey]) -> ResultSet:
        size = sum(result.total for result in results)
        self._check_size(size)
        with self._turnstile.passing(size > LARGE):
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
        seen = self._current()
        searcher = seen.searcher
        question = (frozenset(databases), within, ap, term, kind, before, after, step, exact)
        small = _is_small(within) and before + after <= SOME_TERMS and len(term) <= SMALL
        if small and (answer := seen.kept.get(question)) is not None:
            return cast(Scan, answer)
        within = plan.prepare(within, self._words)
        asked = [
            (compiler, compiler.within(each, within))
            for side, each in _sides(databases).items()
            for compiler in (self._compiler(searcher, side, each, within)[0].counting(None),)
        ]

        def count(query: Query, any_: bool) -> int:
            total = 0
            for compiler, scope in asked:
                whole = scope if query == EVERY else both(scope, compiler.compile(query))
                result: Any = searcher.search(whole, 1, not any_)
                total += len(result.hits) if any_ else int(result.count)
            return total

        def few() -> Iterable[Document] | None:
            rids = array("q")
            for side, (_, scope) in zip(_sides(databases), asked, strict=True):
                some, total = _ids(searcher, scope, side, FEW)
                if total + len(rids) > FEW:
                    return None
                rids += some
            return self._reread(rids)

        found = scan(
            self._tables, count, ap, term, kind,
            before=before, after=after, step=step, exact=exact, few=few,
        )  # fmt: skip
        if small:
            seen.keep(question, found)
        return found

    def facets(self, result: ResultSet, facets: Sequence[Facet]) -> list[tuple[FacetCount, ...]]:
        faceting.check(facets, self._tables)
        asked = result.rest if isinstance(result, _Found) else self._asked.get(result)
        if asked is not None:
            searcher, found = asked.searcher, {asked.side: asked.compiled}
        else:
            if result.total > MAX_MEMBERS:
                raise QueryTooComplex(f"facets of {result.total} records of combined sets")
            searcher = self._current().searcher
            members = resultset.members(result)
            compilers = self._open().compilers
            found = {side: compilers[side].any_of(members) for side in _sides(result.databases)}
        return [self._facet(searcher, found, facet) for facet in facets]

    def _facet(
        self, searcher: tantivy.Searcher, found: Mapping[Side, tantivy.Query], facet: Facet
    ) -> tuple[FacetCount, ...]:
        if facet.ranges:
            hits = [0] * len(facet.ranges)
            for side, query in found.items():
                compile_ = self._open().compilers[side].compile
                for place, each in enumerate(facet.ranges):
                    hits[place] += _total(searcher, both(query, compile_(each)))
            return tuple(map(faceting.of_range, facet.ranges, hits))
        if len(found) == 1:
            ((side, query),) = found.items()
            counts: Mapping[str, int] = _counts(searcher, query, side, facet)
        else:
            counts = Counter[str]()
            for (
                side,
                query,
            ) in found.items():  # all values: where one side's counts end tells little
                counts.update(_counts(searcher, query, side, replace(facet, order="value")))
        return faceting.page(facet, counts, self._tables)

    def _compiler(
        self, searcher: tantivy.Searcher, side: Side, databases: Iterable[str], query: Query
    ) -> tuple[Compiler, Meter]:
        """What compiles ``query``, and counts what it costs. Of some proximities it knows the
        records that answer them: of words in one field, because an index of positions finds words
        some way apart and of longer fields the record decides; of many words, where few records
        have them all.
        """
        meter = Meter(searcher.doc_freq, searcher.num_segments, self._budget.steps)
        compiler = self._open().compilers[side].counting(meter)
        known: dict[Prox, list[int]] = {}
        room = MAX_REREAD  # of all proximities together
        for asked in _proximities(query):
            scope = compiler.within(databases, EVERY)
            if asked.unit == "field":
                if not _total(searcher, both(scope, compiler.reaches_far(asked))):
                    continue  # most indexes of headings: nothing is compiled twice
                wanted, limit = both(scope, compiler.far_apart(asked)), room
            elif (limit := min(MAX_JUDGED, room)) and plan.placings(asked) > MANY_WAYS:
                wanted = both(scope, compiler.may_be_near(asked))
            else:
                continue
            possible, total = _ids(searcher, wanted, side, limit)
            if total <= limit:
                room -= total
                there = replace(asked, exclude=False)
                known[asked] = [d.rid for d in self._reread(possible) if matches(d, there)]
            elif asked.unit == "field":
                raise QueryTooComplex(f"proximity in {total} long fields")
        return (compiler.knowing(known) if known else compiler), meter

    def unanswered(self, queries: Sequence[Query]) -> list[int]:
        searcher, compilers = self._look().searcher, self._open().compilers.values()

        def some(query: Query) -> bool:
            compiled = (compiler.compile(query) for compiler in compilers)
            return any(searcher.search(each, 1, count=False).hits for each in compiled)

        return [place for place, query in enumerate(queries) if not some(query)]

    def checkpoint(self) -> int:
        return self._look().seq

    def refresh(self) -> int:
        self._seen = self._look()
        return self._seen.seq

    def rids(self) -> "array[int]":
        searcher = self._look().searcher
        compilers = self._open().compilers
        every = [(compilers[side].live(), side) for side in SIDES]
        found = [_ids(searcher, live, side, searcher.num_docs)[0] for live, side in every]
        return array("q", sorted(chain.from_iterable(found)))

    def partners(self, rids: Sequence[int]) -> dict[int, int]:
        searcher = self._look().searcher
        compilers = self._open().compilers
        of_two = both(*(compilers[side].live() for side in SIDES))
        found: dict[int, int] = {}
        for side, other in (SIDES, SIDES[::-1]):
            wanted = both(of_two, compilers[side].any_of(rids))
            hits = searcher.search(wanted, limit=max(len(rids), 1), count=False).hits
            places = [address for _, address in hits]
            mine: Any = searcher.fast_field_values(rid_field(side), places)
            its: Any = searcher.fast_field_values(rid_field(other), places)
            found.update(zip(mine, its, strict=True))
        return found

    def _current(self) -> _Seen:
        self._open()  # first, so that a forked child forgets what its parent saw
        seen = self._seen
        if seen is None or time.monotonic() > seen.at + RELOAD_EVERY:
            new = self._look()
            if seen is not None and new.state is not None and new.state == seen.state:
                new = replace(new, kept=seen.kept)
            seen = self._seen = new
        return seen

    def _state(self) -> bytes | None:
        """What the index says of itself: the same octets are the same commit."""
        try:
            return (self._directory / "meta.json").read_bytes()
        except OSError:
            return None

    def _look(self) -> _Seen:
        """The last commit. Raises ``IndexStale``."""
        index, now = self._open().index, time.monotonic()
        before = self._state()
        index.reload()
        searcher = index.searcher()
        state = before if before == self._state() else None  # a commit between: nothing is known
        query = tantivy.Query.term_query(self._schema, _SENTINEL, "1", "basic")
        hits = searcher.search(query, limit=1, count=False).hits
        if not hits:
            return _Seen(searcher, 0, now, state)
        sentinel = searcher.doc(hits[0][1]).to_dict()
        version = sentinel["version"][0]
        if version != base.ANALYSIS_VERSION:
            raise IndexStale(base.ANALYSIS_VERSION, version)
        if sentinel["tables"][0] != self._tables.identity():
            raise IndexStale(base.ANALYSIS_VERSION, 0)  # its words were lost with their tables
        return _Seen(searcher, sentinel["seq"][0], now, state)

    def _open(self) -> _Opened:
        opened = self._opened
        if opened is not None and opened.pid == os.getpid():
            return opened
        if opened is not None:
            _INHERITED.extend((opened, self._seen, self._writer))
            self._seen = self._writer = None
        opened = self._opened = self._open_here()
        return opened

    def _open_here(self) -> _Opened:
        self._directory.mkdir(parents=True, exist_ok=True)
        # Two that find no index at once would each make one, the later over the earlier.
        with (self._directory / _CREATION_LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            try:
                index = tantivy.Index(self._schema, path=str(self._directory), reuse=True)
            except ValueError as error:
                if "schema" not in str(error).lower():
                    raise
                raise IndexStale(base.ANALYSIS_VERSION, 0) from error  # of other access points
        register_tokenizer(index)
        compilers = {side: Compiler(index, self._schema, self._tables, side) for side in SIDES}
        return _Opened(index, compilers, os.getpid())

    # -- writing

    def lock(self) -> None:
        self._locked_writer()

    @contextmanager
    def writing(self, seq: int) -> Iterator[Put]:
        sentinel = {
            _SENTINEL: "1",
            "seq": seq,
            "version": base.ANALYSIS_VERSION,
            "tables": self._tables.identity(),
        }
        writer = self._locked_writer()

        def put(documents: Sequence[Document], deleted: Sequence[int]) -> None:
            for rid in deleted:
                self._remove(writer, rid)
            for document in documents:
                for rid in document.rids:
                    self._remove(writer, rid)
                self._add(writer, _fields(document))

        try:
            yield put
            writer.delete_documents_by_term(_SENTINEL, "1")
            self._add(writer, sentinel)
            writer.commit()
        except BaseException:
            writer.rollback()
            raise

    def apply(
        self, documents: Sequence[Document], deleted: Sequence[int], seq: int, *, wait: bool = False
    ) -> None:
        with self.writing(seq) as put:
            put(documents, deleted)
        if wait:
            self.refresh()

    def _remove(self, writer: tantivy.IndexWriter, rid: int) -> None:
        for side in SIDES:
            writer.delete_documents_by_term(id_field(side), str(rid))

    def _add(self, writer: tantivy.IndexWriter, fields: dict[str, Any]) -> None:
        # With the schema a wrong type is an error here; without, it kills the writer at commit.
        writer.add_document(tantivy.Document.from_dict(fields, self._schema))

    def _locked_writer(self) -> tantivy.IndexWriter:
        index = self._open().index  # first, so that a forked child forgets its parent's writer
        if self._writer is None:
            self._writer = _lock(index)  # in no local: a traceback would keep the lock
            try:
                self._look()
            except IndexStale:
                self._release()
                raise
        return self._writer

    def clear(self) -> None:
        self._release()
        try:
            index = self._open().index
        except IndexStale:
            self._remove_files()
            index = self._open().index
        writer = _lock(index)
        writer.delete_all_documents()
        writer.commit()
        self._seen = None

    def _remove_files(self) -> None:
        """An index of another schema, which this software can only replace. Under its lock."""
        writer = _lock(tantivy.Index.open(str(self._directory)))
        for path in self._directory.iterdir():
            if path.is_dir():
                shutil.rmtree(path)
            elif not path.name.endswith(".lock"):
                path.unlink()
        del writer

    def close(self) -> None:
        self._release()
        self._opened = self._seen = None

    def _release(self) -> None:
        """The lock goes with the writer."""
        if self._opened is None or self._opened.pid == os.getpid():
            self._writer = None


def _lock(index: tantivy.Index) -> tantivy.IndexWriter:
    try:
        return index.writer(WRITER_HEAP, 1)  # more threads bring nothing beside analysis
    except ValueError as error:
        if "LockBusy" not in str(error):
            raise
        raise IndexBusy("another follower is writing the index") from error


def _sides(databases: Iterable[str]) -> dict[Side, list[str]]:
    """The sides that ``databases`` are on; without any, one on which nothing is found."""
    found: dict[Side, list[str]] = {}
    for database in databases:
        found.setdefault(side_of(database), []).append(database)
    return found or {"union": []}


def _sides_of(document: Document) -> list[tuple[Side, int, str]]:
    """Side, row id and database of the records in ``document``."""
    if document.pair is None:
        return [(side_of(document.database), document.rid, document.database)]
    return [(side, own.rid, own.database) for side, own in zip(SIDES, document.pair, strict=True)]


def _fields(document: Document) -> dict[str, Any]:
    sides = _sides_of(document)
    fields: dict[str, Any] = {
        "live": [side for side, _, _ in sides],
        "db": [database for _, _, database in sides],
    }
    for side, rid, _ in sides:
        fields[id_field(side)], fields[rid_field(side)] = str(rid), rid
    _add_texts(fields, document, None)
    for ap in document.exact:
        if ap in _FACETS:
            fields[heading_field(ap)] = _distinct(map(" ".join, document.exact[ap]))
    _add_keys(fields, document.keys, sides[0][0])
    for ap, years in document.years.items():
        fields[year_field(ap)] = list(years)
    for side, own in zip(SIDES, document.pair or (), strict=False):
        _add_texts(fields, own, side)
        _add_keys(fields, own.keys, side)
    return fields


def _add_texts(fields: dict[str, Any], part: Document | Own, side: Side | None) -> None:
    """``side``: whose words they are alone."""
    long: list[str] = []
    texts, exact = part.texts, part.exact
    for ap in texts if texts.keys() == exact.keys() else texts.keys() | exact.keys():
        for form, repetitions in _by_form(texts.get(ap, ()), exact.get(ap, ())):
            field = text_field(ap, form, side)
            fields[field] = _spread(repetitions)
            if len(repetitions) == 1:
                if len(repetitions[0]) > LONG:
                    long.append(field)
            elif max(map(len, repetitions)) > LONG:
                long.append(field)
    if long:
        fields["long"] = [*fields.get("long", ()), *long]


def _by_form(
    folded: Sequence[Tokens], marked: Sequence[Tokens]
) -> Sequence[tuple[Form, Sequence[Tokens]]]:
    """Repetitions by the field that they go into: those without marks are indexed once."""
    if folded == marked:
        return (("plain", folded),) if folded else ()
    plain: list[Tokens] = []
    if len(folded) == len(marked):
        pairs = list(zip(folded, marked, strict=True))
        plain = [one for one, other in pairs if one == other]
        folded = [one for one, other in pairs if one != other]
        marked = [other for one, other in pairs if one != other]
    forms: tuple[tuple[Form, Sequence[Tokens]], ...]
    forms = (("plain", plain), ("folded", folded), ("exact", marked))
    return [(form, repetitions) for form, repetitions in forms if repetitions]


def _add_keys(fields: dict[str, Any], keys: Mapping[str, Iterable[str]], side: Side) -> None:
    for ap, values in keys.items():
        terms = [key_term(ap, key) for key in values] if BY_NAME[ap].ordered else list(values)
        fields[key_field(ap, side)] = terms


def _distinct(headings: Iterable[str]) -> list[str]:
    """Each once, since facets count records; cut as the library would drop them (64 kB)."""
    return list(dict.fromkeys(heading[:MAX_HEADING] for heading in headings))


def _proximities(query: Query) -> Iterator[Prox]:
    """Those in a tree that are no operand of another."""
    match query:
        case Prox():
            yield query
        case And(parts) | Or(parts):
            for part in parts:
                yield from _proximities(part)
        case Not(left, right):
            yield from _proximities(left)
            yield from _proximities(right)


_BETWEEN = f" {GAP} "


def _spread(repetitions: Sequence[Sequence[str]]) -> str:
    """Repetitions with a boundary on both sides and fillers between them, as one text."""
    if len(repetitions) == 1:
        return f"{BOUNDARY} {' '.join(repetitions[0])} {BOUNDARY}"
    return f"{BOUNDARY} {_BETWEEN.join(map(' '.join, repetitions))} {BOUNDARY}"


def _ids(
    searcher: tantivy.Searcher, query: tantivy.Query, side: Side, limit: int, start: int = 0
) -> "tuple[array[int], int]":
    """``limit`` row ids from a place on, ascending, and the exact total. A limit of 0 would end
    the process.
    """
    field = rid_field(side)
    result: Any = searcher.search(
        query, limit=max(limit, 1), order_by_field=field, offset=start, order=tantivy.Order.Asc
    )
    return array("q", [rid for rid, _ in result.hits]), result.count


def _deep_ids(
    searcher: tantivy.Searcher, query: tantivy.Query, side: Side, limit: int, start: int
) -> "array[int]":
    """As ``_ids``, which would put all that comes before in order: how many hits there are in
    each stretch of row ids tells where the page is.
    """
    stretches = {"histogram": {"field": rid_field(side), "interval": NUMBERS, "min_doc_count": 1}}
    found = searcher.aggregate(query, {"rids": stretches})["rids"]["buckets"]
    before = held = 0
    first = last = None
    for stretch in found:
        hits = int(stretch["doc_count"])
        if first is None and before + hits <= start:
            before += hits
            continue
        first = int(stretch["key"]) if first is None else first
        last, held = int(stretch["key"]) + NUMBERS, held + hits
        if before + held >= start + limit:
            break
    if first is None or last is None:
        return array("q")
    near = both(query, rids_between(side, first, last - 1))
    rids, _ = _ids(searcher, near, side, held)
    return rids[start - before : start - before + limit]


def _all_ids(searcher: tantivy.Searcher, query: tantivy.Query, side: Side) -> "array[int]":
    first, total = _ids(searcher, query, side, FIRST_IDS)
    return first if total <= len(first) else _ids(searcher, query, side, total)[0]


def _is_small(query: Query) -> bool:
    """Whether a query is little to keep: some words and keys, and no other sets."""
    room, waiting = SMALL, [query]
    while waiting:
        match waiting.pop():
            case All():
                room -= 1
            case Term(tokens=tokens):
                room -= sum(map(len, tokens)) + len(tokens)
            case And(parts) | Or(parts):
                waiting += parts
                room -= len(parts)
            case Not(left, right):
                waiting += (left, right)
                room -= 2
            case _:
                return False
        if room < 0:
            return False
    return True


def _total(searcher: tantivy.Searcher, query: tantivy.Query) -> int:
    result: Any = searcher.search(query, limit=1)
    return int(result.count)


def _best(
    searcher: tantivy.Searcher, query: tantivy.Query, side: Side
) -> tuple[list[tuple[float, int]], int]:
    """(score below zero, row id) of the best, equals ascending, and the exact total."""
    result: Any = searcher.search(query, limit=MAX_RANKED)
    addresses = [address for _, address in result.hits]
    rids: Any = searcher.fast_field_values(rid_field(side), addresses)
    ranked = sorted((-score, rid) for (score, _), rid in zip(result.hits, rids, strict=True))
    return ranked, result.count


def _counts(
    searcher: tantivy.Searcher, query: tantivy.Query, side: Side, facet: Facet
) -> dict[str, int]:
    """How many records of ``query`` have each value: all values, or at least those that no value
    left out could come before. Exact: no segment leaves any value out.
    """
    kind = BY_NAME[facet.ap].kind
    if kind == "text":
        field = heading_field(facet.ap)
    else:
        field = year_field(facet.ap) if kind == "year" else key_field(facet.ap, side)
    end = facet.start - 1 + facet.limit
    whole = facet.order == "value" or facet.reverse
    if kind == "text" and not whole and 0 < end <= MAX_COUNTED:
        some = _some(searcher, query, field, end)
        if some is not None:
            return some
    size = MAX_VALUES if whole else 2 * end + SOME_VALUES
    counts = _most(searcher, query, field, size)
    # Values that tie with the last one may be missing, and may come before it.
    if len(counts) == size < MAX_VALUES and counts[end - 1][1] == counts[-1][1]:
        counts = _most(searcher, query, field, MAX_VALUES)
    if len(counts) == MAX_VALUES:
        raise TooManyTerms(f"facet of {facet.ap}")
    if kind == "text":
        return dict(counts)
    if kind == "year":
        return {str(int(year)): hits for year, hits in counts}
    return {key_of(facet.ap, term): hits for term, hits in counts}


def _some(
    searcher: tantivy.Searcher, query: tantivy.Query, field: str, wanted: int
) -> dict[str, int] | None:
    """The exact counts of the ``wanted`` most frequent headings, and of all that tie with the last
    of them; ``None`` when that cannot be told from the most frequent ones of each segment.

    A segment names few values, which is what costs: each is looked up and kept. What it did not
    name has at most as many records there as it says, in all segments together ``error``.
    """
    size = wanted + SOME_VALUES
    terms = {"field": field, "size": size, "segment_size": max(SOME_OF_A_SEGMENT, size)}
    found = searcher.aggregate(query, {"values": {"terms": terms}})["values"]
    counts = [(bucket["key"], int(bucket["doc_count"])) for bucket in found["buckets"]]
    error = int(found["doc_count_error_upper_bound"] or 0)
    if not error and len(counts) < size:
        return dict(counts)
    if len(counts) < wanted:
        return None
    least = counts[wanted - 1][1]
    likely = [value for value, hits in counts if hits + error >= least]
    unnamed = error + (counts[-1][1] if len(counts) == size else 0)
    if unnamed >= least or len(likely) > MAX_COUNTED:
        return None
    return {value: _total(searcher, both(query, having(field, value))) for value in likely}


def _most(
    searcher: tantivy.Searcher, query: tantivy.Query, field: str, size: int
) -> list[tuple[Any, int]]:
    """The ``size`` most frequent values, the most frequent first."""
    terms = {"field": field, "size": size, "segment_size": MAX_VALUES}
    found = searcher.aggregate(query, {"values": {"terms": terms}})["values"]
    return [(bucket["key"], int(bucket["doc_count"])) for bucket in found["buckets"]]


def _open_index(directory: Path, tables: Tables, reread: Reread, budget: Budget) -> TantivyIndex:
    # A folder that is the engine's alone: an index of another schema is removed with all its files.
    return TantivyIndex(directory / "tantivy", tables, reread, budget)


ENGINE = EngineFactory("tantivy", _open_index, durable=True)
