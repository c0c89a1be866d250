"""MARC-in-JSON (Ross Singer, 2010): a record, an array of them, a line each, or all of these inside
an envelope of somebody's own.

The stream is cut by braces, so a record that JSON cannot read costs one record.
"""

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from interop.formats import _dialect
from interop.formats._base import Format, Reading
from interop.formats._legal import fields_of
from interop.formats._text import decoded
from interop.marc import legal
from interop.marc.record import Field, MarcError, MarcRecord
from interop.marc.split import LONGEST, SAMPLE, Piece
from interop.marc.values import Repairs

# The beginning of a record whose leader stands first, as everybody writes it, is known at any
# depth: where one is met inside another, the brace between them was lost. A string ends with its
# line at the latest (RFC 8259 7: no line end in a string), so a lost quote costs a line.
_TOKEN = re.compile(
    rb"(?P<record>\{\s*+\"leader\")|(?P<key>\"fields\"\s*+:)"
    rb"|\"(?:[^\"\\\n]|\\.)*+(?P<close>\"?)|[{}]"
)
_TOO_LONG = f"longer than {LONGEST >> 20} MiB without an end"


def pieces(chunks: Iterable[bytes]) -> Iterator[Piece]:
    """Objects that have ``leader`` or ``fields``, in the order in which they end."""
    splitter = _Splitter()
    for chunk in chunks:
        yield from splitter.feed(chunk)
    yield from splitter.end()


class _Splitter:
    """``_open``: where the objects begin that are open (-1: bytes are gone, or it is an envelope);
    ``_record``: which of them is a record, -1 for none.
    """

    def __init__(self) -> None:
        self._buffer = b""
        self._scanned = 0
        self._open: list[int] = []
        self._record = -1

    def feed(self, chunk: bytes) -> Iterator[Piece]:
        self._buffer += chunk
        yield from self._scan(is_end=False)
        if len(self._buffer) > LONGEST:
            if self._record >= 0:
                yield Piece(self._buffer[:SAMPLE], _TOO_LONG)
            self._buffer, self._scanned, self._open, self._record = b"", 0, [], -1

    def end(self) -> Iterator[Piece]:
        yield from self._scan(is_end=True)
        if self._record >= 0:
            yield Piece(self._buffer[self._open[self._record] :], "cut off at its end")

    def _scan(self, is_end: bool) -> Iterator[Piece]:
        buffer, limit = self._buffer, len(self._buffer)
        at = self._scanned
        for match in _TOKEN.finditer(buffer, at):
            # What reaches the end of the chunk may go on in the next one.
            if not is_end and (match.end() >= limit - 64 and not match["record"]):
                break
            at = match.end()
            if match["record"]:
                if self._record >= 0:
                    start = self._open[self._record]
                    yield Piece(buffer[start : match.start()], "end of the record missing")
                self._open = [*self._open[: max(self._record, 0)], match.start()]
                self._record = len(self._open) - 1
            elif match["key"]:
                if self._record < 0 and self._open and self._open[-1] >= 0:
                    self._record = len(self._open) - 1
            elif match[0] == b"{":
                self._open.append(match.start())
            elif match[0] == b"}" and self._open:
                start = self._open.pop()
                if len(self._open) == self._record:
                    yield Piece(buffer[start:at])
                    self._record = -1
                    self._open = [-1] * len(self._open)
        self._trim(at)

    def _trim(self, at: int) -> None:
        """Forget what is before the first object that may still be a record."""
        kept = min((start for start in self._open if start >= 0), default=at)
        self._buffer = self._buffer[kept:]
        self._open = [start - kept if start >= 0 else -1 for start in self._open]
        self._scanned = at - kept


def read(data: bytes) -> Reading:
    """One object. Raises ``MarcError`` when it is no JSON, or no record in it."""
    repairs = Repairs()
    try:
        content = json.loads(decoded(data, repairs), strict=False)
    except (ValueError, RecursionError) as error:
        what = str(error) if isinstance(error, ValueError) else "nested too deeply"
        raise MarcError(f"no JSON: {what}") from None
    if not isinstance(content, dict):
        raise MarcError("no object, so no record of MARC-in-JSON")
    fields = repairs.fields(list(_fields(content.get("fields"), repairs)))
    leader = content.get("leader")
    if not isinstance(leader, str):
        leader = ""
        repairs.note("leader missing")
    elif len(leader) != 24:
        repairs.note(f"leader is {len(leader)} characters long")
    if not fields and (len(leader) != 24 or content.get("fields")):
        raise MarcError("no field of MARC in the object")
    record = MarcRecord(legal.leader(leader.ljust(24)), fields)
    return _dialect.canonical((record, repairs.warnings()))


def _fields(found: Any, repairs: Repairs) -> Iterator[Field]:
    """``fields`` is a list of objects of one member each; one object of all is understood too."""
    if isinstance(found, dict):
        found = [{tag: field} for tag, field in found.items()]
    if not isinstance(found, list):
        return
    for item in found:
        if isinstance(item, list):
            yield from _array(item, repairs)
        for tag, field in item.items() if isinstance(item, dict) else ():
            for one in field if isinstance(field, list) else [field]:
                yield from _field(tag, one, repairs)


def _array(item: list[Any], repairs: Repairs) -> Iterator[Field]:
    """The older form of ruby-marc (marc-hash 1.0): tag and value, or tag, indicators, and pairs of
    code and value.
    """
    match item:
        case [str(tag), value] if not isinstance(value, list | dict):
            yield from fields_of(tag, _text(value), " ", " ", (), repairs)
        case [str(tag), ind1, ind2, list(pairs)]:
            whole = [pair for pair in pairs if isinstance(pair, list) and len(pair) == 2]
            subfields = [(_text(code), _text(value)) for code, value in whole]
            ind1, ind2 = (_text(each) or " " for each in (ind1, ind2))
            yield from fields_of(tag, "", ind1, ind2, subfields, repairs)


def _field(tag: str, field: Any, repairs: Repairs) -> Iterator[Field]:
    if isinstance(field, dict):
        subfields = list(_subfields(field.get("subfields")))
        ind1, ind2 = (_text(field.get(key, " ")) or " " for key in ("ind1", "ind2"))
        yield from fields_of(tag, "", ind1, ind2, subfields, repairs)
    elif field is not None:
        yield from fields_of(tag, _text(field), " ", " ", (), repairs)


def _subfields(found: Any) -> Iterator[tuple[str, str]]:
    for item in found if isinstance(found, list) else [found]:
        if isinstance(item, dict):
            for code, value in item.items():
                for one in value if isinstance(value, list) else [value]:
                    yield code, _text(one)


def _text(value: Any) -> str:
    """Text; numbers are written by some systems without quotes; other things are no values."""
    if isinstance(value, str):
        return value
    is_number = isinstance(value, (int, float)) and not isinstance(value, bool)
    return str(value) if is_number and -1e15 < value < 1e15 else ""


_RECORD = re.compile(rb'[{\[][^<]*?"(?:leader|fields)"\s*:', re.DOTALL)


def _detect(head: bytes) -> int | None:
    return 0 if head[:1] in (b"{", b"[") and _RECORD.match(head) else None


FORMAT = Format("marcjson", "MARC-in-JSON", _detect, pieces, read, rank=1)
