"""Datestamps are confirmed after the commit, or stamped again."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection

from interop.model.record import RecordId
from interop.store import commit
from interop.store.connection import open_engine, writing
from interop.store.store import Store

from .conftest import NOW, Clock


@contextmanager
def inside(url: str) -> Iterator[Connection]:
    """A write transaction beside the store."""
    engine, _ = open_engine(url)
    with writing(engine).begin() as connection:
        yield connection
    engine.dispose()


def put(store: Store, *locals: str) -> None:
    with store.write() as writer:
        for local in locals:
            writer.put(RecordId("a", local), local.encode(), sets=["x"])


def stamps(store: Store) -> list[tuple[str, int, int]]:
    return [(r.id.local, r.seq, r.datestamp - NOW) for r in store.list("a", limit=99).records]


def unsettled(url: str) -> int:
    with inside(url) as connection:
        return commit.Counters(connection)["unsettled"]


def test_the_same_second_needs_no_second_stamp(store: Store, clock: Clock, url: str) -> None:
    put(store, "1", "2")
    assert stamps(store) == [("1", 1, 0), ("2", 2, 0)]
    assert unsettled(url) == 0


def test_a_commit_over_the_turn_of_a_second_is_stamped_again(
    store: Store, clock: Clock, url: str
) -> None:
    put(store, "1")
    clock.script = [NOW + 1, NOW + 3]  # before and after COMMIT
    put(store, "2", "3")
    assert stamps(store) == [("1", 1, 0), ("2", 2, 3), ("3", 3, 3)]
    assert unsettled(url) == 0
    clock.now = NOW + 2
    put(store, "4")
    assert stamps(store)[-1] == ("4", 4, 3)  # never below the second stamp


def test_slow_commits_are_left_to_the_next_writer(store: Store, clock: Clock, url: str) -> None:
    clock.script = [NOW, *(NOW + n for n in range(1, commit.ATTEMPTS + 1))]
    put(store, "1")
    assert stamps(store) == [("1", 1, commit.ATTEMPTS)]
    assert unsettled(url) == 1
    clock.now = NOW + 10
    put(store, "2")
    assert stamps(store) == [("1", 1, 10), ("2", 2, 10)]
    assert unsettled(url) == 0


def test_what_a_killed_writer_left_is_stamped_when_the_store_opens(
    store: Store, clock: Clock, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    put(store, "1")
    with monkeypatch.context() as patch:
        patch.setattr(Store, "_settle", lambda self, batch: None)  # killed after COMMIT
        put(store, "2", "3")
    assert unsettled(url) == 2
    clock.now = NOW + 7
    Store(url, clock)
    assert stamps(store) == [("1", 1, 0), ("2", 2, 7), ("3", 3, 7)]
    assert unsettled(url) == 0


def test_a_writer_in_between_confirms_both(store: Store, clock: Clock, url: str) -> None:
    with inside(url) as connection:
        counters = commit.Counters(connection)
        first = commit.number(connection, [new("1", 1)], counters, clock)
        counters.save()
    clock.now = NOW + 5
    with inside(url) as connection:
        counters = commit.Counters(connection)
        second = commit.number(connection, [new("2", 2)], counters, clock)
        counters.save()
    assert (second.first, second.last, second.stamp) == (1, 2, NOW + 5)
    engine, _ = open_engine(url)
    commit.settle(writing(engine), clock, first)
    assert unsettled(url) == 1  # not the first one's to confirm any more
    commit.settle(writing(engine), clock, second)
    assert unsettled(url) == 0
    engine.dispose()
    assert stamps(store) == [("1", 1, 5), ("2", 2, 5)]


def test_a_commit_stands_when_nobody_can_confirm_it(
    store: Store, clock: Clock, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interop.store.connection.PRAGMAS", ("PRAGMA busy_timeout = 0",))
    store.dispose()
    other, _ = open_engine(url)
    real = commit.settle

    def settle_while_locked(*arguments: object) -> None:
        with writing(other).begin():
            real(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr("interop.store.store.settle", settle_while_locked)
    put(store, "1")
    assert stamps(store) == [("1", 1, 0)]
    other.dispose()
    assert unsettled(url) == 1


def new(local: str, rid: int) -> commit.HeaderChange:
    head = commit.Head(rid, b"digest", False, ("x",))
    return commit.HeaderChange(RecordId("a", local), None, head)


def test_counters_save_only_what_moved(url: str, store: Store) -> None:
    with inside(url) as connection:
        counters = commit.Counters(connection)
        assert [counters.next("rid"), counters.next("rid")] == [1, 2]
        counters.save()
        assert commit.Counters(connection)["rid"] == 2
        assert commit.Counters(connection)["seq"] == 0


class Harvester:
    """Goes on from the time of its last request, without overlap (OAI-PMH 2.0 section 2.7.1)."""

    def __init__(self) -> None:
        self.since = 0
        self.seen: dict[str, bytes | None] = {}

    def harvest(self, store: Store, clock: Clock) -> None:
        response_date = clock.now
        for record in store.list("a", from_=self.since, limit=999).records:
            (full,) = store.get([record.rid])
            assert full is not None
            self.seen[record.id.local] = full.marc
        self.since = response_date


def test_a_harvester_that_goes_on_from_response_date_misses_nothing(
    store: Store, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It asks in the very second between stamp and commit, every time."""
    harvester = Harvester()
    real_flush = commit.number

    def number_then_harvest(*arguments: object) -> commit.Batch:
        batch = real_flush(*arguments)  # type: ignore[arg-type]
        clock.now += 1  # the second turns while the commit runs, and a request comes
        harvester.harvest(store, clock)
        return batch

    monkeypatch.setattr("interop.store.writer.number", number_then_harvest)
    for n in range(10):
        put(store, str(n), str(n % 3))
        clock.now += n % 2
    clock.now += 5
    harvester.harvest(store, clock)
    assert harvester.seen == {str(n): str(n).encode() for n in range(10)}
