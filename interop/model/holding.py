"""What a library has of a publication: one model for Koha 952, MARC 852 and every other dialect."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Holding:
    """One item, one group of copies, or one digital file.

    ``library``: library code; ``record``: the record of that library (its local id) it belongs to;
    ``branch``/``location``: sublocation and shelving location; ``call_number``; ``item``: barcode
    or item id; ``copy``: copy number; ``status``: text as received; ``note``: public note; ``url``:
    address of a digital copy.

    ``call_number_scheme``: ``ddc``, ``lcc``, ``nlm``, ``sudoc`` or a code of MARC's list of
    classification sources (852 ``$2``). ``enumeration``: which part this is, of something in parts
    (``v.2 no.3 (2019)``). ``summary``: what is held of a serial, in words (MARC 866 ``$a``).
    ``available``: whether it can be had now; ``None``: nobody said. ``due``: ISO 8601 date on which
    it is expected back. ``restrictions``: on its use. ``size``: of a file, in bytes, as digits.
    ``mime``: media type of a file. ``checksum``: ``MD5:`` or another algorithm, and its hex digits.
    """

    library: str
    record: str = ""
    branch: str = ""
    location: str = ""
    call_number: str = ""
    item: str = ""
    copy: str = ""
    status: str = ""
    note: str = ""
    url: str = ""
    call_number_scheme: str = ""
    enumeration: str = ""
    summary: str = ""
    available: bool | None = None
    due: str = ""
    restrictions: str = ""
    size: str = ""
    mime: str = ""
    checksum: str = ""
