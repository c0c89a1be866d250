"""The searches of the Bath Profile and the US National Profile, each with what it must find.

Every record has one heading, in every field that is searched; so a search means the same on each
access point, and ``MEANING`` says what it finds. ``docs/z3950.md`` has the table of these rows.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from interop.marc.iso2709 import encode
from interop.marc.record import ControlField, DataField, MarcRecord

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "z3950.md"
MARKED = re.compile(r"<!-- profiles: [^>]*-->\n(.*?)\n<!-- /profiles -->", re.DOTALL)

# 001 -> (heading, year, ISBN, ISSN)
RECORDS = {
    "r1": ("Sông Hương núi Ngự", "1990", "9786041000018", "0866-7322"),
    "r2": ("Sông Hương", "1995", "9786041000025", "1859-0012"),
    "r3": ("Bên sông Hươngiang", "2000", "9786041000032", "1859-0020"),
    "r4": ("Núi Ngự Bình, sông", "2005", "9786041000049", "1859-0039"),
}
TAGS = ("100", "110", "111", "130", "222", "245", "440", "500", "520", "600", "650", "651", "655")


def record(control: str) -> bytes:
    """Canonical octets of one of ``RECORDS``."""
    heading, year, isbn, issn = RECORDS[control]
    fields = [
        ControlField("001", control),
        ControlField("008", f"200101s{year}    vm            000 0 vie d"),
        DataField("020", " ", " ", (("a", isbn),)),
        DataField("022", " ", " ", (("a", issn),)),
        *(DataField(tag, " ", " ", (("a", heading),)) for tag in TAGS),
    ]
    return encode(MarcRecord("00000nam a2200000 a 4500", tuple(fields)))


@dataclass(frozen=True)
class Search:
    """``combination``: Use, Relation, Position, Structure, Truncation, Completeness. ``found``:
    control numbers.
    """

    profile: str
    name: str
    combination: tuple[int, int, int, int, int, int]
    term: str
    found: str


KEYWORD, TRUNCATED, EXACT = (3, 3, 2, 100, 1), (3, 3, 2, 1, 1), (3, 1, 1, 100, 3)
FIRST_WORDS, FIRST_CHARACTERS = (3, 1, 1, 100, 1), (3, 1, 1, 1, 1)
PHRASE, NAME, NAME_TRUNCATED = (3, 3, 1, 100, 1), (3, 3, 101, 100, 1), (3, 3, 101, 1, 1)

EVERY = "r1 r2 r3 r4"

# Combination -> name, term, and what it finds.
MEANING = {
    KEYWORD: ("keyword", "hương", "r1 r2"),
    TRUNCATED: ("keyword with right truncation", "hương", "r1 r2 r3"),
    EXACT: ("exact match", "Sông Hương", "r2"),
    FIRST_WORDS: ("first words in field", "Sông Hương", "r1 r2"),
    FIRST_CHARACTERS: ("first characters in field", "Sông H", "r1 r2"),
    PHRASE: ("unanchored phrase", "núi Ngự", "r1 r4"),
    NAME: ("precision match for established name heading", "Sông Hương", "r1 r2"),
    NAME_TRUNCATED: ("precision match with right truncation", "Sông Hương", "r1 r2 r3"),
}
_ONE = {"author": 1003, "title": 4, "subject": 21, "any": 1016}
_HEADINGS = (KEYWORD, TRUNCATED, EXACT, FIRST_WORDS, FIRST_CHARACTERS)


def _rows(profile: str, uses: dict[str, int], *combinations: tuple[int, ...]) -> list[Search]:
    return [
        Search(profile, f"{name}: {MEANING[c][0]}", (use, *c), *MEANING[c][1:])
        for name, use in uses.items()
        for c in combinations
    ]


def _dates(profile: str) -> list[Search]:
    found = {1: "r1", 2: "r1 r2", 3: "r2", 4: "r2 r3 r4", 5: "r3 r4"}
    return [
        Search(profile, f"date of publication, relation {n}", (31, n, 1, 4, 100, 1), "1995", which)
        for n, which in found.items()
    ]


def _identifier(profile: str) -> Search:
    combination = (1007, *FIRST_WORDS)
    return Search(profile, "standard identifier", combination, "978-604-1-00002-5", "r2")


def _without_any(uses: dict[str, int]) -> dict[str, int]:
    return {name: use for name, use in uses.items() if name != "any"}


_A2_TITLE = {"key title": 33}
_D2 = {
    "personal name": 1,
    "corporate name": 2,
    "conference name": 3,
    "title": 4,
    "uniform title": 6,
    "subject": 21,
    "geographic name": 58,
    "note": 63,
    "name": 1002,
    "any": 1016,
    "genre or form": 1075,
    "topical subject": 1079,
}

SEARCHES: tuple[Search, ...] = (
    *_rows("Bath A0", _ONE, KEYWORD),
    *_rows("Bath A0", {"author": 1003}, NAME),
    *_rows("Bath A1", _ONE, TRUNCATED),
    *_rows("Bath A1", _without_any(_ONE), EXACT, FIRST_WORDS, FIRST_CHARACTERS),
    *_rows("Bath A1 (release 1)", {"author": 1003}, NAME_TRUNCATED),
    _identifier("Bath A1"),
    *_dates("Bath A1"),
    *_rows("Bath A2", _A2_TITLE, *_HEADINGS),
    Search("Bath A2", "key title: keyword, position 1", (33, 3, 1, 2, 100, 1), "sông", "r1 r2"),
    Search(
        "Bath A2", "format of material: keyword", (1031, 3, 3, 2, 100, 1), "book", "r1 r2 r3 r4"
    ),
    Search("Bath A2", "format of material: phrase", (1031, 3, 3, 1, 100, 1), "book", "r1 r2 r3 r4"),
    Search("Bath A2", "language", (54, *KEYWORD), "vie", EVERY),
    Search("Bath A2", "date range", (31, 104, 1, 4, 100, 1), "1995-2000", "r2 r3"),
    Search("Bath A2", "possessing institution", (1044, *KEYWORD), "hue", EVERY),
    *_rows("Bath C0", _ONE, KEYWORD),
    *_rows("Bath C1", _ONE, TRUNCATED),
    *_rows("Bath C1", {n: u for n, u in _ONE.items() if n != "author"}, PHRASE),
    _identifier("Bath C1"),
    *_dates("Bath C1"),
    *_rows("Bath D1", {"title": 4, "subject": 21, "name": 1002}, *_HEADINGS),
    *_rows("Bath D2", _without_any(_D2), *_HEADINGS),
    *_rows("Bath D2", {"any": 1016}, KEYWORD, TRUNCATED),
    Search("Bath D2", "ISSN", (8, *FIRST_WORDS), "1859-0012", "r2"),
    Search("Bath D2", "local number", (12, *FIRST_WORDS), "r3", "r3"),
    *_rows("US 0", _ONE, KEYWORD),
    *_rows("US 0", {"author": 1003}, NAME),
    *_rows("US 1", {"author": 1003}, NAME_TRUNCATED),
    Search("US 1", "ISBN", (7, *FIRST_WORDS), "9786041000018", "r1"),
    Search("US 1", "ISSN", (8, *FIRST_WORDS), "0866-7322", "r1"),
    Search("US 1", "remote system number", (12, *FIRST_WORDS), "r4", "r4"),
    Search("US 1", "language", (54, *KEYWORD), "vie", EVERY),
    Search("US 1", "format of material", (1031, *KEYWORD), "book", EVERY),
)

# What is not supported: PQF, Bib-1 diagnostic, addinfo.
REFUSED = (
    ("@attr 1=9999 x", 114, "9999"),
    ("@attr 2=100 x", 117, "100"),
    ("@attr 2=101 x", 117, "101"),
    ("@attr 3=4 x", 119, "4"),
    ("@attr 4=103 x", 118, "103"),
    ("@attr 4=104 x", 118, "104"),
    ("@attr 5=7 x", 120, "7"),
    ("@attr 1=31 @attr 5=2 72", 120, "2"),
    ("@attr 1=4 @attr 3=1 @attr 5=2 x", 120, "2"),
    ("@attr 6=4 x", 122, "4"),
    ("@attr 7=1 x", 113, "7"),
    ("@attr 99=1 x", 113, "99"),
    ("@attr gils 1=4 x", 121, "1.2.840.10003.3.5"),
    ("@attr 1=4 @attr 2=1 x", 123, "1=4 2=1"),
    ("@attr 1=4 @attr 4=4 x", 123, "1=4 4=4"),
    ("@attr 1=31 @attr 2=1 @attr 5=1 19", 123, "2=1 5=1"),
    ("@attr 1=31 x", 125, "x: not a year"),
    ("@term null x", 124, "null"),
    ("@prox 0 1 1 2 k 3 a b", 132, "3"),
    ("@prox 0 1 1 9 k 2 a b", 131, "9"),
    ("@prox 0 99 1 2 k 2 a b", 202, "99 (1 to 28)"),
)


def table() -> str:
    """The rows as Markdown, for the documentation."""
    lines = [
        "| Profile | Search | Use | Relation | Position | Structure | Truncation | Completeness |",
        "|---|---|---|---|---|---|---|---|",
    ]
    for row in SEARCHES:
        numbers = " | ".join(map(str, row.combination))
        lines.append(f"| {row.profile} | {row.name} | {numbers} |")
    lines += ["", "| Not supported | Diagnostic | Addinfo |", "|---|---|---|"]
    for query, number, told in REFUSED:
        attributes = query.replace("@attr ", "")
        lines.append(f"| `{attributes}` | {number} | `{told}` |")
    return "\n".join(lines)


if __name__ == "__main__":
    text = DOCUMENT.read_text(encoding="utf-8")
    found = MARKED.search(text)
    assert found is not None
    DOCUMENT.write_text(text[: found.start(1)] + table() + text[found.end(1) :], encoding="utf-8")
