"""Explaining records: which formats can, figures of many, lines of one."""

import pytest

from interop.crosswalks import CROSSWALKS, Crosswalk
from interop.explain import described, explainable, explainer, figures
from interop.marc.record import DataField, MarcRecord
from tests.unit.crosswalks.mrk import LEADER, record

RECORD = record("=001  a\n=245  10$aSách$cA\n=590  \\\\$aKho")


def test_every_format_with_rules_or_a_reader_explains():
    for name in explainable():
        fates = explainer(CROSSWALKS[name])(RECORD)
        assert {fate.outcome for fate in fates if fate.tag == "590"} == {"private"}, name


def test_a_format_without_either_says_so():
    with pytest.raises(ValueError, match="x: written without rules"):
        explainer(Crosswalk("x", "", "", "", bytes))


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
