"""TurboMARC of Index Data: MARCXML with tags and codes as the names of elements."""

import re
from collections.abc import Iterator

from lxml import etree

from interop.formats import _dialect, _xml
from interop.formats._base import Format, Reading
from interop.formats._legal import fields_of
from interop.marc import legal, marcxml, split
from interop.marc.record import Field, MarcError, MarcRecord
from interop.marc.values import Repairs

NAMESPACE = "http://www.indexdata.com/turbomarc"
_CONTENT = re.compile(rb"<(?:l|c00[0-9A-Za-z]|d[0-9A-Za-z]{3})[\s>]")


_start = _xml.start_of("r")


def _detect(head: bytes) -> int | None:
    """By the namespace, because anything may be called ``r``; it may stand around the records."""
    return _start(head) if NAMESPACE.encode() in head else None


def read(data: bytes) -> Reading:
    """One ``r`` element."""
    repairs = Repairs()
    root = marcxml.repaired_element(data, repairs)
    leader = next((child.text or "" for child in root if _xml.name(child) == "l"), "")
    if len(leader) != 24:
        repairs.note(f"leader is {len(leader)} characters long" if leader else "leader missing")
    fields = repairs.fields(list(_fields(root, repairs)))
    if not fields:
        raise MarcError("no field of MARC in the r element")
    record = MarcRecord(legal.leader(leader.ljust(24)), fields)
    return _dialect.canonical((record, repairs.warnings()))


def _fields(root: etree._Element, repairs: Repairs) -> Iterator[Field]:
    """``c001`` and ``d245`` name tags, ``sa`` codes; what is no name stands in an attribute."""
    for child in root:
        name = _xml.name(child)
        if name == "l":
            continue
        tag = name[1:] or child.get("tag", "")
        text = child.text or ""
        subfields = [
            (_xml.name(part)[1:] or part.get("code", ""), part.text or "") for part in child
        ]
        yield from fields_of(
            tag, text, child.get("i1", " "), child.get("i2", " "), subfields, repairs
        )


FORMAT = Format(
    "turbomarc",
    "TurboMARC",
    _detect,
    lambda chunks: split.elements(chunks, "r", _CONTENT),
    read,
    roots=(f"{{{NAMESPACE}}}r",),
    prefixes=("tmarc",),
)
