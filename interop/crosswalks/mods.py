"""MODS 3.8 from MARC 21, after the mapping of the Library of Congress (MARC 21 to MODS 3.8).

It looks at one record only, so a record gives the same bytes alone and inside a collection. Only
the fields named here leave the system. A field and its 880 share an altRepGroup, as many as the
occurrence number of $6 says.
"""

import re
from collections.abc import Iterator

from interop.crosswalks import _fields
from interop.crosswalks._base import Crosswalk
from interop.crosswalks._fields import Fields, chop, clean, tag_of
from interop.marc.record import DataField, MarcRecord
from interop.text import identifiers
from interop.text.xml import attribute, escape

NAMESPACE = "http://www.loc.gov/mods/v3"
SCHEMA_LOCATION = "http://www.loc.gov/standards/mods/v3/mods-3-8.xsd"

_START = (
    f'<mods xmlns="{NAMESPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    f' xsi:schemaLocation="{NAMESPACE} {SCHEMA_LOCATION}" version="3.8">'
)


def write(record: MarcRecord) -> bytes:
    """``record`` as one ``mods`` element."""
    fields = Fields(record)
    parts = [part for rule in _RULES for part in rule(fields)]
    return f"{_START}{''.join(parts)}</mods>".encode()


def _element(tag: str, text: str, **attributes: str) -> str:
    """``<tag>text</tag>``, or nothing without text; empty attributes are left out."""
    return _wrap(tag, escape(text), **attributes) if text else ""


def _wrap(tag: str, content: str, **attributes: str) -> str:
    """``content`` (markup already) inside ``tag``, or nothing without content.

    ``lang_`` stands for xml:lang: a colon is no part of a Python name.
    """
    if not content:
        return ""
    names = {"lang_": "xml:lang"}
    written = "".join(
        f' {names.get(key, key)}="{attribute(value)}"' for key, value in attributes.items() if value
    )
    return f"<{tag}{written}>{content}</{tag}>"


_OCCURRENCE = re.compile("[0-9]{3}-([0-9]{2})")


def _pair(fields: Fields, field: DataField) -> dict[str, str]:
    """Attributes that tie a field to its counterpart in another script."""
    language = fields.language_tag(field)
    if not language:
        return {}
    occurrence = _OCCURRENCE.match(field.first("6"))
    group = occurrence[1] if occurrence and occurrence[1] != "00" else ""
    code, _, script = language.partition("-")
    return {"lang_": code, "script": script, "altRepGroup": group}


_TITLE_TYPES = {"130": "uniform", "240": "uniform", "210": "abbreviated", "242": "translated"}


def _titles(fields: Fields) -> Iterator[str]:
    for field in fields.get("245", "210", "242", "246", "247", "130", "240", "740"):
        tag = tag_of(field)
        kind = "" if tag == "245" else _TITLE_TYPES.get(tag, "alternative")
        parts = _title_parts(field, "245 242 440 830".split())
        yield _wrap("titleInfo", parts, type=kind, **_pair(fields, field))


def _title_parts(field: DataField, non_filing: list[str]) -> str:
    """nonSort, title, subTitle and parts. The second indicator counts the characters of an article
    that sorting passes over, in the tags of ``non_filing`` (MARC 21 245).
    """
    main = chop(" ".join(field.values("a")))
    article = ""
    if tag_of(field) in non_filing and field.ind2 in "123456789":
        length = int(field.ind2)
        if len(main) > length:
            article, main = main[:length].strip(), main[length:]
    return "".join(
        (
            _element("nonSort", article),
            _element("title", main),
            _element("subTitle", chop(" ".join(field.values("b")))),
            *(_element("partNumber", chop(value)) for value in field.values("n")),
            *(_element("partName", chop(value)) for value in field.values("p")),
        )
    )


_NAME_TYPES = {"00": "personal", "10": "corporate", "11": "conference"}
_NAME_PARTS = {"d": "date", "c": "termsOfAddress"}


def _names(fields: Fields) -> Iterator[str]:
    for field in fields.get("100", "110", "111", "700", "710", "711", "720"):
        if not _fields.has_title(field):
            usage = "primary" if tag_of(field).startswith("1") and field.tag != "880" else ""
            yield _name(field, usage=usage, **_pair(fields, field))


def _name(field: DataField, **attributes: str) -> str:
    kind = tag_of(field)[1:]
    if kind == "00":
        parts = _element("namePart", chop(" ".join(field.values("abq"))))
        for code, value in field.subfields:
            if code in _NAME_PARTS:
                parts += _element("namePart", chop(value), type=_NAME_PARTS[code])
    else:
        parts = _element("namePart", _fields.name(field))
    if not parts:
        return ""
    for form, term in _fields.roles(field):
        authority = "marcrelator" if form == "code" else ""
        parts += _wrap("role", _element("roleTerm", term, type=form, authority=authority))
    return _wrap("name", parts, type=_NAME_TYPES.get(kind, ""), **attributes)


# MARC 21 leader/06 to MODS typeOfResource.
_TYPES = {
    "a": "text", "t": "text", "c": "notated music", "d": "notated music", "e": "cartographic",
    "f": "cartographic", "g": "moving image", "i": "sound recording-nonmusical",
    "j": "sound recording-musical", "k": "still image", "m": "software, multimedia",
    "o": "mixed material", "p": "mixed material", "r": "three dimensional object",
}  # fmt: skip


def _types(fields: Fields) -> Iterator[str]:
    leader = fields.record.leader
    yield _element("typeOfResource", _TYPES.get(leader[6:7], ""))
    for field in fields.get("655"):
        authority = field.first("2") if field.ind2 == "7" else ""
        yield _element(
            "genre",
            "--".join(_fields.subject(field)),
            authority=clean(authority),
            **_pair(fields, field),
        )


_EVENTS = {"0": "production", "1": "publication", "2": "distribution", "3": "manufacture"}
_ISSUANCE = {"m": "monographic", "a": "monographic", "c": "monographic", "d": "monographic"} | {
    "s": "serial", "b": "serial", "i": "integrating resource"
}  # fmt: skip


def _origins(fields: Fields) -> Iterator[str]:
    """One originInfo per imprint; what belongs to the whole record stands in the first."""
    imprints = list(fields.get("264", "260"))
    general = _coded_origin(fields)
    for field in imprints:
        content = _imprint(field) + general
        general = ""
        event = _EVENTS.get(field.ind2, "") if tag_of(field) == "264" else ""
        yield _wrap("originInfo", content, eventType=event, **_pair(fields, field))
    yield _wrap("originInfo", general)


def _imprint(field: DataField) -> str:
    copyright_date = tag_of(field) == "264" and field.ind2 == "4"
    date = "copyrightDate" if copyright_date else "dateIssued"
    elements = {"a": "place", "b": "publisher", "c": date}
    content = ""
    for code, value in field.subfields:
        if elements.get(code) == "place":
            content += _wrap("place", _element("placeTerm", chop(value), type="text"))
        elif code in elements:
            content += _element(elements[code], chop(value))
    return content


_COUNTRY = re.compile("[a-z]{2,3}")


def _coded_origin(fields: Fields) -> str:
    """Country, dates and issuance from 008 and the leader, edition and frequency."""
    record = fields.record
    content = ""
    country = record.control("008")[15:18].strip()
    if _COUNTRY.fullmatch(country) and country != "xx":
        term = _element("placeTerm", country, type="code", authority="marccountry")
        content += _wrap("place", term)
    first, last = _fields.dates(record)
    questionable = "questionable" if record.control("008")[6:7] == "q" else ""
    dated = {"encoding": "w3cdtf", "qualifier": questionable}
    start = "start" if last else ""
    content += _element("dateIssued", first, keyDate="yes", point=start, **dated)
    content += _element("dateIssued", last, point="end", **dated)
    for field in fields.get("250"):
        content += _element("edition", chop(" ".join(field.values("ab"))))
    content += _element("issuance", _ISSUANCE.get(record.leader[7:8], ""))
    for field in fields.get("310"):
        content += _element("frequency", chop(field.first("a")))
    return content


def _languages(fields: Fields) -> Iterator[str]:
    for code in _fields.languages(fields.record):
        yield _wrap("language", _language_term(code))
    for code in _fields.original_languages(fields.record):
        yield _wrap("language", _language_term(code), objectPart="original")


def _language_term(code: str) -> str:
    return _element("languageTerm", code, type="code", authority="iso639-2b")


def _physical_descriptions(fields: Fields) -> Iterator[str]:
    for field in fields.get("300"):
        extent = _element("extent", chop(" ".join(field.values("abce"))))
        yield _wrap("physicalDescription", extent, **_pair(fields, field))
    forms = ""
    for field in fields.get("337", "338"):
        scheme = clean(field.first("2"))
        for value in field.values("a"):
            kind = "media" if tag_of(field) == "337" else "carrier"
            forms += _element("form", clean(value), type=kind, authority=scheme)
    for field in fields.get("856"):
        forms += "".join(_element("internetMediaType", clean(v)) for v in field.values("q"))
    yield _wrap("physicalDescription", forms)


_NOTE_TYPES = {
    "502": "thesis", "504": "bibliography", "508": "creation/production credits",
    "511": "performers", "518": "venue", "521": "", "534": "original version",
    "545": "biographical/historical", "546": "language", "500": "",
}  # fmt: skip


def _notes(fields: Fields) -> Iterator[str]:
    for field in fields.get("520"):
        text = clean(" ".join(field.values("ab")))
        yield _element("abstract", text, **_pair(fields, field))
    for field in fields.get("505"):
        text = clean(" ".join(field.values("agrt")))
        yield _element("tableOfContents", text, **_pair(fields, field))
    for field in fields.get("245"):
        responsibility = chop(" ".join(field.values("c")))
        kind = "statement of responsibility"
        yield _element("note", responsibility, type=kind, **_pair(fields, field))
    for field in fields.get(*_NOTE_TYPES):
        tag = tag_of(field)
        text = clean(" ".join(field.values("abcdgno" if tag in ("502", "534") else "ab")))
        element = "targetAudience" if tag == "521" else "note"
        yield _element(element, text, type=_NOTE_TYPES[tag], **_pair(fields, field))
    for field in fields.get("506", "540"):
        kind = "restriction on access" if tag_of(field) == "506" else "use and reproduction"
        text = clean(" ".join(field.values("au")))
        yield _element("accessCondition", text, type=kind, **_pair(fields, field))


# 6XX second indicator (MARC 21 6XX); 7 means that $2 says it.
_THESAURI = {"0": "lcsh", "1": "lcshac", "2": "mesh", "3": "nal", "5": "csh", "6": "rvm"}
_DIVISIONS = {"x": "topic", "v": "genre", "y": "temporal", "z": "geographic"}
_MAIN = {"648": "temporal", "651": "geographic"}


def _subjects(fields: Fields) -> Iterator[str]:
    for field in fields.get("600", "610", "611", "630", "647", "648", "650", "651", "690"):
        authority = clean(field.first("2")) if field.ind2 == "7" else _THESAURI.get(field.ind2, "")
        content = _subject_main(field)
        for code, value in field.subfields:
            if code in _DIVISIONS:
                content += _element(_DIVISIONS[code], chop(value))
        yield _wrap("subject", content, authority=authority, **_pair(fields, field))
    for field in fields.get("653"):
        for value in field.values("a"):
            topic = _element("topic", chop(value))
            yield _wrap("subject", topic, **_pair(fields, field))
    for field in fields.get("752"):
        names = zip("abcd", ("country", "state", "county", "city"), strict=True)
        places = "".join(_element(tag, chop(field.first(code))) for code, tag in names)
        yield _wrap("subject", _wrap("hierarchicalGeographic", places))


def _subject_main(field: DataField) -> str:
    tag = tag_of(field)
    if tag in ("600", "610", "611"):
        work = _title_parts_of_work(field)
        return _name(field) + work
    if tag == "630":
        return _wrap("titleInfo", _element("title", _fields.title(field, "adfklmnoprst")))
    heading = [value for code, value in field.subfields if code in "abcdg"]
    return _element(_MAIN.get(tag, "topic"), chop(" ".join(heading)))


def _title_parts_of_work(field: DataField) -> str:
    return _wrap("titleInfo", _element("title", chop(" ".join(field.values("t")))))


def _classifications(fields: Fields) -> Iterator[str]:
    for tag, authority in (("050", "lcc"), ("060", "nlm"), ("080", "udc"), ("082", "ddc")):
        for field in fields.get(tag):
            edition = clean(field.first("2")) if tag == "082" else ""
            numbers = [" ".join(field.values("ab"))] if tag == "050" else field.values("a")
            for number in numbers:
                text = clean(number.replace("/", "") if tag == "082" else number)
                yield _element("classification", text, authority=authority, edition=edition)
    for field in fields.get("084"):
        for value in field.values("a"):
            yield _element("classification", clean(value), authority=clean(field.first("2")))


_RELATED = {
    "765": "original", "773": "host", "774": "constituent", "775": "otherVersion",
    "776": "otherFormat", "780": "preceding", "785": "succeeding", "760": "series",
    "762": "constituent", "787": "",
}  # fmt: skip


def _related_items(fields: Fields) -> Iterator[str]:
    for field in _fields.series(fields):
        title = _element("title", _fields.series_title(field))
        yield _wrap("relatedItem", _wrap("titleInfo", title), type="series")
    for field in fields.get(*_RELATED):
        yield _wrap("relatedItem", _linked(field), type=_RELATED[tag_of(field)])
    for field in fields.get("700", "710", "711"):
        if _fields.has_title(field):
            kind = "constituent" if field.ind2 == "2" else ""
            work = _wrap("titleInfo", _element("title", _fields.title(field, "tnp")))
            yield _wrap("relatedItem", work + _name(field), type=kind)
    for field in fields.get("730"):
        title = _element("title", _fields.title(field, "anp"))
        yield _wrap("relatedItem", _wrap("titleInfo", title, type="uniform"))
    for field in fields.get("856"):
        if field.ind2 == "2":
            yield _wrap("relatedItem", _location_of_url(field))


def _linked(field: DataField) -> str:
    content = _wrap("titleInfo", _element("title", chop(field.first("t"))))
    content += _wrap("name", _element("namePart", chop(field.first("a"))))
    for value in field.values("g"):
        content += _wrap("part", _element("text", clean(value)))
    for value in field.values("x"):
        content += _element("identifier", identifiers.issn(value) or "", type="issn")
    for value in field.values("z"):
        content += _element("identifier", identifiers.isbn13(value) or "", type="isbn")
    for value in field.values("n"):
        content += _element("note", clean(value))
    return content


_SCHEMES = {"0": "isrc", "1": "upc", "2": "ismn", "3": "ean", "4": "sici"}


def _identifiers(fields: Fields) -> Iterator[str]:
    for field in fields.get("020"):
        for value in field.values("a"):
            yield _element("identifier", identifiers.isbn13(value) or "", type="isbn")
    for field in fields.get("022"):
        for value in field.values("a"):
            yield _element("identifier", identifiers.issn(value) or "", type="issn")
    for field in fields.get("010"):
        for value in field.values("a"):
            yield _element("identifier", identifiers.lccn(value) or "", type="lccn")
    for field in fields.get("024"):
        scheme = field.first("2") if field.ind1 == "7" else _SCHEMES.get(field.ind1, "")
        for value in field.values("a"):
            yield _element("identifier", clean(value), type=clean(scheme))


def _locations(fields: Fields) -> Iterator[str]:
    for field in fields.get("856"):
        if field.ind2 != "2":
            yield _location_of_url(field)
    for field in fields.get("852"):
        yield _holding(field)


# xs:anyURI (XLink 1.0 section 5.4): characters that must be escaped, and a % that escapes nothing.
_NOT_URI = re.compile(r"[^!#$&'()*+,\-./0-9:;=?@A-Z_a-z~%\[\]]|%(?![0-9A-Fa-f]{2})")
_ADDRESS = re.compile("[A-Za-z][A-Za-z0-9+.-]*://[^/?#]+", re.ASCII)


def _location_of_url(field: DataField) -> str:
    """856 $u that are absolute addresses, with $3 or $y as their label."""
    label = clean(field.first("y") or field.first("3"))
    urls = ""
    for value in map(clean, field.values("u")):
        if _ADDRESS.match(value):
            urls += _element("url", _uri(value), displayLabel=label)
    return _wrap("location", urls)


def _uri(address: str) -> str:
    head, hash_, fragment = address.partition("#")
    written = head + hash_ + fragment.replace("#", "%23")
    return _NOT_URI.sub(
        lambda match: "".join(f"%{byte:02X}" for byte in match.group().encode("utf-8", "replace")),
        written,
    )


def _holding(field: DataField) -> str:
    """852: the library, its shelf mark, and the copy (MARC 21 852 $a $b $c, $h-$m, $p, $t, $z)."""
    call_number = clean(" ".join(field.values("khijlm")))
    copy = "".join(
        (
            *(_element("subLocation", clean(value)) for value in field.values("bc")),
            _element("shelfLocator", call_number),
            *(_element("note", clean(value)) for value in field.values("z")),
            *(_element("itemIdentifier", clean(v), type="barcode") for v in field.values("p")),
        )
    )
    return _wrap(
        "location",
        "".join(_element("physicalLocation", clean(value)) for value in field.values("a"))
        + _wrap("holdingSimple", _wrap("copyInformation", copy)),
    )


_DATE_ENTERED = re.compile("[0-9]{6}")


def _record_info(fields: Fields) -> Iterator[str]:
    record = fields.record
    content = ""
    for field in fields.get("040"):
        content += _element("recordContentSource", clean(field.first("a")), authority="marcorg")
    entered = record.control("008")[:6]
    if _DATE_ENTERED.fullmatch(entered) and entered != "000000":
        content += _element("recordCreationDate", entered, encoding="marc")
    changed = record.control("005").strip()
    content += _element("recordChangeDate", clean(changed), encoding="iso8601")
    source = clean(record.control("003"))
    content += _element("recordIdentifier", clean(record.control("001")), source=source)
    for field in fields.get("040"):
        content += _wrap("languageOfCataloging", _cataloguing_language(field))
    content += _element("recordOrigin", "Converted from MARC 21 to MODS 3.8")
    for field in fields.get("040"):
        for value in field.values("e"):
            content += _element("descriptionStandard", clean(value))
    yield _wrap("recordInfo", content)


def _cataloguing_language(field: DataField) -> str:
    code = clean(field.first("b")).lower()
    return _language_term(code) if code else ""


_RULES = (
    _titles,
    _names,
    _types,
    _origins,
    _languages,
    _physical_descriptions,
    _notes,
    _subjects,
    _classifications,
    _related_items,
    _identifiers,
    _locations,
    _record_info,
)

CROSSWALK = Crosswalk(
    prefix="mods",
    namespace=NAMESPACE,
    schema_location=SCHEMA_LOCATION,
    title="MODS 3.8",
    write=write,
    names=(
        "mods3",
        *(f"mods3{minor}" for minor in range(9)),
        *(f"info:srw/schema/1/mods-v3.{minor}" for minor in range(9)),
        SCHEMA_LOCATION,
    ),
)
