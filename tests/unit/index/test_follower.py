"""The follower over a feed that is a dictionary, and over the store."""

import logging
from array import array
from random import Random

import pytest

from interop.index import base, engines
from interop.index.base import IndexBusy, IndexStale
from interop.index.follower import Difference, Follower, audit
from interop.index.tables import Tables
from interop.ingest import ingest
from interop.marc import iso2709
from interop.model.record import Change, Incoming, RecordId, Stored
from interop.query.ast import All, SortKey, Term
from interop.store.store import Store
from tests.unit.index.test_document import field, stored


class Shelf:
    """A feed: every record once, at the place of its last change."""

    def __init__(self):
        self.records = {}
        self.seq = 0

    def put(self, rid, title, **more):
        self.seq += 1
        made = stored(field("245", f"a{title}"), **more)
        self.records[rid] = made._replace(rid=rid, id=RecordId("union", f"u{rid}"), seq=self.seq)

    def delete(self, rid):
        self.seq += 1
        self.records[rid] = self.records[rid]._replace(seq=self.seq, deleted=True, marc=None)

    def changes(self, after_seq, limit):
        rows = sorted((r.seq, r.rid, r.deleted) for r in self.records.values() if r.seq > after_seq)
        return [Change(*row) for row in rows[:limit]]

    def get(self, rids, *, marc=True):
        return [self.records.get(rid) for rid in rids]

    def pairs(self, rids):
        return {}

    def last_seq(self):
        return self.seq


@pytest.fixture
def tables(tmp_path):
    opened = Tables(tmp_path / "tables.sqlite")
    yield opened
    opened.close()


@pytest.fixture
def index(tables, tmp_path):
    return engines.by_name("memory").open(tmp_path, tables, lambda rids: [])


def test_words_of_records_that_went_are_forgotten(tables, index):
    shelf = Shelf()
    follower = Follower(shelf, tables, index)
    shelf.put(1, "Một")
    shelf.put(2, "Hai")
    follower.step()
    assert not follower.tidy()
    shelf.delete(1)
    follower.step()
    tables.publish("other", 1, 1)  # its state is not known here
    assert not follower.tidy()
    tables.clear()
    follower = Follower(shelf, tables, index)
    index.clear()
    follower.step()
    shelf.put(2, "Ba")
    follower.step()
    assert tables.words("title", ("hai",), exact=False) == ["hai"]
    while follower.tidy():
        pass
    assert tables.words("title", ("hai",), exact=False) == []
    assert tables.words("title", ("ba",), exact=False) == ["ba"]


def titles(index, word):
    return index.search(["union"], Term("title", (word,))).page(0, 100)


def test_follows_changes(tables, index):
    shelf = Shelf()
    follower = Follower(shelf, tables, index)
    assert follower.step() == 0
    shelf.put(1, "Một")
    shelf.put(2, "Hai")
    assert follower.step() == 2
    shelf.put(1, "Ba")
    shelf.delete(2)
    assert follower.step() == 2
    assert follower.step() == 0
    assert titles(index, "mot") == titles(index, "hai") == []
    assert titles(index, "ba") == [1]
    assert index.checkpoint() == 4
    assert tables.progress() == {"memory": (4, base.ANALYSIS_VERSION)}
    assert index.search(["union"], All(), [SortKey("title", missing="omit")]).page(0, 9) == [1]


def test_takes_at_most_the_limit(tables, index):
    shelf = Shelf()
    for rid in range(1, 8):
        shelf.put(rid, "Sách")
    follower = Follower(shelf, tables, index)
    assert [follower.step(3) for _ in range(4)] == [3, 3, 1, 0]
    assert titles(index, "sach") == [1, 2, 3, 4, 5, 6, 7]


def test_record_that_went_away_or_moved_on(tables, index):
    shelf = Shelf()
    shelf.put(1, "Một")
    shelf.put(2, "Hai")
    stale = shelf.changes(0, 9)
    del shelf.records[1]  # the feed names it, the record is gone
    shelf.put(2, "Mới")  # and another moved on
    shelf.changes = lambda after, limit: stale if after == 0 else []
    assert Follower(shelf, tables, index).step() == 2
    assert titles(index, "mot") == titles(index, "hai") == []
    assert titles(index, "moi") == [2]


def test_unreadable_record_does_not_stop_it(tables, index, caplog):
    shelf = Shelf()
    shelf.put(1, "Một")
    shelf.put(2, "Hai", sets=("library:TV1",))
    shelf.records[2] = shelf.records[2]._replace(marc=b"damaged")
    shelf.put(3, "Ba")
    with caplog.at_level(logging.WARNING):
        assert Follower(shelf, tables, index).step() == 3
    assert [record.getMessage().split(":")[0] for record in caplog.records] == ["union/u2"]
    assert titles(index, "ba") == [3]
    assert index.search(["union"], Term("library", ("tv1",), "key")).page(0, 9) == [2]
    assert list(audit(shelf, index)) == []


def test_replay_after_a_lost_checkpoint(tables, index):
    shelf = Shelf()
    shelf.put(1, "Một")
    shelf.put(2, "Hai")
    Follower(shelf, tables, index).step()
    index.apply([], [], 0)
    assert Follower(shelf, tables, index).step() == 2
    assert titles(index, "mot") == [1]


class StaleOnce:
    """An index of an older analysis, until it is cleared."""

    name = "stale"

    def __init__(self, inner):
        self.inner, self.cleared = inner, 0

    def checkpoint(self):
        if not self.cleared:
            raise IndexStale(2, 1)
        return self.inner.checkpoint()

    def clear(self):
        self.cleared += 1
        self.inner.clear()

    def lock(self):
        self.inner.lock()

    def partners(self, rids):
        return self.inner.partners(rids)

    def writing(self, seq):
        return self.inner.writing(seq)


def test_stale_index_is_rebuilt(tables, index, caplog):
    shelf = Shelf()
    shelf.put(1, "Một")
    stale = StaleOnce(index)
    index.apply([], [], 77)
    with caplog.at_level(logging.WARNING):
        assert Follower(shelf, tables, stale).step() == 1
    assert stale.cleared == 1
    assert titles(index, "mot") == [1]
    assert index.checkpoint() == 1


def test_second_follower_analyses_nothing(tables, tmp_path, monkeypatch):
    shelf = Shelf()
    shelf.put(1, "Một")
    tantivy = engines.by_name("tantivy")
    first, second = (tantivy.open(tmp_path, tables, lambda rids: []) for _ in range(2))
    assert Follower(shelf, tables, first).step() == 1
    assert Follower(shelf, tables, second).step() == 0
    shelf.put(2, "Hai")
    monkeypatch.setattr(shelf, "get", lambda rids, **more: pytest.fail("read for nothing"))
    with pytest.raises(IndexBusy):
        Follower(shelf, tables, second).step()
    first.close()


def test_index_ahead_of_the_store_is_rebuilt(tables, index):
    shelf = Shelf()
    shelf.put(1, "Một")
    index.apply([], [], 77)
    assert Follower(shelf, tables, index).step() == 1
    assert index.checkpoint() == 1


def test_audit(tables, index):
    shelf = Shelf()
    for rid in (1, 2, 3):
        shelf.put(rid, "Sách")
    follower = Follower(shelf, tables, index)
    follower.step()
    assert list(audit(shelf, index)) == []
    index.apply([], [2], 3)
    assert list(audit(shelf, index)) == [Difference("missing", 2)]
    shelf.put(4, "Mới")
    shelf.delete(1)
    assert list(audit(shelf, index)) == [
        Difference("behind", 0),
        Difference("missing", 2),
        Difference("missing", 4),
        Difference("surplus", 1),
    ]


def test_over_the_store(tables, tmp_path):
    store = Store(f"sqlite:///{tmp_path / 'store.sqlite'}", lambda: 1_000_000)
    index = engines.by_name("tantivy").open(tmp_path / "tantivy", tables, lambda rids: [])
    follower = Follower(store, tables, index)
    ids = [RecordId("union", f"u{n}") for n in range(5)]
    with store.write() as writer:
        for n, id in enumerate(ids):
            writer.put(id, stored(field("245", f"aQuyển {n}")).marc, sets=["library:TV1"])
    assert follower.step() == 5
    with store.write() as writer:
        writer.delete(ids[0])
        writer.put(ids[1], stored(field("245", "aTập một")).marc, sets=["library:TV2"])
    assert follower.step() == 2
    assert list(audit(store, index)) == []
    index.refresh()
    assert index.search(["union"], Term("title", ("quyen",))).total == 3
    assert index.search(["union"], Term("library", ("tv2",), "key")).total == 1
    assert isinstance(index.rids(), array)
    assert index.checkpoint() == store.last_seq()
    index.close()
    store.dispose()


@pytest.fixture
def store(tmp_path):
    opened = Store(f"sqlite:///{tmp_path / 'store.sqlite'}", lambda: 1_000_000)
    yield opened
    opened.dispose()


@pytest.fixture
def embedded(tables, tmp_path):
    opened = engines.by_name("tantivy").open(tmp_path / "tantivy", tables, lambda rids: [])
    yield opened
    opened.close()


def take(store, library, local, *isbns):
    """A record of a library, or its deletion; an ISBN in common makes one publication."""
    numbers = [field("020", f"a{isbn}") for isbn in isbns]
    marc = stored(*numbers, field("245", "aTruyện Kiều"), field("852", f"b{library}")).marc
    ingest(store, library, library.upper(), [Incoming(local, marc if isbns else None)])


def rid_of(store, database, local):
    return store.find([RecordId(database, local)])[0].rid


ISBNS = ("9786040000019", "9786040000026", "9786040000033")


def test_a_record_and_its_union_record_are_one_document_while_it_is_alone(store, tables, embedded):
    follower = Follower(store, tables, embedded)
    take(store, "tv1", "m1", ISBNS[0])
    assert follower.step() == 2
    (one, union) = embedded.rids()
    assert embedded.partners([one]) == {one: union}
    assert embedded.partners([union, 99]) == {union: one}

    take(store, "tv2", "m1", ISBNS[0])  # of the same publication: the first is not in the feed
    assert follower.step() == 2
    assert embedded.partners([one, union]) == {}
    assert list(audit(store, embedded)) == []
    embedded.refresh()
    assert embedded.search(["union"], Term("any", ("tv2",))).ids().tolist() == [union]
    assert embedded.search(["tv1"], Term("any", ("tv1",))).ids().tolist() == [one]

    take(store, "tv2", "m1")  # and goes: the union record alone is in the feed
    assert follower.step() == 2
    assert embedded.partners([union]) == {union: one}
    assert list(audit(store, embedded)) == []

    take(store, "tv1", "m1")
    assert follower.step() == 2
    assert embedded.rids().tolist() == []


def test_nothing_is_missing_between_two_steps(store, tables, embedded):
    """Clusters come, join, part and go, and changes are applied in pieces of any size: whatever is
    not in the changes still waiting is found, and once.
    """
    random = Random(7)
    follower = Follower(store, tables, embedded)
    for _ in range(20):
        for _ in range(random.randint(1, 3)):
            isbns = random.sample(ISBNS, random.choice((0, 1, 1, 1, 2)))
            take(store, random.choice(("tv1", "tv2", "tv3")), random.choice("ab"), *isbns)
        while follower.step(random.choice((1, 1, 2, 5))):
            indexed = embedded.rids().tolist()
            assert len(indexed) == len(set(indexed))
            waiting = {change.rid for change in store.changes(embedded.checkpoint(), 99)}
            settled = {c.rid for c in store.changes(0, 999) if not c.deleted} - waiting
            assert settled <= set(indexed)
            if random.random() < 0.3:
                break  # others write before it is level
    while follower.step():
        pass
    assert list(audit(store, embedded)) == []
    embedded.refresh()
    for database, live in store.databases().items():
        assert embedded.search([database], All()).total == live
    union_of = store.pairs(embedded.rids())
    assert 0 < len(union_of) < len(embedded.rids()) / 2
    assert embedded.partners(list(union_of)) == union_of


def test_sample_record_is_marc():
    assert iso2709.decode(stored(field("245", "aX")).marc).control("001") == "vtls1"
    assert isinstance(stored(), Stored)
