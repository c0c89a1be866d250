"""kill -9 of a follower loses nothing and leaves nothing half done, wherever it strikes."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest

from interop.index import engines
from interop.index.follower import Follower, audit
from interop.model.record import RecordId
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
