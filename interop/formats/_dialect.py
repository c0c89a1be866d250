"""What wears the coat of MARC 21 and is UNIMARC inside is converted; holdings in a system's own
fields that never leave get their 852; the rest passes.
"""

from interop.formats._base import Reading
from interop.marc import unimarc
from interop.marc.holdings import read_holdings, write_852
from interop.marc.record import MarcRecord


def canonical(reading: Reading) -> Reading:
    """``reading`` with its record in MARC 21. Records are told apart one by one: union catalogues
    send both in one file.
    """
    record, warnings = reading
    tags = {field[0] for field in record.fields}
    if "245" in tags or not unimarc.is_unimarc(record):
        return (_with_locations(record) if "AVA" in tags else record), warnings
    return unimarc.to_marc21(record), (*warnings, "converted from UNIMARC")


def _with_locations(record: MarcRecord) -> MarcRecord:
    """``record`` with an 852 for each AVA of Alma: tags with letters leave in no format, so that
    whoever harvests the library from us would not hear of its holdings.
    """
    tags = [field.tag for field in record.fields]
    if "852" in tags:
        return record
    # Whose they are is known where the record is: the code that Alma gives is Alma's own.
    places = [write_852(held) for held in read_holdings(record, "")]
    at = next((place for place, tag in enumerate(tags) if tag > "852"), len(tags))
    return MarcRecord(record.leader, (*record.fields[:at], *places, *record.fields[at:]))
