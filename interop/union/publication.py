"""The features of a record that tell one publication from another, read once from canonical MARC.

Vietnamese rules: diacritics stay, a name is its set of syllables without comma or order, volumes
are numbers whatever the word before them, the main entry may be a title.
"""

import re
from dataclasses import dataclass

from interop.marc.material import publication_year
from interop.marc.record import DataField, MarcRecord
from interop.text.folding import exact, fold
from interop.text.identifiers import isbn13


@dataclass(frozen=True, slots=True)
class Publication:
    """``isbns``: ISBN-13 of the part in hand; ``volume``: "" or a number as text; ``title``,
    ``author``, ``publisher``: normalised, "" when the record does not say.
    """

    isbns: tuple[str, ...]
    volume: str
    year: int | None
    title: str
    author: str
    publisher: str
    carrier: str


def publication(record: MarcRecord) -> Publication:
    """The features of ``record``."""
    title, volume = _title(record)
    return Publication(
        isbns=_isbns(record),
        volume=volume,
        year=publication_year(record),
        title=title,
        author=_author(record),
        publisher=_publisher(record),
        carrier=_carrier(record),
    )


_SET_WORDS = re.compile(r"\b(trọn bộ|bộ|set)\b", re.IGNORECASE)


def _isbns(record: MarcRecord) -> tuple[str, ...]:
    """ISBNs of the part: those of a whole set do not count where the part has one of its own."""
    parts: list[str] = []
    sets: list[str] = []
    for field in record.data("020"):
        for value in field.values("a"):
            isbn = isbn13(value)
            if isbn is not None:
                is_set = _SET_WORDS.search(" ".join([value, *field.values("qc")]))
                (sets if is_set else parts).append(isbn)
    return tuple(dict.fromkeys(parts or sets))


# "T.1", "Tập 1", "Tập I", "Quyển 1", "Q.1", "Phần 1", "Ph.1", "Vol. 1" at the end are one number;
# "tr." (pages) is not, and a Roman number needs a blank or a stop, or "hành vi" would be volume 1.
_VOLUME = re.compile(
    r"(?:^|[\s.,:;/(\[-])(?:"
    r"(?:tập|quyển|phần|volume|vol|part|pt|ph|[tqv])\.?\s*(\d{1,3})"
    r"|(?:(?:tập|quyển|phần|volume|part)\s+|(?:vol|ph|pt|[tqv])\.\s*)([ivxlc]{1,7})"
    r")[\s.,:;/)\]-]*$",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\b(?:(\d{1,3})|([IVXLC]{1,7}))\b")
_ROMAN = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def _title(record: MarcRecord) -> tuple[str, str]:
    """Title as exact tokens with the volume taken out, and the volume."""
    field = next(record.data("245"), None)
    if field is None:
        return "", ""
    volume = next((_part(number) for number in field.values("n")), "")
    texts: list[str] = []
    for value in field.values("abp"):
        match = _VOLUME.search(value)
        if match and volume in ("", _numeral(match)):
            volume = _numeral(match)
            value = value[: match.start()]
        texts.append(value)
    return " ".join(exact(" ".join(texts))), volume


def _part(text: str) -> str:
    """245 $n as a number where it has one, else its words."""
    match = _VOLUME.search(" " + text.strip()) or _NUMBER.search(text)
    return _numeral(match) if match else " ".join(exact(text))


def _numeral(match: re.Match[str]) -> str:
    arabic, roman = match[1], match[2]
    return str(int(arabic)) if arabic else str(_roman(roman.lower()))


def _roman(text: str) -> int:
    values = [_ROMAN[letter] for letter in text]
    return sum(
        -value if index + 1 < len(values) and value < values[index + 1] else value
        for index, value in enumerate(values)
    )


def _author(record: MarcRecord) -> str:
    """Syllables of the first responsible name, sorted: blind to comma and order (main entry, else
    the first added entry, else the first name of 245 $c).
    """
    for tags in (("100", "110", "111"), ("700", "710", "711")):
        for field in record.data(*tags):
            if name := _name(field):
                return name
    for field in record.data("245"):
        for value in field.values("c"):
            if tokens := exact(re.split(r"[;,:]", value)[0]):
                return " ".join(sorted(tokens))
    return ""


def _name(field: DataField) -> str:
    return " ".join(sorted(exact(" ".join(field.values("ab" if field.tag[1:] == "10" else "a")))))


_PUBLISHER_WORDS = {"nxb", "nha", "xuat", "ban", "publisher", "publishers", "press", "co", "ltd"}


def _publisher(record: MarcRecord) -> str:
    """Publisher without "Nxb." and the like, folded."""
    for field in record.data("264", "260"):
        if field.tag == "264" and field.ind2 not in ("1", " "):
            continue
        for value in field.values("b"):
            tokens = [token for token in fold(value) if token not in _PUBLISHER_WORDS]
            if tokens:
                return " ".join(tokens)
    return ""


def _carrier(record: MarcRecord) -> str:
    """Type of record, text and manuscript text counted as one (leader/06)."""
    kind = record.leader[6:7]
    return "a" if kind in ("a", "t") else kind
