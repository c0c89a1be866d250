"""A record of ISO 2709 cut into its fields, still as bytes: where converting begins that is fast.

Nothing is decoded and no object is made of a field. What is looked at is the record as a whole:
most records are well made, and all others are left to the patient readers.
"""

import struct
from collections.abc import Callable
from functools import lru_cache
from typing import NamedTuple

_LEADER = 24
_ENTRY = 12
# Octets that say nothing by themselves. Controls do, which XML 1.0 2.2 forbids and every reader
# removes, and what is not ASCII; 0x1D ends the record and stands in no field.
_PLAIN = bytes({*range(0x20, 0x80), *b"\t\n\r\x1e\x1f"})
_BEYOND = bytes(range(0x80, 0x100))


class Cut(NamedTuple):
    """``leader``: its 24 bytes. ``tags`` in the order of the directory; ``content``: the fields in
    that order, with a terminator between two. The first ``controls`` of them have no subfields.
    """

    leader: bytes
    tags: tuple[bytes, ...]
    content: bytes
    controls: int


# Cut(...) without the call of a Python function.
_new = tuple.__new__


def cut(data: bytes) -> Cut | None:
    """The fields of ``data`` if it is one record of MARC 21 in UTF-8 with tags of three digits,
    fields without subfields first, and no control characters; ``None`` otherwise.

    Which tags are of control fields is not looked at, nor are indicators and codes: whoever uses
    them looks them up in tables anyway. Nor are the lengths in the directory.
    """
    found = cut_octets(data)
    return found[0] if found is not None and _is_utf8(found[0].content, found[1]) else None


def cut_octets(data: bytes) -> tuple[Cut, bytes] | None:
    """As ``cut``, and those octets of the content that are not ASCII; whether they are UTF-8 is for
    the caller to see.
    """
    end = data.find(b"\x1e")
    entries, odd = divmod(end - _LEADER, _ENTRY)
    delimiter = data.find(b"\x1f", end)  # of the first data field, behind its indicators
    if (
        odd
        or entries < 1
        or data[-2:] != b"\x1e\x1d"
        or delimiter < end + 3
        or data[delimiter - 3] != 0x1E
        or not _is_usual(data[5:12], data[17:_LEADER])
    ):
        return None
    directory = data[_LEADER:end]
    content = data[end + 1 : -2]
    beyond = content.translate(None, _PLAIN)
    if (
        not directory.isdigit()
        or content.count(b"\x1e") != entries - 1
        or (beyond and beyond.translate(None, _BEYOND))
    ):
        return None
    unpacked = _unpack(entries)(directory)
    starts = unpacked[1::2]
    if starts != tuple(sorted(starts)):
        return None
    controls = data.count(b"\x1e", end, delimiter) - 1
    return _new(Cut, (data[:_LEADER], unpacked[::2], content, controls)), beyond


@lru_cache(maxsize=1 << 12)
def _is_usual(status_to_counts: bytes, level_to_map: bytes) -> bool:
    """Whether 05-11 and 17-23 of a leader are those of MARC 21 in UCS, and printable."""
    return (
        status_to_counts.endswith(b"a22")
        and level_to_map.endswith(b"4500")
        and (both := status_to_counts + level_to_map).isascii()
        and both.decode().isprintable()
    )


@lru_cache(maxsize=256)
def _unpack(entries: int) -> Callable[[bytes], tuple[bytes, ...]]:
    """Gives tag and start, one behind the other, of so many entries of a directory."""
    return struct.Struct("3s4x5s" * entries).unpack


def _is_utf8(data: bytes, beyond: bytes) -> bool:
    try:
        return not beyond or data.decode() is not None
    except UnicodeDecodeError:
        return False
