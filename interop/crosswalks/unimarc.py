"""UNIMARC in ISO 2709 and UTF-8, for systems of that family."""

from interop.crosswalks._base import Crosswalk
from interop.crosswalks.iso2709 import checked
from interop.marc.legal import legal_record
from interop.marc.private import public
from interop.marc.record import MarcRecord
from interop.marc.to_unimarc import encode


def write(record: MarcRecord) -> bytes:
    """``record`` with honest lengths. Raises ``MarcError`` when it is too large for them."""
    return checked(encode(legal_record(public(record))))


CROSSWALK = Crosswalk(
    prefix="unimarc",
    namespace="",
    schema_location="",
    title="UNIMARC, ISO 2709 in UTF-8",
    write=write,
    read_as="iso2709",
    media_type="application/marc",
)
