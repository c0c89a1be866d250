"""The fast way in: ISO 2709 records that are sound, which are most of what modern systems send.

A record is cut (``interop.marc.cut``), and the text of the whole is looked at and normalised at
once; reading and MARCXML then only split. What is not sound is left to the patient readers, which
say why.
"""

import re
from unicodedata import is_normalized, normalize

from interop.marc import legal
from interop.marc.cut import Cut, cut
from interop.marc.record import ControlField, DataField, Field, MarcRecord
from interop.text.normal import may_be_misplaced, normalise

_HEAD = 25  # octets of a leader and of the terminator of the directory
_ENTRY = 12
_ASCII = bytes(range(0x80))
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


def sound(data: bytes) -> Cut | None:
    """The fields of ``data``, normalised, if it is honest ISO 2709 in UTF-8 of which every value is
    plain; ``None`` otherwise. Whether tags, indicators and codes are legal is for its users to see.
    """
    parts = _honest(data)
    if parts is None:
        return None
    leader, tags, content, controls = parts
    if content.isascii():
        return parts
    bodies = _normalised(content, content.decode())
    return None if bodies is None else Cut(leader, tags, "\x1e".join(bodies).encode(), controls)


def record(data: bytes) -> MarcRecord | None:
    """The record of which ``data`` are sound bytes, with a legal leader; ``None`` also when a tag,
    an indicator or a code is not legal.
    """
    parts = _honest(data)
    if parts is None:
        return None
    leader, tags, content, controls = parts
    text = content.decode()
    delimiter = text.find("\x1f")
    first = text[delimiter - 2 : delimiter]
    if first not in _INDICATORS or _bad_field(text, delimiter) or _bad_code(text, delimiter):
        return None
    bodies = _normalised(content, text)
    if bodies is None:
        return None
    try:
        control_fields: list[Field] = [
            _new(ControlField, pair)
            for pair in zip(map(_CONTROL_TAGS.__getitem__, tags[:controls]), bodies, strict=False)
        ]
        names = map(_DATA_TAGS.__getitem__, tags[controls:])
        data_fields: list[Field] = [
            _new(DataField, (tag, body[0], body[1], tuple(_subfields(body))))
            for tag, body in zip(names, bodies[controls:], strict=True)
        ]
    except KeyError:
        return None
    return MarcRecord(legal.leader(leader.decode()), (*control_fields, *data_fields))


def _honest(data: bytes) -> Cut | None:
    """The fields, if the lengths in the leader are right."""
    parts = cut(data)
    if (
        parts is None
        or data[:5] != b"%05d" % len(data)
        or data[12:17] != b"%05d" % (_HEAD + _ENTRY * len(parts.tags))
    ):
        return None
    return parts


def _normalised(content: bytes, text: str) -> list[str] | None:
    """The fields of ``text``, which is ``content`` decoded, in NFC, with the marks of Vietnamese
    letters in order; ``None`` when it is not plain or a mark might compose with a code.
    """
    bodies = text.split("\x1e")
    if content.isascii():
        return bodies
    # What is not ASCII tells: where it has no marks, each character is normal by itself.
    beyond = content.translate(None, _ASCII).decode()
    if _NOT_PLAIN.search(beyond) is not None:
        return None
    if _MARKS.search(beyond) is None and is_normalized("NFC", beyond):
        return bodies
    delimiter = text.find("\x1f")
    if _MARKS.match(text) or _mark_at_start(text, 0, delimiter) or _mark_behind_code(text):
        return None
    bodies = [body if body.isascii() else normalize("NFC", body) for body in bodies]
    if may_be_misplaced("".join(bodies)):
        bodies = [normalise(body) for body in bodies]
    return bodies
