"""What a question costs before it is asked: how many postings an engine would go through.

A tree that ``plan.prepare`` has passed is bounded in size, not in cost: a few masked words near one
another may stand for most of a large index, many times over, and a search that runs cannot be
stopped. So an engine that has postings counts them first. How many there are is a property of the
index and not of the query: unlike the limits of ``plan``, this one lets the same query pass where
there are few records.

Weights were measured with ``tantivy`` over 300,000 records of 50 words in nine segments; a step is
about 13 ns.
"""

from collections.abc import Callable, Sequence

from interop.index.base import BUDGET, QueryTooCostly

DEAR = 4_000_000  # steps from which on a search is no longer a quick one

POSITION = 4  # steps of one posting whose positions are read
OPENING = 1_000  # steps until the postings of one word in one segment are open

# Masks in one query from which on what they stand for is counted. A few cannot cost much more than
# ``plan.MAX_EXPANSIONS`` words do, and counting costs as much as searching for them.
SOME_MASKS = 4
SOME_WORDS = 1_000  # words that a mask stands for, from which on a search is not a quick one

# How many records have a word in a field, those deleted included.
Frequency = Callable[[str, str], int]


class Meter:
    """Adds up the steps of one search. ``segments``: parts that the index is in. Its methods raise
    ``QueryTooCostly`` as soon as there are more than ``limit``.
    """

    def __init__(self, frequency: Frequency, segments: int, limit: int = BUDGET.steps) -> None:
        self._frequency = frequency
        self._limit = limit
        self._segments = segments
        self._known: dict[tuple[tuple[str, ...], tuple[str, ...]], int] = {}
        self._masks: list[tuple[tuple[str, ...], Sequence[str]]] = []
        self.steps = 0

    @property
    def is_dear(self) -> bool:
        """Whether the search may take long, as far as it has been counted."""
        return self.steps > DEAR or any(len(words) > SOME_WORDS for _, words in self._masks)

    def mask(self, fields: Sequence[str], words: Sequence[str]) -> None:
        """A search for any of ``words``."""
        self._masks.append((tuple(fields), words))
        if len(self._masks) == SOME_MASKS:
            for each in self._masks:
                self._add(self._postings(*each))
        elif len(self._masks) > SOME_MASKS:
            self._add(self._postings(fields, words))

    def phrase(self, fields: Sequence[str], words: Sequence[str]) -> None:
        """A phrase of plain words: the rarest of them leads."""
        self._add(min(self._postings(fields, (word,)) for word in words))

    def masked_phrase(self, fields: Sequence[str], places: Sequence[Sequence[str]]) -> None:
        """A phrase at each of whose places any of some words may stand: all are read."""
        for words in places:
            opened = OPENING * len(words) * self._segments
            self._add(POSITION * self._postings(fields, words) + opened)

    def _postings(self, fields: Sequence[str], words: Sequence[str]) -> int:
        key = (tuple(fields), tuple(words))
        if key not in self._known:
            self._known[key] = sum(
                self._frequency(field, word) for field in fields for word in words
            )
        return self._known[key]

    def _add(self, steps: int) -> None:
        self.steps += steps
        if self.steps > self._limit:
            raise QueryTooCostly(f"{self.steps // 1_000_000} million steps")
