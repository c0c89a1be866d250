"""A harvested record to canonical MARC: the crosswalk of its format reads it.

The local id is the OAI identifier exactly as the source gave it: it is opaque (OAI-PMH 2.0
section 2.4), and its parts mean nothing that holds for every source.
"""

from lxml import etree

from harvester.provenance import origin
from harvester.sources._base import Received
from interop.crosswalks import Crosswalk, by_name
from interop.marc.iso2709 import encode
from interop.marc.legacy import Legacy
from interop.model.record import Incoming


class Undecodable(ValueError):
    """This record cannot become MARC; one line says why. It is quarantined, the run goes on."""


class UnknownFormat(Exception):
    """No crosswalk reads this format: the source's ``prefix`` is not one of ours."""


def decode(
    received: Received, prefix: str, encoding: str = "", *, source: str = "", now: float = 0.0
) -> Incoming:
    """One record for the catalogue; a deletion has no MARC.

    ``prefix``: the metadataPrefix asked for. Servers choose prefixes as they like (``marc21`` for
    ``marcxml``), so the namespace of the record's root decides where the prefix says nothing.
    ``encoding``: what the text was in before the server sent it as UTF-8, if that is known.
    ``source``: address it was harvested from, empty where that is of no interest; ``now``: seconds
    since 1970. Raises ``Undecodable`` and ``UnknownFormat``.
    """
    if received.problem:
        raise Undecodable(received.problem)
    if received.deleted:
        return Incoming(received.identifier, None)
    crosswalk = reader(prefix, received.raw)
    assert crosswalk.read is not None
    read = crosswalk.read
    try:
        record, notes = Legacy(encoding).read(received.raw, lambda raw: (read(raw), ()))
        marc = encode(record)
    except ValueError as error:
        raise Undecodable(f"{crosswalk.prefix}: {error}") from None
    way = None
    if source:
        way = origin(
            source,
            received.identifier,
            received.datestamp,
            now,
            crosswalk=crosswalk,
            raw=received.raw,
            marc=marc,
            earlier=received.earlier,
        )
    warnings = (*received.warnings, *notes)
    return Incoming(received.identifier, marc, received.raw, crosswalk.prefix, warnings, way)


def reader(prefix: str, raw: bytes) -> Crosswalk:
    """The crosswalk that reads ``raw``. Raises ``UnknownFormat``."""
    known = by_name(prefix)
    if known is None or known.read is None:
        namespace = _root_namespace(raw)
        known = by_name(namespace) if namespace else None
    if known is None or known.read is None:
        raise UnknownFormat(f"no reader for the format {prefix!r}")
    return known


def _root_namespace(raw: bytes) -> str:
    """Namespace of the root element of bytes that ``sources`` has serialised."""
    parser = etree.XMLPullParser(events=("start",), resolve_entities=False, no_network=True)
    parser.feed(raw[:4096])
    for _, element in parser.read_events():
        return etree.QName(element).namespace or ""
    return ""
