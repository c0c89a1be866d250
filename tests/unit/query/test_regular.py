"""Regular expressions as masks: what is understood, and what is refused."""

import pytest

from interop.diagnostics import Diagnostic
from interop.query.ast import ANY, ONE
from interop.query.regular import MAX_CHOICES, choices


@pytest.mark.parametrize(
    ("expression", "terms"),
    [
        ("ab", [("a", "b")]),
        ("a.c", [("a", ONE, "c")]),
        ("a.*", [("a", ANY)]),
        ("a.+", [("a", ONE, ANY)]),
        ("a.?b", [("a", "b"), ("a", ONE, "b")]),
        ("ou?r", [("o", "r"), ("o", "u", "r")]),
        ("[iy]", [("i",), ("y",)]),
        ("a|bc", [("a",), ("b", "c")]),
        ("(a|b)c", [("a", "c"), ("b", "c")]),
        (r"a\.b\*", [("a", ".", "b", "*")]),
        ("", [()]),
    ],
)
def test_understood(expression, terms):
    """Every term that it stands for."""
    assert choices(expression, 102) == terms


@pytest.mark.parametrize(
    "expression", ["a*", "*", "a+", "[a-z]", "[^a]", "[ab", "a{2}", "(a", "a)", "^a", "a$", "\\"]
)
def test_refused(expression):
    """With the attribute and the rest that is not understood."""
    with pytest.raises(Diagnostic) as caught:
        choices(expression, 103)
    assert caught.value.condition.bib1 == 120
    assert caught.value.details.startswith("103")


def test_the_number_of_terms_is_bounded():
    """However the expression multiplies."""
    with pytest.raises(Diagnostic):
        choices("[abcdefgh]" * 30, 102)
    assert len(choices("[abcdefg]" * 2, 102)) == 49 <= MAX_CHOICES
