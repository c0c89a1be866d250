"""Every format in which records come, found by file (see ``_base``), and the reader of files."""

from interop.formats._base import Format, Reading
from interop.formats._detect import choose, of_element
from interop.formats._reader import Bad, Good, ReadResult, Written, read_records, write_records
from interop.formats._registry import FORMATS

__all__ = [
    "FORMATS",
    "Bad",
    "Format",
    "Good",
    "ReadResult",
    "Reading",
    "Written",
    "choose",
    "of_element",
    "read_records",
    "write_records",
]
