"""Transactions, pragmas, forks, and every way in which a file cannot be used."""

import multiprocessing
import os
import sqlite3
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from interop.model.record import RecordId
from interop.store import connection as sql
from interop.store.store import Store, StoreError

from .conftest import Clock


@pytest.mark.parametrize(
    "url",
    ["", "interop.db", "sqlite://", "sqlite:///:memory:", "postgresql://h/d", "no such://x"],
)
def test_only_a_file_of_sqlite_is_an_address(url: str, clock: Clock) -> None:
    with pytest.raises(StoreError, match=r"^store .*: not an address of the form sqlite:///FILE$"):
        Store(url, clock)


def test_the_folder_is_made(tmp_path: Path, clock: Clock) -> None:
    Store(f"sqlite:///{tmp_path}/new/folder/interop.db", clock)
    assert (tmp_path / "new" / "folder" / "interop.db").is_file()


def test_a_folder_that_cannot_be_made(tmp_path: Path, clock: Clock) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(StoreError, match=r"file/interop.db: its folder: "):
        Store(f"sqlite:///{tmp_path}/file/interop.db", clock)


def test_a_folder_is_not_a_store(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(
        StoreError, match=rf"^store {tmp_path}: unable to open database file: it must be a"
    ):
        Store(f"sqlite:///{tmp_path}", clock)


def test_a_file_that_is_no_database(tmp_path: Path, url: str, clock: Clock) -> None:
    (tmp_path / "interop.db").write_bytes(b"no database, but long enough to look at " * 99)
    with pytest.raises(StoreError, match=r"interop.db: file is not a database$"):
        Store(url, clock)


def test_a_damaged_file_is_one_line(store: Store, tmp_path: Path) -> None:
    with store.write() as writer:
        for n in range(500):
            writer.put(RecordId("a", str(n)), os.urandom(900), sets=["x"])
    store.dispose()
    file = tmp_path / "interop.db"
    data = bytearray(file.read_bytes())
    data[sql.PAGE_BYTES :] = b"\xa5" * (len(data) - sql.PAGE_BYTES)
    file.write_bytes(data)
    with pytest.raises(StoreError, match=r"^store [^\n]*interop.db: [^\n]*malformed[^\n]*$"):
        store.list("a", limit=9)


def test_a_locked_store_says_so(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch, clock: Clock
) -> None:
    monkeypatch.setattr(sql, "PRAGMAS", ("PRAGMA busy_timeout = 0",))
    other = Store(url, clock)
    with store.write() as writer:
        writer.put(RecordId("a", "1"), b"m", sets=[])
        with pytest.raises(StoreError, match="locked by another writer"), other.write():
            pytest.fail("two writers at once")
        assert other.count("a") == 0  # a reader does not wait
    assert other.count("a") == 1
    other.dispose()


def test_a_file_that_may_only_be_read(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a read-only file system does; file modes would not stop a superuser."""
    store.dispose()
    monkeypatch.setattr(sql, "PRAGMAS", (*sql.PRAGMAS, "PRAGMA query_only = 1"))
    with pytest.raises(StoreError, match="readonly.*belong to the user"), store.write() as writer:
        writer.set_state("k", "v")


def test_the_pragmas_hold_on_every_connection(store: Store, url: str) -> None:
    engine, _ = sql.open_engine(url)
    with engine.connect() as connection:
        found = {
            name: connection.exec_driver_sql(f"PRAGMA {name}").scalar()
            for name in ("journal_mode", "synchronous", "busy_timeout", "page_size", "foreign_keys")
        }
    engine.dispose()
    assert found == {
        "journal_mode": "wal",
        "synchronous": 1,  # NORMAL
        "busy_timeout": 30_000,
        "page_size": 8192,
        "foreign_keys": 0,
    }


def test_a_reader_sees_one_snapshot(store: Store, url: str) -> None:
    engine, _ = sql.open_engine(url)
    question = "SELECT count(*) FROM record"
    with engine.connect() as connection:
        assert connection.exec_driver_sql(question).scalar() == 0
        with store.write() as writer:
            writer.put(RecordId("a", "1"), b"m", sets=[])
        assert connection.exec_driver_sql(question).scalar() == 0
    with engine.connect() as connection:
        assert connection.exec_driver_sql(question).scalar() == 1
    engine.dispose()


def test_an_opened_store_holds_no_connection(url: str, clock: Clock, tmp_path: Path) -> None:
    Store(url, clock)
    assert [path.name for path in tmp_path.iterdir()] == ["interop.db"]  # no -wal, no -shm


def _write_in_child(store: Store, count: int) -> None:
    for n in range(count):
        with store.write() as writer:
            writer.put(RecordId("a", f"child {n}"), b"m", sets=["x"])
    assert len(sql._inherited) == 1  # the parent's, not used and not closed


def test_a_store_in_use_survives_a_fork(store: Store) -> None:
    """Without ``dispose``: the child finds the parent's connections and leaves them alone."""
    with store.write() as writer:
        writer.put(RecordId("a", "parent"), b"m", sets=["x"])
    child = multiprocessing.get_context("fork").Process(target=_write_in_child, args=(store, 20))
    child.start()
    for n in range(20):
        with store.write() as writer:
            writer.put(RecordId("a", f"parent {n}"), b"m", sets=["x"])
    child.join(60)
    assert child.exitcode == 0
    assert store.count("a") == len(store.list("a", limit=99).records) == 41


def test_two_processes_that_make_one_store(url: str, clock: Clock) -> None:
    context = multiprocessing.get_context("fork")
    gate = context.Barrier(4)
    children = [context.Process(target=_open_together, args=(url, clock, gate)) for _ in range(4)]
    for child in children:
        child.start()
    for child in children:
        child.join(60)
    assert [child.exitcode for child in children] == [0] * 4
    store = Store(url, clock)
    assert store.count("a") == 1
    store.dispose()


def _open_together(url: str, clock: Clock, gate) -> None:
    gate.wait()
    with Store(url, clock).write() as writer:
        writer.put(RecordId("a", "1"), b"m", sets=[])


def test_waiting_for_the_log_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    class Busy:
        """A driver connection that never gets the lock for the switch."""

        def __init__(self) -> None:
            self.asked: list[str] = []

        def execute(self, statement: str) -> "Busy":
            self.asked.append(statement)
            if statement.startswith("PRAGMA journal_mode"):
                raise sqlite3.OperationalError("database is locked")
            return self

        def close(self) -> None: ...

    busy = Busy()
    with pytest.raises(sqlite3.OperationalError):
        sql._use_wal(busy)
    assert busy.asked.count("BEGIN IMMEDIATE") == sql.WAL_ATTEMPTS


def test_a_watch_sees_every_commit_of_others_and_nothing_else(tmp_path) -> None:
    url = f"sqlite:///{tmp_path}/w.db"
    engine, other = (sql.open_engine(url)[0] for _ in range(2))
    watch = sql.Watch(engine)
    with sql.writing(engine).begin() as made:
        made.exec_driver_sql("CREATE TABLE t (n)")
    seen = [watch.number()]
    assert watch.number() == seen[0]
    with sql.writing(engine).begin() as writer:
        writer.exec_driver_sql("INSERT INTO t VALUES (1)")
        assert watch.number() == seen[0], "not committed yet"
    seen.append(watch.number())
    with sql.writing(other).begin() as writer:
        writer.exec_driver_sql("INSERT INTO t VALUES (1)")
    seen.append(watch.number())
    watch.close()
    with sql.writing(other).begin() as writer:
        writer.exec_driver_sql("INSERT INTO t VALUES (1)")
    seen.append(watch.number())
    assert len(set(seen)) == 4
    watch.close()
    engine.dispose()
    other.dispose()


def test_threads_share_a_watch(tmp_path) -> None:
    engine, _ = sql.open_engine(f"sqlite:///{tmp_path}/w.db")
    watch = sql.Watch(engine)
    watch.number()
    with ThreadPoolExecutor(8) as pool:
        numbers = list(pool.map(lambda _: watch.number(), range(2000)))
    assert len(set(numbers)) == 1
    watch.close()
    engine.dispose()
