"""Kinds of values: what is read, and what is said of what cannot be."""

import pytest

from interop.config.errors import ConfigError
from interop.config.kinds import KINDS, parse_interval, split_address, value


@pytest.mark.parametrize(
    ("text", "seconds"), [("30s", 30), ("2m", 120), ("1h", 3600), ("1d", 86400)]
)
def test_intervals(text, seconds):
    assert parse_interval(text) == seconds


@pytest.mark.parametrize("text", ["", "h", "0h", "1w", "-1h", "1.5h"])
def test_wrong_intervals(text):
    with pytest.raises(ValueError, match="interval"):
        parse_interval(text)


def test_addresses():
    assert split_address("[::1]:210") == ("::1", 210)
    with pytest.raises(ConfigError):
        split_address("127.0.0.1:99999")


@pytest.mark.parametrize(
    ("kind", "given", "read"),
    [
        ("count", 0, 0),
        ("integer", 7, 7),
        ("interval", "15m", 900),
        ("address?", "", ""),
        ("address", "[::1]:210", "[::1]:210"),
        ("words", "", ""),
        ("urls", "http://a.example/", ("http://a.example/",)),
        ("emails", ["a@b.example"], ("a@b.example",)),
        ("version", "2.0", "2.0"),
        ("switch", True, True),
        ("switch", "false", False),
        ("domain", "nlv.example.vn", "nlv.example.vn"),
    ],
)
def test_values(kind, given, read):
    assert value(kind, given) == read


@pytest.mark.parametrize(
    ("kind", "given", "what"),
    [
        ("count", True, "whole number from 0"),
        ("switch", 1, "true or false"),
        ("switch", "yes", "true or false"),
        ("integer", 0, "above 0"),
        ("interval", 900, "an interval such as 15m"),
        ("address", "x", "host:port"),
        ("address?", "x", "host:port"),
        ("text", "", "expected a text"),
        ("url", "http://user:secret@a.example/", "is not an address"),
        ("urls", 3, "a list of addresses"),
        ("emails", [], "a list of mail addresses"),
        ("emails", ["x@localhost"], "is not a mail address"),
        ("version", "3.0", "expected one of 1.1, 1.2, 2.0"),
        ("domain", "localhost", "is not a domain name"),
    ],
)
def test_what_is_no_value_of_its_kind(kind, given, what):
    with pytest.raises(ValueError, match=what):
        value(kind, given)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("given", [None, {}, [1], object(), -1])
def test_nothing_but_the_documented_error(kind, given):
    with pytest.raises(ValueError, match="."):
        value(kind, given)
