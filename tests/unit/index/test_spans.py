"""Keys of spans: their order, and which of them a query means."""

import pytest

from interop.index import spans
from interop.query.ast import Span

YEARS = (-9999, -500, -1, 1, 999, 1990, 9999)


def test_keys_are_in_the_order_of_their_first_years():
    keys = [spans.key((year, 9999)) for year in YEARS]
    assert keys == sorted(keys) and len(set(keys)) == len(keys)
    assert {len(key) for key in keys} == {10}


def test_years_out_of_reach_are_cut():
    assert spans.key((-200_000, 123_456)) == spans.key((-9999, 9999))


@pytest.mark.parametrize("relation", ["encloses", "within", "equal"])
def test_bounds_hold_what_the_relation_means(relation):
    pairs = [(low, high) for low in YEARS for high in YEARS if low <= high]
    for low, high in pairs:
        found = spans.bounds(Span("date-span", low, high, relation))
        for first, last in pairs:
            meant = {
                "encloses": first <= low and high <= last,
                "within": low <= first and last <= high,
                "equal": (first, last) == (low, high),
            }[relation]
            assert found.hold(spans.key((first, last))) == meant, (low, high, first, last)
