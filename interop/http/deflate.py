"""gzip members put together from parts that were compressed before (RFC 1951, RFC 1952).

A part is compressed once into deflate blocks that end at a byte and need nothing before them (a
full flush); what differs between two answers goes into stored blocks around it. The result is one
member: many clients stop after the first of several. The CRC of the whole is made from those of
the parts, without reading them again.

The compressor is Intel's ISA-L where it is installed, which is four times as fast; else zlib.
"""

import struct
import zlib
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

_fast: Any = None
with suppress(ImportError):  # no wheel for this machine
    from isal import isal_zlib

    _fast = isal_zlib

LEVEL = 1  # costs less than the network saves, with either library

# RFC 1952 2.3: deflate, no flags, no time, fastest, unknown system.
_HEADER = b"\x1f\x8b\x08\x00\x00\x00\x00\x00\x04\xff"
_END = b"\x03\x00"  # a last block, with fixed codes, of nothing
_STORED = 65535  # bytes that a stored block holds at most (RFC 1951 3.2.4)


@dataclass(frozen=True, slots=True)
class Deflated:
    """Deflate blocks, none of them the last, of a part. ``size``: bytes of the part."""

    blocks: bytes
    crc: int
    size: int


def crc32(data: bytes) -> int:
    """CRC-32 as gzip has it."""
    return int(_fast.crc32(data)) if _fast is not None else zlib.crc32(data)


def deflate(part: bytes) -> Deflated:
    """``part`` compressed into blocks that may stand anywhere in a member."""
    if _fast is not None:
        made = _fast.compressobj(LEVEL, _fast.DEFLATED, -15)
        blocks = made.compress(part) + made.flush(_fast.Z_FULL_FLUSH)
        return Deflated(blocks, crc32(part), len(part))
    plain = zlib.compressobj(LEVEL, zlib.DEFLATED, -15)
    blocks = plain.compress(part) + plain.flush(zlib.Z_FULL_FLUSH)
    return Deflated(blocks, crc32(part), len(part))


def stored(part: bytes) -> Deflated:
    """``part`` as it is, in stored blocks."""
    blocks = []
    for start in range(0, len(part), _STORED):
        piece = part[start : start + _STORED]
        blocks.append(struct.pack("<BHH", 0, len(piece), len(piece) ^ 0xFFFF) + piece)
    return Deflated(b"".join(blocks), crc32(part), len(part))


def inflate(part: Deflated) -> bytes:
    """The bytes of a part."""
    library = _fast if _fast is not None else zlib
    found: bytes = library.decompressobj(-15).decompress(part.blocks)
    return found


def member(parts: Sequence[Deflated]) -> list[bytes]:
    """One gzip member of the parts, in chunks."""
    crc = size = 0
    for part in parts:
        crc = combine(crc, part.crc, part.size)
        size += part.size
    trailer = struct.pack("<II", crc, size & 0xFFFFFFFF)
    return [_HEADER, *(part.blocks for part in parts), _END + trailer]


# The CRC of a concatenation: that of the first part, moved over the length of the second by a
# multiplication with x^(8 * length) modulo the polynomial, plus that of the second (the bits of a
# CRC-32 are a polynomial over GF(2), highest power in the lowest bit).
_POLYNOMIAL = 0xEDB88320


def combine(first: int, second: int, length: int) -> int:
    """CRC-32 of two parts after each other. ``length``: bytes of the second."""
    if _fast is not None:
        return int(_fast.crc32_combine(first, second, length))
    return _multiply(_power(length), first) ^ second if first else second


def _multiply(a: int, b: int) -> int:
    product = 0
    for _ in range(32):
        if a & 0x80000000:
            product ^= b
        a = (a << 1) & 0xFFFFFFFF
        b = (b >> 1) ^ _POLYNOMIAL if b & 1 else b >> 1
    return product


@lru_cache(maxsize=8192)
def _power(length: int) -> int:
    """x^(8 * length) modulo the polynomial."""
    power, square = 0x80000000, 0x00800000  # 1 and x^8
    while length:
        if length & 1:
            power = _multiply(square, power)
        square = _multiply(square, square)
        length >>= 1
    return power
