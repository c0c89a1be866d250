"""MARC 21 in ISO 2709, with all that happens to it on the way."""

import re

from interop.formats import _dialect
from interop.formats._base import Format, Reading
from interop.marc import split
from interop.marc.cut import Cut
from interop.marc.reader import read_iso2709
from interop.marc.sound import sound

# A file cut off in its first directory: five digits of length, and a leader like MARC 21.
_LEADER = re.compile(rb"[0-9]{5}.{5}22[0-9]{5}.{3}45", re.DOTALL)


def _detect(head: bytes) -> int | None:
    if head.startswith(b"<"):
        return None
    return 0 if b"\x1e" in head or _LEADER.match(head) else None


def read(data: bytes) -> Reading:
    """One record, in the dialect that it shows to be in."""
    return _dialect.canonical(read_iso2709(data))


def cut(data: bytes) -> Cut | None:
    """The fields of one sound record of MARC 21; UNIMARC has no 245 and its titles in 200."""
    parts = sound(data)
    is_marc21 = parts is not None and (b"245" in parts.tags or b"200" not in parts.tags)
    return parts if is_marc21 else None


FORMAT = Format("iso2709", "MARC in ISO 2709", _detect, split.iso2709, read, cut=cut)
