"""From the query tree to tantivy's queries, and the names of its fields.

Some calls of tantivy end the process or lie; what is avoided here: a phrase of one word (ends the
process), slop (false hits from 2 upwards), ``phrase_prefix`` (silently keeps 50 expansions), range
queries on text (refused), an unsigned value where a signed one is built (matches nothing).
"""

import itertools
from collections.abc import Iterable, Sequence
from functools import cache

import tantivy
from tantivy import Filter, Occur, Query, TextAnalyzerBuilder, Tokenizer

from interop.index import masks, plan
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

TOKENIZER = "words"  # see ``register_tokenizer``

Placed = tuple[int, masks.Pattern]  # a word and its offset in a phrase


@cache
def text_field(ap: str, exact: bool) -> str:
    return f"{'x' if exact else 't'}_{ap.replace('-', '_')}"


@cache
def key_field(ap: str) -> str:
    return f"k_{ap.replace('-', '_')}"


@cache
def year_field(ap: str) -> str:
    return f"y_{ap.replace('-', '_')}"


def key_term(ap: str, key: str) -> str:
    """Keys that have an order are kept in hex of UTF-8: ranges on text exist in the query
    language alone, and in hex nothing needs quoting. The order stays that of the code points.
    """
    return key.encode().hex() if BY_NAME[ap].ordered else key


def build_schema() -> tantivy.Schema:
    """``id``: the row id as text, the only field that deletes may use (a delete by a number
    silently deletes nothing). ``live``: ``1`` in every record, absent from the sentinel.
    """
    builder = tantivy.SchemaBuilder()
    for name in ("id", "live", "db"):
        builder.add_text_field(name, tokenizer_name="raw", index_option="basic")
    builder.add_unsigned_field("rid", fast=True)
    for name in ("seq", "version"):
        builder.add_unsigned_field(name, stored=True)
    builder.add_text_field("tables", stored=True, tokenizer_name="raw", index_option="basic")
    for point in ACCESS_POINTS:
        if point.kind == "text":
            for exact in (False, True):
                field = text_field(point.name, exact)
                builder.add_text_field(field, tokenizer_name=TOKENIZER, index_option="position")
        elif point.kind == "year":
            builder.add_unsigned_field(year_field(point.name), indexed=True, fast=True)
        else:
            field = key_field(point.name)
            builder.add_text_field(field, tokenizer_name="raw", index_option="basic")
    return builder.build()


def register_tokenizer(index: tantivy.Index) -> None:
    """What cuts our finished tokens apart again. A stop word takes its position and leaves no
    posting: fillers would be most of the index. An index knows its tokenizers for as long as it
    is open.
    """
    words = TextAnalyzerBuilder(Tokenizer.whitespace()).filter(Filter.custom_stopword([FILLER]))
    index.register_tokenizer(TOKENIZER, words.build())


class Compiler:
    """Compiles trees that ``plan.prepare`` has passed: limits are not looked at again."""

    def __init__(self, index: tantivy.Index, schema: tantivy.Schema, tables: Tables) -> None:
        self._index = index
        self._schema = schema
        self._tables = tables

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

    def live(self) -> Query:
        return Query.term_query(self._schema, "live", "1", "basic")

    def compile(self, query: ast.Query) -> Query:
        match query:
            case ast.All():
                return self.live()
            case ast.And(parts):
                return _all([self.compile(part) for part in parts]) if parts else self.live()
            case ast.Or(parts):
                return _any([self.compile(part) for part in parts])
            case ast.Not(left, right):
                return _without(self.compile(left), self.compile(right))
            case ast.Term():
                return self._term(query)
            case ast.Mask(ap, _, exact):
                return self._word(ap, exact, masks.of_mask(query))
            case ast.Range():
                return self._range(query)
            case ast.Prox():
                return self._prox(query)
            case ast.SetRef():
                raise TypeError("result sets are resolved before compilation")

    def _term(self, term: ast.Term) -> Query:
        patterns = masks.patterns(term)
        kind = BY_NAME[term.ap].kind
        if kind != "text" or (term.structure in ("all", "any") and len(patterns) > 1):
            combine = _any if term.structure == "any" else _all
            return combine([self._word(term.ap, term.exact, pattern) for pattern in patterns])
        if term.complete:
            patterns = ((BOUNDARY,), *patterns, (BOUNDARY,))
        elif term.position == "first":
            patterns = ((BOUNDARY,), *patterns)
        return self._phrase(term.ap, term.exact, list(enumerate(patterns)))

    def _word(self, ap: str, exact: bool, pattern: masks.Pattern) -> Query:
        """One word or key, possibly masked: masked ones become the words of our own table."""
        word = masks.literal(pattern)
        if BY_NAME[ap].kind == "year":
            return self._years(ap, int(word or 0), int(word or 0))
        if BY_NAME[ap].kind != "text":
            exact = False
        words = [word] if word is not None else self._tables.words(ap, pattern, exact=exact)
        if BY_NAME[ap].kind == "text":
            return self._one_of(text_field(ap, exact), words)
        return self._one_of(key_field(ap), [key_term(ap, key) for key in words])

    def _phrase(self, ap: str, exact: bool, words: Sequence[Placed]) -> Query:
        """Words at their offsets. One word is no phrase: the library would end the process."""
        if len(words) == 1:
            return self._word(ap, exact, words[0][1])
        field = text_field(ap, exact)
        if all(masks.literal(pattern) is not None for _, pattern in words):
            plain: list[str | tuple[int, str]] = [
                (offset, masks.literal(pattern) or "") for offset, pattern in words
            ]
            return Query.phrase_query(self._schema, field, plain)
        expressions: list[str | tuple[int, str]] = [
            (offset, masks.regex(pattern)) for offset, pattern in words
        ]
        return Query.regex_phrase_query(self._schema, field, expressions)

    def _prox(self, query: ast.Prox) -> Query:
        """An OR of phrases with holes, one for each distance: exact, where slop is not."""
        left, right = masks.patterns(query.left), masks.patterns(query.right)
        ap, exact = query.left.ap, query.left.exact
        orders = [(left, right)] if query.ordered else [(left, right), (right, left)]
        near = _any(
            [
                self._phrase(ap, exact, _apart(before, after, distance))
                for distance in plan.distances(query)
                for before, after in orders
            ]
        )
        return _without(self._term(query.left), near) if query.exclude else near

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
        field = key_field(query.ap)
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


def _apart(
    before: Sequence[masks.Pattern], after: Sequence[masks.Pattern], distance: int
) -> list[Placed]:
    begin = len(before) - 1 + distance
    return [*enumerate(before), *((begin + i, pattern) for i, pattern in enumerate(after))]


def _all(parts: list[Query]) -> Query:
    return Query.boolean_query([(Occur.Must, part) for part in parts])


def _any(parts: list[Query]) -> Query:
    if not parts:
        return Query.empty_query()
    return Query.boolean_query([(Occur.Should, part) for part in parts])


def _without(left: Query, right: Query) -> Query:
    return Query.boolean_query([(Occur.Must, left), (Occur.MustNot, right)])
