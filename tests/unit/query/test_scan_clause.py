"""What a scan clause asks for; how it is answered is tests/unit/sru/test_operations.py."""

import pytest

from interop.diagnostics import Diagnostic
from interop.query import scan_clause


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("a", ("any", "word", "a")),
        ('dc.title = "a b"', ("title", "word", "a b")),
        ("dc.title == ^a", ("title", "heading", "a")),
        ("dc.title exact a\\*", ("title", "heading", "a*")),
        ('Title any ""', ("title", "word", "")),
        ("dc.date = 1990", ("date", "heading", "1990")),
        ('> x = "info:srw/cql-context-set/1/dc-v1.1" x.title = a', ("title", "word", "a")),
    ],
)
def test_compile(text, expected):
    found = scan_clause.compile(text)
    assert (found.point.name, found.kind, found.text) == expected


@pytest.mark.parametrize(
    ("text", "number"),
    [("a and b", 37), ("a sortBy title", 10), ("title > a", 19), ("title =/stem a", 20), ("a*", 28)]
    + [("foo.a = b", 15), ("colour = b", 16), ("(a", 10)],
)
def test_refused(text, number):
    with pytest.raises(Diagnostic) as raised:
        scan_clause.compile(text)
    assert raised.value.condition.sru == number
