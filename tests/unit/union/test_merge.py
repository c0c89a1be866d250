"""The union record: a pure function of its members."""

from itertools import permutations

from interop.marc.record import ControlField, DataField, MarcRecord
from interop.union.merge import Member, holdings_of, union_record

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


def test_what_only_others_know_is_gathered():
    result = union_record("u1", [KOHA, DUMP])
    subjects = [f.first("a") for f in result.data("650", "653")]
    assert subjects == ["Truyện thơ", "Chữ Nôm"]


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
