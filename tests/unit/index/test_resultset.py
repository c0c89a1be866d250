"""Result sets by row ids alone."""

from array import array

import pytest

from interop.index.base import UnsupportedAccessPoint
from interop.index.columns import cell
from interop.index.resultset import Lazy, Snapshot, check_sort, combine, refers_to_sets, sort
from interop.query.ast import All, And, Not, Or, SetRef, SortKey, Term


def _lazy(total, first, calls):
    def more(wanted):
        calls.append(wanted)
        return array("q", range(wanted))

    return Lazy(array("q", range(first)), total, more, 5, frozenset({"union"}))


def test_lazy_reads_more_only_when_asked_and_little_more_than_asked():
    calls = []
    result = _lazy(100, 4, calls)
    assert result.page(0, 4) == [0, 1, 2, 3]
    assert result.page(2, 0) == []
    assert calls == []
    assert result.page(3, 5) == [3, 4, 5, 6, 7]
    assert result.page(8, 2) == [8, 9]
    assert calls == [10]
    assert result.page(98, 9) == [98, 99]
    assert result.ids().tolist() == list(range(100))
    assert calls == [10, 100]


def test_the_ranked_stay_in_front():
    result = Lazy(
        array("q", [7, 2]), 9, lambda n: array("q", range(n)), 1, frozenset(), ranked=True
    )
    assert result.page(0, 2) == [7, 2]
    assert result.page(1, 3) == [2, 0, 1]
    assert result.ids().tolist() == [7, 2, 0, 1, 3, 4, 5, 6, 8]


def test_lazy_with_everything_at_hand_reads_nothing():
    calls = []
    result = _lazy(4, 4, calls)
    assert result.page(2, 99) == [2, 3]
    assert result.ids().tolist() == [0, 1, 2, 3]
    assert calls == []


def test_snapshot():
    result = Snapshot(array("q", [5, 3, 9]), 7, frozenset({"union"}))
    assert (result.total, result.seq) == (3, 7)
    assert result.page(1, 5) == [3, 9]
    assert result.page(3, 1) == result.page(0, -1) == []
    assert result.page(-1, 1) == [5]


def test_combine_asks_for_the_plain_parts_together():
    asked = []

    def run(query):
        asked.append(query)
        return [1, 2, 3]

    a, b = Term("title", ("a",)), Term("title", ("b",))
    sets = {"1": {2, 3, 4}, "2": {3, 9}}
    assert combine(And((a, SetRef("1"), b)), sets.__getitem__, run) == {2, 3}
    assert asked == [And((a, b))]
    assert combine(And((SetRef("1"), SetRef("2"))), sets.__getitem__, run) == {3}
    assert combine(Or((SetRef("2"), a)), sets.__getitem__, run) == {1, 2, 3, 9}
    assert combine(Not(All(), SetRef("2")), sets.__getitem__, run) == {1, 2}
    assert not refers_to_sets(And((a, Not(a, b))))
    assert refers_to_sets(Not(a, Or((b, SetRef("1")))))


class Labels:
    def __init__(self, **keys):
        self.keys = keys

    def sort_keys(self, ap, rids):
        return {rid: key for rid, key in self.keys[ap].items() if rid in rids}

    def cells(self, ap, rids):
        return [cell(self.keys[ap][rid]) if rid in self.keys[ap] else b"" for rid in rids]


def test_ties_ascend_whichever_way_the_key_goes():
    labels = Labels(title={1: b"x", 2: b"a", 3: b"x"})
    assert sort([3, 2, 1], [SortKey("title")], labels).tolist() == [2, 1, 3]
    assert sort([3, 2, 1], [SortKey("title", False)], labels).tolist() == [1, 3, 2]
    assert sort([3, 1], [], labels).tolist() == [1, 3]


def test_unsortable():
    check_sort([SortKey("date")])
    with pytest.raises(UnsupportedAccessPoint):
        check_sort([SortKey("title"), SortKey("subject")])
