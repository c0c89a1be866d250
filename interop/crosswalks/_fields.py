"""Reading MARC 21 fields for description in another schema: what Dublin Core and MODS share.

Everything here looks at one record only, so that a record gives the same bytes wherever it stands.
Values come out in NFC, on one line, without the punctuation that ISBD puts between areas.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache

from interop.crosswalks._context import NOWHERE
from interop.crosswalks._languages import bcp47, split_codes
from interop.marc.iso2709 import decode, fields_of, trusted
from interop.marc.material import language_code
from interop.marc.private import LOCAL_TAGS, NOTES, is_private
from interop.marc.record import ControlField, DataField, Described, Field, MarcRecord
from interop.text.folding import fold
from interop.text.hannom import script
from interop.text.normal import normalise

_subfields = re.compile("\x1f(.)([^\x1f]*)", re.DOTALL).findall
# DataField(...) without the call of a Python function.
_new = tuple.__new__
# Tags of data fields none of which stays in the library.
_PUBLIC = frozenset(f"{n:03}" for n in range(10, 1000)) - LOCAL_TAGS - NOTES - {"880"}


class Fields:
    """The data fields of one record by tag, without those that never leave; an 880 stands behind
    the fields of the tag that its $6 names (MARC 21 Appendix A).

    ``links``: tag and occurrence number of each 880. ``context``: where the record is shown.
    """

    def __init__(self, leader: str) -> None:
        self.leader = leader
        self.context = NOWHERE
        self.by_tag: dict[str, list[DataField]] = {}
        self.links: set[str] = set()
        self._controls: dict[str, str] = {}
        self._language: str | None = None
        self._language_tags: dict[int, str] = {}

    @classmethod
    def of_record(cls, record: MarcRecord) -> "Fields":
        """Those of ``record``."""
        made = cls(record.leader)
        by_tag = made.by_tag
        others: list[Field] = []
        for field in record.fields:
            tag = field[0]
            if tag not in _PUBLIC:
                others.append(field)
            elif tag in by_tag:
                by_tag[tag].append(field)  # type: ignore[arg-type]  # by its tag no ControlField
            else:
                by_tag[tag] = [field]  # type: ignore[list-item]
        made._add(others)
        return made

    @classmethod
    def of_canonical(cls, data: bytes, tags: frozenset[str] = _PUBLIC) -> "Fields":
        """Those of the record in the bytes that ``interop.marc.iso2709.encode`` wrote.

        ``tags``: of the fields that are wanted; others, 880 apart, may be left out.
        Raises ``MarcError`` for bytes that are no record.
        """
        parts = trusted(data)
        if parts is None:
            return cls.of_record(decode(data))
        made = cls(parts.leader)
        by_tag = made.by_tag
        wanted, left = _wanted(tags)
        others: list[tuple[str, str]] = []
        for tag, body in zip(parts.tags, parts.bodies, strict=True):
            if tag in wanted:
                pair = body[:2]
                field = _new(DataField, (tag, pair[:1], pair[1:], tuple(_subfields(body))))
                if tag in by_tag:
                    by_tag[tag].append(field)
                else:
                    by_tag[tag] = [field]
            elif tag not in left:
                others.append((tag, body))
        made._add(fields_of(others))
        return made

    def _add(self, fields: Iterable[Field]) -> None:
        """Control fields, fields that may be private, and 880, which stand behind all others."""
        vernacular: list[DataField] = []
        for field in fields:
            if isinstance(field, ControlField):
                self._controls.setdefault(field.tag, field.value)
            elif not is_private(field):
                if field.tag == "880":
                    vernacular.append(field)
                else:
                    self.by_tag.setdefault(field.tag, []).append(field)
        for field in vernacular:
            link = field.first("6")
            self.links.add(link[:6])
            self.by_tag.setdefault(link[:3], []).append(field)

    def get(self, *tags: str) -> list[DataField]:
        """Fields with one of ``tags``, in that order, each tag's 880 fields behind its own."""
        found: list[DataField] = []
        for tag in tags:
            if tag in self.by_tag:
                found += self.by_tag[tag]
        return found

    def control(self, tag: str) -> str:
        """As ``MarcRecord.control``, without looking through the record."""
        return self._controls.get(tag, "")

    def data(self, *tags: str) -> list[DataField]:
        """As ``MarcRecord.data``, in the order of ``tags``: no 880."""
        found = self.get(*tags)
        return [field for field in found if field[0] != "880"] if self.links else found

    def language_tag(self, field: DataField) -> str:
        """BCP 47 tag with the script of a field that is one of a pair (``vi-Hani``, ``vi-Latn``);
        empty for a field without a counterpart or without letters.
        """
        if not self.links:
            return ""
        found = self._language_tags.get(id(field))  # it is asked for language, script and group
        if found is None:
            found = self._language_tags[id(field)] = self._language_tag(field)
        return found

    def _language_tag(self, field: DataField) -> str:
        if field.tag != "880" and field.tag + field.first("6")[3:6] not in self.links:
            return ""
        written_in = script("".join([value for code, value in field[3] if code.isalpha()]))
        if self._language is None:
            self._language = bcp47(language_code(self))
        return f"{self._language}-{written_in}" if written_in else ""


@lru_cache(maxsize=1 << 6)
def _wanted(tags: frozenset[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Tags of which every field is wanted, and those of which none is."""
    return tags & _PUBLIC, (_PUBLIC - tags) | LOCAL_TAGS


def tag_of(field: DataField) -> str:
    """The tag that ``field`` counts as: its own, or the one that an 880 stands for."""
    return field.first("6")[:3] if field.tag == "880" else field.tag


# U+0098 and U+009C enclose a non-sorting article in records that were UNIMARC (ISO 6630).
_NON_SORTING = re.compile("[\x88\x89\x98\x9c]")


def clean(text: str) -> str:
    """``text`` in NFC on one line, without non-sorting marks."""
    text = " ".join(text.split())
    return text if text.isascii() else normalise(_NON_SORTING.sub("", text)).strip()


_ABBREVIATIONS = frozenset(
    "al assn bros cie co corp dept ed etc inc ing no op pub univ vol vols".split()
)
_BRACKET = re.compile(r"[\[\]()]")


def _chop(text: str) -> str:
    """See ``chop``."""
    text = clean(text).rstrip(" /:;=,")
    if _BRACKET.search(text):
        for opening, closing in ("[]", "()"):
            if text.count(opening) != text.count(closing):
                text = text.replace(opening, "").replace(closing, "").strip()
    if text.endswith(".") and not text.endswith(".."):
        words = text[:-1].split()
        if words and not _is_abbreviation(words[-1].lstrip("([").lower()):
            text = text[:-1]
    return text.rstrip(" /:;=,")


# Headings, places and publishers come again and again; a long note hardly ever does.
_SHORT = 120
_MOST_CHOPPED = 1 << 15


class _Chopped(dict[str, str]):
    """Short texts and what ``_chop`` makes of them, worked out when they are first asked for."""

    def __missing__(self, text: str) -> str:
        chopped = _chop(text)
        if len(text) <= _SHORT:
            if len(self) >= _MOST_CHOPPED:
                self.clear()
            self[text] = chopped
        return chopped


# Text without ISBD punctuation at its end, half brackets and the closing full stop; a method of the
# table, so that what is known costs no call of a Python function.
chop: Callable[[str], str] = _Chopped().__getitem__


def _is_abbreviation(word: str) -> bool:
    """Whether a full stop behind ``word`` (in small letters) belongs to it: an initial, letters
    with stops between them, or an ASCII word without a vowel (tr. cm. Jr.). Short Vietnamese words
    (Hồ, Du) are none.
    """
    if word in _ABBREVIATIONS or "." in word:
        return True
    if len(word) == 1:
        return word.upper() != word
    return word.isascii() and word.isalpha() and not set(word) & set("aeiouy")


def title(field: DataField, codes: str = "abnpfgk") -> str:
    """Title of a 245-like field: ``Title: other title. Part, Name of part``; never $c."""
    result, before, code_before = "", "", ""
    for code, value in field[3]:
        if code not in codes:
            continue
        part = chop(value)
        if part and result:
            result += _separator(code, code_before, before) + part
        elif part:
            result = part
        before, code_before = value.rstrip()[-1:] or before, code
    return result


def _separator(code: str, code_before: str, before: str) -> str:
    """What stands before a part of a title, for its code and the punctuation before it."""
    if code == "b":
        return {"=": " = ", ";": "; "}.get(before, ": ")
    if code == "n" or (code == "p" and code_before != "n"):
        return ". "
    return ", "


_NAME_CODES = {"00": "abcdq", "10": "abcdn", "11": "acdenq", "20": "a"}


def name(field: DataField) -> str:
    """A heading X00, X10, X11 or 720 as one string in the order of the record, without its role."""
    codes = _NAME_CODES.get(tag_of(field)[1:], "a")
    return chop(" ".join([value for code, value in field[3] if code in codes]))


# Catalogues that were converted from spreadsheets hold several people in one field.
_OTHERS = re.compile(
    r"\s*(?:\[(?:và những người khác|và các tác giả khác|et al\.?|and others)\]|,? et al\.)\s*$",
    re.IGNORECASE,
)


def names(field: DataField) -> list[str]:
    """``name``, or each of the people that stand in one heading of a person, between semicolons."""
    whole = name(field)
    if ";" not in whole or tag_of(field)[1:] not in ("00", "20"):
        return [whole]
    return _people(whole)


def people(field: DataField, codes: str) -> list[str]:
    """The subfields ``codes`` of a heading as one string, or each of the people in it."""
    whole = chop(" ".join(field.values(codes)))
    if ";" not in whole or tag_of(field)[1:] not in ("00", "20"):
        return [whole]
    return _people(whole)


def _people(whole: str) -> list[str]:
    return [person for part in whole.split(";") if (person := _person(part))]


def _person(text: str) -> str:
    """A name without the role behind its last comma and without those who are not named."""
    before, comma, role = chop(_OTHERS.sub("", text)).rpartition(",")
    if comma and _folded(role) in _CREATORS | _CONTRIBUTORS:
        return chop(before)
    return chop(before + comma + role)


def has_title(field: DataField) -> bool:
    """Whether a name heading names a work ($t): then it is a related work, not a person."""
    return any(code == "t" for code, _ in field.subfields)


# MARC relator codes and the words that cataloguers write in $e, folded.
_CREATORS = frozenset(
    "aut cre cmp art pht com dis ive inv arc ctg author creator composer artist photographer "
    "compiler cartographer".split()
) | {"joint author", "tac gia", "dong tac gia", "soan gia", "bien soan", "nguoi bien soan",
     "nhac si", "hoa si", "sang tac"}  # fmt: skip
_CONTRIBUTORS = frozenset(
    "ctb edt trl ill aui aft ann cmm pbl prt nrt act cnd prf prd drt ths dgs opn spn fnd editor "
    "translator illustrator contributor".split()
) | {"ed", "tr", "chu bien", "dong chu bien", "dich", "nguoi dich", "bien dich", "bien tap",
     "hieu dinh", "minh hoa", "gioi thieu", "suu tam", "huong dan"}  # fmt: skip


def roles(field: DataField) -> list[tuple[str, str]]:
    """(``code``, relator code) for $4 and (``text``, term) for $e, or $j of a conference."""
    term = "j" if tag_of(field)[1:] == "11" else "e"
    found: list[tuple[str, str]] = []
    for code, value in field.subfields:
        if code == "4" and clean(value):
            found.append(("code", clean(value).rstrip("/").rsplit("/", 1)[-1].lower()))
        elif code == term and chop(value):
            found.append(("text", chop(value)))
    return found


@lru_cache(maxsize=1 << 12)
def _folded(role: str) -> str:
    return " ".join(fold(role))


def is_creator(field: DataField) -> bool:
    """Whether the role makes the name a creator; without a role that says, a main entry is one."""
    for code, _ in field[3]:
        if code in "4ej":
            break
    else:
        return tag_of(field)[:1] == "1"
    found = roles(field)
    if not found:
        return tag_of(field)[:1] == "1"
    said = {_folded(value) for _, value in found}
    if said & _CREATORS:
        return True
    return not said & _CONTRIBUTORS and tag_of(field).startswith("1")


_MAIN_HEADING = frozenset("abcdfghjklmnopqrst")


def subject(field: DataField) -> list[str]:
    """A 6XX heading as [main heading, subdivision ...]; empty when it says nothing."""
    parts: list[str] = []
    main: list[str] = []
    for code, value in field[3]:
        if code in "vxyz":
            parts.append(chop(value))
        elif code in _MAIN_HEADING:
            main.append(value)
    return [part for part in (chop(" ".join(main)), *parts) if part]


def languages(record: Described) -> list[str]:
    """MARC codes of the text: 008/35-37, then 041 $a and $d, each once; ``mul`` only if alone."""
    codes = split_codes(record.control("008")[35:38])
    for field in record.data("041"):
        if not field.first("2"):  # $2: codes of another list
            for value in field.values("ad"):
                codes += split_codes(value)
    if len(codes) < 2:
        return codes
    distinct = list(dict.fromkeys(codes))
    return [code for code in distinct if code != "mul"] or distinct


def original_languages(record: Described) -> list[str]:
    """MARC codes of the original of a translation: 041 $h."""
    codes = (split_codes(value) for field in record.data("041") for value in field.values("h"))
    return list(dict.fromkeys(code for group in codes for code in group))


_YEAR = re.compile("(?<![0-9])(1[0-9]{3}|20[0-9]{2})(?![0-9])")
_MONTH_DAY = re.compile("(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")


def dates(record: Described) -> tuple[str, str]:
    """First and last date of publication, the last often empty: ``1995``, ``2003-05-01``.

    008/06 says what 008/07-14 hold (MARC 21 008): two dates for m, d and q; year, month and day
    for e; one date for s, r, c and others. Without a year there, the first in 264 or 260 $c.
    """
    fixed = record.control("008")
    kind, first, second = fixed[6:7], fixed[7:11], fixed[11:15]
    if kind in ("", "b", "n", "|") or not _YEAR.fullmatch(first):
        return _transcribed_year(record), ""
    if kind == "e" and (match := _MONTH_DAY.fullmatch(second)):
        return f"{first}-{match[1]}-{match[2]}", ""
    if kind in "mdq" and _YEAR.fullmatch(second) and first < second:
        return first, second
    return first, ""


def _transcribed_year(record: Described) -> str:
    for field in imprints(record):
        for value in field.values("c"):
            if match := _YEAR.search(value):
                return match[1]
    return ""


_EVENT_RANK = {"1": 0, "0": 2, "2": 3, "3": 4}


def imprints(record: Described) -> list[DataField]:
    """Statements of publication, best first: 264 with second indicator 1, 260, then 264 of
    production, distribution and manufacture. A copyright date (4) is none.
    """
    found = [f for f in record.data("260", "264") if f[0] == "260" or f[2] != "4"]
    if len(found) > 1:
        found.sort(key=lambda f: 1 if f[0] == "260" else _EVENT_RANK.get(f[2], 5))
    return found


_SERIES = ("440", "490", "800", "810", "811", "830")


def series(fields: Fields) -> list[DataField]:
    """Series statements; a traced 490 is left out where its heading is there (MARC 21 490)."""
    if fields.by_tag.keys().isdisjoint(_SERIES):
        return []
    headings = fields.get("800", "810", "811", "830")
    stated = [f for f in fields.get("490") if not (headings and f.ind1 == "1")]
    return [*fields.get("440"), *stated, *headings]


def series_title(field: DataField) -> str:
    """``Name. Title, volume`` of a series statement or heading."""
    kind = tag_of(field)
    if kind in ("800", "810", "811"):
        parts = [name(field), title(field, "tnpv" if kind == "800" else "tpv")]
        return ". ".join(part for part in parts if part)
    return title(field, "anpv")


def linked_title(field: DataField) -> str:
    """Name and title of a linking entry 76X-78X, with its place in the host ($g)."""
    parts = [chop(" ".join(field.values(codes))) for codes in ("a", "t", "g", "n")]
    return ". ".join(part for part in parts if part)
