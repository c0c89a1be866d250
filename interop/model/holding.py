"""What a library has of a publication: one model for Koha 952, MARC 852 and every other dialect."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Holding:
    """One item or group of copies.

    ``library``: library code; ``record``: the record of that library (its local id) it belongs to;
    ``branch``/``location``: sublocation and shelving location; ``call_number``; ``item``: barcode
    or item id; ``status``: text as received; ``url``: address of a digital copy.
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
