"""What is done to every value on its way in, and the notes that are kept of it.

Bytes are read by what they are and not by what leader/09 says, because leaders lie in both
directions: whole national files say MARC-8 and are UTF-8, and others say UTF-8 and are Latin-1.
"""

import re
from collections.abc import Iterable

from interop.marc import marc8
from interop.marc.record import ControlField, Field
from interop.text.normal import is_normal, normalise

# C0 controls but tab and line ends, and the marks of non-sorting text (ISO 6630), which readers
# of titles would see as boxes; DEL and the other C1 controls are legal in XML and are kept.
_DELIMITERS = re.compile(rb"[\x1d-\x1f]")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
_NON_SORTING = re.compile("[\x88\x89\x98\x9c]")
# An article between the marks at the beginning of a title, in UTF-8 or in ISO 6630's own bytes.
_ARTICLE = re.compile("[\x88\x98]([^\x88\x89\x98\x9c]{1,9})[\x89\x9c]")
# The indicator that counts the characters which sorting passes over (MARC 21), by tag. 200 is
# UNIMARC's title, whose second indicator means nothing there: it waits in it for its conversion.
_COUNTED = {
    "130": "ind1", "200": "ind2", "222": "ind2", "240": "ind2", "242": "ind2", "243": "ind2",
    "245": "ind2", "440": "ind2", "630": "ind1", "730": "ind1", "740": "ind1", "830": "ind2",
}  # fmt: skip
# One class of characters, because alternatives take several times as long to search.
_NOT_PLAIN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1e\x88\x89\x98\x9c\ufffd-\uffff\ud800-\udfff]")
_TO_CLEAN = re.compile(f"{_CONTROLS.pattern}|{_NON_SORTING.pattern}|[^\x00-\x7f]")


def is_plain(text: str) -> bool:
    """Whether nothing need be done to the values that ``text`` is made of, each behind a subfield
    delimiter or a legal character: ``Repairs.text`` would return all of them, without a note.
    """
    return _NOT_PLAIN.search(text) is None and is_normal(text)


class Repairs:
    """Warnings about one record, each said once, in the order in which they came up."""

    def __init__(self) -> None:
        self._notes: dict[str, None] = {}
        self._has_marks = False

    def note(self, what: str) -> None:
        """Remember ``what`` was repaired: a short line for the library's quality report."""
        self._notes[what] = None

    def warnings(self) -> tuple[str, ...]:
        """All notes so far."""
        return tuple(self._notes)

    def text(self, value: str) -> str:
        """``value`` without control characters and normalised (NFC, Vietnamese marks in order).

        Marks of non-sorting text stay until ``fields`` has counted what is between them.
        """
        if _TO_CLEAN.search(value) is None:
            return value
        if _CONTROLS.search(value):
            self.note("control characters removed")
            value = _CONTROLS.sub("", value)
        if "\ufffd" in value:
            self.note("text holds U+FFFD: characters were lost before or while reading")
        if _NON_SORTING.search(value):
            self._has_marks = True
        return normalise(value)

    def fields(self, found: Iterable[Field]) -> tuple[Field, ...]:
        """``found``, with marks of non-sorting text turned into the indicator that counts it."""
        return tuple(map(_unmarked, found) if self._has_marks else found)


def _unmarked(field: Field) -> Field:
    if isinstance(field, ControlField):
        return ControlField(field.tag, _NON_SORTING.sub("", field.value))
    subfields = tuple((code, _NON_SORTING.sub("", value)) for code, value in field.subfields)
    counted = _COUNTED.get(field.tag)
    article = _ARTICLE.match(field.first("a")) if counted else None
    if counted and article and getattr(field, counted) in " 0":
        return field._replace(subfields=subfields, **{counted: str(len(article[1]))})
    return field._replace(subfields=subfields)


class Values:
    """Decodes the values of one ISO 2709 record. ``data``: all its bytes; ``ucs``: leader/09 a."""

    def __init__(self, data: bytes, ucs: bool, repairs: Repairs) -> None:
        self._repairs = repairs
        self._is_marc8 = False
        self._is_mixed = False
        if data.isascii():
            self._is_marc8 = b"\x1b" in data or (not ucs and b"&#x" in data)
        elif _is_utf8(data):
            if not ucs:
                repairs.note("leader/09 says MARC-8, the bytes are UTF-8")
        elif not ucs:
            self._is_marc8 = True
        else:
            # The whole record decides: a single mark before a letter proves nothing.
            self._is_mixed = True
            values = [value for value in _DELIMITERS.split(data) if not _is_utf8(value)]
            self._is_marc8 = all(marc8.decode(value).clean for value in values)

    def decode(self, data: bytes) -> str:
        """One value, cleaned and normalised. Never raises."""
        if not self._is_marc8 and data.isascii():
            return self._repairs.text(data.decode("ascii"))
        return self._repairs.text(self._unicode(data))

    def _unicode(self, data: bytes) -> str:
        if not data.isascii() and _is_utf8(data):
            return data.decode()  # in a mixed record too, valid UTF-8 is no accident
        if self._is_mixed and not data.isascii():
            if (text := mostly_utf8(data, self._repairs)) is not None:
                return text
            encoding = "MARC-8" if self._is_marc8 else "Latin-1"
            self._repairs.note(f"leader/09 says UTF-8, the bytes are read as {encoding}")
        if not self._is_marc8:
            return latin1(data)
        text, clean = marc8.decode(data)
        if not clean:
            self._repairs.note("bytes that are not MARC-8")
        return text


def mostly_utf8(data: bytes, repairs: Repairs) -> str | None:
    """``data`` as UTF-8 with U+FFFD where it is damaged; ``None`` when little of it is."""
    text = data.decode("utf-8", "replace")
    if sum(not char.isascii() for char in text) < 2 * text.count("\ufffd"):
        return None
    repairs.note("invalid UTF-8 replaced by U+FFFD")
    return text


def latin1(data: bytes) -> str:
    """Windows-1252, the superset of Latin-1 that is meant by it everywhere; never raises."""
    try:
        return data.decode("cp1252")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _is_utf8(data: bytes) -> bool:
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True
