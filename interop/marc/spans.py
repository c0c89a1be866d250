"""Spans of years in a record: of its publication (008, 362), and of what it is about (045, 648).

A span is its first and its last year, both included; years before the common era are negative, and
there is no year 0. What a record leaves open ends at ``OPEN``.
"""

import re
from collections.abc import Iterator, Sequence
from typing import TypeAlias

from interop.marc import material
from interop.marc.record import DataField, MarcRecord

Span: TypeAlias = tuple[int, int]

OPEN = 9999  # MARC 21 008/11-14: of what is still published
EARLIEST = -9999  # 045 $a: "before 2999 B.C.E." has no beginning

# MARC 21 008/06 with two dates that are the ends of one span: continuing resource, current, ceased
# or unknown; collection, inclusive or bulk; multipart. Of "questionable" (q) the two dates are
# limits of what is not known, of others the second says something else.
_SPANNING = frozenset("cduikm")
_DATE = re.compile("[0-9]{1,4}u{0,3}")
_DIGITS = 4

_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)")
_OPEN_END = re.compile(r"[-–—]\s*\W*$")

# 045 $a: centuries of the common era by their letter, in which a digit is a decade; the millennia
# before it, in which a digit is a century.
_CENTURIES = {letter: 100 * place for place, letter in enumerate("efghijklmnopqrstuvwxy")}
_MILLENNIA = {"b": 2999, "c": 1999, "d": 999}
_PERIOD = re.compile("([a-y])([0-9-])")
_COVERED = re.compile(r"\s*([0-9]{3,4})\s*[-–—]\s*([0-9]{3,4})?\D*")


def publication(record: MarcRecord) -> Span | None:
    """From the first year of publication to the last; one year for most. ``None`` without any."""
    fixed = record.control("008")
    year = material.publication_year(record)
    if fixed[6:7] not in _SPANNING:
        return (year, year) if year is not None else None
    first, last = _date(fixed[7:11], "0"), _date(fixed[11:15], "9")
    told = _told(record)
    if first is None:
        first = told[0] if told else year
    if first is None:
        return None
    if last is None and told and told[1] >= first:
        last = told[1]
    if last is None and fixed[6:7] == "c":
        last = OPEN
    return (first, last) if last is not None and last >= first else (first, first)


def _date(text: str, unknown: str) -> int | None:
    """A date of 008; a digit that is not known (``u``) is the lowest or the highest."""
    if len(text) != _DIGITS or not _DATE.fullmatch(text) or not text.isascii():
        return None
    return int(text.replace("u", unknown)) or None


def _told(record: MarcRecord) -> Span | None:
    """Years in the words of 362 $a: ``Số 1 (1990)-số 12 (2001)``; open with a dash at the end."""
    text = " ".join(value for field in record.data("362") for value in field.values("a"))
    years = [int(match[1]) for match in _YEAR.finditer(text)]
    if not years:
        return None
    return years[0], OPEN if _OPEN_END.search(text) else max(years)


def coverage(record: MarcRecord) -> tuple[Span, ...]:
    """The times that a record says it is about, in the order of its fields."""
    found: list[Span] = []
    for field in record.data("045", "648"):
        found += _periods(field) if field.tag == "045" else _chronological(field)
    return tuple(dict.fromkeys(span for span in found if span[0] <= span[1]))


def _periods(field: DataField) -> Iterator[Span]:
    """MARC 21 045: formatted dates ($b; first indicator 2: the ends of one span), else codes."""
    dates = [date for value in field.values("b") if (date := _formatted(value)) is not None]
    if dates and field.ind1 == "2":
        yield dates[0], dates[-1]
    elif dates:
        yield from ((date, date) for date in dates)
    else:
        for value in field.values("a"):
            halves = list(_PERIOD.finditer(value.strip().lower()))
            if len(halves) == 2:
                yield _period(halves[0])[0], _period(halves[1])[1]


def _formatted(value: str) -> int | None:
    """``c1945`` or ``d0111``, months and days behind it."""
    match = re.match(r"\s*([cd])\s*([0-9]{1,4})", value.lower())
    if match is None or not int(match[2]):
        return None
    return int(match[2]) if match[1] == "c" else -int(match[2])


def _period(match: "re.Match[str]") -> Span:
    """One half of 045 $a."""
    letter, digit = match.groups()
    if letter == "a":
        return EARLIEST, -3000
    if letter in _MILLENNIA:
        begin = _MILLENNIA[letter]
        if digit == "-":
            return -begin, -max(begin - 999, 1)
        return -(begin - 100 * int(digit)), -max(begin - 100 * int(digit) - 99, 1)
    begin = _CENTURIES[letter]
    if digit == "-":
        return max(begin, 1), begin + 99
    return max(begin + 10 * int(digit), 1), begin + 10 * int(digit) + 9


def _chronological(field: DataField) -> Sequence[Span]:
    """648 $a where it is years: ``1945-1975``, ``1986-``."""
    match = _COVERED.fullmatch(next(iter(field.values("a")), ""))
    if match is None:
        return ()
    return ((int(match[1]), int(match[2] or OPEN)),)
