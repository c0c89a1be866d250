"""What every store must do, held against a model that fits in a dict.

A second store is one more entry in ``STORES``.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.model.record import Change, Page, RecordId
from interop.store.store import Store, Writer

DAY = 1_700_000_000  # any second will do


class Clock:
    """A clock that stands still until it is told otherwise."""

    def __init__(self, now: int = DAY) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now


def sqlite(folder: Path, clock: Clock) -> Store:
    return Store(f"sqlite:///{folder}/interop.db", clock)


STORES: dict[str, Callable[[Path, Clock], Store]] = {"sqlite": sqlite}


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=STORES.values(), ids=STORES.keys())
def store(request: pytest.FixtureRequest, tmp_path: Path, clock: Clock) -> Iterator[Store]:
    opened = request.param(tmp_path, clock)
    yield opened
    opened.dispose()


def rid_of(store: Store, local: str, database: str = "a") -> int:
    record = store.find([RecordId(database, local)])[0]
    assert record is not None
    return record.rid


def put(store: Store, *locals: str, body: bytes = b"m", sets: tuple[str, ...] = ()) -> list[int]:
    """Put records of database ``a`` in one transaction; their rids."""
    with store.write() as writer:
        for local in locals:
            writer.put(RecordId("a", local), body, sets=sets)
    return [rid_of(store, local) for local in locals]


def locals_of(page: Page) -> list[str]:
    return [record.id.local for record in page.records]


# Records


def test_an_empty_store_has_nothing(store: Store) -> None:
    assert store.last_seq() == 0
    assert store.changes(0, 10) == []
    assert store.databases() == {}
    assert store.list("a", limit=10) == Page((), (), False)
    assert (store.count("a"), store.sets("a"), store.earliest("a")) == (0, [], None)
    assert store.get([1]) == [None]
    assert store.find([RecordId("a", "1")]) == [None]
    assert (store.raw(1), store.warnings(1), store.state("x")) == (None, (), None)


def test_what_was_put_comes_back(store: Store) -> None:
    with store.write() as writer:
        rid = writer.put(
            RecordId("a", "số 1"),
            b"marc",
            sets=["type:book", "library:A", "type:book"],
            raw=b"<received/>",
            raw_format="marcxml",
            rendered={"oai_dc": (3, b"<dc/>")},
            warnings=["mã ký tự", "lone \ud800"],
        )
    assert rid is not None
    record = store.find([RecordId("a", "số 1")])[0]
    assert record is not None
    assert (record.rid, record.seq, record.datestamp, record.deleted) == (rid, 1, DAY, False)
    assert record.sets == ("library:A", "type:book")
    assert record.marc == b"marc"
    assert store.get([rid], marc=False)[0] == store.list("a", limit=1).records[0]
    assert store.raw(rid) == (b"<received/>", "marcxml")
    assert store.warnings(rid) == ("mã ký tự", "lone \ud800")
    assert store.rendered([rid, 99], "oai_dc", 3) == {rid: b"<dc/>"}
    assert store.rendered([rid], "oai_dc", 4) == {}
    assert store.rendered([rid], "mods", 3) == {}


def test_get_and_find_keep_the_order_asked_for(store: Store) -> None:
    first, second = put(store, "1", "2")
    assert [r and r.rid for r in store.get([second, 77, first, second])] == [
        second,
        None,
        first,
        second,
    ]
    ids = [RecordId("b", "1"), RecordId("a", "2"), RecordId("a", "1"), RecordId("a", "\ud800")]
    assert [r and r.rid for r in store.find(ids)] == [None, second, first, None]


def test_the_same_local_identifier_in_two_databases_is_two_records(store: Store) -> None:
    with store.write() as writer:
        rids = {writer.put(RecordId(name, "1"), b"m", sets=[]) for name in ("a", "b")}
    assert len(rids) == 2
    assert store.databases() == {"a": 1, "b": 1}
    assert locals_of(store.list("b", limit=9)) == ["1"]


def test_more_records_than_one_statement_takes(store: Store, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("interop.store.reads.IN_LIMIT", 3)
    rids = put(store, *map(str, range(10)))
    assert [record.rid for record in store.get(rids) if record] == rids
    with store.write() as writer:
        assert len(writer.heads(RecordId("a", str(n)) for n in range(20))) == 10


def test_an_identifier_that_cannot_be_text_is_refused(store: Store) -> None:
    with store.write() as writer:
        for local in ("\ud800", "a\0b"):
            with pytest.raises(ValueError, match="identifier"):
                writer.put(RecordId("a", local), b"m", sets=[])
        for spec in ("", "a b", "\ud800"):
            with pytest.raises(ValueError, match="not a setSpec"):
                writer.put(RecordId("a", "1"), b"m", sets=[spec])
        assert writer.delete(RecordId("a", "\ud800")) is None
    assert store.last_seq() == 0


# Changes


def test_an_unchanged_record_leaves_no_trace(store: Store, clock: Clock) -> None:
    put(store, "1", sets=("x", "y"))
    before = store.list("a", limit=9), store.changes(0, 9)
    clock.now += 60
    with store.write() as writer:
        assert writer.put(RecordId("a", "1"), b"m", sets=["y", "x"]) is None
    assert writer.last_seq == 0
    assert (store.list("a", limit=9), store.changes(0, 9)) == before


@pytest.mark.parametrize(
    "change",
    [
        {"marc": b"n"},
        {"raw": b"r"},
        {"sets": ["x", "z"]},
        {"sets": []},
        {"marc": b"mr", "raw": b""},  # lengths count, not only the bytes in a row
    ],
)
def test_another_content_or_set_is_a_change(store: Store, change: dict[str, object]) -> None:
    first = {"marc": b"m", "raw": b"r0", "sets": ["x"]}
    with store.write() as writer:
        rid = writer.put(RecordId("a", "1"), **first)
    with store.write() as writer:
        assert writer.put(RecordId("a", "1"), **{**first, **change}) == rid
    assert writer.last_seq == 2
    assert store.changes(0, 9) == [Change(2, rid, False)]


def test_the_last_of_several_puts_wins_with_one_feed_row(store: Store) -> None:
    with store.write() as writer:
        one = writer.put(RecordId("a", "1"), b"first", sets=["x"], raw=b"r1", raw_format="f1")
        writer.put(RecordId("a", "2"), b"other", sets=[])
        assert writer.put(RecordId("a", "1"), b"last", sets=["y"], raw=b"r2") == one
        assert writer.put(RecordId("a", "1"), b"last", sets=["y"], raw=b"r2") is None
    record = store.get([one])[0]
    assert record is not None
    assert (record.marc, record.sets, record.seq) == (b"last", ("y",), 1)
    assert store.raw(one) == (b"r2", "")
    assert [change.seq for change in store.changes(0, 9)] == [1, 2]
    assert store.sets("a") == ["y"]


def test_a_replacement_takes_old_renderings_and_bytes_away(store: Store) -> None:
    id = RecordId("a", "1")
    with store.write() as writer:
        rid = writer.put(id, b"1", sets=[], raw=b"r", rendered={"dc": (1, b"x"), "m": (1, b"y")})
    with store.write() as writer:
        writer.put(id, b"2", sets=[], rendered={"dc": (2, b"z")})
    assert rid is not None
    assert store.rendered([rid], "dc", 2) == {rid: b"z"}
    assert store.rendered([rid], "dc", 1) == store.rendered([rid], "m", 1) == {}
    assert store.raw(rid) is None


def test_a_tombstone_keeps_sets_and_received_bytes(store: Store, clock: Clock) -> None:
    id = RecordId("a", "1")
    with store.write() as writer:
        rid = writer.put(id, b"m", sets=["x:y"], raw=b"r", rendered={"dc": (1, b"d")})
    clock.now += 5
    with store.write() as writer:
        assert writer.delete(id) == rid
        assert writer.delete(id) is None
        assert writer.delete(RecordId("a", "unknown")) is None
    assert rid is not None
    record = store.get([rid])[0]
    assert record is not None
    assert (record.deleted, record.marc, record.sets) == (True, None, ("x:y",))
    assert (record.seq, record.datestamp) == (2, DAY + 5)
    assert store.raw(rid) == (b"r", "")
    page = store.list("a", set_="x:y", limit=9, fmt="dc")
    assert (locals_of(page), page.bodies) == (["1"], (None,))
    assert store.changes(1, 9) == [Change(2, rid, True)]
    assert (store.databases(), store.count("a")) == ({"a": 0}, 1)


def test_a_deleted_record_that_comes_again_is_the_same_record(store: Store) -> None:
    id = RecordId("a", "1")
    (rid,) = put(store, "1", sets=("x",))
    with store.write() as writer:
        writer.delete(id)
    with store.write() as writer:
        assert writer.put(id, b"m", sets=["x"]) == rid
    record = store.get([rid])[0]
    assert record is not None
    assert (record.deleted, record.marc, record.seq) == (False, b"m", 3)
    assert store.databases() == {"a": 1}


def test_added_and_deleted_in_one_transaction_is_a_tombstone(store: Store) -> None:
    with store.write() as writer:
        rid = writer.put(RecordId("a", "1"), b"m", sets=["x"], raw=b"r", raw_format="f")
        assert writer.delete(RecordId("a", "1")) == rid
    assert store.changes(0, 9) == [Change(1, rid, True)]
    assert rid is not None and store.raw(rid) == (b"r", "f")


def test_an_exception_takes_everything_back(store: Store) -> None:
    put(store, "1")
    with pytest.raises(ZeroDivisionError), store.write() as writer:
        writer.put(RecordId("a", "1"), b"other", sets=["x"])
        writer.put(RecordId("a", "2"), b"m", sets=["x"])
        writer.set_state("k", "v")
        writer.set_keys(1, ["k"])
        writer.quarantine("a", "f", 1, "bad", b"x")
        assert writer.rids_with_keys(["k"]) == {1}
        raise ZeroDivisionError
    assert (store.last_seq(), store.count("a"), store.sets("a")) == (1, 1, [])
    assert (store.state("k"), store.quarantined("a")) == (None, [])
    (second,) = put(store, "2")
    assert second == 2


def test_a_writer_sees_its_own_changes(store: Store) -> None:
    rids = put(store, "1", "2", sets=("x",))
    with store.write() as writer:
        writer.put(RecordId("a", "1"), b"new", sets=["y"])
        writer.delete(RecordId("a", "2"))
        third = writer.put(RecordId("a", "3"), b"m3", sets=[])
        assert third is not None
        ids = [RecordId("a", local) for local in "1234"]
        heads = writer.heads(ids)
        assert list(heads) == ids[:3]
        assert [heads[id].deleted for id in ids[:3]] == [False, True, False]
        assert heads[ids[0]].sets == ("y",)
        found = writer.stored([third, *rids, 99])
        assert [(r.rid, r.marc, r.seq, r.deleted) for r in found] == [
            (third, b"m3", 0, False),
            (rids[0], b"new", 1, False),
            (rids[1], None, 2, True),
        ]
        seen_outside = store.get([rids[0], third])
        assert seen_outside[0] is not None and seen_outside[0].marc == b"m"
        assert seen_outside[1] is None
    assert writer.last_seq == store.last_seq() == 5


# Lists


def test_a_walk_by_pages_gives_every_record_once_in_feed_order(store: Store) -> None:
    put(store, *map(str, range(7)))
    put(store, "2", "5", body=b"n")
    seen, after, sizes = [], 0, []
    while True:
        page = store.list("a", after=after, limit=3)
        seen += locals_of(page)
        sizes.append((len(page.records), page.more))
        if not page.more:
            break
        after = page.records[-1].seq
    assert seen == ["0", "1", "3", "4", "6", "2", "5"]
    assert sizes == [(3, True), (3, True), (1, False)]
    assert store.list("a", limit=7).more is False


def test_the_list_of_a_set_holds_the_sets_below_it(store: Store) -> None:
    put(store, "1", sets=("x:y:z",))
    put(store, "2", sets=("x", "xx"))
    put(store, "3", sets=("x:q", "x:y"))
    for spec, expected in {
        "x": ["1", "2", "3"],
        "x:y": ["1", "3"],
        "x:y:z": ["1"],
        "x:q": ["3"],
        "xx": ["2"],
        "y": [],
    }.items():
        assert locals_of(store.list("a", set_=spec, limit=9)) == expected
        assert store.count("a", set_=spec) == len(expected)
        assert store.count("a", set_=spec, from_=0) == len(expected)
    assert store.sets("a") == ["x", "x:q", "x:y", "x:y:z", "xx"]
    assert store.sets("b") == []


def test_a_set_above_others_that_no_record_has_itself_is_not_named(store: Store) -> None:
    put(store, "1", sets=("library:A",))
    assert store.sets("a") == ["library:A"]
    put(store, "1", sets=("library",))
    assert store.sets("a") == ["library", "library:A"]
    assert (store.count("a", set_="library"), store.count("a", set_="library:A")) == (1, 0)


def test_a_record_that_leaves_a_set_leaves_its_list(store: Store) -> None:
    put(store, "1", sets=("x:y", "z"))
    put(store, "1", sets=("z",))
    assert store.list("a", set_="x:y", limit=9).records == ()
    assert store.list("a", set_="x", limit=9).records == ()
    assert locals_of(store.list("a", set_="z", limit=9)) == ["1"]
    assert (store.count("a", set_="x"), store.count("a", set_="z")) == (0, 1)
    assert store.sets("a") == ["x:y", "z"]  # also those that a record only had


@pytest.mark.parametrize(
    ("from_", "until", "expected"),
    [
        (None, None, "abcd"),
        (DAY, None, "abcd"),
        (DAY + 1, None, "bcd"),
        (DAY + 10, DAY + 10, "bc"),
        (DAY + 11, DAY + 19, ""),
        (None, DAY + 19, "abc"),
        (None, DAY - 1, ""),
        (DAY + 21, None, ""),
        (DAY + 20, DAY, ""),
        (0, 253402300799, "abcd"),
    ],
)
def test_dates_bound_lists_and_counts(
    store: Store, clock: Clock, from_: int | None, until: int | None, expected: str
) -> None:
    for seconds, locals in ((0, "a"), (10, "bc"), (20, "d")):
        clock.now = DAY + seconds
        put(store, *locals, sets=("x",))
    for set_ in (None, "x"):
        page = store.list("a", from_=from_, until=until, set_=set_, limit=9)
        assert "".join(locals_of(page)) == expected
        assert store.count("a", from_=from_, until=until, set_=set_) == len(expected)


def test_bodies_stand_beside_their_records(store: Store) -> None:
    with store.write() as writer:
        writer.put(RecordId("a", "1"), b"1", sets=["x"], rendered={"dc": (2, b"<one/>")})
        writer.put(RecordId("a", "2"), b"2", sets=["x"], rendered={"dc": (1, b"<old/>")})
        writer.put(RecordId("a", "3"), b"3", sets=["x"], rendered={"mods": (2, b"<mods/>")})
        writer.put(RecordId("a", "4"), b"4", sets=["x"], rendered={"dc": (2, b"")})
    for set_ in (None, "x"):
        page = store.list("a", set_=set_, limit=9, fmt="dc", version=2)
        assert locals_of(page) == ["1", "2", "3", "4"]
        assert page.bodies == (b"<one/>", None, None, b"")
    assert store.list("a", limit=9).bodies == (None,) * 4


def test_the_feed_names_each_record_once_with_its_last_change(store: Store) -> None:
    first, second, third = put(store, "1", "2", "3")
    put(store, "1", body=b"n")
    with store.write() as writer:
        writer.delete(RecordId("a", "2"))
    expected = [Change(3, third, False), Change(4, first, False), Change(5, second, True)]
    assert store.changes(0, 9) == expected
    assert store.changes(0, 2) == expected[:2]
    assert store.changes(4, 9) == expected[2:]
    assert store.changes(5, 9) == []


def test_a_list_taken_while_records_change_loses_none(store: Store) -> None:
    """A record that changes during the walk may come twice; one that does not comes once."""
    chance = random.Random(7)
    names = [str(n) for n in range(60)]
    put(store, *names)
    seen: list[tuple[str, int]] = []
    changed: set[str] = set()
    after = 0
    for step in range(200):
        page = store.list("a", after=after, limit=7)
        seen += [(record.id.local, record.seq) for record in page.records]
        if not page.more:
            break
        after = page.records[-1].seq
        if step < 20:
            some = chance.sample(names, 3)
            changed.update(some)
            put(store, *some, body=b"%d" % step)
    assert {local for local, _ in seen} == set(names)
    assert [seq for _, seq in seen] == sorted({seq for _, seq in seen})
    for name in set(names) - changed:
        assert [local for local, _ in seen].count(name) == 1
    delivered = dict(seen)  # the last delivery of each is its present state
    assert delivered == {r.id.local: r.seq for r in store.list("a", limit=99).records}


# Datestamps


def test_datestamps_never_fall_even_when_the_clock_does(store: Store, clock: Clock) -> None:
    put(store, "1")
    clock.now -= 1000
    put(store, "2")
    clock.now += 2000
    put(store, "3")
    assert [r.datestamp for r in store.list("a", limit=9).records] == [DAY, DAY, DAY + 1000]


def test_the_earliest_datestamp_stays(store: Store, clock: Clock) -> None:
    put(store, "1")
    clock.now += 100
    put(store, "1", body=b"n")
    with store.write() as writer:
        writer.put(RecordId("b", "1"), b"m", sets=[])
    assert store.earliest("a") == DAY
    assert store.earliest("b") == DAY + 100
    assert store.earliest("c") is None


# What else is remembered


def test_states_are_replaced_and_kept(store: Store) -> None:
    with store.write() as writer:
        writer.set_state("harvest:a", '{"from": 1}')
        writer.set_state("harvest:b", "{}")
    with store.write() as writer:
        writer.set_state("harvest:a", '{"from": 2}')
    assert store.state("harvest:a") == '{"from": 2}'
    assert store.state("harvest:b") == "{}"
    assert store.last_seq() == 0


def test_a_bad_record_is_kept_once(store: Store) -> None:
    for _ in range(2):
        with store.write() as writer:
            writer.quarantine("a", "f.mrc", 12, "length says 99", b"\xff\x00raw")
            writer.quarantine("a", "f.mrc", 12, "length says 99", b"\xff\x00raw")
    with store.write() as writer:
        writer.quarantine("a", "f.mrc", 12, "length says 99", b"other bytes")
        writer.quarantine("a", "f.mrc", 3, "lone \ud800 and \0", b"")
        writer.quarantine("b", "f.mrc", 12, "length says 99", b"\xff\x00raw")
    found = store.quarantined("a")
    assert [(q.position, q.raw) for q in found][0] == (3, b"")
    assert {(q.position, q.raw) for q in found[1:]} == {
        (12, b"\xff\x00raw"),
        (12, b"other bytes"),
    }
    assert found[0].reason == "lone \\ud800 and \\x00"
    assert len(store.quarantined("b")) == 1


def test_keys_find_records(store: Store) -> None:
    with store.write() as writer:
        writer.set_keys(1, ["isbn:1", "title:x", "isbn:1"])
        writer.set_keys(2, ["isbn:2", "title:x"])
        assert writer.rids_with_keys(["title:x", "none"]) == {1, 2}
        writer.set_keys(2, ["isbn:2"])
        assert writer.rids_with_keys(["title:x"]) == {1}
    with store.write() as writer:
        assert writer.keys_of([1, 2, 3]) == {1: {"isbn:1", "title:x"}, 2: {"isbn:2"}, 3: set()}
        writer.set_keys(1, [])
        assert writer.keys_of([1]) == {1: set()}
        assert writer.rids_with_keys([]) == set()


def test_clusters_have_members(store: Store) -> None:
    with store.write() as writer:
        first, second = writer.new_cluster(), writer.new_cluster()
        assert (first, second) == ("u000000001", "u000000002")
        for rid, cluster in ((5, first), (3, first), (4, second)):
            writer.assign(rid, cluster)
        assert writer.clusters_of([3, 4, 9]) == {3: first, 4: second}
        writer.assign(4, first)
        assert writer.members_of([first, second]) == {first: {3, 4, 5}, second: set()}
        writer.assign(5, None)
    assert store.members([first, second]) == {first: [3, 4], second: []}
    with store.write() as writer:
        assert writer.clusters_of([3, 4, 5]) == {3: first, 4: first}
        assert writer.new_cluster() == "u000000003"


def test_pairs_of_a_record_and_the_union_record_of_it_alone(store: Store) -> None:
    names = [("a", "1"), ("a", "2"), ("b", "1"), ("union", "u1"), ("union", "u2"), ("b", "u1")]
    with store.write() as writer:
        one, two, three, first, second, same_name = (
            writer.put(RecordId(*name), b"x", sets=()) for name in names
        )
        writer.assign(one, "u1")
        writer.assign(two, "u2")
        writer.assign(three, "u3")  # whose union record is not there
    rids = [one, two, three, first, second, same_name]
    assert store.pairs(rids) == {one: first, two: second}
    assert store.pairs([one]) == store.pairs([first]) == {one: first}
    assert store.pairs([]) == store.pairs([three]) == store.pairs([same_name, 99]) == {}
    with store.write() as writer:
        writer.assign(three, "u2")
    assert store.pairs(rids) == {one: first}
    assert store.pairs([two]) == store.pairs([second]) == {}


def test_redirects_lead_to_the_end_of_all_merges(store: Store) -> None:
    with store.write() as writer:
        writer.add_redirect("u3", "u2")
        writer.add_redirect("u2", "u1")
        with pytest.raises(ValueError, match="itself"):
            writer.add_redirect("u1", "u1")
    assert store.redirect("union", "u3") == store.redirect("union", "u2") == "u1"
    assert store.redirect("union", "u1") is None
    assert store.redirect("a", "u3") is None
    assert store.redirect("union", "\ud800") is None
    with store.write() as writer:
        writer.add_redirect("u1", "u3")  # u3 stands again: no ring
    assert store.redirect("union", "u1") == store.redirect("union", "u2") == "u3"
    assert store.redirect("union", "u3") is None


# The model


@dataclass
class Known:
    body: int
    sets: frozenset[str]
    deleted: bool
    order: int


@dataclass
class Model:
    """A store of one database in a dict. ``feed``: how many changes there were."""

    records: dict[str, Known] = field(default_factory=dict)
    ever: set[str] = field(default_factory=set)
    feed: int = 0

    def run(self, operations: list[tuple]) -> None:
        touched: dict[str, None] = {}
        for kind, local, body, sets in operations:
            old = self.records.get(local)
            if kind == "delete":
                if old is None or old.deleted:
                    continue
                old.deleted = True
            elif old is None or old.deleted or (old.body, old.sets) != (body, sets):
                self.records[local] = Known(body, sets, False, 0)
            else:
                continue
            touched.setdefault(local)
        for local in touched:
            self.feed += 1
            self.records[local].order = self.feed
            self.ever |= self.records[local].sets

    def in_order(self, spec: str | None) -> list[str]:
        def within(known: Known) -> bool:
            return spec is None or any(f"{s}:".startswith(f"{spec}:") for s in known.sets)

        members = [(k.order, local) for local, k in self.records.items() if within(k)]
        return [local for _, local in sorted(members)]


SPECS = ("x", "x:y", "x:z", "w")
operation = st.tuples(
    st.sampled_from(["put", "put", "delete"]),
    st.sampled_from("12345"),
    st.integers(0, 2),
    st.frozensets(st.sampled_from(SPECS), max_size=3),
)
transaction = st.tuples(
    st.lists(operation, max_size=6), st.booleans(), st.integers(min_value=-1, max_value=3)
)


def apply(writer: Writer, database: str, operations: list[tuple]) -> None:
    for kind, local, body, sets in operations:
        id = RecordId(database, local)
        if kind == "delete":
            writer.delete(id)
        else:
            writer.put(id, b"body %d" % body, sets=sets, rendered={"dc": (1, b"<%d/>" % body)})


def check(store: Store, database: str, model: Model, base: int) -> None:
    """Every list, count and the feed of ``database`` agree with the model."""
    records = store.list(database, limit=99, fmt="dc")
    assert [r.seq - base for r in records.records] == sorted(
        k.order for k in model.records.values()
    )
    for record, body in zip(records.records, records.bodies, strict=True):
        known = model.records[record.id.local]
        assert (record.deleted, record.sets) == (known.deleted, tuple(sorted(known.sets)))
        assert body == (None if known.deleted else b"<%d/>" % known.body)
        (full,) = store.get([record.rid])
        assert full is not None
        assert full.marc == (None if known.deleted else b"body %d" % known.body)
    for spec in (None, *SPECS):
        expected = model.in_order(spec)
        assert locals_of(store.list(database, set_=spec, limit=99)) == expected
        assert store.count(database, set_=spec) == len(expected)
        assert store.count(database, set_=spec, from_=0) == len(expected)
    feed = [(change.seq - base, change.deleted) for change in store.changes(base, 99)]
    assert feed == sorted((k.order, k.deleted) for k in model.records.values())
    stamps = [r.datestamp for r in records.records]
    assert stamps == sorted(stamps)
    assert store.sets(database) == sorted(model.ever)
    live = sum(not known.deleted for known in model.records.values())
    assert store.databases().get(database, 0) == live
    assert store.last_seq() == base + model.feed


@pytest.fixture(scope="module", params=STORES.values(), ids=STORES.keys())
def shared(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[tuple[Store, Clock]]:
    clock = Clock()
    opened = request.param(tmp_path_factory.mktemp("store"), clock)
    yield opened, clock
    opened.dispose()


@given(transactions=st.lists(transaction, max_size=8))
def test_any_history_agrees_with_the_model(
    shared: tuple[Store, Clock], transactions: list[tuple]
) -> None:
    store, clock = shared
    base = store.last_seq()
    database = f"database{base}"  # each history in a database of its own
    model = Model()
    for operations, kept, seconds in transactions:
        clock.now += seconds
        if kept:
            with store.write() as writer:
                apply(writer, database, operations)
            model.run(operations)
        else:
            with pytest.raises(ZeroDivisionError), store.write() as writer:
                apply(writer, database, operations)
                raise ZeroDivisionError
        check(store, database, model, base)


def test_a_generation_changes_with_every_commit_of_anybody(store, tmp_path) -> None:
    seen = [store.generation()]
    assert store.generation() == seen[0]
    with store.write() as writer:
        writer.put(RecordId("a", "1"), b"m", sets=["x"])
    seen.append(store.generation())
    with store.write() as writer:
        writer.set_state("a", "b")
    seen.append(store.generation())
    assert len(set(seen)) == 3


def test_what_a_span_of_the_feed_held_is_there_while_the_number_is_the_same(store) -> None:
    for name in "abcd":
        with store.write() as writer:
            writer.put(RecordId("a", name), b"m", sets=["x:y"])
    assert [store.count_between("a", 1, last) for last in (0, 2, 4)] == [0, 2, 4]
    with store.write() as writer:
        writer.put(RecordId("a", "b"), b"m", sets=["z"])
        writer.put(RecordId("other", "b"), b"m", sets=["x"])
    assert store.count_between("a", 1, 4) == 3
    assert [store.count_between("a", 1, 9, spec) for spec in ("x", "x:y", "z")] == [3, 3, 1]


def test_datestamps_are_settled_when_no_writer_is_at_work(store) -> None:
    with store.write() as writer:
        writer.put(RecordId("a", "1"), b"m", sets=[])
    assert store.settled_before() > store.last_seq()


def test_a_long_span_of_dates_is_estimated_and_never_below_what_was_counted(
    store, clock, monkeypatch
) -> None:
    monkeypatch.setattr("interop.store.store.COUNT_LIMIT", 10)
    for part in range(4):
        clock.now += 10
        with store.write() as writer:
            for number in range(20):
                writer.put(RecordId("a", f"{part}-{number}"), b"m", sets=["x"])
    for set_ in (None, "x"):
        assert store.count("a", set_=set_) == 80
        assert store.count("a", from_=clock.now - 10, set_=set_) == 40
        assert store.count("a", from_=clock.now + 1, set_=set_) == 0
    with store.write() as writer:
        writer.put(RecordId("a", "last"), b"m", sets=["x"])
        for number in range(5):
            writer.delete(RecordId("a", f"0-{number}"))
    found = store.count("a", until=clock.now)
    assert 10 <= found <= 81
