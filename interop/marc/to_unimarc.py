"""MARC 21 to UNIMARC, for origins that read nothing else: ``interop.marc.unimarc`` the other way.

The rows of that module are read backwards, so that the two directions cannot disagree; what is not
one field for one field is written here. A field without a place in UNIMARC stands in 886 (UNIMARC
Manual: data not converted from the source format), with tag and indicators of MARC 21.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import NamedTuple

from interop.marc import iso2709, legal
from interop.marc.holdings import read_holdings
from interop.marc.record import ControlField, DataField, Field, MarcRecord, Subfield
from interop.marc.unimarc import ROWS
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

_LEADER_TAIL = b"450 "  # leader/20-23: the directory map of UNIMARC ends in a blank
_ISBD_END = re.compile(r"\s*[/:;,=]\s*$|(?<=[0-9\])-])\.\s*$")


def encode(record: MarcRecord) -> bytes:
    """``record``, which is MARC 21, as ISO 2709 octets of UNIMARC in UTF-8.

    100 $a/26-29 says so (50: ISO 10646 level 3); the leader of UNIMARC has no place for it.
    """
    converted = to_unimarc(record)
    octets = iso2709.encode(converted)
    leader = converted.leader.encode()
    return octets[:5] + leader[5:10] + octets[10:17] + leader[17:20] + _LEADER_TAIL + octets[24:]


def to_unimarc(record: MarcRecord) -> MarcRecord:
    """``record``, which is MARC 21, in UNIMARC, with its items in 995. Never raises."""
    record = MarcRecord(legal.leader(record.leader), record.fields)
    fields: list[Field] = [DataField("100", " ", " ", (("a", _general(record)),))]
    fields += _coded(record)
    if source := record.control("003").strip():  # in UNIMARC 003 is something else
        number = record.control("001").strip()
        fields.append(DataField("035", " ", " ", (("a", f"({source}){number}"),)))
    for field in record.fields:
        made = [each for each in _converted(field) if each[-1]]
        lost = not made and field.tag not in _TAKEN | _ITEMS
        fields += [_kept(field)] if lost and isinstance(field, DataField) else made
    fields += _agencies(record)
    fields += _items(record)
    fields.sort(key=lambda field: field.tag)
    return MarcRecord(_leader(record.leader), tuple(fields))


# the record as a whole


def _backwards(table: Mapping[str, str]) -> dict[str, str]:
    """The first code that stands for each of ours."""
    found: dict[str, str] = {}
    for theirs, ours in table.items():
        found.setdefault(ours, theirs)
    return found


_MATERIALS, _LEVELS = _backwards(MATERIALS), _backwards(LEVELS)
_DATE_TYPES, _AUDIENCES = _backwards(DATE_TYPES), _backwards(AUDIENCES)
_GOVERNMENTS, _SERIALS = _backwards(GOVERNMENTS), _backwards(SERIALS)
_FREQUENCIES, _REGULARITIES = _backwards(FREQUENCIES), _backwards(REGULARITIES)
_RELATORS, _COUNTRIES = _backwards(RELATORS), _backwards(COUNTRIES)


def _leader(leader: str) -> str:
    status = leader[5] if leader[5] in "cdnp" else "n"
    kind = _MATERIALS.get(leader[6], "a")
    level = {"a": "a", "b": "a", "m": "m", "s": "s", "c": "c", "i": "i"}.get(leader[7], "m")
    return f"00000{status}{kind}{level}  2200000{_LEVELS.get(leader[17], ' ')}  450 "


def _fixed(record: MarcRecord) -> str:
    return record.control("008").ljust(40)


def _general(record: MarcRecord) -> str:
    """100 $a, 36 characters: out of 008 and the language of 040."""
    fixed = _fixed(record)
    entered = fixed[:6] if fixed[:6].isdecimal() else "000000"
    century = "19" if entered[:2] >= "60" else "20"
    first, last = fixed[7:11].replace("|", " "), fixed[11:15].replace("|", " ")
    audience = _AUDIENCES.get(fixed[22], "u").ljust(3)
    government = _GOVERNMENTS.get(fixed[28], "u") if fixed[6] != "|" else "u"
    language = next((f.first("b") for f in record.data("040")), "")
    language = language if re.fullmatch("[a-z]{3}", language) else "und"
    title = next((f.first("a") for f in record.data("245")), "")
    script = "ba" if re.match(r"\W*[A-Za-zÀ-ɏḀ-ỿ]", title) else "zz"
    kind = _DATE_TYPES.get(fixed[6], "u")
    return (
        f"{century}{entered}{kind}{first:4}{last:4}{audience}{government}0"
        f"{language}y50      {script}"
    )


def _coded(record: MarcRecord) -> Iterator[DataField]:
    """101, 102, and 105 of books or 110 of serials."""
    fixed = _fixed(record)
    yield from _languages(record, fixed[35:38])
    if country := _COUNTRIES.get(fixed[15:18].strip()):
        yield DataField("102", " ", " ", (("a", country),))
    if record.leader[7] == "s":
        coded = "".join(
            table.get(code, "u")
            for table, code in (
                (_SERIALS, fixed[21]),
                (_FREQUENCIES, fixed[18]),
                (_REGULARITIES, fixed[19]),
            )
        )
        yield DataField("110", " ", " ", (("a", f"{coded}        "),))
    elif record.leader[6] in "at" and fixed[18] != "|":
        pictures = fixed[18:22].strip().ljust(4) if fixed[18:22].strip() else "y   "
        contents = re.sub("[^abcdefgilnqst]", " ", fixed[24:28])
        flags = "".join(code if code in "01" else "0" for code in fixed[29:32])
        fiction = "a" if fixed[33] == "1" else "y"
        life = fixed[34] if fixed[34] in "abcd" else "y"
        yield DataField("105", " ", " ", (("a", f"{pictures}{contents}{flags}{fiction}{life}"),))


_LANGUAGES = {"a": "a", "k": "b", "h": "c", "b": "d", "f": "e", "e": "h", "g": "i", "j": "j"}


def _languages(record: MarcRecord, coded: str) -> Iterator[DataField]:
    found = next(record.data("041"), None)
    subfields: list[Subfield] = []
    if found is not None:
        subfields = [(_LANGUAGES[c], value) for c, value in found.subfields if c in _LANGUAGES]
    is_said = re.fullmatch("[a-z]{3}", coded) and coded != "und"
    if is_said and not any(code == "a" for code, _ in subfields):
        subfields.insert(0, ("a", coded))
    if subfields:
        subfields.sort(key=lambda pair: pair[0])
        translated = found is not None and found.ind1 == "1"
        yield DataField("101", "1" if translated else "0", " ", tuple(subfields))


def _agencies(record: MarcRecord) -> Iterator[DataField]:
    """801 for each agency of 040."""
    for field in record.data("040"):
        rules = tuple(("g", value) for value in field.values("e"))
        for code, value in field.subfields:
            if kind := {"a": "0", "c": "1", "d": "2"}.get(code):
                yield DataField("801", " ", kind, (("b", value), *rules))


def _items(record: MarcRecord) -> Iterator[DataField]:
    """995, the recommendation for items that UNIMARC systems read."""
    for holding in read_holdings(record, ""):
        pairs = (
            ("b", holding.library), ("c", holding.branch), ("e", holding.location),
            ("f", holding.item), ("k", holding.call_number), ("v", holding.enumeration),
            ("n", holding.due.replace("-", "")), ("u", holding.note),
        )  # fmt: skip
        if subfields := tuple((code, value) for code, value in pairs if value):
            yield DataField("995", " ", " ", subfields)


# field by field


class _Back(NamedTuple):
    """``indicators`` are ours; a blank fits any. ``codes``: ours, theirs."""

    indicators: str
    tag: str
    codes: dict[str, str]


def _rows() -> dict[str, list[_Back]]:
    found: dict[str, list[_Back]] = {}
    for theirs, row in ROWS.items():
        back = _Back(row.indicators, theirs, _backwards(row.codes))
        found.setdefault(row.tag, []).append(back)
    found["024"] = [back for back in found["024"] if back.indicators[0] != "8"]
    found["024"].append(_Back("  ", "017", {"a": "a", "z": "z", "2": "2"}))
    # Of variant titles those that a second indicator tells, and 517 for any other.
    told = [back for back in found["246"] if back.tag in _VARIANTS]
    found["246"] = sorted(told, key=lambda back: back.tag != "517")
    return found


_VARIANTS = frozenset("510 512 513 514 515 516 517".split())
_BACK = _rows()


def _row_of(field: DataField) -> _Back:
    """The row whose indicators fit best; the first of those that fit alike."""

    def fit(back: _Back) -> int:
        pairs = zip(back.indicators, (field.ind1, field.ind2), strict=True)
        return sum(0 if want == " " else 1 if want == has else -1 for want, has in pairs)

    return max(_BACK[field.tag], key=fit)


def _by_row(field: DataField) -> Iterator[Field]:
    back = _row_of(field)
    if [*back.codes.values()] == ["a"]:  # a note: all its text
        text = " ".join(value for code, value in field.subfields if code.isalpha())
        subfields: tuple[Subfield, ...] = (("a", text),) if text else ()
    else:
        subfields = tuple(
            (back.codes[code], _bare(value))
            for code, value in field.subfields
            if code in back.codes and _bare(value)
        )
    if subfields:
        yield DataField(back.tag, " ", " ", subfields)
    else:
        yield _kept(field)


def _bare(value: str) -> str:
    """Without the ISBD punctuation that MARC 21 writes and UNIMARC leaves to displays."""
    return _ISBD_END.sub("", value).strip()


def _converted(field: Field) -> Iterator[Field]:
    if isinstance(field, ControlField):
        if field.tag in ("001", "005"):
            yield field
        return
    if field.tag in _TAKEN:
        return
    if rule := _RULES.get(field.tag):
        yield from rule(field)
    elif field.tag in _BACK:
        yield from _by_row(field)
    elif field.tag >= "900" or not field.tag.isdecimal():
        if field.tag not in _ITEMS:
            yield field
    else:
        yield _kept(field)


# Read where the record as a whole is built. 995 is made of what holds items.
_TAKEN = frozenset("040 041 852".split())
_ITEMS = frozenset("952 995".split())


def _kept(field: DataField) -> DataField:
    """886, as the source has it."""
    source = (("2", "usmarc"), ("a", field.tag), ("b", field.ind1 + field.ind2))
    return DataField("886", "2", " ", (*source, *field.subfields))


def _variant(field: DataField) -> Iterator[Field]:
    """246: what introduces the title ($i) has a place in a note alone."""
    yield from _by_row(field)
    if words := field.values("i"):
        text = " ".join((*words, *field.values("a")))
        yield DataField("312", " ", " ", (("a", text),))


def _title(field: DataField) -> Iterator[Field]:
    """200: the statements of responsibility one by one, a parallel title apart from the rest."""
    subfields: list[Subfield] = []
    parallel = False
    for code, value in field.subfields:
        if code == "b":
            subfields += _rest_of_title(value, parallel)
        elif code == "c":
            first, *others = re.split(r"\s*;\s+", _bare(value))
            subfields.append(("f", first))
            subfields += [("g", other) for other in others]
        elif code == "h":
            subfields.append(("b", _bare(value).strip("[]")))
        elif theirs := {"a": "a", "n": "h", "p": "i"}.get(code):
            subfields.append((theirs, _bare(value)))
        parallel = value.rstrip().endswith("=")
    pairs = tuple((code, value) for code, value in subfields if value)
    yield DataField("200", "1", " ", pairs) if pairs else _kept(field)


def _rest_of_title(text: str, parallel: bool) -> Iterator[Subfield]:
    """245 $b: what follows ``=`` is a parallel title ($d), what follows ``:`` other ($e)."""
    code = "d" if parallel else "e"
    for part in re.split(r"\s+([:=])\s+|^([:=])\s+", _bare(text)):
        if part in (":", "="):
            code = "d" if part == "=" else "e"
        elif part:
            yield code, _bare(part)


def _imprint(field: DataField) -> Iterator[Field]:
    """264: publication stands in 210, where all systems look; the others in 214."""
    codes = {"a": "a", "b": "c", "c": "d"}
    pairs = tuple((codes[code], _bare(value)) for code, value in field.subfields if code in codes)
    if field.ind2 in "1 ":
        yield DataField("210", " ", " ", pairs)
    else:
        yield DataField("214", " ", {"0": "1"}.get(field.ind2, field.ind2), pairs)


def _series(field: DataField) -> Iterator[Field]:
    codes = {"a": "a", "n": "h", "p": "i", "v": "v", "x": "x"}
    pairs = tuple((codes[code], _bare(value)) for code, value in field.subfields if code in codes)
    yield DataField("225", "0" if field.ind1 == "1" else "1", " ", pairs)


_FULL_STOP = re.compile(r"(?<=\w{3})\.$")  # after a name, not after an initial
_Rule = Callable[[DataField], Iterator[Field]]


def _person(tag: str, family: str) -> _Rule:
    def convert(field: DataField) -> Iterator[Field]:
        """The first element of a name stands apart from the rest."""
        role = _roles(field)
        links = [("3", value) for value in field.values("0")]
        if field.ind1 == "3":
            names = [(c, _bare(v)) for c, v in field.subfields if c in "ac"]
            dates = [("f", _bare(value)) for value in field.values("d")]
            yield DataField(family, " ", " ", (*names, *dates, *links, *role))
            return
        yield DataField(tag, " ", "1" if field.ind1 == "1" else "0", (*_name(field), *links, *role))
        yield from _work(field)

    return convert


def _work(field: DataField) -> Iterator[Field]:
    """A name that comes with a title: UNIMARC's names have no place for it."""
    if field.first("t"):
        yield _kept(field)


def _name(field: DataField) -> list[Subfield]:
    whole = _bare(field.first("a"))
    entry, comma, rest = whole.partition(",")
    parts = [("a", entry.strip()), ("b", rest.strip())] if comma and rest.strip() else []
    if not parts or field.ind1 != "1":
        parts = [("a", whole)]
    codes = {"b": "d", "c": "c", "d": "f", "q": "g"}
    parts += [(codes[c], _bare(value)) for c, value in field.subfields if c in codes]
    return [(code, _FULL_STOP.sub("", value)) for code, value in parts if value]


# Relator terms as cataloguers write them, in both languages.
_TERMS = {
    "author": "070", "tác giả": "070", "biên soạn": "220", "compiler": "220", "sưu tầm": "220",
    "editor": "340", "biên tập": "340", "chủ biên": "340", "translator": "730", "dịch": "730",
    "người dịch": "730", "dịch giả": "730", "illustrator": "440", "minh họa": "440",
    "minh hoạ": "440", "giới thiệu": "080", "publisher": "650", "photographer": "600",
    "performer": "590", "composer": "230", "nhạc": "230",
}  # fmt: skip
_OTHER_ROLE = "570"


def _roles(field: DataField) -> list[Subfield]:
    """``$4`` in the three digits of UNIMARC, where it has the relator; else out of ``$e``."""
    codes = [_RELATORS.get(value.strip(), value.strip()) for value in field.values("4")]
    if not codes and field.tag[1:] != "11":  # $e of a meeting is a part of it
        terms = [value.strip(" .,;").casefold() for value in field.values("e")]
        codes = [_TERMS.get(term, _OTHER_ROLE) for term in terms if term]
    return [("4", code) for code in dict.fromkeys(codes) if code]


def _body(tag: str, meeting: str) -> _Rule:
    def convert(field: DataField) -> Iterator[Field]:
        links = [("3", value) for value in field.values("0")]
        yield DataField(
            tag, meeting, _body_entry(field), (*_body_parts(field, meeting), *links, *_roles(field))
        )
        yield from _work(field)

    return convert


def _body_entry(field: DataField) -> str:
    return field.ind1 if field.ind1 in "012" else "2"


def _body_parts(field: DataField, meeting: str) -> list[Subfield]:
    codes = {"a": "a", "e" if meeting == "1" else "b": "b", "n": "d", "d": "f", "c": "e"}
    return [(codes[code], _bare(value)) for code, value in field.subfields if code in codes]


def _subject_end(field: DataField) -> list[Subfield]:
    """Divisions and scheme: UNIMARC's ``$y`` is a place, ``$z`` a time."""
    codes = {"v": "j", "x": "x", "z": "y", "y": "z"}
    end = [(codes[code], value) for code, value in field.subfields if code in codes]
    scheme = {"0": "lc", "2": "mesh"}.get(field.ind2, field.first("2"))
    return [
        *end,
        *(("3", value) for value in field.values("0")),
        *((("2", scheme),) if scheme else ()),
    ]


def _subject(tag: str) -> _Rule:
    def convert(field: DataField) -> Iterator[Field]:
        heads = [("a", value) for value in field.values("a")]
        if not heads:
            yield _kept(field)
            return
        yield DataField(tag, " ", " ", (*heads, *_subject_end(field)))

    return convert


def _subject_person(field: DataField) -> Iterator[Field]:
    titles = [("t", value) for value in field.values("t")]
    end = (*titles, *_subject_end(field))
    if field.ind1 == "3":
        yield DataField("602", " ", " ", (("a", _bare(field.first("a"))), *end))
    else:
        entry = "1" if field.ind1 == "1" else "0"
        yield DataField("600", " ", entry, (*_name(field), *end))


def _subject_body(meeting: str) -> _Rule:
    def convert(field: DataField) -> Iterator[Field]:
        parts = _body_parts(field, meeting)
        yield DataField("601", meeting, _body_entry(field), (*parts, *_subject_end(field)))

    return convert


def _uniform(main: str) -> _Rule:
    def convert(field: DataField) -> Iterator[Field]:
        codes = {"a": "a", "h": "b", "n": "h", "p": "i", "f": "k", "k": "l", "l": "m", "g": "n",
                 "m": "r", "r": "u", "s": "w"}  # fmt: skip
        pairs = tuple((codes[c], _bare(v)) for c, v in field.subfields if c in codes)
        yield DataField("500", " ", main, pairs) if pairs else _kept(field)

    return convert


_LINKED = {"t": "t", "a": "a", "x": "x", "z": "y", "g": "v", "b": "e", "h": "p", "w": "0",
           "d": "d", "o": "u", "s": "s", "v": "v"}  # fmt: skip


def _link(tag: str) -> _Rule:
    def convert(field: DataField) -> Iterator[Field]:
        pairs = tuple((_LINKED[c], _bare(v)) for c, v in field.subfields if c in _LINKED)
        yield DataField(tag, " ", "0", pairs) if pairs else _kept(field)

    return convert


def _series_entry(field: DataField) -> Iterator[Field]:
    codes = {"a": "t", "v": "v", "x": "x", "w": "0"}
    pairs = tuple((codes[c], _bare(v)) for c, v in field.subfields if c in codes)
    yield DataField("410", " ", "0", pairs) if pairs else _kept(field)


def _numbered(tags: str, other: str) -> _Rule:
    """780 and 785: the kind of relation is in the second indicator."""
    kinds = tags.split()

    def convert(field: DataField) -> Iterator[Field]:
        chosen = int(field.ind2) if field.ind2.isdecimal() else 99
        yield from _link(kinds[chosen] if chosen < len(kinds) else other)(field)

    return convert


def _same(field: DataField) -> Iterator[Field]:
    yield field


_RULES: dict[str, _Rule] = {
    "245": _title, "246": _variant, "264": _imprint, "490": _series, "440": _series,
    "100": _person("700", "720"), "700": _person("701", "721"),
    "110": _body("710", "0"), "111": _body("710", "1"),
    "710": _body("711", "0"), "711": _body("711", "1"),
    "130": _uniform("1"), "240": _uniform("1"), "730": _uniform("0"),
    "600": _subject_person, "610": _subject_body("0"), "611": _subject_body("1"),
    "630": _subject("605"), "650": _subject("606"), "651": _subject("607"),
    "655": _subject("608"),
    "762": _link("411"), "765": _link("454"), "767": _link("453"), "770": _link("421"),
    "772": _link("422"), "773": _link("463"), "774": _link("464"), "775": _link("451"),
    "776": _link("452"), "777": _link("423"), "787": _link("488"), "830": _series_entry,
    "780": _numbered("430 431 432 433 436 434 435 437", "430"),
    "785": _numbered("440 441 442 443 444 445 446 447 448", "440"),
    "856": _same, "886": _same,
}  # fmt: skip
