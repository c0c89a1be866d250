"""MARC 21 in ISO 2709 and MARC-8, for systems that know no UCS."""

from interop.crosswalks._base import Crosswalk
from interop.crosswalks.iso2709 import checked
from interop.marc import iso2709_marc8
from interop.marc.legal import legal_record
from interop.marc.private import public
from interop.marc.record import MarcRecord


def write(record: MarcRecord) -> bytes:
    """``record`` with honest lengths. Raises ``MarcError`` when it is too large for them."""
    return checked(iso2709_marc8.encode(legal_record(public(record))))


CROSSWALK = Crosswalk(
    prefix="marc8",
    namespace="",
    schema_location="",
    title="MARC 21, ISO 2709 in MARC-8",
    write=write,
    read_as="iso2709",
    is_marc=True,
    media_type="application/marc",
)
