"""Names and values of parameters, from bytes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.diagnostics import Diagnostic
from interop.sru import parameters


def test_pairs_in_order_and_in_the_standard_s_spelling():
    assert parameters.pairs(b"QUERY=a+b%20c&&startrecord=%31&x-Foo=1&bar&%ff=1&b=%ff%41") == [
        ("query", "a b c"),
        ("startRecord", "1"),
        ("x-Foo", "1"),
        ("bar", ""),
        ("\ufffd", "1"),
        ("b", None),
    ]


def test_half_an_escape_is_text():
    assert parameters.pairs(b"query=100%&a=%zz") == [("query", "100%"), ("a", "%zz")]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ([("foo", "1")], (8, "foo")),
        ([("query", None)], (10, "position 1: not UTF-8")),
        ([("recordSchema", None)], (6, "recordSchema")),
        ([("query", "a"), ("query", "b")], (6, "query is repeated")),
    ],
)
def test_check(given, expected):
    with pytest.raises(Diagnostic) as raised:
        parameters.check(given)
    assert (raised.value.condition.sru, raised.value.details) == expected


def test_what_check_lets_pass():
    parameters.check([("query", "a"), ("query", "a"), ("x-a", "1"), ("X-a", "2"), ("x-b", None)])


@pytest.mark.parametrize(
    "name", ["x-password", "X-Username", "x-info-2-auth1.0-authenticationToken"]
)
def test_secrets(name):
    assert parameters.is_secret(name) and not parameters.is_secret("x-interop-understood")


@given(st.binary())
def test_any_bytes_are_pairs(data):
    assert all(isinstance(name, str) for name, _ in parameters.pairs(data))
