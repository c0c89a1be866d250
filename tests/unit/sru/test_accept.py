"""Media types: parameter, header, and what browsers send."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.sru import accept


@pytest.mark.parametrize(
    ("text", "chosen"),
    [
        ("", "text/xml"),
        ("*/*", "text/xml"),
        ("text/html", None),
        ("text/html, application/xml;q=0.9, */*;q=0.8", "application/xml"),
        ("application/json;q=0.5, text/xml", "text/xml"),
        ("application/json, text/xml", "application/json"),
        ("application/sru+xml", "application/sru+xml"),
        ("JSON", "application/json"),
        ("text/xml;q=0", None),
        ("text/xml;q=0, application/*;q=0.1", "application/sru+xml"),
    ],
)
def test_choose(text, chosen):
    assert accept.choose(text) == chosen


def test_browsers_do_not_want_json():
    assert accept.wants_json("application/json, text/plain, */*")
    assert not accept.wants_json("text/html,application/xhtml+xml,*/*;q=0.8")
    assert not accept.wants_json("text/xml, application/json;q=0.9")


@given(st.text())
def test_any_text_chooses_what_is_served_or_nothing(text):
    assert accept.choose(text) in {*accept.SERVED, None}
