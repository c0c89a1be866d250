"""X.690 basic encoding rules: the primitives under every APDU. Bytes in, values out.

Reading is liberal, because real origins are: indefinite lengths anywhere, lengths with leading
zero octets, strings in segments, tags of several octets. Writing is strict: definite, minimal
lengths. Nothing here knows Z39.50; ``asn1`` and ``apdu`` do.

Work is linear in the bytes and memory is bounded by them, whatever they are: the scanner keeps its
place between reads, the end of an indefinite length is looked for once, and what can nest is
counted. The only exception that bytes can cause is ``BerError``.
"""

from dataclasses import dataclass, field
from functools import lru_cache

# A tag is one int: its number, plus its class unless that is context-specific. Z39.50 names nearly
# all its fields by context tags, so that [31] in the standard is 31 here.
CONTEXT = 0
UNIVERSAL = 1 << 30
APPLICATION = 1 << 31
PRIVATE = 1 << 32
_CLASSES = (UNIVERSAL, APPLICATION, CONTEXT, PRIVATE)  # X.690 8.1.2.2, table 1
_CLASS_BITS = {UNIVERSAL: 0x00, APPLICATION: 0x40, CONTEXT: 0x80, PRIVATE: 0xC0}
_NUMBER = UNIVERSAL - 1

BOOLEAN = UNIVERSAL | 1
INTEGER = UNIVERSAL | 2
BIT_STRING = UNIVERSAL | 3
OCTET_STRING = UNIVERSAL | 4
NULL = UNIVERSAL | 5
OBJECT_IDENTIFIER = UNIVERSAL | 6
EXTERNAL = UNIVERSAL | 8
UTF8_STRING = UNIVERSAL | 12
SEQUENCE = UNIVERSAL | 16
VISIBLE_STRING = UNIVERSAL | 26
GENERAL_STRING = UNIVERSAL | 27
_END_OF_CONTENTS = UNIVERSAL | 0

MAX_PDU = 16 << 20  # octets of one incoming PDU; YAZ has had the same limit since 2026-06
MAX_OPEN = 10_000  # indefinite lengths open at once; only counted, never recursed into
MAX_DEPTH = 64  # segments within segments of a string
MAX_VALUES = 100_000  # values in one PDU; reading as many takes a tenth of a second or two
_TAG_OCTETS = 4  # numbers below 2**28; the largest in Z39.50 is 300
_INTEGER_OCTETS = 9
_OID_OCTETS = 128
_INDEFINITE = -1


class BerError(ValueError):
    """The bytes are not BER, or not what the APDU says. ``offset``: octets into the PDU."""

    def __init__(self, message: str, offset: int) -> None:
        self.offset = offset
        super().__init__(f"{message} at octet {offset}")


def _header(data: bytes | bytearray, position: int, end: int) -> tuple[int, bool, int, int] | None:
    """Tag, whether constructed, length (-1: indefinite) and where the content starts.

    ``None`` when the header does not end before ``end``. X.690 8.1.2 and 8.1.3.
    """
    if position >= end:
        return None
    begin = position
    first = data[position]
    position += 1
    number = first & 0x1F
    if number == 0x1F:
        number = 0
        for _ in range(_TAG_OCTETS):
            if position >= end:
                return None
            octet = data[position]
            position += 1
            number = number << 7 | octet & 0x7F
            if octet < 0x80:
                break
        else:
            raise BerError("tag number too large", begin)
    if position >= end:
        return None
    length = data[position]
    position += 1
    if length >= 0x80:
        if length == 0xFF:  # X.690 8.1.3.5 c
            raise BerError("reserved length octet", begin)
        if length == 0x80:
            if not first & 0x20:  # X.690 8.1.3.2
                raise BerError("indefinite length of a primitive value", begin)
            length = _INDEFINITE
        else:
            octets = length & 0x7F
            if position + octets > end:
                return None
            length = int.from_bytes(data[position : position + octets], "big")
            position += octets
    return _CLASSES[first >> 6] | number, bool(first & 0x20), length, position


class FrameScanner:
    """Cuts a stream into PDUs: one BER value after the other, with nothing between them.

    It keeps its place between reads, so that a PDU that comes one octet at a time costs the same
    as one that comes whole. Once it has raised there is no telling where the next PDU begins.
    """

    __slots__ = ("_buffer", "_position", "_open", "_values", "_max_pdu")

    def __init__(self, max_pdu: int = MAX_PDU) -> None:
        self._max_pdu = max_pdu
        self._buffer = bytearray()
        self._position = 0  # of the next header, or past the end of the value being skipped
        self._open = 0  # indefinite lengths not yet closed
        self._values = 0  # headers met in this PDU

    @property
    def pending(self) -> int:
        """Octets held of a PDU that is not complete."""
        return len(self._buffer)

    def feed(self, data: bytes) -> None:
        """Take the next octets of the stream."""
        self._buffer += data

    def next_frame(self) -> bytes | None:
        """The next PDU, or ``None`` when more octets must come first.

        Raises ``BerError`` for what cannot be the start of a PDU, and, as soon as the length
        octets say so, for a PDU of more than ``max_pdu`` octets.
        """
        buffer = self._buffer
        size = len(buffer)
        while self._open or not self._values:  # otherwise the PDU's end is known already
            head = _header(buffer, self._position, size)
            if head is None:
                return None
            tag, constructed, length, content = head
            self._values += 1
            if length == _INDEFINITE:
                self._open += 1
                self._position = content
            elif tag == _END_OF_CONTENTS and not constructed and length == 0:
                if not self._open:
                    raise BerError("end of contents without its beginning", self._position)
                self._open -= 1
                self._position = content
            elif not self._open and not constructed:
                # All PDUs are constructed. An HTTP request or a TLS greeting is told at once.
                raise BerError("not the beginning of a PDU", self._position)
            else:
                self._position = content + length
            if self._position > self._max_pdu:
                raise BerError(f"PDU of more than {self._max_pdu} octets", content)
            if self._open > MAX_OPEN or self._values > MAX_VALUES:
                raise BerError("too deeply nested, or too many values", content)
        return self._cut() if self._position <= size else None

    def _cut(self) -> bytes:
        frame = bytes(self._buffer[: self._position])
        del self._buffer[: self._position]
        self._position = self._values = 0
        return frame


@dataclass(slots=True)
class _Source:
    """The bytes of one PDU, where the indefinite lengths in them end (start -> end), and how many
    values have been met in them.
    """

    data: bytes
    ends: dict[int, int] = field(default_factory=dict)
    values: int = 0

    def close(self, start: int, limit: int) -> int:
        """Where the content starting at ``start`` with indefinite length ends.

        All indefinite lengths nested in it are noted on the way, so that each octet is looked at
        once however deep they nest.
        """
        known = self.ends.get(start)
        if known is not None:
            return known
        open_: list[int] = [start]
        position = start
        while open_:
            head = _header(self.data, position, limit)
            if head is None:
                raise BerError("no end of contents", position)
            tag, constructed, length, content = head
            self.values += 1
            if length == _INDEFINITE:
                open_.append(content)
                position = content
            elif tag == _END_OF_CONTENTS and not constructed and length == 0:
                self.ends[open_.pop()] = position
                position = content
            else:
                position = content + length
            if len(open_) > MAX_OPEN or self.values > MAX_VALUES:
                raise BerError("too deeply nested, or too many values", position)
        return self.ends[start]


class Element:
    """One value inside a PDU: ``tag``, and its content by the type that the reader knows it has.

    X.690 leaves the type of a context-tagged value to the specification, so the caller says
    which one to read: ``integer()``, ``octets()``, ``children()`` ...; each raises ``BerError``.
    ``offset`` is where the value's header stands in the PDU.
    """

    __slots__ = ("_end", "_source", "_start", "constructed", "offset", "tag")

    def __init__(
        self, source: _Source, tag: int, constructed: bool, offset: int, start: int, end: int
    ) -> None:
        self._source = source
        self.tag = tag
        self.constructed = constructed
        self.offset = offset
        self._start = start
        self._end = end

    def children(self) -> list["Element"]:
        """The values directly in this constructed one, in order."""
        if not self.constructed:
            raise BerError("primitive where a constructed value belongs", self.offset)
        source, position, end = self._source, self._start, self._end
        data = source.data
        found: list[Element] = []
        while position < end:
            first = data[position]
            start = position + 2
            # One octet of identifier and one of length, which nearly all values have.
            if first & 0x1F < 0x1F and start <= end and data[start - 1] < 0x80:
                tag, length = _CLASSES[first >> 6] | first & 0x1F, data[start - 1]
                constructed = first & 0x20 != 0
            else:
                head = _header(data, position, end)
                if head is None:
                    raise BerError("value cut off", position)
                tag, constructed, length, start = head
            if length == _INDEFINITE:
                stop = source.close(start, end)
                after = stop + 2
            else:
                stop = after = start + length
            if after > end:
                raise BerError("value longer than what holds it", position)
            source.values += 1
            if source.values > MAX_VALUES:
                raise BerError("too many values", position)
            found.append(Element(source, tag, constructed, position, start, stop))
            position = after
        return found

    def only(self) -> "Element":
        """The value in an EXPLICIT tag."""
        inner = self.children()
        if not inner:
            raise BerError("explicit tag without a value", self.offset)
        return inner[0]

    def content(self) -> bytes:
        """The content octets as they stand."""
        return self._source.data[self._start : self._end]

    def whole(self) -> bytes:
        """Identifier, length and content octets: the value as a document of its own."""
        after = self._end
        if self.constructed and self._start in self._source.ends:
            after += 2
        return self._source.data[self.offset : after]

    def octets(self) -> bytes:
        """OCTET STRING and the string types, in one piece or in segments (X.690 8.7)."""
        if not self.constructed:
            return self._source.data[self._start : self._end]
        return b"".join(self._segments(0))

    def _segments(self, depth: int) -> list[bytes]:
        if depth > MAX_DEPTH:
            raise BerError("string segments too deeply nested", self.offset)
        pieces: list[bytes] = []
        for child in self.children():
            if child.constructed:
                pieces += child._segments(depth + 1)
            else:
                pieces.append(child.content())
        return pieces

    def text(self) -> str:
        """A string as UTF-8. Octets that are not are shown as ``\\xNN``: names stay distinct."""
        return self.octets().decode("utf-8", "backslashreplace")

    def integer(self) -> int:
        """INTEGER, ENUMERATED: two's complement (X.690 8.3)."""
        octets = self.octets()
        if not 0 < len(octets) <= _INTEGER_OCTETS:
            raise BerError("integer of no or too many octets", self.offset)
        return int.from_bytes(octets, "big", signed=True)

    def boolean(self) -> bool:
        """BOOLEAN: any octet but zero is true (X.690 8.2.2)."""
        octets = self.octets()
        if len(octets) != 1:
            raise BerError("boolean not of one octet", self.offset)
        return octets != b"\0"

    def bits(self) -> int:
        """BIT STRING as an int in which bit n of the string is ``1 << n`` (X.690 8.6).

        The first octet counts the unused bits of the last. Bits from 64 upward are left out: none
        above 21 has a meaning in Z39.50.
        """
        octets = self.octets()
        if not octets:
            raise BerError("bit string without its first octet", self.offset)
        value = 0
        for place, octet in enumerate(octets[1:9]):
            value |= _REVERSED[octet] << 8 * place
        used = max(8 * (len(octets) - 1) - min(octets[0], 7), 0)
        return value & (1 << used) - 1

    def oid(self) -> str:
        """OBJECT IDENTIFIER in dotted form."""
        octets = self.octets()
        if not 0 < len(octets) <= _OID_OCTETS or octets[-1] >= 0x80:
            raise BerError("malformed object identifier", self.offset)
        return _dotted(octets)


_REVERSED = bytes(int(f"{octet:08b}"[::-1], 2) for octet in range(256))


def parse(data: bytes) -> Element:
    """The one value that ``data`` is. Raises ``BerError`` also when octets follow it."""
    source = _Source(data)
    head = _header(data, 0, len(data))
    if head is None:
        raise BerError("value cut off", 0)
    tag, constructed, length, start = head
    if length == _INDEFINITE:
        stop = source.close(start, len(data))
        after = stop + 2
    else:
        stop = after = start + length
    if after != len(data):
        raise BerError("value cut off, or followed by other octets", min(after, len(data)))
    return Element(source, tag, constructed, 0, start, stop)


@lru_cache(maxsize=1024)
def _dotted(octets: bytes) -> str:
    """X.690 8.19: base 128, the first number holds the first two arcs."""
    arcs: list[int] = []
    number = 0
    for octet in octets:
        number = number << 7 | octet & 0x7F
        if octet < 0x80:
            arcs.append(number)
            number = 0
    root = min(arcs[0] // 40, 2)
    return ".".join(map(str, (root, arcs[0] - 40 * root, *arcs[1:])))


# --- writing: every function returns identifier, length and content octets of one value


@lru_cache(maxsize=1024)
def _identifier(tag: int, constructed: bool) -> bytes:
    number = tag & _NUMBER
    first = _CLASS_BITS[tag & ~_NUMBER] | (0x20 if constructed else 0)
    if number < 0x1F:
        return bytes((first | number,))
    return bytes((first | 0x1F,)) + _base128(number)


def _base128(number: int) -> bytes:
    octets = [number & 0x7F]
    while number := number >> 7:
        octets.append(number & 0x7F | 0x80)
    return bytes(reversed(octets))


_SHORT = tuple(bytes((size,)) for size in range(0x80))


def _length(size: int) -> bytes:
    if size < 0x80:
        return _SHORT[size]
    octets = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((0x80 | len(octets),)) + octets


def primitive(tag: int, content: bytes) -> bytes:
    """A value whose content octets are ``content``."""
    return _identifier(tag, False) + _length(len(content)) + content


def constructed(tag: int, *values: bytes) -> bytes:
    """A value that holds ``values``, each already encoded."""
    content = b"".join(values)
    return _identifier(tag, True) + _length(len(content)) + content


def text(tag: int, value: str) -> bytes:
    """A string type, in UTF-8. Surrogates are octets that go as they are (PEP 383), where they can
    be such.
    """
    try:
        return primitive(tag, value.encode())
    except UnicodeEncodeError:
        return primitive(tag, _with_surrogates(value))


def _with_surrogates(value: str) -> bytes:
    try:
        return value.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return value.encode("utf-8", "replace")


@lru_cache(maxsize=1024)
def integer(tag: int, value: int) -> bytes:
    """Shortest two's complement."""
    magnitude = value if value >= 0 else ~value
    return primitive(tag, value.to_bytes(magnitude.bit_length() // 8 + 1, "big", signed=True))


@lru_cache(maxsize=256)
def boolean(tag: int, value: bool) -> bytes:
    """TRUE is 0xFF."""
    return primitive(tag, b"\xff" if value else b"\0")


@lru_cache(maxsize=256)
def bits(tag: int, value: int) -> bytes:
    """The bit string whose bit n is ``value >> n & 1``, in whole octets as all peers send it."""
    octets = value.to_bytes((value.bit_length() + 7) // 8, "little")
    return primitive(tag, b"\0" + bytes(_REVERSED[octet] for octet in octets))


def null(tag: int) -> bytes:
    """NULL."""
    return primitive(tag, b"")


@lru_cache(maxsize=1024)
def oid(tag: int, dotted: str) -> bytes:
    """OBJECT IDENTIFIER from its dotted form. Raises ``ValueError`` if it is not one."""
    first, second, *rest = map(int, dotted.split("."))
    return primitive(tag, b"".join(map(_base128, (40 * first + second, *rest))))
