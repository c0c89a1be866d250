"""The union record: a pure function of its members."""

from dataclasses import replace
from itertools import permutations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.marc.iso2709 import canonical, encode
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.union.merge import Member, holdings_of, union_bytes, union_record
from tests.properties.strategies import marc_records

LEADER = "00000nam a2200000 a 4500"


def field(tag, *subfields, indicators="  "):
    return DataField(tag, indicators[0], indicators[1], tuple(subfields))


def record(*fields, number="1"):
    title = field("245", ("a", "Truyện Kiều"), indicators="10")
    return MarcRecord(LEADER, (ControlField("001", number), title, *fields))


KOHA = Member(
    1,
    "VN-QTI",
    "17",
    record(
        field("020", ("a", "9780306406157")),
        field("650", ("a", "Truyện thơ")),
        field("590", ("a", "ghi chú nội bộ")),
        field("952", ("a", "TVT"), ("o", "895.9 K"), ("p", "QT1")),
        field("952", ("a", "TVT"), ("o", "895.9 K"), ("p", "QT2")),
        field("999", ("c", "17")),
        number="17",
    ),
)
DUMP = Member(
    2,
    "VN-CMA",
    "CM1",
    record(
        field("653", ("a", "truyện thơ")),
        field("653", ("a", "Chữ Nôm")),
        field("852", ("a", "VN-CMA"), ("h", "895.9")),
        number="CM1",
    ),
)
BARE = Member(3, "VN-DNA", "d/1", record(number="d1"))


def test_any_order_of_members_gives_the_same_record():
    results = {union_record("u1", members) for members in permutations([KOHA, DUMP, BARE])}
    assert len(results) == 1


def test_the_id_of_the_union_is_the_control_number():
    result = union_record("u1", [KOHA, DUMP])
    assert result.control("001") == "u1"
    assert [f.first("a") for f in result.data("035")] == ["(VN-CMA)CM1", "(VN-QTI)17"]


def test_every_library_is_named_even_without_items():
    result = union_record("u1", [KOHA, DUMP, BARE])
    assert [f.first("a") for f in result.data("852")] == ["VN-CMA", "VN-DNA", "VN-QTI", "VN-QTI"]
    assert [f.first("p") for f in result.data("852") if f.first("p")] == ["QT1", "QT2"]


def test_tags_of_a_system_stay_at_home():
    """Aleph's CAT names its cataloguers, Alma's AVA is read as a holding."""
    own = record(
        field("AVA", ("b", "TVT"), ("d", "895.9 K"), ("e", "available")),
        field("CAT", ("a", "THU"), ("c", "20200101")),
        field("LKR", ("b", "000000001")),
        field("880", ("6", "CAT-01"), ("a", "秋")),
    )
    result = union_record("u1", [Member(1, "VN-QTI", "17", own)])
    assert {f.tag for f in result.fields} == {"001", "035", "245", "852"}
    assert [f.first("h") for f in result.data("852")] == ["895.9 K"]


def test_what_only_others_know_is_gathered():
    result = union_record("u1", [KOHA, DUMP])
    subjects = [f.first("a") for f in result.data("650", "653")]
    assert subjects == ["truyện thơ", "Chữ Nôm"]  # VN-CMA leads among equals


def test_an_isbn_stands_once_however_it_was_written():
    other = Member(4, "VN-X", "4", record(field("020", ("a", "0-306-40615-2 (pbk.)"))))
    assert len(list(union_record("u1", [KOHA, other]).data("020"))) == 1


def test_local_fields_stay_at_home():
    tags = {f.tag for f in union_record("u1", [KOHA, DUMP, BARE]).fields}
    assert not tags & {"590", "952", "999"}


def test_holdings_carry_library_and_record():
    holdings = holdings_of(KOHA)
    assert {(h.library, h.record) for h in holdings} == {("VN-QTI", "17")}
    assert [h.call_number for h in holdings] == ["895.9 K", "895.9 K"]
    assert [h.library for h in holdings_of(BARE)] == ["VN-DNA"]


def test_fields_stand_in_order():
    tags = [f.tag for f in union_record("u1", [KOHA, DUMP]).fields]
    assert tags == sorted(
        tags, key=lambda tag: int(tag) if tag < "100" or tag >= "852" else int(tag) // 100 * 100
    )


def test_the_order_of_arrival_decides_nothing():
    """Row ids follow arrival; a record of the union rebuilt from scratch must be the same."""
    again = [replace(member, rid=9 - member.rid) for member in (KOHA, DUMP, BARE)]
    assert union_record("u1", again) == union_record("u1", [KOHA, DUMP, BARE])


def test_a_record_with_a_title_leads():
    untitled = Member(
        4,
        "VN-A",
        "4",
        MarcRecord(LEADER, tuple(field("500", ("a", str(n))) for n in range(20))),
    )
    assert next(union_record("u1", [untitled, BARE]).data("245")).first("a") == "Truyện Kiều"


@pytest.mark.parametrize("status", ["d", "x", " "])
def test_a_union_record_is_never_marked_deleted(status):
    source = replace(BARE, record=replace(BARE.record, leader=f"00000{status}am a2200000 a 4500"))
    assert union_record("u1", [source]).leader == LEADER


def test_tags_that_are_no_numbers_cost_nothing():
    strange = Member(4, "VN-A", "4", record(field("10²", ("a", "x")), field("", ("a", "y"))))
    assert {"10²", ""} <= {f.tag for f in union_record("u1", [strange]).fields}


HAN_LEAD = Member(
    1,
    "VN-A",
    "1",
    record(
        field("245", ("6", "880-01"), ("a", "Truyện Kiều"), ("c", "Nguyễn Du")),
        field("880", ("6", "245-01/$1"), ("a", "傳翹")),
        *(field("500", ("a", str(n))) for n in range(20)),
    ),
)
HAN_OTHER = Member(
    2,
    "VN-B",
    "2",
    record(
        field("650", ("6", "880-01"), ("a", "Truyện Nôm")),
        field("651", ("6", "880-02"), ("a", "Việt Nam")),
        field("880", ("6", "650-01/$1"), ("a", "喃傳")),
        field("880", ("6", "100-00/$1"), ("a", "阮攸")),
        field("880", ("6", "245-00/$1"), ("a", "金雲翹")),
        field("880", ("6", "590-03/$1"), ("a", "祕")),
    ),
)


def test_links_of_gathered_fields_point_at_their_own_880():
    result = union_record("u1", [HAN_LEAD, HAN_OTHER])
    (subject,) = result.data("650")
    assert subject.first("6") == "880-02"
    (place,) = result.data("651")
    assert place.first("6") == ""  # its 880 was never there
    links = {f.first("6"): f.first("a") for f in result.data("880")}
    assert links == {"245-01/$1": "傳翹", "650-02/$1": "喃傳", "100-00/$1": "阮攸"}


def test_original_script_survives_when_the_leading_record_lacks_it():
    fuller = Member(3, "VN-C", "3", record(*(field("500", ("a", str(n))) for n in range(30))))
    links = [f.first("6") for f in union_record("u1", [fuller, HAN_LEAD]).data("880")]
    assert links == ["245-00/$1"]


members = st.lists(
    st.lists(
        st.tuples(
            st.sampled_from(["020", "245", "500", "650", "653", "856", "880"]),
            st.sampled_from(
                ["880-01", "880-02", "650-01", "650-02", "245-01/r", "500-00", "x", ""]
            ),
            st.sampled_from("ab"),
        ),
        max_size=6,
    ),
    min_size=1,
    max_size=4,
)


@given(members, st.randoms())
def test_links_never_cross_records(texts, random):
    """Both ends of every link of a union record come from one source record."""
    sources = [
        Member(
            rid,
            "VN-A",
            str(rid),
            record(*(field(t, ("6", link), ("a", f"{rid}/{text}")) for t, link, text in fields)),
        )
        for rid, fields in enumerate(texts)
    ]
    result = union_record("u1", sources)
    shuffled = [replace(member, rid=random.randrange(99)) for member in sources]
    random.shuffle(shuffled)
    assert union_record("u1", shuffled) == result
    owners = {}
    for item in result.fields:
        if isinstance(item, DataField) and (link := item.first("6")):
            tag, _, number = link.partition("-")
            number = number.partition("/")[0]
            key = (tag if item.tag == "880" else item.tag, number)
            if number not in ("", "00"):
                owners.setdefault(key, set()).add(item.first("a").partition("/")[0])
    assert all(len(rids) == 1 for rids in owners.values())


def test_cancelled_numbers_and_addresses_are_told_apart():
    one = Member(
        5, "VN-A", "5", record(field("020", ("z", "1")), field("856", ("u", "http://x/a-b")))
    )
    two = Member(
        6, "VN-B", "6", record(field("020", ("z", "2")), field("856", ("u", "http://x/ab")))
    )
    result = union_record("u1", [one, two])
    assert [f.first("z") for f in result.data("020")] == ["1", "2"]
    assert len(list(result.data("856"))) == 2


def test_a_regional_union_names_the_library_that_has_the_copy():
    copy = field("852", ("a", "VN-HUE"), ("b", "Kho A"), ("0", "(VN-HUE)7"))
    (holding,) = holdings_of(Member(1, "VN-NLV", "9", record(copy)))
    assert (holding.library, holding.record, holding.branch) == ("VN-NLV", "9", "VN-HUE Kho A")


def assert_written_alike(member):
    marc, same = canonical(member.record)
    member = replace(member, record=same)
    written = union_bytes("u000000001", member, marc)
    assert written in (None, encode(union_record("u000000001", [member])))
    return written


@pytest.mark.parametrize("member", [KOHA, DUMP, BARE])
def test_the_record_of_one_library_is_written_from_its_text(member):
    assert assert_written_alike(member) is not None


@given(marc_records(), st.text(max_size=20))
def test_whatever_the_record_and_its_id(record, local):
    assert_written_alike(Member(1, "VN-QTI", local, record))


def test_original_script_is_looked_into():
    script = field("880", ("6", "245-01/$1"), ("a", "傳翹"))
    assert assert_written_alike(Member(1, "VN-QTI", "17", record(script))) is None


def test_an_id_that_holds_delimiters_is_looked_into():
    assert assert_written_alike(replace(BARE, local="d\x1fa1")) is None
    assert assert_written_alike(replace(BARE, local="d\x1d1")) is None
    assert assert_written_alike(replace(BARE, local="d\ud8001")) is None
