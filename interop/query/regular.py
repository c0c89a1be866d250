"""Regular expressions in search terms (Bib-1 truncation 102 and 103), as masks of the index.

The whole of a word is matched. What a mask can say is understood: ``.``, ``.*``, ``.+``, ``.?``, an
optional character (``u?``), sets of a few characters (``[iy]``), alternatives (``(a|b)c``), and
a backslash before any character. What it cannot say (repetition of anything else, ranges,
complements) is a ``Diagnostic``, never something near it.
"""

from collections.abc import Iterator

from interop.diagnostics import Diagnostic
from interop.query.ast import ANY, ONE
from interop.query.clause import Piece

MAX_CHOICES = 50  # terms that one expression may stand for
_SPECIAL = frozenset("*+?{}^$")

_Sequence = tuple[Piece, ...]


def choices(expression: str, number: int) -> list[_Sequence]:
    """The terms that ``expression`` stands for. ``number``: the attribute, for the diagnostic."""
    reader = _Reader(expression, number)
    found = reader.alternatives()
    if reader.rest():
        raise reader.refused()
    return found


class _Reader:
    def __init__(self, text: str, number: int) -> None:
        self._text = text
        self._at = 0
        self._number = number

    def rest(self) -> str:
        return self._text[self._at :]

    def refused(self) -> Diagnostic:
        return Diagnostic("unsupported_truncation", f"{self._number} {self.rest()[:40]}".strip())

    def _take(self, characters: str) -> str:
        """The next character when it is one of ``characters``."""
        ch = self._text[self._at : self._at + 1]
        if ch and ch in characters:
            self._at += 1
            return ch
        return ""

    def alternatives(self) -> list[_Sequence]:
        found = self._concatenation()
        while self._take("|"):
            found += self._concatenation()
        return self._few(found)

    def _concatenation(self) -> list[_Sequence]:
        found: list[_Sequence] = [()]
        while self.rest() and self.rest()[0] not in "|)":
            item = self._repeated()
            found = self._few([(*left, *right) for left in found for right in item])
        return found

    def _few(self, found: list[_Sequence]) -> list[_Sequence]:
        if len(found) > MAX_CHOICES:
            raise self.refused()
        return found

    def _repeated(self) -> list[_Sequence]:
        place = self._at
        atom = self._atom()
        if self._take("?"):
            return [(), *atom]
        mark = self._take("*+")
        if not mark:
            return atom
        if atom != [(ONE,)]:
            self._at = place
            raise self.refused()
        return [(ANY,)] if mark == "*" else [(ONE, ANY)]

    def _atom(self) -> list[_Sequence]:
        if self._take("("):
            inner = self.alternatives()
            if not self._take(")"):
                raise self.refused()
            return inner
        if self._take("["):
            return list(self._set())
        if self._take("."):
            return [(ONE,)]
        escaped = bool(self._take("\\"))
        ch = self.rest()[:1]
        if not ch or (not escaped and ch in _SPECIAL):
            raise self.refused()
        self._at += 1
        return [(ch,)]

    def _set(self) -> Iterator[_Sequence]:
        end = self._text.find("]", self._at + 1)
        members = self._text[self._at : end]
        if end < 0 or members[0] == "^" or "-" in members or "\\" in members:
            raise self.refused()
        self._at = end + 1
        yield from ((ch,) for ch in dict.fromkeys(members))
