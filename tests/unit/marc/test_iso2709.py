"""Canonical bytes, by hand; everything else is in the properties."""

import io
import unicodedata
from pathlib import Path

import pymarc
import pytest

from interop.marc import iso2709
from interop.marc.record import ControlField, DataField, MarcError, MarcRecord

TITLE = DataField("245", "1", "0", (("a", "Hà Nội"), ("b", "")))
RECORD = MarcRecord("00000nam a2200000 i 4500", (ControlField("001", "vn1"), TITLE))
BYTES = (
    b"00070nam a2200049 i 4500"
    b"001000400000245001600004\x1e"
    b"vn1\x1e10\x1faH\xc3\xa0 N\xe1\xbb\x99i\x1fb\x1e\x1d"
)

BYTES_OF_OURS = iso2709.encode(RECORD)


def test_the_bytes_of_a_record() -> None:
    assert iso2709.encode(RECORD) == BYTES
    assert iso2709.decode(BYTES) == MarcRecord("00070nam a2200049 i 4500", RECORD.fields)


def test_text_is_kept_as_it_is() -> None:
    decomposed = unicodedata.normalize("NFD", "Hà Nội")
    record = MarcRecord(RECORD.leader, (DataField("245", " ", " ", (("a", decomposed),)),))
    assert iso2709.decode(iso2709.encode(record)).fields == record.fields


@pytest.mark.parametrize("text", ["x", "Hà Nội", "\x1f", "\ud800", "a" * 10_000])
def test_what_the_bytes_are_decoded_to_is_at_hand(text: str) -> None:
    title = DataField("245", "1", " ", (("a", text), ("b", "")))
    fields = (ControlField("001", text), title, DataField("500", " ", " ", ()))
    for record in (RECORD, MarcRecord("x", fields), MarcRecord("", ())):
        data, decoded = iso2709.canonical(record)
        assert data == iso2709.encode(record)
        assert decoded == iso2709.decode(data)


@pytest.mark.parametrize("char", ["\x1d", "\x1e", "\x1f", "\ud800"])
def test_what_cannot_be_written_becomes_a_replacement_character(char: str) -> None:
    subfields = (("a", f"x{char}y"),)
    fields = (ControlField("001", char), DataField("245", " ", " ", subfields))
    decoded = iso2709.decode(iso2709.encode(MarcRecord(RECORD.leader, fields)))
    assert decoded.control("001") == "\ufffd"
    assert next(decoded.data("245")).first("a") == "x\ufffdy"


@pytest.mark.parametrize(
    ("field", "named"),
    [
        (ControlField("245", "x"), "'245' is no tag of a control field"),
        (DataField("001", " ", " ", ()), "'001' is no tag of a data field"),
        (DataField("24", " ", " ", ()), "'24' is no tag of a data field"),
        (DataField("245", "", " ", ()), "field 245 has the illegal indicators ' '"),
        (DataField("245", " ", "é", ()), "field 245 has the illegal indicators ' é'"),
        (
            DataField("245", " ", " ", (("ab", "x"),)),
            "field 245 has the illegal subfield code 'ab'",
        ),
    ],
)
def test_an_illegal_structure_is_refused_by_name(field: DataField, named: str) -> None:
    with pytest.raises(MarcError) as caught:
        iso2709.encode(MarcRecord(RECORD.leader, (field,)))
    assert str(caught.value) == named


@pytest.mark.parametrize(
    ("values", "is_within"),
    [([9_994], True), ([9_995], False), ([9_000] * 11, True), ([9_000] * 12, False)],
)
def test_fits(values: list[int], is_within: bool) -> None:
    fields = tuple(DataField("520", " ", " ", (("a", "x" * size),)) for size in values)
    data = iso2709.encode(MarcRecord(RECORD.leader, fields))
    assert iso2709.fits(data) is is_within
    assert (b"99999" in (data[:5], data[12:17]) or b"9999" in data[24:140]) is not is_within or (
        is_within and values == [9_994]
    )


def test_overflow_is_written_as_nines() -> None:
    fields = (DataField("520", " ", " ", (("a", "x" * 120_000),)), TITLE)
    data = iso2709.encode(MarcRecord(RECORD.leader, fields))
    assert data[:5] == b"99999"
    assert data[24:48] == b"520999900000" + b"245001699999"
    assert iso2709.decode(data).fields == fields


def test_nothing_is_read_from_nothing() -> None:
    for data in (b"", b"\x1d", b"00024nam a2200024   4500\x1d"):
        with pytest.raises(MarcError, match="no field terminator, so no directory"):
            iso2709.decode(data)


@pytest.mark.corpus
def test_pymarc_reads_the_same_from_real_records(corpus: Path) -> None:
    with open(corpus / "loc_demo" / "loc_demo.mrc", "rb") as stream:
        sample = stream.read(1_500_000)
    records = [raw + b"\x1d" for raw in sample.split(b"\x1d")[:-1]]
    assert len(records) > 1_000
    for raw in records:
        ours = iso2709.decode(raw)
        (theirs,) = pymarc.MARCReader(io.BytesIO(raw))
        assert theirs is not None
        assert ours.leader == str(theirs.leader)
        assert list(ours.fields) == [
            ControlField(field.tag, field.data or "")
            if field.is_control_field()
            else DataField(
                field.tag,
                field.indicator1,
                field.indicator2,
                tuple((sub.code, sub.value) for sub in field.subfields),
            )
            for field in theirs.fields
        ]
        assert iso2709.encode(ours) == raw


def test_pymarc_reads_what_we_write() -> None:
    (record,) = pymarc.MARCReader(io.BytesIO(BYTES))
    assert record is not None
    assert record["001"].data == "vn1" and record["245"].get_subfields("a") == ["Hà Nội"]


def test_trusted_bytes_are_split_as_others() -> None:
    assert iso2709.trusted(BYTES_OF_OURS) == iso2709.split_canonical(BYTES_OF_OURS)


@pytest.mark.parametrize(
    "data",
    [b"", b"x", BYTES_OF_OURS[:-1], BYTES_OF_OURS[:24] + b"9" + BYTES_OF_OURS[24:],
     BYTES_OF_OURS.replace(b"a22", b" 22"), BYTES_OF_OURS.replace(b"\x1e", b"\x1e\x1e", 1),
     BYTES_OF_OURS.replace(b"a", b"\xff")],
)  # fmt: skip
def test_what_was_not_written_here_is_not_trusted(data: bytes) -> None:
    assert iso2709.trusted(data) is None
