"""Explaining records: which formats can, figures of many, lines of one."""

import pytest

from interop.crosswalks import CROSSWALKS
from interop.explain import RoundTrip, described, explainer, figures, reader, round_trips
from interop.marc.record import DataField, MarcRecord
from tests.unit.crosswalks.mrk import LEADER, record

RECORD = record("=001  a\n=245  10$aSách$cA\n=590  \\\\$aKho")


@pytest.mark.parametrize("name", CROSSWALKS)
def test_every_format_explains_every_subfield_and_names_a_rule(name):
    fates = explainer(CROSSWALKS[name])(RECORD)
    assert [(fate.tag, fate.code) for fate in fates] == [
        ("001", ""), ("245", "a"), ("245", "c"), ("590", "a"),
    ]  # fmt: skip
    assert fates[-1].outcome == "private"
    for fate in fates[:-1]:
        assert fate.outcome in ("kept", "changed", "refused", "dropped")
        assert bool(fate.rule) == (fate.outcome != "dropped")


def test_figures():
    large = MarcRecord(LEADER, (DataField("500", " ", " ", (("a", "x" * 10_000),)),))
    dc, iso = figures([RECORD, large], ["oai_dc", "iso2709"])
    assert (dc.records, iso.records) == (2, 1)
    assert dc.outcomes == {"kept": 2, "dropped": 2, "private": 1}
    assert dc.lost == {"001": 1, "245$c": 1}
    assert dc.share("kept") == 50
    assert iso.share("kept") == 100


def test_lines():
    fates = explainer(CROSSWALKS["oai_dc"])(RECORD)
    assert described(fates)[1] == "245 $a  kept     Sách (rule: title)"
    assert len(described(fates, losses_only=True)) == len(described(fates)) - 1


def test_a_round_trip_counts_local_fields_apart():
    before = record("=049  \\\\$aKho\n=245  10$aSách /$cA\n=440  \\0$aTủ sách\n=500  \\\\$aB")
    after = record("=245  10$aSách$cB\n=490  0\\$aTủ sách")
    trip = RoundTrip("mods")
    trip.add(before, after)
    assert (trip.total, trip.in_place, trip.anywhere) == (4, 1, 3)
    assert (trip.local_total, trip.local_in_place, trip.local_anywhere) == (1, 0, 0)
    assert trip.shares() == (25, 75)
    assert trip.shares_with_local() == (20, 60)


def test_mods_loses_nothing_of_a_plain_record():
    [trip] = round_trips([record("=100  0\\$aNguyễn Du\n=245  10$aSách /$cA.")], ["mods"])
    assert trip.shares() == trip.shares_with_local() == (100, 100)


def test_what_we_write_is_read_back_by_the_formats():
    """One reader for each format: that of files and harvests."""
    marc = record("=100  0\\$aNguyễn Du\n=245  10$aTruyện Kiều")
    for name, crosswalk in CROSSWALKS.items():
        read = reader(name)
        assert (read is None) == (not crosswalk.read_as)
        if read is not None:
            assert "Truyện Kiều" in str(read(crosswalk.write(marc)).fields), name
