"""Trees printed as CQL and as PQF; that they come back is tests/properties/test_query.py."""

import pytest

from interop.query import cql, printers
from interop.query.ast import And, Not, Or, Prox, Range, SetRef, SortKey, Term
from interop.query.printers import Unprintable

TITLE = Term("title", ("truyen", "kieu"), "phrase")


@pytest.mark.parametrize(
    ("query", "as_cql", "as_pqf"),
    [
        (TITLE, 'dc.title = "truyen kieu"', '@attr 1=4 "truyen kieu"'),
        (Term("title", ("a",), trunc="both"), 'dc.title = "*a*"', "@attr 1=4 @attr 5=3 a"),
        (
            Term("title", ("a", "b"), "phrase", position="first", complete=True),
            'dc.title == "a b"',
            '@attr 1=4 @attr 3=1 @attr 6=3 "a b"',
        ),
        (Term("title", ("a", "b"), "any"), 'dc.title any "a b"', '@attr 1=4 @attr 4=105 "a b"'),
        (
            Range("date", 1990, 2000),
            'dc.date within "1990 2000"',
            '@attr 1=30 @attr 2=104 "1990 2000"',
        ),
        (
            Range("date", 1990, 2000, lo_incl=False),
            'dc.date > "1990" and dc.date <= "2000"',
            "@and @attr 1=30 @attr 2=5 1990 @attr 1=30 @attr 2=2 2000",
        ),
        (
            Prox(Term("title", ("a",)), Term("title", ("b",)), 2, True, exclude=True),
            'dc.title = "a" prox/unit=word/distance<=2/ordered/local.exclusion dc.title = "b"',
            "@prox 1 2 1 2 known 2 @attr 1=4 a @attr 1=4 b",
        ),
        (
            And((Or((TITLE, SetRef('s"1'))), Not(TITLE, SetRef("2")))),
            'dc.title = "truyen kieu" or cql.resultSetId = "s\\"1" and '
            '(dc.title = "truyen kieu" not cql.resultSetId = "2")',
            '@and @or @attr 1=4 "truyen kieu" @set "s\\"1" @not @attr 1=4 "truyen kieu" @set "2"',
        ),
    ],
)  # fmt: skip
def test_both_languages(query, as_cql, as_pqf):
    assert printers.cql(query) == as_cql
    assert printers.pqf(query) == as_pqf


def test_sort():
    keys = (
        SortKey("title", False),
        SortKey("date", True, "first"),
        SortKey("author", True, "omit"),
    )
    text = printers.cql(TITLE, keys)
    assert cql.compile(text) == (TITLE, keys)


def test_special_characters_are_protected():
    text = 'a*b?c^d"e\\f'
    assert printers.quoted(text) == '"a\\*b\\?c\\^d\\"e\\\\f"'
    query, _ = cql.compile(f"rec.id = {printers.quoted(text)}")
    assert query == Term("control-number", (text,), "key")


@pytest.mark.parametrize("text", ["dc.title =/respectAccents a", "dc.title = a?b*1"])
def test_what_type_1_cannot_say(text):
    query, _ = cql.compile(text)
    with pytest.raises(Unprintable, match="dc.title"):
        printers.pqf(query)


def test_a_long_chain_has_no_parentheses():
    text = " or ".join("a" * 150) + " and b not c"
    query, _ = cql.compile(text)
    assert "(" not in printers.cql(query)
    assert cql.compile(printers.cql(query))[0] == query
