"""Crosswalks: canonical MARC 21 to and from every schema, found by file (see ``_base``)."""

from interop.crosswalks._base import Crosswalk
from interop.registry import discover

__all__ = ["CROSSWALKS", "Crosswalk", "by_name"]

CROSSWALKS: dict[str, Crosswalk] = discover("interop.crosswalks", "CROSSWALK", Crosswalk)

_NAMES: dict[str, Crosswalk] = {
    name.casefold(): crosswalk
    for crosswalk in CROSSWALKS.values()
    for name in (crosswalk.prefix, crosswalk.namespace, *crosswalk.names)
}


def by_name(name: str) -> Crosswalk | None:
    """The crosswalk that a client means by a short name, a URI, a namespace or a schema address."""
    return _NAMES.get(name.strip().casefold())
