"""Which format something is in: a file by its first bytes, an element by its name, a server's offer
by its list of formats.
"""

from collections.abc import Iterable

from interop.formats._base import Format
from interop.formats._registry import FORMATS
from interop.marc.record import MarcError

_ARCHIVES = ((0, b"PK\x03\x04", "ZIP"), (0, b"7z\xbc\xaf", "7-Zip"), (0, b"Rar!", "RAR"))
_WORKBOOK = b"xl/workbook"


def detect(head: bytes) -> Format:
    """The format of a file that begins with ``head``, without filler before it.

    Raises ``MarcError``, saying what was seen, when it is none of them.
    """
    for at, mark, kind in _ARCHIVES:
        if head[at:].startswith(mark):
            what = "an Excel file: save it as MARC" if _WORKBOOK in head else f"a {kind} archive"
            raise MarcError(f"{what}: unpack it first" if "archive" in what else what, 0)
    seen = [
        (place, -format.rank, name)
        for name, format in FORMATS.items()
        if (place := format.detect(head)) is not None
    ]
    if seen:
        return FORMATS[min(seen)[2]]
    if head.startswith(b"<"):
        raise MarcError("XML without a record of MARC, MODS or Dublin Core")
    shown = head[:24].decode("latin-1")
    raise MarcError(f"no format of records that is known: begins with {shown!r}", 0)


def of_element(root: str, prefix: str = "") -> Format | None:
    """The format of an element: by its name (``{namespace}name``), or else by the metadataPrefix
    it was asked for under. Servers choose prefixes as they like, so the name goes first.
    """
    for format in FORMATS.values():
        if root in format.roots:
            return format
    named = (f for f in FORMATS.values() if f.roots and prefix.lower() in (*f.prefixes, f.name))
    # Asked for by this name: it will say itself what is wrong with the element.
    return next(named, None)


def choose(offered: Iterable[tuple[str, str]]) -> tuple[str, Format] | None:
    """The metadataPrefix to harvest out of (prefix, namespace) pairs that a server offers, and its
    format; ``None`` when none can be read.

    A server's own full format comes before what it derives from it: DSpace's ``xoai`` and ``dim``
    lose nothing, its ``marc`` calls every item a music recording.
    """
    best: tuple[int, str, Format] | None = None
    offers = list(offered)
    is_dspace = any(namespace in _DSPACE for _, namespace in offers)
    for prefix, namespace in offers:
        for format in FORMATS.values():
            names = {root[1:].partition("}")[0] for root in format.roots}
            if not format.preference or (namespace not in names and prefix not in format.prefixes):
                continue
            if is_dspace and format.name in _DERIVED:
                continue
            if best is None or format.preference > best[0]:
                best = (format.preference, prefix, format)
    return None if best is None else best[1:]


_DSPACE = frozenset(("http://www.lyncode.com/xoai", "http://www.dspace.org/xmlns/dspace/dim"))
# What DSpace makes out of its items, with errors (crosswalks of DSpace 4 to 8).
_DERIVED = frozenset(("marcxml", "mods"))
