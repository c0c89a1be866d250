"""MARCXML: what is written is well-formed, valid, and read back."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from interop.marc import iso2709, legal, marcxml
from interop.marc.record import ControlField, DataField, MarcError, MarcRecord
from tests.properties.strategies import marc_records
from tests.properties.test_marc_iso2709 import normalised

ANY_TEXT = st.text(st.characters(), max_size=20)


@st.composite
def hostile_records(draw: st.DrawFn) -> MarcRecord:
    """Records that no reader would return: a program made them up."""
    control = st.builds(ControlField, st.just("001") | ANY_TEXT, ANY_TEXT)
    subfields = st.lists(st.tuples(ANY_TEXT, ANY_TEXT), max_size=3).map(tuple)
    data = st.builds(DataField, st.just("245") | ANY_TEXT, ANY_TEXT, ANY_TEXT, subfields)
    return MarcRecord(draw(ANY_TEXT), tuple(draw(st.lists(control | data, max_size=6))))


@pytest.fixture(scope="module")
def schema(official_xsd: Path) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(official_xsd / "marc" / "MARC21slim.xsd"))


@given(marc_records())
def test_what_is_written_is_read(record: MarcRecord) -> None:
    assert marcxml.read(marcxml.write(record)) == normalised(record)


@given(marc_records())
def test_both_writers_agree(record: MarcRecord) -> None:
    assert marcxml.from_canonical(iso2709.encode(record)) == marcxml.write(record)


@given(marc_records())
def test_a_parser_reads_every_character(record: MarcRecord) -> None:
    """The writer alone against lxml: nothing is normalised or lost."""
    root = etree.fromstring(marcxml.write(record))
    assert root[0].text == record.leader
    values = [
        [field.value] if isinstance(field, ControlField) else [v for _, v in field.subfields]
        for field in record.fields
    ]
    assert [
        [child.text or ""] if len(child) == 0 else [sub.text or "" for sub in child]
        for child in root[1:]
    ] == values


@given(record=hostile_records() | marc_records())
@pytest.mark.official
def test_whatever_is_written_is_valid(schema: etree.XMLSchema, record: MarcRecord) -> None:
    schema.assertValid(etree.fromstring(marcxml.write(record)))


@given(hostile_records())
def test_encode_refuses_or_writes_what_is_read(record: MarcRecord) -> None:
    try:
        data = iso2709.encode(record)
    except MarcError:
        return
    decoded = iso2709.decode(data)
    assert iso2709.encode(decoded) == data
    assert [field.tag for field in decoded.fields] == [field.tag for field in record.fields]
    assert legal.leader(decoded.leader) == legal.leader(record.leader)
    etree.fromstring(marcxml.from_canonical(data))


@given(st.binary(max_size=300) | st.text(max_size=100).map(lambda text: text.encode()))
def test_read_raises_nothing_else(data: bytes) -> None:
    for document in (data, b"<record>" + data + b"</record>"):
        try:
            record = marcxml.read(document)
        except MarcError:
            continue
        assert record.fields
