"""The functions, filters, predicates and lists of fields that rules can name.

Each stands in one table, with what it reads, so that the trace can tell without a second list.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from interop.crosswalks import _fields
from interop.crosswalks._fields import Fields, chop, clean, tag_of
from interop.crosswalks._languages import bcp47, split_codes
from interop.marc.record import DataField, Described
from interop.text import identifiers


@dataclass(frozen=True, slots=True)
class Function:
    """``call``: gets what ``takes`` says (``field``, ``record``, ``fields`` or ``both``: the
    ``Fields`` and the field), then the arguments of the rule, and gives one text, or several.

    ``codes``: subfields of the field that it uses, ``.`` those in its first argument; ``reads``:
    places in the record, in traject notation. ``paired``: empty for a record without 880.
    """

    call: Callable[..., Any]
    takes: str
    codes: str = ""
    reads: str = ""
    paired: bool = False


_LETTERS = "abcdefghijklmnopqrstuvwxyz"
_OCCURRENCE = re.compile("[0-9]{3}-([0-9]{2})")


def _language(fields: Fields, field: DataField) -> str:
    """The language alone, where the field is one of a pair."""
    return fields.language_tag(field).partition("-")[0]


def _script(fields: Fields, field: DataField) -> str:
    return fields.language_tag(field).partition("-")[2]


def _group(fields: Fields, field: DataField) -> str:
    """The occurrence number that a field and its 880 share (MARC 21 appendix A)."""
    if not fields.language_tag(field):
        return ""
    match = _OCCURRENCE.match(field.first("6"))
    return match[1] if match and match[1] != "00" else ""


def _roles(field: DataField, form: str) -> list[str]:
    return [term for kind, term in _fields.roles(field) if kind == form]


def _subject(field: DataField) -> str:
    return "--".join(_fields.subject(field))


def _heading(field: DataField) -> str:
    """The main heading of a 6XX alone."""
    main = [v for code, v in field.subfields if code in "abcdefghjklmnopqrst" and code != "e"]
    return chop(" ".join(main))


def _divisions(field: DataField) -> list[str]:
    return [chop(value) for code, value in field.subfields if code in "vxyz"]


def _parts(field: DataField, *groups: str) -> str:
    """Each group of subfields without its punctuation, joined by a full stop."""
    found = (chop(" ".join(field.values(codes))) for codes in groups)
    return ". ".join(part for part in found if part)


def _work(field: DataField) -> str:
    """``Name. Title`` of a name heading that names a work."""
    parts = (_fields.name(field), _fields.title(field, "tnp"))
    return ". ".join(part for part in parts if part)


_NON_FILING = frozenset({"242", "245", "440", "830"})


def _article_length(field: DataField) -> int:
    """MARC 21 245: the second indicator counts the characters that sorting passes over."""
    if tag_of(field) in _NON_FILING and field.ind2 in "123456789":
        return int(field.ind2)
    return 0


def _main_title(field: DataField) -> str:
    """A title without its parts; of a uniform title all that tells it from others of its name
    (MARC 21 240: medium, language, version).
    """
    uniform = tag_of(field) in ("130", "240")
    return chop(" ".join(field.values("adfgklmors" if uniform else "afgks")))


def _article(field: DataField) -> str:
    main = _main_title(field)
    length = _article_length(field)
    return main[:length].strip() if len(main) > length else ""


def _filing(field: DataField) -> str:
    main = _main_title(field)
    length = _article_length(field)
    return main[length:].strip() if len(main) > length else main


# 6XX second indicator (MARC 21 6XX); 7 means that $2 says it.
_THESAURI = {"0": "lcsh", "1": "lcshac", "2": "mesh", "3": "nal", "5": "csh", "6": "rvm"}


def _thesaurus(field: DataField) -> str:
    return clean(field.first("2")) if field.ind2 == "7" else _THESAURI.get(field.ind2, "")


def _scheme(field: DataField) -> str:
    """$2, where the second indicator says that it counts."""
    return clean(field.first("2")) if field.ind2 == "7" else ""


_SUBJECT_SCHEMES = {"lcsh": "LCSH", "mesh": "MESH"}


def _subject_scheme(fields: Fields, field: DataField) -> str:
    """The encoding scheme of the DCMI for the thesaurus of a 6XX; empty where the field has a
    language to tell, which a value of a scheme has not.
    """
    scheme = _SUBJECT_SCHEMES.get(_thesaurus(field).lower(), "")
    return "" if fields.language_tag(field) else scheme


_EVENTS = {"0": "production", "1": "publication", "2": "distribution", "3": "manufacture"}


def _event(field: DataField) -> str:
    """MARC 21 264 second indicator; 260 does not say."""
    return _EVENTS.get(field.ind2, "") if tag_of(field) == "264" else ""


def _codes(field: DataField, codes: str) -> list[str]:
    """Language codes of 041; $2 says that they are of another list."""
    if field.first("2"):
        return []
    return [code for value in field.values(codes) for code in split_codes(value)]


def _link(field: DataField) -> str:
    """The heading's address in an authority file: the first in $0 or $1 (MARC 21 appendix A)."""
    for code, value in field[3]:
        if code in "01" and "://" in value:
            return _uri(value.removeprefix("(uri)"))
    return ""


def _links(field: DataField) -> list[str]:
    return [found for found in (_link(field),) if found]


def _addresses(field: DataField) -> list[str]:
    """Addresses of 856 $u that are URIs."""
    return [address for address in map(_uri, field.values("u")) if address]


_FILE = re.compile(r"\.[A-Za-z0-9]{2,5}(?:\?[^/]*)?\Z")
_PAGE = re.compile(r"\.(?:html?|php|aspx?|jsp|cgi)(?:\?[^/]*)?\Z|text/html", re.IGNORECASE)


def _digital_copies(fields: Fields) -> list[str]:
    """Addresses of files that are the thing itself (MARC 21 856, second indicator 0 or 1): $q says
    a media type or the name ends as that of a file, and it is no page about it.
    """
    found: list[str] = []
    for field in fields.get("856"):
        if field.ind2 in "01":
            media = " ".join(field.values("q"))
            found += [
                address
                for address in _addresses(field)
                if ("/" in media or _FILE.search(address.partition("//")[2].partition("/")[2]))
                and not (_PAGE.search(media) or (not media and _PAGE.search(address)))
            ]
    return list(dict.fromkeys(found))


# The statements of rights that the Europeana Data Model knows: the licences and tools of Creative
# Commons and six of rightsstatements.org. What says nothing is not evaluated (CNE).
_STATEMENT = re.compile(
    r"https?://creativecommons\.org/(licenses/(?:by|by-sa|by-nd|by-nc|by-nc-sa|by-nc-nd)/"
    r"(?:[123]\.0|4\.0)|publicdomain/(?:zero|mark)/1\.0)(?:/|/deed.*|/legalcode.*)?"
    r"|https?://rightsstatements\.org/(?:vocab|page)/"
    r"(NoC-NC|NoC-OKLR|InC|InC-EDU|InC-OW-EU|CNE)/1\.0/?(?:\?.*)?"
)
_LICENCE = re.compile(r"\bCC[ -]?(BY(?:-(?:SA|NC-SA|NC-ND|ND|NC))?)[ -]?(4\.0)\b", re.IGNORECASE)
_NOT_EVALUATED = "http://rightsstatements.org/vocab/CNE/1.0/"


def _statement(text: str) -> str:
    text = text.strip()
    if match := _STATEMENT.fullmatch(text):
        return (
            f"http://creativecommons.org/{match[1]}/"
            if match[1]
            else f"http://rightsstatements.org/vocab/{match[2]}/1.0/"
        )
    if match := _LICENCE.search(text):
        return f"http://creativecommons.org/licenses/{match[1].lower()}/{match[2]}/"
    return ""


def _rights(fields: Fields) -> str:
    """The statement of rights that 540 makes, or the library makes of all it has."""
    said = [value for field in fields.get("540", "506") for value in field.values("uaf")]
    for text in (*said, fields.context.rights):
        if found := _statement(text):
            return found
    return _NOT_EVALUATED


def _keeper(fields: Fields) -> str:
    """Name of the library; of a record shown nowhere, the agency that 040 or 003 names."""
    agency = next((value for f in fields.get("040") for value in f.values("a")), "")
    return clean(fields.context.name or agency or fields.control("003")) or "Unknown"


def _provider(fields: Fields) -> str:
    return clean(fields.context.provider) or _keeper(fields)


_NOT_PLAIN = re.compile("[^A-Za-z0-9._~-]")


def _address(fields: Fields) -> str:
    """Where the record is read; a name instead of an address where it is shown nowhere."""
    if fields.context.address:
        return _uri(fields.context.address)
    number = clean(fields.control("001")) or "unknown"
    return "urn:x-interop:record:" + _NOT_PLAIN.sub("_", number)


def _label(field: DataField) -> str:
    return clean(field.first("y") or field.first("3"))


# 024 first indicator; 7 means that $2 says it.
_NUMBER_TYPES = {"0": "isrc", "1": "upc", "2": "ismn", "3": "ean", "4": "sici"}


def _number_type(field: DataField) -> str:
    return clean(field.first("2")) if field.ind1 == "7" else _NUMBER_TYPES.get(field.ind1, "")


def _number(field: DataField) -> list[str]:
    """024 $a with its scheme in front, as identifiers of that scheme are written."""
    prefix = _SCHEMES.get(field.first("2").strip().lower(), "")
    values = [value for value in map(clean, field.values("a")) if value]
    return [v if v.lower().startswith(prefix) else prefix + v for v in values]


def _place(field: DataField) -> str:
    return "--".join(part for part in map(chop, field.values("az")) if part)


def _date(record: Described) -> str:
    first, last = _fields.dates(record)
    return f"{first}/{last}" if last else first


def _first_date(record: Described) -> str:
    return _fields.dates(record)[0]


def _last_date(record: Described) -> str:
    return _fields.dates(record)[1]


def _record_language(record: Described) -> str:
    codes = _fields.languages(record)
    return codes[0] if codes else ""


_IMPRINT_PLACES = "008[6-14]:260c:264c"
_LANGUAGE_PLACES = "008[35-37]:041ad"

_BEFORE = {"a": ", ", "b": " : ", "c": " ; ", "e": " + "}  # ISBD area 5


def _extent(field: DataField) -> str:
    """300 with the punctuation of ISBD, whether it stands in the record or not."""
    result = ""
    for code, value in field.subfields:
        part = chop(value).removeprefix("+ ") if code in _BEFORE else ""
        if part:
            result += (_BEFORE[code] if result else "") + part
    return result


FUNCTIONS: dict[str, Function] = {
    "address": Function(_address, "record", reads="001"),
    "addresses": Function(_addresses, "field", "u"),
    "article": Function(_article, "field", "a"),
    "codes": Function(_codes, "field", "bdefghjkmn"),
    "date": Function(_date, "record", reads=_IMPRINT_PLACES),
    "divisions": Function(_divisions, "field", "vxyz"),
    "digital_copies": Function(_digital_copies, "record", reads="856qu"),
    "event": Function(_event, "field"),
    "extent": Function(_extent, "field", "abce"),
    "filing": Function(_filing, "field", "adfgklmors"),
    "first_date": Function(_first_date, "record", reads=_IMPRINT_PLACES),
    "group": Function(_group, "both", paired=True),
    "heading": Function(_heading, "field", "abcdfghjklmnopqrst"),
    "label": Function(_label, "field", "y3"),
    "lang": Function(Fields.language_tag, "both", paired=True),
    "language": Function(_language, "both", paired=True),
    "languages": Function(_fields.languages, "record", reads=_LANGUAGE_PLACES),
    "last_date": Function(_last_date, "record", reads=_IMPRINT_PLACES),
    "keeper": Function(_keeper, "record", reads="003:040a"),
    "links": Function(_links, "field", "01"),
    "link": Function(_link, "field", "01"),
    "linked_title": Function(_fields.linked_title, "field", "atgn"),
    "name": Function(_fields.name, "field", "abcdenq"),
    "names": Function(_fields.names, "field", "abcdenq"),
    "number": Function(_number, "field", "a2"),
    "number_type": Function(_number_type, "field", "2"),
    "original_languages": Function(_fields.original_languages, "record", reads="041h"),
    "parts": Function(_parts, "field", "."),
    "people": Function(_fields.people, "field", "."),
    "place": Function(_place, "field", "az"),
    "provider": Function(_provider, "record", reads="003:040a"),
    "record_language": Function(_record_language, "record", reads=_LANGUAGE_PLACES),
    "rights": Function(_rights, "record", reads="506auf:540auf"),
    "roles": Function(_roles, "field", "4ej"),
    "scheme": Function(_scheme, "field", "2"),
    "script": Function(_script, "both", paired=True),
    "series_title": Function(_fields.series_title, "field", "abcdnpqtv"),
    "subject_scheme": Function(_subject_scheme, "both", "2"),
    "subject": Function(_subject, "field", _LETTERS),
    "thesaurus": Function(_thesaurus, "field", "2"),
    "title": Function(_fields.title, "field", "."),
    "work": Function(_work, "field", "abcdqtnp"),
}


# Data fields that functions, predicates and lists look for by themselves, in any record.
READ_TAGS = frozenset("040 041 245 260 264 440 490 506 540 800 810 811 830 856".split())


# --- filters: one text to another; empty when it will not do --------------------------------------

_DEWEY = re.compile(r"[0-9]{3}(?:\.[0-9]+)?")
_SCHEMES = {"doi": "doi:", "hdl": "hdl:", "urn": "", "uri": "", "ark": ""}
# xs:anyURI (XLink 1.0 section 5.4): characters that must be escaped, and a % that escapes nothing.
# Square brackets may stand around an IP address alone (RFC 3986 3.2.2).
_NOT_URI = re.compile(r"[^!#$&'()*+,\-./0-9:;=?@A-Z_a-z~%]|%(?![0-9A-Fa-f]{2})")
# RFC 3986 3.2: user, host and port; a port that is no number makes the whole no address.
_ADDRESS = re.compile(
    r"([A-Za-z][A-Za-z0-9+.-]*://(?:[^/?#@\[\]]*@)?)"
    r"(\[[0-9A-Fa-f:.]+\]|[^/?#@:\[\]]+)(:[0-9]{1,5})?(?=[/?#]|$)",
    re.ASCII,
)


def _dewey(text: str) -> str:
    """A Dewey number. 082 marks where it may be cut; local copies append author marks."""
    match = _DEWEY.match(text.replace("/", "").replace("'", "").strip())
    return match.group() if match else ""


def _uri(text: str) -> str:
    """An absolute address with what a URI may not hold escaped; empty for anything else."""
    address = clean(text)
    found = _ADDRESS.match(address)
    if found is None:
        return ""
    before, host, port = found.groups(default="")
    head, hash_, fragment = address[found.end() :].partition("#")
    rest = head + hash_ + fragment.replace("#", "%23")
    written_host = host if host.startswith("[") else _escaped(host)
    return _escaped(before) + written_host + port + _escaped(rest)


def _escaped(text: str) -> str:
    return _NOT_URI.sub(
        lambda match: "".join(f"%{byte:02X}" for byte in match.group().encode("utf-8", "replace")),
        text,
    )


_PATH = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/]|%[0-9A-Fa-f]{2})*"
_QUERY = r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?]|%[0-9A-Fa-f]{2})*"
_WRITTEN_URI = re.compile(
    rf"(?:https?|ftp)://[A-Za-z0-9.\-]+(?::[0-9]{{1,5}})?(?:/{_PATH})?(?:\?{_QUERY})?(?:#{_QUERY})?"
    rf"|(?:urn|doi|hdl|ark):[A-Za-z0-9]{_PATH}"
)
_WRITTEN_DATE = re.compile("[1-9][0-9]{3}(-[0-9]{2}-[0-9]{2})?")
_MEDIA_TYPE = re.compile(r"[A-Za-z0-9!#$&\-^_.+]+/[A-Za-z0-9!#$&\-^_.+]+")


def _as_uri(text: str) -> str:
    """The name of the encoding scheme (DCMI Metadata Terms, ``dcterms:URI``) of a value that keeps
    to it as it is written; so the following.
    """
    return "URI" if _WRITTEN_URI.fullmatch(text) else ""


def _as_w3cdtf(text: str) -> str:
    match = _WRITTEN_DATE.fullmatch(text)
    if match is None:
        return ""
    try:
        date.fromisoformat(text if match[1] else f"{text}-01-01")
    except ValueError:
        return ""
    return "W3CDTF"


def _as_imt(text: str) -> str:
    return "IMT" if _MEDIA_TYPE.fullmatch(text) else ""


_COUNTRY = re.compile("[a-z]{2,3}")


def _country(text: str) -> str:
    """A MARC country code; ``xx`` says that nothing is known."""
    code = text.strip()
    return code if _COUNTRY.fullmatch(code) and code != "xx" else ""


_DAY = re.compile("[0-9]{6}")


def _entered(text: str) -> str:
    return text if _DAY.fullmatch(text) and text != "000000" else ""


_YEAR = re.compile("(?<![0-9])(?:1[0-9]{3}|20[0-9]{2})(?![0-9])")


def _year(text: str) -> str:
    match = _YEAR.search(text)
    return match.group() if match else ""


_SPAN = re.compile(r"\D*([0-9]{3,4})?\s*[-–]\s*(?:\D*([0-9]{3,4}))?\D*")


def _begin(text: str) -> str:
    """The year of birth or beginning in ``1766-1820``."""
    match = _SPAN.fullmatch(text)
    return (match[1] or "") if match else ""


def _end(text: str) -> str:
    match = _SPAN.fullmatch(text)
    return (match[2] or "") if match else ""


def _lower(text: str) -> str:
    return clean(text).lower()


def _first_word(text: str) -> str:
    words = text.split()
    return words[0] if words else ""


def _pages(text: str) -> str:
    """The number of pages in ``300 tr.``, ``xii, 300 p.``: the largest number there."""
    numbers = re.findall("[0-9]{1,5}", text)
    return max(numbers, key=int) if numbers else ""


def _isbn_as_given(text: str) -> str:
    """A valid ISBN without hyphens, of ten digits where ten are given; empty for a wrong one."""
    number = identifiers.isbn13(text)
    if number is None:
        return ""
    given = "".join([character for character in text.upper() if character.isalnum()])
    place = given.find(number[3:12])
    return number if place < 0 or number in given else given[place : place + 10]


_ISBN_SHAPED = re.compile(r"\s*(?:[0-9]-?){9,12}[0-9Xx](?![0-9])")
_ISBN_ALONE = re.compile("[0-9Xx -]+")


def _isbn_beside(text: str) -> str:
    """020 $a as it stands where more than the number does: binding, price, volume."""
    given = chop(text)
    return "" if _ISBN_ALONE.fullmatch(given) else given


def _isbn_wrong(text: str) -> str:
    """What has the length of an ISBN and is none; running numbers of a library are not meant."""
    match = _ISBN_SHAPED.match(text)
    return chop(text) if match and identifiers.isbn13(text) is None else ""


def _lccn_beside(text: str) -> str:
    """010 $a as it stands where a suffix follows the number (``79012345 //r86``)."""
    given = clean(text)
    return given if "/" in given else ""


def _cuts(text: str) -> str:
    """082 $a as it stands where it is marked for being cut."""
    return clean(text) if "/" in text else ""


def _unbracketed(text: str) -> str:
    return chop(text).strip("[]")


_OCLC = re.compile(r"\(OCoLC\)\s*(\S+)")


def _oclc(text: str) -> str:
    """The number of OCLC in 035, which says whose it is in brackets."""
    match = _OCLC.fullmatch(text.strip())
    return clean(match[1]) if match else ""


def _system_number(text: str) -> str:
    """A control number of another system than OCLC, with that system in brackets (MARC 21 035)."""
    number = clean(text)
    return "" if _OCLC.fullmatch(number) else number


def _relator(text: str) -> str:
    """A relator code, also one that is written as its address at id.loc.gov."""
    return clean(text).rstrip("/").rsplit("/", 1)[-1].lower()


def _dewey_as_written(text: str) -> str:
    return clean(text.replace("/", ""))


FILTERS: dict[str, Callable[[str], str]] = {
    "as_imt": _as_imt,
    "as_uri": _as_uri,
    "as_w3cdtf": _as_w3cdtf,
    "bcp47": lambda text: bcp47(text) if text else "",
    "chop": chop,
    "clean": clean,
    "country": _country,
    "cuts": _cuts,
    "dewey": _dewey,
    "entered": _entered,
    "system_number": _system_number,
    "uncut": _dewey_as_written,
    "relator": _relator,
    "start": lambda text: "start" if text else "",
    "begin": _begin,
    "end": _end,
    "first_word": _first_word,
    "isbn_as_given": _isbn_as_given,
    "isbn_beside": _isbn_beside,
    "isbn_wrong": _isbn_wrong,
    "isbn": lambda text: identifiers.isbn13(text) or "",
    "issn": lambda text: identifiers.issn(text) or "",
    "lccn_beside": _lccn_beside,
    "lccn": lambda text: identifiers.lccn(text) or "",
    "lower": _lower,
    "oclc": _oclc,
    "pages": _pages,
    "raw": lambda text: text,
    "unbracketed": _unbracketed,
    "uri": _uri,
    "year": _year,
}


# --- predicates of a field, and lists of fields ---------------------------------------------------

PREDICATES: dict[str, Callable[[DataField], bool]] = {
    "contributor": lambda field: not _fields.is_creator(field),
    "creator": _fields.is_creator,
    "divided": lambda field: any([code in "vxyz" for code, _ in field[3]]),
    "linked": lambda field: bool(_link(field)),
    "work": _fields.has_title,
}


RECORD_PREDICATES: dict[str, Callable[[Fields], bool]] = {
    "digital": lambda fields: bool(_digital_copies(fields)),
    "imprint": lambda fields: bool(fields.get("264", "260")),
    "in_a_language": lambda fields: bool(_fields.languages(fields)),
    "titled": lambda fields: any([_fields.title(field) for field in fields.get("245")]),
}


def _best_imprints(fields: Fields) -> list[DataField]:
    """The best kind of statement that names a publisher, and what stands in another script."""
    best = [field for field in _fields.imprints(fields) if field.first("b")]
    if len(best) > 1:
        kind = (best[0].tag, best[0].ind2)
        best = [field for field in best if (field.tag, field.ind2) == kind]
    if fields.links:
        best += [field for field in fields.get("260", "264") if field.tag == "880"]
    return best


def _best_place(fields: Fields) -> list[DataField]:
    return [field for field in _best_imprints(fields) if field.tag != "880"][:1]


LISTS: dict[str, Callable[[Fields], Iterable[DataField]]] = {
    "best_imprint": _best_place,
    "best_imprints": _best_imprints,
    "first_imprint": lambda fields: fields.get("264", "260")[:1],
    "further_imprints": lambda fields: fields.get("264", "260")[1:],
    "series": _fields.series,
}
