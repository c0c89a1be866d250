"""SUTRS, 1.2.840.10003.5.101: the record as text for a person, lines of at most 72 characters.

Z39.50-1995 appendix 5 (REC.2): lines end in LF; 72 characters is what it recommends.
"""

import textwrap
from collections.abc import Iterator, Sequence

from interop.diagnostics import Diagnostic
from interop.marc.iso2709 import decode
from interop.marc.record import DataField, MarcError, MarcRecord
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

OID = "1.2.840.10003.5.101"
WIDTH = 72

# Label, MARC 21 tags, subfields. The first three rows are the brief record.
_LINES = (
    ("Title", ("245",), "abnpc"),
    ("Author", ("100", "110", "111", "700", "710", "711"), "abcdq"),
    ("Published", ("260", "264"), "abc"),
    ("Edition", ("250",), "ab"),
    ("Extent", ("300",), "abce"),
    ("Series", ("440", "490"), "av"),
    ("ISBN", ("020",), "a"),
    ("ISSN", ("022",), "a"),
    ("Classification", ("050", "080", "082", "084", "090"), "ab"),
    ("Subject", ("600", "610", "611", "630", "650", "651", "653"), "abcdtvxyz"),
    ("Note", ("500", "502", "505", "520"), "agrt"),
    ("Held by", ("852",), "abchi"),
    ("Link", ("856",), "u"),
)
_BRIEF = 3


def pack(
    records: Sequence[Stored], composition: Composition, _: Render
) -> list[Packed | Diagnostic]:
    """One GeneralString each."""
    brief = composition.element_set_name.strip().casefold() in BRIEF
    return [_pack(record, brief, composition.charset) for record in records]


def _pack(record: Stored, brief: bool, charset: Charset) -> Packed | Diagnostic:
    if record.marc is None:
        return Diagnostic("record_not_in_syntax", OID)
    try:
        marc = decode(record.marc)
    except MarcError as error:
        return Diagnostic("record_system_error", str(error))
    return Packed(single=_base.text(ber.GENERAL_STRING, text(marc, brief), charset))


def text(record: MarcRecord, brief: bool = False) -> str:
    """Labelled lines; a parallel field in another script (MARC 21 880) follows what it renders."""
    lines: list[str] = []
    for label, tags, codes in _LINES[: _BRIEF if brief else None]:
        for field in _fields(record, tags):
            words = " ".join(" ".join(field.values(codes)).split())
            if words:
                lines += textwrap.wrap(f"{label}: {words}", WIDTH, subsequent_indent="  ")
    return "\n".join(lines) + "\n"


def _fields(record: MarcRecord, tags: tuple[str, ...]) -> Iterator[DataField]:
    for field in record.data(*tags, "880"):
        if field.tag != "880" or field.first("6")[:3] in tags:
            yield field


RECORD_SYNTAX = RecordSyntax((OID,), pack, as_stored=lambda _: False)
