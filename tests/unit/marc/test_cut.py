"""Records as bytes: what is well made is cut, everything else left to others."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.marc import legal
from interop.marc.cut import Cut, cut
from interop.marc.iso2709 import encode, split_canonical
from interop.marc.record import ControlField, DataField, MarcRecord
from tests.properties.strategies import marc_records

RECORD = MarcRecord(
    legal.BLANK_LEADER,
    (ControlField("001", "1"), DataField("245", "1", "0", (("a", "Kiều"), ("b", "thơ")))),
)
DATA = encode(RECORD)


def test_the_parts() -> None:
    content = "1\x1e10\x1faKiều\x1fbthơ".encode()
    assert cut(DATA) == Cut(DATA[:24], (b"001", b"245"), content, 1)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"a22", b" 22"),
        (b"4500", b"450 "),
        (b"\x1e\x1d", b"\x1d\x1d"),
        (b"\x1e\x1d", b"\x1d"),
        (b"245", b"24:"),
        (b"245", b"CAT"),
        (b"245", b"\xff45"),
        (b"nam", b"n\x01m"),
        (b"nam", b"n\xffm"),
        (b"nam", b"n\x1dm"),
        (b"00200000", b"00200009"),
        (b"00200000", b"\xc3\xa9200000"),
        (b"nam", b"\x1fam"),
        (b"Ki", b"\x1e10"),
        (b"th", b"\x01h"),
        (b"th", b"\x1dh"),
        (b"th", b"\xffh"),
    ],
)
def test_what_is_otherwise_is_left_to_others(old: bytes, new: bytes) -> None:
    assert old in DATA
    assert cut(DATA.replace(old, new, 1)) is None


@pytest.mark.parametrize(
    "data", [b"", b"\x1e\x1d", b" " * 24, b"00026nam a2200025   4500\x1e\x1d", DATA[:24] + DATA]
)
def test_what_is_no_record(data: bytes) -> None:
    assert cut(data) is None


@given(marc_records())
def test_the_same_parts_as_those_of_a_record(record: MarcRecord) -> None:
    data = encode(record)
    parts = cut(data)
    if parts is not None:
        found = split_canonical(data)
        assert found is not None
        assert [tag.decode() for tag in parts.tags] == found.tags
        assert parts.content.decode().split("\x1e") == found.bodies
        assert parts.controls == sum(isinstance(each, ControlField) for each in record.fields)


@given(st.binary(max_size=60))
def test_any_bytes(data: bytes) -> None:
    for whole in (data, DATA[:30] + data, DATA[:-20] + data + b"\x1e\x1d"):
        parts = cut(whole)
        assert parts is None or len(parts.tags) == parts.content.count(b"\x1e") + 1
