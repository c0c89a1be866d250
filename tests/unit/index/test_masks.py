"""Patterns: three spellings of one meaning."""

import sqlite3

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.index import masks
from interop.query.ast import ANY, ONE, Mask, Term

parts = st.sampled_from(("a", "b", "đ", "*", "?", "[", "]", "a.b", "\\", "^", "$", ANY, ONE))
words = st.text("abđ*?[].\\^$", max_size=6)


@pytest.mark.parametrize(
    ("trunc", "expected"),
    [
        ("none", (("a",), ("b",))),
        ("right", (("a",), ("b", ANY))),
        ("left", ((ANY, "a"), ("b",))),
        ("both", ((ANY, "a"), ("b", ANY))),
    ],
)
def test_truncation_goes_to_the_ends(trunc, expected):
    assert masks.patterns(Term("title", ("a", "b"), "phrase", trunc=trunc)) == expected


def test_both_sides_of_one_word():
    assert masks.patterns(Term("title", ("a",), trunc="both")) == ((ANY, "a", ANY),)


def test_mask_joins_its_neighbours():
    assert masks.of_mask(Mask("title", ("a", "b", ANY, ANY, ONE, ONE))) == ("ab", ANY, ONE, ONE)
    assert masks.literal(masks.of_mask(Mask("title", ("a", "b")))) == "ab"
    assert masks.literal(()) == ""
    assert masks.literal((ONE,)) is None


def test_bounds_hold_every_continuation():
    low, high = masks.bounds(("ab", ANY))
    assert low <= "ab" <= "ab\U0010fffb" <= high < "ac"
    assert masks.bounds((ANY, "ab"))[0] == ""


def test_shown_as_cql():
    assert masks.show(("a", ONE, "b", ANY)) == "a?b*"


def _literally(pattern, word):
    """Matching by definition: one element at a time."""
    if not pattern:
        return not word
    head, rest = pattern[0], pattern[1:]
    if head is ANY:
        return any(_literally(rest, word[i:]) for i in range(len(word) + 1))
    if head is ONE:
        return bool(word) and _literally(rest, word[1:])
    return word.startswith(head) and _literally(rest, word[len(head) :])


@given(st.lists(parts, min_size=1, max_size=5).map(tuple), words)
def test_regular_expression_and_glob_mean_the_same(pattern, word):
    expected = _literally(pattern, word)
    assert masks.matcher(masks.of_mask(Mask("title", pattern)))(word) is expected
    connection = sqlite3.connect(":memory:")
    (globbed,) = connection.execute("SELECT ? GLOB ?", (word, masks.glob(pattern))).fetchone()
    connection.close()
    assert bool(globbed) is expected
