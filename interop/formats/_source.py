"""A stream of bytes as chunks: unpacked when it is gzip or tar, in UTF-8 when it is XML.

Memory is bounded by the chunk, and unpacking by a ratio, so that a small file cannot fill a disk.
"""

import codecs
import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO

from interop.marc.record import MarcError
from interop.marc.split import BETWEEN

CHUNK = 1 << 16
# Real catalogues pack 4 to 30 times smaller; deflate can reach 1,032 times.
_LARGEST_RATIO = 200
_FREE_BYTES = 1 << 26

_ENCODING = re.compile(rb"""^<\?xml[^>]*\bencoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_UTF_16_START = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The bytes of ``stream``, unpacked; chunks are not empty. Raises ``MarcError`` when the gzip
    data is damaged or suspiciously dense.
    """
    return _plain(iter(lambda: stream.read(CHUNK), b""))


def _plain(pieces: Iterator[bytes]) -> Iterator[bytes]:
    first = next(pieces, b"")
    whole = chain((first,), pieces) if first else pieces
    return _unpacked(whole) if first.startswith(b"\x1f\x8b") else whole


def _unpacked(packed: Iterator[bytes]) -> Iterator[bytes]:
    """RFC 1952: members one after the other; zeros or other bytes after the last are ignored."""
    unpacker = zlib.decompressobj(wbits=31)
    taken = given = 0
    waiting = b""
    while waiting or (waiting := next(packed, b"")):
        if unpacker.eof:
            if not waiting.startswith(b"\x1f"):
                return
            unpacker = zlib.decompressobj(wbits=31)
        before = len(waiting)
        try:
            chunk = unpacker.decompress(waiting, CHUNK)
        except zlib.error as error:
            raise MarcError("the gzip data is damaged", taken) from error
        waiting = unpacker.unused_data if unpacker.eof else unpacker.unconsumed_tail
        taken += before - len(waiting)
        given += len(chunk)
        if given > _FREE_BYTES + _LARGEST_RATIO * taken:
            raise MarcError(f"the gzip data unpacks to more than {_LARGEST_RATIO} times", taken)
        if chunk:
            yield chunk
    if not unpacker.eof:
        raise MarcError("the gzip data is cut off", taken)


def opened(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    """The first bytes without filler before them, as many as show what they are, and all the
    chunks again; XML in UTF-8. Nothing but filler gives empty bytes.
    """
    head = bytearray()
    for piece in pieces:
        head += piece
        if len(head) >= 2 * CHUNK:  # more than any directory, whose base address has five digits
            break
    start = bytes(head)
    everything: Iterator[bytes] = chain((start,), pieces)
    encoding = _xml_encoding(start)
    if encoding:
        everything = _as_utf8(everything, encoding)
        start = next(everything, b"")
        everything = chain((start,), everything)
    return start.lstrip(BETWEEN), everything


_BLOCK = 512
_TAR_NAME = b"ustar"


def members(pieces: Iterator[bytes]) -> Iterator[Iterator[bytes]]:
    """Each file in a tar archive (POSIX pax and GNU), in order, unpacked where it is gzip; or the
    bytes themselves as one.

    A file that is not read to its end is passed over. Raises ``MarcError`` when the archive is
    damaged.
    """
    buffered = _Buffered(pieces)
    header = buffered.take(_BLOCK)
    if header[257:262] != _TAR_NAME:
        yield buffered.rest(header)
        return
    while len(header) == _BLOCK and header.strip(b"\0"):
        size = _octal(header[124:136])
        body = buffered.exactly(size)
        # Other kinds are directories, links and the notes that pax writes about the next file.
        if header[156:157] in (b"0", b"\0"):
            yield _plain(body)
        for _ in body:
            pass
        if len(buffered.take(-size % _BLOCK)) < -size % _BLOCK:
            raise MarcError("the tar archive is cut off")
        header = buffered.take(_BLOCK)


def _octal(text: bytes) -> int:
    digits = text.strip(b"\0 ")
    if text[:1] == b"\x80":  # GNU: a binary number, for files above 8 GiB
        return int.from_bytes(text[1:])
    if not re.fullmatch(rb"[0-7]+", digits):
        raise MarcError("the tar archive is damaged")
    return int(digits, 8)


class _Buffered:
    """A stream of chunks of which exact amounts can be taken."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._waiting = b""

    def take(self, size: int) -> bytes:
        """``size`` bytes, or fewer at the end."""
        while len(self._waiting) < size:
            piece = next(self._pieces, b"")
            if not piece:
                break
            self._waiting += piece
        taken, self._waiting = self._waiting[:size], self._waiting[size:]
        return taken

    def exactly(self, size: int) -> Iterator[bytes]:
        """The next ``size`` bytes, in chunks."""
        while size > 0:
            chunk = self.take(min(size, CHUNK))
            if not chunk:
                raise MarcError("the tar archive is cut off")
            size -= len(chunk)
            yield chunk

    def rest(self, before: bytes) -> Iterator[bytes]:
        """``before`` and all that follows it."""
        yield from filter(None, (before, self._waiting))
        self._waiting = b""
        yield from self._pieces


def _xml_encoding(start: bytes) -> str:
    """The codec of XML that is not UTF-8 (XML 1.0 appendix F), or an empty string."""
    if start[:2] in _UTF_16 or start[:2] in _UTF_16_START:
        return _UTF_16.get(start[:2]) or _UTF_16_START[start[:2]]
    declared = _ENCODING.match(start.lstrip(BETWEEN))
    if declared is None:
        return ""
    try:
        codec = codecs.lookup(declared[1].decode("ascii"))
        # Only codecs between bytes and text: others (rot13, zip) are there under a name too.
        "".encode(codec.name)
    except LookupError:
        return ""
    # A document that is read as bytes cannot really be in a declared UTF-16 or UTF-32.
    return "" if codec.name.startswith(("utf", "ascii")) else codec.name


def _as_utf8(pieces: Iterable[bytes], encoding: str) -> Iterator[bytes]:
    decoder = codecs.getincrementaldecoder(encoding)("replace")
    for piece in pieces:
        yield decoder.decode(piece).encode("utf-8", "replace")
    yield decoder.decode(b"", final=True).encode("utf-8", "replace")
