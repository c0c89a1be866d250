"""MARCXML by hand: the exact bytes, and every repair of a reader."""

import re

import pytest
from lxml import etree

from interop.marc import iso2709, marcxml
from interop.marc.record import ControlField, DataField, MarcError, MarcRecord

LEADER = "00000nam a2200000 a 4500"


def element(inside: str) -> bytes:
    return f"<record><leader>{LEADER}</leader>{inside}</record>".encode()


TITLE = '<datafield tag="245" ind1="1" ind2="0"><subfield code="a">Kiều</subfield></datafield>'
FIELD = DataField("245", "1", "0", (("a", "Kiều"),))


def test_the_bytes_of_a_record() -> None:
    field = DataField("245", "1", "0", (("a", "a<b\r"), ("&", "]]>"), ("b", "x\0y\n\t")))
    record = MarcRecord("01234nam a2200123 a 4500", (field, ControlField("001", "vn&1")))
    written = (
        '<record xmlns="http://www.loc.gov/MARC21/slim"><leader>00000nam a2200000 a 4500</leader>'
        '<controlfield tag="001">vn&amp;1</controlfield><datafield tag="245" ind1="1" ind2="0">'
        '<subfield code="a">a&lt;b&#13;</subfield><subfield code="&amp;">]]&gt;</subfield>'
        '<subfield code="b">x\ufffdy\n\t</subfield></datafield></record>'
    ).encode()
    assert marcxml.write(record) == written
    assert marcxml.from_canonical(iso2709.encode(record)) == written
    assert written.startswith(marcxml.START_TAG)


def test_from_canonical_reads_other_bytes_too() -> None:
    data = iso2709.encode(MarcRecord(LEADER, (FIELD,)))
    foreign = data[:9] + b" " + data[10:20] + b"45  " + data[24:]
    assert marcxml.from_canonical(foreign) == marcxml.from_canonical(data)
    with pytest.raises(MarcError):
        marcxml.from_canonical(b"nothing")


@pytest.mark.parametrize(
    ("data", "fields", "notes"),
    [
        (element(TITLE), (FIELD,), []),
        (element(TITLE).replace(b"<record>", b'<record xmlns="urn:other" type="x">'), (FIELD,), []),
        (re.sub(b"<(/?)", rb"<\1marc:", element(TITLE)), (FIELD,), []),  # declared elsewhere
        (element(TITLE).replace(b"<leader>", b"<leader>\n  "), (FIELD,), []),
        (element(TITLE).replace(b"00000nam a2200000 a 4500", b"00000nam a22 4500"), (FIELD,),
         ["leader is 17 characters long"]),
        (f"<record>{TITLE}</record>".encode(), (FIELD,), ["leader missing"]),
        (element(TITLE.replace("Kiều", "K\x1fi\x0bều")), (FIELD,), ["control characters removed"]),
        (element(TITLE.replace("Kiều", "Ki&#x1F;ều")), (FIELD,),
         ["references to characters or entities repaired"]),
        (element(TITLE.replace("Kiều", "A&B &eacute; &nosuch; &amp;")),
         (DataField("245", "1", "0", (("a", "A&B é &nosuch; &"),)),),
         ["references to characters or entities repaired"]),
        (element(TITLE.replace("Kiều", "<![CDATA[Ki]]>ề<!-- x -->u")), (FIELD,), []),
        (element(TITLE).replace("ề".encode(), b"\xea"),
         (DataField("245", "1", "0", (("a", "Kiêu"),)),), ["not UTF-8, read as Latin-1"]),
        (element(TITLE.replace(' ind1="1"', "").replace('ind2="0"', 'ind2="#"')),
         (FIELD._replace(ind1=" ", ind2=" "),), ["indicators of field 245 repaired"]),
        (element(TITLE.replace(' code="a"', "")), (DataField("245", "1", "0", (("9", "Kiều"),)),),
         ["illegal or missing subfield code in field 245"]),
        (element(TITLE + TITLE.replace(' tag="245"', "")), (FIELD,),
         ["field without a tag left out"]),
        (element(TITLE + TITLE.replace("245", "2?5")), (FIELD,),
         ["field with the illegal tag '2?5' left out"]),
        (element('<controlfield tag="1">x</controlfield>'), (ControlField("001", "x"),),
         ["tag '1' read as 001"]),
        (element(TITLE + '<datafield tag="500" ind1=" " ind2=" "/>'), (FIELD,),
         ["empty field 500 left out"]),
        (element('<controlfield tag="245">Kiều</controlfield>'),
         (FIELD._replace(ind1=" ", ind2=" "),),
         ["field 245 without subfields read as $a", "indicators of field 245 repaired"]),
        (element(TITLE + "<other>x</other>"), (FIELD,), ["element 'other' left out"]),
    ],
)  # fmt: skip
def test_reading(data: bytes, fields: tuple[DataField, ...], notes: list[str]) -> None:
    record, warnings = marcxml.read_repaired(data)
    assert record.fields == fields
    assert list(warnings) == notes
    assert marcxml.read(b"<?xml version='1.0'?><collection>" + data + b"</collection>") == record


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<collection/>", "no record element"),
        (b"<record></record>", "no field of MARC in the record element"),
        (element(TITLE).replace(b"</subfield>", b""), "not well-formed"),
        (element("<datafield tag=>"), "not well-formed"),
        (element("x</record><record>"), "no field of MARC"),
    ],
)
def test_what_cannot_be_read(data: bytes, reason: str) -> None:
    with pytest.raises(MarcError, match=reason):
        marcxml.read(data)


def test_a_parsed_element_is_read() -> None:
    root = etree.fromstring(b"<metadata>" + element(TITLE) + b"</metadata>")
    assert marcxml.read_element(root[0]) == MarcRecord(LEADER, (FIELD,))


def test_no_entity_of_a_document_is_ever_expanded() -> None:
    bomb = "<!DOCTYPE record [<!ENTITY a 'aaaa'><!ENTITY x SYSTEM 'file:///etc/passwd'>]>"
    document = bomb.encode() + element(TITLE.replace("Kiều", "&a;&x;"))
    record = marcxml.read(document)
    assert next(record.data("245")).first("a") == "&a;&x;"
