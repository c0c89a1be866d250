"""From a stored record to what an engine indexes of it, by the table of access points alone.

Every value goes through ``interop.query.normalise``, as queries do. A field 880 counts as the
field that it is linked to (``interop.marc.spec``), so Hán-Nôm forms are found under title,
author and subject too.

What a field gives is found in ``fields``; here it is put together, with what the whole
record tells: date, kind of material, libraries, works, sort keys.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from itertools import chain, starmap

from interop.index import spans
from interop.index.base import Document
from interop.index.fields import Repetition, Share, Tokens, keys_of, of_field, of_text, tokens_of
from interop.marc import iso2709, material, spec
from interop.marc import spans as marc_spans
from interop.marc.record import DataField, MarcRecord
from interop.model.record import Stored
from interop.query.access_points import ACCESS_POINTS, AccessPoint
from interop.text.collation import sort_key
from interop.text.normal import normalise as normal_text

# What to do with an access point whose values cannot be analysed: its name and the error.
OnError = Callable[[str, Exception], None]

_LIBRARY_SET = "library:"  # setSpec of the records that a library holds
_TITLE_SORT = spec.compile_spec("245abnp")
_AUTHORS = (("100", "110", "111"), ("700", "710", "711"))
_SERIES = ("800", "810", "811")
_DATES = ("008", "045", "260", "264", "362", "648")
_OWN_TAGS = frozenset(chain(_DATES, ("240", "245", "880"), *_AUTHORS, _SERIES))


def build(stored: Stored, on_error: OnError | None = None) -> Document:
    """The document of a live record.

    Without ``on_error`` anything that goes wrong is raised (``ValueError`` for bytes that are not
    MARC). With it, the access point at fault is left out and the rest is indexed; a record that
    is not MARC at all is still there for its database and its library.
    """
    try:
        record, shares = _read(stored)
    except ValueError as error:
        if on_error is None:
            raise
        on_error("record", error)
        record, shares = _UNREADABLE, ()
    return _made(_Draft(stored, record, shares), on_error)


def of_parts(leader: str, parts: Sequence[tuple[str, str]], stored: Stored) -> Document:
    """The document of ``stored``, of no more fields than ``parts``: tag and canonical text of each.
    Raises what goes wrong.
    """
    return _made(_Draft(stored, *_of_parts(leader, parts)), None)


def of_fields(parts: Iterable[tuple[str, str]], stored: Stored) -> Document:
    """What fields give by themselves. Raises what goes wrong."""
    draft = _Draft(stored, _UNREADABLE, starmap(of_text, parts))
    _add_fields(draft)
    for fault in draft.faults.values():
        raise fault
    return draft.document()


def _made(draft: "_Draft", on_error: OnError | None) -> Document:
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


def _read(stored: Stored) -> tuple[MarcRecord, Iterable[Share]]:
    """A record of no more than the fields that are looked at as fields, and what each field gives.
    Raises ``ValueError`` for bytes that are not MARC.
    """
    if stored.marc is None:
        raise ValueError("record without MARC")
    parts = iso2709.split_canonical(stored.marc)
    if parts is None:
        record = iso2709.decode(stored.marc)
        return record, map(of_field, record.fields)
    return _of_parts(parts.leader, list(zip(parts.tags, parts.bodies, strict=True)))


def _of_parts(leader: str, parts: Sequence[tuple[str, str]]) -> tuple[MarcRecord, Iterable[Share]]:
    read = iso2709.fields_of([part for part in parts if part[0] in _LOOKED_AT])
    return MarcRecord(leader, tuple(read)), starmap(of_text, parts)


class _Draft:
    """A document while it is put together. ``faults``: access points to be left out, and why."""

    def __init__(self, stored: Stored, record: MarcRecord, shares: Iterable[Share]) -> None:
        self.stored = stored
        self.record = record
        self.shares = shares
        self.first = {field.tag: field for field in reversed(record.fields)}
        self.texts: defaultdict[str, list[Repetition]] = defaultdict(list)
        self.keys: defaultdict[str, list[str]] = defaultdict(list)
        self.years: dict[str, tuple[int, ...]] = {}
        self.sort: dict[str, bytes] = {}
        self.faults: dict[str, Exception] = {}

    def document(self) -> Document:
        """All of it, but for the access points at fault."""
        if self.faults:
            for part in (self.texts, self.keys, self.years, self.sort):
                for name in self.faults.keys() & part.keys():
                    del part[name]
        texts: dict[str, tuple[Tokens, ...]] = {}
        exact: dict[str, tuple[Tokens, ...]] = {}
        displays: dict[str, tuple[str, ...]] = {}
        for name, repetitions in self.texts.items():
            if len(repetitions) == 1:
                one, other, display = repetitions[0]
                folded: tuple[Tokens, ...] = (one,)
                marked, shown = (other,), (display,)
            else:
                folded, marked, shown = zip(*repetitions, strict=True)
            texts[name] = folded
            exact[name] = folded if folded == marked else marked
            if name in _HEADINGS:
                displays[name] = shown
        return Document(
            self.stored.rid,
            self.stored.id.database,
            texts,
            exact,
            {
                name: tuple(keys) if len(keys) == 1 else tuple(dict.fromkeys(keys))
                for name, keys in self.keys.items()
            },
            self.years,
            self.sort,
            displays,
        )


_HEADINGS = frozenset(point.name for point in ACCESS_POINTS if point.headings)


def _add_fields(draft: _Draft) -> None:
    texts, keys = draft.texts, draft.keys
    for share in draft.shares:
        for name, repetition in share.texts:
            texts[name].append(repetition)
        for name, found in share.keys:
            keys[name] += found
        if share.faults:
            draft.faults.update(share.faults)


def _add_numbers(draft: _Draft) -> None:
    """Standard numbers in ``any``, each a repetition of one word in its normalised form."""
    for name in ("isbn", "issn"):
        for number in dict.fromkeys(draft.keys.get(name, ())):
            draft.texts["any"].append(((number,), (number,), ""))


def _add_date(draft: _Draft) -> None:
    year = material.publication_year(draft.record)
    if year is not None:
        draft.years["date"] = (year,)
        draft.sort["date"] = b"%04d" % year


def _add_spans(draft: _Draft) -> None:
    if years := marc_spans.publication(draft.record):
        draft.keys["date-span"].append(spans.key(years))
    if covered := marc_spans.coverage(draft.record):
        draft.keys["coverage-span"] += map(spans.key, covered)


def _add_format(draft: _Draft) -> None:
    if keys := keys_of("format", (material.format_code(draft.record),)):
        draft.keys["format"] += keys


def _add_leader(draft: _Draft) -> None:
    for name, keys in _of_leader(draft.record.leader[5:10]):  # without its lengths: few there are
        draft.keys[name] += keys


@lru_cache(maxsize=1 << 10)
def _of_leader(codes: str) -> list[tuple[str, Tokens]]:
    record = MarcRecord(f"{'':5}{codes}".ljust(24), ())
    found = ((point.name, keys_of(point.name, (*read(record),))) for point, read in _OF_LEADER)
    return [(name, keys) for name, keys in found if keys]


_OF_LEADER = tuple(
    (point, spec.compile_spec(point.source))
    for point in ACCESS_POINTS
    if point.source is not None and point.source.startswith("leader")
)


def _add_author_title(draft: _Draft) -> None:
    """Who made which work: the main entry with its title, and added entries that name a title
    (Bib-1 1000: MARC 21 1XX with 240 or 245, 7XX and 8XX with $t).
    """
    main, added = _AUTHORS
    for tag in main:
        author = draft.first.get(tag)
        title = draft.first.get("240") or draft.first.get("245")
        if isinstance(author, DataField) and isinstance(title, DataField):
            _add_work(draft, [*author.values(_AUTHOR), *title.values(_TITLE)])
    for field in draft.record.data(*added, *_SERIES):
        if field.first("t"):
            _add_work(draft, field.values(_WORK))


def _add_work(draft: _Draft, values: list[str]) -> None:
    folded, marked = tokens_of(values)
    if folded:
        draft.texts["author-title"].append((folded, marked, ""))


# MARC 21: codes of a name, of a title, and of a name with a title; no dates of lives.
_AUTHOR, _TITLE, _WORK = "abcnq", "abfgklmnoprs", "abcfgklmnopqrst"


def _add_library(draft: _Draft) -> None:
    sets = draft.stored.sets
    codes = [s.removeprefix(_LIBRARY_SET) for s in sets if s.startswith(_LIBRARY_SET)]
    if keys := keys_of("library", tuple(codes)):
        draft.keys["library"] += keys


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
    for tags in _AUTHORS:
        if field := next(draft.record.data(*tags), None):
            return _label(" ".join(field.values("abcdnq")))
    return b""


def _first_sort(point: AccessPoint) -> Callable[[_Draft], bytes]:
    source = spec.compile_spec(point.source or "")
    return lambda draft: _label(next(iter(source(draft.record)), ""))


_OWN_SORTS = {"title": _title_sort, "author": _author_sort}
_LOOKED_AT = _OWN_TAGS.union(
    *spec.by_tag(
        {
            p.name: p.source
            for p in ACCESS_POINTS
            if p.sort and p.source and p.name not in _OWN_SORTS
        }
    )
)


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
