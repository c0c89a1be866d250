"""Which encoding Vietnamese text is in: all are tried, and what reads best as Vietnamese wins.

Bytes under a wrong encoding decode silently to something, so decoders cannot tell. Syllables can:
in Vietnamese text nearly every word is one, and they follow rules (``interop.text.syllables``).
Short texts are told by what the texts around them are in: learn from a batch first.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import NamedTuple

from interop.text.encodings import ENCODINGS
from interop.text.encodings._base import WINDOWS_1252
from interop.text.normal import normalise
from interop.text.syllables import is_syllable

_WORD = re.compile(r"[^\W\d_]+")
_LETTERS = "ăâđêôơưàáảãạằắẳẵặầấẩẫậèéẻẽẹềếểễệìíỉĩịòóỏõọồốổỗộờớởỡợùúủũụừứửữựỳýỷỹỵ"
# Neither ASCII nor a Vietnamese letter, nor the quotation marks, dashes and signs of any text.
_JUNK = re.compile(
    f"[^\t\n\r -~{_LETTERS}{_LETTERS.upper()}\u00a0\u2010-\u2015\u2018-\u201e\u2026©°«»·]"
)


class Evidence(NamedTuple):
    """What speaks for a reading. ``syllables``: words with a Vietnamese letter that are syllables;
    ``others``: words with letters beyond ASCII that are none; ``plain``: syllables in ASCII, or of
    one letter, which say little.
    ``junk``: characters that Vietnamese text does not have.
    """

    syllables: int = 0
    others: int = 0
    plain: int = 0
    junk: int = 0

    @property
    def points(self) -> float:
        """The higher, the more it reads as Vietnamese; for readings of the same bytes only."""
        return 2 * self.syllables - 2 * self.others + 0.5 * self.plain - 1.5 * self.junk

    @property
    def is_vietnamese(self) -> bool:
        """Whether the reading can stand by itself: three words of it, and few that are none."""
        return self.syllables >= 3 and self.syllables >= 3 * (self.others + self.junk)

    def __add__(self, other: object) -> "Evidence":
        if not isinstance(other, Evidence):
            return NotImplemented
        return Evidence(*map(sum, zip(self, other, strict=True)))


def evidence(text: str) -> Evidence:
    """The evidence for ``text`` as it stands."""
    text = normalise(text)
    kinds = Counter(map(_kind, _WORD.findall(text)))
    return Evidence(kinds["syllable"], kinds["other"], kinds["plain"], len(_JUNK.findall(text)))


@lru_cache(maxsize=1 << 14)
def _kind(word: str) -> str:
    # A capital inside a word is a sign of a wrong reading, small letters being more frequent.
    is_good = (word.islower() or word.isupper() or word.istitle()) and is_syllable(word)
    if word.isascii() or (len(word) == 1 and is_good):
        return "plain" if is_good else ""
    return "syllable" if is_good else "other"


Reading = Callable[[bytes], str | None]

_SURE = 40  # words of a batch that settle what it is in
_BATCH_BONUS = 3.0  # points for the encoding of the batch: more than a chance syllable is worth


class Detector:
    """Chooses between ``readings`` of bytes by name; a reading gives ``None`` for bytes that it
    cannot be. ``usual``: the reading that needs no repair, taken when nothing speaks for another.
    """

    def __init__(self, readings: Mapping[str, Reading], usual: str) -> None:
        self._readings = readings
        self._usual = usual
        self.batch: str | None = None

    def learn(self, samples: Iterable[bytes]) -> None:
        """Settle what a batch of texts is in, if they agree; later ``choose`` leans to it. What an
        earlier batch settled stays where this one tells nothing.
        """
        totals: dict[str, Evidence] = {}
        for data in samples:
            for name, found in self._evidence(data).items():
                totals[name] = totals.get(name, Evidence()) + found
        best = max(totals, key=lambda name: totals[name].points, default=None)
        is_sure = best is not None and totals[best].is_vietnamese
        if is_sure and best and totals[best].syllables >= _SURE:
            self.batch = best

    def remember(self, names: Iterable[str]) -> None:
        """Lean to the reading among ``names``, as ``learn`` of an earlier batch had settled."""
        self.batch = next((name for name in names if name in self._readings), self.batch)

    def choose(self, data: bytes) -> str:
        """The name of the reading that ``data`` most likely has."""
        found = self._evidence(data)

        def points(name: str) -> float:
            bonus = 0.1 if name == self._usual else 0.0
            if name == self.batch and found[name].syllables >= found[name].others:
                bonus = _BATCH_BONUS  # not for words that it makes no better: they are foreign
            return found[name].points + bonus

        best = max(found, key=points, default=self._usual)
        if best in (self._usual, self.batch) or found[best].is_vietnamese:
            return best
        # Where the usual reading cannot be, a weak reason is better than none.
        return best if self._usual not in found and found[best].points > 0 else self._usual

    def read(self, name: str, data: bytes) -> str:
        """``data`` in the reading ``name``; empty where it cannot be that."""
        return self._readings[name](data) or ""

    def _evidence(self, data: bytes) -> dict[str, Evidence]:
        return {
            name: evidence(text)
            for name, read in self._readings.items()
            if (text := read(data)) is not None
        }


def utf8(data: bytes) -> str | None:
    """``data`` as UTF-8; ``None`` when it is not."""
    try:
        return data.decode()
    except UnicodeDecodeError:
        return None


# The encodings of bytes that may be guessed. VIQR has no bytes of its own; see ``VIQR``.
LEGACY: dict[str, Reading] = {
    name: encoding.decode
    for name, encoding in ENCODINGS.items()
    if encoding.automatic and name != "viqr"
}

# --- text that was read as windows-1252 by somebody before us --------------------------------

# Characters by the byte that they were: windows-1252; what windows-1250 has elsewhere, because some
# texts went through both; and the minus sign that 0xAD (TCVN3 ư) becomes.
_BYTES = {
    **{
        ord(ch): chr(byte)
        for byte in range(0x80, 0x100)
        if (ch := bytes([byte]).decode("cp1250", "ignore"))
    },
    **{ord(ch): chr(byte) for byte, ch in enumerate(WINDOWS_1252)},
    **{byte: chr(byte) for byte in range(0x80, 0xA0)},
    0x2212: "\xad",
}


def unread(text: str) -> bytes | None:
    """The bytes that ``text`` was before somebody read them as windows-1252; ``None`` when it has
    characters that never come of it.
    """
    try:
        return text.translate(_BYTES).encode("latin-1")
    except UnicodeEncodeError:
        return None
