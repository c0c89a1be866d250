"""Dublin Core as SRU serves it: the same elements as ``oai_dc`` in SRU's own root element.

Record schema info:srw/schema/1/dc-v1.1 of the SRU schema registry.
"""

from interop.crosswalks._base import Crosswalk, ruled_xml

NAMESPACE = "info:srw/schema/1/dc-schema"
SCHEMA_LOCATION = "http://www.loc.gov/standards/sru/recordSchemas/dc-schema.xsd"
_ELEMENTS = "http://purl.org/dc/elements/1.1/"

_START = (
    f'<srw_dc:dc xmlns:srw_dc="{NAMESPACE}" xmlns:dc="{_ELEMENTS}"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:schemaLocation="{NAMESPACE} {SCHEMA_LOCATION}">'
)

_RULED = ruled_xml("dublin_core", _START, "</srw_dc:dc>")


CROSSWALK = Crosswalk(
    prefix="dc",
    namespace=NAMESPACE,
    schema_location=SCHEMA_LOCATION,
    title="Dublin Core (SRU)",
    write=_RULED.writer(),
    read_as="oai_dc",
    names=("srw_dc", "info:srw/schema/1/dc-v1.1", SCHEMA_LOCATION),
    descriptive=True,
    version=3,
    ruled=_RULED,
)
