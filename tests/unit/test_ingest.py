"""Taking records in: one transaction for records, union, feed and position."""

from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interop.ingest import ingest
from interop.marc.iso2709 import decode, encode
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.model.record import UNION, Incoming, RecordId
from interop.store.store import Store
from interop.union.keys import keys_of

ISBNS = ("9780306406157", "9781861972712", "9780131103627")


def marc(number, isbns=(), title="Truyện Kiều", year="2015", author=""):
    fields = [
        ControlField("001", number),
        ControlField("008", f"250101s{year}    vm            000 0 vie d"),
    ]
    fields += [DataField("020", " ", " ", (("a", isbn),)) for isbn in isbns]
    if author:
        fields.append(DataField("100", "1", " ", (("a", author),)))
    fields.append(DataField("245", "1", "0", (("a", title),)))
    return encode(MarcRecord("00000nam a2200000 a 4500", tuple(fields)))


def incoming(number, *isbns, **more):
    body = marc(number, isbns, **more)
    return Incoming(number, body, body, "iso2709")


@pytest.fixture
def store(tmp_path):
    ticks = count(1_700_000_000)
    store = Store(f"sqlite:///{tmp_path}/s.db", lambda: next(ticks))
    yield store
    store.dispose()


def union(store):
    """Union records: id -> libraries, live ones."""
    page = store.list(UNION, limit=1000)
    return {
        record.id.local: [spec[8:] for spec in record.sets if spec.startswith("library:")]
        for record in page.records
        if not record.deleted
    }


def take(store, library, *records, **more):
    return ingest(store, library.lower(), library, records, **more)


def test_counts_add_up(store):
    first = take(store, "A", incoming("1", ISBNS[0]), incoming("2"), incoming("2", title="Khác"))
    assert (first.read, first.added, first.duplicates) == (3, 2, 1)
    second = take(store, "A", incoming("1", ISBNS[0]), incoming("2"), Incoming("9", None))
    assert (second.unchanged, second.changed, second.deleted) == (1, 1, 1)


def test_the_same_again_leaves_no_trace(store):
    take(store, "A", incoming("1", ISBNS[0]))
    before = store.last_seq()
    report = take(store, "A", incoming("1", ISBNS[0]))
    assert report.unchanged == 1 and report.union_changed == 0
    assert store.last_seq() == before


def test_one_publication_of_two_libraries_is_one_union_record(store):
    take(store, "A", incoming("1", ISBNS[0]))
    take(store, "B", incoming("x", "0-306-40615-2"))
    assert list(union(store).values()) == [["A", "B"]]
    (local,) = union(store)
    (record,) = store.find([RecordId(UNION, local)])
    fields = decode(record.marc).data("852")
    assert [field.first("a") for field in fields] == ["A", "B"]


def test_a_correction_dissolves_the_merge(store):
    take(store, "A", incoming("1", ISBNS[0]))
    take(store, "B", incoming("x", ISBNS[0]))
    report = take(store, "B", incoming("x", ISBNS[1]))
    assert report.union_changed == 2
    assert sorted(union(store).values()) == [["A"], ["B"]]


def test_a_deletion_updates_the_merge_and_the_last_one_dissolves_it(store):
    take(store, "A", incoming("1", ISBNS[0]))
    take(store, "B", incoming("x", ISBNS[0]))
    (local,) = union(store)
    take(store, "A", Incoming("1", None))
    assert union(store) == {local: ["B"]}
    take(store, "B", Incoming("x", None))
    assert union(store) == {}
    (gone,) = store.find([RecordId(UNION, local)])
    assert gone.deleted and gone.sets


def test_a_bridge_merges_and_the_loser_is_redirected(store):
    take(store, "A", incoming("1", ISBNS[0]))
    take(store, "B", incoming("x", ISBNS[1]))
    old, young = sorted(union(store))
    take(store, "C", incoming("c", ISBNS[0], ISBNS[1]))
    assert union(store) == {old: ["A", "B", "C"]}
    assert store.redirect(UNION, young) == old
    take(store, "C", Incoming("c", None))
    assert sorted(union(store).values()) == [["A"], ["B"]]


def test_a_record_that_returns_is_live_again(store):
    take(store, "A", incoming("1", ISBNS[0]))
    take(store, "A", Incoming("1", None))
    before = store.list(UNION, limit=9).records[0].id
    report = take(store, "A", incoming("1", ISBNS[0]))
    assert report.added == 1 and union(store) == {before.local: ["A"]}


def test_a_record_that_returns_joins_those_who_stayed(store):
    take(store, "A", incoming("1", ISBNS[0]))
    take(store, "A", Incoming("1", None))
    take(store, "B", incoming("x", ISBNS[0]))
    (stayed,) = union(store)
    take(store, "A", incoming("1", ISBNS[0]))
    assert union(store) == {stayed: ["A", "B"]}


def test_two_that_return_apart_do_not_both_get_the_old_union_record(store):
    take(store, "A", incoming("1", ISBNS[0]))
    take(store, "B", incoming("x", ISBNS[0]))
    (old,) = union(store)
    take(store, "A", Incoming("1", None))
    take(store, "B", Incoming("x", None))
    take(store, "A", incoming("1", ISBNS[1]))
    take(store, "B", incoming("x", ISBNS[2]))
    assert sorted(union(store).values()) == [["A"], ["B"]] and union(store)[old] == ["A"]


def test_a_union_record_that_was_merged_away_does_not_return(store):
    take(store, "A", incoming("1", ISBNS[0]))
    take(store, "B", incoming("x", ISBNS[1]))
    old, young = sorted(union(store))
    take(store, "C", incoming("c", ISBNS[0], ISBNS[1]))
    take(store, "B", Incoming("x", None))
    take(store, "B", incoming("x", ISBNS[2]))
    assert young not in union(store) and store.redirect(UNION, young) == old


def test_the_position_is_in_the_same_transaction(store, monkeypatch):
    take(store, "A", incoming("1"), state=("harvest:a", "page 1"))
    assert store.state("harvest:a") == "page 1"

    def fail(*_):
        raise RuntimeError("disk full")

    monkeypatch.setattr("interop.ingest.union_bytes", fail)
    with pytest.raises(RuntimeError):
        take(store, "A", incoming("2"), state=("harvest:a", "page 2"))
    assert store.state("harvest:a") == "page 1"
    assert store.find([RecordId("a", "2")]) == [None]


records = st.tuples(
    st.sampled_from("ABC"),
    st.sampled_from("12"),
    st.one_of(st.none(), st.frozensets(st.sampled_from(ISBNS), max_size=2)),
)


@settings(max_examples=25)
@given(log=st.lists(records, max_size=14))
def test_incremental_equals_from_scratch(tmp_path_factory, log):
    """Whatever the order of changes, the union is that of the live records alone."""
    folder = tmp_path_factory.mktemp("log")
    ticks = count(1_700_000_000)
    store = Store(f"sqlite:///{folder}/s.db", lambda: next(ticks))
    live = {}
    for library, local, isbns in log:
        if isbns is None:
            live.pop((library, local), None)
            take(store, library, Incoming(local, None))
        else:
            record = incoming(local, *sorted(isbns))
            live[library, local] = keys_of(decode(record.marc))
            take(store, library, record)
    groups = []
    for name, keys in live.items():
        joined = [group for group in groups if group[1] & keys]
        groups = [group for group in groups if group not in joined]
        groups.append(
            ({name}.union(*(g[0] for g in joined)), set(keys).union(*(g[1] for g in joined)))
        )
    members = store.members(list(union(store)))
    named = {
        frozenset((record.id.database.upper(), record.id.local) for record in store.get(rids))
        for rids in members.values()
    }
    store.dispose()
    assert named == {frozenset(names) for names, _ in groups}


def test_a_record_at_hand_is_not_decoded_again(store, monkeypatch):
    def refused(data):
        raise AssertionError("decoded")

    one = incoming("1", ISBNS[0])
    read = {one.marc: decode(one.marc)}
    with monkeypatch.context() as patch:
        patch.setattr("interop.ingest.decode", refused)
        take(store, "A", one, read=read)
    assert list(union(store).values()) == [["A"]]
    assert take(store, "A", one).unchanged == 1
