"""What one field gives: the fast way and the close look agree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.index import fields
from interop.index.fields import NOTHING, of_field, of_text
from interop.index.tokens import MAX_TOKEN
from interop.marc.record import ControlField, DataField
from interop.query import normalise
from interop.query.access_points import ACCESS_POINTS, BY_NAME


def text(field):
    """A data field as it stands in canonical bytes."""
    pieces = "".join(f"\x1f{code}{value}" for code, value in field.subfields)
    return f"{field.ind1}{field.ind2}{pieces}"


def data(tag, *subfields, ind="  "):
    return DataField(tag, ind[0], ind[1], tuple((piece[0], piece[1:]) for piece in subfields))


def told(share):
    """What counts of ``share``: of repetitions their order within an access point, and the heading
    where it has any.
    """
    texts = [
        (name, folded, marked, display if BY_NAME[name].headings else "")
        for name, (folded, marked, display) in share.texts
    ]
    return sorted(texts, key=lambda row: row[0]), share.keys, share.faults


def names(share):
    return {name for name, _ in (*share.texts, *share.keys)}


def test_a_field_is_in_every_access_point_that_names_it():
    share = of_field(data("650", "aThơ", "xLịch sử", "2lcsh"))
    assert names(share) == {"any", "subject", "subject-topic", "subject-subdivision"}
    assert ("any", (("tho", "lich", "su"), ("thơ", "lịch", "sử"), "")) in share.texts
    assert names(of_field(data("245", "aKiều", "cNguyễn Du"))) == {"any", "title", "author"}
    assert names(of_field(ControlField("008", "960423s1995    vm            000 0 vie d"))) == {
        "created", "language", "record-source",
    }  # fmt: skip


def test_a_heading_is_shown_as_it_stands():
    share = dict(of_field(data("260", "aHà Nội :", "bVăn học,")).texts)
    assert share["place"][2] == "Hà Nội"
    assert share["publisher"][2] == "Văn học"


def test_words_of_plain_letters_are_one_object_for_both_forms():
    for share in (of_field(data("500", "aPlain words")), of_text("500", "  \x1faPlain words")):
        [(_, (folded, marked, _)), *_] = share.texts
        assert folded is marked == ("plain", "words")


ALIKE = [
    data("245", "aL'Annam et Children's tales"),
    data("245", "aKiều", "b ", "cDu"),
    data("245", "a"),
    data("020", "a9786040000017 (bìa cứng)", "z123"),
    data("650", "xMột", "aHai", "vBa", "x2"),
    data("541", "d1980-01-05", ind="0 "),
    data("541", "d1980-01-05", ind="1 "),
    data("852", "hQA76", "xmật"),
    data("852", "xmật"),
    data("880", "6245-01/$1", "a傳翹"),
    data("880", "6541-01", "d1980-01-05", ind="0 "),
    data("880", "6901-01", "amật"),
    data("880", "a附註"),
    data("590", "amật"),
    data("952", "d2021-06-07", "oKho"),
    data("035", "a(OCoLC)ocm00123456"),
    data("773", "tTạp chí", "w(DLC)   85123"),
    data("500", "a" + "x" * 5000),
    data("500", "aẤn " + "ư" * 300),
    data("500", "aĐường Ðường", "aÞór ðar"),
    data("500", "a\u0301a", "b\u0301"),
    data("999", "akhông"),
]


@pytest.mark.parametrize("field", ALIKE)
def test_the_fast_way_is_the_same(field):
    assert told(of_text(field.tag, text(field))) == told(of_field(field))


TAGS = sorted({"001", "005", "008", "035", "541", "852", "880", "912", "952", *fields._CODES})
LETTERS = st.text(
    st.sampled_from("aA0bd'’ -–.Ððđéạấ\u0301\u0323ơư傳龘Ωßﬁ\u200d\u00ad,\t(978604)"), max_size=15
)
CODES = st.sampled_from("aabcdtuvwxz0269")


@given(
    st.sampled_from([tag for tag in TAGS if tag > "009"]),
    st.sampled_from("01 "),
    st.lists(st.tuples(CODES, LETTERS), min_size=1, max_size=5).map(tuple),
    st.sampled_from(["", "541-01", "245-00", "590-00", "24"]),
)
def test_whatever_stands_in_a_field_the_fast_way_is_the_same(tag, indicator, subfields, link):
    if tag == "880":
        subfields = (("6", link), *subfields)
    field = DataField(tag, indicator, " ", subfields)
    share = of_text(tag, text(field))
    assert told(share) == told(of_field(field))
    assert all(0 < len(token) <= MAX_TOKEN for _, row in share.texts for token in row[0])


@given(st.sampled_from(["001", "003", "005", "006", "008"]), LETTERS)
def test_control_fields_too(tag, value):
    assert told(of_text(tag, value)) == told(of_field(ControlField(tag, value)))


def test_a_fault_is_told_of_its_access_point_alone(monkeypatch):
    analyse = normalise.key

    def broken(kind, value):
        if kind == "code":
            raise IndexError("strange number")
        return analyse(kind, value)

    monkeypatch.setattr(normalise, "key", broken)
    fields.forget()
    share = of_text("020", "  \x1fa9786040000017")
    fixed = of_text("008", "960423s1995    vm            000 0 vie d")
    fields.forget()
    assert share.keys == (("isbn", ("9786040000017",)),)
    assert [(name, str(error)) for name, error in share.faults] == [
        ("identifier", "strange number")
    ]
    assert {name for name, _ in fixed.faults} == {"record-source", "language"}


def test_tags_that_nobody_asks_for_are_not_looked_at():
    assert of_text("901", "  \x1fakhông") is NOTHING
    assert of_text("003", "VN") is NOTHING


def test_every_access_point_of_fields_has_its_tags():
    found = {name for rows in (*fields._CODES.values(), *fields._CUTS.values()) for name, _ in rows}
    told = {p.name for p in ACCESS_POINTS if p.source and not p.source.startswith("leader")}
    assert found == told
