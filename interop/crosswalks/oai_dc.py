"""Dublin Core as OAI-PMH requires it of every repository (OAI-PMH 2.0 section 5.1)."""

from interop.crosswalks import _dublin_core, _dublin_core_reader
from interop.crosswalks._base import Crosswalk
from interop.marc.record import MarcRecord

NAMESPACE = "http://www.openarchives.org/OAI/2.0/oai_dc/"
SCHEMA_LOCATION = "http://www.openarchives.org/OAI/2.0/oai_dc.xsd"

_START = (
    f'<oai_dc:dc xmlns:oai_dc="{NAMESPACE}" xmlns:dc="{_dublin_core.NAMESPACE}"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:schemaLocation="{NAMESPACE} {SCHEMA_LOCATION}">'
)


def write(record: MarcRecord) -> bytes:
    """``record`` as one ``oai_dc:dc`` element."""
    return _dublin_core.write(record, _START, "</oai_dc:dc>")


def read(data: bytes) -> MarcRecord:
    """One ``oai_dc:dc`` element as a record; raises ``ValueError`` with one line."""
    return _dublin_core_reader.read(data, (f"{{{NAMESPACE}}}dc",))


CROSSWALK = Crosswalk(
    prefix="oai_dc",
    namespace=NAMESPACE,
    schema_location=SCHEMA_LOCATION,
    title="Dublin Core (OAI-PMH)",
    write=write,
    read=read,
    names=(SCHEMA_LOCATION,),
    stored=True,
    descriptive=True,
)
