"""From the query tree to tantivy's queries, and the names of its fields.

Some calls of tantivy end the process or lie; what is avoided here: a phrase of one word (ends the
process), slop (false hits from 2 upwards), ``phrase_prefix`` (silently keeps 50 expansions), range
queries on text (refused), an unsigned value where a signed one is built (matches nothing).
"""

import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Literal, TypeAlias

import tantivy
from tantivy import Filter, Occur, Query, TextAnalyzerBuilder, Tokenizer

from interop.index import masks, plan, relevance
from interop.index.base import MAX_DISTANCE, OWN_KEYS, OWN_TEXTS, SIDES, Side
from interop.index.cost import Meter
from interop.index.tables import Tables
from interop.query import ast
from interop.query.access_points import ACCESS_POINTS, BY_NAME

MAX_YEAR = 2**63 - 1

# Marks at the ends of a repetition and between two. Tokens hold no punctuation and compact numbers
# no hyphen (``interop.query.normalise``). They are ASCII because a single character of plane 16
# makes Python keep, and convert, four bytes for every character of a text.
BOUNDARY = "-"
FILLER = "--"

# Between two repetitions of a field: more positions than any distance that may be asked for.
FILLERS = 30
GAP = " ".join((BOUNDARY, *itertools.repeat(FILLER, FILLERS), BOUNDARY))

# Words of a repetition above which two may stand further apart than phrases are looked for.
LONG = MAX_DISTANCE + 1

TOKENIZER = "words"  # see ``register_tokenizer``

SOME = 8  # words of a list, above which they are a set and not a query each

# A proximity inside another is looked for by itself where it has so many times fewer ways to stand.
FEWER = 8

Placed = tuple[int, masks.Pattern]  # a word and its offset in a phrase


# Repetitions that are the same with and without marks stand in one field for both, ``plain``; of
# the others the folded tokens and the exact ones each in a field of their own.
Form: TypeAlias = Literal["plain", "folded", "exact"]
FORMS: tuple[Form, Form, Form] = ("plain", "folded", "exact")


@cache
def text_field(ap: str, form: Form, side: Side | None = None) -> str:
    """``side``: what only the record on it says."""
    return f"{form[0]}_{ap.replace('-', '_')}{f'__{side}' if side else ''}"


@cache
def text_fields(ap: str, exact: bool, side: Side) -> tuple[str, ...]:
    """The fields in which a word of an access point may stand; a repetition is in one of them."""
    sides = (None, side) if ap in OWN_TEXTS else (None,)
    forms: tuple[Form, Form] = ("plain", "exact" if exact else "folded")
    return tuple(text_field(ap, form, each) for each in sides for form in forms)


@cache
def key_field(ap: str, side: Side) -> str:
    return f"k_{ap.replace('-', '_')}{f'__{side}' if ap in OWN_KEYS else ''}"


@cache
def heading_field(ap: str) -> str:
    """Whole repetitions with their marks, of text access points that facets are made of."""
    return f"h_{ap.replace('-', '_')}"


@cache
def year_field(ap: str) -> str:
    return f"y_{ap.replace('-', '_')}"


def key_term(ap: str, key: str) -> str:
    """Keys that have an order are kept in hex of UTF-8: ranges on text exist in the query
    language alone, and in hex nothing needs quoting. The order stays that of the code points.
    """
    return key.encode().hex() if BY_NAME[ap].ordered else key


def key_of(ap: str, term: str) -> str:
    """The key that ``key_term`` made ``term`` of."""
    return bytes.fromhex(term).decode() if BY_NAME[ap].ordered else term


def id_field(side: Side) -> str:
    return f"id_{side}"


def rid_field(side: Side) -> str:
    return f"rid_{side}"


def build_schema() -> tantivy.Schema:
    """A document is a record, or a library's and the union record of it (``base.Document``): a
    search on one ``side`` sees the record on it alone. ``id_...``: its row id as text, the only
    field that deletes may use (a delete by a number silently deletes nothing). ``live``: the sides
    on which there is a record, absent from the sentinel. ``long``: the text fields with a
    repetition of more than ``LONG`` words.
    """
    builder = tantivy.SchemaBuilder()
    for name in ("sentinel", "live", "db", "long", *map(id_field, SIDES)):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    for side in SIDES:
        builder.add_unsigned_field(rid_field(side), fast=True)
    for name in ("seq", "version"):
        builder.add_unsigned_field(name, stored=True)
    builder.add_text_field("tables", stored=True, tokenizer_name="raw", index_option="basic")
    for point in ACCESS_POINTS:
        if point.kind == "text":
            fields = (
                text_fields(point.name, exact, side) for exact in (False, True) for side in SIDES
            )
            for field in dict.fromkeys(chain.from_iterable(fields)):
                builder.add_text_field(field, tokenizer_name=TOKENIZER, index_option="position")
            if point.facet:
                _add_raw(builder, heading_field(point.name), fast=True)
        elif point.kind == "year":
            builder.add_unsigned_field(year_field(point.name), indexed=True, fast=True)
        else:
            for field in {key_field(point.name, side): None for side in SIDES}:
                _add_raw(builder, field, fast=point.facet)
    return builder.build()


_schema = cache(build_schema)  # the same fields by the same numbers


def having(field: str, value: str) -> Query:
    """Documents with a value of a raw field."""
    return Query.term_query(_schema(), field, value, "basic")


def rids_between(side: Side, first: int, last: int) -> Query:
    """Documents of these row ids, both included."""
    return Query.range_query(_schema(), rid_field(side), tantivy.FieldType.Unsigned, first, last)


def _add_raw(builder: tantivy.SchemaBuilder, name: str, *, fast: bool) -> None:
    builder.add_text_field(name, fast=fast, tokenizer_name="raw", index_option="basic")


def register_tokenizer(index: tantivy.Index) -> None:
    """What cuts our finished tokens apart again. A stop word takes its position and leaves no
    posting: fillers would be most of the index. An index knows its tokenizers for as long as it
    is open.
    """
    words = TextAnalyzerBuilder(Tokenizer.whitespace()).filter(Filter.custom_stopword([FILLER]))
    index.register_tokenizer(TOKENIZER, words.build())


class Compiler:
    """Compiles trees that ``plan.prepare`` has passed: its limits are not looked at again.
    ``side``: whose records are looked for; ``near``: see ``knowing``; ``meter``: counts what the
    search will cost.
    """

    def __init__(
        self,
        index: tantivy.Index,
        schema: tantivy.Schema,
        tables: Tables,
        side: Side,
        near: Mapping[ast.Prox, Sequence[int]] | None = None,
        meter: Meter | None = None,
    ) -> None:
        self._index = index
        self._schema = schema
        self._tables = tables
        self._side = side
        self._near = near or {}
        self._meter = meter
        self._expanded: dict[tuple[str, bool, masks.Pattern], tuple[str, ...]] = {}

    def counting(self, meter: Meter | None) -> "Compiler":
        """A compiler that counts what it compiles, or does not."""
        return Compiler(self._index, self._schema, self._tables, self._side, self._near, meter)

    def knowing(self, near: Mapping[ast.Prox, Sequence[int]]) -> "Compiler":
        """A compiler that knows which records answer a proximity: of one field, by words that stand
        too far apart for phrases (``far_apart``); of words, at all (``may_be_near``).
        """
        return Compiler(self._index, self._schema, self._tables, self._side, near, self._meter)

    def within(self, databases: Iterable[str], query: ast.Query) -> Query:
        """``query`` among the records of ``databases``; the sentinel is in no database."""
        scope = _any([self._one_of("db", [database]) for database in sorted(databases)])
        return _all([scope, self.compile(query)])

    def _one_of(self, field: str, terms: Sequence[str]) -> Query:
        """Documents with one of ``terms``. A set collects the documents of all its terms before the
        search begins, many times the cost of following a single list of them.
        """
        if len(terms) == 1:
            return Query.term_query(self._schema, field, terms[0], "basic")
        return Query.term_set_query(self._schema, field, list(terms))

    def ranked(self, databases: Iterable[str], query: ast.Query) -> Query:
        """As ``within``, the best first by ``relevance.reasons``, which decide nothing else."""
        found = Query.const_score_query(self.within(databases, query), 0.0)
        better = [(Occur.Should, self._reason(reason)) for reason in relevance.reasons(query)]
        return Query.boolean_query([(Occur.Must, found), *better])

    def _reason(self, reason: relevance.Reason) -> Query:
        if reason.place == "word":
            word = reason.tokens[0]
            term = self._in_text(
                reason.ap,
                reason.exact,
                lambda field: Query.term_query(self._schema, field, word, "freq"),
            )
            return Query.boost_query(term, reason.weight)
        phrase = ast.MaskedPhrase(
            reason.ap,
            tuple((token,) for token in reason.tokens),
            "first" if reason.place == "first" else "any",
            reason.place == "complete",
            reason.exact,
        )
        return Query.const_score_query(self.compile(phrase), reason.weight)

    def any_of(self, rids: Iterable[int]) -> Query:
        """The records of these row ids."""
        return self._one_of(id_field(self._side), list(map(str, rids)))

    def live(self) -> Query:
        return Query.term_query(self._schema, "live", self._side, "basic")

    def _in_text(self, ap: str, exact: bool, in_field: Callable[[str], Query]) -> Query:
        """What is found in any of the fields of an access point: no repetition is in two."""
        return _any([in_field(field) for field in text_fields(ap, exact, self._side)])

    def compile(self, query: ast.Query) -> Query:
        match query:
            case ast.All():
                return self.live()
            case ast.And(parts):
                return _all([self.compile(part) for part in parts]) if parts else self.live()
            case ast.Or(parts) if (headings := _headings(parts)) is not None:
                ap, whole = headings
                return self._one_of(heading_field(ap), whole)
            case ast.Or(parts):
                return _any([self.compile(part) for part in parts])
            case ast.Not(left, right):
                return _without(self.compile(left), self.compile(right))
            case ast.Term():
                return self._term(query)
            case ast.Mask(ap, _, exact):
                return self._word(ap, exact, masks.of_mask(query))
            case ast.MaskedPhrase():
                return self._anchored(query, masks.of_words(query))
            case ast.Range():
                return self._range(query)
            case ast.Span():
                return self._one_of(key_field(query.ap, self._side), self._tables.spans(query))
            case ast.Prox():
                return self._prox(query)
            case ast.SetRef():
                raise TypeError("result sets are resolved before compilation")

    def _term(self, term: ast.Term) -> Query:
        patterns = masks.patterns(term)
        kind = BY_NAME[term.ap].kind
        if term.structure == "any" and kind != "year" and len(patterns) > SOME:
            words = [masks.literal(pattern) for pattern in patterns]
            if None not in words:
                return self._any_word(term, [word or "" for word in words])
        if kind != "text" or (term.structure in ("all", "any") and len(patterns) > 1):
            combine = _any if term.structure == "any" else _all
            return combine([self._word(term.ap, term.exact, pattern) for pattern in patterns])
        return self._anchored(term, patterns)

    def _any_word(self, term: ast.Term, words: list[str]) -> Query:
        if BY_NAME[term.ap].kind != "text":
            keys = [key_term(term.ap, key) for key in words]
            return self._one_of(key_field(term.ap, self._side), keys)
        return self._in_text(term.ap, term.exact, lambda field: self._one_of(field, words))

    def _anchored(
        self, phrase: ast.Term | ast.MaskedPhrase, patterns: tuple[masks.Pattern, ...]
    ) -> Query:
        if phrase.complete and phrase.exact and BY_NAME[phrase.ap].facet:
            words = [masks.literal(pattern) for pattern in patterns]
            if None not in words:
                heading = " ".join(word or "" for word in words)
                field = heading_field(phrase.ap)
                return Query.term_query(self._schema, field, heading, "basic")
        if phrase.complete:
            patterns = ((BOUNDARY,), *patterns, (BOUNDARY,))
        elif phrase.position == "first":
            patterns = ((BOUNDARY,), *patterns)
        return self._phrase(phrase.ap, phrase.exact, list(enumerate(patterns)))

    def _word(self, ap: str, exact: bool, pattern: masks.Pattern) -> Query:
        """One word or key, possibly masked: masked ones become the words of our own table."""
        word = masks.literal(pattern)
        if BY_NAME[ap].kind == "year":
            return self._years(ap, int(word or 0), int(word or 0))
        if BY_NAME[ap].kind != "text":
            exact = False
        words = self._words_of(ap, exact, pattern)
        if self._meter and word is None and BY_NAME[ap].kind == "text":
            self._meter.mask(self._counted(ap, exact), words)
        if BY_NAME[ap].kind == "text":
            return self._in_text(ap, exact, lambda field: self._one_of(field, words))
        return self._one_of(key_field(ap, self._side), [key_term(ap, key) for key in words])

    def _phrase(self, ap: str, exact: bool, words: Sequence[Placed]) -> Query:
        """Words at their offsets. One word is no phrase: the library would end the process."""
        if len(words) == 1:
            return self._word(ap, exact, words[0][1])
        is_plain = all(masks.literal(pattern) is not None for _, pattern in words)
        if self._meter:
            self._count_phrase(self._meter, ap, exact, [pattern for _, pattern in words], is_plain)
        query = Query.phrase_query if is_plain else Query.regex_phrase_query
        placed: list[str | tuple[int, str]] = [
            (offset, (masks.literal(pattern) or "") if is_plain else _regex(pattern))
            for offset, pattern in words
        ]
        return self._in_text(ap, exact, lambda field: query(self._schema, field, placed))

    def _count_phrase(
        self, meter: Meter, ap: str, exact: bool, patterns: list[masks.Pattern], is_plain: bool
    ) -> None:
        fields = self._counted(ap, exact)
        if is_plain:
            meter.phrase(fields, [masks.literal(pattern) or "" for pattern in patterns])
        else:
            meter.masked_phrase(fields, [self._words_of(ap, exact, each) for each in patterns])

    def _words_of(self, ap: str, exact: bool, pattern: masks.Pattern) -> tuple[str, ...]:
        """The words that ``pattern`` stands for: kept while one search is counted, because a
        proximity asks for every way in which they may stand.
        """
        word = masks.literal(pattern)
        if word is not None:
            return (word,)
        found = self._expanded.get((ap, exact, pattern))
        if found is None:
            found = tuple(self._tables.words(ap, pattern, exact=exact))
            if self._meter:
                self._expanded[ap, exact, pattern] = found
        return found

    def _counted(self, ap: str, exact: bool) -> tuple[str, ...]:
        """The fields with nearly all words: what a record says by itself is little."""
        return text_fields(ap, exact, self._side)[:2]

    def _prox(self, query: ast.Prox) -> Query:
        """An OR of phrases with holes, one for each distance: exact, where slop is not."""
        near = self._together(query)
        return _without(self._operand(query.left), near) if query.exclude else near

    def _together(self, query: ast.Prox) -> Query:
        if query.unit == "word":
            known = self._near.get(query)
            return self._places(query) if known is None else self.any_of(known)
        near = [self._places(query)] if plan.is_plain(query) else []
        return _any([*near, self.any_of(self._near.get(query, ()))])

    def may_be_near(self, query: ast.Prox) -> Query:
        """Records with all words of a proximity, and some of them near one another: few have all
        that, where many ways to stand would each be looked for in all records.
        """
        ways = plan.placings(query)
        parts, waiting = list[Query](), list[ast.ProxOperand]([query])
        while waiting:
            operand = waiting.pop()
            if not isinstance(operand, ast.Prox):
                parts.append(self._places(operand))
                continue
            waiting += (operand.left, operand.right)
            if plan.placings(operand) * FEWER <= ways:
                parts.append(self._places(operand))
        return _all(parts)

    def _operand(self, operand: ast.ProxOperand) -> Query:
        if isinstance(operand, ast.Prox) and operand.unit == "field":
            return self._together(operand)
        return self._places(operand)

    def far_apart(self, query: ast.Prox) -> Query:
        """Records that may answer a proximity of one field, beyond those that phrases find: their
        own fields decide.
        """
        both_there = self._both_there(query)
        if not plan.is_plain(query):
            return both_there
        return _without(_all([self.reaches_far(query), both_there]), self._places(query))

    def reaches_far(self, query: ast.Prox) -> Query:
        """Records in which phrases do not find all that a proximity of one field asks for."""
        if not plan.is_plain(query):
            return self.live()
        ap, exact = _field_of(query)
        return self._in_text(
            ap, exact, lambda field: Query.term_query(self._schema, "long", field, "basic")
        )

    def _both_there(self, operand: ast.ProxOperand) -> Query:
        if isinstance(operand, ast.Prox) and operand.unit == "field":
            return _all([self._both_there(operand.left), self._both_there(operand.right)])
        return self._places(operand)

    def _places(self, operand: ast.ProxOperand) -> Query:
        ap, exact = _field_of(operand)
        return _any([self._phrase(ap, exact, words) for words in _placings(operand)])

    def _range(self, query: ast.Range) -> Query:
        if isinstance(query.lo, int) or isinstance(query.hi, int):
            return self._year_range(query)
        if BY_NAME[query.ap].kind == "year":
            return self._years(query.ap, 0, MAX_YEAR)
        # Every key is longer than "0" and sorts after it, and before "g", which is no hex digit.
        lo = key_term(query.ap, query.lo) if query.lo else "0"
        hi = "g" if query.hi is None else key_term(query.ap, query.hi) or "0"
        opening = "[" if query.lo_incl or query.lo is None else "{"
        closing = "]" if query.hi_incl or query.hi is None else "}"
        field = key_field(query.ap, self._side)
        return self._index.parse_query(f"{field}:{opening}{lo} TO {hi}{closing}", [field])

    def _year_range(self, query: ast.Range) -> Query:
        lo = 0 if query.lo is None else int(query.lo) + (not query.lo_incl)
        hi = MAX_YEAR if query.hi is None else int(query.hi) - (not query.hi_incl)
        return self._years(query.ap, lo, hi)

    def _years(self, ap: str, lo: int, hi: int) -> Query:
        lo, hi = max(lo, 0), min(hi, MAX_YEAR)
        if lo > hi:
            return Query.empty_query()
        kind = tantivy.FieldType.Unsigned
        return Query.range_query(self._schema, year_field(ap), kind, lo, hi)


def _headings(parts: Sequence[ast.Query]) -> tuple[str, list[str]] | None:
    """Access point and headings, when all of ``parts`` ask for whole ones that stand in a field."""
    terms = [part for part in parts if isinstance(part, ast.Term)]
    points = {term.ap for term in terms}
    if len(terms) < max(len(parts), SOME) or len(points) > 1 or not BY_NAME[terms[0].ap].facet:
        return None
    if BY_NAME[terms[0].ap].kind != "text":
        return None
    if not all(each.complete and each.exact and each.trunc == "none" for each in terms):
        return None
    return terms[0].ap, [" ".join(each.tokens) for each in terms]


def _regex(pattern: masks.Pattern) -> str:
    """A regular expression for the words of ``pattern``, which the boundary is not."""
    if not all(isinstance(part, ast.Any_) for part in pattern):
        return masks.regex(pattern)
    further = "." * (pattern.count(ast.ONE) - 1)
    return f"[^{BOUNDARY}]{further}{'.*' if ast.ANY in pattern else ''}"


def _field_of(operand: ast.ProxOperand) -> tuple[str, bool]:
    while isinstance(operand, ast.Prox):
        operand = operand.left
    return operand.ap, operand.exact


def _placings(operand: ast.ProxOperand) -> Iterator[list[Placed]]:
    """Every way in which the words may stand, the first at offset 0."""
    if not isinstance(operand, ast.Prox):
        yield list(enumerate(masks.of_words(operand)))
        return
    lefts, rights = list(_placings(operand.left)), list(_placings(operand.right))
    orders = [(lefts, rights)] if operand.ordered else [(lefts, rights), (rights, lefts)]
    for befores, afters in orders:
        for before, after in itertools.product(befores, afters):
            for distance in plan.distances(operand):
                begin = before[-1][0] + distance
                yield [*before, *((begin + offset, word) for offset, word in after)]


def _all(parts: list[Query]) -> Query:
    if len(parts) == 1:
        return parts[0]
    return Query.boolean_query([(Occur.Must, part) for part in parts])


def _any(parts: list[Query]) -> Query:
    if not parts:
        return Query.empty_query()
    if len(parts) == 1:
        return parts[0]
    return Query.boolean_query([(Occur.Should, part) for part in parts])


def both(left: Query, right: Query) -> Query:
    """Documents of both queries."""
    return _all([left, right])


def _without(left: Query, right: Query) -> Query:
    return Query.boolean_query([(Occur.Must, left), (Occur.MustNot, right)])
