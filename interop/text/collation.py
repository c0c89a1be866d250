"""Sort keys: byte strings whose binary order is the order of a Vietnamese dictionary (CLDR ``vi``).

Letters first (a ă â b c d đ e ê ... o ô ơ ... u ư), then tones (none, grave, hook above, tilde,
acute, dot below), then case (small before capital). Punctuation counts as a blank, several
blanks as one; Han characters follow Latin letters by code point.

A key is three levels with a zero byte between them; no level contains one, so that a shorter
text sorts before the longer one it begins.
"""

from functools import lru_cache
from typing import NamedTuple
from unicodedata import combining, normalize

from interop.text.normal import normalise

_TONES = {"\u0300": 1, "\u0309": 2, "\u0303": 3, "\u0301": 4, "\u0323": 5}
_SHAPED = {
    ("a", "\u0306"): 1, ("a", "\u0302"): 2, ("e", "\u0302"): 1, ("o", "\u0302"): 1,
    ("o", "\u031b"): 2, ("u", "\u031b"): 1,
}  # fmt: skip
# Letters with a stroke have no decomposition; in CLDR they sort as those without it.
_STROKED = {"ø": "o", "ł": "l", "ħ": "h"}
_FIRST_WEIGHT = 1  # zero separates the levels


class _Weights(NamedTuple):
    """``letter``: primary weight, empty for a blank or a mark; ``tone``: 0 for none; ``mark``:
    whether the character is a combining mark without a letter of its own.
    """

    letter: bytes
    tone: int
    capital: bool
    mark: bool


def sort_key(text: str) -> bytes:
    """The key of ``text``; equal for canonically equivalent texts. Empty text has the lowest."""
    if text.isascii():
        return _ascii_key(text)
    letters, tones, cases = bytearray(), bytearray(), bytearray()
    blank = False
    for ch in normalise(text):
        weights = _weights(ch)
        if weights.letter:
            if blank and letters:
                letters += b" "
                tones.append(_FIRST_WEIGHT)
                cases.append(_FIRST_WEIGHT)
            blank = False
            letters += weights.letter
            tones.append(_FIRST_WEIGHT + weights.tone)
            cases.append(_FIRST_WEIGHT + weights.capital)
        elif not weights.mark:
            blank = True
        elif weights.tone and tones:
            # A tone that does not compose with its letter (m̀, ŋ́): it still belongs to it.
            tones[-1] = _FIRST_WEIGHT + weights.tone
    return b"\0".join((letters, tones, cases))


_ASCII = bytes(range(0x80))
_SPACED = bytes(c if chr(c).isalnum() else 0x20 for c in _ASCII).ljust(0x100)
_CASES = bytes(_FIRST_WEIGHT + chr(c).isupper() for c in _ASCII).ljust(0x100)


def _ascii_key(text: str) -> bytes:
    """The same for letters that have neither shape nor tone, by steps over the whole text."""
    words = b" ".join(text.encode().translate(_SPACED).split())
    plain = bytes((_FIRST_WEIGHT,)) * len(words)
    letters = bytearray(2 * len(words))
    letters[::2] = words.lower()
    letters[1::2] = plain
    shapeless = letters.replace(b" \x01", b" ")
    return b"\0".join((shapeless, plain, words.translate(_CASES)))


@lru_cache(maxsize=1 << 13)
def _weights(ch: str) -> _Weights:
    """Weights of one character in composed form. Marks that are no tone and no shape of a
    Vietnamese letter weigh nothing.
    """
    decomposed = normalize("NFD", ch)
    base, marks = decomposed[0], decomposed[1:]
    if combining(base):
        return _Weights(b"", _TONES.get(base, 0), False, True)
    small = base.lower()
    tone = max((_TONES.get(mark, 0) for mark in marks), default=0)
    shape = max((_SHAPED.get((small, mark), 0) for mark in marks), default=0)
    if small in "đð":
        small, shape = "d", 1
    small = _STROKED.get(small, small)
    if not small.isalnum() and ord(small) < 0x2E80:
        return _Weights(b"", 0, False, False)
    letter = small.encode("utf-8", "replace") + bytes([_FIRST_WEIGHT + shape])
    return _Weights(letter, tone, base != base.lower(), False)
