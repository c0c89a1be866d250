"""Dublin Core: simple, qualified, and the terms of the DCMI, in any wrapper element."""

import re

from lxml import etree

from interop.formats import _xml
from interop.formats._base import Format, Reading
from interop.formats._dublin_core import ELEMENTS, Statement, record, term
from interop.marc import marcxml, split
from interop.marc.values import Repairs

_TERMS = "http://purl.org/dc/terms/"
_SCHEME = "{http://www.w3.org/2001/XMLSchema-instance}type"
_ROOTS = "dc|qualifieddc|qdc|dcterms|nsdl_dc"
_CONTENT = re.compile(rb"<(?:dc|dcterms):[A-Za-z]+[\s>]|<(?:title|creator|identifier)[\s>]")


def read(data: bytes) -> Reading:
    """One element with elements of Dublin Core in it; raises ``MarcError``."""
    repairs = Repairs()
    root = marcxml.repaired_element(data, repairs)
    statements = [_statement(child, repairs) for child in root.iterchildren("*")]
    return record(_without_copies(statements), repairs), repairs.warnings()


def _statement(element: etree._Element, repairs: Repairs) -> Statement:
    name = _xml.name(element)
    is_term = isinstance(element.tag, str) and element.tag.startswith(f"{{{_TERMS}")
    named = name.lower() if name.lower() in ELEMENTS and not is_term else term(name)
    qualifier = element.get("qualifier") or element.get("refinement") or ""
    return Statement(
        f"{named}.{qualifier.lower()}" if qualifier else named,
        _xml.text(element, repairs),
        _xml.language(element),
        element.get(_SCHEME) or element.get("scheme") or "",
    )


def _without_copies(statements: list[Statement]) -> list[Statement]:
    """DSpace's ``qdc`` says when an item was unlocked three times over, once as its creation."""
    internal = {s.value for s in statements if s.name in ("date.available", "date.accepted")}
    return [s for s in statements if not (s.name == "date.created" and s.value in internal)]


FORMAT = Format(
    "oai_dc",
    "Dublin Core, simple and qualified",
    _xml.start_of(_ROOTS),
    lambda chunks: split.elements(chunks, _ROOTS, _CONTENT),
    read,
    roots=(
        "{http://www.openarchives.org/OAI/2.0/oai_dc/}dc",
        "{info:srw/schema/1/dc-schema}dc",
        "{http://dspace.org/qualifieddc/}qualifieddc",
        "{http://purl.org/dc/terms/}qualifieddc",
        "{http://purl.org/dc/terms/}dcterms",
        "{http://purl.org/dc/terms/}dc",
        "{http://purl.org/dc/elements/1.1/}dc",
        "{http://ns.nsdl.org/nsdl_dc_v1.02/}nsdl_dc",
    ),
    prefixes=("oai_dc", "qdc", "oai_qdc", "dcterms", "oai_dcterms", "dc", "srw_dc"),
    preference=1,
)
