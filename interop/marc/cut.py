"""A record of ISO 2709 cut into its fields, still as bytes: where converting begins that is fast.

Nothing is decoded and no object is made of a field. What is looked at is the record as a whole:
most records are well made, and all others are left to the patient readers.
"""

import struct
from functools import lru_cache
from typing import NamedTuple

_LEADER = 24
_ENTRY = 12
_CONTROL_TAGS = frozenset(b"00%d" % digit for digit in range(1, 10))
_DATA_TAGS = frozenset(b"%03d" % number for number in range(10, 1000))
# XML 1.0 2.2 forbids them, and every reader removes them; delimiters are counted apart.
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\r\x1e\x1f"})


class Cut(NamedTuple):
    """``leader``: its 24 bytes. ``tags`` in the order of the directory; ``content``: the fields in
    that order, with a terminator between two. The first ``controls`` of them are control fields.
    """

    leader: bytes
    tags: tuple[bytes, ...]
    content: bytes
    controls: int


def cut(data: bytes) -> Cut | None:
    """The fields of ``data`` if it is one record of MARC 21 in UTF-8 with tags of three digits,
    control fields first and no control characters; ``None`` otherwise.

    Indicators and subfield codes are not looked at, nor is what the directory says of lengths.
    """
    if data[9:12] != b"a22" or data[20:24] != b"4500" or data[-2:] != b"\x1e\x1d":
        return None
    end = data.find(b"\x1e")
    entries, odd = divmod(end - _LEADER, _ENTRY)
    delimiter = data.find(b"\x1f")  # of the first data field, behind its indicators
    if odd or entries < 1 or delimiter < end + 3 or data[delimiter - 3] != 0x1E:
        return None
    controls = data.count(b"\x1e", end, delimiter) - 1
    directory = _directory(entries).unpack_from(data, _LEADER)
    tags, starts = directory[::2], directory[1::2]
    content = data[end + 1 : -2]
    if (
        content.count(b"\x1e") != entries - 1
        or starts != tuple(sorted(starts))
        or not _CONTROL_TAGS.issuperset(tags[:controls])
        or not _DATA_TAGS.issuperset(tags[controls:])
        or len(data.translate(None, _CONTROLS)) != len(data) - 1
        or not (data.isascii() or (data[:end].isascii() and _is_utf8(content)))
    ):
        return None
    return Cut(data[:_LEADER], tags, content, controls)


@lru_cache(maxsize=256)
def _directory(entries: int) -> struct.Struct:
    """Tag and start of so many entries of a directory, one behind the other."""
    return struct.Struct("3s4x5s" * entries)


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
