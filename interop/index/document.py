"""From a stored record to what an engine indexes of it, by the table of access points alone.

Every value goes through ``interop.query.normalise``, as queries do. A field 880 counts as the
field that it is linked to (``interop.marc.spec``), so Hán-Nôm forms are found under title,
author and subject too.

Fields are analysed one by one, and what came of them is remembered for a while: the union's
record of a publication repeats the fields of a library's, and headings come again and again.
"""

import re
from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from interop.index import spans
from interop.index.base import Document
from interop.index.tokens import MAX_TOKEN, clean
from interop.marc import iso2709, material, private, spec
from interop.marc import spans as marc_spans
from interop.marc.record import DataField, Field, MarcRecord
from interop.model.record import Stored
from interop.query import normalise
from interop.query.access_points import ACCESS_POINTS, BY_NAME, AccessPoint
from interop.text import identifiers
from interop.text.collation import sort_key
from interop.text.normal import normalise as normal_text

# What to do with an access point whose values cannot be analysed: its name and the error.
OnError = Callable[[str, Exception], None]

# Fields remembered: a page of ingest stands in the feed as its 500 library records and then their
# union records, 10,000 fields on. At about 1.5 kB each, 25 MB.
_FIELDS = 1 << 14

MAX_DISPLAY = 400  # characters of a heading that are shown

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
    try:
        record = _decode(stored)
    except ValueError as error:
        if on_error is None:
            raise
        on_error("record", error)
        record = _UNREADABLE
    draft = _Draft(record, stored)
    for name, add in _PARTS:
        try:
            add(draft)
        except Exception as error:  # whatever a strange record does, the others must go on
            draft.faults.setdefault(name, error)
    for name, fault in draft.faults.items():
        if on_error is None:
            raise fault
        on_error(name, fault)
    return draft.document()


_UNREADABLE = MarcRecord(" " * 24, ())


def _decode(stored: Stored) -> MarcRecord:
    if stored.marc is None:
        raise ValueError("record without MARC")
    return iso2709.decode(stored.marc)


class _Draft:
    """A document while it is put together. ``first``: the first field of each tag; ``faults``:
    access points to be left out, and why.
    """

    def __init__(self, record: MarcRecord, stored: Stored) -> None:
        self.record = record
        self.stored = stored
        self.first: dict[str, Field] = {}
        self.folded: dict[str, list[_Tokens]] = {}
        self.marked: dict[str, list[_Tokens]] = {}
        self.displays: dict[str, list[str]] = {}
        self.keys: dict[str, list[str]] = {}
        self.years: dict[str, tuple[int, ...]] = {}
        self.sort: dict[str, bytes] = {}
        self.faults: dict[str, Exception] = {}

    def add_text(self, name: str, folded: _Tokens, marked: _Tokens, display: str = "") -> None:
        """One repetition of a text access point; ``display``: where it has headings."""
        if display:
            self.displays.setdefault(name, []).append(display)
        if name in self.folded:
            self.folded[name].append(folded)
            self.marked[name].append(marked)
        else:
            self.folded[name], self.marked[name] = [folded], [marked]

    def document(self) -> Document:
        """All of it, but for the access points at fault."""
        parts: tuple[dict[str, Any], ...]
        parts = (self.folded, self.marked, self.displays, self.keys, self.years, self.sort)
        for part in parts:
            for name in self.faults.keys() & part.keys():
                del part[name]
        return Document(
            self.stored.rid,
            self.stored.id.database,
            {name: tuple(repetitions) for name, repetitions in self.folded.items()},
            {name: tuple(repetitions) for name, repetitions in self.marked.items()},
            {name: tuple(dict.fromkeys(keys)) for name, keys in self.keys.items()},
            self.years,
            self.sort,
            {name: tuple(displays) for name, displays in self.displays.items()},
        )


def _add_fields(draft: _Draft) -> None:
    for field in draft.record.fields:
        draft.first.setdefault(field.tag, field)
        share = _share(field)
        for name, folded, marked, display in share.texts:
            draft.add_text(name, folded, marked, display)
        for name, keys in share.keys:
            draft.keys.setdefault(name, []).extend(keys)
        if share.faults:
            draft.faults.update(share.faults)


def _add_numbers(draft: _Draft) -> None:
    """Standard numbers in ``any``, each a repetition of one word in its normalised form."""
    for name in ("isbn", "issn"):
        for number in dict.fromkeys(draft.keys.get(name, ())):
            draft.add_text("any", (number,), (number,))


def _add_date(draft: _Draft) -> None:
    year = material.publication_year(draft.record)
    if year is not None:
        draft.years["date"] = (year,)
        draft.sort["date"] = b"%04d" % year


def _add_spans(draft: _Draft) -> None:
    if years := marc_spans.publication(draft.record):
        draft.keys["date-span"] = [spans.key(years)]
    if covered := marc_spans.coverage(draft.record):
        draft.keys["coverage-span"] = list(map(spans.key, covered))


def _add_format(draft: _Draft) -> None:
    if keys := _keys(BY_NAME["format"], [material.format_code(draft.record)]):
        draft.keys["format"] = list(keys)


def _add_leader(draft: _Draft) -> None:
    for name, keys in _of_leader(draft.record.leader[5:10]):  # without its lengths: few there are
        draft.keys[name] = list(keys)


@lru_cache(maxsize=1 << 10)
def _of_leader(codes: str) -> list[tuple[str, tuple[str, ...]]]:
    record = MarcRecord(f"{'':5}{codes}".ljust(24), ())
    found = ((point.name, _keys(point, read(record))) for point, read in _OF_LEADER)
    return [(name, keys) for name, keys in found if keys]


def _add_author_title(draft: _Draft) -> None:
    """Who made which work: the main entry with its title, and added entries that name a title
    (Bib-1 1000: MARC 21 1XX with 240 or 245, 7XX and 8XX with $t).
    """
    for tag in ("100", "110", "111"):
        author = draft.first.get(tag)
        title = draft.first.get("240") or draft.first.get("245")
        if isinstance(author, DataField) and isinstance(title, DataField):
            _add_work(draft, [*author.values(_AUTHOR), *title.values(_TITLE)])
    for field in draft.record.data("700", "710", "711", "800", "810", "811"):
        if field.first("t"):
            _add_work(draft, field.values(_WORK))


def _add_work(draft: _Draft, values: list[str]) -> None:
    folded, marked = _repetition(values)
    if folded:
        draft.add_text("author-title", folded, marked)


# MARC 21: codes of a name, of a title, and of a name with a title; no dates of lives.
_AUTHOR, _TITLE, _WORK = "abcnq", "abfgklmnoprs", "abcfgklmnopqrst"


def _add_library(draft: _Draft) -> None:
    sets = draft.stored.sets
    codes = [s.removeprefix(_LIBRARY_SET) for s in sets if s.startswith(_LIBRARY_SET)]
    if keys := _keys(BY_NAME["library"], codes):
        draft.keys["library"] = list(keys)


# -- what one field gives


class _Share(NamedTuple):
    """``texts``: access point, folded and exact tokens, the heading for people; ``keys``:
    access point, its keys; ``faults``: access points that the field cannot be analysed for.
    """

    texts: tuple[tuple[str, _Tokens, _Tokens, str], ...]
    keys: tuple[tuple[str, tuple[str, ...]], ...]
    faults: tuple[tuple[str, Exception], ...]


_FROM = {point.name: point.source for point in ACCESS_POINTS if point.source is not None}
_OF_LEADER = tuple(
    (BY_NAME[name], spec.compile_spec(source))
    for name, source in _FROM.items()
    if source.startswith("leader")
)
_points_of = spec.compile_many(
    {name: source for name, source in _FROM.items() if not source.startswith("leader")}
)


@lru_cache(maxsize=_FIELDS)
def _share(field: Field) -> _Share:
    texts: list[tuple[str, _Tokens, _Tokens, str]] = []
    keys: list[tuple[str, tuple[str, ...]]] = []
    faults: list[tuple[str, Exception]] = []
    for name, values in _values(field):
        point = BY_NAME[name]
        try:
            if point.kind == "text":
                for one in [[value] for value in values] if point.apart else [values]:
                    folded, marked = _repetition(one)
                    if folded:
                        texts.append((name, folded, marked, _display(point, one)))
            elif found := _keys(point, values):
                keys.append((name, found))
        except Exception as error:  # one access point; the field's others are as they should be
            faults.append((name, error))
    return _Share(tuple(texts), tuple(keys), tuple(faults))


def _values(field: Field) -> list[tuple[str, list[str]]]:
    """Access points that ``field`` is in, with its values for each. What nobody is shown, nobody
    finds out by searching: private fields (5XX and 9XX) and $x of holdings (8XX) give none.
    """
    if field[0][:1] not in ("5", "8", "9"):
        return [*_any(field), *_points_of(field)]
    shown = private.public(MarcRecord("", (field,))).fields
    return [each for one in shown for each in (*_any(one), *_points_of(one))]


def _any(field: Field) -> list[tuple[str, list[str]]]:
    """Every variable field of text: one repetition a field. Numbers and codes (0XX) are found in
    access points of their own, 9XX is each system's own; $0-$9 and $w are control subfields
    (MARC 21, Appendix A), $u is an address.
    """
    if not isinstance(field, DataField) or not "1" <= field.tag[:1] <= "8":
        return []
    return [("any", [value for code, value in field.subfields if code not in "0123456789uw"])]


# -- values to tokens, keys and years


def _repetition(values: list[str]) -> tuple[_Tokens, _Tokens]:
    """Folded and exact tokens of the values of one field, one behind the other."""
    parts = [_tokens(value) for value in values]
    if len(parts) == 1:
        return parts[0]
    folded = tuple(chain.from_iterable([part for part, _ in parts]))
    if all(part is marked for part, marked in parts):
        return folded, folded
    return folded, tuple(chain.from_iterable([marked for _, marked in parts]))


_PUNCTUATION = " \t\n/:;,=+"  # of ISBD between the parts of a description, left at the end


def _display(point: AccessPoint, values: list[str]) -> str:
    """The heading for people; never empty, so that headings and repetitions go together."""
    if not point.headings:
        return ""
    text = normal_text(" ".join(values)).rstrip(_PUNCTUATION)
    return text[:MAX_DISPLAY] or " ".join(values)


@lru_cache(maxsize=1 << 13)
def _tokens(value: str) -> tuple[_Tokens, _Tokens]:
    """Folded and exact tokens, the same tuple where they agree. A subfield is in several access
    points, a heading in many records.
    """
    folded, marked = normalise.both_tokens(value)
    plain = _cut(folded)
    return plain, plain if marked is folded else _cut(marked)


def _cut(tokens: list[str]) -> _Tokens:
    """Tokens hold neither reserved code points nor surrogates, so only the length is left."""
    if max(map(len, tokens), default=0) > MAX_TOKEN:
        return tuple(map(clean, tokens))
    return tuple(tokens)


def _keys(point: AccessPoint, values: Iterable[str]) -> tuple[str, ...]:
    """The keys of the values of one field, none of them empty."""
    if point.name == "language":
        values = _language_codes(values)
    elif point.name == "classification":
        values = [" ".join(values)]  # number and item part make one call number
    elif point.name == "record-link":
        values = [form for value in values for form in _control_numbers(value)]
    elif point.kind == "oclc":
        values = filter(identifiers.oclc_number, values)  # other systems have numbers there too
    found = (normalise.key(point.kind, value) for value in values)
    return tuple(cleaned for key in found if key and (cleaned := clean(key)))


def _control_numbers(value: str) -> list[str]:
    """$w with the code of its agency in parentheses, and without (MARC 21 appendix A, $w)."""
    agency, closed, number = value.partition(")")
    return [value, number] if closed and agency.lstrip().startswith("(") else [value]


def _language_codes(values: Iterable[str]) -> list[str]:
    """041 of old records joins several codes in one subfield (MARC 21 041, before 2001)."""
    joined = (value.strip().lower() for value in values)
    codes = (value[i : i + 3] for value in joined for i in range(0, len(value), 3))
    return [code for code in codes if _LANGUAGE.fullmatch(code)]


# -- sort keys


_NO_LABEL = sort_key("")


@lru_cache(maxsize=1 << 12)
def _label(text: str) -> bytes:
    """The sort key of ``text``; empty when nothing in it has an order."""
    label = sort_key(text)
    return b"" if label == _NO_LABEL else label


def _title_sort(draft: _Draft) -> bytes:
    """245 without its article: second indicator, number of nonfiling characters (MARC 21 245)."""
    title = next(iter(_TITLE_SORT(draft.record)), "")
    field = draft.first.get("245")
    if isinstance(field, DataField) and field.ind2 in tuple("123456789"):
        title = normal_text(title)
        title = title[int(field.ind2) :] or title
    return _label(title)


def _author_sort(draft: _Draft) -> bytes:
    """The main entry, else the first added entry of a person or body."""
    for tags in (("100", "110", "111"), ("700", "710", "711")):
        if not draft.first.keys().isdisjoint(tags):
            field = next(draft.record.data(*tags))
            return _label(" ".join(field.values("abcdnq")))
    return b""


def _first_sort(point: AccessPoint) -> Callable[[_Draft], bytes]:
    source = spec.compile_spec(point.source or "")
    return lambda draft: _label(next(iter(source(draft.record)), ""))


_OWN_SORTS = {"title": _title_sort, "author": _author_sort}


def _add_sort(point: AccessPoint) -> Callable[[_Draft], None]:
    read = _OWN_SORTS.get(point.name) or _first_sort(point)

    def add(draft: _Draft) -> None:
        if label := read(draft):
            draft.sort[point.name] = label

    return add


# (access point to blame, what adds its part to a draft)
_PARTS: tuple[tuple[str, Callable[[_Draft], None]], ...] = (
    ("fields", _add_fields),
    ("standard numbers", _add_numbers),
    ("date", _add_date),
    ("spans of years", _add_spans),
    ("format", _add_format),
    ("library", _add_library),
    ("leader", _add_leader),
    ("author-title", _add_author_title),
    *((p.name, _add_sort(p)) for p in ACCESS_POINTS if p.sort and p.kind != "year"),
)
