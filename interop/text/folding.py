"""Search forms: the words of a text as they are indexed and asked for, plain and exact.

Indexing and queries call the same two functions, and engines are given finished tokens, because
engines disagree about Vietnamese marks, decomposed letters and runs of Han characters.

Both forms have the same number of tokens, at the same places. A word is a run of letters, digits
and combining marks; a Han character or a private-use character is a word of its own.
"""

import re
import sys
from functools import lru_cache
from unicodedata import category, is_normalized, normalize

from interop.text.hannom import HAN_RANGES, PRIVATE_RANGES
from interop.text.normal import TONES, normalise

# Never in a token: engines put them between repetitions of a field and at the ends of a value.
RESERVED = "\U0010fffc\U0010fffd"

# Deleted before words are cut: soft hyphen, joiners, marks of direction, variation selectors, and
# the romanisation signs for glottal stop, ayn and soft sign (ALA-LC), which few people can type.
# U+200B stays a separator: Khmer texts put it between words.
_IGNORED = (
    *(0x00AD, 0xFEFF),
    *range(0x02B9, 0x02C0),
    *range(0x200C, 0x2010),
    *range(0x202A, 0x202F),
    *range(0x2060, 0x2070),
    *range(0xFE00, 0xFE10),
    *range(0xE0100, 0xE01F0),
)
# Eth and African d look like the Vietnamese letter in capitals and are typed for it.
_VARIANTS = dict.fromkeys(_IGNORED) | {ord("ð"): "đ", ord("ɖ"): "đ"}
_VARIANT_CHARACTERS = frozenset(map(chr, _VARIANTS))

# Letters that differ from a base letter by a stroke or by history, not by a combining mark.
_BASE_LETTERS = str.maketrans(
    {"đ": "d", "ø": "o", "ł": "l", "ħ": "h", "ŧ": "t", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th"}
)


def _characters(*ranges: tuple[int, int]) -> str:
    return "".join(f"{chr(first)}-{chr(last)}" for first, last in ranges)


def _combining() -> str:
    """Every combining mark (general category M) as the inside of a character class.

    The East Asian blocks hold none and are passed over to keep the start fast.
    """
    runs: list[tuple[int, int]] = []
    for point in (*range(0x300, 0x3100), *range(0xA600, 0xAC00), *range(0xFB00, 0x1F000)):
        if category(chr(point))[0] == "M":
            if runs and runs[-1][1] == point - 1:
                runs[-1] = (runs[-1][0], point)
            else:
                runs.append((point, point))
    return _characters(*runs)


# Alone: Han by its blocks, private use short of the reserved code points, and planes 2 to 13
# whole, where every character so far is an ideograph and Nôm sites print unassigned ones.
_ALONE = _characters(
    *((first, last) for first, last in HAN_RANGES if last < 0x16FF0),
    PRIVATE_RANGES[0],
    (0x20000, 0xDFFFD),
    PRIVATE_RANGES[1],
    (0x100000, 0x10FFFB),
)
_LETTER = f"[^\\W_{_ALONE}]"
_MARKS = _combining()
_WORDS = re.compile(f"[{_ALONE}]|{_LETTER}(?:[{_MARKS}]|{_LETTER}|['\u2018\u2019](?={_LETTER}))*")
_ASCII_WORDS = re.compile("[a-z0-9]+(?:'[a-z0-9]+)*")
_MARK = re.compile(f"[{_MARKS}]+")
_APOSTROPHE = re.compile("['\u2018\u2019]")

# French and Italian elisions end a word (l'Annam is found under Annam); elsewhere the apostrophe
# is part of the word and is dropped (M'Nông = Mnông, O'Brien = OBrien). The elisions c', m', n',
# s' and t' are left out for the names of peoples and places of Vietnam (S'Tiêng, N'Trang Lơng).
_ELISIONS = frozenset("d j l qu jusqu lorsqu puisqu quelqu all dall dell nell sull un".split())


def fold(text: str) -> list[str]:
    """Plain tokens: case-folded, all marks off, ``đ`` as ``d``; Han characters one by one.

    Tokens are not empty and hold no blank, no punctuation and no reserved code point.
    """
    return both(text)[0]


def exact(text: str) -> list[str]:
    """Tokens with their marks: case-folded, NFC, the tone of a syllable on its main vowel."""
    return both(text)[1]


def both(text: str) -> tuple[list[str], list[str]]:
    """``fold(text)`` and ``exact(text)`` for one cutting of words; the same list where they agree,
    as they always do in ASCII.
    """
    words = _ascii(text) if text.isascii() else _words(text)
    if all(map(str.isascii, words)):
        return words, words
    return list(map(_plain, words)), list(map(_placed, words))


def _ascii(text: str) -> list[str]:
    words = _ASCII_WORDS.findall(text.lower())
    return _split_elisions(words) if "'" in text else words


def _words(text: str) -> list[str]:
    """Case-folded words in compatibility composed form (NFKC), which is NFC with the width,
    position and font variants of a letter made equal: full-width digits, ligatures, radicals.
    """
    text = normalise(text).casefold()
    if not is_normalized("NFKC", text):
        # Compatibility forms may change case, case folding may decompose (Unicode 3.13, D146).
        text = normalise(normalize("NFKC", normalize("NFKC", text).casefold()))
    if not _VARIANT_CHARACTERS.isdisjoint(text):
        text = normalize("NFC", text.translate(_VARIANTS))
    words = _WORDS.findall(text)
    return _split_elisions(words) if _APOSTROPHE.search(text) else words


def _split_elisions(words: list[str]) -> list[str]:
    result: list[str] = []
    for word in words:
        *elided, last = _APOSTROPHE.split(word)
        while elided and elided[0] in _ELISIONS:
            result.append(elided.pop(0))
        result.append("".join(elided) + last)
    return result


@lru_cache(maxsize=1 << 15)
def _plain(word: str) -> str:
    if word.isascii():
        return word
    bare = _MARK.sub("", normalize("NFD", word)).translate(_BASE_LETTERS)
    return sys.intern(normalize("NFC", bare))


# Toneless nucleus of a Vietnamese syllable -> place of its main vowel, which bears the tone.
# Where two spellings are in use (hòa, hoà) this is the newer one.
_MAIN_VOWEL = {
    "oa": 1, "oe": 1, "oă": 1, "oo": 1, "uâ": 1, "uê": 1, "uô": 1, "uơ": 1, "uy": 1, "iê": 1,
    "yê": 1, "ươ": 1, "ia": 0, "ua": 0, "ưa": 0, "ai": 0, "ao": 0, "au": 0, "ay": 0, "âu": 0,
    "ây": 0, "eo": 0, "êu": 0, "iu": 0, "oi": 0, "ôi": 0, "ơi": 0, "ui": 0, "ưi": 0, "ưu": 0,
    "oai": 1, "oay": 1, "oao": 1, "oeo": 1, "uây": 1, "uôi": 1, "uya": 1, "uyu": 1, "iêu": 1,
    "yêu": 1, "ươi": 1, "ươu": 1, "uyê": 2,
}  # fmt: skip
_SYLLABLE = re.compile(
    "(ngh|ng|nh|n|gh|gi|g|qu|ch|c|kh|k|ph|p|th|tr|t|[bdđhlmrsvx])?"
    "([aăâeêioôơuưy]{1,3})(?:ng|nh|n|ch|c|m|p|t)?"
)
_TONE = re.compile(f"[{TONES}]")


@lru_cache(maxsize=1 << 15)
def _placed(word: str) -> str:
    """``word`` with its tone on the main vowel if it is a Vietnamese syllable, else unchanged."""
    if word.isascii():
        return word
    decomposed = normalize("NFD", word)
    tones = _TONE.findall(decomposed)
    if len(tones) != 1:
        return word
    toneless = normalize("NFC", _TONE.sub("", decomposed))
    syllable = _SYLLABLE.fullmatch(toneless)
    if syllable is None:
        return word
    # After qu and gi, whose vowel belongs to the initial, one vowel may be left: qúa = quá.
    nucleus = syllable.group(2)
    main = 0 if len(nucleus) == 1 else _MAIN_VOWEL.get(nucleus)
    if main is None:
        return word
    place = syllable.start(2) + main
    return sys.intern(normalize("NFC", toneless[: place + 1] + tones[0] + toneless[place + 1 :]))
