"""The fast way in: ISO 2709 records that are sound, which are most of what modern systems send.

A record is cut (``interop.marc.cut``), and the text of the whole is looked at and normalised at
once; reading and MARCXML then only split. What is not sound is left to the patient readers, which
say why.
"""

import re
from itertools import repeat
from typing import NamedTuple
from unicodedata import is_normalized, normalize

from interop.marc import legal
from interop.marc.cut import Cut, cut_octets
from interop.marc.record import ControlField, DataField, Field, MarcRecord
from interop.text.normal import may_be_misplaced, normalise

_HEAD = 25  # octets of a leader and of the terminator of the directory
_ENTRY = 12
# Values without these need no repair: see ``interop.marc.values``. An eth too: whether one is meant
# depends on the value that it stands in.
_NOT_PLAIN = re.compile("[\x88\x89\x98\x9c\xd0\xf0\ud800-\udfff\ufffd-\uffff]")
# What might compose with the subfield code before it, so that the text of a whole record could not
# be normalised at once; too many rather than too few.
_MARK = (
    "[\u0300-\u036f\u0591-\u05c7\u064b-\u0670\u0900-\u1aff\u1dc0-\u1dff\u20d0-\u20ff"
    "\u3099\u309a\ua800-\uabff\ufb1e\ufe20-\ufe2f\U00010000-\U0001ffff]"
)
_MARKS = re.compile(_MARK)
# Each pattern begins with delimiters, so that ``search`` looks at nothing else.
_mark_behind_code = re.compile(f"\x1f.{_MARK}", re.DOTALL).search
_mark_at_start = re.compile(f"\x1e{_MARK}").search
_bad_field = re.compile(f"\x1e(?!{legal.INDICATOR}{{2}}\x1f)").search
_bad_code = re.compile(f"\x1f(?!{legal.CODE})").search
_subfields = re.compile("\x1f(.)([^\x1f]*)", re.DOTALL).findall
_CONTROL_TAGS = {b"00%d" % digit: f"00{digit}" for digit in range(1, 10)}
_DATA_TAGS = {b"%03d" % number: f"{number:03}" for number in range(10, 1000)}
_INDICATORS = frozenset(one + two for one in legal.INDICATORS for two in legal.INDICATORS)
# DataField(...) without the call of a Python function.
_new = tuple.__new__


class _Honest(NamedTuple):
    """``text``: the content decoded; ``beyond``: what of it is not ASCII, which alone tells whether
    something is to be done: plain, but not always normal.
    """

    parts: Cut
    text: str
    beyond: str


def sound(data: bytes) -> Cut | None:
    """The fields of ``data``, normalised, if it is honest ISO 2709 in UTF-8 of which every value is
    plain; ``None`` otherwise. Whether tags, indicators and codes are legal is for its users to see.
    """
    found = _honest(data)
    if found is None:
        return None
    parts, text, beyond = found
    if _is_normal(beyond):
        return parts
    bodies = _normalised(text)
    if bodies is None:
        return None
    leader, tags, _, controls = parts
    return _new(Cut, (leader, tags, "\x1e".join(bodies).encode(), controls))


def record(data: bytes) -> MarcRecord | None:
    """The record of which ``data`` are sound bytes, with a legal leader; ``None`` also when a tag,
    an indicator or a code is not legal.
    """
    found = _honest(data)
    if found is None:
        return None
    (leader, tags, _, controls), text, beyond = found
    delimiter = text.find("\x1f")
    first = text[delimiter - 2 : delimiter]
    if first not in _INDICATORS or _bad_field(text, delimiter) or _bad_code(text, delimiter):
        return None
    bodies = text.split("\x1e") if _is_normal(beyond) else _normalised(text)
    if bodies is None:
        return None
    try:
        control_tags = map(_CONTROL_TAGS.__getitem__, tags[:controls])
        names = map(_DATA_TAGS.__getitem__, tags[controls:])
        fields: list[Field] = [
            *map(_new, repeat(ControlField), zip(control_tags, bodies, strict=False)),
            *[
                _new(DataField, (tag, body[0], body[1], tuple(_subfields(body))))
                for tag, body in zip(names, bodies[controls:], strict=True)
            ],
        ]
    except KeyError:
        return None
    return MarcRecord(legal.leader(leader.decode()), tuple(fields))


def _honest(data: bytes) -> _Honest | None:
    """The fields, if the lengths in the leader are right and all values are plain."""
    found = cut_octets(data)
    if found is None:
        return None
    parts, octets = found
    if data[:5] != b"%05d" % len(data) or data[12:17] != b"%05d" % (_HEAD + _ENTRY * len(parts[1])):
        return None
    try:
        text = parts[2].decode()
    except UnicodeDecodeError:
        return None
    beyond = octets.decode()
    return None if _NOT_PLAIN.search(beyond) else _new(_Honest, (parts, text, beyond))


def _is_normal(beyond: str) -> bool:
    """Whether characters that are not ASCII are normal wherever they stand: where there is no mark
    among them, each is by itself.
    """
    return not beyond or (_MARKS.search(beyond) is None and is_normalized("NFC", beyond))


def _normalised(text: str) -> list[str] | None:
    """The fields of ``text`` in NFC, with the marks of Vietnamese letters in order; ``None`` when a
    mark might compose with a code.
    """
    delimiter = text.find("\x1f")
    if _MARKS.match(text) or _mark_at_start(text, 0, delimiter) or _mark_behind_code(text):
        return None
    bodies = [body if body.isascii() else normalize("NFC", body) for body in text.split("\x1e")]
    if may_be_misplaced("".join(bodies)):
        bodies = [normalise(body) for body in bodies]
    return bodies
