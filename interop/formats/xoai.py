"""DSpace's ``xoai``: an item whole, with its files.

Elements named by attributes, three or four deep: schema, element, qualifier where there is one,
language; files stand under ``bundles``. The files of the bundle ORIGINAL become 856.
"""

import re
from collections.abc import Iterator

from lxml import etree

from interop.formats import _xml
from interop.formats._base import Format, Reading
from interop.formats._dublin_core import Statement, record
from interop.formats.dim import name_of
from interop.marc import marcxml, split
from interop.marc.record import DataField
from interop.marc.values import Repairs

NAMESPACE = "http://www.lyncode.com/xoai"
_CONTENT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?field[\s>]")
_SCHEMAS = ("dc", "dcterms", "thesis")


def read(data: bytes) -> Reading:
    """One ``metadata`` element of xoai."""
    repairs = Repairs()
    root = marcxml.repaired_element(data, repairs)
    statements = [
        statement
        for schema in _children(root)
        if schema.get("name") in _SCHEMAS
        for statement in _statements(schema, repairs)
    ]
    return record(statements, repairs, _files(root, repairs)), repairs.warnings()


def _children(parent: etree._Element, kind: str = "") -> list[etree._Element]:
    """The ``element`` elements in ``parent``, all or those that are named ``kind``."""
    return [
        child
        for child in parent
        if _xml.name(child) == "element" and (not kind or child.get("name") == kind)
    ]


def _statements(schema: etree._Element, repairs: Repairs) -> Iterator[Statement]:
    for element in _children(schema):
        # Without a qualifier the language stands one level higher.
        for inner in _children(element):
            yield from _values(schema, element, "", inner, repairs)
            for language in _children(inner):
                yield from _values(schema, element, inner.get("name") or "", language, repairs)


def _values(
    schema: etree._Element,
    element: etree._Element,
    qualifier: str,
    language: etree._Element,
    repairs: Repairs,
) -> Iterator[Statement]:
    said = language.get("name") or ""
    for field in language:
        if _xml.name(field) == "field" and field.get("name") == "value":
            yield Statement(
                name_of(schema.get("name") or "", element.get("name") or "", qualifier),
                _xml.text(field, repairs),
                "" if said == "none" else said,
            )


def _files(root: etree._Element, repairs: Repairs) -> Iterator[DataField]:
    for bundles in _children(root, "bundles"):
        for bundle in _children(bundles, "bundle"):
            if _fields(bundle, repairs).get("name") == "ORIGINAL":
                for bitstreams in _children(bundle, "bitstreams"):
                    for bitstream in _children(bitstreams, "bitstream"):
                        yield from _file(_fields(bitstream, repairs))


def _fields(element: etree._Element, repairs: Repairs) -> dict[str, str]:
    return {
        field.get("name") or "": _xml.text(field, repairs)
        for field in element
        if _xml.name(field) == "field"
    }


def _file(fields: dict[str, str]) -> Iterator[DataField]:
    """856 for a bitstream: ``$q`` media type, ``$s`` bytes, ``$y`` name; its checksum, for which
    MARC has no place, in ``$9`` by name, as in the union's 852.
    """
    address = fields.get("url", "")
    if not address:
        return
    subfields = [("u", address)]
    if fields.get("format"):
        subfields.append(("q", fields["format"]))
    if fields.get("size", "").isdecimal():
        subfields.append(("s", f"{fields['size']} bytes"))
    if fields.get("name"):
        subfields.append(("y", fields["name"]))
    if fields.get("description"):
        subfields.append(("z", fields["description"]))
    if fields.get("checksum"):
        algorithm = fields.get("checksumAlgorithm") or "MD5"
        subfields.append(("9", f"checksum={algorithm}:{fields['checksum']}"))
    yield DataField("856", "4", "0", tuple(subfields))


FORMAT = Format(
    "xoai",
    "DSpace xoai",
    _xml.start_of("metadata", r"www\.lyncode\.com/xoai"),
    lambda chunks: split.elements(chunks, "metadata", _CONTENT),
    read,
    roots=(f"{{{NAMESPACE}}}metadata",),
    prefixes=("xoai",),
    preference=7,
)
