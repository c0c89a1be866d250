"""Invariants of the union over random histories of several libraries.

Whatever order records come, change, go and return in, the union is a function of the records that
live: its partition and its records. Identifiers have a history, and every one ever published
resolves; whoever harvests only changes holds exactly what a full list gives.
"""

from itertools import count

from hypothesis import given, settings
from hypothesis import strategies as st

from interop.crosswalks import CROSSWALKS
from interop.ingest import ingest
from interop.marc.iso2709 import decode, encode
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.model.record import UNION, Incoming
from interop.store.store import Store

ISBNS = ("9780306406157", "9781861972712", "9780131103627", "9780198526636")
contents = st.tuples(
    st.frozensets(st.sampled_from(ISBNS), max_size=3),
    st.sampled_from(["", "Truyện Kiều", "Toán 4", "Toán 5"]),
    st.sampled_from([(), ("Thơ",), ("Thơ", "Văn học")]),
    st.booleans(),
)
edits = st.tuples(
    st.sampled_from("ABC"), st.sampled_from(["0", "1 #%"]), st.one_of(st.none(), contents)
)
histories = st.lists(st.lists(edits, min_size=1, max_size=4), min_size=1, max_size=8)


def marc(isbns, title, subjects, original):
    fields = [ControlField("008", "250101s2015    vm            000 0 vie d")]
    fields += [DataField("020", " ", " ", (("a", isbn),)) for isbn in sorted(isbns)]
    fields.append(DataField("100", "0", " ", (("a", "Nguyễn Du"),)))
    if title:
        fields.append(DataField("245", "1", "0", (("6", "880-01"), ("a", title))))
    fields.append(DataField("260", " ", " ", (("b", "Văn học"),)))
    for place, subject in enumerate(subjects, 2):
        link = (("6", f"880-{place:02d}"),) if original else ()
        fields.append(DataField("650", " ", "4", (*link, ("a", subject))))
    if original:
        fields.append(DataField("880", "1", "0", (("6", "245-01/$1"), ("a", "傳翹"))))
        fields += [
            DataField("880", " ", "4", (("6", f"650-{place:02d}/$1"), ("a", "詩")))
            for place, _ in enumerate(subjects, 2)
        ]
    return encode(MarcRecord("00000nam a2200000 a 4500", tuple(fields)))


def open_store(factory):
    ticks = count(1_700_000_000)
    return Store(f"sqlite:///{factory.mktemp('union')}/s.db", lambda: next(ticks))


def take(store, library, edits):
    page = [Incoming(local, marc(*what) if what else None) for local, what in edits]
    ingest(store, library.lower(), library, page)


def pages(history):
    """One page per library and step: (library, its edits)."""
    for step in history:
        for library in "ABC":
            if own := [(local, what) for name, local, what in step if name == library]:
                yield library, own


def union(store):
    """Live union records without their identifiers: what they say, with sets and bodies."""
    version = CROSSWALKS["oai_dc"].version
    listed = store.list(UNION, limit=1000, fmt="oai_dc", version=version)
    records = [record for record in listed.records if not record.deleted]
    full = store.get([record.rid for record in records])
    return sorted(
        (repr(decode(record.marc).fields).replace(record.id.local, "ID"), record.sets)
        for record in full
    ), sorted(
        body.replace(record.id.local.encode(), b"ID")
        for record, body in zip(listed.records, listed.bodies, strict=True)
        if not record.deleted
    )


@settings(max_examples=40)
@given(history=histories, order=st.randoms())
def test_a_union_is_a_function_of_the_live_records(tmp_path_factory, history, order):
    store, scratch = open_store(tmp_path_factory), open_store(tmp_path_factory)
    live = {}
    for library, own in pages(history):
        take(store, library, own)
        live.update({(library, local): what for local, what in own})
    rest = [(library, [(local, what)]) for (library, local), what in live.items() if what]
    order.shuffle(rest)
    for library, own in rest:
        take(scratch, library, own)
    assert union(store) == union(scratch)
    members = store.members([r.id.local for r in store.list(UNION, limit=1000).records])
    rids = sorted(rid for group in members.values() for rid in group)
    everyone = [r for name in "abc" for r in store.list(name, limit=1000).records]
    assert rids == sorted(r.rid for r in everyone if not r.deleted)
    store.dispose()
    scratch.dispose()


@settings(max_examples=40)
@given(history=histories)
def test_identifiers_resolve_for_ever_and_followers_miss_nothing(tmp_path_factory, history):
    store = open_store(tmp_path_factory)
    published, copy, seen, cluster_of = set(), {}, 0, {}
    for library, own in pages(history):
        take(store, library, own)
        changed = store.list(UNION, after=seen, limit=1000).records
        names = {record.id.local for record in changed}
        seen = store.last_seq()
        copy.update(
            {r.id.local: None if r.deleted else stored.marc
             for r, stored in zip(changed, store.get([r.rid for r in changed]), strict=True)}
        )  # fmt: skip
        listed = store.list(UNION, limit=1000).records
        full = store.get([record.rid for record in listed])
        assert copy == {r.id.local: None if r.deleted else r.marc for r in full}
        published |= {record.id.local for record in listed}
        live = {record.id.local for record in listed if not record.deleted}
        for local in published - live:
            heir = store.redirect(UNION, local)  # ends: a ring would never return
            assert heir is None or (heir in published and store.redirect(UNION, heir) is None)
        assert not any(store.redirect(UNION, local) for local in live)
        now = {rid: name for name, group in store.members(sorted(live)).items() for rid in group}
        for rid in now.keys() | cluster_of.keys():
            before, after = cluster_of.get(rid), now.get(rid)
            if before != after:
                assert {name for name in (before, after) if name} <= names
        cluster_of = now
    store.dispose()
