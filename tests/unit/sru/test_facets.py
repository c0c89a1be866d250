"""Facet parameters of SRU 2.0."""

import pytest

from interop.diagnostics import Diagnostic
from interop.query import cql
from interop.query.ast import Range
from interop.sru import facets


def ask(**parameters):
    return [(each.index, each.limit, each.start, each.order) for each in facets.parse(parameters)]


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({}, []),
        ({"facetLimit": "3"}, [(name, 3, 1, "count") for name in facets.USUAL]),
        (
            {"facetLimit": "10:dc.subject, 5:Creator"},
            [("dc.subject", 10, 1, "count"), ("Creator", 5, 1, "count")],
        ),
        (
            {"facetLimit": "2,5:dc.date,0:dc.type", "facetStart": "3,11:dc.type"},
            [("dc.date", 5, 3, "count")],
        ),
        ({"facetLimit": "7", "facetStart": "2:dc.date"}, [("dc.date", 7, 2, "count")]),
        ({"facetSort": "alphanumeric:dc.date"}, [("dc.date", 10, 1, "value")]),
        (
            {
                "facetLimit": "1:dc.date,1:dc.type",
                "facetSort": "alphanumeric,ascending,recordCount:dc.type",
            },
            [("dc.date", 1, 1, "value"), ("dc.type", 1, 1, "count")],
        ),
        ({"facetLimit": "99999:dc.type"}, [("dc.type", facets.MAXIMUM_TERMS, 1, "count")]),
    ],
)  # fmt: skip
def test_parameters(parameters, expected):
    assert ask(**parameters) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("recordCount", ("count", False)),
        ("recordCount,descending", ("count", False)),
        ("recordCount,ascending", ("count", True)),
        ("alphanumeric,caseInsensitive,Descending:dc.type", ("value", True)),
        ("recordCount:dc.type,ascending", ("count", True)),
        ("recordCount,ascending,alphanumeric:dc.type", ("value", False)),
    ],
)
def test_both_directions(text, expected):
    (facet,) = facets.parse({"facetLimit": "3:dc.type", "facetSort": text})
    assert (facet.order, facet.reverse) == expected


def test_ranges_cover_the_years_without_a_gap():
    (facet,) = facets.parse(
        {
            "facetRangeField": "dc.date",
            "facetLowValue": "1991",
            "facetHighValue": "2000",
            "facetCount": "3",
        }
    )
    assert facet.ranges == (
        Range("date", 1991, 1993),
        Range("date", 1994, 1996),
        Range("date", 1997, 2000),
    )
    few = {"facetRangeField": "date", "facetLowValue": "1999", "facetHighValue": "2000"}
    assert len(facets.parse(few)[0].ranges) == 2


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"facetLimit": "x"}, (6, "facetLimit")),
        ({"facetLimit": "-1:title"}, (6, "facetLimit")),
        ({"facetStart": "0:dc.type"}, (6, "facetStart")),
        ({"facetSort": "random"}, (6, "facetSort")),
        ({"facetSort": "ascending"}, (6, "facetSort")),
        ({"facetSort": "recordCount,upwards"}, (6, "facetSort")),
        ({"facetLimit": "5:dc.foo"}, (16, "dc.foo")),
        ({"facetLimit": "5:dc.title"}, (16, "dc.title")),
        ({"facetLimit": "5:foo.a"}, (15, "foo.a".partition(".")[0])),
        ({"facetCount": "5"}, (7, "facetRangeField")),
        ({"facetRangeField": "dc.date"}, (7, "facetLowValue")),
        ({"facetRangeField": "dc.date", "facetLowValue": "1"}, (7, "facetHighValue")),
        ({"facetRangeField": "title", "facetLowValue": "1"}, (22, "title within")),
        (
            {"facetRangeField": "date", "facetLowValue": "9", "facetHighValue": "1"},
            (6, "facetHighValue"),
        ),
    ],
)  # fmt: skip
def test_refused(parameters, expected):
    with pytest.raises(Diagnostic) as raised:
        facets.parse(parameters)
    assert (raised.value.condition.sru, raised.value.details) == expected


@pytest.mark.parametrize(
    ("parameters", "value", "expected"),
    [
        (
            {"facetLimit": "1:dc.subject"},
            'a "b*"',
            ("==", 'dc.subject ==/respectAccents "a \\"b\\*\\""'),
        ),
        ({"facetLimit": "1:dc.language"}, "vie", ("=", 'dc.language = "vie"')),
        (
            {"facetRangeField": "dc.date", "facetLowValue": "1", "facetHighValue": "9"},
            "1..9",
            ("within", 'dc.date within "1 9"'),
        ),
    ],
)
def test_the_query_that_follows_a_term(parameters, value, expected):
    (facet,) = facets.parse(parameters)
    assert facets.clause(facet, value) == expected
    assert cql.compile(expected[1])


def test_the_usual_facets_are_indexes():
    assert facets.known() == facets.USUAL
