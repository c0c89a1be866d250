"""A harvested record to canonical MARC: the reader of its format reads it.

The local id is the OAI identifier exactly as the source gave it: it is opaque (OAI-PMH 2.0
section 2.4), and its parts mean nothing that holds for every source.
"""

from lxml import etree

from harvester.provenance import origin
from harvester.sources._base import Received
from interop.crosswalks import by_name
from interop.formats import Format, of_element
from interop.marc.iso2709 import encode
from interop.marc.legacy import Legacy
from interop.model.record import Incoming


class Undecodable(ValueError):
    """This record cannot become MARC; one line says why. It is quarantined, the run goes on."""


class UnknownFormat(Exception):
    """No reader for this format: neither the source's ``prefix`` nor the element is one of ours."""


def decode(
    received: Received,
    prefix: str,
    legacy: Legacy | None = None,
    *,
    source: str = "",
    now: float = 0.0,
) -> Incoming:
    """One record for the catalogue; a deletion has no MARC.

    ``prefix``: the metadataPrefix asked for. Servers choose prefixes as they like (``marc21`` for
    ``marcxml``), so the name of the record's root goes before it.
    ``legacy``: what is known of the encoding that the text was in before the server sent it.
    ``source``: address it was harvested from, empty where that is of no interest; ``now``: seconds
    since 1970. Raises ``Undecodable`` and ``UnknownFormat``.
    """
    if received.problem:
        raise Undecodable(received.problem)
    if received.deleted:
        return Incoming(received.identifier, None)
    format = reader(prefix, received.raw)
    try:
        record, notes = (legacy or Legacy()).read(received.raw, format.read)
        marc = encode(record)
    except ValueError as error:
        raise Undecodable(f"{format.name}: {error}") from None
    way = None
    if source:
        way = origin(
            source,
            received.identifier,
            received.datestamp,
            now,
            namespace=_namespace(_root(received.raw)) or _namespace(format.roots[0]),
            crosswalk=by_name(format.name),
            raw=received.raw,
            record=record,
            earlier=received.earlier,
        )
    warnings = (*received.warnings, *notes)
    return Incoming(received.identifier, marc, received.raw, format.name, warnings, way)


def reader(prefix: str, raw: bytes) -> Format:
    """The format that ``raw`` is in. Raises ``UnknownFormat``."""
    known = of_element(_root(raw), prefix)
    if known is None:
        raise UnknownFormat(f"no reader for the format {prefix!r}")
    return known


def _root(raw: bytes) -> str:
    """Name of the root element of bytes that ``sources`` has serialised."""
    parser = etree.XMLPullParser(events=("start",), resolve_entities=False, no_network=True)
    parser.feed(raw[:4096])
    for _, element in parser.read_events():
        return etree.QName(element).text
    return ""


def _namespace(name: str) -> str:
    return name[1:].partition("}")[0] if name.startswith("{") else ""
