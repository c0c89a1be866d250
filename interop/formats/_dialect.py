"""What wears the coat of MARC 21 and is UNIMARC inside is converted; the rest passes."""

from interop.formats._base import Reading
from interop.marc import unimarc


def canonical(reading: Reading) -> Reading:
    """``reading`` with its record in MARC 21. Records are told apart one by one: union catalogues
    send both in one file.
    """
    record, warnings = reading
    if not unimarc.is_unimarc(record):
        return reading
    return unimarc.to_marc21(record), (*warnings, "converted from UNIMARC")
