"""MARC-8 to Unicode: the character sets of MARC 21 before UCS.

The tables are pymarc's. The loop over them is ours, because pymarc's writes to standard error,
loses marks at the end of a value and says nothing of what it could not read.

MARC 21 Specifications for Character Sets, part 2: ASCII as G0 and ANSEL as G1 until an escape
sequence says otherwise, and again at the start of every subfield; marks stand before their letter.
"""

import re
from typing import NamedTuple

from pymarc.marc8_mapping import CODESETS, ODD_MAP

_ASCII, _ANSEL, _EACC = 0x42, 0x45, 0x31
# Sets that are named by ESC and one character: Greek symbols, subscript, superscript; s resets.
_SPECIAL_SETS = {0x67: 0x67, 0x62: 0x62, 0x70: 0x70, 0x73: _ASCII}

# ESC, intermediates, final: which of G0 and G1, one or three bytes, which set (part 2, table 2).
_ESCAPE = re.compile(rb"\x1b(?:([gbps])|([(,)-]|\$[,)-]?)!?([\x30-\x7e]))")
_REFERENCE = re.compile(r"&#x([0-9A-Fa-f]{1,8});")
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


class Decoded(NamedTuple):
    """``text`` and whether every byte of it could be understood (``clean``)."""

    text: str
    clean: bool


def decode(data: bytes) -> Decoded:
    """The value of one subfield or control field. Never raises.

    What no table knows becomes U+FFFD. ``clean`` is also false when a mark has no letter to stand
    on, which in most cases means that the bytes are Latin-1 and not MARC-8 at all. The references
    ``&#xHHHH;`` of the lossless conversion (LoC, MARC-8 to UCS, section on lossless) are decoded.
    """
    if data.isascii() and b"\x1b" not in data:
        text, clean = data.decode("ascii"), True
    else:
        text, clean = _translate(data)
    if "&#x" not in text:
        return Decoded(text, clean)
    referenced = _references(text)
    return Decoded(referenced, clean and "&#x" not in referenced)


def _translate(data: bytes) -> Decoded:
    g0, g1 = _ASCII, _ANSEL
    out: list[str] = []
    marks: list[str] = []
    clean = True
    at = 0
    while at < len(data):
        byte = data[at]
        if byte == 0x1B:
            match = _ESCAPE.match(data, at)
            if match is None:
                clean = False
                at += 1
                continue
            g0, g1, known = _designate(match, g0, g1)
            clean = clean and known
            at = match.end()
            continue
        if byte <= 0x20:
            point, is_mark, width = byte, False, 1
        else:
            point, is_mark, width = _look_up(data, at, g0 if byte < 0x80 else g1)
        at += width
        if point < 0:
            clean = False
            point = 0xFFFD
        if is_mark:
            marks.append(chr(point))
            continue
        clean = clean and not (marks and point <= 0x20)
        out.append(chr(point))
        out.extend(marks)
        marks.clear()
    # A mark that nothing follows is kept: it belongs to the reader, not to us, to judge it.
    return Decoded("".join(out + marks), clean and not marks)


def _designate(match: re.Match[bytes], g0: int, g1: int) -> tuple[int, int, bool]:
    """The sets after an escape sequence, and whether its set is one of MARC-8."""
    special, where, final = match.groups()
    if special:
        return _SPECIAL_SETS[special[0]], g1, True
    chosen = final[0]
    if chosen not in CODESETS:
        return g0, g1, False
    # ")" and "-" name G1, also after "$"; all others name G0.
    return (g0, chosen, True) if where[-1:] in b")-" else (chosen, g1, True)


def _look_up(data: bytes, at: int, charset: int) -> tuple[int, bool, int]:
    """Code point (-1 when there is none), whether it is a mark, and bytes used."""
    byte = data[at]
    if charset == _EACC and byte & 0x7F > 0x20:
        triple = bytes(value & 0x7F for value in data[at : at + 3])
        key = int.from_bytes(triple, "big")
        if len(triple) == 3:
            if key in CODESETS[_EACC]:
                return CODESETS[_EACC][key][0], bool(CODESETS[_EACC][key][1]), 3
            return ODD_MAP.get(key, -1), False, 3
        return -1, False, len(triple)
    if 0x80 <= byte < 0xA1:
        charset = _ANSEL  # the joiners and non-sorting marks of C1 are there whatever G1 is
    table = CODESETS[charset]
    # A set serves as G0 and as G1; the tables have each set in one of the two halves only.
    found = table.get(byte) or table.get(byte ^ 0x80)
    return (-1, False, 1) if found is None else (found[0], bool(found[1]), 1)


def _references(text: str) -> str:
    """``text`` with its numeric references decoded; those that name no character stay as they are.

    Two surrogates in a row are one character: marc4j writes them so.
    """

    def character(match: re.Match[str]) -> str:
        point = int(match[1], 16)
        return match[0] if point > 0x10FFFF or point < 0x20 else chr(point)

    def joined(match: re.Match[str]) -> str:
        return match[0].encode("utf-16", "surrogatepass").decode("utf-16")

    decoded = _SURROGATES.sub(joined, _REFERENCE.sub(character, text))
    return re.sub("[\ud800-\udfff]", lambda match: f"&#x{ord(match[0]):X};", decoded)
