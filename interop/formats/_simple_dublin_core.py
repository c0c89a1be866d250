"""Simple Dublin Core to MARC 21: what repositories that have no MARC send through OAI-PMH.

The elements say less than MARC does, so fields are chosen that claim no more than was said:
653 for a subject without a scheme, 024 of an unspecified type, a relator code only where the
element says one.
"""

import re

from interop.crosswalks._languages import marc_code
from interop.marc.record import ControlField, DataField, Field, MarcRecord, Subfield
from interop.text import identifiers
from interop.text.folding import fold

# (value, xml:lang or an empty string)
_Value = tuple[str, str]


def record_of(values: dict[str, list[tuple[str, str]]]) -> MarcRecord:
    """The record that says these elements: name to (value, language or an empty string) in order.

    Values are taken as they are: normalised, on one line, not empty.
    """
    return _Builder(values).record()


# Leader/06-07 for the types that DCMI, DSpace and Vietnamese repositories write, folded.
_LEADER = {
    "text": "am", "book": "am", "sach": "am", "giao trinh": "am", "thesis": "am",
    "luan van": "am", "luan an": "am", "khoa luan": "am", "technical report": "am",
    "bao cao": "am", "book chapter": "aa", "article": "ab", "bai trich": "ab", "bai bao": "ab",
    "journal": "as", "periodical": "as", "tap chi": "as", "bao": "as", "manuscript": "tm",
    "image": "km", "stillimage": "km", "still image": "km", "anh": "km", "map": "em",
    "ban do": "em", "movingimage": "gm", "moving image": "gm", "video": "gm", "sound": "im",
    "audio": "im", "recording musical": "jm", "musical score": "cm", "software": "mm",
    "dataset": "mm", "interactiveresource": "mm", "collection": "pc", "physicalobject": "rm",
    "physical object": "rm",
}  # fmt: skip
_DCMI = frozenset(
    "collection dataset event image interactiveresource movingimage physicalobject service "
    "software sound stillimage text".split()
)
_YEAR = re.compile("(?<![0-9])[12][0-9]{3}(?![0-9])")
_MIME = re.compile(r"[a-z]+/[\w.+-]+", re.IGNORECASE)
_ADDRESS = re.compile(r"(?:https?|ftp)://\S+", re.IGNORECASE)
_NUMBER_SCHEME = re.compile(r"(?:urn:|info:)?(isbn|issn)[\s:]*", re.IGNORECASE)
_PERSISTENT = re.compile(
    r"(?:https?://(?:dx\.)?(doi)\.org/|https?://(hdl)\.handle\.net/|(doi|hdl):\s*)(\S+)",
    re.IGNORECASE,
)
_DEWEY = re.compile(r"ddc:\s*([0-9]{3}(?:\.[0-9]+)?)", re.IGNORECASE)


class _Builder:
    """Builds one record; every method adds the fields of one element."""

    def __init__(self, values: dict[str, list[_Value]]) -> None:
        self._values = values
        self._fields: list[Field] = []

    def record(self) -> MarcRecord:
        self._identifiers()
        self._languages()
        self._titles()
        self._names()
        self._imprint()
        self._subjects()
        self._relations()
        for tag, element in (("520", "description"), ("522", "coverage"), ("540", "rights")):
            for value in self._all(element):
                self._add(tag, "  ", ("a", value))
        self._formats()
        kind = self._types()
        fixed = ControlField("008", self._fixed_field())
        ordered = sorted(self._fields, key=lambda field: field.tag)
        return MarcRecord(f"00000n{kind} a2200000uu 4500", (fixed, *ordered))

    def _all(self, element: str) -> list[str]:
        return [value for value, _ in self._values.get(element, ())]

    def _add(self, tag: str, indicators: str, *subfields: Subfield) -> None:
        self._fields.append(DataField(tag, indicators[0], indicators[1], subfields))

    def _fixed_field(self) -> str:
        """008 of 40 characters: one date, language; the rest not coded (fill characters)."""
        match = _YEAR.search(self._date())
        year = f"s{match.group()}    " if match else "n        "
        return f"000000{year}xx {'|' * 17}{(self._codes() or ['und'])[0]}|d"

    def _date(self) -> str:
        """The date of publication. DSpace sends when an item was accessioned and made available
        first, with the time of day: those are not it, unless there is nothing else.
        """
        values = self._all("date")
        return next((value for value in values if "T" not in value), values[-1] if values else "")

    def _codes(self) -> list[str]:
        codes = (marc_code(value) for value in self._all("language"))
        return list(dict.fromkeys(code for code in codes if code))

    def _languages(self) -> None:
        if len(codes := self._codes()) > 1:
            self._add("041", "  ", *(("a", code) for code in codes))
        for value in self._all("language"):
            if marc_code(value) is None:
                self._add("546", "  ", ("a", value))

    def _titles(self) -> None:
        """245, and 880 for the same title in another script as our own writer marks it."""
        titles = self._values.get("title", [])
        if not titles:
            return
        (main, language), *others = titles
        indicators = "10" if self._values.get("creator") else "00"
        other_script = {
            value for value, lang in others if "-" in language and _another_script(language, lang)
        }
        vernacular = next((value for value, _ in others if value in other_script), None)
        if vernacular is None:
            self._add("245", indicators, ("a", main))
        else:
            self._add("245", indicators, ("6", "880-01"), ("a", main))
            self._add("880", indicators, ("6", "245-01"), ("a", vernacular))
        for value, _ in others:
            if value != vernacular:
                self._add("246", "3 ", ("a", value))

    def _names(self) -> None:
        for place, value in enumerate(self._all("creator")):
            if place == 0:
                self._add("100", _name_indicators(value), ("a", value))
            else:
                self._add("700", _name_indicators(value), ("a", value), ("4", "cre"))
        for value in self._all("contributor"):
            self._add("700", _name_indicators(value), ("a", value), ("4", "ctb"))

    def _imprint(self) -> None:
        subfields = [("b", value) for value in self._all("publisher")]
        if date := self._date():
            subfields.append(("c", date))
        if subfields:
            self._add("264", " 1", *subfields)

    def _subjects(self) -> None:
        for value in self._all("subject"):
            main, *divisions = [part.strip() for part in value.split("--")]
            if match := _DEWEY.fullmatch(value):
                self._add("082", "04", ("a", match[1]))
            elif main and all(divisions) and divisions:
                self._add("650", " 4", ("a", main), *(("x", part) for part in divisions))
            else:
                self._add("653", "  ", ("a", value))

    def _identifiers(self) -> None:
        for value in self._all("identifier"):
            said = _NUMBER_SCHEME.match(value)
            rest = value[said.end() :] if said else value
            whole = said is not None or not re.search("[^0-9xX -]", value)
            if whole and (isbn := identifiers.isbn13(rest)):
                self._add("020", "  ", ("a", isbn))
            elif whole and (issn := identifiers.issn(rest)):
                self._add("022", "  ", ("a", issn))
            elif match := _PERSISTENT.fullmatch(value):
                scheme = next(group for group in match.groups()[:3] if group).lower()
                self._add("024", "7 ", ("a", match[4]), ("2", scheme))
            elif _ADDRESS.fullmatch(value):
                self._add("856", "40", ("u", value))
            else:
                self._add("024", "8 ", ("a", value))

    def _relations(self) -> None:
        for value in self._all("relation"):
            if _ADDRESS.fullmatch(value):
                self._add("856", "42", ("u", value))
            else:
                self._add("787", "0 ", ("n", value))
        for value in self._all("source"):
            self._add("786", "0 ", ("n", value))

    def _formats(self) -> None:
        for value in self._all("format"):
            if _MIME.fullmatch(value):
                self._add("347", "  ", ("b", value))
            else:
                self._add("300", "  ", ("a", value))

    def _types(self) -> str:
        """655 for what DCMI does not say; leader/06-07 from the most telling type."""
        kinds: list[str] = []
        for value in self._all("type"):
            word = " ".join(fold(value.rstrip("/").rsplit("/", 1)[-1]))
            if word in _LEADER:
                kinds.append(_LEADER[word])
            if word not in _DCMI:
                self._add("655", " 4", ("a", value))
        return next((kind for kind in kinds if kind != "am"), "am")


def _another_script(left: str, right: str) -> bool:
    """Whether two language tags name different scripts (``vi-Latn``, ``vi-Hani``)."""
    return "-" in right and left.partition("-")[2] != right.partition("-")[2]


def _name_indicators(value: str) -> str:
    """First indicator 1 for a name in inverted order, 0 for direct order (MARC 21 100)."""
    return "1 " if "," in value else "0 "
