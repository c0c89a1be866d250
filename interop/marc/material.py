"""What a record describes and in which language: codes of the leader and 008, in plain words."""

import re

from interop.marc.record import Described, MarcRecord

# MARC 21 leader/06 (type of record). Text (a) is divided by leader/07 (bibliographic level).
_TYPES = {
    "a": "book",
    "t": "manuscript",
    "c": "score",
    "d": "score",
    "e": "map",
    "f": "map",
    "g": "video",
    "i": "sound",
    "j": "music",
    "k": "image",
    "m": "electronic",
    "o": "kit",
    "p": "mixed",
    "r": "object",
}
_TEXT_LEVELS = {"a": "article", "b": "article", "s": "serial", "i": "serial"}

FORMATS = tuple(sorted({*_TYPES.values(), *_TEXT_LEVELS.values()}))

# Where 008 has the form of item: 23, but 29 for maps (e, f) and visual materials (g, k, o, r).
_FORM_AT_29 = frozenset("efgkor")
_FORMS = {
    "a": "microform", "b": "microform", "c": "microform", "d": "large print", "f": "braille",
    "o": "electronic", "q": "electronic", "s": "electronic",
}  # fmt: skip

_LANGUAGE = re.compile(r"[a-z]{3}")
_NO_LANGUAGE = {"und", "zxx", "mul", "xxx"}


def format_code(record: MarcRecord) -> str:
    """Kind of material, one of ``FORMATS``, from leader/06-07; empty when the leader says none."""
    kind = record.leader[6:7]
    if kind == "a":
        return _TEXT_LEVELS.get(record.leader[7:8], "book")
    return _TYPES.get(kind, "")


def physical_form(record: MarcRecord) -> str:
    """Microform, large print, braille or electronic (008/23 or 29: form of item), else empty."""
    place = 29 if record.leader[6:7] in _FORM_AT_29 else 23
    return _FORMS.get(record.control("008")[place : place + 1], "")


def language_code(record: Described) -> str:
    """MARC language code of the text: 008/35-37, else the first of 041 $a; empty when unknown."""
    candidates = [record.control("008")[35:38]]
    candidates += [value[:3] for field in record.data("041") for value in field.values("a")]
    for code in (candidate.lower() for candidate in candidates):
        if _LANGUAGE.fullmatch(code) and code not in _NO_LANGUAGE:
            return code
    return ""


_DIGITS = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)")


def publication_year(record: MarcRecord) -> int | None:
    """Year of publication: 008/07-10 (MARC 21 008: date 1), else the first year of 264/260 $c.

    For a reprint (008/06 = r) date 1 is the date of the reprint, so it is right there too; for
    type ``b``, ``n`` and ``|`` 008 gives no date.
    """
    fixed = record.control("008")
    if fixed[6:7] not in ("b", "n", "|", " ", "") and fixed[7:11].isascii():
        if fixed[7:11].isdigit() and 1000 <= int(fixed[7:11]) <= 2099:
            return int(fixed[7:11])
    for field in record.data("264", "260"):
        if field.tag == "264" and field.ind2 == "4":
            continue  # copyright date (MARC 21 264, second indicator 4)
        for value in field.values("c"):
            if match := _DIGITS.search(value):
                return int(match[1])
    return None
