"""Harvest protocols, found by file (see ``_base``): ``oai-pmh`` is ``oai_pmh.py``."""

from harvester.sources._base import HarvestProtocol
from interop.registry import discover

__all__ = ["PROTOCOLS", "HarvestProtocol"]

PROTOCOLS: dict[str, HarvestProtocol] = {
    protocol.name: protocol
    for protocol in discover("harvester.sources", "PROTOCOL", HarvestProtocol).values()
}
