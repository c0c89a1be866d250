"""CQL text to query trees: the golden list, and what a list of examples cannot say."""

from pathlib import Path

import pytest

from interop.diagnostics import Diagnostic
from interop.index import base
from interop.query import clause, cql, cql_ast, cql_parser
from interop.query.access_points import ACCESS_POINTS, BY_NAME
from interop.query.ast import And, Not, SetRef, SortKey
from interop.query.cql_ast import Boolean, CqlQuery, Modifier, Prefix, Relation, Scope, SearchClause
from tests.unit.query.trees import show

GOLDEN = Path(__file__).parents[2] / "golden" / "cql.tsv"


def golden() -> list[tuple[str, str]]:
    lines = GOLDEN.read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    return [(query, expected) for query, expected in rows]


def outcome(text: str) -> str:
    try:
        return show(*cql.compile(text))
    except Diagnostic as diagnostic:
        return f"!{diagnostic.condition.sru} {diagnostic.details}".rstrip()


@pytest.mark.parametrize(("query", "expected"), golden())
def test_golden(query, expected):
    assert outcome(query) == expected


def test_composed_and_decomposed_are_the_same():
    assert outcome("dc.title =/respectAccents Việt") == outcome(
        "dc.title =/respectAccents Vie\u0323\u0302t"
    )


# syntax


def test_tree():
    tree = cql.parse('> x = "u" a and/rel.b=1 dc.title any/stem "c d" sortBy t/descending')
    relation = Relation("any", (Modifier("stem"),))
    assert tree.root == Scope(
        (Prefix("x", "u"),),
        Boolean(
            "and",
            (Modifier("rel.b", "=", "1"),),
            SearchClause(None, None, "a"),
            SearchClause("dc.title", relation, "c d"),
        ),
    )
    assert tree.sort == (cql_ast.SortSpec("t", (Modifier("descending"),)),)


def test_chains_lean_to_the_left_whatever_the_operator():
    tree = cql.parse("a or b and c")
    assert isinstance(tree.root, Boolean)
    assert (tree.root.operator, tree.root.right) == ("and", SearchClause(None, None, "c"))


@pytest.mark.parametrize("text", ["sortby sortby sortby", "prox or not", "dc.title = and"])
def test_reserved_words_are_terms_where_an_operand_is_expected(text):
    assert isinstance(cql.parse(text), CqlQuery)


def test_prefixes_end_with_their_parentheses():
    text = '(> x = "info:srw/cql-context-set/1/dc-v1.1" x.title = a) and x.title = b'
    with pytest.raises(Diagnostic) as raised:
        cql.compile(text)
    assert (raised.value.condition.name, raised.value.details) == ("unsupported_context_set", "x")


def test_prefixes_of_the_query_are_valid_in_sort_by():
    _, sort = cql.compile('> x = "http://purl.org/dc/elements/1.1/" a sortBy x.title')
    assert sort == (SortKey("title"),)


@pytest.mark.parametrize("depth", [cql_parser.LIMITS.depth + 1, 3000])
def test_parentheses_are_counted(depth):
    assert outcome("(" * depth + "a" + ")" * depth).startswith("!38")


def test_as_deep_as_allowed():
    depth = cql_parser.LIMITS.depth
    assert outcome("(" * depth + "a" + ")" * depth) == "(any word a)"


def test_operators_are_counted():
    assert outcome(" or ".join("a" * (cql_parser.LIMITS.operators + 2))).startswith("!38")
    query, _ = cql.compile(" and ".join("a" * (cql_parser.LIMITS.operators + 1)))
    assert isinstance(query, And)


def test_prefix_maps_may_be_many():
    assert outcome("> a = b " * 2000 + "c").startswith("!45")


def test_length_of_query_and_term_is_limited():
    assert outcome("a" * (cql_parser.LIMITS.length + 1)).startswith("!12")
    assert outcome("a" * (clause.MAX_TERM + 1)).startswith("!23")


def test_limits_are_those_of_the_engines():
    assert cql_parser.LIMITS.operators == base.MAX_OPERATORS
    assert clause.MAX_DISTANCE == base.MAX_DISTANCE


def test_sample_queries_of_others_parse_and_print(corpus):
    samples = corpus / "cql/jrochkind_cql-ruby/test/fixtures/sample_queries.txt"
    lines = samples.read_text(encoding="utf-8").splitlines()
    queries = [line.strip() for line in lines if line.strip() and line[0] != "#"]
    assert len(queries) > 70
    for query in queries:
        tree = cql.parse(query)
        assert cql.parse(cql_ast.show(tree)) == tree, query


# names and relations


def test_result_sets_that_live_can_be_asked_for():
    query, _ = cql.compile("a not cql.resultSetId = s1", sets=frozenset({"s1"}))
    assert isinstance(query, Not) and query.right == SetRef("s1")


@pytest.mark.parametrize("point", ACCESS_POINTS, ids=lambda point: point.name)
def test_every_name_in_any_case_is_its_access_point(point):
    for name in point.cql:
        for spelling in (name, name.upper(), name.title()):
            query, _ = cql.compile(f"{spelling} = 1990")
            assert query.ap == point.name


@pytest.mark.parametrize("point", ACCESS_POINTS, ids=lambda point: point.name)
def test_every_relation_that_is_promised_is_served_and_no_other(point):
    everything = {relation for point in ACCESS_POINTS for relation in cql.relations(point)}
    for relation in everything:
        term = '"1990 2000"' if relation == "within" else "1990"
        served = not outcome(f"{point.names[0]} {relation} {term}").startswith("!")
        assert served == (relation in cql.relations(point)), relation


def test_ordered_relations_are_promised_where_there_is_order():
    assert "within" in cql.relations(BY_NAME["date"])
    assert "<" not in cql.relations(BY_NAME["title"])
