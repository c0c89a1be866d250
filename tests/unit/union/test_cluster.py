"""Clusters: membership is a function of the records' keys, ids have a history."""

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from interop.union.cluster import components, regroup

keys = st.dictionaries(st.integers(1, 12), st.frozensets(st.sampled_from("abcdefgh"), max_size=3))


def minter(start=1):
    numbers = count(start)
    return lambda part: f"u{next(numbers):09d}"


def partition(groups):
    return {frozenset(group) for group in groups}


def brute(records):
    """Join groups that share a key until nothing joins any more."""
    groups = [({rid}, set(ks)) for rid, ks in records.items()]
    joined = True
    while joined:
        joined = False
        for one in groups:
            for two in groups:
                if one is not two and one[1] & two[1]:
                    one[0].update(two[0])
                    one[1].update(two[1])
                    groups.remove(two)
                    joined = True
                    break
            if joined:
                break
    return partition(rids for rids, _ in groups)


@given(keys)
def test_components_equal_brute_force(records):
    assert partition(components(records)) == brute(records)


@given(keys)
def test_every_record_is_in_exactly_one_component(records):
    parts = components(records)
    assert sorted(rid for part in parts for rid in part) == sorted(records)


@given(keys, keys)
def test_regrouping_in_two_steps_equals_from_scratch(first, second):
    mint = minter()
    before = {
        rid: cluster for cluster, rids in regroup(first, {}, mint).members.items() for rid in rids
    }
    after = regroup(second, before, mint)
    assert partition(after.members.values()) == brute(second)
    lived = set(before.values())
    gone = set(after.redirects) | after.dissolved
    assert gone | (lived & set(after.members)) == lived
    assert not gone & set(after.members)
    assert set(after.redirects.values()) <= set(after.members)


def test_a_merge_keeps_the_oldest_id():
    result = regroup({1: "a", 2: "ab", 3: "b"}, {1: "u2", 3: "u1"}, minter())
    assert result.members == {"u1": frozenset({1, 2, 3})}
    assert result.redirects == {"u2": "u1"}


def test_a_split_leaves_the_id_with_the_larger_part():
    result = regroup({1: "a", 2: "b", 3: "b"}, {1: "u1", 2: "u1", 3: "u1"}, minter(5))
    assert result.members == {"u000000005": frozenset({1}), "u1": frozenset({2, 3})}
    assert not result.redirects


def test_an_id_without_records_dissolves():
    result = regroup({}, {1: "u1"}, minter())
    assert result.dissolved == {"u1"} and not result.members
