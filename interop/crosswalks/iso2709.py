"""MARC 21 in ISO 2709 and UTF-8: the canonical record, for systems that take files of it."""

from interop.crosswalks._base import Crosswalk
from interop.marc import iso2709
from interop.marc.legal import legal_record
from interop.marc.private import public
from interop.marc.record import MarcError, MarcRecord


def write(record: MarcRecord) -> bytes:
    """``record`` with honest lengths. Raises ``MarcError`` when it is too large for them."""
    return checked(iso2709.encode(legal_record(public(record))))


def checked(data: bytes) -> bytes:
    """``data`` when its lengths fit their digits (ISO 2709 4.3, 4.4). Raises ``MarcError``."""
    if not iso2709.fits(data):
        raise MarcError(f"{len(data)} octets do not fit ISO 2709; MARCXML holds such a record")
    return data


CROSSWALK = Crosswalk(
    prefix="iso2709",
    namespace="",
    schema_location="",
    title="MARC 21, ISO 2709 in UTF-8",
    write=write,
    read_as="iso2709",
    is_marc=True,
    media_type="application/marc",
)
