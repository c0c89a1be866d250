"""MARC-8 to Unicode and back: the character sets of MARC 21 before UCS.

MARC 21 Specifications for Character Sets, part 2: ASCII as G0 and ANSEL as G1 until an escape
sequence says otherwise, and again at the start of every subfield; marks stand before their letter.
What no set has is written as ``&#xHHHH;`` (part 4, lossless conversion), and read back.

Reading: a whole run of bytes is translated at once through a table of 256 characters, then marks
are moved behind their letters. Writing: text is cut into letters with their marks, and each of the
few thousand that occur is worked out once.
"""

import codecs
import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import chain, takewhile
from typing import NamedTuple
from unicodedata import normalize

from interop.marc.character_sets import (
    ANSEL,
    ASCII,
    EACC,
    MARKS,
    SETS,
    SPECIAL,
    UNKNOWN,
    eacc,
    eacc_codes,
    halves,
)
from interop.text.normal import normalise

# ESC, intermediates, final: which of G0 and G1, one or three bytes, which set (part 2, table 2).
_ESCAPE = re.compile(rb"\x1b(?:([gbps])|([(,)-]|\$[,)-]?)!?([\x30-\x7e]))")
_MARKS = f"[{''.join(sorted(MARKS))}]"
_MARKED = re.compile(f"({_MARKS}+[^{''.join(sorted(MARKS))}]?)")
_STRAY = re.compile(f"{_MARKS}(?:[\0- ]|\\Z)")
_REFERENCE = re.compile(r"&#x([0-9A-Fa-f]{1,8});")
_SURROGATE = re.compile("[\ud800-\udfff]")
_SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")
# In EACC: three bytes, of which the first is graphic, or fewer where it ends; else blanks, controls
# and what belongs to the other half.
_EACC_UNITS = re.compile(rb"[\x21-\x7f][\0-\x7f]{0,2}|[^\x21-\x7f]+")
_EACC_HIGH_UNITS = re.compile(rb"[\xa1-\xff][\x80-\xff]{0,2}|[^\xa1-\xff]+")


class Decoded(NamedTuple):
    """``text`` and whether every byte of it could be understood (``clean``)."""

    text: str
    clean: bool


# Decoded(...) without the call of a Python function: a fifth of the time of ``decode``.
_new = tuple.__new__


def decode(data: bytes) -> Decoded:
    """The value of one subfield or control field. Never raises.

    What no table knows becomes U+FFFD. ``clean`` is also false when a mark has no letter to stand
    on, which in most cases means that the bytes are Latin-1 and not MARC-8 at all. References
    ``&#xHHHH;`` are decoded; those that name no character stay as they are.
    """
    clean = True
    if data.isascii() and b"\x1b" not in data:
        text = data.decode("ascii")
    else:
        if b"\x1b" in data:
            text, clean = _escaped(data)
        else:
            text = codecs.charmap_decode(data, "strict", halves(ASCII, ANSEL))[0]
        clean = clean and UNKNOWN not in text
        parts = _MARKED.split(text)
        if len(parts) > 1:
            clean = clean and _STRAY.search(text) is None
            parts[1::2] = map(_behind, parts[1::2])
            text = "".join(parts)
    return _dereferenced(text, clean) if "&#x" in text else _new(Decoded, (text, clean))


@lru_cache(maxsize=1 << 12)
def _behind(marked: str) -> str:
    """Marks and the letter after them as Unicode has them: the letter first."""
    return marked if marked[-1] in MARKS else marked[-1] + marked[:-1]


def _escaped(data: bytes) -> tuple[str, bool]:
    """``data`` with its escape sequences obeyed, marks still before their letters; and whether all
    of the sequences are of MARC-8. An escape character that begins none is left out.
    """
    g0, g1, at, clean = ASCII, ANSEL, 0, True
    out: list[str] = []
    for match in _ESCAPE.finditer(data):
        out.append(_run(data[at : match.start()], g0, g1))
        at = match.end()
        special, where, final = match.groups()
        if special:
            g0 = ASCII if special == b"s" else special.decode()
        elif (chosen := final.decode()) not in SETS and chosen != EACC:
            clean = False
        elif where[-1:] in b")-":  # they name G1, also after "$"; all others name G0
            g1 = chosen
        else:
            g0 = chosen
    out.append(_run(data[at:], g0, g1))
    text = "".join(out)
    return text.replace("\x1b", ""), clean and "\x1b" not in text


def _run(data: bytes, g0: str, g1: str) -> str:
    """Bytes between two escape sequences."""
    if EACC not in (g0, g1):
        return codecs.charmap_decode(data, "strict", halves(g0, g1))[0]
    is_low = g0 == EACC
    others, table = halves(g0, g1), eacc()
    out: list[str] = []
    for unit in (_EACC_UNITS if is_low else _EACC_HIGH_UNITS).findall(data):
        if (unit[0] & 0x7F) <= 0x20 or (unit[0] < 0x80) != is_low:
            out.append(codecs.charmap_decode(unit, "strict", others)[0])
        else:
            key = unit if is_low else bytes([byte & 0x7F for byte in unit])
            out.append(table.get(key, UNKNOWN))
    return "".join(out)


def _dereferenced(text: str, clean: bool) -> Decoded:
    """``text`` with its numeric references decoded; those that name no character stay as they are,
    and are not clean. Two surrogates in a row are one character: marc4j writes them so.
    """

    def character(match: re.Match[str]) -> str:
        nonlocal clean
        point = int(match[1], 16)
        if 0x20 <= point <= 0x10FFFF:
            return chr(point)
        clean = False
        return match[0]

    def joined(match: re.Match[str]) -> str:
        return match[0].encode("utf-16", "surrogatepass").decode("utf-16")

    decoded = _SURROGATES.sub(joined, _REFERENCE.sub(character, text))
    whole = _SURROGATE.sub(lambda match: f"&#x{ord(match[0]):X};", decoded)
    return Decoded(whole, clean and whole is decoded)


# --- writing ---------------------------------------------------------------------------------


class _Code(NamedTuple):
    """``final``: the set of the character, empty where any will do; ``octets``: its bytes."""

    final: str
    octets: bytes


# ASCII before ANSEL, and both before the others: the fewest escape sequences for Latin text.
_CODES = {
    ch: _Code(final, bytes([code]))
    for final in reversed(SETS)
    for code, ch in SETS[final].codes.items()
} | {ch: _Code("", ch.encode()) for ch in " \t\n\r"}
# Vietnamese o and u with horn are letters of their own in ANSEL (AC, AD, BC, BD), not base and
# mark: they are put together again after everything else was taken apart.
_HORNED = re.compile("[ouOU]\u031b")
# NFD has the dot below before the shape, by its lower combining class.
_DOT_FIRST = re.compile("(\u0323)([\u0302\u0306])")
# Marks over two letters are two halves in ANSEL (EB EC, FA FB), one before each letter.
_DOUBLE = re.compile("(?s:([\u0360\u0361])(.))")
_LOOKS_LIKE_REFERENCE = re.compile(r"&(?=#x[0-9A-Fa-f]{1,8};)")
_CONTROLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")
# Letters with their marks (as Unicode has them: behind), or runs of ASCII without.
_ANY_MARK = "".join(sorted(MARKS)) + "\u031b\u0300-\u036f"
_CLUSTERS = re.compile(f"[ -~]+(?![{_ANY_MARK}])|[^{_ANY_MARK}][{_ANY_MARK}]*|[{_ANY_MARK}]+")


def encode(text: str) -> bytes:
    """``text`` in MARC-8, for one subfield or control field; begins and ends in ASCII and ANSEL.

    Total: every character has a code or a reference ``&#xHHHH;``, one reference for each, astral
    ones too. Control characters but tab and line ends, and lone surrogates, count as U+FFFD.
    ``decode`` gives back the same text but for its normal form, the half marks, and what was U+FFFD
    or control. Shape marks of Vietnamese letters are written before tones, so that readers which
    keep the order they find (all but ours) show the right letters.
    """
    if _CONTROLS.search(text):
        text = _CONTROLS.sub(UNKNOWN, text)
    if "&#x" in text:
        text = _LOOKS_LIKE_REFERENCE.sub("&#x26;", text)
    if text.isascii():
        return text.encode("ascii")
    text = normalise(text)
    if "\u0361" in text or "\u0360" in text:
        text = _DOUBLE.sub(lambda double: _halved(*double.groups()), text)
    return b"".join(_written(chain.from_iterable(map(_codes, _CLUSTERS.findall(text)))))


def _halved(mark: str, letter: str) -> str:
    first, second = ("\ufe22", "\ufe23") if mark == "\u0360" else ("\ufe20", "\ufe21")
    return f"{first}{letter}{second}"


def _written(codes: Iterable[_Code]) -> Iterator[bytes]:
    """Bytes of ``codes`` with the escape sequences between them."""
    g0, g1 = ASCII, ANSEL
    for final, octets in codes:
        if final == "" and g0 == EACC:
            final = ASCII  # readers take three bytes in EACC, whatever the first is
        if final not in ("", g0, g1):
            if final == ANSEL or (final in SETS and SETS[final].high):
                g1 = final
                yield b"\x1b)" + final.encode()
            else:
                yield _designation(g0, final)
                g0 = final
        yield octets
    if g0 != ASCII:
        yield _designation(g0, ASCII)
    if g1 != ANSEL:
        yield b"\x1b)E"


def _designation(before: str, final: str) -> bytes:
    """The escape sequences that make a set G0 after another one (part 2, table 2)."""
    leave = b"\x1bs" if before in SPECIAL else b""
    if final in SPECIAL:
        return leave + b"\x1b" + final.encode()
    if final == ASCII and leave:
        return leave
    return leave + (b"\x1b$" if final == EACC else b"\x1b(") + final.encode()


@lru_cache(maxsize=1 << 14)
def _codes(cluster: str) -> tuple[_Code, ...]:
    """Codes of one letter with its marks, or of a run of ASCII: marks first, then the letter."""
    if cluster.isascii() and cluster.isprintable():
        return (_Code("" if cluster.isspace() else ASCII, cluster.encode()),)
    letter, *marks = chain.from_iterable(map(_character, cluster))
    if letter.octets.startswith(b"&#x") or cluster[0] in MARKS:
        # A mark that would land on an ampersand, or on nothing, is a reference too.
        return tuple(map(_reference, cluster))
    coded = list(takewhile(lambda mark: not mark.octets.startswith(b"&#x"), marks))
    if len(coded) == len(marks):
        return (*marks, letter)
    # References are read after the letter: what follows one must be one, or overtakes it.
    rest = normalize("NFD", cluster)[1 + len(coded) :]
    return (*coded, letter, *map(_reference, rest))


def _character(ch: str) -> tuple[_Code, ...]:
    """The codes of one character: its own, those of its letter and marks, or a reference."""
    if found := _code(ch):
        return (found,)
    parts = _HORNED.sub(lambda horned: normalize("NFC", horned[0]), normalize("NFD", ch))
    parts = _DOT_FIRST.sub(r"\2\1", parts)
    codes = [_code(part) for part in parts]
    known = [code for code in codes if code is not None]
    # Only what reading puts together again: a letter, then marks.
    if len(known) == len(codes) and MARKS.issuperset(parts[1:]) and parts[0] not in MARKS:
        return tuple(known)
    return (_reference(ch),)


def _code(ch: str) -> _Code | None:
    if ch in _CODES:
        return _CODES[ch]
    octets = eacc_codes().get(ch) if ord(ch) >= 0x2000 else None
    return None if octets is None else _Code(EACC, octets)


def _reference(ch: str) -> _Code:
    return _Code(ASCII, f"&#x{ord(ch):04X};".encode())
