"""Spans of years as keys of the index, and which of them a query means: the same for every engine.

A key is the first and the last year, each as five digits that are above zero also before the common
era, so that keys are in the order of their first years.
"""

from typing import NamedTuple

from interop.marc.spans import Span as Years
from interop.query import ast

_OFFSET = 10_000
_WIDTH = 5
_LOWEST, _HIGHEST = "0" * _WIDTH, "9" * _WIDTH


def key(span: Years) -> str:
    """The key of a span within ±9,999 years."""
    first, last = span
    return f"{_digits(first)}{_digits(last)}"


def _digits(year: int) -> str:
    return f"{min(max(year, 1 - _OFFSET), _OFFSET - 1) + _OFFSET:0{_WIDTH}}"


class Bounds(NamedTuple):
    """Keys from ``first`` to ``last`` whose second half is from ``low`` to ``high``."""

    first: str
    last: str
    low: str
    high: str

    def hold(self, span: str) -> bool:
        """Whether a key is one of these."""
        return self.first <= span <= self.last and self.low <= span[_WIDTH:] <= self.high


def bounds(query: ast.Span) -> Bounds:
    """What the keys of ``query`` have in common."""
    low, high = _digits(query.lo), _digits(query.hi)
    match query.relation:
        case "encloses":
            return Bounds(_LOWEST * 2, low + _HIGHEST, high, _HIGHEST)
        case "within":
            return Bounds(low + _LOWEST, _HIGHEST * 2, _LOWEST, high)
        case "equal":
            return Bounds(low + high, low + high, high, high)
