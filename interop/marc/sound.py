"""The fast way in: ISO 2709 records that are sound, which are most of what modern systems send.

A few searches tell whether the fields of a record are all legal and plain, and the text of
the whole record is normalised at once; reading and MARCXML then only cut. What is not sound is left
to the patient readers, which say why.
"""

import re
import struct
from functools import lru_cache
from typing import NamedTuple
from unicodedata import is_normalized

from interop.marc import legal
from interop.marc.record import ControlField, DataField, Field, MarcRecord
from interop.text.normal import normalise

_LEADER = 24
_ENTRY = 12
_CONTROL_TAGS = frozenset(f"00{digit}" for digit in range(1, 10))
_TAGS = {tag.encode(): tag for tag in (*_CONTROL_TAGS, *(f"{n:03}" for n in range(10, 1000)))}
_tag_of = _TAGS.__getitem__
# Values without these need no repair: see ``interop.marc.values``.
_CONTROLS = bytes({*range(0x20)} - {*b"\t\n\r\x1e\x1f"})
_ASCII = bytes(range(0x80))
# An eth too: whether one is meant depends on the value that it stands in.
_NOT_PLAIN = re.compile("[\x88\x89\x98\x9c\xd0\xf0\ud800-\udfff\ufffd-\uffff]")
# What might compose with the subfield code before it, so that the text of a whole record could not
# be normalised at once; too many rather than too few.
_MARK = (
    "[\u0300-\u036f\u0591-\u05c7\u064b-\u0670\u0900-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\u3099\u309a\ua800-\uabff\ufb1e\ufe20-\ufe2f\U00010000-\U0001ffff]"
)
_MARKS = re.compile(_MARK)
# Each pattern begins with a delimiter, so that ``search`` looks at nothing else.
_INDICATORS = f"[{''.join(sorted(legal.INDICATORS))}]{{2}}"
_CODE = f"[{re.escape(''.join(sorted(legal.CODES)))}]"
_bad_field = re.compile(f"\x1e(?!{_INDICATORS}\x1f)").search
_bad_code = re.compile(f"\x1f(?!{_CODE})").search
_mark_first = re.compile(f"\x1f.{_MARK}", re.DOTALL).search
_mark_at_start = re.compile(f"\x1e{_MARK}").search
_subfields = re.compile("\x1f(.)([^\x1f]*)", re.DOTALL).findall
# DataField(...) without the call of a Python function.
_new = tuple.__new__


class Sound(NamedTuple):
    """``bodies``: the fields in directory order, without terminators, normalised; the first
    ``controls`` of them are control fields.
    """

    leader: str
    tags: list[str]
    bodies: list[str]
    controls: int


def sound(data: bytes) -> Sound | None:
    """The parts of ``data`` if it is honest and legal ISO 2709 in UTF-8 of which every value is
    plain; ``None`` otherwise.
    """
    if data[9:12] != b"a22" or data[20:24] != b"4500" or data[-2:] != b"\x1e\x1d":
        return None
    end = data.find(b"\x1e")
    entries, odd = divmod(end - _LEADER, _ENTRY)
    if odd or entries < 1 or data[:5] != b"%05d" % len(data) or data[12:17] != b"%05d" % (end + 1):
        return None
    directory = _directory(entries).unpack_from(data, _LEADER)
    starts = directory[1::2]
    content = data[end:-2]
    try:
        tags = [*map(_tag_of, directory[::2])]
        leader = data[:_LEADER].decode("ascii")
        text = content.decode()
    except (KeyError, UnicodeDecodeError):
        return None
    bodies = text.split("\x1e")
    del bodies[0]
    delimiter = text.find("\x1f")
    controls = text.count("\x1e", 0, delimiter) - 1
    if (
        delimiter < 3
        or text[delimiter - 3] != "\x1e"
        or len(bodies) != entries
        or starts != tuple(sorted(starts))
        or not _CONTROL_TAGS.issuperset(tags[:controls])
        or not _CONTROL_TAGS.isdisjoint(tags[controls:])
        or _bad_field(text, delimiter - 3) is not None
        or _bad_code(text, delimiter) is not None
    ):
        return None
    if len(content.translate(None, _CONTROLS)) != len(content):
        return None
    if not content.isascii():
        # What is not ASCII tells: where it has no marks, each character is normal by itself.
        beyond = content.translate(None, _ASCII).decode()
        if _NOT_PLAIN.search(beyond) is not None:
            return None
        if _MARKS.search(beyond) is not None or not is_normalized("NFC", beyond):
            if (
                _mark_first(text, delimiter) is not None
                or _mark_at_start(text, 0, delimiter) is not None
            ):
                return None
            bodies = [body if body.isascii() else normalise(body) for body in bodies]
    return Sound(leader, tags, bodies, controls)


@lru_cache(maxsize=256)
def _directory(entries: int) -> struct.Struct:
    """Tag and start of so many entries of a directory, one behind the other."""
    return struct.Struct("3s4x5s" * entries)


def record(parts: Sound) -> MarcRecord:
    """The record of which ``parts`` were taken, with a legal leader."""
    leader, tags, bodies, controls = parts
    fields: list[Field] = [
        _new(ControlField, pair) for pair in zip(tags[:controls], bodies, strict=False)
    ]
    for tag, body in zip(tags[controls:], bodies[controls:], strict=True):
        fields.append(_new(DataField, (tag, body[0], body[1], tuple(_subfields(body)))))
    return MarcRecord(legal.leader(leader), tuple(fields))
