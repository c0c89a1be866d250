"""Answers of one line, and the comparison of entity tags."""

import pytest

from interop.http.reply import matches, plain


@pytest.mark.parametrize(
    ("header", "found"),
    [
        ("", False),
        ('W/"a"', True),
        ('"a"', True),
        ('"x", W/"a" ,"y"', True),
        ("*", True),
        ('"A"', False),
        ("a", False),
        ('W/"ab"', False),
        (",,,", False),
    ],
)
def test_matches(header: str, found: bool) -> None:
    assert matches(header, 'W/"a"') is found


def test_plain() -> None:
    status, headers, body = plain(405, "No.", ("Allow", "GET"))
    assert (status, b"".join(body)) == (405, b"No.\n")
    assert dict(headers) == {
        "Content-Type": "text/plain; charset=utf-8",
        "Content-Length": "4",
        "Allow": "GET",
    }
    assert plain(404, "No.", method="HEAD") == (404, headers[:2], [])
