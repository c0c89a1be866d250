"""A record of ISO 2709 cut into its fields, still as bytes: where converting begins that is fast.

Nothing is decoded and no object is made of a field. What is looked at is the record as a whole:
most records are well made, and all others are left to the patient readers.
"""

import struct
from functools import lru_cache
from typing import NamedTuple

_LEADER = 24
_ENTRY = 12
_TAGS = frozenset(b"%03d" % number for number in range(1, 1000))
# XML 1.0 2.2 forbids them, and every reader removes them; delimiters are counted apart.
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\r\x1e\x1f"})


class Cut(NamedTuple):
    """``leader``: its 24 bytes. ``tags`` in the order of the directory; ``content``: the fields in
    that order, with a terminator between two. The first ``controls`` of them have no subfields.
    """

    leader: bytes
    tags: tuple[bytes, ...]
    content: bytes
    controls: int


def cut(data: bytes) -> Cut | None:
    """The fields of ``data`` if it is one record of MARC 21 in UTF-8 with tags of three digits,
    fields without subfields first, and no control characters; ``None`` otherwise.

    Which tags are of control fields is not looked at, nor are indicators and codes: whoever uses
    them looks them up in tables anyway. Nor is what the directory says of lengths.
    """
    if data[9:12] != b"a22" or data[20:24] != b"4500" or data[-2:] != b"\x1e\x1d":
        return None
    end = data.find(b"\x1e")
    entries, odd = divmod(end - _LEADER, _ENTRY)
    delimiter = data.find(b"\x1f")  # of the first data field, behind its indicators
    if odd or entries < 1 or delimiter < end + 3 or data[delimiter - 3] != 0x1E:
        return None
    controls = data.count(b"\x1e", end, delimiter) - 1
    tags = _tags(entries).unpack_from(data, _LEADER)
    starts = _starts(entries).unpack_from(data, _LEADER)
    content = data[end + 1 : -2]
    if (
        content.count(b"\x1e") != entries - 1
        or not _TAGS.issuperset(tags)
        or starts != tuple(sorted(starts))
        or len(data.translate(None, _CONTROLS)) != len(data) - 1
        or not (data.isascii() or (data[:end].isascii() and _is_utf8(content)))
    ):
        return None
    return Cut(data[:_LEADER], tags, content, controls)


@lru_cache(maxsize=256)
def _tags(entries: int) -> struct.Struct:
    """The tags of so many entries of a directory, one behind the other."""
    return struct.Struct("3s9x" * entries)


@lru_cache(maxsize=256)
def _starts(entries: int) -> struct.Struct:
    return struct.Struct("7x5s" * entries)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
