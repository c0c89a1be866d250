"""kill -9 at any moment loses nothing that was committed and leaves nothing half done."""

import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from interop.store.store import Store

from .conftest import Clock
from .killed_writer import STATE, operations

ROOT = Path(__file__).resolve().parents[3]
KILLS = 40

pytestmark = pytest.mark.slow


def run_and_kill(url: str, progress: int) -> tuple[int, list[str]]:
    """Kill a writer after it has said ``progress`` words; the last page that it called done, and
    all words. It runs on while we read, so the kill may hit it anywhere after that."""
    child = subprocess.Popen(
        [sys.executable, "-m", "tests.unit.store.killed_writer", url],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    )
    assert child.stdout is not None
    words = [child.stdout.readline().strip() for _ in range(progress)]
    child.kill()
    words += child.stdout.read().split("\n")
    assert child.wait() == -signal.SIGKILL
    child.stdout.close()
    done = [int(word.split()[1]) for word in words if word.startswith("done ")]
    return max(done, default=0), words


Expected = dict[str, tuple[bytes | None, tuple[str, ...]]]


def expected_after(pages: int) -> Expected:
    """Local identifier -> (body or ``None`` for a tombstone, sets) after ``pages`` whole pages."""
    records: Expected = {}
    for page in range(1, pages + 1):
        for local, body, sets in operations(page):
            if body is not None:
                records[local] = (body, tuple(sorted(sets)))
            elif local in records:
                records[local] = (None, records[local][1])
    return records


def check_file(file: Path) -> None:
    """SQLite finds no fault, and no table has a row that another one does not know."""
    connection = sqlite3.connect(file)
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    alone = {
        "marc": "SELECT rid FROM marc EXCEPT SELECT rid FROM record WHERE NOT deleted",
        "record": "SELECT rid FROM record WHERE NOT deleted EXCEPT SELECT rid FROM marc",
        "rendered": "SELECT rid FROM rendered EXCEPT SELECT rid FROM marc",
        "raw": "SELECT rid FROM raw EXCEPT SELECT rid FROM record",
        "sets": "SELECT rid, seq FROM record_set EXCEPT SELECT rid, seq FROM record",
        "seq": "SELECT max(seq) FROM record EXCEPT SELECT value FROM counter WHERE name = 'seq'",
        "unsettled": "SELECT value FROM counter WHERE name = 'unsettled' AND value <> 0",
    }
    found = {name: connection.execute(question).fetchall() for name, question in alone.items()}
    connection.close()
    assert {name: rows for name, rows in found.items() if rows and rows != [(None,)]} == {}


def check_records(store: Store, records: Expected) -> None:
    """Bodies, bytes received, renderings, sets, totals and feed are those of whole pages."""
    page = store.list("a", limit=9999, fmt="dc")
    headers = page.records
    assert {r.id.local: (r.deleted, r.sets) for r in headers} == {
        local: (body is None, sets) for local, (body, sets) in records.items()
    }
    for header, full, rendered in zip(
        headers, store.get([r.rid for r in headers]), page.bodies, strict=True
    ):
        body = records[header.id.local][0]
        assert full is not None and full.marc == body
        assert rendered == (None if body is None else body[:9])
        if body is not None:
            assert store.raw(header.rid) == (body[::-1], "")
    live = sum(body is not None for body, _ in records.values())
    assert store.databases() == ({"a": live} if records else {})
    assert store.count("a") == len(records)
    for spec in ("page:0", "part:1", "page", "part"):
        member = [r.seq for r in headers if any(f"{s}:".startswith(f"{spec}:") for s in r.sets)]
        assert [r.seq for r in store.list("a", set_=spec, limit=9999).records] == member
        assert store.count("a", set_=spec) == len(member)
    feed = store.changes(0, 9999)
    assert [(c.seq, c.rid, c.deleted) for c in feed] == [(r.seq, r.rid, r.deleted) for r in headers]
    stamps = [r.datestamp for r in headers]
    assert stamps == sorted(stamps)


def check_bookkeeping(store: Store, pages: int) -> None:
    """The union's tables know the last whole page, and nothing of the one that was cut."""
    members = store.members([f"u{pages}", f"u{pages + 1}"])
    assert [len(members[f"u{pages}"]), members[f"u{pages + 1}"]] == [int(pages > 0), []]
    with store.write() as writer:
        assert writer.rids_with_keys([f"key of page {pages + 1}"]) == set()
        assert writer.rids_with_keys([f"key of page {pages}"]) == set(members[f"u{pages}"])


@pytest.mark.timeout(300)
def test_a_writer_killed_at_any_moment(url: str, clock: Clock, tmp_path: Path) -> None:
    chance = random.Random()
    seed = chance.randrange(2**32)
    chance.seed(seed)
    print(f"seed {seed}")  # shown when the test fails
    clock.now = 0  # whatever the children's clocks say is later
    done = 0
    for _ in range(KILLS):
        # From "before the store is open" to "some pages on".
        said, words = run_and_kill(url, chance.choice([0, 1, 2, chance.randrange(3, 400)]))
        done = max(done, said)
        store = Store(url, clock)
        pages = int(store.state(STATE) or 0)
        # One page more than it could say: killed between COMMIT and the word.
        assert pages in (done, done + 1), words[-3:]
        done = pages
        check_records(store, expected_after(pages))
        check_bookkeeping(store, pages)
        store.dispose()
        check_file(tmp_path / "interop.db")
    assert done > KILLS / 2  # the pages did go on between the kills


def test_a_kill_while_the_store_is_made(tmp_path: Path, clock: Clock) -> None:
    """Tables come all together or not at all."""
    for n in range(6):
        url = f"sqlite:///{tmp_path}/{n}/interop.db"
        run_and_kill(url, 1 + n % 2)
        store = Store(url, clock)
        pages = int(store.state(STATE) or 0)
        check_records(store, expected_after(pages))
        store.dispose()
        check_file(tmp_path / str(n) / "interop.db")
