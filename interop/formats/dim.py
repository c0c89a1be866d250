"""DSpace Intermediate Metadata: every statement of an item with schema, element and qualifier."""

import re

from interop.formats import _xml
from interop.formats._base import Format, Reading
from interop.formats._dublin_core import Statement, record, term
from interop.marc import marcxml, split
from interop.marc.values import Repairs

NAMESPACE = "http://www.dspace.org/xmlns/dspace/dim"
_CONTENT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?field[\s>]")
_SCHEMAS = frozenset(("dc", "dcterms", "thesis"))


def read(data: bytes) -> Reading:
    """One ``dim`` element. Schemas other than Dublin Core are the repository's own affairs."""
    repairs = Repairs()
    root = marcxml.repaired_element(data, repairs)
    statements = []
    for field in root.iterchildren("*"):
        schema = (field.get("mdschema") or "dc").lower()
        if _xml.name(field) == "field" and schema in _SCHEMAS:
            statements.append(
                Statement(
                    name_of(schema, field.get("element") or "", field.get("qualifier") or ""),
                    _xml.text(field, repairs),
                    field.get("lang") or _xml.language(field),
                )
            )
    return record(statements, repairs), repairs.warnings()


def name_of(schema: str, element: str, qualifier: str) -> str:
    """The statement's name: that of Dublin Core, and the schema's where it is another."""
    if schema == "dcterms":
        return term(element)
    name = (
        f"{element}.{qualifier}".lower() if qualifier and qualifier != "none" else element.lower()
    )
    return name if schema == "dc" else f"{schema}.{name}"


FORMAT = Format(
    "dim",
    "DSpace Intermediate Metadata",
    _xml.start_of("dim"),
    lambda chunks: split.elements(chunks, "dim", _CONTENT),
    read,
    roots=(f"{{{NAMESPACE}}}dim",),
    prefixes=("dim",),
    preference=6,
)
