"""UNIMARC in XML: MarcXchange (ISO 25577), which is MARCXML for every format of ISO 2709."""

from interop.crosswalks._base import Crosswalk
from interop.marc import marcxml
from interop.marc.legal import legal_record
from interop.marc.private import public
from interop.marc.record import MarcRecord
from interop.marc.to_unimarc import to_unimarc

NAMESPACE = "info:lc/xmlns/marcxchange-v2"
SCHEMA_LOCATION = "http://www.loc.gov/standards/iso25577/marcxchange-2-0.xsd"

_START = (
    f'<record xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:schemaLocation="{NAMESPACE} {SCHEMA_LOCATION}" format="UNIMARC" type="Bibliographic">'
)
_AFTER_LEADER = b"</leader>"


def write(record: MarcRecord) -> bytes:
    """``record`` as one MarcXchange ``record`` element, with the label of UNIMARC."""
    converted = to_unimarc(legal_record(public(record)))
    _, _, rest = marcxml.write(converted).partition(_AFTER_LEADER)
    return f"{_START}<leader>{converted.leader}</leader>".encode() + rest


CROSSWALK = Crosswalk(
    prefix="unimarcxml",
    namespace=NAMESPACE,
    schema_location=SCHEMA_LOCATION,
    title="UNIMARC in MarcXchange",
    write=write,
    read_as="marcxml",
    names=("unimarc", "marcxchange", "info:srw/schema/8/unimarcxml-v0.1", SCHEMA_LOCATION),
)
