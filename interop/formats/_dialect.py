"""What wears the coat of MARC 21 and is UNIMARC inside is converted; holdings in a system's own
fields that never leave get their 852; the rest passes.
"""

from interop.formats._base import Reading
from interop.marc import unimarc
from interop.marc.holdings import read_holdings, write_852
from interop.marc.record import DataField, MarcRecord
from interop.model.holding import Holding


def canonical(reading: Reading) -> Reading:
    """``reading`` with its record in MARC 21. Records are told apart one by one: union catalogues
    send both in one file.
    """
    record, warnings = reading
    tags = {field[0] for field in record.fields}
    if "245" in tags or not unimarc.is_unimarc(record):
        return (record if tags.isdisjoint(_ALMA) else _with_locations(record)), warnings
    return unimarc.to_marc21(record), (*warnings, "converted from UNIMARC")


_ALMA = ("AVA", "AVE")


def _with_locations(record: MarcRecord) -> MarcRecord:
    """``record`` with an 852 for each AVA of Alma and an 856 for each AVE: tags with letters leave
    in no format, so that whoever harvests the library from us would not hear of its holdings.
    """
    tags = [field.tag for field in record.fields]
    if "AVA" in tags and "852" not in tags:
        # Whose they are is known where the record is: the code that Alma gives is Alma's own.
        return _inserted(record, "852", [write_852(held) for held in read_holdings(record, "")])
    if "AVE" in tags and "856" not in tags:
        links = [_address(held) for held in read_holdings(record, "")]
        return _inserted(record, "856", links)
    return record


def _address(held: Holding) -> DataField:
    values = (("u", held.url), ("3", held.summary), ("z", held.note))
    return DataField("856", "4", "0", tuple(pair for pair in values if pair[1]))


def _inserted(record: MarcRecord, tag: str, fields: list[DataField]) -> MarcRecord:
    """``record`` with ``fields`` in front of the first field behind ``tag``."""
    tags = [field.tag for field in record.fields]
    at = next((place for place, each in enumerate(tags) if each > tag), len(tags))
    return MarcRecord(record.leader, (*record.fields[:at], *fields, *record.fields[at:]))
