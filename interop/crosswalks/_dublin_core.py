"""Simple Dublin Core (the fifteen elements) from MARC 21: one mapping for every root around it.

Only the fields named here leave the system, so local and private ones (59X, 9XX, 541, 561, 583)
never do. Where the original script is recorded (880), it is an element of its own with xml:lang.
"""

import re
from collections.abc import Callable, Iterator

from interop.crosswalks import _fields
from interop.crosswalks._fields import Fields, chop, clean
from interop.marc.record import DataField, MarcRecord
from interop.text import identifiers
from interop.text.xml import escape

NAMESPACE = "http://purl.org/dc/elements/1.1/"

# (value, xml:lang or an empty string)
_Value = tuple[str, str]


def write(record: MarcRecord, start: str, end: str) -> bytes:
    """The elements of ``record`` between the root's ``start`` and ``end`` tags, as UTF-8.

    ``start`` binds the prefix ``dc``. Every element once per value and language; none is empty.
    """
    fields = Fields(record)
    parts = [start]
    for element, rule in _RULES:
        for value, language in dict.fromkeys(rule(fields)):
            if value:
                lang = f' xml:lang="{language}"' if language else ""
                parts.append(f"<dc:{element}{lang}>{escape(value)}</dc:{element}>")
    parts.append(end)
    return "".join(parts).encode()


def _each(
    tags: tuple[str, ...], value: Callable[[DataField], str]
) -> Callable[[Fields], Iterator[_Value]]:
    """A rule: one value per field with one of ``tags``, and its language where a pair has one."""

    def rule(fields: Fields) -> Iterator[_Value]:
        for field in fields.get(*tags):
            yield value(field), fields.language_tag(field)

    return rule


_TITLE_TAGS = ("245", "246", "247", "130", "240", "242", "740")


def _title(fields: Fields) -> Iterator[_Value]:
    for field in fields.get(*_TITLE_TAGS):
        codes = "abnpfgk" if _fields.tag_of(field) == "245" else "abnp"
        yield _fields.title(field, codes), fields.language_tag(field)


_MAIN_ENTRIES = ("100", "110", "111")
_ADDED_ENTRIES = ("700", "710", "711", "720")


def _names(creators: bool) -> Callable[[Fields], Iterator[_Value]]:
    def rule(fields: Fields) -> Iterator[_Value]:
        for field in fields.get(*_MAIN_ENTRIES, *_ADDED_ENTRIES):
            added = _fields.tag_of(field) in _ADDED_ENTRIES
            if _fields.is_creator(field) is creators and not (added and _fields.has_title(field)):
                yield _fields.name(field), fields.language_tag(field)

    return rule


_SUBJECT_TAGS = tuple("600 610 611 630 647 648 650 651 654 656 657 690".split())
_DEWEY = re.compile(r"[0-9]{3}(?:\.[0-9]+)?")


def _subject(fields: Fields) -> Iterator[_Value]:
    for field in fields.get(*_SUBJECT_TAGS):
        yield "--".join(_fields.subject(field)), fields.language_tag(field)
    for field in fields.get("653"):
        for value in field.values("a"):
            yield chop(value), fields.language_tag(field)
    for field in fields.get("082"):
        for value in field.values("a"):
            # 082 marks where a number may be cut; local copies append author marks.
            if number := _DEWEY.match(value.replace("/", "").replace("'", "").strip()):
                yield f"ddc:{number.group()}", ""


def _description(fields: Fields) -> Iterator[_Value]:
    for field in fields.get("520", "500", "502", "505", "508", "511", "521"):
        codes = "abcdgrtu" if _fields.tag_of(field) in ("502", "505") else "ab"
        yield clean(" ".join(field.values(codes))), fields.language_tag(field)


def _publisher(fields: Fields) -> Iterator[_Value]:
    """$b of the best kind of statement there is: a printer is a publisher only for want of one."""
    named = [field for field in _fields.imprints(fields.record) if field.first("b")]
    best = [field for field in named if (field.tag, field.ind2) == (named[0].tag, named[0].ind2)]
    original_script = (field for field in fields.get("260", "264") if field.tag == "880")
    for field in (*best, *original_script):
        for value in field.values("b"):
            yield chop(value), fields.language_tag(field)


def _date(fields: Fields) -> Iterator[_Value]:
    """ISO 8601, a span as ``first/last``."""
    first, last = _fields.dates(fields.record)
    yield f"{first}/{last}" if last else first, ""


# MARC 21 leader/06 to the DCMI Type Vocabulary.
_DCMI_TYPES = {
    "a": "Text", "t": "Text", "c": "Text", "d": "Text", "e": "StillImage", "f": "StillImage",
    "g": "MovingImage", "i": "Sound", "j": "Sound", "k": "StillImage", "m": "Software",
    "o": "Collection", "p": "Collection", "r": "PhysicalObject",
}  # fmt: skip


def _type(fields: Fields) -> Iterator[_Value]:
    leader = fields.record.leader
    if leader[7:8] in ("c", "d"):  # bibliographic level: collection, subunit of one
        yield "Collection", ""
    yield _DCMI_TYPES.get(leader[6:7], ""), ""
    for field in fields.get("655"):
        yield "--".join(_fields.subject(field)), fields.language_tag(field)


def _format(fields: Fields) -> Iterator[_Value]:
    for field in fields.get("300"):
        yield chop(" ".join(field.values("abce"))), fields.language_tag(field)
    for field in fields.get("856", "347"):
        for value in field.values("q" if field.tag == "856" else "b"):
            yield clean(value), ""


# 024 first indicator 7: the scheme is in $2.
_SCHEMES = {"doi": "doi:", "hdl": "hdl:", "urn": "", "uri": "", "ark": ""}


def _identifier(fields: Fields) -> Iterator[_Value]:
    """Validated numbers as URNs, then addresses of the thing itself: 856 but second indicator 2."""
    for field in fields.get("020"):
        yield from (
            (f"urn:isbn:{n}", "") for v in field.values("a") if (n := identifiers.isbn13(v))
        )
    for field in fields.get("022"):
        yield from ((f"urn:issn:{n}", "") for v in field.values("a") if (n := identifiers.issn(v)))
    for field in fields.get("024"):
        prefix = _SCHEMES.get(field.first("2").strip().lower()) if field.ind1 == "7" else ""
        for value in map(clean, field.values("a")):
            if value and prefix is not None:
                yield value if value.lower().startswith(prefix) else prefix + value, ""
    for field in fields.get("856"):
        if field.ind2 != "2":
            yield from ((clean(value), "") for value in field.values("u"))


def _language(fields: Fields) -> Iterator[_Value]:
    yield from ((code, "") for code in _fields.languages(fields.record))


_LINKS = tuple("760 762 765 767 770 772 773 774 775 776 777 780 785 787".split())


def _relation(fields: Fields) -> Iterator[_Value]:
    for field in _fields.series(fields):
        yield _fields.series_title(field), fields.language_tag(field)
    for field in fields.get(*_LINKS):
        yield _fields.linked_title(field), fields.language_tag(field)
    for field in fields.get("700", "710", "711"):
        if _fields.has_title(field):
            parts = (_fields.name(field), _fields.title(field, "tnp"))
            yield ". ".join(part for part in parts if part), fields.language_tag(field)
    for field in fields.get("730"):
        yield _fields.title(field, "anp"), fields.language_tag(field)
    for field in fields.get("856"):
        if field.ind2 == "2":
            yield from ((clean(value), "") for value in field.values("u"))


def _coverage(fields: Fields) -> Iterator[_Value]:
    for field in fields.get("651"):
        yield "--".join(map(chop, field.values("az"))), fields.language_tag(field)
    for field in fields.get("522"):
        yield clean(field.first("a")), fields.language_tag(field)


_RULES: tuple[tuple[str, Callable[[Fields], Iterator[_Value]]], ...] = (
    ("title", _title),
    ("creator", _names(creators=True)),
    ("subject", _subject),
    ("description", _description),
    ("publisher", _publisher),
    ("contributor", _names(creators=False)),
    ("date", _date),
    ("type", _type),
    ("format", _format),
    ("identifier", _identifier),
    ("source", _each(("786",), _fields.linked_title)),
    ("language", _language),
    ("relation", _relation),
    ("coverage", _coverage),
    ("rights", _each(("506", "540"), lambda field: clean(" ".join(field.values("au"))))),
)
