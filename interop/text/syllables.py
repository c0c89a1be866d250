"""Valid Vietnamese syllables, by rule: initial, rhyme, tone, and how the three are spelt.

Used to tell whether bytes were read in the right encoding: in running Vietnamese text nearly every
word is a syllable, and in text read wrongly hardly any word with a mark is.
"""

import re
from functools import lru_cache
from unicodedata import normalize

from interop.text.normal import TONES

# Rhymes by their vowels: endings after them, - for none. Vowels as spelt after a consonant.
_RHYMES = {
    "a": "- c ch i m n ng nh o p t u y", "ă": "c m n ng p t", "â": "c m n ng p t u y",
    "e": "- c m n ng o p t", "ê": "- ch m n nh p t u",
    "i": "- ch m n nh p t u", "ia": "-", "iê": "c m n ng p t u",
    "y": "- ch m n nh p t u", "yê": "m n ng t u",
    "o": "- c i m n ng p t", "oa": "- c ch i m n ng nh o p t y", "oă": "c m n ng p t",
    "oe": "- m n ng o p t", "oo": "c n ng p t",
    "ô": "- c i m n ng p t", "ôô": "c ng", "ơ": "- i m n p t",
    "u": "- c i m n ng p t", "ua": "- n ng t", "uâ": "n ng t y", "uê": "- ch n nh t",
    "uô": "c i m n ng t", "uơ": "-", "uy": "- ch n nh p t u", "uya": "-",
    "uyê": "n t",
    "ư": "- c i ng t u", "ưa": "-", "ươ": "c i m n ng p t u",
}  # fmt: skip
# After qu, which has the u of the rhyme in it.
_AFTER_QU = {
    "a": "- c ch i m n ng nh o p t u y", "ă": "c m n ng p t", "â": "c n ng t y", "e": "- n o t",
    "ê": "- ch n nh t u", "i": "- ch n nh t u p", "y": "- ch n nh t p", "yê": "n t u",
    "ơ": "- i n t", "ô": "c", "o": "- c i n t",
}  # fmt: skip
_FRONT = "eêi"  # before them k, gh and ngh are written, elsewhere c, g and ng


def _spelt(rhymes: dict[str, str]) -> dict[str, list[str]]:
    """Rhymes by their first letter."""
    found: dict[str, list[str]] = {}
    for vowels, endings in rhymes.items():
        for ending in endings.split():
            found.setdefault(vowels[0], []).append(vowels + ending.strip("-"))
    return found


def _initials(letter: str) -> str:
    """Initials that may stand before a rhyme that begins with ``letter``."""
    common = "b d đ h l m n nh p ph r s t th tr v x ch kh"
    if letter in _FRONT:
        return common + " k gh ngh g gi"
    if letter == "y":
        return common + " k"
    return common + " c g gi ng k"


_TONELESS = (
    frozenset(
        initial + rhyme
        for letter, rhymes in _spelt(_RHYMES).items()
        for rhyme in rhymes
        for initial in ("", *_initials(letter).split())
    )
    | frozenset("qu" + rhyme for rhymes in _spelt(_AFTER_QU).values() for rhyme in rhymes)
    # gi with a rhyme of iê or i: one i is written.
    | frozenset("g" + rhyme for rhyme in _spelt(_RHYMES)["i"])
    | frozenset("gi" + rhyme for rhyme in ("êng", "êt", "êm", "êc", "ên"))
)
_STOPPED = re.compile("(?:c|ch|p|t)$")
_TONE = re.compile(f"[{TONES}]")
_STOP_TONES = frozenset("\u0301\u0323")


@lru_cache(maxsize=1 << 14)
def is_syllable(word: str) -> bool:
    """Whether ``word`` (composed, in any case) can be a Vietnamese syllable.

    A syllable that ends in c, ch, p or t has the tone acute or dot below. Without any mark it
    passes too: titles in capitals and names of foreigners leave them off.
    """
    decomposed = normalize("NFD", word.lower())
    tones = _TONE.findall(decomposed)
    if len(tones) > 1:
        return False
    toneless = normalize("NFC", _TONE.sub("", decomposed))
    if toneless not in _TONELESS:
        return False
    if _STOPPED.search(toneless):
        return not tones and word.isascii() or not _STOP_TONES.isdisjoint(tones)
    return True
