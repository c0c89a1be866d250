"""What tests of Vietnamese text share: the letters that no ASCII has, in both forms."""

import unicodedata

_SHAPES = ("a", "ă", "â", "e", "ê", "i", "o", "ô", "ơ", "u", "ư", "y")
_TONES = ("", "\u0300", "\u0301", "\u0303", "\u0309", "\u0323")

# 67 small and 67 capital letters: 12 vowels with 6 tones each but for the six of ASCII, and đ.
SMALL = [
    unicodedata.normalize("NFC", vowel + tone)
    for vowel in _SHAPES
    for tone in _TONES
    if tone or not vowel.isascii()
] + ["đ"]
LETTERS = SMALL + [letter.upper() for letter in SMALL]


def both_forms() -> list[str]:
    """Each of the 134 letters composed (NFC), and each decomposed (NFD)."""
    return LETTERS + [unicodedata.normalize("NFD", letter) for letter in LETTERS]
