"""New inputs out of old ones: pure functions of a random generator."""

from collections.abc import Sequence
from random import Random

LONGEST = 1 << 16  # bytes: longer ones find little that is new


def mutated(random: Random, data: bytes, others: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    """``data`` changed in one to eight places."""
    for _ in range(random.choice((1, 1, 2, 4, 8))):
        data = random.choice(_CHANGES)(random, data, others, tokens)
    return data[:LONGEST]


def _span(random: Random, data: bytes) -> tuple[int, int]:
    begin = random.randint(0, len(data))
    return begin, min(len(data), begin + random.choice((1, 2, 4, 16, 200)))


def _flip(random: Random, data: bytes, others: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    at = random.randint(0, len(data))
    return data[:at] + bytes((random.randrange(256),)) + data[at + 1 :]


def _cut(random: Random, data: bytes, others: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    begin, end = _span(random, data)
    return data[:begin] + data[end:]


def _repeat(random: Random, data: bytes, others: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    begin, end = _span(random, data)
    return data[:end] + data[begin:end] * random.choice((1, 2, 50)) + data[end:]


def _insert(random: Random, data: bytes, others: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    at = random.randint(0, len(data))
    token = random.choice(tokens) if tokens else bytes((random.randrange(256),))
    return data[:at] + token + data[at:]


def _splice(random: Random, data: bytes, others: Sequence[bytes], tokens: Sequence[bytes]) -> bytes:
    other = random.choice(others) if others else data
    begin, end = _span(random, other)
    at = random.randint(0, len(data))
    return data[:at] + other[begin:end] + data[at:]


_CHANGES = (_flip, _cut, _repeat, _insert, _splice)
