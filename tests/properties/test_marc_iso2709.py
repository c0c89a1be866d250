"""ISO 2709: what is written is read back, and no bytes whatever break a reader."""

import gzip
import io

from hypothesis import example, given
from hypothesis import strategies as st

from interop.formats import Bad, Good, ReadResult, read_records
from interop.marc import iso2709, legal, marcxml
from interop.marc.record import ControlField, DataField, MarcError, MarcRecord
from interop.text.normal import normalise
from tests.properties.strategies import marc_records

ANY = st.binary(max_size=400)
# Bytes that look enough like a record to get past the first look.
ALMOST = st.lists(
    st.sampled_from(
        [b"\x1d", b"\x1e", b"\x1f", b"00714cam a2200205 a 4500", b"245001000000", b"\x1b$1", b"00"]
        + [b"10\x1faHa\xcc\x80", b"\xe1\xbb", b"\xe9", b"<record>", b"</record>", b"<leader>", b" "]
    )
    | st.binary(max_size=8),
    max_size=40,
).map(b"".join)


# What letters of old encodings become when they are read as windows-1252: readers repair them.
MISREAD = {*map(chr, range(0x80, 0x100)), *bytes(range(0x80, 0xA0)).decode("cp1252", "ignore")}


PLAIN_LETTERS = str.maketrans(dict.fromkeys(MISREAD, "x"))


def plain(record: MarcRecord) -> MarcRecord:
    """With nothing in it that looks like an old encoding, so that readers leave it as it is."""
    fields: list[ControlField | DataField] = []
    for field in record.fields:
        if isinstance(field, ControlField):
            fields.append(field._replace(value=field.value.translate(PLAIN_LETTERS)))
        else:
            pairs = [(code, value.translate(PLAIN_LETTERS)) for code, value in field.subfields]
            fields.append(field._replace(subfields=tuple(pairs)))
    return MarcRecord(record.leader, tuple(fields))


PLAIN = marc_records().map(plain)


def read(data: bytes) -> list[ReadResult]:
    return list(read_records(io.BytesIO(data)))


def normalised(record: MarcRecord) -> MarcRecord:
    """The record as a reader returns it: it normalises, writers do not."""
    fields = []
    for field in record.fields:
        if isinstance(field, ControlField):
            fields.append(ControlField(field.tag, clean(field.value)))
        else:
            values = tuple((code, clean(value)) for code, value in field.subfields)
            fields.append(field._replace(subfields=values))
    return MarcRecord(record.leader, tuple(fields))


def clean(text: str) -> str:
    return normalise("".join(char for char in text if char not in "\x88\x89\x98\x9c"))


@given(marc_records())
@example(MarcRecord(legal.BLANK_LEADER, ()))
def test_what_is_encoded_is_decoded(record: MarcRecord) -> None:
    data = iso2709.encode(record)
    decoded = iso2709.decode(data)
    assert decoded.fields == record.fields
    assert legal.leader(decoded.leader) == record.leader
    assert iso2709.encode(decoded) == data
    assert iso2709.split_canonical(data) is not None
    assert int(data[:5]) == len(data)
    assert data[int(data[12:17]) - 1] == 0x1E


@given(PLAIN, st.integers(9_980, 10_020), st.integers(1, 12))
def test_overflowing_lengths_are_read_back(record: MarcRecord, size: int, times: int) -> None:
    long = DataField("520", " ", " ", (("a", "x" * size),))
    record = MarcRecord(record.leader, (*record.fields, *[long] * times, *record.fields))
    data = iso2709.encode(record)
    assert iso2709.decode(data).fields == record.fields
    assert iso2709.fits(data) == (size + 5 <= 9_999 and len(data) <= 99_999)
    (good,) = read(data)
    assert isinstance(good, Good) and good.record == normalised(record)


@given(ANY | ALMOST)
@example(b"\x01" + b"\0" * 23 + b"\x1e")  # no directory and no field: once read as a record
@example(b"00025     2200025   4500\x1e\x1d")
@example(b"00024     2200024   4500\x1d")
@example(b"\x1f\x8b" + b"\0" * 30)
@example(b"\xff\xfe<\0r\0")
@example(b'<?xml version="1.0" encoding="rot13"?><record/>')
@example(b'<?xml version="1.0" encoding="utf-16"?><record/>')
def test_any_bytes_give_results_or_the_documented_error(data: bytes) -> None:
    for packed in (data, gzip.compress(data), gzip.compress(data)[:-6]):
        try:
            results = read(packed)
        except MarcError as error:
            assert str(error) and "\n" not in str(error)
            continue
        assert [result.position for result in results] == list(range(1, len(results) + 1))
        for result in results:
            if isinstance(result, Bad):
                assert result.reason and "\n" not in result.reason and result.raw
            else:
                # What a reader returns, every writer can write.
                written = iso2709.encode(result.record)
                assert iso2709.decode(written).fields == result.record.fields
                if result.record.fields:  # an empty record is one in ISO 2709 alone
                    assert marcxml.read(marcxml.write(result.record)).fields


@given(ANY | ALMOST)
def test_decode_raises_nothing_else(data: bytes) -> None:
    try:
        record = iso2709.decode(data)
    except MarcError:
        return
    assert len(record.leader) == 24


@given(st.lists(PLAIN, min_size=1, max_size=4), st.lists(ANY | ALMOST, max_size=3))
def test_damage_between_records_costs_no_record(
    records: list[MarcRecord], damage: list[bytes]
) -> None:
    """Damage that ends with a terminator, as a damaged record does."""
    stream = b""
    for index, record in enumerate(records):
        stream += iso2709.encode(record)
        if index < len(damage):
            stream += damage[index] + b"\x1d"
    found = [result.record for result in read(stream) if isinstance(result, Good)]
    missing = [record for record in map(normalised, records) if record not in found]
    assert missing == []


@given(PLAIN, st.sampled_from([b"\n", b"\r\n", b"\0\0", b"  ", b"\x1a", b"junk", b"00071"]))
def test_filler_between_records_costs_no_record(record: MarcRecord, filler: bytes) -> None:
    data = iso2709.encode(record)
    results = read(data + filler + data + filler + data)
    good = [result.record for result in results if isinstance(result, Good)]
    assert good == [normalised(record)] * 3


@given(PLAIN, st.integers(-60, 60))
def test_a_wrong_record_length_costs_nothing(record: MarcRecord, error: int) -> None:
    data = iso2709.encode(record)
    wrong = b"%05d" % max(0, len(data) + error) + data[5:]
    results = read(wrong + data + wrong)
    assert [isinstance(result, Good) and result.record for result in results] == (
        [normalised(record)] * 3
    )


@given(PLAIN, st.data())
def test_a_record_cut_off_is_bad_or_whole(record: MarcRecord, data: st.DataObject) -> None:
    whole = iso2709.encode(record)
    cut = data.draw(st.integers(1, len(whole) - 1))
    first, *rest = read(whole + whole[:cut])
    assert isinstance(first, Good)
    assert all(isinstance(r, Bad) or r.record == normalised(record) for r in rest)


@given(PLAIN, st.integers(1, 64))
def test_chunks_make_no_difference(record: MarcRecord, size: int) -> None:
    """Streams may give as little as they like."""

    class Slow(io.BytesIO):
        def read(self, _: int | None = -1) -> bytes:
            return super().read(size)

    for data in (iso2709.encode(record) * 3, b"<collection>" + marcxml.write(record) * 3):
        slow = list(read_records(Slow(data)))
        assert slow == read(data) and len(slow) == 3
