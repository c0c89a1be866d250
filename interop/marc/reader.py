"""Reading files of records: whatever a library sends, record by record, with what went wrong.

``read_records`` tells ISO 2709 from MARCXML and gzip from plain by content. Every record found is
either ``Good`` or ``Bad``; none is dropped, and none stops the next one.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO, TypeAlias

from interop.marc import iso2709, legal, marcxml, sound, source, split
from interop.marc.legacy import Legacy
from interop.marc.record import ControlField, Field, MarcError, MarcRecord
from interop.marc.repair import read_damaged
from interop.marc.values import Repairs, is_plain

_EMPTY = 2  # characters of a data field without subfields: its indicators


@dataclass(frozen=True, slots=True)
class Good:
    """A record that could be read, normalised and with a legal leader, tags and codes.

    ``position``: its number in the file, from 1. ``raw``: its bytes as received (in UTF-8 where an
    XML file was not). ``raw_format``: ``iso2709`` or ``marcxml``. ``warnings``: what was repaired.
    """

    position: int
    record: MarcRecord
    raw: bytes
    raw_format: str
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Bad:
    """Bytes that should be a record and cannot be read as one; ``reason``: one line."""

    position: int
    raw: bytes
    reason: str


ReadResult: TypeAlias = Good | Bad


def read_records(stream: BinaryIO, encoding: str = "") -> Iterator[ReadResult]:
    """Every record in ``stream``, in order, in bounded memory.

    ``encoding``: of ``interop.marc.legacy.NAMES``, where it is known; else it is found out.
    Raises ``MarcError`` when the content is neither ISO 2709 nor MARCXML, or when its compression
    is damaged; no other exception but those of ``stream`` itself.
    """
    raw_format, chunks = source.sniff(source.chunks(stream))
    if raw_format == "marcxml":
        pieces, read = split.marcxml(chunks), marcxml.read_repaired
    elif raw_format == "iso2709":
        pieces, read = split.iso2709(chunks), read_iso2709
    else:
        return
    legacy = Legacy(encoding)
    for position, (raw, reason) in enumerate(legacy.learn(pieces), 1):
        if reason:
            yield Bad(position, raw, reason)
            continue
        try:
            record, warnings = legacy.read(raw, read)
        except MarcError as error:
            yield Bad(position, raw, str(error))
        else:
            yield Good(position, record, raw, raw_format, warnings)


def read_iso2709(data: bytes) -> tuple[MarcRecord, tuple[str, ...]]:
    """One record of ISO 2709 as received, and the notes of what was repaired.

    Raises ``MarcError`` when it cannot be read at all. Records that already have the form of
    canonical bytes, as most modern systems send them, take the fast way and are only normalised.
    """
    if (found := sound.sound(data)) is not None:
        return sound.record(found), ()
    parts = iso2709.split_canonical(data)
    if parts is None or not iso2709.has_honest_lengths(data):
        return read_damaged(data)
    record = iso2709.joined(parts)
    if is_plain("".join(parts.bodies)) and min(map(len, parts.bodies), default=0) > _EMPTY:
        return MarcRecord(legal.leader(record.leader), record.fields), ()
    repairs = Repairs()
    fields: list[Field] = []
    for field in record.fields:
        if isinstance(field, ControlField):
            fields.append(ControlField(field.tag, repairs.text(field.value)))
        elif field.subfields:
            subfields = [(code, repairs.text(value)) for code, value in field.subfields]
            fields.append(field._replace(subfields=tuple(subfields)))
        else:
            repairs.note(f"empty field {field.tag} left out")
    return MarcRecord(legal.leader(record.leader), tuple(fields)), repairs.warnings()
