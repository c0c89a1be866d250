"""MARCXML and MarcXchange (ISO 25577): records in ``record`` elements."""

from interop.formats import _dialect, _xml
from interop.formats._base import Format, Reading
from interop.marc import marcxml, split

NAMESPACES = (marcxml.NAMESPACE, "info:lc/xmlns/marcxchange-v1", "info:lc/xmlns/marcxchange-v2")


_field = _xml.start_of("leader|controlfield|datafield")
_record = _xml.start_of("record|collection")


def _detect(head: bytes) -> int | None:
    """By an element that only MARC has; by the name of a record only when nothing else is there."""
    place = _field(head)
    return len(head) if place is None and _record(head) is not None else place


def read(data: bytes) -> Reading:
    """One ``record`` element, in the dialect that it shows to be in."""
    return _dialect.canonical(marcxml.read_repaired(data))


FORMAT = Format(
    "marcxml",
    "MARCXML",
    _detect,
    split.marcxml,
    read,
    roots=tuple(f"{{{namespace}}}record" for namespace in NAMESPACES),
    prefixes=("marc21", "marc", "marcxml_extended", "marcxchange", "unimarc"),
    preference=4,
)
