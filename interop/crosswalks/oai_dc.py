"""Dublin Core as OAI-PMH requires it of every repository (OAI-PMH 2.0 section 5.1)."""

from interop.crosswalks import _dublin_core_reader
from interop.crosswalks._base import Crosswalk, ruled_xml
from interop.marc.record import MarcRecord

NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA_LOCATION = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"

_START = (
    f'<oai_dc:dc xmlns:oai_dc="{NAMESPACE}" xmlns:dc="{_dublin_core_reader.ELEMENTS}"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:schemaLocation="{NAMESPACE} {SCHEMA_LOCATION}">'
)

_RULED = ruled_xml("dublin_core", _START, "</oai_dc:dc>")


def read(data: bytes) -> MarcRecord:
    """One ``oai_dc:dc`` element as a record; raises ``ValueError`` with one line."""
    return _dublin_core_reader.read(data, (f"{{{NAMESPACE}}}dc",))


CROSSWALK = Crosswalk(
    prefix="oai_dc",
    namespace=NAMESPACE,
    schema_location=SCHEMA_LOCATION,
    title="Dublin Core (OAI-PMH)",
    write=_RULED.writer(),
    read=read,
    names=(SCHEMA_LOCATION,),
    stored=True,
    descriptive=True,
    version=2,
    ruled=_RULED,
)
