"""Reading files of records: whatever a library sends, record by record, with what went wrong.

``read_records`` knows formats, gzip and tar by content. Every record found is either ``Good`` or
``Bad``; none is dropped, and none stops the next one.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, NamedTuple, TypeAlias, TypeVar

from interop.formats import _source
from interop.formats._base import Format, Reading
from interop.formats._detect import detect
from interop.formats._registry import FORMATS
from interop.marc.cut import Cut
from interop.marc.legacy import Legacy
from interop.marc.record import MarcError, MarcRecord


class Good(NamedTuple):
    """A record that could be read, normalised and with a legal leader, tags and codes.

    ``position``: its number in the file, from 1. ``raw``: its bytes as received (in UTF-8 where an
    XML file was not). ``raw_format``: name of a format. ``warnings``: what was repaired.
    """

    position: int
    record: MarcRecord
    raw: bytes
    raw_format: str
    warnings: tuple[str, ...] = ()


class Bad(NamedTuple):
    """Bytes that should be a record and cannot be read as one; ``reason``: one line."""

    position: int
    raw: bytes
    reason: str


ReadResult: TypeAlias = Good | Bad


class Written(NamedTuple):
    """A record that was read and written in another format: ``data``. Otherwise as ``Good``."""

    position: int
    data: bytes
    warnings: tuple[str, ...] = ()


Result = TypeVar("Result", Good, Written)
# What is made of the bytes of one record: its position, they themselves, in what they may be.
_Make: TypeAlias = Callable[[int, bytes, Legacy], Result]


def read_records(
    stream: BinaryIO,
    encoding: str = "",
    format: str = "auto",
    mapping: Mapping[str, str] | None = None,
) -> Iterator[ReadResult]:
    """Every record in ``stream``, in order, in bounded memory.

    ``encoding``: of ``interop.marc.legacy.NAMES``, where it is known; else it is found out.
    ``format``: name of one of ``FORMATS``, for a file that does not say what it is. ``mapping``:
    what the tags of a format without fixed tags mean (see ``cdsisis``).
    Raises ``MarcError`` when the content is in no format that is known, or when its compression is
    damaged; no other exception but those of ``stream`` itself.
    """

    def reader(format: Format) -> _Make[Good]:
        read, name = _reading(format, mapping), format.name

        def make(position: int, raw: bytes, legacy: Legacy) -> Good:
            record, warnings = legacy.read(raw, read)
            return Good(position, record, raw, name, warnings)

        return make

    return _records(stream, encoding, format, reader)


def write_records(
    stream: BinaryIO,
    write: Callable[[MarcRecord], bytes],
    direct: Callable[[Cut], bytes | None] | None = None,
    encoding: str = "",
    format: str = "auto",
    mapping: Mapping[str, str] | None = None,
) -> Iterator[Written | Bad]:
    """Every record of ``read_records`` as ``write`` writes it; ``Bad`` where that raises
    ``ValueError``, because the format cannot hold the record.

    ``direct``: the same of a record that is only cut, in which nothing needs repair; ``None`` for
    one that it leaves to ``write``.
    """

    def writer(format: Format) -> _Make[Written]:
        read, cut = _reading(format, mapping), format.cut

        def make(position: int, raw: bytes, legacy: Legacy) -> Written:
            if cut is not None and direct is not None and legacy.is_usual(raw):
                parts = cut(raw)
                written = None if parts is None else direct(parts)
                if written is not None:
                    return Written(position, written)
            record, warnings = legacy.read(raw, read)
            try:
                return Written(position, write(record), warnings)
            except ValueError as error:
                raise MarcError(str(error)) from error

        return make

    return _records(stream, encoding, format, writer)


def _records(
    stream: BinaryIO, encoding: str, format: str, maker: Callable[[Format], _Make[Result]]
) -> Iterator[Result | Bad]:
    position = 0
    for member in _source.members(_source.chunks(stream)):
        for result in _results(member, format, Legacy(encoding), position, maker):
            position = result.position
            yield result


def _results(
    member: Iterator[bytes],
    name: str,
    legacy: Legacy,
    before: int,
    maker: Callable[[Format], _Make[Result]],
) -> Iterator[Result | Bad]:
    head, chunks = _source.opened(member)
    if not head:
        return
    format = detect(head) if name == "auto" else FORMATS[name]
    make = maker(format)
    for position, (raw, reason) in enumerate(legacy.learn(format.pieces(chunks)), before + 1):
        if reason:
            yield Bad(position, raw, reason)
            continue
        try:
            result = make(position, raw, legacy)
        except MarcError as error:
            yield Bad(position, raw, str(error))
        else:
            yield result


def _reading(format: Format, mapping: Mapping[str, str] | None) -> Callable[[bytes], Reading]:
    if mapping is None:
        return format.read
    if format.configured is None:
        raise MarcError(f"the tags of {format.title} are fixed: it takes no mapping")
    return format.configured(mapping)
