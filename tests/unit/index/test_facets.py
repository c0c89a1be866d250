"""Which values of a facet are shown."""

import pytest

from interop.index.base import Facet, UnsupportedAttribute
from interop.index.facets import check, name, of_range, page
from interop.index.tables import Tables
from interop.query.ast import Range


@pytest.fixture
def tables(tmp_path):
    return Tables(tmp_path / "words.db")


def test_page(tables):
    counts = {"đá": 1, "dê": 1, "cá": 1, "gà": 5, "ve": 2}

    def shown(**more):
        return [count.value for count in page(Facet("subject", **more), counts, tables)]

    assert shown() == ["gà", "ve", "cá", "dê", "đá"]
    assert shown(limit=2, start=3) == ["cá", "dê"]
    assert shown(order="value", limit=3) == ["cá", "dê", "đá"]
    assert shown(order="value", limit=2, reverse=True) == ["ve", "gà"]
    assert shown(limit=4, reverse=True) == ["cá", "dê", "đá", "ve"]
    assert shown(start=9) == shown(limit=0) == []


def test_years_are_in_the_order_of_numbers(tables):
    counts = {"1999": 1, "975": 1}
    assert [c.value for c in page(Facet("date", order="value"), counts, tables)] == ["975", "1999"]


def test_ranges(tables):
    assert name(Range("date", 1990, 1999)) == "1990..1999"
    assert of_range(Range("date", None, 5), 2).display == "–5"
    with pytest.raises(UnsupportedAttribute):
        check([Facet("date", ranges=(Range("date", "x", None),))], tables)
