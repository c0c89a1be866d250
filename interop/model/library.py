"""A library: its code is its identity, its province is dated data (63 became 34 on 2025-07-01)."""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

# ISO 15511 alphabet of an ISIL: letters, digits, solidus, hyphen, colon; at most 16 characters.
# We leave out the solidus and the colon, which would have to be escaped in addresses and setSpecs.
CODE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,14}[A-Za-z0-9])?")


@dataclass(frozen=True, slots=True)
class Library:
    """``code``: ISIL-like, case-insensitively unique. ``successor``: code of the library that this
    one was merged into, from the day ``since``. ``encoding``: what its records are in, where they
    are not in what they say and detection is not to be relied on. ``rights``: address of the
    statement on the rights in its records.
    """

    code: str
    name: str
    province: str = ""
    successor: str | None = None
    since: date | None = None
    encoding: str = ""
    rights: str = ""

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


class Libraries:
    """The libraries of a node as they stand on a day.

    ``today``: a merger that lies ahead has not happened yet. Successors end somewhere (the
    configuration is checked for rings).
    """

    def __init__(self, libraries: Iterable[Library] = (), today: date = date.max) -> None:
        self._known = {library.database: library for library in libraries}
        self._today = today

    def code(self, database: str) -> str | None:
        """Code of the library whose records a database holds."""
        library = self._known.get(database)
        return library.code if library else None

    def heir(self, code: str) -> str:
        """Code of the library that has the records of ``code`` now: its own unless it merged."""
        library = self._known.get(code.lower())
        while library is not None and library.successor is not None and self._merged(library):
            code = library.successor
            library = self._known.get(code.lower())
        return library.code if library is not None else code

    def _merged(self, library: Library) -> bool:
        return library.since is None or library.since <= self._today

    def heirs(self) -> dict[str, str]:
        """Code -> code of its heir, for every library that merged into another."""
        found = {library.code: self.heir(library.code) for library in self._known.values()}
        return {code: heir for code, heir in found.items() if code != heir}
