"""kill -9 of a follower loses nothing and leaves nothing half done, wherever it strikes."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from interop.index import engines
from interop.index.follower import Follower, audit
from interop.ingest import ingest
from interop.model.record import Incoming, RecordId
from interop.query.ast import ANY, All, Mask, Term
from interop.store.store import Store
from tests.contracts.follower_victim import open_all
from tests.unit.index.test_document import field, stored

pytestmark = pytest.mark.slow

RECORDS = 130
POINTS = (
    "before tables",
    "between tables and engine",
    "before the commit",
    "between engine and progress",
)
DURABLE = [name for name in engines.names() if engines.by_name(name).durable]


def _fill(store: Store, word: str, numbers: range) -> None:
    with store.write() as writer:
        for number in numbers:
            marc = stored(field("245", f"a{word} số{number}")).marc
            writer.put(RecordId("union", f"u{number}"), marc, sets=[])


def _follow(folder: Path, engine: str, point: str, count: int) -> int:
    command = [sys.executable, "-m", "tests.contracts.follower_victim"]
    command += [str(folder), engine, point, str(count)]
    root = Path(__file__).resolve().parents[2]
    return subprocess.run(command, cwd=root, timeout=100, capture_output=True).returncode


@pytest.mark.parametrize("engine", DURABLE)
@pytest.mark.parametrize("point", POINTS)
def test_killed_follower_catches_up(tmp_path: Path, engine: str, point: str) -> None:
    store, tables, index = open_all(tmp_path, engine)
    _fill(store, "cũ", range(RECORDS))
    store.dispose()
    for count in (1, 2, 3):
        assert _follow(tmp_path, engine, point, count) == -signal.SIGKILL
        # What is there was committed whole, and is not said to be more than it is.
        applied = index.checkpoint()
        assert applied <= store.last_seq()
        assert len(index.rids()) <= RECORDS
        with store.write() as writer:
            for number in range(count * 10):
                writer.delete(RecordId("union", f"u{number}"))
        _fill(store, "mới", range(100, RECORDS + count))
    assert _follow(tmp_path, engine, "none", 0) == 0
    assert list(audit(store, index)) == []
    assert index.refresh() == store.last_seq() == tables.progress()[engine][0]
    live = store.databases()["union"]
    assert index.search(["union"], All()).total == live == len(index.rids())
    for word in tables.words("title", ("so", ANY), exact=False):
        assert index.search(["union"], Term("title", (word,))).total <= 1  # no record twice
    assert index.search(["union"], Mask("title", ("mo", ANY))).total == 33
    assert Follower(store, tables, index).step() == 0
    index.close()
    tables.close()
    store.dispose()


def _take(store: Store, library: str, numbers: range, *, gone: bool = False) -> None:
    """Works of a library, of which others may have the same; or their deletion."""
    records = []
    for number in numbers:
        fields = (
            field("020", f"a{_isbn(number)}"),
            field("245", f"aviệc{number}"),
            field("852", f"b{library}"),
        )
        records.append(Incoming(f"m{number}", None if gone else stored(*fields).marc))
    ingest(store, library, library.upper(), records)


def _isbn(number: int) -> str:
    digits = f"978604{number:06}"
    check = -sum(int(d) * (1, 3)[place % 2] for place, d in enumerate(digits)) % 10
    return f"{digits}{check}"


@pytest.mark.parametrize("engine", DURABLE)
@pytest.mark.parametrize("point", POINTS[1:3])
def test_killed_follower_of_paired_records(tmp_path: Path, engine: str, point: str) -> None:
    """A record and the union record of it alone are one document; others join them and go, and
    the follower is killed while it takes documents apart and puts them together.
    """
    store, tables, index = open_all(tmp_path, engine)
    _take(store, "tv1", range(60))
    assert len(store.pairs(_rids(store))) == 60
    for count in (1, 2):
        assert _follow(tmp_path, engine, point, count) == -signal.SIGKILL
        indexed = index.rids().tolist()
        assert len(indexed) == len(set(indexed))
        assert index.checkpoint() <= store.last_seq()
        _take(store, "tv2", range(10 * count, 10 * count + 25))  # no longer alone
        _take(store, "tv1", range(10 * count), gone=True)  # now the other is, or the work is gone
    assert _follow(tmp_path, engine, "none", 0) == 0
    assert list(audit(store, index)) == []
    index.refresh()
    for database, live in store.databases().items():
        assert index.search([database], All()).total == live
        for number in range(60):
            work = index.search([database], Term("title", (f"viec{number}",)))
            assert work.total == _has(store, database, number), number
    pairs = store.pairs(index.rids())
    assert len(pairs) > 20 and index.partners(list(pairs)) == pairs
    index.close()
    tables.close()
    store.dispose()


def _rids(store: Store) -> list[int]:
    return [change.rid for change in store.changes(0, 1000)]


def _has(store: Store, database: str, number: int) -> int:
    """How many live records of a work there are in a database."""
    if database != "union":
        (found,) = store.find([RecordId(database, f"m{number}")])
        return int(found is not None and not found.deleted)
    return max(_has(store, library, number) for library in ("tv1", "tv2"))


@pytest.mark.parametrize("engine", DURABLE)
def test_rebuilt_index_equals_the_one_that_followed(tmp_path: Path, engine: str) -> None:
    store, tables, index = open_all(tmp_path, engine)
    follower = Follower(store, tables, index)
    _fill(store, "cũ", range(50))
    follower.step()
    _fill(store, "mới", range(20, 60))
    with store.write() as writer:
        writer.delete(RecordId("union", "u30"))
    while follower.step(7):
        pass
    queries = [All(), *(Term("title", (word,)) for word in ("cu", "moi", "so20", "so30"))]
    index.refresh()
    followed = [index.search(["union"], query).ids() for query in queries]
    index.clear()
    while follower.step(1000):
        pass
    index.refresh()
    assert [index.search(["union"], query).ids() for query in queries] == followed
    assert list(audit(store, index)) == []
    index.close()
    tables.close()
    store.dispose()
