"""Reading files of records: whatever a library sends, record by record, with what went wrong.

``read_records`` knows formats, gzip and tar by content. Every record found is either ``Good`` or
``Bad``; none is dropped, and none stops the next one.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import BinaryIO, NamedTuple, TypeAlias

from interop.formats import _source
from interop.formats._base import Format, Reading
from interop.formats._detect import detect
from interop.formats._registry import FORMATS
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
    position = 0
    for member in _source.members(_source.chunks(stream)):
        for result in _results(member, format, mapping, Legacy(encoding), position):
            position = result.position
            yield result


def _results(
    member: Iterator[bytes],
    name: str,
    mapping: Mapping[str, str] | None,
    legacy: Legacy,
    before: int,
) -> Iterator[ReadResult]:
    head, chunks = _source.opened(member)
    if not head:
        return
    format = detect(head) if name == "auto" else FORMATS[name]
    read = _reading(format, mapping)
    for position, (raw, reason) in enumerate(legacy.learn(format.pieces(chunks)), before + 1):
        if reason:
            yield Bad(position, raw, reason)
            continue
        try:
            record, warnings = legacy.read(raw, read)
        except MarcError as error:
            yield Bad(position, raw, str(error))
        else:
            yield Good(position, record, raw, format.name, warnings)


def _reading(format: Format, mapping: Mapping[str, str] | None) -> Callable[[bytes], Reading]:
    if mapping is None:
        return format.read
    if format.configured is None:
        raise MarcError(f"the tags of {format.title} are fixed: it takes no mapping")
    return format.configured(mapping)
