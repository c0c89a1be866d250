"""What a value becomes before it is compared: the same functions for records and for queries.

Text access points are compared by tokens, ``year`` by number, all others by one key per value
(the kinds of ``access_points``). A part of a number is no valid number, so key kinds fall back to
the compact form of what was typed: that keeps right truncation and misprinted numbers searchable.
"""

import re
from collections.abc import Sequence

from interop.text import folding, identifiers
from interop.text.normal import normalise

_DROPPED = re.compile(r"[\s\u00ad\u2010-\u2015\u2212-]+")  # blanks and every kind of hyphen
_RESERVED = re.compile(f"[{folding.RESERVED}]")
# An ISSN at the start of a value. Elsewhere eight digits are part of some other number.
_ISSN_FIRST = re.compile(r"(?:issn)?[\s:]*[0-9]{4}[\u2010-\u2015\u2212-]?[0-9]{3}[0-9x]", re.I)
_DAY = re.compile(
    "(?P<short>[0-9]{6})$|"
    "(?P<year>[0-9]{4})[-/]?(?P<month>[0-9]{2})[-/]?(?P<day>[0-9]{2})(?:$|[T ])"
)
_SHORTEST_NUMBER = 8  # characters: an ISSN without its hyphen
_SHORT_NUMBER = re.compile("[0-9]{1,4}")
_YEAR = re.compile("(?<![0-9])[0-9]{4}(?![0-9])")


def text_tokens(value: str) -> list[str]:
    """Plain tokens of a text: no marks, ``đ`` as ``d``, Han characters one by one."""
    return folding.fold(value)


def exact_tokens(value: str) -> list[str]:
    """Tokens with their marks, as many as ``text_tokens`` gives and at the same places."""
    return folding.exact(value)


def both_tokens(value: str) -> tuple[list[str], list[str]]:
    """``text_tokens`` and ``exact_tokens`` at once."""
    return folding.both(value)


def tokens_of_each(values: Sequence[str]) -> tuple[list[list[str]], list[list[str]]]:
    """``text_tokens`` and ``exact_tokens`` of each of ``values``, which are looked at together; the
    same list where all agree.
    """
    return folding.both_of_each(values)


def key(kind: str, value: str) -> str | None:
    """The key of ``value`` for a key kind of access point; ``None`` when nothing is left.

    ``key``: stripped, otherwise as is. ``class``: capitals, single blanks. ``code``: small
    letters without blanks and hyphens, an ISBN as thirteen digits. ``isbn``, ``issn``, ``lccn``,
    ``oclc``: the number in its compact form. ``date``: the day in eight digits.
    Raises ``ValueError`` for a kind that has no keys.
    """
    value = (value if value.isascii() else _RESERVED.sub("", value)).strip()
    match kind:
        case "key":
            return value or None
        case "class":
            return " ".join(normalise(value.upper()).split()) or None
        case "code":
            return _standard_number(value) or _compact(value)
        case "isbn":
            return identifiers.isbn13(value) or _compact(value)
        case "issn":
            return _compact(identifiers.issn(value) or value)
        case "lccn":
            return identifiers.lccn(value) or _compact(value)
        case "oclc":
            return identifiers.oclc_number(value) or _compact(value.lstrip("0"))
        case "date":
            return _day(value)
    raise ValueError(f"access points of kind {kind} have no keys")


def year(value: str) -> int | None:
    """The year that ``value`` names: a number of one to four digits, else its first four digits."""
    if _SHORT_NUMBER.fullmatch(value.strip()):
        return int(value)
    match = _YEAR.search(value)
    return int(match.group()) if match else None


def _day(value: str) -> str | None:
    """ISO 8601 date, with or without hyphens and a time of day; or yymmdd of MARC 21 008/00-05,
    which began in 1968.
    """
    match = _DAY.match(value)
    if match is None:
        return None
    if match["short"]:
        return ("20" if value < "68" else "19") + match["short"]
    return match["year"] + match["month"] + match["day"]


def _standard_number(value: str) -> str | None:
    if len(value) < _SHORTEST_NUMBER:
        return None
    number = identifiers.isbn13(value)
    if number is None and _ISSN_FIRST.match(value):
        number = identifiers.issn(value)
    return number and _compact(number)


def _compact(value: str) -> str | None:
    text = value.lower()
    if text.isascii() and text.isalnum():
        return text
    # Normalised last: what was apart may compose once the blank between is gone.
    return normalise(_DROPPED.sub("", text)) or None
