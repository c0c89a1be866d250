"""MARCXML straight from bytes: what ``interop.marc.marcxml`` writes, or nothing."""

import pytest
from hypothesis import given

from interop.marc import cut_xml, legal, marcxml
from interop.marc.cut import cut
from interop.marc.iso2709 import decode, encode
from interop.marc.record import ControlField, DataField, MarcRecord
from tests.properties.strategies import marc_records


def written(data: bytes) -> bytes | None:
    parts = cut(data)
    assert parts is not None
    return cut_xml.write(parts, marcxml.START_TAG)


def record(*fields: DataField) -> MarcRecord:
    return MarcRecord(legal.BLANK_LEADER, (ControlField("001", "a&1"), *fields))


def field(value: str, code: str = "a") -> DataField:
    return DataField("245", "1", "0", (("a", "Kiều & <Vân>\r]]>"), (code, value), ("b", "")))


@pytest.mark.parametrize("code", sorted(legal.CODES - {"&", "<", ">"}))
def test_every_code(code: str) -> None:
    wanted = record(field("x", code), DataField("500", " ", " ", ((code, "y"),)))
    assert written(encode(wanted)) == marcxml.write(wanted)


@pytest.mark.parametrize("code", ["&", "<", ">"])
def test_codes_that_are_markup_are_left_to_others(code: str) -> None:
    assert written(encode(record(field("x", code)))) is None
    assert written(encode(record(DataField("500", " ", " ", ((code, "y"),))))) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"10\x1fa", b"1\xc3\xa9\x1fa"),
        (b"10\x1fa", b"1\x1fa"),
        (b"10\x1fa", b"100\x1fa"),
        (b"10\x1fa", b"1&\x1fa"),
        (b"10\x1fa", b"1A\x1fa"),
        (b"10\x1fa", b"10\x1f@"),
        (b"10\x1fa", b"10\x1f\x1f"),
        (b"\x1fxx", b"\x1f"),
        (b"\x1fxx", b"\x1f\rx"),
        (b"\x1fxx", b"\x1f\xc3\xa9x"),
        (b"xx", "x\uffff".encode()),
        (b"245", b"008"),
        (b"001", b"245"),
    ],
)
def test_what_is_not_legal_is_left_to_others(old: bytes, new: bytes) -> None:
    data = encode(record(field("z"), field("x", "x")))
    assert old in data
    changed = new.join(data.rsplit(old, 1))
    assert written(changed) is None
    assert marcxml.from_canonical(changed) == marcxml.write(decode(changed))


def test_a_record_without_data_fields_is_left_to_others() -> None:
    parts = cut(encode(record(field("x"))))
    assert parts is not None
    none = parts._replace(tags=parts.tags[:1], content=b"1")
    assert cut_xml.write(none, marcxml.START_TAG) is None


@given(marc_records())
def test_the_same_bytes(any_record: MarcRecord) -> None:
    data = encode(any_record)
    assert cut(data) is None or written(data) in (None, marcxml.write(any_record))


def test_the_table_of_starts_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    starts = cut_xml._FieldStarts()
    monkeypatch.setattr(cut_xml, "_MOST_STARTS", 3)
    for code in "abcdefgh":
        assert f'code="{code}"'.encode() in starts[b"24510\x1f" + code.encode()]
        assert len(starts) <= 3
