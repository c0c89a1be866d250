"""MARC 21 in XML: the canonical record itself, without loss but for what never leaves."""

from interop.crosswalks._base import Crosswalk
from interop.marc import cut_xml, marcxml
from interop.marc.cut import Cut
from interop.marc.private import public, public_cut
from interop.marc.record import MarcRecord

# OAI-PMH 2.0 section 2.5: a harvested record's root says where its schema is.
_START = (
    marcxml.START_TAG.removesuffix(b">")
    + (
        ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        f' xsi:schemaLocation="{marcxml.NAMESPACE} {marcxml.SCHEMA_LOCATION}">'
    ).encode()
)


def write(record: MarcRecord) -> bytes:
    """``record`` as one MARCXML ``record`` element."""
    return _START + marcxml.write(public(record)).removeprefix(marcxml.START_TAG)


def direct(parts: Cut) -> bytes | None:
    """The same bytes without building the record; ``None`` where it must be looked at."""
    return cut_xml.write(public_cut(parts), _START)


CROSSWALK = Crosswalk(
    prefix="marcxml",
    namespace=marcxml.NAMESPACE,
    schema_location=marcxml.SCHEMA_LOCATION,
    title="MARC 21 XML",
    write=write,
    read_as="marcxml",
    is_marc=True,
    direct=direct,
    names=("marc21", "MARC21-xml", "info:srw/schema/1/marcxml-v1.1", marcxml.SCHEMA_LOCATION),
    stored=True,
    version=3,
)
