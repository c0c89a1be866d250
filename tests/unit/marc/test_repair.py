"""Damaged records by their damage: each is one that real systems have sent."""

import pytest

from interop.marc import iso2709
from interop.marc.record import ControlField, DataField, MarcError, MarcRecord
from interop.marc.repair import read_damaged

FIELDS = (
    ControlField("001", "vn1"),
    DataField("100", "1", " ", (("a", "Nguyễn Du"),)),
    DataField("245", "1", "0", (("a", "Truyện Kiều"), ("c", "Nguyễn Du"))),
)
WHOLE = iso2709.encode(MarcRecord("00000nam a2200000 a 4500", FIELDS))
END = WHOLE.index(b"\x1e")
LEADER, DIRECTORY, CONTENT = WHOLE[:24], WHOLE[24:END], WHOLE[END + 1 :]
ENTRIES = [DIRECTORY[at : at + 12] for at in range(0, len(DIRECTORY), 12)]


def built(entries: list[bytes], content: bytes = CONTENT, leader: bytes = LEADER) -> bytes:
    return leader + b"".join(entries) + b"\x1e" + content


def entry(tag: str, length: int, start: int, form: str = "%s%04d%05d") -> bytes:
    return (form % (tag, length, start)).encode()


REPAIRED = "indicators of field 245 repaired"
CHARACTERS = [entry("001", 4, 0), entry("100", 13, 4), entry("245", 26, 17)]  # not bytes


@pytest.mark.parametrize(
    ("data", "notes"),
    [
        (WHOLE, []),
        (built(ENTRIES, leader=LEADER[:12] + b"00000" + LEADER[17:]),
         ["base address of data is wrong"]),
        (built(CHARACTERS), ["lengths in the directory are wrong"]),
        (built([entry[:3] + b"xxxxxxxxx" for entry in ENTRIES]),
         ["directory is damaged", "lengths in the directory are wrong"]),
        (built(ENTRIES, leader=LEADER[:-1]), ["directory is damaged"]),
        (built(ENTRIES, leader=b"  " + LEADER), ["directory is damaged"]),
        (WHOLE[:-1], ["record terminator missing"]),
        (WHOLE[:-2] + b"\x1d",
         ["last field terminator missing", "lengths in the directory are wrong"]),
        (built(ENTRIES[::-1], CONTENT), []),
        (built(ENTRIES[1:] + ENTRIES[:1]), []),
        (built([*ENTRIES, entry("500", 9, len(CONTENT))]),
         ["lengths in the directory are wrong", "4 entries in the directory, 3 fields"]),
    ],
)  # fmt: skip
def test_all_fields_are_read(data: bytes, notes: list[str]) -> None:
    record, warnings = read_damaged(data)
    assert sorted(record.fields, key=lambda field: field.tag) == list(FIELDS)
    assert record.leader == "00000nam a2200000 a 4500"
    assert list(warnings) == notes


def test_an_unordered_directory_gives_its_own_order() -> None:
    record, _ = read_damaged(built(ENTRIES[::-1]))
    assert [field.tag for field in record.fields] == ["245", "100", "001"]


def test_a_terminator_inside_a_value_joins_again() -> None:
    length = len(ENTRIES) and int(ENTRIES[1][3:7])
    content = CONTENT.replace("Nguyễn Du\x1e10".encode(), "Nguyễn\x1eDu\x1e10".encode())
    record, warnings = read_damaged(built(ENTRIES, content))
    assert record.fields == FIELDS and length == 16
    assert "3 entries in the directory, 4 fields" in warnings


@pytest.mark.parametrize("form", ["%s%05d%05d", "%s%04d%06d"])
def test_an_overflowing_entry_may_be_a_digit_wider(form: str) -> None:
    """A field of 12,345 bytes; starts beyond 99,999 (both forms are of real systems)."""
    sizes = [4, 12_345, 30] if form == "%s%05d%05d" else [4, *[9_000] * 13, 30]
    content, entries, start = b"", [], 0
    for number, size in enumerate(sizes):
        tag = "001" if number == 0 else "500"
        head = b"" if number == 0 else b"  \x1fa"
        content += head + b"x" * (size - 1 - len(head)) + b"\x1e"
        is_wide = size > 9_999 or start > 99_999
        entries.append(entry(tag, size, start, form if is_wide else "%s%04d%05d"))
        start += size
    record, _ = read_damaged(built(entries, content + b"\x1d", b"99999nam a2299999   4500"))
    values = [field for field in record.fields if isinstance(field, DataField)]
    assert [len(field.first("a")) + 5 for field in values] == sizes[1:]


def test_starts_without_their_first_digit() -> None:
    sizes = [9_000] * 12
    entries = [entry("500", size, sum(sizes[:at]) % 100_000) for at, size in enumerate(sizes)]
    bodies = [b"  \x1fa%02d" % at + b"x" * 8_993 + b"\x1e" for at in range(12)]
    record, _ = read_damaged(built(entries, b"".join(bodies) + b"\x1d"))
    firsts = [field.first("a")[:2] for field in record.data("500")]
    assert firsts == [f"{at:02}" for at in range(12)]


@pytest.mark.parametrize(
    ("body", "field", "note"),
    [
        (b"1\x1fax", DataField("245", "1", " ", (("a", "x"),)), REPAIRED),
        (b"A|\x1fax", DataField("245", "a", " ", (("a", "x"),)), REPAIRED),
        (b"10 \x1fax", DataField("245", "1", "0", (("a", "x"),)), REPAIRED),
        (b"10text\x1fbx", DataField("245", "1", "0", (("a", "text"), ("b", "x"))),
         "text before the first subfield of field 245"),
        (b"10\x1f\x1fax", DataField("245", "1", "0", (("a", "x"),)), None),
        (b"10\x1f|x", DataField("245", "1", "0", (("9", "x"),)),
         "illegal subfield code in field 245"),
        (b"10\x1f\xc4\x90x", DataField("245", "1", "0", (("9", "Đx"),)),
         "illegal subfield code in field 245"),
        (b"10", None, "empty field 245 left out"),
        (b"", None, "empty field 245 left out"),
    ],
)  # fmt: skip
def test_fields(body: bytes, field: DataField | None, note: str | None) -> None:
    content = b"vn1\x1e" + body + b"\x1e\x1d"
    entries = [entry("001", 4, 0), entry("245", len(body) + 1, 4)]
    record, warnings = read_damaged(built(entries, content))
    assert record.fields[1:] == ((field,) if field else ())
    assert note in warnings or (note is None and warnings == ("base address of data is wrong",))


def test_tags_that_are_none_are_left_out_and_named() -> None:
    record, warnings = read_damaged(built([ENTRIES[0], b"1 0" + ENTRIES[1][3:], ENTRIES[2]]))
    assert [field.tag for field in record.fields] == ["001", "245"]
    assert "field with the illegal tag '1 0' left out" in warnings


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "no field terminator, so no directory (at byte 0)"),
        (LEADER, "no field terminator, so no directory (at byte 24)"),
        (LEADER + b"0010\x1ex\x1e\x1d",
         "no directory before the first field terminator (at byte 24)"),
        (WHOLE[:-3], "record cut off: 2 of 3 fields are whole (at byte 112)"),
        (WHOLE[: END + 3], "record cut off: 0 of 3 fields are whole (at byte 63)"),
        (built([b"???" + entry[3:] for entry in ENTRIES]), "no field can be read"),
    ],
)  # fmt: skip
def test_what_cannot_be_read(data: bytes, reason: str) -> None:
    with pytest.raises(MarcError) as caught:
        read_damaged(data)
    assert str(caught.value) == reason


MAB2 = b"h001 12345678\x1e025z98765\x1e331 Ein Titel\x1e425a1999\x1e\x1d"


def test_other_formats_in_the_coat_of_iso_2709_are_refused() -> None:
    """MAB2 and others have tags in their fields and no directory: none of them would be right."""
    with pytest.raises(MarcError, match="not MARC 21 or UNIMARC"):
        read_damaged(b"%05dnM2.01200024      " % (24 + len(MAB2)) + MAB2)
