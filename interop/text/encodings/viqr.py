r"""VIQR (RFC 1456): Vietnamese in ASCII. a( a^ e^ o^ o+ u+ dd are letters, ' ` ? ~ . behind a vowel
are tones, and \ takes the meaning off the character after it.

Marks are read only where they make a word a syllable, so that addresses and abbreviations stay as
they are. A full stop or question mark behind a vowel without a tone is read as one, but before a
number (``no. 3``) and in a text with a foreign word and no other mark: there it is what it seems.
"""

import re
from unicodedata import normalize

from interop.text.encodings._base import Encoding
from interop.text.syllables import is_syllable

_SHAPES = {"(": "\u0306", "^": "\u0302", "+": "\u031b", "*": "\u031b"}
_TONES = {"'": "\u0301", "`": "\u0300", "?": "\u0309", "~": "\u0303", ".": "\u0323"}
_MARKS = _SHAPES | _TONES
_BY_MARK = {mark: sign for sign, mark in _MARKS.items() if sign != "*"}
_VOWEL = r"[aeiouyAEIOUY](?:[(^+*]?['`?~.]?)"
_WORD = re.compile(rf"\\(.)|(?:[dD][dD]|[^\W\d_aeiouyAEIOUY]|{_VOWEL})+", re.ASCII)
# A word without a mark but for what may be a stop behind it; a number after one.
_WEAK = re.compile(r"[A-Za-z]+[.?]")
_NUMBER = re.compile(r"\s*[0-9]")
_LETTER = re.compile(r"dd|(D)[dD]|([aeiouyAEIOUY])([(^+*]?)(['`?~.]?)")


def _decode(data: bytes) -> str:
    text = data.decode("latin-1")
    is_foreign = _is_foreign(text)

    def word(match: re.Match[str]) -> str:
        is_weak = _WEAK.fullmatch(match[0]) is not None
        if is_weak and (is_foreign or _NUMBER.match(text, match.end())):
            return match[0]
        return _word(match)

    return _WORD.sub(word, text)


def _is_foreign(text: str) -> bool:
    """Whether nothing but stops behind words could be VIQR, and some word is no syllable."""
    is_foreign = False
    for match in _WORD.finditer(text):
        word = match[0]
        if _WEAK.fullmatch(word) or word.isalpha():
            is_foreign = is_foreign or not is_syllable(word.rstrip(".?"))
        elif not match[1] and _word(match) != word:
            return False
    return is_foreign


def _word(match: re.Match[str]) -> str:
    """A word read as VIQR, where that makes it a syllable; else as it is."""
    if match[1]:
        return str(match[1])
    word = match[0]
    if word.isalpha() and "dd" not in word.lower():
        return word
    stop = word[-1] if word[-1] in ".?" else ""
    for reading, rest in ((word, ""), (word.removesuffix(stop), stop)):
        if is_syllable(read := _read(reading)):
            return read + rest
    return word


def _read(word: str) -> str:
    return normalize("NFC", _LETTER.sub(_letter, word))


def _letter(match: re.Match[str]) -> str:
    capital_d, vowel, shape, tone = match.groups()
    if not vowel:
        return "Đ" if capital_d else "đ"
    return f"{vowel}{_MARKS.get(shape, '')}{_MARKS.get(tone, '')}"


def _encode(text: str) -> bytes:
    parts: list[str] = []
    for ch in normalize("NFC", text):
        if ch in "đĐ":
            parts.append("dd" if ch == "đ" else "DD")
            continue
        letter, *marks = list(normalize("NFD", ch))
        if not set(marks) <= _BY_MARK.keys():
            raise UnicodeEncodeError("VIQR", text, 0, len(text), f"{ch!r} is not in it")
        if letter in "^+(*'`?~." and parts and parts[-1][-1:].isalpha() and not marks:
            parts.append("\\")
        # The dot below has a lower combining class than the shape, which is written first.
        signs = sorted((_BY_MARK[mark] for mark in marks), key=lambda sign: sign in _TONES)
        parts.append(letter + "".join(signs))
    return "".join(parts).encode("ascii")


ENCODING = Encoding("VIQR", _decode, _encode)
