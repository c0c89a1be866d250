"""One record of ISO 2709 as received: the fast way for sound ones, the patient way for others."""

from interop.marc import iso2709, legal, sound
from interop.marc.record import ControlField, Field, MarcRecord
from interop.marc.repair import read_damaged
from interop.marc.values import Repairs, is_plain

_EMPTY = 2  # characters of a data field without subfields: its indicators


def read_iso2709(data: bytes) -> tuple[MarcRecord, tuple[str, ...]]:
    """One record of ISO 2709 as received, and the notes of what was repaired.

    Raises ``MarcError`` when it cannot be read at all. Records that already have the form of
    canonical bytes, as most modern systems send them, take the fast way and are only normalised.
    """
    if (quick := sound.record(data)) is not None:
        return quick, ()
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
    return MarcRecord(legal.leader(record.leader), repairs.fields(fields)), repairs.warnings()
