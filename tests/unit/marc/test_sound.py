"""The fast way in: it gives what the patient readers give, or nothing."""

import unicodedata

import pytest
from hypothesis import given

from interop.marc import iso2709, legal, sound
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.marc.repair import read_damaged
from interop.text.normal import normalise
from tests.properties.strategies import marc_records


def record(value: str) -> MarcRecord:
    return MarcRecord(
        legal.BLANK_LEADER, (ControlField("001", "1"), DataField("245", "1", "0", (("a", value),)))
    )


def read(data: bytes) -> MarcRecord | None:
    found = sound.record(data)
    assert found is None or sound.sound(data) is not None
    return found


def honest(wanted: MarcRecord) -> bytes:
    return iso2709.encode(wanted)


@pytest.mark.parametrize(
    "value",
    ["Truyện Kiều", unicodedata.normalize("NFD", "Truyện Kiều"), "Tra\u0300\u0302n", "喃𡨸"],
)
def test_sound_records_are_normalised(value: str) -> None:
    assert read(honest(record(value))) == record(normalise(value))


@pytest.mark.parametrize("value", ["\u0301a", "Ðại học Việt", "a\x01", "\ufffd", "\x88The"])
def test_what_needs_care_is_left_to_others(value: str) -> None:
    assert read(honest(record(value))) is None


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"a22", b" 22"),
        (b"4500", b"450 "),
        (b"\x1e\x1d", b"\x1d\x1d"),
        (b"245", b"24:"),
        (b"001", b"000"),
        (b"\x1fa", b"\x1f@"),
        (b"10\x1f", b"1\xc3\xa9\x1f"),
        (b"00200000", b"00200009"),
    ],
)
def test_what_is_not_legal_is_left_to_others(old: bytes, new: bytes) -> None:
    data = honest(record("x"))
    assert old in data
    assert read(data.replace(old, new, 1)) is None


@given(marc_records())
def test_the_same_as_the_patient_reader(any_record: MarcRecord) -> None:
    data = honest(any_record)
    if (found := read(data)) is not None:
        assert found == read_damaged(data)[0]
        assert read_damaged(data)[1] == ()


def test_any_bytes() -> None:
    for data in (b"", b"\x1e\x1d", b" " * 24, b"00026nam a2200025   4500\x1e\x1d"):
        assert read(data) is None


def test_the_first_field_is_looked_at_too() -> None:
    data = honest(MarcRecord(legal.BLANK_LEADER, (DataField("245", "1", "0", (("a", "x"),)),)))
    assert read(data) is not None
    assert read(data.replace(b"10\x1f", b"1X\x1f")) is None
