"""From a stored record to what an engine indexes of it, by the table of access points alone.

Every value goes through ``interop.query.normalise``, as queries do. A field 880 counts as the
field that it is linked to (``interop.marc.spec``), so Hán-Nôm forms are found under title,
author and subject too.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache, partial

from interop.index.base import Document
from interop.index.tokens import MAX_TOKEN, clean
from interop.marc import iso2709, material, spec
from interop.marc.record import DataField, MarcRecord
from interop.model.record import Stored
from interop.query import normalise
from interop.query.access_points import ACCESS_POINTS, AccessPoint
from interop.text.collation import sort_key
from interop.text.normal import normalise as normal_text

# What to do with an access point whose values cannot be analysed: its name and the error.
OnError = Callable[[str, Exception], None]

_LIBRARY_SET = "library:"  # setSpec of the records that a library holds
_LANGUAGE = re.compile(r"[a-z]{3}")
_TITLE_SORT = spec.compile_spec("245abnp")

_Tokens = tuple[str, ...]


def build(stored: Stored, on_error: OnError | None = None) -> Document:
    """The document of a live record.

    Without ``on_error`` anything that goes wrong is raised (``ValueError`` for bytes that are not
    MARC). With it, the access point at fault is left out and the rest is indexed; a record that
    is not MARC at all is still there for its database and its library.
    """
    document = Document(stored.rid, stored.id.database, {}, {}, {}, {}, {})
    try:
        record = _decode(stored)
    except ValueError as error:
        if on_error is None:
            raise
        on_error("record", error)
        record = _UNREADABLE
    for name, fill in _FILL.items():
        try:
            fill(document, record, stored)
        except Exception as error:  # whatever a strange record does, the others must go on
            if on_error is None:
                raise
            on_error(name, error)
    return document


_UNREADABLE = MarcRecord(" " * 24, ())


def _decode(stored: Stored) -> MarcRecord:
    if stored.marc is None:
        raise ValueError("record without MARC")
    return iso2709.decode(stored.marc)


def _add(point: AccessPoint, document: Document, record: MarcRecord, stored: Stored) -> None:
    """Put everything about one access point into ``document``."""
    values = _READERS[point.name](record, stored)
    if point.kind == "text":
        both = [pair for pair in map(_tokens, values) if pair[0]]
        if both:
            document.texts[point.name] = tuple(folded for folded, _ in both)
            document.exact[point.name] = tuple(marked for _, marked in both)
    elif point.kind == "year":
        if years := _years(values):
            document.years[point.name] = years
    elif keys := _keys(point.kind, values):
        document.keys[point.name] = keys
    if point.sort and (label := _SORTS[point.name](record)):
        document.sort[point.name] = label


def _add_numbers(document: Document, _record: MarcRecord, _stored: Stored) -> None:
    """Standard numbers in ``any``, each a repetition of one word in its normalised form."""
    numbers = tuple((n,) for ap in ("isbn", "issn") for n in document.keys.get(ap, ()))
    if numbers:
        document.texts["any"] = document.texts.get("any", ()) + numbers
        document.exact["any"] = document.exact.get("any", ()) + numbers


# -- values to tokens, keys and years


@lru_cache(maxsize=1 << 13)
def _tokens(value: str) -> tuple[_Tokens, _Tokens]:
    """Folded and exact tokens. A field is in several access points, a heading in many records."""
    folded = _cut(normalise.text_tokens(value))
    return folded, folded if value.isascii() else _cut(normalise.exact_tokens(value))


def _cut(tokens: list[str]) -> _Tokens:
    """Tokens hold neither reserved code points nor surrogates, so only the length is left."""
    if max(map(len, tokens), default=0) > MAX_TOKEN:
        return tuple(map(clean, tokens))
    return tuple(tokens)


def _keys(kind: str, values: Iterable[str]) -> tuple[str, ...]:
    found = (normalise.key(kind, value) for value in values)
    return tuple(dict.fromkeys(clean(key) for key in found if key and clean(key)))


def _years(values: Iterable[str]) -> tuple[int, ...]:
    found = (normalise.year(value) for value in values)
    return tuple(dict.fromkeys(year for year in found if year is not None))


# -- the values of each access point


def _any(record: MarcRecord, _stored: Stored) -> list[str]:
    """Every variable field of text: one repetition a field. Numbers and codes (0XX) are found in
    access points of their own, 9XX is each system's own; $0-$9 and $w are control subfields
    (MARC 21, Appendix A), $u is an address.
    """
    return [
        " ".join(value for code, value in field.subfields if code not in "0123456789uw")
        for field in record.fields
        if isinstance(field, DataField) and "1" <= field.tag[:1] <= "8"
    ]


def _date(record: MarcRecord, _stored: Stored) -> list[str]:
    year = material.publication_year(record)
    return [] if year is None else [str(year)]


def _format(record: MarcRecord, _stored: Stored) -> list[str]:
    return [material.format_code(record)]


def _library(_record: MarcRecord, stored: Stored) -> list[str]:
    return [s.removeprefix(_LIBRARY_SET) for s in stored.sets if s.startswith(_LIBRARY_SET)]


def _language(source: Callable[[MarcRecord], list[str]]) -> Callable[..., list[str]]:
    """041 of old records joins several codes in one subfield (MARC 21 041, before 2001)."""

    def read(record: MarcRecord, _stored: Stored) -> list[str]:
        values = (value.strip().lower() for value in source(record))
        codes = (value[i : i + 3] for value in values for i in range(0, len(value), 3))
        return [code for code in codes if _LANGUAGE.fullmatch(code)]

    return read


def _reader(point: AccessPoint) -> Callable[[MarcRecord, Stored], list[str]]:
    if point.source is None:
        return {"any": _any, "date": _date, "format": _format, "library": _library}[point.name]
    compiled = spec.compile_spec if point.kind == "text" else spec.compile_values
    if point.name == "classification":
        compiled = spec.compile_spec  # number and item part make one call number
    source = compiled(point.source)
    return _language(source) if point.name == "language" else lambda record, _: source(record)


_READERS = {point.name: _reader(point) for point in ACCESS_POINTS}


# -- sort keys


_NO_LABEL = sort_key("")


def _label(text: str) -> bytes:
    """The sort key of ``text``; empty when nothing in it has an order."""
    label = sort_key(text)
    return b"" if label == _NO_LABEL else label


def _title_sort(record: MarcRecord) -> bytes:
    """245 without its article: second indicator, number of nonfiling characters (MARC 21 245)."""
    title = next(iter(_TITLE_SORT(record)), "")
    field = next(record.data("245"), None)
    if field is not None and field.ind2 in tuple("123456789"):
        title = normal_text(title)
        title = title[int(field.ind2) :] or title
    return _label(title)


def _author_sort(record: MarcRecord) -> bytes:
    """The main entry, else the first added entry of a person or body."""
    for tags in (("100", "110", "111"), ("700", "710", "711")):
        for field in record.data(*tags):
            return _label(" ".join(field.values("abcdnq")))
    return b""


def _date_sort(record: MarcRecord) -> bytes:
    year = material.publication_year(record)
    return b"" if year is None else b"%04d" % year


def _first_sort(point: AccessPoint) -> Callable[[MarcRecord], bytes]:
    source = spec.compile_spec(point.source or "")
    return lambda record: _label(next(iter(source(record)), ""))


_OWN_SORTS = {"title": _title_sort, "author": _author_sort, "date": _date_sort}
_SORTS = {
    point.name: _OWN_SORTS.get(point.name) or _first_sort(point)
    for point in ACCESS_POINTS
    if point.sort
}

_FILL: dict[str, Callable[[Document, MarcRecord, Stored], None]] = {
    **{point.name: partial(_add, point) for point in ACCESS_POINTS},
    "standard numbers": _add_numbers,
}
