"""ETD-MS 1.1: theses and dissertations, as the union catalogues of NDLTD harvest them."""

from interop.crosswalks._base import Crosswalk, ruled_xml

NAMESPACE = "http://www.ndltd.org/standards/metadata/etdms/1.1/"
SCHEMA_LOCATION = "http://www.ndltd.org/standards/metadata/etdms/1.1/etdms11.xsd"

_START = (
    f'<thesis xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:schemaLocation="{NAMESPACE} {SCHEMA_LOCATION}">'
)
_RULED = ruled_xml("etdms", _START, "</thesis>")

CROSSWALK = Crosswalk(
    prefix="etdms",
    namespace=NAMESPACE,
    schema_location=SCHEMA_LOCATION,
    title="ETD-MS 1.1 (theses)",
    write=_RULED.writer(),
    names=("oai_etdms", "etd-ms", "thesis", SCHEMA_LOCATION),
    descriptive=True,
    ruled=_RULED,
)
