"""Vietnamese that lost letters or had them exchanged before it reached us, put right word by word.

Two kinds are known whose bytes are gone: letters of Latin-1 that went through a converter from
TCVN3 (``tỏc giả`` for ``tác giả``), and TCVN3 whose ư, the soft hyphen of other encodings, was
dropped (``Phơng`` for ``Phương``). A word is mended where it is no syllable and exactly one could
have become it, and only in a text that shows the damage in several words; what may be damaged as
well but cannot be told is named.
"""

import re
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import product
from typing import NamedTuple
from unicodedata import normalize

from interop.text.encodings import ENCODINGS
from interop.text.normal import TONES
from interop.text.syllables import is_syllable

_WORD = re.compile(r"[^\W\d_]+(?![\w.])")
_FEWEST = 2  # different words that prove the damage, where it explains all that is no syllable


class Damage(NamedTuple):
    """``title``: for the note. ``origins``: words that may have become a word. ``is_wrong``:
    whether a word by itself shows that something happened to it.
    """

    title: str
    origins: Callable[[str], Iterator[str]]
    is_wrong: Callable[[str], bool]


class Mended(NamedTuple):
    """``title`` of the damage; ``words``: those mended, with what they are now; ``doubtful``: those
    that may be damaged too, where nothing tells.
    """

    title: str
    words: dict[str, str]
    doubtful: tuple[str, ...]


def _exchanged() -> dict[str, str]:
    """Small letters as TCVN3 shows the bytes of Latin-1, to the letters that these were."""
    found: dict[str, str] = {}
    for letter in "àáâãèéêìíòóôõùúý":
        shown = ENCODINGS["tcvn3"].decode(letter.encode("latin-1"))
        if shown != letter:
            found[shown] = letter
    return found


_EXCHANGED = _exchanged()


def _before_exchange(word: str) -> Iterator[str]:
    choices = [(ch, _EXCHANGED[ch]) if ch in _EXCHANGED else (ch,) for ch in word]
    for letters in product(*choices):
        if (origin := "".join(letters)) != word:
            yield origin


def _before_loss(word: str) -> Iterator[str]:
    """A plain ư at each place; in a word with a tone before ơ alone, which bears it in ươ."""
    has_tone = _TONE.search(normalize("NFD", word)) is not None
    for at in range(len(word) + 1):
        if not has_tone or word[at : at + 1] in _TONED_O:
            yield f"{word[:at]}ư{word[at:]}"


_TONE = re.compile(f"[{TONES}]")
_TONED_O = tuple("ớờởỡợ")


def _is_no_syllable(word: str) -> bool:
    return not word.isascii() and not is_syllable(word)


def _is_no_word(word: str) -> bool:
    """Consonants alone too: ``th`` was thư."""
    return _is_no_syllable(word) or _VOWELLESS.fullmatch(word) is not None


_VOWELLESS = re.compile("[b-df-hj-np-tv-xđ]{2,}", re.IGNORECASE)
_DAMAGES = (
    Damage("letters of Latin-1 that were converted as TCVN3", _before_exchange, _is_no_syllable),
    Damage("TCVN3 whose ư was lost", _before_loss, _is_no_word),
)
_LONGEST = 7  # letters of the longest syllable, nghiêng


@lru_cache(maxsize=1 << 14)
def _syllables(damage: Damage, word: str) -> tuple[str, ...]:
    """Syllables that may have become ``word``, in its case; a word in capitals is left alone,
    because both kinds of damage are of small letters.
    """
    small = word.lower()
    if len(word) > _LONGEST or not (word == small or word == small.capitalize()):
        return ()
    found = sorted({origin for origin in damage.origins(small) if is_syllable(origin)})
    return tuple(origin.capitalize() if word != small else origin for origin in found)


# What no syllable has and at least one word of either damage does: tones that do not go with a
# stop, vowels that do not go with what is around them, ơ before ng or c without its ư.
_SUSPECT = re.compile(
    "[ỏõờỡũừỳụóớốộơởợ](?:(?<=[ỏõờỡũừỳ])[cpt]|(?<=[iyu][ờụõ])|(?<=[ỏóờớ])[nc]h|(?<=[ỏõờ])u"
    "|(?<=[ỏõ])y|(?<=[ỏốộ])o|(?<=[^ưƯ][ơớờởỡợ])(?:ng|c))"
)


def may_be_damaged(text: str) -> bool:
    """Whether ``text`` is worth a closer look: a quick test that nearly all texts fail."""
    return _SUSPECT.search(text) is not None


def mended(text: str) -> Mended | None:
    """What is mended in ``text``, all that a record says; ``None`` where nothing is damaged."""
    words = dict.fromkeys(_WORD.findall(text))
    for damage in _DAMAGES:
        wrong = [word for word in words if damage.is_wrong(word)]
        proofs = [word for word in wrong if len(_syllables(damage, word)) == 1]
        others = len(wrong) - len(proofs)
        if len(proofs) < _FEWEST or others > len(proofs) // 3 or "".join(proofs).isascii():
            continue
        doubtful = [word for word in words if word not in proofs and _syllables(damage, word)]
        return Mended(
            damage.title,
            {word: _syllables(damage, word)[0] for word in proofs},
            tuple(doubtful),
        )
    return None


def replaced(text: str, words: dict[str, str]) -> str:
    """``text`` with ``words`` in place of those that they are for."""
    return _WORD.sub(lambda match: words.get(match[0], match[0]), text)
