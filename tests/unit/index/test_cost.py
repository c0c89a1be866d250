"""What a question costs, counted before it is asked."""

import pytest

from interop.index.base import BUDGET, QueryTooCostly
from interop.index.cost import DEAR, OPENING, POSITION, SOME_MASKS, SOME_WORDS, Meter

FREQUENCIES = {("f", "a"): 10, ("g", "a"): 1, ("f", "b"): 4, ("f", "c"): 1_000_000}


def meter(asked=None, segments=2):
    def frequency(field, word):
        if asked is not None:
            asked.append((field, word))
        return FREQUENCIES.get((field, word), 0)

    return Meter(frequency, segments)


def test_the_rarest_word_leads_a_phrase():
    found = meter()
    found.phrase(["f", "g"], ["a", "b"])
    assert found.steps == 4
    found.phrase(["f", "g"], ["a", "c"])
    assert found.steps == 4 + 11


def test_all_positions_of_a_masked_phrase_are_read():
    found = meter()
    found.masked_phrase(["f"], [["a", "b"], ["b"]])
    assert found.steps == POSITION * (10 + 4 + 4) + OPENING * 2 * 3


def test_some_masks_are_not_counted_and_many_are():
    asked = []
    found = meter(asked)
    for _ in range(SOME_MASKS - 1):
        found.mask(["f"], ["a", "b"])
    assert found.steps == 0 and not asked
    found.mask(["f"], ["a"])
    assert found.steps == (SOME_MASKS - 1) * 14 + 10
    found.mask(["f"], ["b"])
    assert found.steps == (SOME_MASKS - 1) * 14 + 10 + 4


def test_nothing_is_counted_twice():
    asked = []
    found = meter(asked)
    for _ in range(3):
        found.phrase(["f"], ["a", "b"])
    assert asked == [("f", "a"), ("f", "b")]
    assert found.steps == 12


def test_too_much_is_refused():
    found = meter()
    with pytest.raises(QueryTooCostly, match="million steps"):
        for _ in range(BUDGET.steps // 1_000_000 + 1):
            found.phrase(["f"], ["c"])
    assert found.steps > BUDGET.steps


def test_what_is_dear():
    quick, slow, long = meter(), meter(), meter()
    quick.phrase(["f"], ["a", "b"])
    quick.mask(["f"], ["a"] * SOME_WORDS)
    assert not quick.is_dear
    for _ in range(DEAR // 1_000_000 + 1):
        slow.phrase(["f"], ["c"])
    long.mask(["f"], ["a"] * (SOME_WORDS + 1))
    assert slow.is_dear and long.is_dear


def test_a_dear_search_is_allowed():
    assert DEAR < BUDGET.steps
