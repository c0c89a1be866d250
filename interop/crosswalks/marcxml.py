"""MARC 21 in XML: the canonical record itself, without loss but for what never leaves."""

from interop.crosswalks._base import Crosswalk
from interop.marc import marcxml
from interop.marc.private import public, public_bytes
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


def from_canonical(data: bytes) -> bytes:
    """The same bytes as ``write`` for the bytes of ``interop.marc.iso2709.encode``, but faster."""
    return _START + marcxml.from_canonical(public_bytes(data)).removeprefix(marcxml.START_TAG)


CROSSWALK = Crosswalk(
    prefix="marcxml",
    namespace=marcxml.NAMESPACE,
    schema_location=marcxml.SCHEMA_LOCATION,
    title="MARC 21 XML",
    write=write,
    read=marcxml.read,
    names=("marc21", "MARC21-xml", "info:srw/schema/1/marcxml-v1.1", marcxml.SCHEMA_LOCATION),
    stored=True,
    version=3,
)
