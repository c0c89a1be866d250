"""What one field gives to what is indexed: tokens, headings and keys, by access point.

``of_field`` says what that is, access point by access point. ``of_text`` gives the same for a
field as it stands in canonical bytes, several times faster: which subfields go into which access
points is looked up by tag and codes, a field in ASCII is cut into words at once, and what came of
a field is remembered for a while, because headings come again and again and a union record repeats
the fields of a library's.
"""

import re
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from typing import NamedTuple

from interop.index.tokens import MAX_TOKEN, clean
from interop.marc import private, spec
from interop.marc.record import ControlField, DataField, Field, MarcRecord
from interop.query import normalise
from interop.query.access_points import ACCESS_POINTS, BY_NAME
from interop.text import identifiers
from interop.text.normal import normalise as normal_text

# Fields remembered: a page of ingest stands in the feed as its 500 library records and then their
# union records, 10,000 fields on. At about 1.5 kB each, 25 MB.
_FIELDS = 1 << 14

MAX_DISPLAY = 400  # characters of a heading that are shown

_LANGUAGE = re.compile(r"[a-z]{3}")

Tokens = tuple[str, ...]
# Folded and exact tokens of one repetition, the same tuple where they agree; and the heading for
# people, which counts where the access point has any.
Repetition = tuple[Tokens, Tokens, str]


class Share(NamedTuple):
    """``texts``: access points and a repetition of each; ``keys``: access points and their keys;
    ``faults``: access points that the field cannot be analysed for.
    """

    texts: tuple[tuple[str, Repetition], ...]
    keys: tuple[tuple[str, Tokens], ...]
    faults: tuple[tuple[str, Exception], ...]


NOTHING = Share((), (), ())

_SOURCES = {
    point.name: point.source
    for point in ACCESS_POINTS
    if point.source is not None and not point.source.startswith("leader")
}
_points_of = spec.compile_many(_SOURCES)
_CUTS, _CODES = spec.by_tag(_SOURCES)


def of_field(field: Field) -> Share:
    """The share of ``field``, each access point by itself: a fault in one leaves the others."""
    texts: list[tuple[str, Repetition]] = []
    keys: list[tuple[str, Tokens]] = []
    faults: list[tuple[str, Exception]] = []
    for name, values in _values(field):
        point = BY_NAME[name]
        try:
            if point.kind == "text":
                for one in [[value] for value in values] if point.apart else [values]:
                    folded, marked = tokens_of(one)
                    if folded:
                        display = _display(" ".join(one)) if point.headings else ""
                        texts.append((name, (folded, marked, display)))
            elif found := keys_of(name, values):
                keys.append((name, found))
        except Exception as error:  # one access point; the field's others are as they should be
            faults.append((name, error))
    return Share(tuple(texts), tuple(keys), tuple(faults))


def _values(field: Field) -> list[tuple[str, list[str]]]:
    """Access points that ``field`` is in, with its values for each. What nobody is shown, nobody
    finds out by searching: private fields (5XX and 9XX) and $x of holdings (8XX) give none.
    """
    if field[0][:1] not in _MAY_BE_PRIVATE:
        return [*_any(field), *_points_of(field)]
    shown = private.public(MarcRecord("", (field,))).fields
    return [each for one in shown for each in (*_any(one), *_points_of(one))]


_MAY_BE_PRIVATE = frozenset("589")


def _any(field: Field) -> list[tuple[str, list[str]]]:
    if not isinstance(field, DataField) or not _is_text(field.tag):
        return []
    return [("any", [value for code, value in field.subfields if code not in _NOT_ANY])]


# ``any`` is every variable field of text: one repetition a field. Numbers and codes (0XX) are found
# in access points of their own, 9XX is each system's own; $0-$9 and $w are control subfields
# (MARC 21, Appendix A), $u is an address.
_NOT_ANY = "0123456789uw"


def _is_text(tag: str) -> bool:
    return "1" <= tag[:1] <= "8"


# -- the fast way


class _Plan(NamedTuple):
    """What is made of the subfields of a field, which are named by their places. ``texts``: the
    places, the access points, whether one of them has headings; ``keys``: access point and places.
    """

    texts: tuple[tuple[tuple[int, ...], tuple[str, ...], bool], ...]
    keys: tuple[tuple[str, tuple[int, ...]], ...]


def of_text(tag: str, body: str) -> Share:
    """The share of a field of ``iso2709.split_canonical``."""
    if tag in _CUTS:
        return _of_control(tag, body)
    return _of_data(tag, body) if _is_looked_at(tag) else NOTHING


@lru_cache(maxsize=1 << 10)
def _is_looked_at(tag: str) -> bool:
    if tag[:1] in _MAY_BE_PRIVATE and private.is_local(tag):
        return False
    return tag in _CODES or _is_text(tag)


def _of_control(tag: str, body: str) -> Share:
    """Not remembered: most are of one record alone."""
    keys: list[tuple[str, Tokens]] = []
    try:
        for name, cut in _CUTS[tag]:
            value = body[cut]
            if value and not value.isspace() and (found := keys_of(name, (value,))):
                keys.append((name, found))
    except Exception:  # ``of_field`` finds out where
        return of_field(ControlField(tag, body))
    return Share((), tuple(keys), ())


@lru_cache(maxsize=_FIELDS)
def _of_data(tag: str, body: str) -> Share:
    pieces = body.split("\x1f")
    del pieces[0]
    codes = "".join([piece[:1] for piece in pieces])
    values = [piece[1:] for piece in pieces]
    counted = tag
    if tag in _BY_CONTENT:
        field = _field(tag, body, codes, values)
        if private.is_private(field):
            return NOTHING
        counted = spec.linked_tag(tag, field.first("6"))
    plan = _plan(tag, counted, codes)
    if plan is _NO_PLAN:
        return NOTHING
    try:
        share = _by_plan(plan, values)
    except Exception:  # ``of_field`` finds out where
        share = None
    return of_field(_field(tag, body, codes, values)) if share is None else share


def forget() -> None:
    """Fields and values are looked at anew: for tests that change what they give."""
    _of_data.cache_clear()
    _key.cache_clear()


# Tags of fields that may be private, or count as others, by what stands in them.
_BY_CONTENT = private.NOTES | {"880"}


def _field(tag: str, body: str, codes: str, values: list[str]) -> DataField:
    return DataField(tag, body[:1], body[1:2], tuple(zip(codes, values, strict=True)))


def _by_plan(plan: _Plan, values: list[str]) -> Share | None:
    """The share of a field with ``values``; ``None`` when one of them is blank."""
    if not all(values) or any(map(str.isspace, values)):
        return None
    texts: list[tuple[str, Repetition]] = []
    if plan.texts:
        folded, marked = _words(values)
        for places, names, has_headings in plan.texts:
            words = _joined(folded, places)
            if words:
                exact = words if marked is folded else _joined(marked, places)
                if exact == words:
                    exact = words  # one object, which is compared and kept at no cost
                display = ""
                if has_headings:
                    display = _display(" ".join([values[place] for place in places]))
                repetition = (words, exact, display)
                for name in names:
                    texts.append((name, repetition))
    keys: list[tuple[str, Tokens]] = []
    for name, places in plan.keys:
        if found := keys_of(name, [values[place] for place in places]):
            keys.append((name, found))
    return Share(tuple(texts), tuple(keys), ())


def _joined(parts: list[Tokens], places: tuple[int, ...]) -> Tokens:
    if len(places) == 1:
        return parts[places[0]]
    return tuple(chain.from_iterable([parts[place] for place in places]))


_NO_PLAN = _Plan((), ())


@lru_cache(maxsize=1 << 12)
def _plan(tag: str, counted: str, codes: str) -> _Plan:
    """The plan of a field ``tag`` that counts as ``counted`` and has subfields ``codes``."""
    wanted = [*_CODES.get(counted, ())]
    if _is_text(tag):
        shown = "".join(code for code in codes if code not in _NOT_ANY)
        wanted.insert(0, ("any", shown))
    hidden = "x" if tag in private.HOLDINGS else ""
    texts: dict[tuple[int, ...], list[str]] = {}
    apart: list[tuple[tuple[int, ...], tuple[str, ...], bool]] = []
    keys: list[tuple[str, tuple[int, ...]]] = []
    for name, of_point in wanted:
        point = BY_NAME[name]
        places = tuple(
            [n for n, code in enumerate(codes) if code in of_point and code not in hidden]
        )
        if point.kind != "text":
            keys.append((name, places))
        elif point.apart:
            apart += [((place,), (name,), point.headings) for place in places]
        else:
            texts.setdefault(places, []).append(name)
    texts.pop((), None)
    rows = [
        (places, tuple(names), any(BY_NAME[name].headings for name in names))
        for places, names in texts.items()
    ]
    plan = _Plan((*rows, *apart), tuple([(name, places) for name, places in keys if places]))
    return plan if plan != _NO_PLAN else _NO_PLAN


# -- values to tokens and keys


def tokens_of(values: list[str]) -> tuple[Tokens, Tokens]:
    """Folded and exact tokens of the values of one field, one behind the other; the same tuple
    where they agree.
    """
    folded, marked = _words(values)
    tokens = tuple(chain.from_iterable(folded))
    return tokens, tokens if marked is folded else tuple(chain.from_iterable(marked))


def _words(values: list[str]) -> tuple[list[Tokens], list[Tokens]]:
    """Folded and exact tokens of each of ``values``; the same list, or tuple, where they agree."""
    folded, marked = normalise.tokens_of_each(values)
    text = "".join(values)
    if text.isascii() and len(text) <= MAX_TOKEN:
        words = list(map(tuple, folded))
        return words, words
    plain = list(map(_cut, folded))
    if marked is folded:
        return plain, plain
    pairs = zip(folded, marked, plain, strict=True)
    return plain, [bare if one is other else _cut(other) for one, other, bare in pairs]


_PUNCTUATION = " \t\n/:;,=+"  # of ISBD between the parts of a description, left at the end


def _display(text: str) -> str:
    """The heading for people; never empty, so that headings and repetitions go together."""
    shown = text if text.isascii() else normal_text(text)
    return shown.rstrip(_PUNCTUATION)[:MAX_DISPLAY] or text


def _cut(tokens: list[str]) -> Tokens:
    """Tokens hold neither reserved code points nor surrogates, so only the length is left."""
    if max(map(len, tokens), default=0) > MAX_TOKEN:
        return tuple(map(clean, tokens))
    return tuple(tokens)


def keys_of(name: str, values: Sequence[str]) -> Tokens:
    """The keys of the values of one field for the access point ``name``, none of them empty."""
    kind = BY_NAME[name].kind
    read: Iterable[str] = values
    if name == "language":
        read = _language_codes(values)
    elif name == "classification":
        read = [" ".join(values)]  # number and item part make one call number
    elif name == "record-link":
        read = [form for value in values for form in _control_numbers(value)]
    elif kind == "oclc":
        read = filter(identifiers.oclc_number, values)  # other systems have numbers there too
    return tuple([key for value in read if (key := _key(kind, value))])


@lru_cache(
    maxsize=1 << 13
)  # codes of languages, agencies and kinds, and days, come again and again
def _key(kind: str, value: str) -> str:
    """The key of ``value``, or an empty string."""
    key = normalise.key(kind, value)
    return clean(key) if key else ""


def _control_numbers(value: str) -> list[str]:
    """$w with the code of its agency in parentheses, and without (MARC 21 appendix A, $w)."""
    agency, closed, number = value.partition(")")
    return [value, number] if closed and agency.lstrip().startswith("(") else [value]


def _language_codes(values: Iterable[str]) -> list[str]:
    """041 of old records joins several codes in one subfield (MARC 21 041, before 2001)."""
    joined = (value.strip().lower() for value in values)
    codes = (value[i : i + 3] for value in joined for i in range(0, len(value), 3))
    return [code for code in codes if _LANGUAGE.fullmatch(code)]
