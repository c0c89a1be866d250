"""UNIMARC to MARC 21, by table (UNIMARC Manual: Bibliographic Format, 3rd edition with updates; the
conversion specifications of the Library of Congress).

A field without a row is not lost: it stands in 886, MARC 21's place for fields of other formats.
Punctuation is not made up: leader/18 says that ISBD punctuation is omitted.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from interop.marc.record import ControlField, DataField, Field, MarcRecord, Subfield
from interop.marc.unimarc_codes import (
    AUDIENCES,
    COUNTRIES,
    DATE_TYPES,
    FREQUENCIES,
    GOVERNMENTS,
    LEVELS,
    MATERIALS,
    REGULARITIES,
    RELATORS,
    SERIALS,
)

_CODED = re.compile(r"[0-9 ]{8}[a-z |].{8,}", re.DOTALL)


def is_unimarc(record: MarcRecord) -> bool:
    """Whether a record's tags are those of UNIMARC: a title in 200, none in 245, and general
    processing data in 100, or the other fields that only UNIMARC has.
    """
    for field in record.fields:
        if field[0] == "245":
            return False
    tags = {field.tag for field in record.fields}
    if "200" not in tags:
        return False
    coded = next((field.first("a") for field in record.data("100")), "")
    return bool(_CODED.match(coded)) or len(tags & _SURE) > 1


# Fields whose tags mean something else in MARC 21, or nothing.
_SURE = frozenset("101 102 105 106 205 215 225 606 675 676 701 702 801 995".split())


def to_marc21(record: MarcRecord) -> MarcRecord:
    """``record``, which is UNIMARC, in MARC 21. Never raises; fields of the library's own (9XX)
    stay as they are.
    """
    tags = {field.tag for field in record.fields}
    context = _Context("700" in tags or "710" in tags or "720" in tags, "410" in tags)
    fields: list[Field] = [ControlField("008", _fixed_field(record))]
    for field in record.fields:
        fields += _converted(field, context)
    fields += _agencies(record)
    fields.sort(key=lambda field: field.tag)
    return MarcRecord(_leader(record.leader), tuple(fields))


class _Context(NamedTuple):
    """What a field need know of the record: whether there is a main entry, and a traced series."""

    has_main_entry: bool
    has_series: bool


def _leader(leader: str) -> str:
    status = leader[5] if leader[5] in "acdnp" else "n"
    kind = MATERIALS.get(leader[6], "a")
    level = {"a": "a", "m": "m", "s": "s", "c": "c", "i": "i"}.get(leader[7], "m")
    completeness = LEVELS.get(leader[17], " ")
    return f"00000{status}{kind}{level} a2200000{completeness}c 4500"


def _fixed_field(record: MarcRecord) -> str:
    """008 out of 100, 101, 102, 105, 106 and 110."""
    general = _coded(record, "100").ljust(36)
    entered = general[2:8] if general[:8].isdecimal() else "000000"
    kind = DATE_TYPES.get(general[8], "n")
    dates = [date if re.fullmatch("[0-9 u#?|]{4}", date) else "    " for date in
             (general[9:13], general[13:17])]  # fmt: skip
    first, last = (re.sub("[#?|]", "u", date) for date in dates)
    if kind == "c" and not last.strip():
        last = "9999"
    country = COUNTRIES.get(_first(record, "102", "a").upper(), "xx")
    language = _first(record, "101", "a").lower()
    if not re.fullmatch("[a-z]{3}", language):
        language = "und"
    is_serial = record.leader[7] == "s"
    middle = _serial_codes(record) if is_serial else _book_codes(record, general)
    modified = " " if general[21] in "0 " else "|"
    return f"{entered}{kind}{first}{last}{country:3}{middle}{language}{modified}|"


def _book_codes(record: MarcRecord, general: str) -> str:
    """008/18-34 of books: illustrations, audience, form, contents, and the rest."""
    if not (coded := _coded(record, "105")):
        audience = AUDIENCES.get(general[17], "|")
        return f"||||{audience}|||||{GOVERNMENTS.get(general[20], '|')}||||||"[:17]
    coded = coded.ljust(13)
    pictures = re.sub("[^a-h]", " ", coded[:4].replace("y", " "))
    audience = AUDIENCES.get(general[17], " ")
    form = {"d": "d", "f": "f", "g": "b"}.get(_coded(record, "106")[:1], " ")
    contents = re.sub("[^abcdefgilnqst]", " ", coded[4:8])
    government = GOVERNMENTS.get(general[20], " ")
    flags = "".join(code if code in "01" else "0" for code in coded[8:11])
    fiction = "1" if coded[11] in "abcdefgh" else "0"
    life = coded[12] if coded[12] in "abcd" else " "
    return f"{pictures}{audience}{form}{contents}{government}{flags}|{fiction}{life}"


def _serial_codes(record: MarcRecord) -> str:
    """008/18-34 of continuing resources out of 110."""
    coded = _coded(record, "110").ljust(11)
    kind = SERIALS.get(coded[0], "|")
    frequency = FREQUENCIES.get(coded[1], "|")
    regularity = REGULARITIES.get(coded[2], "|")
    return f"{frequency}{regularity}|{kind}{'|' * 13}"


def _coded(record: MarcRecord, tag: str) -> str:
    return next((field.first("a") for field in record.data(tag)), "")


def _first(record: MarcRecord, tag: str, code: str) -> str:
    return next((field.first(code) for field in record.data(tag)), "").strip()


def _agencies(record: MarcRecord) -> Iterator[DataField]:
    """040 out of all 801: who made the record, who transcribed and who changed it."""
    found: list[Subfield] = []
    rules = ""
    for field in record.data("801"):
        code = {"0": "a", "1": "c", "2": "d"}.get(field.ind2, "d")
        found += [(code, value) for value in field.values("b")]
        rules = rules or field.first("g")
    language = _coded(record, "100")[22:25]
    if re.fullmatch("[a-z]{3}", language) and language != "und":
        found.append(("b", language))
    if rules:
        found.append(("e", rules.lower()))
    if found:
        found.sort(key=lambda pair: "abecd".index(pair[0]))
        yield DataField("040", " ", " ", tuple(found))


def _converted(field: Field, context: _Context) -> Iterator[Field]:
    if isinstance(field, ControlField):
        if field.tag == "003":  # in UNIMARC a persistent identifier
            yield DataField("024", "7", " ", (("a", field.value), ("2", "uri")))
        else:
            yield field
        return
    if field.tag in _TAKEN:
        return
    if rule := _RULES.get(field.tag):
        yield from rule(field, context)
    elif row := ROWS.get(field.tag):
        yield from _by_row(field, row)
    elif field.tag >= "900" or not field.tag.isdecimal():
        yield field
    else:
        source = (("2", "unimarc"), ("a", field.tag), ("b", field.ind1 + field.ind2))
        yield DataField("886", "2", " ", (*source, *field.subfields))


# Read where the record as a whole is built.
_TAKEN = frozenset("100 801".split())


class _Row(NamedTuple):
    """``tag``, ``indicators`` and pairs of codes (theirs, ours) of a field that is much alike."""

    tag: str
    indicators: str
    codes: dict[str, str]


def _row(tag: str, indicators: str, codes: str) -> _Row:
    return _Row(tag, indicators, dict((pair[0], pair[-1]) for pair in codes.split()))


def _by_row(field: DataField, row: _Row) -> Iterator[Field]:
    subfields = tuple(
        (row.codes[code], value) for code, value in field.subfields if code in row.codes and value
    )
    if subfields:
        yield DataField(row.tag, row.indicators[0], row.indicators[1], subfields)


_NOTE = "a"
ROWS = {
    "010": _row("020", "  ", "a b:q d:c z"),
    "011": _row("022", "  ", "a y z f:l"),
    "012": _row("026", "  ", "a:e 2"),
    "013": _row("024", "2 ", "a b:q d:c z"),
    "014": _row("024", "8 ", "a z"),
    "015": _row("027", "  ", "a z"),
    "016": _row("024", "0 ", "a z"),
    "017": _row("024", "8 ", "a z"),
    "020": _row("015", "  ", "b:a z 2"),
    "021": _row("017", "  ", "b:a a:b"),
    "022": _row("086", "  ", "b:a z"),
    "033": _row("024", "8 ", "a"),
    "035": _row("035", "  ", "a z"),
    "040": _row("030", "  ", "a z"),
    "071": _row("028", "  ", "a b"),
    "072": _row("024", "1 ", "a z"),
    "073": _row("024", "3 ", "a z"),
    "205": _row("250", "  ", "a b f:b"),
    "206": _row("255", "  ", "a b d:c e:d"),
    "207": _row("362", "0 ", "a z"),
    "208": _row("254", "  ", "a"),
    "210": _row("260", "  ", "a c:b d:c e g:f h:g"),
    "211": _row("263", "  ", "a"),
    "215": _row("300", "  ", "a c:b d:c e"),
    "230": _row("256", "  ", "a"),
    "302": _row("546", "  ", _NOTE),
    "311": _row("580", "  ", _NOTE),
    "316": _row("562", "  ", "a 5"),
    "317": _row("561", "  ", "a 5"),
    "318": _row("583", "  ", "a b c d e f h i j k l n o 5"),
    "320": _row("504", "  ", _NOTE),
    "321": _row("510", "4 ", "a b:c c:c x"),
    "322": _row("508", "  ", _NOTE),
    "323": _row("511", "0 ", _NOTE),
    "324": _row("534", "  ", "a:n"),
    "325": _row("533", "  ", _NOTE),
    "326": _row("310", "  ", "a b"),
    "327": _row("505", "0 ", "a b:a"),
    "328": _row("502", "  ", "a b c:g d e:c z:o"),
    "330": _row("520", "  ", _NOTE),
    "332": _row("524", "  ", _NOTE),
    "333": _row("521", "  ", _NOTE),
    "334": _row("586", "  ", "a b c d"),
    "336": _row("516", "  ", _NOTE),
    "337": _row("538", "  ", _NOTE),
    "345": _row("037", "  ", "a:b b:a c:f d:c"),
    "510": _row("246", "31", "a e:b h:n i:p n:g"),
    "512": _row("246", "34", "a e:b h:n i:p"),
    "513": _row("246", "35", "a e:b h:n i:p"),
    "514": _row("246", "36", "a e:b h:n i:p"),
    "515": _row("246", "37", "a e:b h:n i:p"),
    "516": _row("246", "38", "a e:b h:n i:p"),
    "517": _row("246", "3 ", "a e:b h:n i:p"),
    "518": _row("246", "3 ", "a e:b h:n i:p"),
    "520": _row("247", "10", "a e:b h:n i:p j:f x"),
    "530": _row("222", " 0", "a b"),
    "531": _row("210", "0 ", "a b"),
    "532": _row("246", "3 ", "a"),
    "540": _row("246", "1 ", "a h:n i:p"),
    "541": _row("242", "00", "a e:b h:n i:p z:y"),
    "545": _row("246", "1 ", "a h:n i:p"),
    "610": _row("653", "  ", "a"),
    "615": _row("072", " 7", "a n:a x 2"),
    "620": _row("752", "  ", "a b c d"),
    "660": _row("043", "  ", "a"),
    "661": _row("045", "  ", "a"),
    "675": _row("080", "  ", "a v:2"),
    "676": _row("082", "04", "a v:2"),
    "680": _row("050", " 4", "a b"),
    "686": _row("084", "  ", "a b 2"),
    "730": _row("720", "  ", "a 4"),
} | {
    tag: _row("500", "  ", _NOTE)
    for tag in "300 301 303 304 305 306 307 308 309 310 312 313 314 315".split()
}  # fmt: skip


def _values(field: DataField, code: str) -> list[str]:
    return [value.strip() for value in field.values(code) if value.strip()]


def _title(field: DataField, context: _Context) -> Iterator[Field]:
    """200. Its second indicator, blank in UNIMARC, holds the length of an article that was marked
    as not sorted (see ``interop.marc.values``).
    """
    subfields: list[Subfield] = []
    rest: list[str] = []
    makers: list[str] = []
    for code, value in field.subfields:
        if code == "a":
            # A second title by the same author follows the first (ISBD 1.1.4.2).
            if not any(c == "a" for c, _ in subfields):
                subfields.append(("a", value))
            else:
                rest.append(f"; {value}" if rest or subfields else value)
        elif code in "hi":
            subfields.append(("n" if code == "h" else "p", value))
        elif code == "e":
            rest.append(f": {value}" if rest else value)
        elif code == "d":
            rest.append(f"= {value}")
        elif code in "fg":
            makers.append(value)
        elif code == "c":
            makers.append(f". {value}")
        elif code == "v":
            subfields.append(("n", value))
    if rest:
        subfields.append(("b", " ".join(rest)))
    if makers:
        subfields.append(("c", " ; ".join(makers).replace(" ; . ", ". ")))
    kinds = [("h", f"[{value.strip('[]')}]") for value in _values(field, "b")]
    subfields[1:1] = kinds
    if subfields:
        skipped = field.ind2 if field.ind2.isdecimal() else "0"
        yield DataField("245", "1" if context.has_main_entry else "0", skipped, tuple(subfields))


def _imprint(field: DataField, context: _Context) -> Iterator[Field]:
    """214: production and publication have changed places."""
    kind = {"0": "1", "1": "0", " ": "1"}.get(field.ind2, field.ind2)
    yield from _by_row(field, _row("264", f" {kind if kind in '01234' else '1'}", "a c:b d:c"))


def _series(field: DataField, context: _Context) -> Iterator[Field]:
    row = _row("490", "1 " if context.has_series else "0 ", "a e:a h:n i:p v x")
    yield from _by_row(field, row)


def _languages(field: DataField, context: _Context) -> Iterator[Field]:
    ours = {
        "a": "a",
        "b": "k",
        "c": "h",
        "d": "b",
        "e": "f",
        "g": "a",
        "h": "e",
        "i": "g",
        "j": "j",
    }
    subfields = tuple((ours[code], value) for code, value in field.subfields if code in ours)
    is_translation = "1" if field.ind1 in "12" else "0"
    if len(subfields) > 1 or is_translation == "1":
        yield DataField("041", is_translation, " ", subfields)


def _country(field: DataField, context: _Context) -> Iterator[Field]:
    if len(values := field.values("a")) > 1:
        yield DataField("044", " ", " ", tuple(("c", value.lower()) for value in values))


def _nothing(field: DataField, context: _Context) -> Iterator[Field]:
    yield from ()


def _person(tag: str) -> Callable[[DataField, _Context], Iterator[Field]]:
    def convert(field: DataField, context: _Context) -> Iterator[Field]:
        """700-702. The first element of a name and the rest stand in one subfield of MARC 21."""
        inverted = field.ind2 != "0"
        names = [*_values(field, "a"), *_values(field, "b")]
        name = (", " if inverted else " ").join(names)
        parts: list[Subfield] = [("a", name)] if name else []
        ours = {"d": "b", "c": "c", "f": "d", "g": "q"}
        parts += [(ours[code], value) for code, value in field.subfields if code in ours]
        if parts:
            ind1 = "1" if inverted and len(names) > 1 else "0"
            yield DataField(tag, ind1, " ", (*parts, *_links(field), *_roles(field)))

    return convert


def _family(tag: str) -> Callable[[DataField, _Context], Iterator[Field]]:
    def convert(field: DataField, context: _Context) -> Iterator[Field]:
        row = _row(tag, "3 ", "a c f:d")
        for found in _by_row(field, row):
            assert isinstance(found, DataField)
            subfields = (*found.subfields, *_links(field), *_roles(field))
            yield found._replace(subfields=subfields)

    return convert


def _body(tag: str) -> Callable[[DataField, _Context], Iterator[Field]]:
    def convert(field: DataField, context: _Context) -> Iterator[Field]:
        """710-712: a meeting has first indicator 1."""
        meeting = field.ind1 == "1"
        parts = _body_parts(field)
        if parts:
            ind1 = field.ind2 if field.ind2 in "012" else "2"
            ours = f"{tag[:2]}1" if meeting else tag
            yield DataField(ours, ind1, " ", (*parts, *_links(field), *_roles(field)))

    return convert


def _body_parts(field: DataField) -> list[Subfield]:
    meeting = field.ind1 == "1"
    ours = {
        "a": "a",
        "b": "e" if meeting else "b",
        "d": "n",
        "e": "c",
        "f": "d",
        "c": "c",
        "g": "a",
    }
    return [(ours[code], value) for code, value in field.subfields if code in ours]


def _roles(field: DataField) -> list[Subfield]:
    """``$4``: three digits of UNIMARC's list, or a code of MARC's already."""
    return [("4", _role(value.strip())) for value in field.values("4") if value.strip()]


def _role(code: str) -> str:
    return RELATORS.get(code, "oth" if code.isdecimal() else code)


def _links(field: DataField) -> list[Subfield]:
    return [("0", value) for value in _values(field, "3")]


_SUBJECT_SCHEMES = {"lc": "0", "lcsh": "0", "mesh": "2", "rameau": "ram", "ram": "ram"}


def _subject_end(field: DataField) -> tuple[str, list[Subfield]]:
    """Second indicator, divisions and scheme: UNIMARC's ``$y`` is a place, ``$z`` a time."""
    ours = {"j": "v", "x": "x", "y": "z", "z": "y"}
    end = [(ours[code], value) for code, value in field.subfields if code in ours]
    scheme = field.first("2").strip().lower()
    found = _SUBJECT_SCHEMES.get(scheme, scheme)
    if not found:
        return "4", [*end, *_links(field)]
    if found.isdecimal():
        return found, [*end, *_links(field)]
    return "7", [*end, *_links(field), ("2", found)]


def _subject(tag: str, main: str = "a") -> Callable[[DataField, _Context], Iterator[Field]]:
    def convert(field: DataField, context: _Context) -> Iterator[Field]:
        heads = [("a" if code == "a" else main[-1], value) for code, value in field.subfields
                 if code in main and value]  # fmt: skip
        ind2, end = _subject_end(field)
        if heads:
            ind1 = "0" if tag == "630" else " "
            yield DataField(tag, ind1, ind2, (*heads, *end))

    return convert


def _subject_person(field: DataField, context: _Context) -> Iterator[Field]:
    ind2, end = _subject_end(field)
    for found in _person("600")(field, context):
        assert isinstance(found, DataField)
        parts = [pair for pair in found.subfields if pair[0] not in "04"]
        parts += [("t", value) for value in _values(field, "t")]
        yield found._replace(ind2=ind2, subfields=(*parts, *end))


def _subject_body(field: DataField, context: _Context) -> Iterator[Field]:
    ind2, end = _subject_end(field)
    if parts := _body_parts(field):
        ind1 = field.ind2 if field.ind2 in "012" else "2"
        tag = "611" if field.ind1 == "1" else "610"
        yield DataField(tag, ind1, ind2, (*parts, *end))


def _subject_family(field: DataField, context: _Context) -> Iterator[Field]:
    ind2, end = _subject_end(field)
    if parts := [("a", value) for value in _values(field, "a")]:
        yield DataField("600", "3", ind2, (*parts, *end))


def _subject_work(field: DataField, context: _Context) -> Iterator[Field]:
    """604: name and title in embedded fields, or in ``$a`` and ``$t``."""
    embedded = _embedded(field)
    name = next((part for part in embedded if part.tag[:1] == "7"), field)
    title = next((part for part in embedded if part.tag[:1] in "25"), field)
    ind2, end = _subject_end(field)
    titles = _values(title, "a" if title is not field else "t")
    for found in _person("600")(name, context):
        assert isinstance(found, DataField)
        parts = [pair for pair in found.subfields if pair[0] not in "04"]
        yield found._replace(
            ind2=ind2, subfields=(*parts, *(("t", value) for value in titles), *end)
        )


def _uniform_title(field: DataField, context: _Context) -> Iterator[Field]:
    """500: with the main entry it is 240, alone 130 or 730."""
    is_main = field.ind2 == "1"
    tag = "240" if context.has_main_entry and is_main else "130" if is_main else "730"
    indicators = "10" if tag == "240" else "0 "
    row = _row(tag, indicators, "a b:h h:n i:p k:f l:k m:l n:g q r:m s:n u:r w:s")
    yield from _by_row(field, row)


def _collective_title(field: DataField, context: _Context) -> Iterator[Field]:
    tag = "243" if context.has_main_entry else "730"
    yield from _by_row(field, _row(tag, "10" if tag == "243" else "0 ", "a e:n k:f m:l"))


def _embedded(field: DataField) -> list[DataField]:
    """The fields inside ``$1`` of a linking field: tag and indicators, then their subfields."""
    found: list[DataField] = []
    for code, value in field.subfields:
        if code == "1":
            tag, rest = value[:3], value[3:]
            if tag.startswith("00"):
                found.append(DataField(tag, " ", " ", (("a", rest),)))
            else:
                found.append(DataField(tag, rest[:1] or " ", rest[1:2] or " ", ()))
        elif found and code not in "03":
            found[-1] = found[-1]._replace(subfields=(*found[-1].subfields, (code, value)))
    return found


# Subfields of a link by the standard technique, and ours; ``d`` gathers the imprint.
_LINKED = {"t": "t", "a": "a", "x": "x", "y": "z", "v": "g", "e": "b", "p": "h", "0": "w",
           "c": "d", "n": "d", "d": "d", "h": "t", "i": "t", "u": "o", "s": "k"}  # fmt: skip
_EMBEDDED = {
    ("001", "a"): "w", ("200", "a"): "t", ("200", "h"): "t", ("200", "i"): "t", ("200", "v"): "g",
    ("205", "a"): "b", ("210", "a"): "d", ("210", "c"): "d", ("210", "d"): "d", ("215", "a"): "h",
    ("010", "a"): "z", ("011", "a"): "x", ("225", "v"): "g", ("500", "a"): "s",
}  # fmt: skip


def _link(tag: str, indicators: str, text: str = "") -> Callable[..., Iterator[Field]]:
    def convert(field: DataField, context: _Context) -> Iterator[Field]:
        if subfields := _linked(field):
            words = (("i", text),) if text else ()
            yield DataField(tag, indicators[0], indicators[1], (*words, *subfields))

    return convert


def _linked(field: DataField) -> list[Subfield]:
    """The subfields of 76X-78X, in the order ``a t b d h k g s x z o w``, gathered by code."""
    gathered: dict[str, list[str]] = {}
    for code, value in _link_pairs(field):
        if value.strip():
            gathered.setdefault(code, []).append(value.strip())
    subfields: list[Subfield] = []
    for code in "atbdhkgsxzow":
        values = gathered.get(code, [])
        if code in "td" and values:
            values = [(". " if code == "t" else ", ").join(values)]
        subfields += [(code, value) for value in values]
    return subfields


def _link_pairs(field: DataField) -> Iterator[Subfield]:
    for part in _embedded(field):
        if part.tag in ("700", "701", "702", "710", "711", "712"):
            yield "a", ", ".join([*_values(part, "a"), *_values(part, "b")])
        for code, value in part.subfields:
            if ours := _EMBEDDED.get((part.tag, code)):
                yield ours, value
    if not any(code == "1" for code, _ in field.subfields):
        for code, value in field.subfields:
            if ours := _LINKED.get(code):
                yield ours, value


def _series_entry(field: DataField, context: _Context) -> Iterator[Field]:
    """410: an added entry under the title of the series."""
    ours = {"t": "a", "g": "v", "x": "x", "w": "w"}
    subfields = [(ours[code], value) for code, value in _linked(field) if code in ours]
    if subfields:
        yield DataField("830", " ", "0", tuple(subfields))


def _electronic(field: DataField, context: _Context) -> Iterator[Field]:
    """856 is the same in both; UNIMARC leaves its second indicator blank."""
    if field.subfields:
        ind2 = field.ind2 if field.ind2 != " " else "0"
        yield field._replace(ind2=ind2)


def _same(field: DataField, context: _Context) -> Iterator[Field]:
    yield field


_PRECEDING = "430 431 432 433 436 434 435 437".split()
_SUCCEEDING = "440 441 442 443 444 445 446 447 448".split()
_RULES: dict[str, Callable[[DataField, _Context], Iterator[Field]]] = {
    "101": _languages, "102": _country, "105": _nothing, "106": _nothing, "110": _nothing,
    "200": _title, "214": _imprint, "225": _series, "219": _imprint,
    "410": _series_entry, "411": _link("762", "0 "), "421": _link("770", "0 "),
    "422": _link("772", "0 "), "423": _link("777", "0 "),
    "451": _link("775", "0 "), "452": _link("776", "0 "), "453": _link("767", "0 "),
    "454": _link("765", "0 "), "455": _link("775", "08", "Reproduction of"),
    "456": _link("776", "08", "Reproduced as"), "461": _link("773", "0 "),
    "462": _link("773", "0 "), "463": _link("773", "0 "), "464": _link("774", "0 "),
    "470": _link("787", "08", "Review of"), "481": _link("787", "08", "Bound with"),
    "482": _link("787", "08", "Bound with"), "488": _link("787", "0 "),
    "424": _link("787", "08", "Updated by"), "425": _link("787", "08", "Updates"),
    "500": _uniform_title, "501": _collective_title, "503": _collective_title,
    "600": _subject_person, "601": _subject_body, "602": _subject_family, "604": _subject_work,
    "605": _subject("630", "aklmn"), "606": _subject("650"), "607": _subject("651"),
    "608": _subject("655"), "616": _subject("650"),
    "700": _person("100"), "701": _person("700"), "702": _person("700"),
    "710": _body("110"), "711": _body("710"), "712": _body("710"),
    "720": _family("100"), "721": _family("700"), "722": _family("700"),
    "856": _electronic, "886": _same,
} | {
    tag: _link("780", f"0{number}") for number, tag in enumerate(_PRECEDING)
} | {
    tag: _link("785", f"0{number}") for number, tag in enumerate(_SUCCEEDING)
}  # fmt: skip


def tags() -> Sequence[str]:
    """Every tag of UNIMARC that has a place of its own in MARC 21."""
    return sorted({*_RULES, *ROWS, *_TAKEN})
