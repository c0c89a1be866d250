"""From MARC to what is indexed."""

import itertools

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.formats import read_records
from interop.index import document
from interop.index import fields as of_fields
from interop.index.tokens import MAX_TOKEN
from interop.marc import iso2709
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.model.record import RecordId, Stored
from interop.query import normalise
from interop.query.access_points import ACCESS_POINTS
from interop.text.collation import sort_key

LEADER = "00000nam a2200000 a 4500"
FIXED = "960423s1995    vm            000 0 vie d"


def field(tag, *subfields, ind="  "):
    pairs = tuple((text[0], text[1:]) for text in subfields)
    return DataField(tag, ind[0], ind[1], pairs)


def stored(*fields, leader=LEADER, fixed=FIXED, sets=()):
    record = MarcRecord(leader, (ControlField("001", "vtls1"), ControlField("008", fixed), *fields))
    data = iso2709.encode(record)
    return Stored(9, RecordId("union", "u1"), 1, 0, False, tuple(sets), data)


def build(*fields, **more):
    return document.build(stored(*fields, **more))


KIEU = (
    field("020", "a978-604-0-00001-7"),
    field("041", "avie", ind="0 "),
    field("082", "a895.9221", "bN5764D", ind="04"),
    field("100", "aNguyễn Du", "d1765-1820", ind="1 "),
    field("245", "aTruyện Kiều =", "bĐoạn trường tân thanh", "cNguyễn Du", ind="10"),
    field("246", "aKim Vân Kiều", ind="3 "),
    field("260", "aHà Nội", "bVăn học", "c1995"),
    field("650", "aThơ", "zViệt Nam", ind=" 4"),
    field("650", "aVăn học cổ", ind=" 4"),
    field("880", "6245-01/$1", "a傳翹", ind="10"),
    field("952", "aTV1", "oKho"),
)


def test_texts_and_exact_tokens():
    made = build(*KIEU)
    assert (made.rid, made.database) == (9, "union")
    assert made.texts["title"][0] == ("truyen", "kieu", "doan", "truong", "tan", "thanh")
    assert made.exact["title"][0] == ("truyện", "kiều", "đoạn", "trường", "tân", "thanh")
    assert ("kim", "van", "kieu") in made.texts["title"]
    assert ("傳", "翹") in made.texts["title"]
    assert made.texts["subject"] == (("tho", "viet", "nam"), ("van", "hoc", "co"))
    assert ("nguyen", "du", "1765", "1820") in made.texts["author"]
    assert "notes" not in made.texts
    assert set(made.texts) == set(made.exact)


def test_keys_and_years():
    made = build(*KIEU, sets=("library:TV-Hue", "library:nlv", "other"))
    assert made.keys["isbn"] == ("9786040000017",)
    assert made.keys["control-number"] == ("vtls1",)
    assert made.keys["language"] == ("vie",)
    assert made.keys["classification"] == ("895.9221",)
    assert made.keys["format"] == ("book",)
    assert made.keys["library"] == ("tvhue", "nlv")
    assert made.years == {"date": (1995,)}


def test_codes_of_the_leader():
    made = build(*KIEU, leader="00000cas a2200000 a 4500")
    assert made.keys["record-type"] == ("a",)
    assert made.keys["bibliographic-level"] == ("s",)


def test_numbers_of_records_and_of_those_that_they_link_to():
    made = build(
        field("035", "a(OCoLC)ocm00123456"), field("035", "a(DLC)99"), field("035", "a77"),
        field("773", "tTạp chí Sông Hương", "w(DLC)   85123", "x0866-7322"),
        field("830", "w42"), field("040", "aVN-HaTVQG", "cTV Huế"),
    )  # fmt: skip
    assert made.keys["oclc-number"] == ("123456",)
    assert made.keys["record-link"] == ("(DLC)   85123", "85123", "42")
    assert set(made.keys["record-source"]) == {"d", "vnhatvqg", "tvhuế"}
    assert made.texts["host-item"] == (("tap", "chi", "song", "huong", "0866", "7322"),)


def test_what_nobody_is_shown_is_not_indexed():
    hidden = build(
        field("541", "d1980-01-05", "amật", ind="0 "), field("561", "amật", ind="0 "),
        field("590", "amật"), field("852", "hQA76", "xmật"),
    )  # fmt: skip
    assert hidden.texts["any"] == (("qa76",),)
    assert "acquired" not in hidden.keys
    assert build(field("561", "acông khai", ind="1 ")).texts["any"] == (("cong", "khai"),)


def test_days_of_acquisition():
    made = build(field("541", "d1980/01/05"), field("952", "d2021-06-07"), field("541", "dquà"))
    assert made.keys["acquired"] == ("19800105", "20210607")


def test_every_subdivision_is_a_value_of_its_own():
    made = build(field("650", "aThơ", "xLịch sử", "zViệt Nam"), field("655", "aTruyện", "vTranh"))
    assert made.texts["subject-subdivision"] == (("lich", "su"), ("viet", "nam"), ("tranh",))
    assert made.displays["subject-subdivision"] == ("Lịch sử", "Việt Nam", "Tranh")


def test_author_and_title_are_of_one_work():
    added = field("700", "aBạch Cư Dị", "tTỳ bà hành", ind="12")
    made = build(*KIEU, added, field("700", "aNguyễn Văn A"), field("810", "aViện", "tNiên giám"))
    assert made.texts["author-title"] == (
        ("nguyen", "du", "truyen", "kieu", "doan", "truong", "tan", "thanh"),
        ("bach", "cu", "di", "ty", "ba", "hanh"),
        ("vien", "nien", "giam"),
    )
    assert "author-title" not in made.displays
    uniform = build(field("240", "aThơ. Tuyển"), *KIEU).texts["author-title"]
    assert uniform == (("nguyen", "du", "tho", "tuyen"),)
    assert "author-title" not in build(field("245", "aKhông tác giả")).texts


def test_any_has_every_text_field_once():
    made = build(
        field("245", "aMột", "6880-01", "0x", "wy"), field("500", "aGhi chú"),
        field("035", "asố"), field("952", "akho"), field("856", "uhttp://a.vn", "zToàn văn"),
        field("880", "6500-02", "a附註"), field("020", "a9786040000017"),
        field("022", "a0378-5955"),
    )  # fmt: skip
    assert made.texts["any"] == (
        ("mot",), ("ghi", "chu"), ("toan", "van"), ("附", "註"), ("9786040000017",), ("03785955",),
    )  # fmt: skip
    assert len(made.exact["any"]) == len(made.texts["any"])


@pytest.mark.parametrize(
    ("fixed", "fields", "expected"),
    [
        (FIXED, (), (1995,)),
        (FIXED.replace("s1995    ", "r20101954"), (), (2010,)),
        (FIXED.replace("s1995", "s19uu"), (field("260", "c[1987?]"),), (1987,)),
        (FIXED.replace("s1995", "n    "), (field("264", "c©2001", ind=" 4"),), None),
        (FIXED.replace("s1995", "|||||"), (field("264", "cTháng 5-2003", ind=" 1"),), (2003,)),
        ("", (field("260", "c[200-?]"),), None),
    ],
)
def test_date(fixed, fields, expected):
    assert build(*fields, fixed=fixed).years.get("date") == expected


def test_old_language_fields_hold_several_codes():
    made = build(field("041", "aengfre", "dvie"), fixed=FIXED.replace("vie", "|||"))
    assert made.keys["language"] == ("eng", "fre", "vie")


def test_sort_keys():
    made = build(*KIEU)
    assert made.sort["title"] == sort_key("Truyện Kiều Đoạn trường tân thanh")
    assert made.sort["author"] == sort_key("Nguyễn Du 1765-1820")
    assert made.sort["date"] == b"1995"
    assert set(made.sort) <= {point.name for point in ACCESS_POINTS if point.sort}


def test_title_sorts_without_its_article():
    assert build(field("245", "aThe tale", ind="04")).sort["title"] == sort_key("tale")
    assert build(field("245", "aThe", ind="09")).sort["title"] == sort_key("The")
    assert "title" not in build(field("500", "aKhông nhan đề")).sort
    assert "title" not in build(field("245", "a[...]", ind="00")).sort


def test_author_sort_falls_back_on_added_entries():
    made = build(field("700", "aTrần Văn"), field("710", "aViện"), field("245", "aX"))
    assert made.sort["author"] == sort_key("Trần Văn")
    made = build(field("700", "aTrần Văn"), field("110", "aViện"))
    assert made.sort["author"] == sort_key("Viện")


def test_long_tokens_are_cut():
    made = build(field("245", "a" + "x" * 5000))
    assert made.texts["title"] == (("x" * MAX_TOKEN,),)


@pytest.mark.parametrize(
    ("types", "code"), [("am", "book"), ("as", "serial"), ("aa", "article"), ("em", "map")]
)
def test_format(types, code):
    assert build(leader=LEADER.replace("am", types, 1)).keys["format"] == (code,)


def test_bytes_that_are_not_marc():
    broken = Stored(9, RecordId("tv1", "x"), 1, 0, False, ("library:TV1",), b"no record at all")
    with pytest.raises(ValueError):
        document.build(broken)
    reported = []
    made = document.build(broken, lambda what, error: reported.append(what))
    assert reported == ["record"]
    assert (made.rid, made.database) == (9, "tv1")
    assert made.keys == {"library": ("tv1",)}
    assert made.texts == made.years == {}


def test_fault_in_one_access_point_leaves_the_others(monkeypatch):
    analyse = normalise.key

    def broken(kind, value):
        if kind == "class":
            raise IndexError("strange record")
        return analyse(kind, value)

    monkeypatch.setattr(normalise, "key", broken)
    of_fields.forget()
    with pytest.raises(IndexError):
        build(*KIEU)
    reported = []
    made = document.build(stored(*KIEU), lambda what, error: reported.append((what, str(error))))
    of_fields.forget()
    assert reported == [("classification", "strange record")]
    assert "title" in made.texts
    assert made.keys["isbn"] == ("9786040000017",)
    assert "classification" not in made.keys


def closely(record, monkeypatch):
    """The document of ``record``, each field looked at as a field and all of them at hand."""
    with monkeypatch.context() as patch:
        patch.setattr(iso2709, "split_canonical", lambda data: None)
        patch.setattr(iso2709, "decode", lambda data: record)
        return document.build(Stored(1, RecordId("union", "x"), 1, 0, False, (), b""))


@pytest.mark.corpus
def test_real_records_have_the_same_document_at_a_closer_look(corpus, monkeypatch):
    files = ["loc_demo/loc_demo.mrc", "hcmut/book3part0final.mrc", "bu_bibs/oschrift_me.mrc"]
    for name in files:
        with (corpus / name).open("rb") as stream:
            for result in itertools.islice(read_records(stream), 200):
                data = iso2709.encode(result.record)
                made = document.build(Stored(1, RecordId("union", "x"), 1, 0, False, (), data))
                assert made == closely(iso2709.decode(data), monkeypatch)


@pytest.mark.corpus
def test_real_records_are_analysed_without_exception(corpus):
    documents = []
    with (corpus / "loc_demo" / "loc_demo.mrc").open("rb") as stream:
        for result in itertools.islice(read_records(stream), 300):
            data = iso2709.encode(result.record)
            documents.append(
                document.build(Stored(1, RecordId("union", "x"), 1, 0, False, (), data))
            )
    assert len(documents) == 300
    assert all(made.texts["any"] and made.sort["title"] for made in documents)
    assert sum("lccn" in made.keys for made in documents) > 250
    assert sum("date" in made.years for made in documents) > 250


def test_fields_seen_before_give_the_same_again():
    first = build(*KIEU)
    assert build(*KIEU) == first
    of_fields.forget()
    assert build(*KIEU) == first


subfields = st.lists(
    st.tuples(st.characters(codec="ascii"), st.text(max_size=12)), min_size=1, max_size=4
).map(tuple)
tags = st.sampled_from("010 020 022 041 082 100 245 260 264 500 650 700 830 880 999".split())
odd_fields = st.lists(
    st.builds(DataField, tags, st.characters(codec="ascii"), st.characters(), subfields), max_size=8
)


@given(odd_fields, st.text(min_size=24, max_size=24), st.text(max_size=45))
def test_no_record_is_too_strange(fields, leader, fixed):
    record = MarcRecord(leader, (ControlField("008", fixed), *fields))
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(iso2709, "decode", lambda data: record)
        made = document.build(Stored(1, RecordId("union", "x"), 1, 0, False, (), b""))
    assert made.keys.keys() <= {point.name for point in ACCESS_POINTS}
    for repetitions in (*made.texts.values(), *made.exact.values()):
        assert all(0 < len(token) <= MAX_TOKEN for tokens in repetitions for token in tokens)
    for ap, repetitions in made.texts.items():
        assert len(repetitions) == len(made.exact[ap])
