"""Several threads and processes on one store."""

import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from interop.model.record import RecordId
from interop.store.store import Store

from .conftest import Clock

ROOT = Path(__file__).resolve().parents[3]

WRITER = """
import sys, time
from interop.model.record import RecordId
from interop.store.store import Store

url, name = sys.argv[1:]
store = Store(url, lambda: int(time.time()))
print("ready", flush=True)
sys.stdin.readline()
for page in range(20):
    with store.write() as writer:
        for n in range(10):
            writer.put(RecordId("a", f"{name}{n}"), b"%d" % page, sets=[f"by:{name}"])
        writer.put(RecordId("a", "shared"), f"{name}{page}".encode(), sets=[f"by:{name}"])
"""


@pytest.mark.slow
def test_two_processes_write_and_a_third_reads(url: str, clock: Clock) -> None:
    store = Store(url, clock)
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", WRITER, url, name],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for name in ("left", "right")
    ]
    for writer in writers:
        assert writer.stdout is not None and writer.stdout.readline() == "ready\n"
    for writer in writers:
        assert writer.stdin is not None
        writer.stdin.write("\n")
        writer.stdin.flush()
    last = 0
    while any(writer.poll() is None for writer in writers):
        page = store.list("a", limit=99)
        seqs = [record.seq for record in page.records]
        assert len(seqs) in (0, 11, 21)  # whole commits only
        assert seqs == sorted(seqs) and (not seqs or seqs[-1] >= last)
        last = seqs[-1] if seqs else 0
    for writer in writers:
        assert writer.communicate()[1] is None and writer.returncode == 0
    records = store.list("a", limit=99).records
    assert (len(records), store.count("a"), store.last_seq()) == (21, 21, 440)
    assert [r.datestamp for r in records] == sorted(r.datestamp for r in records)
    assert store.count("a", set_="by") == 21
    shared = store.find([RecordId("a", "shared")])[0]
    assert shared is not None and shared.marc in (b"left19", b"right19")
    store.dispose()


def test_threads_share_a_store(store: Store) -> None:
    def work(name: str) -> int:
        for n in range(10):
            with store.write() as writer:
                writer.put(RecordId("a", f"{name}-{n}"), b"m", sets=["x"])
            assert store.find([RecordId("a", f"{name}-{n}")])[0] is not None
        return len(store.list("a", limit=99).records)

    with ThreadPoolExecutor(4) as pool:
        seen = list(pool.map(work, "abcd"))
    assert max(seen) == store.count("a") == store.last_seq() == 40


def test_many_readers_at_once_get_a_connection_each(store: Store) -> None:
    with store.write() as writer:
        writer.put(RecordId("a", "1"), b"m", sets=[])
    with ThreadPoolExecutor(40) as pool:
        counts = list(pool.map(lambda _: store.list("a", limit=1).records[0].seq, range(400)))
    assert counts == [1] * 400
