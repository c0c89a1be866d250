"""Dublin Core as OAI-PMH requires it of every repository (OAI-PMH 2.0 section 5.1)."""

from interop.crosswalks._base import Crosswalk, ruled_xml

NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA_LOCATION = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"
_ELEMENTS = "http://purl.org/dc/elements/1.1/"

_START = (
    f'<oai_dc:dc xmlns:oai_dc="{NAMESPACE}" xmlns:dc="{_ELEMENTS}"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:schemaLocation="{NAMESPACE} {SCHEMA_LOCATION}">'
)

_RULED = ruled_xml("dublin_core", _START, "</oai_dc:dc>")


CROSSWALK = Crosswalk(
    prefix="oai_dc",
    namespace=NAMESPACE,
    schema_location=SCHEMA_LOCATION,
    title="Dublin Core (OAI-PMH)",
    write=_RULED.writer(),
    read_as="oai_dc",
    names=(SCHEMA_LOCATION,),
    stored=True,
    descriptive=True,
    version=3,
    ruled=_RULED,
)
