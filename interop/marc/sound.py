"""The fast way in: ISO 2709 records that are sound, which are most of what modern systems send.

One regular expression tells whether the fields of a record are all legal and plain, and the text of
the whole record is normalised at once; reading and MARCXML then only cut. What is not sound is left
to the patient readers, which say why.
"""

import re
from bisect import bisect_left
from functools import cache
from typing import NamedTuple

from interop.marc import legal
from interop.marc.record import ControlField, DataField, Field, MarcRecord
from interop.text.normal import normalise

_LEADER = 24
_ENTRY = 12
_CONTROL_TAGS = frozenset(f"00{digit}" for digit in range(1, 10))
_DATA_TAGS = frozenset(f"{number:03}" for number in range(10, 1000))
# Characters of a value that needs no repair: see ``interop.marc.values``.
_PLAIN = "[^\x00-\x08\x0b\x0c\x0e-\x1f\x88\x89\x98\x9c\ud800-\udfff\ufffd-\uffff]"
_CODE = f"[{re.escape(''.join(sorted(legal.CODES)))}]"
_INDICATORS = f"[{''.join(sorted(legal.INDICATORS))}]{{2}}"
# What might compose with the subfield code before it, so that the text of a whole record could not
# be normalised at once; too many rather than too few.
_BASE = (
    "(?![\u0300-\u036f\u0591-\u05c7\u064b-\u0670\u0900-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\u3099\u309a\ua800-\uabff\ufb1e\ufe20-\ufe2f\U00010000-\U0001ffff])"
)
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
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    end = text.find("\x1e")
    head, content = text[:end], text[end + 1 : -2]
    if head[:5] != f"{len(data):05}" or head[12:17] != f"{end + 1:05}" or not head.isascii():
        return None
    tags = [head[at : at + 3] for at in range(_LEADER, end, _ENTRY)]
    starts = [head[at : at + 5] for at in range(_LEADER + 7, end, _ENTRY)]
    controls = bisect_left(tags, "01")
    if (
        (end - _LEADER) % _ENTRY
        or not tags
        or starts != sorted(starts)
        or not _CONTROL_TAGS.issuperset(tags[:controls])
        or not _DATA_TAGS.issuperset(tags[controls:])
        or _fields(controls).fullmatch(content) is None
    ):
        return None
    if not content.isascii():
        if "\xd0" in content or "\xf0" in content:
            return None  # whether an eth is meant depends on the value that it stands in
        content = normalise(content)
    bodies = content.split("\x1e")
    return Sound(head[:_LEADER], tags, bodies, controls) if len(bodies) == len(tags) else None


@cache
def _fields(controls: int) -> re.Pattern[str]:
    """So many control fields, then data fields with at least one subfield each."""
    control = f"{_BASE}{_PLAIN}*+"
    data = f"{_INDICATORS}(?:\x1f{_CODE}{_BASE}{_PLAIN}*+)++"
    first = f"{control}(?:\x1e{control}){{{controls - 1}}}" if controls else data
    return re.compile(f"{first}(?:\x1e{data})*+")


def record(parts: Sound) -> MarcRecord:
    """The record of which ``parts`` were taken, with a legal leader."""
    leader, tags, bodies, controls = parts
    fields: list[Field] = [
        _new(ControlField, pair) for pair in zip(tags[:controls], bodies, strict=False)
    ]
    for tag, body in zip(tags[controls:], bodies[controls:], strict=True):
        fields.append(_new(DataField, (tag, body[0], body[1], tuple(_subfields(body)))))
    return MarcRecord(legal.leader(leader), tuple(fields))
