"""Result sets by row ids alone."""

from array import array

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.index.base import MissingSortValue, UnsupportedAccessPoint
from interop.index.columns import HEAD, cell
from interop.index.resultset import (
    Lazy,
    Snapshot,
    check_sort,
    combine,
    first,
    members,
    names_in,
    ordered,
    plain_parts,
    refers_to_sets,
    sort,
)
from interop.query.ast import All, And, Not, Or, SetRef, SortKey, Term
from interop.text.collation import sort_key


def _lazy(total, first, calls):
    def read(start, count):
        calls.append((start, count))
        return array("q", range(start, min(start + count, total)))

    return Lazy(array("q", range(first)), total, read, 5, frozenset({"union"}))


def test_lazy_reads_what_is_asked_for_and_no_more():
    calls = []
    result = _lazy(100, 4, calls)
    assert result.page(0, 4) == [0, 1, 2, 3]
    assert result.page(2, 0) == result.page(100, 5) == []
    assert calls == []
    assert result.page(3, 5) == [3, 4, 5, 6, 7]
    assert result.page(98, 9) == [98, 99]
    assert calls == [(3, 5), (98, 2)]
    assert result.ids().tolist() == list(range(100))
    assert result.page(50, 2) == [50, 51]
    assert calls[2:] == [(0, 100)]


def test_the_ranked_stay_in_front():
    rest = lambda start, count: array("q", range(start, start + count))  # noqa: E731
    result = Lazy(array("q", [7, 2]), 9, rest, 1, frozenset(), ranked=True)
    assert result.page(0, 2) == [7, 2]
    assert result.page(1, 3) == [2, 0, 1]
    assert result.ids().tolist() == [7, 2, 0, 1, 3, 4, 5, 6, 8]


keys = st.dictionaries(st.integers(1, 60), st.text("abc", min_size=1, max_size=8).map(sort_key))
sort_keys = st.builds(
    SortKey,
    st.sampled_from(("title", "author")),
    st.booleans(),
    st.sampled_from(("first", "last", "omit")),
    st.sampled_from(("", "", "b", "abcabcab")),
)


@given(keys, keys, st.sets(st.integers(1, 60)), st.lists(sort_keys, min_size=1, max_size=3))
def test_a_set_in_order_by_groups_is_a_sorted_set(titles, authors, rids, wanted):
    labels = Labels(title=titles, author=authors)
    held = array("q", sorted(rids))
    whole = sort(held, wanted, labels).tolist()
    found = ordered(held, wanted, labels, 1, frozenset())
    assert found.total == len(whole)
    assert [found.page(at, 3) for at in range(0, 70, 3)] == [
        whole[at : at + 3] for at in range(0, 70, 3)
    ]
    assert ordered(held, wanted, labels, 1, frozenset()).ids().tolist() == whole
    assert sorted(members(found)) == sorted(whole)


def test_lazy_with_everything_at_hand_reads_nothing():
    calls = []
    result = _lazy(4, 4, calls)
    assert result.page(2, 99) == [2, 3]
    assert result.ids().tolist() == [0, 1, 2, 3]
    assert calls == []


def test_the_first_row_ids():
    """Those at hand without reading, others as pages of any set are."""
    calls = []
    result = _lazy(100, 4, calls)
    assert first(result, 3).tolist() == [0, 1, 2]
    assert first(_lazy(3, 3, calls), 10).tolist() == [0, 1, 2]
    assert calls == []
    assert first(result, 6).tolist() == [0, 1, 2, 3, 4, 5]
    assert calls == [(0, 6)]
    snapshot = Snapshot(array("q", (9, 7, 8)), 5, frozenset({"union"}))
    assert first(snapshot, 2).tolist() == [9, 7]


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
    tree = Or((And((a, SetRef("1"))), Not(SetRef("2"), Or((a, b)))))
    assert plain_parts(tree) == [a, Or((a, b))] and names_in(tree) == {"1", "2"}
    assert plain_parts(And((a, b))) == [And((a, b))] and names_in(a) == set()
    assert refers_to_sets(Not(a, Or((b, SetRef("1")))))


class Labels:
    def __init__(self, **keys):
        self.keys = keys

    def sort_keys(self, ap, rids):
        return {rid: key for rid, key in self.keys[ap].items() if rid in rids}

    def cells(self, ap, rids):
        known = self.keys[ap]
        return [cell(known[rid]) if rid in known else b"" for rid in rids]

    def heads(self, ap, rids):
        return [int.from_bytes(found[:HEAD].ljust(HEAD, b"\0")) for found in self.cells(ap, rids)]


def test_ties_ascend_whichever_way_the_key_goes():
    labels = Labels(title={1: b"x", 2: b"a", 3: b"x"})
    assert sort([3, 2, 1], [SortKey("title")], labels).tolist() == [2, 1, 3]
    assert sort([3, 2, 1], [SortKey("title", False)], labels).tolist() == [1, 3, 2]
    assert sort([3, 1], [], labels).tolist() == [1, 3]


def test_what_has_no_key_is_sorted_by_another():
    labels = Labels(title={1: sort_key("a"), 2: sort_key("c")}, date={1: b"1900", 2: b"2000"})
    assert sort([1, 2, 3], [SortKey("title", instead="b")], labels).tolist() == [1, 3, 2]
    assert sort([1, 2, 3], [SortKey("date", instead="1945")], labels).tolist() == [1, 3, 2]
    assert sort([1, 2, 3], [SortKey("date", False, instead="3000")], labels).tolist() == [3, 2, 1]


def test_a_sort_that_wants_a_key_of_all():
    labels = Labels(title={1: b"a", 2: b"b"}, date={1: b"1900"})
    rids = array("q", [1, 2])
    keys = [SortKey("title", missing="fail"), SortKey("date", missing="fail")]
    assert ordered(rids, keys[:1], labels, 1, frozenset()).ids().tolist() == [1, 2]
    with pytest.raises(MissingSortValue) as raised:
        ordered(rids, keys, labels, 1, frozenset())
    assert raised.value.details == "date"


def test_unsortable():
    check_sort([SortKey("date")])
    with pytest.raises(UnsupportedAccessPoint):
        check_sort([SortKey("title"), SortKey("subject")])
