"""Crosswalks: canonical MARC 21 to and from every schema, found by file (see ``_base``)."""

from interop.crosswalks._base import Crosswalk
from interop.crosswalks._context import NOWHERE, Context
from interop.registry import discover

__all__ = ["CROSSWALKS", "NOWHERE", "XML_CROSSWALKS", "Context", "Crosswalk", "by_name"]

CROSSWALKS: dict[str, Crosswalk] = discover("interop.crosswalks", "CROSSWALK", Crosswalk)

# What OAI-PMH, SRU and Z39.50 offer: their answers are XML documents around the records.
XML_CROSSWALKS: dict[str, Crosswalk] = {
    name: crosswalk for name, crosswalk in CROSSWALKS.items() if crosswalk.is_xml
}

_NAMES: dict[str, Crosswalk] = {
    name.casefold(): crosswalk
    for crosswalk in XML_CROSSWALKS.values()
    for name in (crosswalk.prefix, crosswalk.namespace, *crosswalk.names)
}


def by_name(name: str) -> Crosswalk | None:
    """The XML crosswalk that a client means by a short name, a URI, a namespace or an address."""
    return _NAMES.get(name.strip().casefold())
