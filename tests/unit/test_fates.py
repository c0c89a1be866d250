"""Fates in formats that have no rules: what stands in place, and what is missing without it."""

import pytest

from interop import fates
from interop.crosswalks import CROSSWALKS
from interop.fates import AS_IT_IS, PRIVATE, fates_of, leaves
from interop.marc.record import DataField, MarcRecord
from tests.unit.crosswalks.mrk import LEADER, record

BOOK = record(
    "=001  1\n=245  10$aTruyện Kiều\n=852  \\\\$aVN-QTI$bKho mở$h895.9$xmật\n=999  \\\\$cx"
)


def told(name, marc=BOOK):
    return {
        f"{fate.tag}{fate.code}": (fate.outcome, fate.rule)
        for fate in fates_of(CROSSWALKS[name], marc)
    }


@pytest.mark.parametrize("name", ["iso2709", "marc8", "marcjson", "marcxml", "opacxml"])
def test_formats_of_marc_itself(name):
    found = told(name)
    assert found["001"] == found["245a"] == found["852a"] == ("kept", AS_IT_IS)
    assert found["999c"] == found["852x"] == ("private", PRIVATE)


def test_marc_8_changes_what_it_has_no_form_for():
    twisted = record("=245  10$aTruye\u0323\u0302n")  # not as MARC-8 is read
    assert told("marc8", twisted)["245a"] == ("changed", AS_IT_IS)


@pytest.mark.parametrize("name", ["unimarc", "unimarcxml"])
def test_unimarc_names_the_field_where_a_value_went(name):
    marc = record("=020  \\\\$a9780198526636\n=245  10$aTruyện Kiều :$bthơ\n=590  \\\\$aKho")
    found = told(name, marc)
    assert found["245a"] == ("changed", "200 $a")  # ISBD punctuation
    assert found["245b"] == ("kept", "200 $e")
    assert found["020a"] == ("kept", "010 $a")
    assert found["590a"] == ("private", PRIVATE)


def test_holdings_say_which_element_tells_it():
    found = told("isohold")
    assert found["245a"] == ("dropped", "")
    assert found["852h"] == ("kept", "shelfLocator")
    assert found["852b"] == ("kept", "physicalLocation")
    assert found["852x"][0] == "dropped"


def test_what_stands_inside_a_sentence_is_kept():
    lent = record("=952  \\\\$aQTI$p000123$q2026-01-02$o895.9")
    assert told("isohold", lent)["952q"] == ("kept", "note")  # on loan until that day
    assert told("isohold", lent)["952p"] == ("kept", "value")


def test_leaves_of_xml_and_of_records_are_named_alike():
    for name in ("marcxml", "iso2709", "marcjson", "opacxml"):
        crosswalk = CROSSWALKS[name]
        assert ("245 $a", "Truyện Kiều") in leaves(crosswalk, crosswalk.write(BOOK)), name


def test_a_record_of_thousands_of_fields_is_not_written_thousands_of_times():
    fields = [DataField("500", " ", " ", (("a", f"chữ {n % 7}"),)) for n in range(3_000)]
    written = []

    def write(marc):
        written.append(marc)
        return [("a", field.first("a")) for field in marc.fields]

    told = fates._by_writing(MarcRecord(LEADER, tuple(fields)), write)
    assert len(told) == 3_000
    assert len(written) < 100


def test_a_field_is_written_again_only_for_values_that_are_not_told_from_the_whole():
    """Of UNIMARC a record of a library was written thirty times over."""
    marc = record(
        "=245  10$aTruyện Kiều :$bthơ lục bát /$cNguyễn Du\n=260  \\\\$aHà Nội :$bVăn học,$c1999."
    )
    written = []

    def write(given):
        written.append(given)
        return leaves(CROSSWALKS["unimarc"], CROSSWALKS["unimarc"].write(given))

    told = {
        (fate.tag, fate.code): (fate.outcome, fate.rule) for fate in fates._by_writing(marc, write)
    }
    assert told["245", "a"] == ("changed", "200 $a") and told["260", "b"] == ("changed", "210 $c")
    assert len(written) == 1


def test_a_value_that_may_be_that_of_another_field_is_found_out_by_writing():
    marc = record("=245  10$aTruyện Kiều /\n=500  \\\\$aTruyện Kiều")
    told = {fate.tag: (fate.outcome, fate.rule) for fate in fates_of(CROSSWALKS["unimarc"], marc)}
    assert told == {"245": ("changed", "200 $a"), "500": ("kept", "300 $a")}
