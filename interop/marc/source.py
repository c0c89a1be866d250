"""A stream of bytes as chunks: unpacked when it is gzip, in UTF-8 when it is XML; and what it is.

Memory is bounded by the chunk, and unpacking by a ratio, so that a small file cannot fill a disk.
"""

import codecs
import re
import zlib
from collections.abc import Iterable, Iterator
from itertools import chain
from typing import BinaryIO

from interop.marc.record import MarcError

CHUNK = 1 << 16
# Real catalogues pack 4 to 30 times smaller; deflate can reach 1,032 times.
_LARGEST_RATIO = 200
_FREE_BYTES = 1 << 26

# What may stand before the first record and between two: line ends, padding, Ctrl-Z of DOS.
# A blank too, but it may be the first character of a leader.
FILLER = b"\r\n\t\0\x1a\xef\xbb\xbf"
BETWEEN = FILLER + b" "

# ISO 2709 that was cut off in its directory: five digits of length, and a leader like MARC 21.
_LEADER = re.compile(rb"[0-9]{5}.{5}22[0-9]{5}.{3}45", re.DOTALL)
_ARCHIVES = ((257, b"ustar", "tar"), (0, b"PK\x03\x04", "ZIP"), (0, b"7z\xbc\xaf", "7-Zip"))
_ENCODING = re.compile(rb"""^<\?xml[^>]*\bencoding\s*=\s*["']([A-Za-z0-9._-]+)""")
_UTF_16 = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}
_UTF_16_START = {b"<\0": "utf-16-le", b"\0<": "utf-16-be"}


def chunks(stream: BinaryIO) -> Iterator[bytes]:
    """The bytes of ``stream``, unpacked; chunks are not empty. Raises ``MarcError`` when the gzip
    data is damaged or suspiciously dense.
    """
    plain = iter(lambda: stream.read(CHUNK), b"")
    first = next(plain, b"")
    if first:
        plain = chain((first,), plain)
    return _unpacked(plain) if first.startswith(b"\x1f\x8b") else iter(plain)


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


def sniff(pieces: Iterator[bytes]) -> tuple[str, Iterator[bytes]]:
    """``marcxml``, ``iso2709``, or an empty string when there is nothing but filler; and all the
    chunks again, XML as UTF-8. Raises ``MarcError`` when the content is neither.
    """
    head = bytearray()
    for piece in pieces:
        head += piece
        if len(head) >= 2 * CHUNK:  # more than any directory, whose base address has five digits
            break
    start = bytes(head)
    everything = chain((start,), pieces)
    content = start.lstrip(BETWEEN)
    encoding = _xml_encoding(start)
    if encoding:
        return "marcxml", _as_utf8(everything, encoding)
    if content.startswith(b"<"):
        return "marcxml", everything
    if not content:
        return "", everything
    archive = next((name for at, mark, name in _ARCHIVES if start[at:].startswith(mark)), None)
    if archive:
        raise MarcError(f"a {archive} archive: unpack it first", 0)
    if b"\x1e" in content or _LEADER.match(content):
        return "iso2709", everything
    shown = content[:24].decode("latin-1")
    raise MarcError(f"neither ISO 2709 nor MARCXML: begins with {shown!r}", 0)


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
