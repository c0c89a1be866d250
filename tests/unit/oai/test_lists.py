"""Kept parts of lists are always what would be read anew."""

import random
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interop.oai.kept import KeptParts
from interop.oai.lists import Lists
from interop.oai.token import Position
from tests.unit.oai.fakes import FakeCatalogue, filled, records_of

RECORDS = Position("union", "ListRecords", "oai_dc")
HEADERS = replace(RECORDS, verb="ListIdentifiers")


def pages(catalogue: FakeCatalogue) -> int:
    return catalogue.calls.count("page")


def test_a_part_is_read_once_while_nothing_changes() -> None:
    catalogue = filled(50)
    lists = Lists(catalogue, keeper=KeptParts(10_000_000))
    first = lists.part(RECORDS, 20)
    assert lists.part(RECORDS, 20) is first and pages(catalogue) == 1
    assert lists.part(replace(RECORDS, delivered=3, size=9, issued=7), 20) is first
    for other in (HEADERS, replace(RECORDS, seq=1), replace(RECORDS, set_spec="type")):
        assert lists.part(other, 20).body is not first.body
    assert lists.part(RECORDS, 10).count == 10


@pytest.mark.parametrize("position", [RECORDS, HEADERS])
def test_a_change_elsewhere_leaves_a_part_and_one_in_it_does_not(position: Position) -> None:
    catalogue = filled(50)
    lists = Lists(catalogue, keeper=KeptParts(10_000_000))
    first = lists.part(position, 20)
    catalogue.put("new", "type:book")
    catalogue.put("u000000040", "type:map")
    assert lists.part(position, 20) is first and pages(catalogue) == 1
    catalogue.put("u000000003", "type:map")
    again = lists.part(position, 20)
    assert again is not first and again.tag != first.tag
    assert "oai:opac.example.vn:union/u000000003" not in {r.identifier for r in records_of(again)}


def test_a_part_of_a_set_loses_what_leaves_the_set() -> None:
    catalogue = filled(50)
    lists = Lists(catalogue, keeper=KeptParts(10_000_000))
    position = replace(RECORDS, set_spec="library:VN-HUE")
    first = lists.part(position, 5)
    left = records_of(first)[2]
    catalogue.put(left.identifier.rpartition("/")[2], "library:VN-QTI")
    assert left.identifier not in {r.identifier for r in records_of(lists.part(position, 5))}


def test_the_end_of_a_list_is_not_kept_beyond_a_change() -> None:
    catalogue = filled(15)
    lists = Lists(catalogue, keeper=KeptParts(10_000_000))
    assert lists.part(RECORDS, 20).count == 15
    catalogue.put("new")
    assert lists.part(RECORDS, 20).count == 16


def test_a_datestamp_that_is_not_final_is_not_kept_beyond_a_commit() -> None:
    catalogue = filled(50)
    catalogue.unsettled = 18
    lists = Lists(catalogue, keeper=KeptParts(10_000_000))
    lists.part(RECORDS, 20)
    lists.part(replace(RECORDS, seq=0), 10)
    catalogue.seq += 1  # a commit that stamps again
    lists.part(RECORDS, 20)
    lists.part(RECORDS, 10)
    assert pages(catalogue) == 3


def test_a_commit_while_a_part_is_read_makes_it_provisional() -> None:
    class Busy(FakeCatalogue):
        def settled_before(self) -> int:
            self.seq += 1
            return super().settled_before()

    catalogue = Busy()
    for number in range(30):
        catalogue.put(f"u{number}")
    lists = Lists(catalogue, keeper=KeptParts(10_000_000))
    lists.part(RECORDS, 20)
    lists.part(RECORDS, 20)
    assert pages(catalogue) == 2


def test_the_size_is_counted_once_for_each_state() -> None:
    catalogue = filled(50)
    lists = Lists(catalogue, keeper=KeptParts(10_000_000))
    sized = [lists.size(replace(RECORDS, seq=seq)) for seq in (0, 7)]
    assert sized == [50, 50] and catalogue.calls.count("count") == 1
    catalogue.put("new")
    assert lists.size(HEADERS) == 51
    assert lists.size(replace(HEADERS, set_spec="type:map")) == 0


def test_what_is_kept_is_bounded() -> None:
    catalogue = filled(100)
    keeper = KeptParts(10_000)
    lists = Lists(catalogue, keeper=keeper)
    for seq in range(0, 90, 5):
        lists.part(replace(RECORDS, seq=seq), 5)
    assert 0 < keeper.held <= 10_000


@settings(max_examples=30, deadline=None)
@given(st.integers(0, 100_000))
def test_kept_parts_equal_fresh_ones_through_any_traffic(seed: int) -> None:
    rng = random.Random(seed)
    catalogue = filled(40)
    lists = Lists(catalogue, keeper=KeptParts(10_000_000))
    sets = (None, "library", "library:VN-QTI", "type:book")
    for _ in range(60):
        action = rng.randrange(4)
        local = f"u{rng.randrange(45):09}"
        catalogue.time += rng.randrange(2)
        known = "oai:opac.example.vn:union/" + local in catalogue.state()
        if action == 0 and known:
            catalogue.delete(local)
        elif action == 1:
            catalogue.put(local, f"library:{rng.choice(('VN-QTI', 'VN-HUE'))}", "type:book")
        for verb in ("ListRecords", "ListIdentifiers"):
            position = Position(
                "union", verb, "oai_dc", rng.choice(sets), seq=rng.randrange(catalogue.seq)
            )
            kept, fresh = lists.part(position, 7), Lists(catalogue).part(position, 7)
            assert (kept.body.plain(), kept.count, kept.last, kept.more, kept.tag) == (
                fresh.body.plain(),
                fresh.count,
                fresh.last,
                fresh.more,
                fresh.tag,
            )
