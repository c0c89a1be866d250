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
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import tantivy

from interop.index import base, plan, resultset
from interop.index.base import Document, IndexBusy, IndexStale, ResultSet
from interop.index.engines import EngineFactory
from interop.index.engines._tantivy_query import (
    BOUNDARY,
    GAP,
    Compiler,
    build_schema,
    key_field,
    key_term,
    register_tokenizer,
    text_field,
    year_field,
)
from interop.index.tables import Tables
from interop.query.ast import Query, SortKey

RELOAD_EVERY = 0.1  # seconds: how old the state that a search sees may be, its reload costs 0.2 ms
FIRST_IDS = 200  # row ids read with the total: a first Present or SRU page needs no second search
WRITER_HEAP = 50_000_000  # bytes; eight times more brings nothing

_CREATION_LOCK = ".creation.lock"
_SENTINEL = "sentinel"  # its id; the ids of records are numbers

# Objects of a parent process: dropping them in a forked child would wait for threads that only
# the parent has, so the child keeps them for good and opens its own.
_INHERITED: list[object] = []


@dataclass(frozen=True, slots=True)
class _Opened:
    index: tantivy.Index
    compiler: Compiler
    pid: int


@dataclass(frozen=True, slots=True)
class _Seen:
    """A point in time: the searcher keeps its files, whatever a writer does."""

    searcher: tantivy.Searcher
    seq: int
    at: float


class TantivyIndex:
    """Keeps ``base.SearchIndex``. Any thread may search; one thread at a time applies."""

    name = "tantivy"

    def __init__(self, directory: Path, tables: Tables) -> None:
        self._directory = directory
        self._tables = tables
        self._schema = build_schema()
        self._opened: _Opened | None = None
        self._seen: _Seen | None = None
        self._writer: tantivy.IndexWriter | None = None

    # -- reading

    def search(
        self,
        databases: Sequence[str],
        query: Query,
        sort: Sequence[SortKey] = (),
        sets: dict[str, ResultSet] | None = None,
    ) -> ResultSet:
        resultset.check_sort(sort)
        query = plan.prepare(query, self._tables)
        seen = self._current()
        searcher, scope = seen.searcher, frozenset(databases)
        compiler = self._open().compiler

        def run(part: Query) -> "array[int]":
            return _all_ids(searcher, compiler.within(scope, part))

        if resultset.refers_to_sets(query):
            members = resultset.members_of(sets, scope, run)
            rids: Iterable[int] = resultset.combine(query, members, run)
        elif sort:
            rids = run(query)
        else:
            compiled = compiler.within(scope, query)
            first, total = _ids(searcher, compiled, FIRST_IDS)

            def rest() -> "array[int]":
                return _ids(searcher, compiled, total)[0]

            return resultset.Lazy(first, total, rest, seen.seq, scope)
        return resultset.Snapshot(resultset.sort(rids, sort, self._tables), seen.seq, scope)

    def checkpoint(self) -> int:
        return self._look().seq

    def refresh(self) -> int:
        self._seen = self._look()
        return self._seen.seq

    def rids(self) -> "array[int]":
        return _all_ids(self._look().searcher, self._open().compiler.live())

    def _current(self) -> _Seen:
        self._open()  # first, so that a forked child forgets what its parent saw
        seen = self._seen
        if seen is None or time.monotonic() > seen.at + RELOAD_EVERY:
            seen = self._seen = self._look()
        return seen

    def _look(self) -> _Seen:
        """The last commit. Raises ``IndexStale``."""
        index, now = self._open().index, time.monotonic()
        index.reload()
        searcher = index.searcher()
        query = tantivy.Query.term_query(self._schema, "id", _SENTINEL, "basic")
        hits = searcher.search(query, limit=1, count=False).hits
        if not hits:
            return _Seen(searcher, 0, now)
        sentinel = searcher.doc(hits[0][1]).to_dict()
        version = sentinel["version"][0]
        if version != base.ANALYSIS_VERSION:
            raise IndexStale(base.ANALYSIS_VERSION, version)
        if sentinel["tables"][0] != self._tables.identity():
            raise IndexStale(base.ANALYSIS_VERSION, 0)  # its words were lost with their tables
        return _Seen(searcher, sentinel["seq"][0], now)

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
        return _Opened(index, Compiler(index, self._schema, self._tables), os.getpid())

    # -- writing

    def lock(self) -> None:
        self._locked_writer()

    def apply(
        self, documents: Sequence[Document], deleted: Sequence[int], seq: int, *, wait: bool = False
    ) -> None:
        sentinel = {
            "id": _SENTINEL,
            "seq": seq,
            "version": base.ANALYSIS_VERSION,
            "tables": self._tables.identity(),
        }
        writer = self._locked_writer()
        try:
            for rid in deleted:
                writer.delete_documents_by_term("id", str(rid))
            for document in documents:
                writer.delete_documents_by_term("id", str(document.rid))
                self._add(writer, _fields(document))
            writer.delete_documents_by_term("id", _SENTINEL)
            self._add(writer, sentinel)
            writer.commit()
        except BaseException:
            writer.rollback()
            raise
        if wait:
            self.refresh()

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


def _fields(document: Document) -> dict[str, Any]:
    fields: dict[str, Any] = {
        "id": str(document.rid),
        "live": "1",
        "db": document.database,
        "rid": document.rid,
    }
    for ap, folded in document.texts.items():
        fields[text_field(ap, False)] = _spread(folded)
    for ap, marked in document.exact.items():
        # Without marks both are the same text: put together once.
        is_plain = marked == document.texts.get(ap)
        fields[text_field(ap, True)] = (
            fields[text_field(ap, False)] if is_plain else _spread(marked)
        )
    for ap, keys in document.keys.items():
        fields[key_field(ap)] = [key_term(ap, key) for key in keys]
    for ap, years in document.years.items():
        fields[year_field(ap)] = list(years)
    return fields


def _spread(repetitions: Iterable[Sequence[str]]) -> str:
    """Repetitions with a boundary on both sides and fillers between them, as one text."""
    return f"{BOUNDARY} {f' {GAP} '.join(map(' '.join, repetitions))} {BOUNDARY}"


def _ids(searcher: tantivy.Searcher, query: tantivy.Query, limit: int) -> "tuple[array[int], int]":
    """The lowest ``limit`` row ids and the exact total. A limit of 0 would end the process."""
    order = tantivy.Order.Asc
    result: Any = searcher.search(query, limit=max(limit, 1), order_by_field="rid", order=order)
    return array("q", [rid for rid, _ in result.hits]), result.count


def _all_ids(searcher: tantivy.Searcher, query: tantivy.Query) -> "array[int]":
    first, total = _ids(searcher, query, FIRST_IDS)
    return first if total <= len(first) else _ids(searcher, query, total)[0]


def _open_index(directory: Path, tables: Tables) -> TantivyIndex:
    # A folder that is the engine's alone: an index of another schema is removed with all its files.
    return TantivyIndex(directory / "tantivy", tables)


ENGINE = EngineFactory("tantivy", _open_index, durable=True)
