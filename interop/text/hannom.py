"""Han-Nôm and other scripts: which characters are Han, and in which script a text is written.

Ranges are the blocks of the Unicode Standard (Blocks.txt, version 17), written out because the
interpreter's own tables lag behind: a character that Python does not know yet is still Han.
"""

import re
from bisect import bisect_right
from collections import Counter
from functools import lru_cache

# First and last code point of each block or run, ascending.
HAN_RANGES: tuple[tuple[int, int], ...] = (
    (0x2E80, 0x2EFF),  # radicals supplement
    (0x2F00, 0x2FDF),  # Kangxi radicals
    (0x3005, 0x3007),  # iteration mark, closing mark, zero
    (0x3021, 0x3029),  # Hangzhou numerals
    (0x3038, 0x303B),  # Hangzhou numerals ten to thirty, vertical iteration mark
    (0x3400, 0x4DBF),  # Extension A
    (0x4E00, 0x9FFF),  # unified ideographs
    (0xF900, 0xFAFF),  # compatibility ideographs
    (0x16FF0, 0x16FF6),  # Vietnamese alternate reading marks, Yangqin signs
    (0x20000, 0x2A6DF),  # Extension B
    (0x2A700, 0x2B73F),  # Extension C
    (0x2B740, 0x2B81F),  # Extension D
    (0x2B820, 0x2CEAF),  # Extension E
    (0x2CEB0, 0x2EBEF),  # Extension F
    (0x2EBF0, 0x2EE5F),  # Extension I
    (0x2F800, 0x2FA1F),  # compatibility supplement
    (0x30000, 0x3134F),  # Extension G
    (0x31350, 0x323AF),  # Extension H
    (0x323B0, 0x3347F),  # Extension J
)

# Private-use areas (Unicode 23.5), where fonts keep the Nôm characters that are not encoded.
PRIVATE_RANGES: tuple[tuple[int, int], ...] = (
    (0xE000, 0xF8FF),
    (0xF0000, 0xFFFFD),
    (0x100000, 0x10FFFD),
)

# ISO 15924 code of the runs of letters that our libraries' records are written in.
_SCRIPTS: tuple[tuple[int, int, str], ...] = (
    (0x0041, 0x005A, "Latn"),
    (0x0061, 0x007A, "Latn"),
    (0x00C0, 0x024F, "Latn"),
    (0x0370, 0x03FF, "Grek"),
    (0x0400, 0x052F, "Cyrl"),
    (0x0531, 0x058F, "Armn"),
    (0x0591, 0x05F4, "Hebr"),
    (0x0600, 0x06FF, "Arab"),
    (0x0750, 0x077F, "Arab"),
    (0x0900, 0x097F, "Deva"),
    (0x0980, 0x09FF, "Beng"),
    (0x0B80, 0x0BFF, "Taml"),
    (0x0E01, 0x0E5B, "Thai"),
    (0x0E81, 0x0EDF, "Laoo"),
    (0x0F00, 0x0FFF, "Tibt"),
    (0x1000, 0x109F, "Mymr"),
    (0x10A0, 0x10FF, "Geor"),
    (0x1100, 0x11FF, "Hang"),
    (0x1780, 0x17F9, "Khmr"),
    (0x1E00, 0x1EFF, "Latn"),
    (0x1F00, 0x1FFF, "Grek"),
    (0x2C60, 0x2C7F, "Latn"),
    (0x3041, 0x309F, "Hira"),
    (0x30A1, 0x30FA, "Kana"),
    (0x3130, 0x318F, "Hang"),
    (0xA720, 0xA7FF, "Latn"),
    (0xAA00, 0xAA5F, "Cham"),
    (0xAC00, 0xD7AF, "Hang"),
    (0xFB1D, 0xFB4F, "Hebr"),
    (0xFB50, 0xFDFF, "Arab"),
    (0xFE70, 0xFEFC, "Arab"),
    (0xFF21, 0xFF3A, "Latn"),
    (0xFF41, 0xFF5A, "Latn"),
    (0xFF66, 0xFF9F, "Kana"),
)

_HAN_STARTS = [first for first, _ in HAN_RANGES]
_SCRIPT_STARTS = [first for first, _, _ in _SCRIPTS]
_FIRST_HAN = HAN_RANGES[0][0]


def is_han(ch: str) -> bool:
    """Whether the one character ``ch`` is a Han ideograph, a radical or one of their marks."""
    point = ord(ch)
    if point < _FIRST_HAN:
        return False
    return point <= HAN_RANGES[bisect_right(_HAN_STARTS, point) - 1][1]


def is_private(ch: str) -> bool:
    """Whether the one character ``ch`` is for private use, as unencoded Nôm characters are."""
    point = ord(ch)
    return any(first <= point <= last for first, last in PRIVATE_RANGES)


def script(text: str) -> str | None:
    """ISO 15924 code of the script that most letters of ``text`` are in; ``None`` without letters.

    Private-use characters count as Han. Japanese (``Jpan``) is Han with kana, Korean (``Kore``) is
    Hangul with or without Han.
    """
    if text.isascii() or _NOT_LATIN.search(text) is None:
        return "Latn" if _LATIN_LETTER.search(text) else None
    found = {code for code in map(_script_of, set(text)) if code}
    if len(found) == 1:
        (only,) = found
        return _ALONE.get(only, only)
    counts: Counter[str] = Counter()
    for ch, times in Counter(text).items():
        code = _script_of(ch)
        if code is not None:
            counts[code] = counts.get(code, 0) + times
    if not counts:
        return None
    east_asian = sum(counts[code] for code in ("Hani", "Hira", "Kana", "Hang"))
    if 2 * east_asian < counts.total():
        return counts.most_common(1)[0][0]
    if counts["Hang"]:
        return "Kore"
    return "Jpan" if counts["Hira"] or counts["Kana"] else "Hani"


_LATIN_LETTER = re.compile("[A-Za-z\u00c0-\u024f\u1e00-\u1eff]")
# Scripts that have another name where a whole text is in them.
_ALONE = {"Hang": "Kore", "Hira": "Jpan", "Kana": "Jpan"}
# What shows that the runs of Latin, signs and punctuation are not all of a text.
_NOT_LATIN = re.compile("[^\0-\u036f\u1e00-\u1eff\u2000-\u2bff]")


@lru_cache(maxsize=1 << 13)
def _script_of(ch: str) -> str | None:
    if is_han(ch) or is_private(ch):
        return "Hani"
    point = ord(ch)
    place = bisect_right(_SCRIPT_STARTS, point) - 1
    if place >= 0 and point <= _SCRIPTS[place][1]:
        return _SCRIPTS[place][2]
    return None
