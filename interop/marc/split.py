"""Cutting a stream into the bytes of single records, so that a bad record costs one record.

ISO 2709: records end at 0x1D whatever their leader says; where that makes no sense (a terminator
lost, junk between records, 0x1D inside text), leaders are looked for. XML: from the last start
tag before it to an end tag, so that neither an unclosed record nor a wrapper around it costs more.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from typing import NamedTuple

from interop.marc.record import MarcError

# What may stand before the first record and between two: line ends, padding, Ctrl-Z of DOS.
# A blank too, but it may be the first character of a leader.
FILLER = b"\r\n\t\0\x1a\xef\xbb\xbf"
BETWEEN = FILLER + b" "

# A record of 1 MB is real (HathiTrust); nothing larger was ever seen that was a record.
LONGEST = 1 << 24
# What is kept of something longer, for the quality report.
SAMPLE = 1 << 16

_LEADER = re.compile(
    rb"[0-9]{5}[ A-Za-z][A-Za-z][\x20-\x7e]{3}22[0-9]{5}[\x20-\x7e]{3}45[\x20-\x7e]{2}"
    rb"(?=[0-9A-Za-z]{3}[0-9]{9})"
)
_PREFIX = rb"(?:[A-Za-z_][\w.-]*:)?"
_MARC_ELEMENT = re.compile(rb"<" + _PREFIX + rb"(?:leader|controlfield|datafield)[\s>]")
_COLLECTION = re.compile(rb"<" + _PREFIX + rb"(?:collection|modsCollection|ListRecords)[\s/>]")
_TOO_LONG = f"longer than {LONGEST >> 20} MiB without an end"


class Piece(NamedTuple):
    """The bytes of one record; ``reason``: why they cannot be one, empty when they may be."""

    raw: bytes
    reason: str = ""


def iso2709(chunks: Iterable[bytes]) -> Iterator[Piece]:
    """Pieces that end with a record terminator, but for the last one of a stream cut off."""
    buffer = b""
    searched = 0
    is_skipping = False
    for chunk in chunks:
        if is_skipping:
            _, found, chunk = chunk.partition(b"\x1d")
            is_skipping = not found
        buffer = (buffer + chunk) if buffer else chunk.lstrip(FILLER)
        begin = 0
        while (end := buffer.find(b"\x1d", searched) + 1) > 0:
            raw = buffer[begin:end]
            if raw[-2:] == b"\x1e\x1d" and raw[:5] == b"%05d" % len(raw):
                yield Piece(raw)
                begin = searched = end
                continue
            begin += len(raw) - len(raw.lstrip(FILLER))
            honest = _honest_end(buffer, begin, end)
            if honest > len(buffer):
                searched = end - 1
                break
            yield from _records(buffer[begin:honest])
            begin = searched = honest
        else:
            searched = len(buffer)
        buffer = buffer[begin:]
        searched -= begin
        if len(buffer) > LONGEST:
            yield Piece(buffer[:SAMPLE], _TOO_LONG)
            buffer, searched, is_skipping = b"", 0, True
    for rest in re.findall(b"[^\x1d]*\x1d|[^\x1d]+", buffer):
        yield from _records(rest.lstrip(FILLER))


def _honest_end(buffer: bytes, begin: int, end: int) -> int:
    """Where the record ends: at the terminator found, or where its length says when the terminator
    is one inside text. May be beyond the buffer: more of the stream is needed to tell.
    """
    if buffer[end - 2 : end - 1] == b"\x1e" or not buffer[begin : begin + 5].isdigit():
        return end
    declared = begin + int(buffer[begin : begin + 5])
    if declared <= end:
        return end
    if declared > len(buffer):
        return declared
    return declared if buffer[declared - 2 : declared] == b"\x1e\x1d" else end


def _records(raw: bytes) -> Iterator[Piece]:
    """The records in what stands between two terminators: one, if its length is right. Else there
    may be junk before it, or another one whose terminator was lost.
    """
    if not raw.strip(BETWEEN):
        return
    starts = [0]
    if not (raw[:5].isdigit() and int(raw[:5]) == len(raw)):
        starts = [match.start() for match in _LEADER.finditer(raw)] or [0]
    if raw[: starts[0]].strip(BETWEEN):
        yield Piece(raw[: starts[0]], "no leader and directory: bytes between two records")
    for begin, end in zip(starts, [*starts[1:], len(raw)], strict=True):
        yield Piece(raw[begin:end])


def marcxml(chunks: Iterable[bytes]) -> Iterator[Piece]:
    """Pieces from start tag to end tag. Raises ``MarcError`` when there is none and the document
    is no collection either.
    """
    return elements(chunks, "record", _MARC_ELEMENT)


def elements(chunks: Iterable[bytes], names: str, content: re.Pattern[bytes]) -> Iterator[Piece]:
    """Pieces from start tag to end tag of the elements whose local name is one of ``names`` (a
    regular expression). ``content``: what shows that an element without its other tag was a record
    and no wrapper around one.

    Raises ``MarcError`` when there is none and the document is no collection either.
    """
    splitter = _XmlSplitter(names, content)
    pieces = 0
    for chunk in chunks:
        for piece in splitter.feed(chunk):
            pieces += 1
            yield piece
    for piece in splitter.end():
        pieces += 1
        yield piece
    if pieces == 0 and not splitter.is_collection:
        raise MarcError("XML without a record of MARC, MODS or Dublin Core")


class _XmlSplitter:
    """``_buffer``: what follows the last end tag; ``_starts``: places of start tags in it."""

    def __init__(self, names: str, content: re.Pattern[bytes]) -> None:
        # Comments and CDATA sections are passed over, whole; tags are told apart by their first
        # group.
        bare = rb"<(/?)" + _PREFIX + rb"(?:" + names.encode() + rb")(?:\s[^<>]*)?(?<!/)>"
        self._bare_tag = re.compile(bare)
        self._tag = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|" + bare, re.DOTALL)
        self._content = content
        self._buffer = b""
        self._scanned = 0
        self._starts: list[int] = []
        self._is_skipping = False
        self.is_collection = False

    def feed(self, chunk: bytes) -> Iterator[Piece]:
        """The records that end in ``chunk``."""
        self._buffer += chunk
        self.is_collection = self.is_collection or _COLLECTION.search(chunk) is not None
        yield from self._scan(self._settled(), self._tag)
        if len(self._buffer) > LONGEST:
            is_record = self._starts or self._content.search(self._buffer)
            if is_record and not self._is_skipping:
                start = self._starts[0] if self._starts else 0
                yield Piece(self._buffer[start : start + SAMPLE], _TOO_LONG)
                self._is_skipping = True
            self._buffer = self._buffer[self._scanned :]
            self._buffer = self._buffer if len(self._buffer) <= LONGEST else b""
            self._scanned = 0
            self._starts = []

    def end(self) -> Iterator[Piece]:
        """What was begun and never ended."""
        yield from self._scan(self._settled(), self._tag)
        # A comment without an end: what looks like a record in it is more likely one than not.
        yield from self._scan(len(self._buffer), self._bare_tag)
        yield from self._lost(len(self._buffer), "cut off at its end")

    def _settled(self) -> int:
        """How far tags can be told from the inside of a comment or a CDATA section."""
        settled = len(self._buffer)
        for opening, closing in ((b"<!--", b"-->"), (b"<![CDATA[", b"]]>")):
            opened = self._buffer.find(opening, self._scanned)
            while opened >= 0:
                closed = self._buffer.find(closing, opened)
                if closed < 0:
                    settled = min(settled, opened)
                    break
                opened = self._buffer.find(opening, closed)
        return settled

    def _scan(self, settled: int, tags: re.Pattern[bytes]) -> Iterator[Piece]:
        begin = 0
        for match in tags.finditer(self._buffer, self._scanned, settled):
            if match[1] is None:
                continue
            if not match[1]:
                self._starts.append(match.start())
                self._is_skipping = False
                continue
            yield from self._ended(begin, match.start(), match.end())
            begin = match.end()
            self._starts = []
            self._is_skipping = False
        # The tag that a chunk ends in the middle of is looked at again.
        self._scanned = max(self._buffer.rfind(b"<", 0, settled), begin, self._scanned) - begin
        self._buffer = self._buffer[begin:]
        self._starts = [start - begin for start in self._starts]

    def _ended(self, begin: int, tag: int, end: int) -> Iterator[Piece]:
        """The record that ends here, after those before it that never ended."""
        if not self._starts:
            lost = self._buffer[begin:tag]
            if not self._is_skipping and self._content.search(lost):
                yield Piece(lost, "start tag of the record missing")
            return
        start = self._starts.pop()
        yield from self._lost(start, "end tag of the record missing")
        yield Piece(self._buffer[start:end])

    def _lost(self, until: int, reason: str) -> Iterator[Piece]:
        """Records begun before ``until`` and not ended; wrappers (OAI-PMH has a ``record`` around
        the record) hold nothing of MARC themselves and are passed over.
        """
        for start, following in zip(self._starts, [*self._starts[1:], until], strict=False):
            if self._content.search(self._buffer, start, following):
                yield Piece(self._buffer[start:following], reason)


def lines(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a text, with their ends; one that never ends comes in parts of ``LONGEST``."""
    rest = b""
    for chunk in chunks:
        *whole, rest = (rest + chunk).splitlines(keepends=True) or [b""]
        if rest.endswith(b"\n"):
            whole.append(rest)
            rest = b""
        yield from whole
        if len(rest) > LONGEST:
            yield rest
            rest = b""
    if rest:
        yield rest


def grouped(chunks: Iterable[bytes], begins: Callable[[bytes, bytes], bool]) -> Iterator[Piece]:
    """Records of several lines: a new one where ``begins(line, line before)``.

    Lines that are blank belong to none.
    """
    gathered: list[bytes] = []
    size = 0
    before = b""
    for line in lines(chunks):
        if gathered and begins(line, before):
            yield from _group(gathered, size)
            gathered, size = [], 0
        before = line
        if line.strip(BETWEEN):
            size += len(line)
            if size <= LONGEST:
                gathered.append(line)
    yield from _group(gathered, size)


def _group(gathered: list[bytes], size: int) -> Iterator[Piece]:
    raw = b"".join(gathered)
    if size > LONGEST:
        yield Piece(raw[:SAMPLE], _TOO_LONG)
    elif raw:
        yield Piece(raw)
