"""Parsers and resolvers of queries over generated input."""

from hypothesis import example, given
from hypothesis import strategies as st

from interop.diagnostics import Diagnostic
from interop.index import masks
from interop.query import cql, cql_ast, pqf, printers, rpn, xcql
from interop.query.access_points import BY_CQL, BY_NAME
from interop.query.ast import And, Mask, Not, Or, Prox, Query, Range, Span, Term
from interop.query.cql_ast import (
    OPERATORS,
    Boolean,
    CqlQuery,
    Modifier,
    Prefix,
    Relation,
    Scope,
    SearchClause,
    SortSpec,
)

# CQL

names = st.sampled_from(["title", "dc.date", "x", "AND", "sortby", "any", "marc.245$a", "a\\b"])
terms = names | st.text().map(lambda text: text.replace("\\", "").replace('"', '\\"'))
modifiers = st.lists(
    st.builds(Modifier, names)
    | st.builds(Modifier, names, st.sampled_from(["=", "<", ">=", "<>"]), terms),
    max_size=2,
).map(tuple)
relations = st.builds(
    Relation, st.sampled_from(["=", "==", "<>", "<", "any", "exact", "cql.adj"]), modifiers
)
clauses = st.builds(SearchClause, st.none(), st.none(), terms) | st.builds(
    SearchClause, names, relations, terms
)


def larger(nodes):
    prefixes = st.lists(
        st.builds(Prefix, st.just("") | names, names), min_size=1, max_size=2,
        unique_by=lambda prefix: prefix.name.casefold(),
    ).map(tuple)  # fmt: skip
    return st.builds(Boolean, st.sampled_from(OPERATORS), modifiers, nodes, nodes) | st.builds(
        Scope, prefixes, nodes
    )


trees = st.builds(
    CqlQuery,
    st.recursive(clauses, larger, max_leaves=8),
    st.lists(st.builds(SortSpec, names, modifiers), max_size=2).map(tuple),
)


@given(trees)
def test_cql_shown_parses_to_the_same_tree(tree):
    assert cql.parse(cql_ast.show(tree)) == tree


@given(trees, st.sampled_from(["1", "2"]))
def test_xcql_written_is_read_again(tree, form):
    """Of 2.0 in what it means: its prefixes move to the top. XML has no word for control characters
    and drops blanks around names, so both sides are compared as they come back.
    """
    once = xcql.read(xcql.write(tree, form).encode())
    assert xcql.read(xcql.write(once, form).encode()) == once
    assert cql.parse(cql_ast.show(once)) == once


@given(st.text() | st.binary().map(lambda data: data.decode("latin-1")))
def test_any_text_is_xcql_or_a_diagnostic(text):
    try:
        xcql.read(f"<xcql><triple><searchClause><term>{text}</term></searchClause></triple></xcql>"
                  .encode("utf-8", "surrogatepass"))  # fmt: skip
    except Diagnostic as diagnostic:
        assert diagnostic.condition.sru


cql_like = st.lists(
    st.sampled_from(
        ["dc.title", "dc.date", "bath.isbn", "cql.allRecords", "=", "==", "<", "within", "any", "/",
         "respectAccents", "and", "or", "not", "prox", "(", ")", '"a b"', "1990", '"', "a*", "^b",
         ">", "sortBy", "date", "\\", "越?", " "]
    ),
    max_size=12,
).map(" ".join)  # fmt: skip


@given(st.text() | cql_like)
def test_any_text_is_a_query_or_a_diagnostic(text):
    try:
        query, _ = cql.compile(text)
    except Diagnostic as diagnostic:
        assert diagnostic.condition.sru
    else:
        check(query)


@given(
    st.sampled_from(sorted(BY_CQL)),
    st.sampled_from(["=", "==", "all", "any", "within", "encloses", "<", ">=", "<>"]),
    st.text(),
)
def test_any_term_of_any_index_is_a_query_or_a_diagnostic(index, relation, term):
    text = term.replace("\\", "\\\\").replace('"', '\\"')
    try:
        query, _ = cql.compile(f'{index} {relation} "{text}"')
    except Diagnostic as diagnostic:
        assert diagnostic.condition.sru
    else:
        check(query)


def flat(query: Query) -> Query:
    """``a and (b and c)`` and ``(a and b) and c`` are the same."""
    match query:
        case And(parts) | Or(parts):
            kind = type(query)
            inside = [flat(part) for part in parts]
            return kind(
                tuple(
                    each
                    for part in inside
                    for each in (part.parts if isinstance(part, kind) else (part,))
                )
            )
        case Not(left, right):
            return Not(flat(left), flat(right))
        case _:
            return query


@example('abstract == "1*."')  # punctuation outside of a star is none
@example('title == ".*1"')
@example('bath.isbn = "-*1"')
@example('bath.isbn = "1*-*2"')
@example('bath.possessingInstitution all "1 ^"')  # an anchor alone says nothing
@given(
    cql_like
    | st.builds(
        '{} {} "{}"'.format,
        st.sampled_from(sorted(BY_CQL)),
        st.sampled_from(
            ["=", "==", "all", "any", "within", "encloses", "<", ">=", "<>", "=/respectAccents"]
        ),
        st.text(st.sampled_from("aàđ越e1234-*?^ .'")),
    )  # fmt: skip
)
def test_a_query_printed_as_cql_or_pqf_is_the_same_query(text):
    try:
        query, sort = cql.compile(text)
    except Diagnostic:
        return
    again, sort_again = cql.compile(printers.cql(query, sort))
    assert (flat(again), sort_again) == (flat(query), sort)
    try:
        written = printers.pqf(query)
    except printers.Unprintable:
        return
    assert flat(rpn.resolve(pqf.parse(written))) == flat(query)


def check(query: Query) -> None:
    """What engines rely on: known access points, no empty token, ranges in the kind's type."""
    match query:
        case Term(ap, tokens):
            assert BY_NAME[ap] and tokens and all(tokens)
        case Mask(ap, pattern):
            assert BY_NAME[ap].kind != "year" and masks.show(pattern)
        case Range(ap, lo, hi):
            kind = int if BY_NAME[ap].kind == "year" else str
            assert BY_NAME[ap].ordered
            assert all(isinstance(bound, kind) for bound in (lo, hi) if bound is not None)
        case Span(ap, lo, hi):
            assert BY_NAME[ap].kind == "span" and lo <= hi
        case Prox(left, right):
            assert left.ap == right.ap
        case And(parts) | Or(parts):
            assert parts
            for part in parts:
                check(part)
        case Not(left, right):
            check(left)
            check(right)


# Type-1

values = st.sampled_from([1, 2, 3, 4, 5, 6, 7, 31, 54, 100, 101, 102, 103, 104, 105, 1016]) | (
    st.integers(-(10**8), 10**8)
)
attributes = st.builds(
    rpn.Attribute,
    st.integers(1, 7),
    values | st.sampled_from(["title", "dc.date", "a b", 'a"b', "@x"]),
    st.none() | st.just(rpn.BIB1) | st.just("1.2.3"),
)
operands = st.builds(
    rpn.Operand, st.lists(attributes, max_size=4).map(tuple), st.binary() | st.just(b"1990 2000")
) | st.builds(
    rpn.Operand, st.lists(attributes, max_size=2).map(tuple), st.text(), st.just("string")
)
proximities = st.builds(
    rpn.Proximity, st.booleans(), st.integers(-5, 99), st.booleans(), st.integers(0, 9),
    st.integers(1, 3), st.booleans(),
)  # fmt: skip


def joined(nodes):
    return st.builds(
        rpn.Operation, st.sampled_from(["and", "or", "and-not"]), nodes, nodes
    ) | st.builds(rpn.Operation, st.just("prox"), nodes, nodes, proximities)


queries = st.builds(
    rpn.RpnQuery,
    st.sampled_from([rpn.BIB1, "1.2.840.10003.3.5"]),
    st.recursive(operands | st.builds(rpn.ResultSetOperand, st.text()), joined, max_leaves=6),
)


@given(queries)
def test_pqf_shown_parses_to_the_same_query(query):
    assert pqf.parse(pqf.show(query)) == query


@given(queries)
def test_any_type_1_query_resolves_or_is_a_diagnostic(query):
    try:
        resolved = rpn.resolve(query, sets=frozenset({"", "1"}))
    except Diagnostic as diagnostic:
        assert diagnostic.condition.bib1
    else:
        check(resolved)


@given(st.text())
def test_any_text_is_pqf_or_an_error(text):
    try:
        query = pqf.parse(text)
    except pqf.PqfError as error:
        assert str(error).startswith("position ")
    else:
        assert pqf.parse(pqf.show(query)) == query
