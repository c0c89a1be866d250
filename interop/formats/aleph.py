"""Aleph sequential: a line for each field, with the number of its record in front of it.

``000000002 24510 L $$aTitle``: nine digits; tag and indicators, five places; the alphabet; text.
"""

import re

from interop.formats import _dialect
from interop.formats._base import Format, Reading
from interop.formats._legal import fields_of
from interop.formats._text import decoded
from interop.marc import legal, split
from interop.marc.record import ControlField, Field, MarcError, MarcRecord
from interop.marc.values import Repairs

_LINE = re.compile(r"([0-9]{9}) (.{3})(.)(.) ?([A-Z]?) ?(.*)")
_DETECT = re.compile(rb"[0-9]{9} [0-9A-Z]{3}[0-9a-z ]{2} [A-Z] ")


def read(data: bytes) -> Reading:
    """The lines of one record."""
    repairs = Repairs()
    fields: list[Field] = []
    leader = ""
    number = ""
    for line in decoded(data, repairs).splitlines():
        match = _LINE.fullmatch(line.rstrip())
        if match is None:
            repairs.note(f"line {line[:18].strip()!r} left out")
            continue
        number, tag, ind1, ind2, _, text = match.groups()
        if tag == "LDR":
            leader = text.replace("^", " ")
        elif tag == "FMT":
            continue  # Aleph's own word for leader/06 and 07
        elif legal.is_control_tag(tag):
            fields += fields_of(tag, text.replace("^", " "), " ", " ", (), repairs)
        else:
            first, *pieces = text.split("$$")
            subfields = [(piece[:1], piece[1:]) for piece in pieces]
            fields += fields_of(tag, first, ind1, ind2, subfields, repairs)
    if not fields:
        raise MarcError("no line of Aleph sequential")
    if not any(field.tag == "001" for field in fields):
        fields.insert(0, ControlField("001", number))
    if len(leader) != 24:
        repairs.note(f"leader is {len(leader)} characters long" if leader else "leader missing")
    record = MarcRecord(legal.leader(leader.ljust(24)), repairs.fields(fields))
    return _dialect.canonical((record, repairs.warnings()))


FORMAT = Format(
    "aleph",
    "Aleph sequential",
    lambda head: 0 if _DETECT.match(head) else None,
    lambda chunks: split.grouped(chunks, lambda line, before: line[:9] != before[:9]),
    read,
    rank=1,
)
