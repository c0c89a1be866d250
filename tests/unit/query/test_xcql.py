"""XCQL in and out, of SRU 1.x and 2.0."""

import pytest
from lxml import etree

from interop.diagnostics import Diagnostic
from interop.query import cql, xcql
from interop.query.cql_parser import Limits
from tests.unit.sru import documents

QUERIES = (
    "cat",
    'dc.title any/relevant "a \\"b\\" <c>"',
    "a and/rel.b=1 (b or c prox/distance<3/ordered d)",
    '> dc = "info:srw/cql-context-set/1/dc-v1.1" dc.title = a sortBy dc.title/descending',
    "a sortBy title/ascending",
)


@pytest.mark.parametrize("form", ["1", "2"])
@pytest.mark.parametrize("text", QUERIES)
def test_written_and_read_again(text, form):
    tree = cql.parse(text)
    assert xcql.read(xcql.write(tree, form).encode()) == tree


@pytest.mark.official
@pytest.mark.parametrize("text", [*QUERIES, '(> x = "u:v" x.a = b) or c', "a sortBy title"])
def test_what_is_written_is_valid(text, official_xsd):
    root = etree.fromstring(xcql.write(cql.parse(text)))
    documents.schema(official_xsd, "oasis/xcql.xsd").assertValid(root)


def test_inner_prefixes_stay_where_they_are_in_1_and_move_to_the_top_in_2():
    tree = cql.parse('(> x = "u:1" x.a = b) and (> x = "u:2" > "u:3" x.a = b or c any/x.m d)')
    assert xcql.read(xcql.write(tree, "1").encode()) == tree
    moved = cql.parse(
        '> p1 = "u:1" > p2 = "u:2" > p3 = "u:3" p1.a = b and (p2.a = b or p3.c any/p2.m d)'
    )
    assert xcql.read(xcql.write(tree, "2").encode()) == moved


def test_what_is_written():
    assert xcql.write(cql.parse("dc.title any/stem a"), "1") == (
        '<searchClause xmlns="http://www.loc.gov/zing/cql/xcql/"><index>dc.title</index>'
        "<relation><value>any</value><modifiers><modifier><type>stem</type></modifier></modifiers>"
        "</relation><term>a</term></searchClause>"
    )


def test_a_quotation_mark_in_a_term_is_protected():
    tree = xcql.read(b'<searchClause><term>a "b"</term></searchClause>')
    assert tree == cql.parse('"a \\"b\\""')


@pytest.mark.parametrize(
    ("text", "details"),
    [
        ("<a", "XCQL: "),
        ("<a/>", "line 1: a: searchClause or triple expected"),
        ("<xcql/>", "line 1: triple or searchclause expected in xcql"),
        ("<triple/>", "line 1: boolean expected in triple"),
        ("<searchClause><index>a</index><term>b</term></searchClause>", "relation expected"),
        (
            "<searchClause><index>a</index><relation><value/></relation><term/></searchClause>",
            "a relation without a value",
        ),
        ("<triple><boolean><value>xor</value></boolean></triple>", "xor: no boolean operator"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><searchClause/>", "a document type is not allowed"),
    ],
)
def test_what_is_no_xcql_is_told_with_its_line(text, details):
    with pytest.raises(Diagnostic) as raised:
        xcql.read(text.encode())
    assert raised.value.condition.name == "malformed_query"
    assert details in raised.value.details


def test_limits_are_those_of_cql():
    chain = cql.parse(" or ".join("a" * 201))
    assert xcql.read(xcql.write(chain).encode()) == chain
    with pytest.raises(Diagnostic) as raised:
        xcql.read(xcql.write(chain).encode(), Limits(operators=199))
    assert raised.value.condition.name == "too_many_operators"
    with pytest.raises(Diagnostic) as raised:
        xcql.read(b" " * 200, Limits(length=20))
    assert raised.value.condition.name == "query_too_long"
