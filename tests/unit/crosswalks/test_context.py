"""What a format is told beside the record, and which formats may ask for it."""

from dataclasses import replace

import pytest

from interop.crosswalks import CROSSWALKS, NOWHERE, Context, Crosswalk
from interop.crosswalks._rules.language import parse
from tests.unit.crosswalks.mrk import record

HERE = Context("VN-QTI", "Thư viện tỉnh Quảng Trị", "Thư viện Quốc gia", "https://a.vn/1")
RECORD = record("=001  1\n=245  00$aSách\n=852  \\\\$bKho mở$h895.9")


def test_nowhere_is_how_it_is_written():
    for crosswalk in CROSSWALKS.values():
        assert crosswalk.show(RECORD) == crosswalk.show(RECORD, NOWHERE) == crosswalk.write(RECORD)


def test_what_is_kept_since_ingest_does_not_depend_on_the_place():
    placed = {name for name, crosswalk in CROSSWALKS.items() if crosswalk.placed}
    assert placed == {"edm", "isohold", "opacxml"}
    for name, crosswalk in CROSSWALKS.items():
        assert not (crosswalk.stored and crosswalk.placed), name
        assert not (crosswalk.descriptive and crosswalk.placed), name
        assert (crosswalk.show(RECORD, HERE) == crosswalk.write(RECORD)) == (name not in placed)


@pytest.mark.parametrize("name", ["opacxml", "isohold"])
def test_holdings_belong_to_the_library_whose_record_it_is(name):
    assert "VN-QTI" in CROSSWALKS[name].show(RECORD, HERE).decode()
    other = record("=852  \\\\$0(VN-HUE)7$aVN-HUE$bKho mở")  # as the union writes it
    assert "VN-QTI" not in CROSSWALKS[name].show(other, HERE).decode()


def test_own_rules_are_told_the_place_too():
    own = parse("own.toml", '[[rule]]\nname = "rights in words"\ndrop = true\n')
    shown = CROSSWALKS["edm"].with_own_rules(own).show(RECORD, HERE).decode()
    assert "Quảng Trị" in shown
    plain = replace(CROSSWALKS["oai_dc"])
    assert (
        isinstance(plain, Crosswalk)
        and plain.with_own_rules(
            parse("own.toml", '[[rule]]\nname = "title"\ndrop = true\n')
        ).placed
        is None
    )
