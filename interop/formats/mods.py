"""MODS 3 to MARC 21, after the mapping of the Library of Congress (MODS to MARC 21).

Elements are looked up by local name, so any version and prefix will do. An element with a script
and the altRepGroup of another becomes its 880.
"""

import re
from collections.abc import Callable, Iterator

from lxml import etree

from interop.crosswalks._languages import marc_code
from interop.formats import _xml
from interop.formats._base import Format, Reading
from interop.marc import marcxml, split
from interop.marc.record import ControlField, DataField, Field, MarcError, MarcRecord, Subfield
from interop.marc.values import Repairs

NAMESPACE = "http://www.loc.gov/mods/v3"
_CONTENT = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?titleInfo[\s>]")
_BLANK = "|"


def read(data: bytes) -> Reading:
    """One ``mods`` element."""
    repairs = Repairs()
    root = marcxml.repaired_element(data, repairs)
    builder = _Builder(repairs)
    builder.element(root)
    if not builder.fields:
        raise MarcError("no element of MODS with a value")
    return builder.record(), repairs.warnings()


_TYPES = {
    "text": "a", "cartographic": "e", "notated music": "c", "sound recording-musical": "j",
    "sound recording-nonmusical": "i", "sound recording": "i", "still image": "k",
    "moving image": "g", "three dimensional object": "r", "software, multimedia": "m",
    "mixed material": "p",
}  # fmt: skip
_ISSUANCE = {
    "monographic": "m", "single unit": "m", "multipart monograph": "m", "continuing": "s",
    "serial": "s", "integrating resource": "i",
}  # fmt: skip
_TITLES = {
    "": ("245", "0"), "alternative": ("246", "3 "), "abbreviated": ("210", "0 "),
    "translated": ("242", "1"), "uniform": ("240", "1"),
}  # fmt: skip
_NAMES = {
    "personal": ("100", "1 "), "corporate": ("110", "2 "), "conference": ("111", "2 "),
    "family": ("100", "3 "), "": ("720", "  "),
}  # fmt: skip
_NOTES = {
    "computer file characteristics": "256", "projected publication date": "263",
    "former frequency": "321", "arrangement": "351", "date/sequential designation": "362",
    "with": "501", "thesis": "502", "bibliography": "504", "scale": "507",
    "creation/production credits": "508", "citation/reference": "510", "performers": "511",
    "type of report": "513", "data quality": "514", "numbering": "515", "type of data": "516",
    "venue": "518", "geographic coverage": "522", "preferred citation": "524",
    "supplement": "525", "study program": "526", "additional physical form": "530",
    "reproduction": "533", "original version": "534", "original location": "535",
    "funding": "536", "system details": "538", "acquisition": "541", "related materials": "544",
    "biographical/historical": "545", "language": "546", "former title": "547",
    "issuing body": "550", "finding aids": "555", "documentation": "556", "ownership": "561",
    "version identification": "562", "methodology": "567", "linking entry": "580",
    "publications": "581", "action": "583", "accrual method": "584", "exhibitions": "585",
    "awards": "586", "source of description": "588",
}  # fmt: skip
# Notes about how an item is got stand beside its numbers: (field, subfield).
_BESIDE_NUMBERS = {"terms of availability": ("020", "c"), "source of acquisition": ("037", "b")}
# MARC 21 541, 561, 583: the first indicator says that they are not private.
_SAID_TO_BE_PUBLIC = frozenset({"541", "561", "583"})
# Of 040, and p for 042.
_RECORD_NOTES = {"transcribing agency": "c", "modifying agency": "d", "authentication code": "p"}
_THESAURI = {"lcsh": "0", "lcshac": "1", "mesh": "2", "nal": "3", "csh": "5", "rvm": "6"}
_CLASSES = {"lcc": ("050", " 4"), "nlm": ("060", " 4"), "nal": ("070", "0 "),
            "udc": ("080", "  "), "ddc": ("082", "04"),
            "sudocs": ("086", "0 "), "candocs": ("086", "1 ")}  # fmt: skip
# The item number begins with the last full stop behind a blank, or else behind the first blank
# (MARC 21 050, 060).
_CUTTER = re.compile(r"(\S.*\S) (\.[A-Z].*)|([A-Z]{1,3}[0-9]\S*) (\S.*)")
_NUMBERS = {
    "isbn": ("020", "  "), "issn": ("022", "  "), "lccn": ("010", "  "), "isrc": ("024", "0 "),
    "upc": ("024", "1 "), "ismn": ("024", "2 "), "ean": ("024", "3 "), "sici": ("024", "4 "),
    "issn-l": ("022", "  "), "oclc": ("035", "  "), "stock number": ("037", "  "),
    "istc": ("024", "7 "), "issue number": ("028", "02"), "matrix number": ("028", "12"),
    "music plate": ("028", "22"), "music publisher": ("028", "32"),
    "videorecording identifier": ("028", "42"), "publisher number": ("028", "52"),
    "distributor number": ("028", "62"), "national bibliography number": ("015", "  "),
    "copyright number": ("017", "  "), "overseas acquisition number": ("025", "  "),
    "strn": ("027", "  "), "coden": ("030", "  "), "gpo item number": ("074", "  "),
    "report number": ("088", "  "),
}  # fmt: skip
_RELATED = {
    "host": ("773", "0 "), "constituent": ("774", "0 "), "otherVersion": ("775", "0 "),
    "otherFormat": ("776", "0 "), "preceding": ("780", "00"), "succeeding": ("785", "00"),
    "original": ("534", "  "), "isReferencedBy": ("510", "0 "), "references": ("787", "0 "),
    "reviewOf": ("787", "0 "), "": ("787", "0 "),
}  # fmt: skip
# Their fields have no subfield for a wrong number.
_NO_WRONG_ONES = frozenset(
    kind for kind, (tag, _) in _NUMBERS.items() if tag not in ("010", "020", "022", "024", "035")
)
# MARC 21 X00 $q: what initials stand for, in brackets behind the name.
_FULLER = re.compile(r"(\S.*) (\([^()]+\))")
# Parts of an item to the codes of 041 that tell their language; others are of the item.
_LANGUAGE_PARTS = {
    "original": "h", "translation source": "h", "summary": "b", "summary or abstract": "b",
    "libretto": "e", "table of contents": "f", "accompanying material": "g", "subtitles": "j",
    "subtitle or caption": "j",
}  # fmt: skip
_EVENTS = {"production": "0", "publication": "1", "distribution": "2", "manufacture": "3"}
# MARC 21 034 $d-$g: hemisphere and degrees, or decimal degrees with a sign.
_CODED = re.compile(r"[NSEW+-][0-9.]+(?: [NSEW+-][0-9.]+){0,3}")
_DIVISIONS = {"topic": "x", "geographic": "z", "temporal": "y", "genre": "v"}
_PLACES = {"country": "a", "state": "b", "province": "b", "county": "c", "region": "b", "city": "d"}


class _Builder:
    """``fields`` in the order of MODS; ``groups``: tags that an altRepGroup stands for."""

    def __init__(self, repairs: Repairs) -> None:
        self.repairs = repairs
        self.fields: list[DataField] = []
        self._controls: dict[str, str] = {}
        self._kind, self._level = "a", "m"
        self._country = self._language = ""
        self._dates: dict[str, str] = {}
        self._languages: list[Subfield] = []
        self._responsibilities: list[str] = []
        self._medium = ""
        self._sources: list[Subfield] = []
        self._groups: dict[tuple[str, str], int] = {}
        self._latin: set[str] = set()
        self._main = False

    def record(self) -> MarcRecord:
        fields = [*self.fields, *self._agencies()]
        self._complete_titles(fields)
        if len(self._languages) > 1 or any(code != "a" for code, _ in self._languages):
            fields.append(DataField("041", " ", " ", tuple(self._languages)))
        controls = [ControlField("008", self._fixed()), *self._controls_in_order()]
        ordered: list[Field] = [*sorted(controls, key=lambda f: f.tag)]
        ordered += sorted(fields, key=lambda field: field.tag)
        return MarcRecord(f"00000n{self._kind}{self._level} a2200000uu 4500", tuple(ordered))

    def _agencies(self) -> list[DataField]:
        """040 and 042 of what recordInfo says, in the order of their codes in MARC 21."""
        order = "abecd"
        said = sorted((s for s in self._sources if s[0] != "p"), key=lambda s: order.index(s[0]))
        codes = tuple(("a", value) for code, value in self._sources if code == "p")
        found = (("040", tuple(said)), ("042", codes))
        return [DataField(tag, " ", " ", subfields) for tag, subfields in found if subfields]

    def _complete_titles(self, fields: list[DataField]) -> None:
        """$h and $c of 245 and of its 880; 240 for a uniform title under a main entry."""
        statements = iter(self._responsibilities)
        for place, field in enumerate(fields):
            is_pair = field.tag == "880" and field.first("6").startswith("245")
            if field.tag == "245" or is_pair:
                subfields = list(field.subfields)
                if self._medium and not is_pair:
                    place_of_h = 2 if subfields[0][0] == "6" else 1
                    subfields.insert(place_of_h, ("h", f"[{self._medium}]"))
                subfields += [("c", said) for said in (next(statements, ""),) if said]
                fields[place] = field._replace(subfields=tuple(subfields))
            elif field.tag == "130" and self._main:
                fields[place] = field._replace(tag="240", ind1="1", ind2=field.ind1)

    def _controls_in_order(self) -> list[ControlField]:
        return [ControlField(tag, value) for tag, value in self._controls.items()]

    def _fixed(self) -> str:
        first = self._dates.get("start") or self._dates.get("", "")
        last = self._dates.get("end", "")
        kind = "m" if first and last else "s" if first else "n"
        dates = f"{kind}{first:4}{last:4}" if first else "n        "
        language = self._language or "und"
        return f"000000{dates}{(self._country or 'xx'):3}{_BLANK * 17}{language}|d"

    def add(self, tag: str, indicators: str, *subfields: Subfield) -> None:
        """A field of those subfields that say something."""
        kept = tuple((code, value) for code, value in subfields if value)
        if kept:
            self.fields.append(DataField(tag, indicators[0], indicators[1], kept))

    def text(self, element: etree._Element) -> str:
        return _xml.text(element, self.repairs)

    def all(self, element: etree._Element, name: str) -> list[etree._Element]:
        return [child for child in element if _xml.name(child) == name]

    def texts(self, element: etree._Element, name: str) -> list[str]:
        return [text for child in self.all(element, name) if (text := self.text(child))]

    def element(self, root: etree._Element) -> None:
        """Everything directly inside ``mods`` (or inside a relatedItem, for its own reader)."""
        for child in root.iterchildren("*"):
            rule = _RULES.get(_xml.name(child))
            if rule is None:
                if _xml.name(child) not in _SILENT:
                    self.repairs.note(f"element {_xml.name(child)!r} left out")
                continue
            before = len(self.fields)
            rule(self, child)
            self._pair(child, before)

    def _pair(self, element: etree._Element, before: int) -> None:
        """880 for what is the same in another script as something before it (MARC 21 880)."""
        group = element.get("altRepGroup")
        if not group or len(self.fields) == before or not element.get("script"):
            return
        added = self.fields[before]
        key = (group, added.tag)
        if key not in self._groups:
            self._groups[key] = before
            return
        place = self._groups.pop(key)
        first = self.fields[place]
        number = f"{len(self._latin) + 1:02}"
        self._latin.add(number)
        self.fields[place] = first._replace(subfields=(("6", f"880-{number}"), *first.subfields))
        self.fields[before] = added._replace(
            tag="880", subfields=(("6", f"{added.tag}-{number}"), *added.subfields)
        )

    # One method per top-level element

    def title(self, element: etree._Element) -> None:
        tag, indicators = _TITLES.get(element.get("type") or "", ("246", "3 "))
        article = " ".join(self.texts(element, "nonSort"))
        # An article with an apostrophe stands without a blank before the word it belongs to.
        glue = "" if not article or article.endswith(("'", "’", "-")) else " "
        counted = str(min(len(article + glue), 9))
        main = article + glue + " ".join(self.texts(element, "title"))
        if tag == "240" and not self._main:
            tag, indicators = "130", counted
        if len(indicators) == 1:
            indicators = f"{indicators} " if tag == "130" else f"{indicators}{counted}"
        if tag == "245" and self._main:
            indicators = f"1{counted}"
        if (
            tag == "245"
            and any(field.tag == "245" for field in self.fields)
            and not element.get("altRepGroup")
        ):
            tag, indicators = "246", "3 "
        label = element.get("displayLabel") or "" if tag == "246" else ""
        self.add(
            tag,
            indicators,
            ("i", self.text_of(label)),
            ("a", main.strip()),
            *(("b", text) for text in self.texts(element, "subTitle")),
            *(("n", text) for text in self.texts(element, "partNumber")),
            *(("p", text) for text in self.texts(element, "partName")),
        )

    def name(self, element: etree._Element) -> None:
        tag, indicators = _NAMES.get(element.get("type") or "", ("720", "  "))
        subfields = self.name_parts(element)
        roles = self.roles(element)
        makes = any(value in ("cre", "aut", "creator", "author") for _, value in roles)
        is_primary = element.get("usage") == "primary" or (not self._main and makes)
        is_first = is_primary and tag != "720" and (not self._main or bool(element.get("script")))
        if tag != "720" and not is_first:
            tag = f"7{tag[1:]}"
        if tag in ("100", "700") and indicators == "1 ":
            indicators = "1 " if any("," in value for _, value in subfields[:1]) else "0 "
        before = len(self.fields)
        self.add(tag, indicators, *subfields, *roles, self.link(element))
        if is_first and len(self.fields) > before:
            self._main = True
            for place, field in enumerate(self.fields):
                if field.tag == "245":
                    self.fields[place] = field._replace(ind1="1")

    def name_parts(self, element: etree._Element) -> list[Subfield]:
        parts = self.all(element, "namePart")
        plain = [self.text(p) for p in parts if p.get("type") in (None, "")]
        family = [self.text(p) for p in parts if p.get("type") == "family"]
        given = [self.text(p) for p in parts if p.get("type") == "given"]
        main = " ".join(plain) or ", ".join(filter(None, (" ".join(family), " ".join(given))))
        if element.get("type") == "corporate" and len(plain) > 1:
            subfields = [("a", plain[0]), *(("b", text) for text in plain[1:])]
        elif element.get("type") == "personal" and (fuller := _FULLER.fullmatch(main)):
            subfields = [("a", fuller[1]), ("q", fuller[2])]
        else:
            subfields = [("a", main)]
        for kind, code in (("termsOfAddress", "c"), ("date", "d")):
            subfields += [(code, self.text(p)) for p in parts if p.get("type") == kind]
        return subfields

    def link(self, element: etree._Element) -> Subfield:
        """The heading's address in its authority file."""
        return ("0", self.text_of(element.get("valueURI") or ""))

    def roles(self, element: etree._Element) -> list[Subfield]:
        found: list[Subfield] = []
        for role in self.all(element, "role"):
            for term in self.all(role, "roleTerm"):
                is_code = term.get("type") == "code"
                found.append(("4" if is_code else "e", self.text(term)))
        return found

    def kind(self, element: etree._Element) -> None:
        kind = _TYPES.get(self.text(element).lower())
        if kind:
            self._kind = kind
            if element.get("manuscript") == "yes":
                self._kind = {"a": "t", "c": "d", "e": "f"}.get(kind, kind)
        if element.get("collection") == "yes":
            self._level = "c"

    def genre(self, element: etree._Element) -> None:
        authority = element.get("authority") or ""
        main, *divisions = self.text(element).split("--")
        self.add(
            "655",
            " 7" if authority else " 4",
            ("a", main),
            *(("x", part) for part in divisions),
            self.link(element),
            ("2", authority),
        )

    def origin(self, element: etree._Element) -> None:
        subfields: list[Subfield] = []
        for place in self.all(element, "place"):
            for term in self.all(place, "placeTerm"):
                text = self.text(term)
                if term.get("type") != "code":
                    subfields.append(("a", text))
                elif term.get("authority") == "marccountry" and re.fullmatch("[a-z]{2,3}", text):
                    self._country = text
        subfields += [("b", text) for text in self.texts(element, "publisher")]
        transcribed: list[etree._Element] = []
        coded: list[etree._Element] = []
        for date in self.all(element, "dateIssued"):
            (coded if date.get("encoding") else transcribed).append(date)
        for date in coded or transcribed:
            year = re.search("[12][0-9]{3}", self.text(date))
            if year:
                self._dates.setdefault(date.get("point") or "", year[0])
        shown = transcribed or (coded if subfields else [])
        subfields += [("c", self.text(date)) for date in shown]
        copyright_dates = self.texts(element, "copyrightDate")
        if copyright_dates and not shown and subfields:
            subfields += [("c", text) for text in copyright_dates]
            copyright_dates = []
        kind = element.get("eventType")
        # 264 says which event it is, 260 does not (MARC 21 260, 264).
        if kind is None:
            self.add("260", "  ", *subfields)
        else:
            self.add("264", f" {_EVENTS.get(kind, '1')}", *subfields)
        self.add("264", " 4", *(("c", text) for text in copyright_dates))
        for tag, name in (("250", "edition"), ("310", "frequency")):
            for text in self.texts(element, name):
                self.add(tag, "  ", ("a", text))
        for text in self.texts(element, "issuance"):
            self._level = _ISSUANCE.get(text, self._level) if self._level != "c" else "c"

    def language(self, element: etree._Element) -> None:
        code = _LANGUAGE_PARTS.get(element.get("objectPart") or "", "a")
        for term in self.all(element, "languageTerm"):
            found = marc_code(self.text(term))
            if found and (code, found) not in self._languages:
                self._languages.append((code, found))
                if code == "a":
                    self._language = self._language or found

    def physical(self, element: etree._Element) -> None:
        for text in self.texts(element, "extent"):
            self.add("300", "  ", *_extent(text))
        for form in self.all(element, "form"):
            if form.get("authority") == "gmd":
                self._medium = self._medium or self.text(form)
                continue
            kind = form.get("type") or ""
            tag = {"content": "336", "media": "337", "carrier": "338"}.get(kind, "340")
            scheme = form.get("authority") or ""
            self.add(tag, "  ", ("a", self.text(form)), ("2", scheme))
        for text in self.texts(element, "internetMediaType"):
            self.add("347", "  ", ("b", text))
        for text in self.texts(element, "note"):
            self.add("500", "  ", ("a", text))

    def abstract(self, element: etree._Element) -> None:
        self.add("520", "  ", ("a", self.text(element)))

    def contents(self, element: etree._Element) -> None:
        self.add("505", "0 ", ("a", self.text(element)))

    def audience(self, element: etree._Element) -> None:
        self.add("521", "  ", ("a", self.text(element)))

    def note(self, element: etree._Element) -> None:
        kind, text = element.get("type") or "", self.text(element)
        if kind == "statement of responsibility":
            self._responsibilities.append(text)  # those in another script are of its 880
        else:
            tag = _NOTES.get(kind, "500")
            tag, code = _BESIDE_NUMBERS.get(kind, (tag, "n" if tag == "534" else "a"))
            first = "1" if tag == "534" or tag in _SAID_TO_BE_PUBLIC else " "
            self.add(tag, f"{first} ", (code, text))

    def subject(self, element: etree._Element) -> None:
        authority = element.get("authority") or ""
        ind2 = _THESAURI.get(authority, "7" if authority else "4")
        scheme = (self.link(element), ("2", authority if ind2 == "7" else ""))
        parts = [part for part in element.iterchildren("*") if self.text(part)]
        if not parts:
            return
        head, *rest = parts
        kind = _xml.name(head)
        if kind == "geographicCode":
            self.add("043", "  ", *(("a", self.text(p)) for p in parts if _xml.name(p) == kind))
            return
        if kind == "cartographics":
            self._cartographics(head)
            return
        if kind == "hierarchicalGeographic":
            places = [(_PLACES.get(_xml.name(p), ""), self.text(p)) for p in head]
            self.add("752", "  ", *((code, text) for code, text in places if code))
            return
        divisions = [(_DIVISIONS.get(_xml.name(part), "x"), self.text(part)) for part in rest]
        if kind == "name":
            tag, indicators = _NAMES.get(head.get("type") or "", ("100", "1 "))
            tag = f"6{tag[1:]}" if tag != "720" else "600"
            main = [*self.name_parts(head), *self.roles(head)]
            if rest and _xml.name(rest[0]) == "titleInfo":
                main.append(("t", " ".join(self.texts(rest[0], "title"))))
                divisions = divisions[1:]
            ind1 = indicators[0].strip() or "1"
            self.add(tag, f"{ind1}{ind2}", *main, *divisions, *scheme)
        elif kind == "titleInfo":
            main = [("a", " ".join(self.texts(head, "title")))]
            self.add("630", f"0{ind2}", *main, *divisions, *scheme)
        elif kind == "topic" and not authority and not rest:
            self.add("653", "  ", ("a", self.text(head)))
        else:
            tag = {"geographic": "651", "temporal": "648", "genre": "655"}.get(kind, "650")
            self.add(tag, f" {ind2}", ("a", self.text(head)), *divisions, *scheme)

    def _cartographics(self, element: etree._Element) -> None:
        """255, or 034 where the coordinates are coded."""
        coordinates = " ".join(self.texts(element, "coordinates"))
        if _CODED.fullmatch(coordinates):
            self.add("034", "  ", ("a", "a"), *zip("defg", coordinates.split(), strict=False))
            coordinates = ""
        scale, projection = (
            " ".join(self.texts(element, name)) for name in ("scale", "projection")
        )
        self.add("255", "  ", ("a", scale), ("b", projection), ("c", coordinates))

    def classification(self, element: etree._Element) -> None:
        authority = element.get("authority") or ""
        tag, indicators = _CLASSES.get(authority, ("084", "  "))
        scheme = authority if tag == "084" else (element.get("edition") or "")
        number, item = self.text(element), ""
        if tag in ("050", "060", "070") and (match := _CUTTER.fullmatch(number)):
            number, item = (group for group in match.groups() if group)
        if tag == "082" and (marked := self.text_of(element.get("displayLabel") or "")):
            number = marked if marked.replace("/", "") == number else number
        self.add(tag, indicators, ("a", number), ("b", item), ("2", scheme))

    def related(self, element: etree._Element) -> None:
        kind = element.get("type") or ""
        titles = [self._plain_title(title) for title in self.all(element, "titleInfo")]
        if kind == "series":
            self._series(element)
            return
        if kind in ("", "constituent") and titles and self._work(element, kind):
            return
        tag, indicators = _RELATED.get(kind, ("787", "0 "))
        names = ["".join(v for _, v in self.name_parts(n)[:1]) for n in self.all(element, "name")]
        numbers: list[Subfield] = []
        for found in self.all(element, "identifier"):
            code = {"issn": "x", "isbn": "z", "local": "w"}.get(found.get("type") or "", "o")
            numbers.append((code, self.text(found)))
        parts = [t for part in self.all(element, "part") for t in self._part(part)]
        notes = self.texts(element, "note")
        addresses = [url for each in self.all(element, "location") for url in self.all(each, "url")]
        if addresses and not titles:
            for url in addresses:
                self._address(url, "42", "3")
            return
        self.add(
            tag,
            indicators,
            ("i", self.text_of(element.get("displayLabel") or "")),
            *(("a", text) for text in names[:1]),
            *(("t", text) for text in titles[:1]),
            *(("g", text) for text in parts),
            *(("n", text) for text in notes),
            *numbers,
        )

    def _series(self, element: etree._Element) -> None:
        """490 as the book has it, 8XX where a uniform title says that it is the heading."""
        numbers = [("x", self.text(n)) for n in self.all(element, "identifier")]
        heads = [(_NAMES.get(n.get("type") or "", ("710", "2 ")), self.name_parts(n))
                 for n in self.all(element, "name")]  # fmt: skip
        for title in self.all(element, "titleInfo"):
            name, _, number = self._plain_title(title).partition(" ; ")
            parts = [("p", text) for text in self.texts(title, "partName")]
            parts += [("v", number), *(("v", text) for text in self.texts(title, "partNumber"))]
            if title.get("type") != "uniform":
                self.add("490", "0 ", ("a", name), *parts, *numbers)
            elif heads:
                (tag, indicators), who = heads[0]
                self.add(f"8{tag[1:]}", indicators, *who, ("t", name), *parts, *numbers)
            else:
                self.add("830", " 0", ("a", name), *parts, *numbers)

    def _work(self, element: etree._Element, kind: str) -> bool:
        """7XX for a work that is named by a name of a known type, or by its uniform title."""
        second = "2" if kind else " "
        names = [name for name in self.all(element, "name") if name.get("type") in _NAMES]
        for title in self.all(element, "titleInfo")[:1]:
            parts = [
                *(("n", text) for text in self.texts(title, "partNumber")),
                *(("p", text) for text in self.texts(title, "partName")),
            ]
            main = self._plain_title(title)
            if names:
                tag, indicators = _NAMES[names[0].get("type") or ""]
                who = self.name_parts(names[0])
                self.add(f"7{tag[1:]}", f"{indicators[0]}{second}", *who, ("t", main), *parts)
                return True
            if title.get("type") == "uniform":
                self.add("730", f"0{second}", ("a", main), *parts)
                return True
        return False

    def _plain_title(self, title: etree._Element) -> str:
        return " ".join(self.texts(title, "nonSort") + self.texts(title, "title"))

    def _part(self, part: etree._Element) -> Iterator[str]:
        """Volume, issue and pages in words, as 773 ``$g`` has them."""
        said = self.texts(part, "text")
        for detail in self.all(part, "detail"):
            said += [" ".join(self.texts(detail, "caption") + self.texts(detail, "number"))]
        for extent in self.all(part, "extent"):
            pages = "-".join(self.texts(extent, "start") + self.texts(extent, "end"))
            said += [*self.texts(extent, "list"), pages]
        said += self.texts(part, "date")
        yield from filter(None, said)

    def number(self, element: etree._Element) -> None:
        kind = (element.get("type") or "").lower()
        text = self.text(element)
        code = "z" if element.get("invalid") == "yes" and kind not in _NO_WRONG_ONES else "a"
        if kind == "uri" and re.match("https?://", text):
            self.add("856", "40", ("u", text))
        elif kind in _NUMBERS:
            tag, indicators = _NUMBERS[kind]
            label = self.text_of(element.get("displayLabel") or "")
            beside = {"020": "q", "028": "b", "037": "b"}.get(tag, "")
            if tag in ("010", "020") and label.startswith(text):
                text, label = label, ""  # the number as it stood with what belongs to it
            self.add(
                tag,
                indicators,
                (code, f"(OCoLC){text}" if kind == "oclc" else text),
                *((beside, label) for _ in (1,) if beside),
            )
        elif kind == "local" and re.match(r"\([^()]+\)", text):
            self.add("035", "  ", (code, text))  # the number of a system that is named
        elif kind and re.fullmatch("[a-z0-9-]{1,20}", kind) and kind != "local":
            self.add("024", "7 ", (code, text), ("2", kind))
        else:
            self.add("024", "8 ", (code, text))

    def location(self, element: etree._Element) -> None:
        for url in self.all(element, "url"):
            self._address(url, "40", "y")
        places = self.texts(element, "physicalLocation")
        shelves = self.texts(element, "shelfLocator")
        if places or shelves:
            self.add("852", "  ", *(("a", t) for t in places), *(("h", text) for text in shelves))
        for copy in element.iterdescendants("*"):
            if _xml.name(copy) == "copyInformation":
                self._copy(copy, places)

    def _address(self, url: etree._Element, indicators: str, code: str) -> None:
        """856; ``code``: of the words that stand for the address."""
        label, note = (self.text_of(url.get(name) or "") for name in ("displayLabel", "note"))
        self.add("856", indicators, ("u", self.text(url)), (code, label), ("z", note))

    def _copy(self, copy: etree._Element, places: list[str]) -> None:
        self.add(
            "852",
            "  ",
            *(("a", text) for text in places),
            *zip(("b", "c"), self.texts(copy, "subLocation"), strict=False),
            *(("h", text) for text in self.texts(copy, "shelfLocator")),
            *(("p", text) for text in self.texts(copy, "itemIdentifier")),
            *(("z", text) for text in self.texts(copy, "note")),
        )
        for text in self.texts(copy, "enumerationAndChronology"):
            self.add("866", " 0", ("a", text))

    def access(self, element: etree._Element) -> None:
        kind = (element.get("type") or "").lower()
        self.add("506" if "restriction" in kind else "540", "  ", ("a", self.text(element)))

    def record_info(self, element: etree._Element) -> None:
        for number in self.all(element, "recordIdentifier"):
            self._controls.setdefault("001", self.text(number))
            if number.get("source"):
                self._controls.setdefault("003", self.text_of(number.get("source") or ""))
        self._sources += [("a", text) for text in self.texts(element, "recordContentSource")]
        for language in self.all(element, "languageOfCataloging"):
            self._sources += [("b", text) for text in self.texts(language, "languageTerm")]
        self._sources += [("e", text) for text in self.texts(element, "descriptionStandard")]
        for note in self.all(element, "recordInfoNote"):
            code = _RECORD_NOTES.get(note.get("type") or "")
            if code and (text := self.text(note)):
                self._sources.append((code, text))

    def text_of(self, value: str) -> str:
        return self.repairs.text(value)


def _extent(text: str) -> list[Subfield]:
    """300 by the punctuation of ISBD area 5: ``a : b ; c + e``."""
    main, *more = text.split(" + ")
    main, semicolon, size = main.rpartition(" ; ")
    if not semicolon:
        main, size = size, ""
    pages, _, other = main.partition(" : ")
    return [("a", pages), ("b", other), ("c", size), *(("e", each) for each in more)]


_RULES: dict[str, Callable[[_Builder, etree._Element], None]] = {
    "titleInfo": _Builder.title,
    "name": _Builder.name,
    "typeOfResource": _Builder.kind,
    "genre": _Builder.genre,
    "originInfo": _Builder.origin,
    "language": _Builder.language,
    "physicalDescription": _Builder.physical,
    "abstract": _Builder.abstract,
    "tableOfContents": _Builder.contents,
    "targetAudience": _Builder.audience,
    "note": _Builder.note,
    "subject": _Builder.subject,
    "classification": _Builder.classification,
    "relatedItem": _Builder.related,
    "identifier": _Builder.number,
    "location": _Builder.location,
    "accessCondition": _Builder.access,
    "recordInfo": _Builder.record_info,
}
# What has no place in MARC, or stands in a field already.
_SILENT = frozenset(("extension", "part"))

FORMAT = Format(
    "mods",
    "MODS",
    _xml.start_of("mods"),
    lambda chunks: split.elements(chunks, "mods", _CONTENT),
    read,
    roots=(f"{{{NAMESPACE}}}mods",),
    prefixes=("mods", "oai_mods"),
    preference=3,
)
