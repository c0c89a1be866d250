"""MODS 3.8 from MARC 21, after the mapping of the Library of Congress (MARC 21 to MODS 3.8).

It looks at one record only, so a record gives the same bytes alone and inside a collection.
"""

from interop.crosswalks._base import Crosswalk, ruled_xml

NAMESPACE = "http://www.loc.gov/mods/v3"
SCHEMA_LOCATION = "http://www.loc.gov/standards/mods/v3/mods-3-8.xsd"

_START = (
    f'<mods xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:schemaLocation="{NAMESPACE} {SCHEMA_LOCATION}" version="3.8">'
)
_RULED = ruled_xml("mods", _START, "</mods>")

CROSSWALK = Crosswalk(
    prefix="mods",
    namespace=NAMESPACE,
    schema_location=SCHEMA_LOCATION,
    title="MODS 3.8",
    write=_RULED.writer(),
    read_as="mods",
    names=(
        "mods3",
        *(f"mods3{minor}" for minor in range(9)),
        *(f"info:srw/schema/1/mods-v3.{minor}" for minor in range(9)),
        SCHEMA_LOCATION,
    ),
    version=6,
    ruled=_RULED,
)
