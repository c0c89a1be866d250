"""Qualified Dublin Core: DCMI Metadata Terms in the root that harvesters ask for by this name."""

from interop.crosswalks._base import Crosswalk, ruled_xml

NAMESPACE = "http://worldcat.org/xmlschemas/qdc-1.0/"
SCHEMA_LOCATION = "http://worldcat.org/xmlschemas/qdc/1.0/qdc-1.0.xsd"

_START = (
    f'<qdc:qualifieddc xmlns:qdc="{NAMESPACE}" xmlns:dcterms="http://purl.org/dc/terms/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:schemaLocation="{NAMESPACE} {SCHEMA_LOCATION}">'
)
_RULED = ruled_xml("qdc", _START, "</qdc:qualifieddc>")

CROSSWALK = Crosswalk(
    prefix="qdc",
    namespace=NAMESPACE,
    schema_location=SCHEMA_LOCATION,
    title="Qualified Dublin Core",
    write=_RULED.writer(),
    read_as="oai_dc",
    names=("oai_qdc", "dcterms", "http://purl.org/dc/terms/", SCHEMA_LOCATION),
    descriptive=True,
    version=2,
    ruled=_RULED,
)
