"""ISO 2709 as MARC 21 uses it: one record to bytes and back.

Canonical bytes are what ``encode`` writes: UTF-8, honest lengths, fields in directory order, a
legal leader. ``decode`` reads those by one decode and a split (three times as fast as by directory)
and hands everything else to ``interop.marc.repair``.

Record lengths have five digits and field lengths four (ISO 2709 4.3, 4.4). A record that needs
more is written with 99999 and 9999 in their place, as other systems do, and every reader here
believes the terminators and not the lengths. ``fits`` tells whether that was needed.
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from interop.marc import legal
from interop.marc.record import ControlField, DataField, Field, MarcError, MarcRecord
from interop.marc.repair import read_damaged

RECORD_TERMINATOR = b"\x1d"
FIELD_TERMINATOR = b"\x1e"
LONGEST_RECORD = 99_999
LONGEST_FIELD = 9_999

_LEADER = 24
_ENTRY = 12
_INDICATOR_PAIRS = frozenset(a + b for a in legal.INDICATORS for b in legal.INDICATORS)
# DataField(...) without the call of a Python function: a fifth of the time of ``decode``.
_new = tuple.__new__
_DELIMITED = {code: f"\x1f{code}" for code in legal.CODES}
_subfields = re.compile("\x1f(.)([^\x1f]*)", re.DOTALL).findall
_BAD_CODE = re.compile(f"\x1f(?![{re.escape(''.join(sorted(legal.CODES)))}])")
_DELIMITERS = re.compile("[\x1d\x1e\x1f\ud800-\udfff]")


class Parts(NamedTuple):
    """Canonical bytes cut apart: ``bodies`` are the texts of the fields, without terminators."""

    leader: str
    tags: list[str]
    bodies: list[str]


def encode(record: MarcRecord) -> bytes:
    """Canonical bytes of ``record``.

    Text is kept as it is, but for the three delimiters and lone surrogates, which cannot be
    written and become U+FFFD; the leader is made legal. Raises ``MarcError`` for a tag, indicator
    or subfield code that ``interop.marc.legal`` does not allow: readers never return one.
    """
    return canonical(record)[0]


def canonical(record: MarcRecord) -> tuple[bytes, MarcRecord]:
    """``encode(record)``, and what ``decode`` would make of it: most of it is at hand."""
    data = _encoded(record)
    if data is None:
        record = _writable(record)
        data = _encoded(record) or b""
    return data, MarcRecord(data[:_LEADER].decode(), record.fields)


def _encoded(record: MarcRecord) -> bytes | None:
    """Canonical bytes; ``None`` for a record with characters that cannot be written."""
    bodies: list[str] = []
    delimiters = 0
    for field in record.fields:
        if isinstance(field, ControlField):
            bodies.append(_control(field))
        else:
            delimiters += len(field[3])
            bodies.append(_data(field))
    return _assembled(record.leader, [field[0] for field in record.fields], bodies, delimiters)


def put_together(leader: str, fields: Sequence[tuple[str, str]]) -> bytes | None:
    """``encode`` of a record whose ``fields`` are tags and canonical texts, as ``Parts`` has them;
    ``None`` where one of them is no such text.
    """
    bodies = [body for _, body in fields]
    return _assembled(leader, [tag for tag, _ in fields], bodies, None)


def text_of(field: DataField) -> str | None:
    """The canonical text of ``field``; ``None`` where its values hold delimiters."""
    text = _data(field)
    return text if text.count("\x1f") == len(field.subfields) else None


def _assembled(
    leader: str, tags: list[str], bodies: list[str], delimiters: int | None
) -> bytes | None:
    """``delimiters``: how many of subfields there have to be, where that is to be looked at."""
    text = "\x1e".join(bodies) + "\x1e" if bodies else ""
    try:
        data = text.encode()
    except UnicodeEncodeError:
        return None
    if text.count("\x1e") != len(bodies) or "\x1d" in text:
        return None
    if delimiters is not None and text.count("\x1f") != delimiters:
        return None
    is_ascii = len(text) == len(data)
    lengths = [(len(body) if is_ascii else len(body.encode())) + 1 for body in bodies]
    directory: list[str | int] = []
    start = 0
    for tag, length in zip(tags, lengths, strict=True):
        directory += (tag, min(length, LONGEST_FIELD), min(start, LONGEST_RECORD))
        start += length
    entries = "%s%04d%05d" * len(lengths) % tuple(directory)
    base = _LEADER + len(entries) + 1
    head = legal.leader(leader)
    size, base = min(base + start + 1, LONGEST_RECORD), min(base, LONGEST_RECORD)
    before = f"{size:05}{head[5:12]}{base:05}{head[17:]}{entries}\x1e"
    return before.encode() + data + RECORD_TERMINATOR


def decode(data: bytes) -> MarcRecord:
    """The record in ``data``, which holds exactly one.

    Canonical bytes come back as they were written, ``encode(decode(data)) == data``; others are
    repaired and normalised as ``read_damaged`` says. Raises ``MarcError`` when nothing can be read.
    """
    parts = split_canonical(data)
    return read_damaged(data)[0] if parts is None else joined(parts)


def joined(parts: Parts) -> MarcRecord:
    """The record of which ``parts`` were taken."""
    return MarcRecord(parts.leader, tuple(fields_of(zip(parts.tags, parts.bodies, strict=True))))


def fields_of(pairs: Iterable[tuple[str, str]]) -> list[Field]:
    """The fields with these tags and canonical texts."""
    return [
        _new(ControlField, pair)
        if pair[0][:2] == "00"
        else _new(DataField, (pair[0], pair[1][:1], pair[1][1:2], tuple(_subfields(pair[1]))))
        for pair in pairs
    ]


def split_canonical(data: bytes) -> Parts | None:
    """The parts of canonical bytes; ``None`` for others.

    What is tested is what the callers rely on: as many fields as entries, in the same order, with
    legal tags, and data fields whose indicators and subfield codes are there.
    """
    if data[9:12] != b"a22" or data[20:24] != b"4500" or data[-2:-1] != FIELD_TERMINATOR:
        return None
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    head, *bodies = text[:-1].split("\x1e")
    bodies.pop()
    directory = head[_LEADER:]
    if (
        text[-1] != "\x1d"
        or len(directory) != _ENTRY * len(bodies)
        or text.find("\x1d") != len(text) - 1
        or not head.isascii()
    ):
        return None
    tags = [directory[at : at + 3] for at in range(0, len(directory), _ENTRY)]
    starts = [directory[at + 7 : at + 12] for at in range(0, len(directory), _ENTRY)]
    if (
        starts != sorted(starts)
        or _BAD_CODE.search(text) is not None
        or not all(map(_is_well_formed, tags, bodies))
    ):
        return None
    return Parts(head[:_LEADER], tags, bodies)


def trusted(data: bytes) -> Parts | None:
    """As ``split_canonical`` for bytes that ``encode`` wrote, of which nothing needs to be tested;
    ``None`` where it is plain that it did not.
    """
    if data[9:12] != b"a22" or data[20:24] != b"4500" or data[-2:] != b"\x1e\x1d":
        return None
    try:
        head, *bodies = data[:-2].decode().split("\x1e")
    except UnicodeDecodeError:
        return None
    tags = [head[at : at + 3] for at in range(_LEADER, len(head), _ENTRY)]
    if len(tags) != len(bodies) or len(head) % _ENTRY:
        return None
    return Parts(head[:_LEADER], tags, bodies)


def fits(data: bytes) -> bool:
    """Whether canonical bytes are within ISO 2709: every length in them is the real one."""
    if len(data) > LONGEST_RECORD:
        return False
    # No field of a record this short can be too long.
    return len(data) <= LONGEST_FIELD or all(
        len(body) < LONGEST_FIELD for body in data.split(FIELD_TERMINATOR)[1:]
    )


def has_honest_lengths(data: bytes) -> bool:
    """Whether record length and base address are what they say (ISO 2709 4.3), or overflowed."""
    length, base = data[:5], data[12:17]
    return length in (b"%05d" % len(data), b"99999") and base in (
        b"%05d" % (data.find(FIELD_TERMINATOR) + 1),
        b"99999",
    )


def _is_well_formed(tag: str, body: str) -> bool:
    if tag[:2] == "00":
        return "\x1f" not in body and legal.is_control_tag(tag)
    return body[:2] in _INDICATOR_PAIRS and body[2:3] in "\x1f" and legal.is_data_tag(tag)


def _control(field: ControlField) -> str:
    if not legal.is_control_tag(field.tag):
        raise MarcError(f"{field.tag!r} is no tag of a control field")
    return field.value


def _data(field: DataField) -> str:
    """A data field as text: indicators, then delimiter, code and value of each subfield."""
    tag, ind1, ind2, subfields = field
    pair = ind1 + ind2
    if pair not in _INDICATOR_PAIRS or len(ind1) != 1:
        raise MarcError(f"field {tag} has the illegal indicators {pair!r}")
    if not legal.is_data_tag(tag):
        raise MarcError(f"{tag!r} is no tag of a data field")
    try:
        return pair + "".join([_DELIMITED[code] + value for code, value in subfields])
    except KeyError as error:
        raise MarcError(f"field {tag} has the illegal subfield code {error}") from None


def _writable(record: MarcRecord) -> MarcRecord:
    """``record`` with U+FFFD for every character that its structure or UTF-8 cannot hold."""

    def clean(text: str) -> str:
        return _DELIMITERS.sub("\ufffd", text)

    fields: list[Field] = []
    for field in record.fields:
        if isinstance(field, ControlField):
            fields.append(ControlField(field.tag, clean(field.value)))
        else:
            subfields = tuple((code, clean(value)) for code, value in field.subfields)
            fields.append(field._replace(subfields=subfields))
    return MarcRecord(record.leader, tuple(fields))
