"""Reading an ISO 2709 record that is not canonical: foreign, old, or damaged.

The terminators are believed before the lengths, and bytes before leader/09. Whatever had to be
guessed is noted; only what has no directory at all, or is cut off, is refused.
"""

import re
from typing import NamedTuple

from interop.marc import legal
from interop.marc.record import ControlField, DataField, Field, MarcError, MarcRecord
from interop.marc.values import Repairs, Values

_LEADER = 24
_ENTRY = 12
_DAMAGED = "directory is damaged"
_ENTRIES = re.compile(rb"(?:[0-9A-Za-z]{3}[0-9]{9})*")


class _Entry(NamedTuple):
    """A directory entry. ``start``: -1 when it is not a number."""

    tag: str
    length: int
    start: int


def read_damaged(data: bytes) -> tuple[MarcRecord, tuple[str, ...]]:
    """The record in ``data`` with a legal leader, and the notes of what was repaired.

    Raises ``MarcError`` when there is no directory, when no field can be read, or when fields it
    promises were cut off.
    """
    repairs = Repairs()
    leader, entries, base = _directory(data, repairs)
    is_whole = data.endswith(b"\x1d")
    if not is_whole:
        repairs.note("record terminator missing")
    content = data[base:].removesuffix(b"\x1d")
    bodies = content.split(b"\x1e")
    last = bodies.pop()
    if not is_whole and (last or len(bodies) < len(entries)):
        raise MarcError(
            f"record cut off: {len(bodies)} of {len(entries)} fields are whole", len(data)
        )
    if last:
        repairs.note("last field terminator missing")
        bodies.append(last)
    values = Values(data, leader[9:10] == b"a", repairs)
    fields: list[Field] = []
    for tag, body in _matched(entries, content, bodies, repairs):
        field = _field(tag, body, values, repairs)
        if field is not None:
            fields.append(field)
    if not fields and (entries or not leader[12:17].isdigit()):
        # An empty record is a record where its leader is one; other bytes are none.
        raise MarcError("no field can be read")
    if _DAMAGED in repairs.warnings() and not any(isinstance(f, DataField) for f in fields):
        # Other formats wear the coat of ISO 2709 without a directory: MAB2, IRBIS.
        raise MarcError("no data field and no directory: not MARC 21 or UNIMARC")
    shown = legal.leader(leader.decode("ascii", "replace"))
    return MarcRecord(shown, repairs.fields(fields)), repairs.warnings()


def _directory(data: bytes, repairs: Repairs) -> tuple[bytes, list[_Entry], int]:
    """Leader, directory entries, and where the fields begin.

    The directory ends at the first field terminator, whatever the base address says. Where it does
    not consist of entries of 12 digits after a leader of 24, it is read in the way that gives as
    many entries as there are fields.
    """
    end = data.find(b"\x1e")
    if end < 0:
        raise MarcError("no field terminator, so no directory", len(data))
    fields = data.count(b"\x1e", end + 1)
    is_regular = _ENTRIES.fullmatch(data, _LEADER, end) is not None
    begin, entries = _LEADER, _grid(data, _LEADER, end)
    if is_regular and (len(entries) == fields or not entries):
        if data[12:17] not in (b"%05d" % (end + 1), b"99999"):
            repairs.note("base address of data is wrong")
    else:
        regular = entries if is_regular else None
        begin, entries = _odd_directory(data, end, fields)
        if entries != regular:
            repairs.note(_DAMAGED)
    if data[:5].isdigit():
        return data[: min(begin, _LEADER)].ljust(_LEADER), entries, end + 1
    # Filler before the leader, or one that was cut at its beginning: its end is right.
    return data[max(0, begin - _LEADER) : begin].rjust(_LEADER), entries, end + 1


def _odd_directory(data: bytes, end: int, fields: int) -> tuple[int, list[_Entry]]:
    """Where a directory begins that is not as it should be, and its entries."""
    tail = end
    while tail >= _ENTRY and _ENTRIES.fullmatch(data, tail - _ENTRY, tail):
        tail -= _ENTRY
    grid = _grid(data, _LEADER, end) if (end - _LEADER) % _ENTRY == 0 else []
    readings = [
        (_LEADER, grid),
        (_LEADER, _widened(data, end)),
        (tail, _grid(data, tail, end)),
        (_LEADER, _grid(data, _LEADER, end)),
    ]
    for begin, entries in readings:
        if entries and len(entries) == fields:
            return begin, entries
    for begin, entries in readings:
        if entries:
            return begin, entries
    raise MarcError("no directory before the first field terminator", _LEADER)


def _grid(data: bytes, begin: int, end: int) -> list[_Entry]:
    """Entries of the regular width; one that is cut short at the end is left out."""
    entries: list[_Entry] = []
    for at in range(begin, end - _ENTRY + 1, _ENTRY):
        entry = data[at : at + _ENTRY]
        tag = entry[:3].decode("latin-1")
        if entry[3:].isdigit():
            entries.append(_Entry(tag, int(entry[3:7]), int(entry[7:])))
        else:
            entries.append(_Entry(tag, -1, -1))
    return entries


def _widened(data: bytes, end: int) -> list[_Entry]:
    """Entries whose length or start took a digit more than there is room for, as some systems write
    them: read on from the sums, which tell how wide the next entry is. Empty when they do not.
    """
    entries: list[_Entry] = []
    at, start = _LEADER, 0
    while at + _ENTRY <= end:
        digits = b"%05d" % start
        for width in (4, 5, 6):
            stop = at + 3 + width + len(digits)
            length = data[at + 3 : at + 3 + width]
            if data[stop - len(digits) : stop] == digits and length.isdigit() and stop <= end:
                break
        else:
            return []
        entries.append(_Entry(data[at : at + 3].decode("latin-1"), int(length), start))
        start += int(length)
        at = stop
    return entries


def _matched(
    entries: list[_Entry], content: bytes, bodies: list[bytes], repairs: Repairs
) -> list[tuple[str, bytes]]:
    """Tag and bytes of each field, in the order of the directory."""
    if all(_is_honest(entry, content) for entry in entries):
        return [
            (entry.tag, content[entry.start : entry.start + entry.length - 1]) for entry in entries
        ]
    repairs.note("lengths in the directory are wrong")
    order = _order(entries, bodies)
    if len(bodies) != len(entries):
        repairs.note(f"{len(entries)} entries in the directory, {len(bodies)} fields")
    found: dict[int, bytes] = {}
    surplus = len(bodies) - len(entries)
    remaining = iter(bodies)
    for index, body in zip(order, remaining, strict=False):
        # A terminator inside a value: fields are joined until the length promised is there.
        # Lengths that count characters instead of bytes are too small and do no harm here.
        parts, length = [body], len(body) + 1
        while surplus > 0 and length < entries[index].length:
            parts.append(next(remaining))
            length += len(parts[-1]) + 1
            surplus -= 1
        found[index] = b" ".join(parts)
    return [(entries[index].tag, found[index]) for index in sorted(found)]


def _order(entries: list[_Entry], bodies: list[bytes]) -> list[int]:
    """Indexes of ``entries`` in the order of the fields: as the starts say, or as they stand, where
    more lengths agree with that: starts beyond 99,999 are often written without their first digit.
    """

    def agreement(order: list[int]) -> int:
        pairs = zip(order, bodies, strict=False)
        return sum(entries[index].length == len(body) + 1 for index, body in pairs)

    standing = list(range(len(entries)))
    by_start = sorted(standing, key=lambda index: entries[index].start)
    return max((by_start, standing), key=agreement)


def _is_honest(entry: _Entry, content: bytes) -> bool:
    """Whether an entry names exactly one field, from terminator to terminator."""
    begin, end = entry.start, entry.start + entry.length
    return (
        0 <= begin < end <= len(content)
        and content.find(b"\x1e", begin) == end - 1
        and (begin == 0 or content[begin - 1] == 0x1E)
    )


def _field(tag: str, body: bytes, values: Values, repairs: Repairs) -> Field | None:
    """One field, or ``None`` with a note when there is nothing to keep of it."""
    if legal.is_control_tag(tag):
        if b"\x1f" in body:
            repairs.note(f"subfield delimiter in control field {tag}")
        return ControlField(tag, values.decode(body.replace(b"\x1f", b" ")))
    if not legal.is_data_tag(tag):
        repairs.note(f"field with the illegal tag {tag!r} left out")
        return None
    head, *pieces = body.split(b"\x1f")
    if len(head) > 2 and head[2:].strip():
        # Text where indicators end: what systems write that know fields without subfields.
        repairs.note(f"text before the first subfield of field {tag}")
        pieces.insert(0, b"a" + head[2:])
    ind1, ind2 = _indicators(tag, head, repairs)
    subfields = []
    for piece in pieces:
        if piece:
            subfields.append(_subfield(tag, piece, values, repairs))
    if not subfields:
        repairs.note(f"empty field {tag} left out")
        return None
    return DataField(tag, ind1, ind2, tuple(subfields))


def _indicators(tag: str, head: bytes, repairs: Repairs) -> tuple[str, str]:
    received = head[:2].decode("latin-1").ljust(2)
    ind1, ind2 = legal.indicator(received[0]), legal.indicator(received[1])
    if len(head) != 2 or ind1 + ind2 != received:
        repairs.note(f"indicators of field {tag} repaired")
    return ind1, ind2


def _subfield(tag: str, piece: bytes, values: Values, repairs: Repairs) -> tuple[str, str]:
    received = piece[:1].decode("latin-1")
    code = legal.code(received)
    if code != received:
        repairs.note(f"illegal subfield code in field {tag}")
        if not received.isascii():
            return code, values.decode(piece)  # the code is missing and this is text already
    return code, values.decode(piece[1:])
