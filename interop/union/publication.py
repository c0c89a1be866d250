"""The features of a record that tell one publication from another, read once from canonical MARC.

Vietnamese rules: diacritics stay, a name is its set of syllables without comma, order or role,
volumes are numbers whatever the word before them (``volume``), the main entry may be a title.
Patterns see NFC, because dumps of older systems are decomposed.
"""

import re
from dataclasses import dataclass
from functools import lru_cache

from interop.marc.material import physical_form, publication_year
from interop.marc.record import MarcRecord
from interop.text.folding import exact, fold
from interop.text.identifiers import isbn13
from interop.text.normal import normalise
from interop.union import volume as volumes


@dataclass(frozen=True, slots=True)
class Publication:
    """``isbns``: ISBN-13 of the part in hand; ``volume``: "" or numbers as text, joined by stops;
    ``title``, ``author``, ``publisher``: normalised, "" when the record does not say.
    """

    isbns: tuple[str, ...]
    volume: str
    year: int | None
    title: str
    author: str
    publisher: str
    carrier: str

    @property
    def numbers(self) -> tuple[str, ...]:
        """Numbers in the title, in order: school grade, year of a yearbook. They are identity."""
        return tuple(digits.lstrip("0") for digits in re.findall(r"\d+", self.title))


# The fields that tell something of a publication.
LOOKED_AT = frozenset("008 020 100 110 111 245 260 264 300 700 710 711".split())


def publication(record: MarcRecord) -> Publication:
    """The features of ``record``."""
    title, volume = _title(record)
    isbns, volume = _isbns(record, volume)
    return Publication(
        isbns=isbns,
        volume=volume or _described_volume(record),
        year=publication_year(record),
        title=title,
        author=_author(record),
        publisher=_publisher(record),
        carrier=_carrier(record),
    )


# "trọn bộ", "(bộ)", "/bộ" and "set", but not "cán bộ".
_SET_WORDS = re.compile(r"\btrọn bộ\b|(?:^|[(:;,/\d])\s*bộ\b|\bset\b", re.IGNORECASE)


def _isbns(record: MarcRecord, volume: str) -> tuple[tuple[str, ...], str]:
    """ISBNs of the part in hand, and its volume: ``volume``, else the one that they name.

    020 $z (cancelled) never counts. A number of a whole set does not count where the part has one
    of its own, a number of another volume never; and where a record of the whole set lists the
    numbers of its volumes, none of them is its own, or it would join all volumes.
    """
    parts: list[tuple[str, str]] = []
    sets: list[str] = []
    for field in record.data("020"):
        for value in field.values("a"):
            isbn = isbn13(value)
            if isbn is None:
                continue
            if _SET_WORDS.search(normalise(" ".join([value, *field.values("qc")]))):
                sets.append(isbn)
            else:
                qualifier = normalise(" ".join([value, *field.values("q")]))
                parts.append((isbn, ".".join(volumes.take(qualifier)[1])))
    named = {name for _, name in parts if name}
    if not volume and len(named) == 1:
        volume = named.pop()
    own = [isbn for isbn, name in parts if name in ("", volume)]
    if not volume and named:
        own = []
    return tuple(dict.fromkeys(own or sets)), volume


def _title(record: MarcRecord) -> tuple[str, str]:
    """Title as exact tokens with the volume taken out, and the volume."""
    field = next(record.data("245"), None)
    if field is None:
        return "", ""
    volume = ".".join(
        number for value in field.values("n") for number in volumes.part(normalise(value))
    )
    whole = [normalise(value) for value in field.values("abp")]
    taken = [volumes.take(value) for value in whole]
    found = ".".join(number for _, numbers in taken for number in numbers)
    if found and volume in ("", found):
        volume = found
        whole = [text for text, _ in taken]
    return " ".join(exact(" ".join(whole))), volume


def _described_volume(record: MarcRecord) -> str:
    """The volume of a record that names it in its physical description alone (300 $a)."""
    for field in record.data("300"):
        for value in field.values("a"):
            return ".".join(volumes.leading(normalise(value)))
    return ""


def _author(record: MarcRecord) -> str:
    """Syllables of the first responsible name, sorted: blind to comma and order (main entry, else
    the first added entry, else the first name of 245 $c).
    """
    for tags in (("100", "110", "111"), ("700", "710", "711")):
        for field in record.data(*tags):
            if name := _syllables(" ".join(field.values("ab" if field.tag[1:] == "10" else "a"))):
                return name
    for field in record.data("245"):
        for value in field.values("c"):
            # "Chủ biên: Trần A ; Lê B dịch": the role before the colon is nobody's name.
            if name := _syllables(re.split("[;,]", value)[0].rpartition(":")[2]):
                return name
    return ""


# Roles behind a name: in parentheses, abbreviated, or in words after a comma. A word without the
# comma may be the person's own name (Dịch).
_ROLE = re.compile(
    r"\([^()]*\)|[\s,]+(?:ch\.\s*b|b\.\s*s|s\.\s*t)\.?(?=\s*$|\s*[;,])"
    r"|,\s*(?:chủ biên|biên soạn|sưu tầm|tuyển chọn|dịch|hiệu đính)\.?\s*$",
    re.IGNORECASE,
)


def _syllables(name: str) -> str:
    return " ".join(sorted(exact(_ROLE.sub(" ", normalise(name)))))


_PUBLISHER_WORDS = frozenset("nxb nha xuat ban va publisher publishers press co ltd".split())
# Abbreviations that Vietnamese catalogues use for publishers, folded.
_PUBLISHERS = {
    "gd": "giao duc",
    "ctqg": "chinh tri quoc gia",
    "khxh": "khoa hoc xa hoi",
    "khkt": "khoa hoc ky thuat",
    "vhtt": "van hoa thong tin",
    "dhqg": "dai hoc quoc gia",
    "dhqghn": "dai hoc quoc gia ha noi",
    "hcm": "ho chi minh",
    "tphcm": "tp ho chi minh",
}


def _publisher(record: MarcRecord) -> str:
    """Publisher without "Nxb." and the like, folded."""
    for field in record.data("264", "260"):
        if field.tag == "264" and field.ind2 not in ("1", " "):
            continue
        for value in field.values("b"):
            if name := _publisher_name(value):
                return name
    return ""


@lru_cache(maxsize=1 << 12)  # few houses publish most
def _publisher_name(value: str) -> str:
    tokens = [token if token == "nxb" else token.removeprefix("nxb") for token in fold(value)]
    kept = (token for token in tokens if token not in _PUBLISHER_WORDS)
    name = " ".join(_PUBLISHERS.get(token, token) for token in kept)
    # "Giáo dục" and "Giáo dục Việt Nam" are one house under its names of different years.
    return name.replace("thanh pho", "tp").removesuffix(" viet nam")


def _carrier(record: MarcRecord) -> str:
    """Type of record (leader/06), text and manuscript text counted as one, and physical form."""
    kind = record.leader[6:7]
    return ("a" if kind in ("a", "t") else kind) + physical_form(record)
