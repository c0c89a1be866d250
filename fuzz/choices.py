"""Bytes as choices of a grammar: a mutation of the bytes is one of what it makes."""

from collections.abc import Callable, Sequence
from typing import TypeVar

T = TypeVar("T")


class Choices:
    """Reads ``data`` from its beginning; behind its end every choice is the first."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    @property
    def rest(self) -> bytes:
        """What no choice has used."""
        return self._data[self._at :]

    def byte(self) -> int:
        if self._at >= len(self._data):
            return 0
        self._at += 1
        return self._data[self._at - 1]

    def one_of(self, things: Sequence[T]) -> T:
        return things[self.byte() % len(things)]

    def many(self, make: Callable[[], T], most: int) -> tuple[T, ...]:
        return tuple(make() for _ in range(self.byte() % (most + 1)))

    def octets(self, most: int) -> bytes:
        count = self.byte() % (most + 1)
        found = self._data[self._at : self._at + count]
        self._at += count
        return found
