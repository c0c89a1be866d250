"""The records of the demo's three provincial libraries, each written as its own system writes them.

All three describe the same works of ``data/works.tsv``, as real libraries do: one with Koha items
and "Nxb.", one as a DSpace repository, one in decomposed Vietnamese with inverted names, old tone
placement and volumes inside the title. Everything is deterministic, byte for byte.
"""

import csv
import gzip
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

from interop.marc import iso2709, marcxml
from interop.marc.record import ControlField, DataField, Field, MarcRecord, Subfield

ISBN_FROM = 2008  # works published before have none


@dataclass(frozen=True, slots=True)
class Name:
    """``role``: Vietnamese role words, empty for an author. ``corporate``: a body, not a person."""

    text: str
    role: str = ""
    corporate: bool = False


@dataclass(frozen=True, slots=True)
class Work:
    """One row of ``works.tsv``. ``volume``: "" or a number; ``isbn``/``issn``: "" or 13/9 signs."""

    number: int
    title: str
    volume: str
    names: tuple[Name, ...]
    place: str
    publisher: str
    year: int
    pages: str
    ddc: str
    subjects: tuple[str, ...]
    libraries: str
    han: str
    han_author: str
    language: str
    isbn: str
    issn: str

    @property
    def kind(self) -> str:
        """Leader/06-07 (MARC 21): map, serial or book."""
        if self.title.startswith("Bản đồ"):
            return "em"
        return "as" if self.issn else "am"

    @property
    def main(self) -> Name | None:
        """Main entry: none where four or more share the work, or nobody is its author (AACR2)."""
        first = self.names[0] if self.names else None
        shared = len(self.names) > 3
        return None if first is None or first.role or shared else first


@dataclass(frozen=True, slots=True)
class DemoLibrary:
    """``kind``: its system; ``prefix``: the format it is harvested in; ``source``: id of the source
    that the national node harvests; ``dump``: name of the file that ``write`` makes.
    """

    code: str
    name: str
    province: str
    kind: str
    letter: str
    prefix: str
    source: str
    dump: str
    describe: Callable[[Work], MarcRecord]

    def works(self) -> Iterator[Work]:
        """The works that this library holds."""
        return (work for work in works() if self.letter in work.libraries)

    def records(self) -> list[MarcRecord]:
        """Its records, as its system has them."""
        return [self.describe(work) for work in self.works()]

    def write(self, path: Path) -> None:
        """Write its dump: ISO 2709 or a MARCXML collection, gzip by the file's name."""
        if path.suffix == ".mrc":
            data = b"".join(map(iso2709.encode, self.records()))
        else:
            body = b"\n".join(map(marcxml.write, self.records()))
            opening = b'<collection xmlns="http://www.loc.gov/MARC21/slim">\n'
            data = (
                b'<?xml version="1.0" encoding="UTF-8"?>\n' + opening + body + b"\n</collection>\n"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(gzip.compress(data, mtime=0) if path.suffix == ".gz" else data)


@cache
def works() -> tuple[Work, ...]:
    """All works, in the order of the table."""
    table = files("interop.demo").joinpath("data", "works.tsv").read_text(encoding="utf-8")
    rows = csv.DictReader(table.splitlines(), delimiter="\t", quoting=csv.QUOTE_NONE)
    return tuple(_work(number, row) for number, row in enumerate(rows, 1))


def _work(number: int, row: dict[str, str]) -> Work:
    year = int(row["year"])
    serial = row["title"].startswith("Tạp chí")
    thesis = "Luận" in row["subjects"]
    numbered = year >= ISBN_FROM and not serial and not thesis and bool(row["pages"])
    return Work(
        number=number,
        title=row["title"],
        volume=row["vol"],
        names=tuple(_name(text) for text in row["authors"].split(";") if text),
        place=row["place"],
        publisher=row["publisher"],
        year=year,
        pages=row["pages"],
        ddc=row["ddc"],
        subjects=tuple(row["subjects"].split("|")),
        libraries=row["libraries"],
        han=row["han"],
        han_author=row["han_author"],
        language=row["language"],
        isbn=_isbn(number) if numbered else "",
        issn=_issn(number) if serial else "",
    )


def _name(text: str) -> Name:
    plain, _, role = text.partition(":")
    return Name(plain.removeprefix("@"), role, plain.startswith("@"))


def _isbn(number: int) -> str:
    """A made-up ISBN of the Vietnamese group 978-604 (ISO 2108: weights 1 and 3, modulo 10)."""
    body = f"978604{900_000 + number:06d}"
    total = sum(int(digit) * (1, 3)[index % 2] for index, digit in enumerate(body))
    return f"{body}{-total % 10}"


def _issn(number: int) -> str:
    """A made-up ISSN (ISO 3297: weights 8 to 2, modulo 11)."""
    body = f"{2_990_000 + number:07d}"
    check = -sum(int(digit) * weight for digit, weight in zip(body, range(8, 1, -1), strict=True))
    return f"{body[:4]}-{body[4:]}{'0123456789X'[check % 11]}"


# pieces that all three share


def _field(tag: str, indicators: str, *subfields: Subfield) -> DataField:
    return DataField(tag, indicators[0], indicators[1], tuple(s for s in subfields if s[1]))


def _leader(work: Work) -> str:
    return f"00000n{work.kind} a2200000 a 4500"


def _fixed(work: Work) -> ControlField:
    """008 of a book: date entered, single date, place Vietnam, language."""
    kind = "c" if work.issn else "s"
    dates = f"{work.year}9999" if work.issn else f"{work.year}    "
    return ControlField("008", f"150701{kind}{dates}vm {'':17}{work.language} d".ljust(40))


def _cutter(work: Work) -> str:
    plain = unicodedata.normalize("NFD", work.title.replace("Đ", "D").replace("đ", "d"))
    letters = [letter for letter in plain if letter.isascii() and letter.isalpha()]
    return "".join(letters[:2]).upper() + f"{work.number:03d}"


def _call_number(work: Work) -> str:
    return f"{work.ddc} {_cutter(work)}"


def _responsibility(work: Work) -> str:
    """245 $c: people by role, as on a title page."""
    if len(work.names) > 3:
        return f"{work.names[0].text}, {work.names[1].text}... [và những người khác]"
    parts = [
        f"{name.role[:1].upper()}{name.role[1:]}: {name.text}" if name.role else name.text
        for name in work.names
    ]
    return " ; ".join(parts)


def _original(work: Work, *, linked: bool) -> list[Field]:
    """880 in original script, linked to 245 and 100 by $6 (MARC 21 880, appendix A)."""
    fields: list[Field] = []
    if work.han:
        fields.append(
            _field("880", "10", ("6", "245-01/$1" if linked else "245-00/$1"), ("a", work.han))
        )
    if work.han and work.han_author and work.main:
        link = "100-02/$1" if linked else "100-00/$1"
        fields.append(_field("880", "0 ", ("6", link), ("a", work.han_author)))
    return fields


# VN-QTI: Koha


def _koha(work: Work) -> MarcRecord:
    number = 1000 + work.number
    fields: list[Field] = [
        ControlField("001", str(number)),
        ControlField("003", "VN-QTI"),
        ControlField("005", "20250701080000.0"),
        _fixed(work),
        *(
            [_field("020", "  ", ("a", work.isbn), ("c", f"{work.pages or 50}000đ"))]
            * bool(work.isbn)
        ),
        *([_field("022", "  ", ("a", work.issn))] * bool(work.issn)),
        _field("041", "0 ", ("a", work.language)),
        _field("082", "04", ("2", "23"), ("a", work.ddc), ("b", _cutter(work))),
    ]
    main = work.main
    if main:
        link = ("6", "880-02") if work.han and work.han_author else ("6", "")
        tag, indicators = ("110", "2 ") if main.corporate else ("100", "0 ")
        fields.append(_field(tag, indicators, link, ("a", main.text)))
    part = f"T. {work.volume}" if work.volume else ""
    title = [("a", f"{work.title}{'.' if part else ' /'}"), ("n", f"{part} /" if part else "")]
    fields.append(
        _field(
            "245",
            "10" if main else "00",
            ("6", "880-01" if work.han else ""),
            *title,
            ("c", _responsibility(work)),
        )
    )
    fields.append(
        _field(
            "260",
            "  ",
            ("a", f"{work.place} :"),
            ("b", f"Nxb. {work.publisher},"),
            ("c", str(work.year)),
        )
    )
    if work.pages:
        fields.append(_field("300", "  ", ("a", f"{work.pages} tr. ;"), ("c", "21 cm")))
    fields += [_field("650", " 4", ("a", subject)) for subject in work.subjects]
    fields += [
        _field("700", "0 ", ("a", name.text), ("e", name.role))
        for name in work.names
        if name is not main and not name.corporate
    ]
    fields += _original(work, linked=True)
    fields.append(_field("942", "  ", ("2", "ddc"), ("c", "TC" if work.issn else "SACH")))
    fields += [_koha_item(work, copy) for copy in range(1, 2 + work.number % 3)]
    fields.append(_field("999", "  ", ("c", str(number)), ("d", str(number))))
    return MarcRecord(_leader(work), tuple(fields))


def _koha_item(work: Work, copy: int) -> DataField:
    """952: an item of Koha. Every seventh work's first copy is on loan."""
    lent = "2026-12-15" if copy == 1 and work.number % 7 == 0 else ""
    return _field(
        "952",
        "  ",
        ("0", "0"),
        ("1", "0"),
        ("7", "0"),
        ("a", "TVT"),
        ("b", "TVT" if copy < 3 else "DONGHA"),
        ("c", "Kho đọc" if copy == 1 else "Kho mượn"),
        ("o", _call_number(work)),
        ("p", f"QT{work.number:05d}{copy}"),
        ("q", lent),
        ("t", str(copy)),
        ("y", "TC" if work.issn else "SACH"),
    )


# VN-DNA: DSpace


def _dspace(work: Work) -> MarcRecord:
    handle = f"http://hdl.example.vn/20.500.1000/{2000 + work.number}"
    title = f"{work.title}. Tập {work.volume}" if work.volume else work.title
    fields: list[Field] = [
        ControlField("001", f"20.500.1000-{2000 + work.number}"),
        _fixed(work),
        *([_field("020", "  ", ("a", work.isbn))] * bool(work.isbn)),
        *([_field("022", "  ", ("a", work.issn))] * bool(work.issn)),
    ]
    authors = [name for name in work.names if not name.role]
    for index, name in enumerate(authors):
        tag = ("110" if name.corporate else "100") if index == 0 else "700"
        indicators = "2 " if name.corporate else "0 "
        fields.append(_field(tag, indicators, ("a", name.text)))
    fields.append(_field("245", "10" if authors else "00", ("a", title)))
    fields.append(_field("260", "  ", ("b", work.publisher), ("c", str(work.year))))
    fields.append(_field("520", "  ", ("a", _summary(work))))
    fields += [_field("653", "  ", ("a", subject)) for subject in work.subjects]
    fields += [
        _field("700", "0 ", ("a", name.text), ("e", name.role)) for name in work.names if name.role
    ]
    fields += _original(work, linked=False)[:1]
    fields.append(_field("856", "40", ("u", handle), ("q", "application/pdf")))
    return MarcRecord(_leader(work), tuple(fields))


def _summary(work: Work) -> str:
    topics = ", ".join(subject[:1].lower() + subject[1:] for subject in work.subjects)
    return f"Bản số hóa toàn văn. Chủ đề: {topics}."


# VN-CMA: ISO 2709 dumps


def _dump(work: Work) -> MarcRecord:
    main = work.main
    fields: list[Field] = [
        ControlField("001", f"CM{work.number:06d}"),
        ControlField("005", "20190415000000.0"),
        _fixed(work),
    ]
    if work.isbn:
        part = f" (T.{work.volume})" if work.volume else ""
        fields.append(_field("020", "  ", ("a", _hyphenated(work.isbn) + part)))
    if work.issn:
        fields.append(_field("022", "  ", ("a", work.issn)))
    fields.append(_field("082", "14", ("a", work.ddc)))
    if main:
        fields.append(_inverted("110" if main.corporate else "100", main, work))
    title = f"{work.title}. T.{work.volume} /" if work.volume else f"{work.title} /"
    fields.append(_field("245", "10" if main else "00", ("a", title), ("c", _responsibility(work))))
    place = {"Hà Nội": "H.", "Thành phố Hồ Chí Minh": "Tp. Hồ Chí Minh"}.get(work.place, work.place)
    fields.append(
        _field(
            "260", "  ", ("a", f"{place} :"), ("b", f"{work.publisher},"), ("c", f"{work.year}.")
        )
    )
    if work.pages:
        fields.append(_field("300", "  ", ("a", f"{work.pages}tr. ;"), ("c", "19cm.")))
    fields += [_field("653", "  ", ("a", subject)) for subject in work.subjects]
    fields += [
        _inverted("700", name, work)
        for name in work.names
        if name is not main and not name.corporate
    ]
    if work.number % 2:
        fields += _original(work, linked=False)
    fields.append(
        _field(
            "852",
            "  ",
            ("a", "VN-CMA"),
            ("b", "Kho tổng hợp"),
            ("h", work.ddc),
            ("i", _cutter(work)),
            ("p", f"CM.{work.number:06d}"),
        )
    )
    return MarcRecord(_leader(work), tuple(map(_decomposed, fields)))


def _inverted(tag: str, name: Name, work: Work) -> DataField:
    """ "Nguyễn, Du" in every second record, the other convention of Vietnamese catalogues."""
    family, _, given = name.text.partition(" ")
    if name.corporate:
        return _field(tag, "2 ", ("a", f"{name.text}."))
    if given and work.number % 2 == 0:
        return _field(tag, "1 ", ("a", f"{family}, {given}"), ("e", name.role))
    return _field(tag, "0 ", ("a", name.text), ("e", name.role))


def _hyphenated(isbn: str) -> str:
    return f"{isbn[:3]}-{isbn[3:6]}-{isbn[6:9]}-{isbn[9:12]}-{isbn[12]}"


_TONES = (("òa", "oà"), ("óa", "oá"), ("ọa", "oạ"), ("úy", "uý"), ("ùy", "uỳ"), ("ủy", "uỷ"))


def _decomposed(field: Field) -> Field:
    """Canonical decomposition and the other tone placement, as older systems export them."""
    if isinstance(field, ControlField):
        return field
    return field._replace(subfields=tuple((code, _old(value)) for code, value in field.subfields))


def _old(text: str) -> str:
    for new, old in _TONES:
        text = text.replace(new, old).replace(new.capitalize(), old.capitalize())
    return unicodedata.normalize("NFD", text)


LIBRARIES: tuple[DemoLibrary, ...] = (
    DemoLibrary(
        code="VN-QTI",
        name="Thư viện tỉnh Quảng Trị",
        province="Quảng Trị",
        kind="Koha",
        letter="K",
        prefix="marcxml",
        source="qti-koha",
        dump="koha.xml.gz",
        describe=_koha,
    ),
    DemoLibrary(
        code="VN-DNA",
        name="Thư viện số tỉnh Đồng Nai",
        province="Đồng Nai",
        kind="DSpace",
        letter="D",
        prefix="oai_dc",
        source="dna-dspace",
        dump="dspace.xml",
        describe=_dspace,
    ),
    DemoLibrary(
        code="VN-CMA",
        name="Thư viện tỉnh Cà Mau",
        province="Cà Mau",
        kind="ISO 2709",
        letter="I",
        prefix="marcxml",
        source="cma-dump",
        dump="dump.mrc",
        describe=_dump,
    ),
)
