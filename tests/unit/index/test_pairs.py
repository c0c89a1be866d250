"""A library's record and the union record of it alone as one document."""

import re
from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from interop.index import document, pairs
from interop.index.base import OWN_KEYS, OWN_TEXTS, records_of
from interop.ingest import ingest
from interop.marc import iso2709
from interop.marc.record import ControlField, MarcRecord
from interop.model.record import UNION, Incoming, RecordId
from interop.query.access_points import ACCESS_POINTS, BY_NAME
from interop.store.store import Store
from tests.unit.index.test_document import FIXED, KIEU, LEADER, field, stored


@pytest.fixture
def store(tmp_path):
    opened = Store(f"sqlite:///{tmp_path / 'store.sqlite'}", lambda: 1_700_000_000)
    yield opened
    opened.dispose()


def member(*fields, leader=LEADER, fixed=FIXED):
    record = MarcRecord(leader, (ControlField("001", "vtls1"), ControlField("008", fixed), *fields))
    return Incoming("m1", iso2709.encode(record))


def of_store(store, *fields, **more):
    """A record as it was taken in, and the union's."""
    ingest(store, "tv1", "TV1", [member(*fields, **more)])
    return pair_of(store, "m1")


def pair_of(store, local, database="tv1"):
    (mine,) = store.find([RecordId(database, local)])
    return mine, store.get([store.pairs([mine.rid])[mine.rid]])[0]


def said(made):
    """All that a document says; the order of repetitions and of keys means nothing."""
    return (
        made.rid,
        made.database,
        {ap: Counter(found) for ap, found in made.texts.items()},
        {ap: Counter(found) for ap, found in made.exact.items()},
        {ap: set(found) for ap, found in made.keys.items()},
        made.years,
        made.sort,
        {
            ap: Counter(zip(made.exact[ap], shown, strict=True))
            for ap, shown in made.displays.items()
        },
    )


def test_both_records_say_what_they_say_by_themselves(store):
    both = of_store(
        store,
        ControlField("005", "20240102030405.0"),
        *KIEU,
        field("852", "bKho mở", "hV24"),
    )
    made = pairs.build(*both)
    assert made.rids == (both[0].rid, both[1].rid)
    assert made.database == "tv1"
    mine, its = records_of(made)
    assert [said(mine), said(its)] == [said(document.build(each)) for each in both]
    assert not any("tv1" in repetition for repetition in mine.texts["any"])
    assert any("tv1" in repetition for repetition in its.texts["any"])
    assert mine.keys["control-number"] != its.keys["control-number"]
    assert "modified" in mine.keys and "modified" not in its.keys


def test_what_they_share_stands_once(store):
    made = pairs.build(*of_store(store, *KIEU))
    own = [part for each in made.pair for part in (each.texts, each.exact)]
    assert set().union(*own) <= OWN_TEXTS
    assert set(made.pair[0].keys) <= OWN_KEYS
    assert not OWN_KEYS & set(made.keys)
    assert made.texts["title"] and made.sort["title"]


def test_fields_out_of_order(store):
    notes = [field("504", "aThư mục"), field("500", "aIn lần hai"), field("010", "a55001234")]
    both = of_store(store, *notes, *KIEU)
    made = pairs.build(*both)
    assert [said(each) for each in records_of(made)] == [said(document.build(b)) for b in both]


def test_another_title_first(store):
    """Of the other script, by which the library's record alone is sorted."""
    both = of_store(store, *KIEU[::-1])
    assert pairs.build(*both) is None
    assert document.build(both[0]).sort != document.build(both[1]).sort


@pytest.mark.parametrize(
    "other",
    [
        stored(*KIEU[:-1], field("700", "aNgười khác")),
        stored(*KIEU[1:]),
        stored(*KIEU, field("880", "6590-02", "aChỉ ở đây")),
        stored(*KIEU, leader="00000cas a2200000 a 4500"),
        stored(*KIEU, fixed="960423s1996    vm            000 0 vie d"),
        stored(*KIEU, sets=("library:TV2",)),
        stored(*KIEU)._replace(marc=b"damaged"),
        stored(*KIEU)._replace(marc=None),
    ],
)
def test_records_that_do_not_agree_are_two_documents(other):
    assert pairs.build(stored(*KIEU), other) is None
    assert pairs.build(stored(*KIEU), stored(*KIEU)) is not None


def test_what_differs_has_no_order_and_no_headings():
    """Sorting and headings of a document are of both its records."""
    for ap in OWN_TEXTS | OWN_KEYS:
        assert not BY_NAME[ap].sort
    for ap in OWN_TEXTS:
        assert not BY_NAME[ap].headings and not BY_NAME[ap].facet
    keys = {point.name for point in ACCESS_POINTS if point.kind != "text" and _is_of_copies(point)}
    assert keys == OWN_KEYS
    sources = " ".join(p.source or "" for p in ACCESS_POINTS if p.sort)
    assert set(re.findall(r"\b(\d)\d\d[a-z]", sources)) <= set("127")


def _is_of_copies(point):
    return any(pairs._is_own(tag) for tag in re.findall(r"(?:^|:)(\d{3})", point.source or ""))


@pytest.mark.corpus
@pytest.mark.parametrize(
    "file",
    ["loc_demo/loc_demo.mrc", "hcmut/book3part0final.mrc"],
)
def test_real_records(store, corpus: Path, file):
    """Nearly all are one document with the union's, and lose and gain nothing."""
    found = (corpus / file).read_bytes().split(b"\x1d")
    taken = [
        Incoming(str(number), iso2709.encode(iso2709.decode(data + b"\x1d")))
        for number, data in enumerate(islice(filter(bytes.strip, found), 400))
    ]
    ingest(store, "tv1", "TV1", taken)
    mine = [each for each in store.find([RecordId("tv1", one.local) for one in taken]) if each]
    union_of = store.pairs([each.rid for each in mine])
    assert len(union_of) > 300
    together = 0
    for each in mine:
        if each.rid in union_of:
            both = (each, store.get([union_of[each.rid]])[0])
            assert both[1].id.database == UNION
            if made := pairs.build(*both):
                together += 1
                alone = [said(document.build(one)) for one in both]
                assert [said(one) for one in records_of(made)] == alone
    assert together > 0.95 * len(union_of)
