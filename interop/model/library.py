"""A library: its code is its identity, its province is dated data (63 became 34 on 2025-07-01)."""

import re
import unicodedata
from dataclasses import dataclass
from datetime import date

# ISO 15511 alphabet of an ISIL: letters, digits, solidus, hyphen, colon; at most 16 characters.
# We leave out the solidus and the colon, which would have to be escaped in addresses and setSpecs.
CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,14}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Library:
    """``code``: ISIL-like, case-insensitively unique. ``successor``: code of the library that this
    one was merged into, from the day ``since``. ``encoding``: what its records are in, where they
    are not in what they say and detection is not to be relied on.
    """

    code: str
    name: str
    province: str = ""
    successor: str | None = None
    since: date | None = None
    encoding: str = ""

    @property
    def database(self) -> str:
        """The database that holds this library's own records: its code in lower case."""
        return self.code.lower()


def province_database(province: str) -> str:
    """Name of the database of a province: its name in plain small letters, hyphens for blanks.

    ``Quảng Trị`` is ``quang-tri``; empty for a name without a letter or digit.
    """
    letters = unicodedata.normalize("NFD", province.lower().replace("đ", "d"))
    return "-".join(re.findall("[a-z0-9]+", "".join(filter(_is_spacing, letters))))


def _is_spacing(character: str) -> bool:
    return not unicodedata.combining(character)
