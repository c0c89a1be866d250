"""The way that a sender tells of a record: provenance in ``about``.

A provenance container (OAI-PMH implementation guidelines, provenance) is believed as far as it can
be repeated: at the first step that lacks something or is ill-formed the chain ends.
"""

import re

from lxml import etree

from harvester.sources import _xml
from interop.model.origin import Origin
from interop.oai.protocol import URI, parse_datestamp

STEPS = 8  # of a chain that are kept
_ADDRESS = re.compile(r"https?://[^\s/?#@]+(/[^\s?#]*)?")


def told(record: etree._Element) -> Origin | None:
    """The way that the sender tells in ``about`` of a ``record`` element, if it tells any."""
    for about in _xml.children(record, "about"):
        for provenance in _xml.children(about, "provenance"):
            for description in _xml.children(provenance, "originDescription"):
                return _step(description, STEPS - 1)
    return None


def _step(element: etree._Element, left: int) -> Origin | None:
    def text(name: str) -> str:
        return _xml.text_of(next(iter(_xml.children(element, name)), None))

    nested = next(iter(_xml.children(element, "originDescription")), None)
    origin = Origin(
        base_url=text("baseURL"),
        identifier=text("identifier"),
        datestamp=text("datestamp"),
        namespace=text("metadataNamespace"),
        harvested=element.get("harvestDate", "").strip(),
        altered=element.get("altered", "").strip() in ("true", "1"),
        earlier=_step(nested, left - 1) if nested is not None and left > 1 else None,
    )
    return origin if is_sound(origin) else None


def is_sound(origin: Origin) -> bool:
    """Whether a document may say it again: addresses are addresses, dates are dates."""
    try:
        parse_datestamp(origin.datestamp)
        parse_datestamp(origin.harvested)
    except ValueError:
        return False
    return bool(
        _ADDRESS.fullmatch(origin.base_url)
        and is_uri(origin.identifier)
        and is_uri(origin.namespace)
    )


def is_uri(text: str) -> bool:
    return bool(text) and not re.search(r"\s", text) and URI.fullmatch(text) is not None
