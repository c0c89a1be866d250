"""The code tables of MARC-8, read from ``interop/marc/data`` into the forms that codecs need.

MARC 21 Specifications for Record Structure, Character Sets, and Exchange Media, character sets
part 2 (the escape sequences) and part 3 (the code tables).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from importlib import resources

UNKNOWN = "\ufffd"
ASCII, ANSEL, EACC = "B", "E", "1"
SPECIAL = "gbp"  # Greek symbols, subscripts, superscripts: named by ESC and one character


@dataclass(frozen=True, slots=True)
class CharacterSet:
    """A set with one byte a character. ``final``: its name in escape sequences; ``codes``: code to
    character; ``high``: whether its codes are above 0x7F, so that it is written as G1.
    """

    final: str
    codes: dict[int, str]
    high: bool


def _read() -> tuple[dict[str, CharacterSet], frozenset[str]]:
    """The sets by their final character, and all combining marks in them."""
    tables: dict[str, dict[int, str]] = {}
    marks: set[str] = set()
    current: dict[int, str] = {}
    for line in _lines("marc8.txt"):
        first, _, rest = line.partition(" ")
        if first == "set":
            current = tables.setdefault(rest[0], {})
            continue
        for code, point in enumerate(rest.split(), int(first, 16)):
            current[code] = chr(int(point.rstrip("+"), 16))
            if point.endswith("+"):
                marks.add(current[code])
    sets = {final: CharacterSet(final, codes, max(codes) > 0x7F) for final, codes in tables.items()}
    return sets, frozenset(marks)


def _lines(name: str) -> Iterator[str]:
    text = resources.files("interop.marc").joinpath("data", name).read_text(encoding="utf-8")
    return (line for line in text.split("\n") if line and not line.startswith("#"))


SETS, MARKS = _read()


@cache
def halves(g0: str, g1: str) -> str:
    """256 characters: what each byte means with these sets as G0 and as G1; ``UNKNOWN`` if nothing.

    Control characters mean themselves. The joiners and the marks of non-sorting text, in C1, are
    there whatever G1 is. Each set serves in either half. EACC is none of the two: see ``eacc``.
    """
    low, high, ansel = _half(g0), _half(g1), SETS[ANSEL].codes
    return "".join(
        [
            *map(chr, range(0x21)),
            *(low.get(code, UNKNOWN) for code in range(0x21, 0x80)),
            *(ansel.get(code, UNKNOWN) for code in range(0x80, 0xA1)),
            *(high.get(code & 0x7F, UNKNOWN) for code in range(0xA1, 0x100)),
        ]
    )


def _half(final: str) -> dict[int, str]:
    """A set by the lower seven bits of its codes, without what ANSEL has in C1."""
    if final == EACC:
        return {}
    return {code & 0x7F: ch for code, ch in SETS[final].codes.items() if code & 0x7F > 0x20}


@cache
def eacc() -> dict[bytes, str]:
    """The characters of EACC by their three bytes, with the high bits off; read when first asked
    for, because most files never need it.
    """
    table: dict[bytes, str] = {}
    for line in _lines("eacc.txt"):
        first = int(line[:6], 16)
        for code, ch in enumerate(line[7:], first):
            table[code.to_bytes(3, "big")] = ch
    return table


@cache
def eacc_codes() -> dict[str, bytes]:
    """EACC the other way: of several codes for one character the lowest."""
    codes: dict[str, bytes] = {}
    for code, ch in eacc().items():
        codes.setdefault(ch, code)
    return codes
