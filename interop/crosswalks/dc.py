"""Dublin Core as SRU serves it: the same elements as ``oai_dc`` in SRU's own root element.

Record schema info:srw/schema/1/dc-v1.1 of the SRU schema registry.
"""

from interop.crosswalks import _dublin_core_reader
from interop.crosswalks._base import Crosswalk, ruled_xml
from interop.marc.record import MarcRecord

NAMESPACE = "info:srw/schema/1/dc-schema"
SCHEMA_LOCATION = "http://www.loc.gov/standards/sru/recordSchemas/dc-schema.xsd"

_START = (
    f'<srw_dc:dc xmlns:srw_dc="{NAMESPACE}" xmlns:dc="{_dublin_core_reader.ELEMENTS}"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:schemaLocation="{NAMESPACE} {SCHEMA_LOCATION}">'
)

_RULED = ruled_xml("dublin_core", _START, "</srw_dc:dc>")


def read(data: bytes) -> MarcRecord:
    """One ``srw_dc:dc`` element as a record; raises ``ValueError`` with one line."""
    return _dublin_core_reader.read(data, (f"{{{NAMESPACE}}}dc",))


CROSSWALK = Crosswalk(
    prefix="dc",
    namespace=NAMESPACE,
    schema_location=SCHEMA_LOCATION,
    title="Dublin Core (SRU)",
    write=_RULED.writer(),
    read=read,
    names=("srw_dc", "info:srw/schema/1/dc-v1.1", SCHEMA_LOCATION),
    descriptive=True,
    version=2,
    ruled=_RULED,
)
