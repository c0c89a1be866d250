"""GRS-1, 1.2.840.10003.5.105: the record as a tree of tagged elements.

Z39.50-1995 appendix REC.6. Elements of tagSet-G (tag type 2) for what every record has; the MARC
fields under string tags (tag type 3), their subfields below them. Brief is tagSet-G alone.
"""

from collections.abc import Iterator, Sequence

from interop.diagnostics import Diagnostic
from interop.marc.iso2709 import decode
from interop.marc.record import ControlField, Field, MarcError, MarcRecord
from interop.model.record import Stored
from interop.z3950 import ber
from interop.z3950.record_syntaxes import _base
from interop.z3950.record_syntaxes._base import (
    BRIEF,
    Charset,
    Composition,
    Packed,
    RecordSyntax,
    Render,
)

OID = "1.2.840.10003.5.105"
_TAG_SET_G, _STRINGS = 2, 3  # tag types

# Number in tagSet-G, MARC 21 tags, subfields.
_ELEMENTS = (
    (1, ("245",), "abnp"),  # title
    (2, ("100", "110", "111", "700", "710", "711"), "abcdq"),  # author
    (31, ("260", "264"), "b"),  # publisher
    (4, ("260", "264"), "c"),  # date of publication
    (3, ("260", "264"), "a"),  # place of publication
    (28, ("020", "022", "024"), "a"),  # identifier
    (21, ("600", "610", "611", "630", "650", "651", "653"), "abcdtvxyz"),  # subject
    (6, ("520",), "a"),  # abstract
)

_SCHEMAS = "1.2.840.10003.13."  # database schemas, of which none is written here


def pack(
    records: Sequence[Stored], composition: Composition, _: Render
) -> list[Packed | Diagnostic]:
    """One GenericRecord each. Raises ``Diagnostic`` for a registered schema: its tags would mean
    what ours do not (that of holdings, .13.7, is what Bath area B asks for above level 0).
    """
    if composition.schema.startswith(_SCHEMAS):
        raise Diagnostic("unknown_schema", composition.schema)
    brief = composition.element_set_name.strip().casefold() in BRIEF
    return [_pack(record, brief, composition.charset) for record in records]


def _pack(record: Stored, brief: bool, charset: Charset) -> Packed | Diagnostic:
    if record.marc is None:
        return Diagnostic("record_not_in_syntax", OID)
    try:
        marc = decode(record.marc)
    except MarcError as error:
        return Diagnostic("record_system_error", str(error))
    return Packed(single=ber.constructed(ber.SEQUENCE, *_elements(marc, brief, charset)))


def _elements(marc: MarcRecord, brief: bool, charset: Charset) -> Iterator[bytes]:
    for number, tags, codes in _ELEMENTS:
        for field in marc.data(*tags):
            words = " ".join(" ".join(field.values(codes)).split())
            if words:
                yield tagged_element(_TAG_SET_G, number, _text(words, charset))
    if not brief:
        for each in marc.fields:
            yield tagged_element(_STRINGS, each.tag, _content(each, charset))


def _content(field: Field, charset: Charset) -> bytes:
    """``subtree`` [6] EXPLICIT SEQUENCE OF TaggedElement, or the text of a control field."""
    if isinstance(field, ControlField):
        return _text(field.value, charset)
    subfields = [
        tagged_element(_STRINGS, code, _text(value, charset)) for code, value in field.subfields
    ]
    return ber.constructed(6, ber.constructed(ber.SEQUENCE, *subfields))


def _text(value: str, charset: Charset) -> bytes:
    return _base.text(ber.GENERAL_STRING, value, charset)


def tagged_element(tag_type: int, tag: int | str, content: bytes) -> bytes:
    """
    TaggedElement ::= SEQUENCE {
        tagType   [1] IMPLICIT INTEGER OPTIONAL,
        tagValue  [2] StringOrNumeric,               -- string [1], numeric [2]
        ...                                          -- occurrence, metaData and variant: not sent
        content   [4] ElementData }
    """
    value = ber.integer(2, tag) if isinstance(tag, int) else ber.text(1, tag)
    return ber.constructed(
        ber.SEQUENCE,
        ber.integer(1, tag_type),
        ber.constructed(2, value),
        ber.constructed(4, content),
    )


RECORD_SYNTAX = RecordSyntax((OID,), pack, as_stored=lambda _: False)
