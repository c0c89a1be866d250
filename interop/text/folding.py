"""Search forms: the words of a text as they are indexed and asked for, plain and exact.

Indexing and queries call the same two functions, and engines are given finished tokens, because
engines disagree about Vietnamese marks, decomposed letters and runs of Han characters.

Both forms have the same number of tokens, at the same places. A word is a run of letters, digits
and combining marks; a Han character or a private-use character is a word of its own.
"""

import re
import sys
from collections.abc import Callable, Sequence
from typing import TypeVar
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
_WORDS = re.compile(
    f"[{_ALONE}]|{_LETTER}+(?:(?:[{_MARKS}]|['\u2018\u2019](?={_LETTER})){_LETTER}*)*"
)
# The same where all is Latin and composed, with its punctuation, in a fifth of the time.
_BEYOND_LATIN = re.compile("[^\x00-\u024f\u1e00-\u1eff\u2010-\u2027]")
_LATIN_WORDS = re.compile(r"[^\W_]+(?:['\u2018\u2019][^\W_]+)*")
_ASCII_WORDS = re.compile("[a-z0-9]+(?:'[a-z0-9]+)*")
# Letters small, digits, apostrophes and U+001F as they are, all others a blank.
_ASCII_LINE = bytes(
    point if chr(point).isalnum() or point in b"'\x1f" else 0x20
    for point in bytes(range(0x80)).lower()
).ljust(0x100)
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
    words = _cut(_ascii_line(text)) if text.isascii() else _cut_any(_composed(text))
    if all(map(str.isascii, words)):
        return words, words
    return list(map(_plain, words)), list(map(_placed, words))


def both_of_each(texts: Sequence[str]) -> tuple[list[list[str]], list[list[str]]]:
    """``both`` of each of ``texts``, which are looked at together; the same list where all agree
    for sure, and the same list of words for each text whose words are ASCII.
    """
    whole = _SEPARATOR.join(texts)
    if whole.isascii():
        words = list(map(_cut, _ascii_line(whole).split(_SEPARATOR)))
        if len(words) == len(texts):  # none of them had a separator
            return words, words
    # Whether an eth is meant depends on the text that it stands in.
    read = both if "ð" in whole or "Ð" in whole else _both_by_chunks
    pairs = list(map(read, texts))
    return [folded for folded, _ in pairs], [marked for _, marked in pairs]


def _both_by_chunks(text: str) -> tuple[list[str], list[str]]:
    """``both`` of a text without eth, chunk by chunk: nothing composes across a blank, and chunks
    come again and again.
    """
    if text.isascii():
        words = _cut(_ascii_line(text))
        return words, words
    folded: list[str] = []
    marked: list[str] = []
    differ = False
    for chunk in text.split(" "):
        plain, words = _of_chunk(chunk) if len(chunk) <= _CHUNK else both(chunk)
        folded += plain
        marked += words
        differ = differ or plain is not words
    return folded, marked if differ else folded


_SEPARATOR = "\x1f"  # a character of no word, and one that nothing composes with


def _ascii_line(text: str) -> str:
    """By steps over the whole text: a third of the time of a search for each word."""
    return text.encode().translate(_ASCII_LINE).decode()


def _cut(line: str) -> list[str]:
    return _split_elisions(_ASCII_WORDS.findall(line)) if "'" in line else line.split()


def _composed(text: str) -> str:
    """``text`` case-folded in compatibility composed form (NFKC), which is NFC with the width,
    position and font variants of a letter made equal: full-width digits, ligatures, radicals.
    """
    text = normalise(text).casefold()
    if not is_normalized("NFKC", text):
        # Compatibility forms may change case, case folding may decompose (Unicode 3.13, D146).
        text = normalise(normalize("NFKC", normalize("NFKC", text).casefold()))
    if not _VARIANT_CHARACTERS.isdisjoint(text):
        text = normalize("NFC", text.translate(_VARIANTS))
    return text


def _cut_any(text: str) -> list[str]:
    words = (_WORDS if _BEYOND_LATIN.search(text) else _LATIN_WORDS).findall(text)
    return _split_elisions(words) if _APOSTROPHE.search(text) else words


def _split_elisions(words: list[str]) -> list[str]:
    result: list[str] = []
    for word in words:
        *elided, last = _APOSTROPHE.split(word)
        while elided and elided[0] in _ELISIONS:
            result.append(elided.pop(0))
        result.append("".join(elided) + last)
    return result


_T = TypeVar("_T")


class _Kept(dict[str, _T]):
    """What ``form`` makes of a word, kept until there are too many: a look into a dictionary takes
    half the time of one into an ``lru_cache``.
    """

    def __init__(self, form: Callable[[str], _T]) -> None:
        self._form = form

    def __missing__(self, word: str) -> _T:
        if len(self) >= _WORDS_KEPT:
            self.clear()
        found = self[word] = self._form(word)
        return found


_WORDS_KEPT = 1 << 15
_CHUNK = 64  # characters of a chunk that is kept


def _without_marks(word: str) -> str:
    if word.isascii():
        return word
    bare = _MARK.sub("", normalize("NFD", word)).translate(_BASE_LETTERS)
    return sys.intern(normalize("NFC", bare))


_of_chunk = _Kept(both).__getitem__
_plain = _Kept(_without_marks).__getitem__


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


def _with_tone_placed(word: str) -> str:
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


_placed = _Kept(_with_tone_placed).__getitem__
