"""Spans of years: 008 and 362, 045 and 648."""

import pytest

from interop.marc import spans
from interop.marc.record import ControlField, DataField, MarcRecord


def record(fixed: str = "", *fields: DataField) -> MarcRecord:
    control = (ControlField("008", f"200101{fixed}vm            000 0 vie d"),) if fixed else ()
    return MarcRecord("00000nas a2200000 a 4500", (*control, *fields))


def field(tag: str, ind1: str = " ", *subfields: tuple[str, str]) -> DataField:
    return DataField(tag, ind1, " ", subfields)


@pytest.mark.parametrize(
    ("fixed", "told", "expected"),
    [
        ("s2005    ", "", (2005, 2005)),
        ("t20052004", "", (2005, 2005)),
        ("r20051950", "", (2005, 2005)),
        ("q19501960", "", (1950, 1950)),
        ("d19601975", "", (1960, 1975)),
        ("c19869999", "", (1986, 9999)),
        ("c1986    ", "", (1986, 9999)),
        ("i19451954", "", (1945, 1954)),
        ("k19001910", "", (1900, 1910)),
        ("m19902001", "", (1990, 2001)),
        ("d196u197u", "", (1960, 1979)),
        ("u1990uuuu", "", (1990, 1990)),
        ("u1990uuuu", "Số 1 (1990)-số 12 (2001)", (1990, 2001)),
        ("cuuuu9999", "Số 1 (tháng 5-1991)-", (1991, 9999)),
        ("duuuuuuuu", "Năm 1930-1945.", (1930, 1945)),
        ("duuuuuuuu", "Năm 1930-", (1930, 9999)),
        ("d19751960", "", (1975, 1975)),
        ("c||||||||", "", None),
        ("", "", None),
        ("n        ", "", None),
    ],
)
def test_publication(fixed, told, expected):
    fields = [field("362", "0", ("a", told))] if told else []
    assert spans.publication(record(fixed, *fields)) == expected


def test_the_year_may_stand_in_the_imprint():
    assert spans.publication(record("", field("260", " ", ("c", "[1998]")))) == (1998, 1998)


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ([field("045", " ", ("a", "x4x7"))], ((1940, 1979),)),
        ([field("045", " ", ("a", "v-v-"))], ((1700, 1799),)),
        ([field("045", " ", ("a", "e-e-"))], ((1, 99),)),
        ([field("045", " ", ("a", "d8e3"))], ((-199, 39),)),
        ([field("045", " ", ("a", "d-d-"))], ((-999, -1),)),
        ([field("045", " ", ("a", "a0b0"))], ((-9999, -2900),)),
        ([field("045", "0", ("b", "c1945"))], ((1945, 1945),)),
        ([field("045", "1", ("b", "c1945"), ("b", "c1954"))], ((1945, 1945), (1954, 1954))),
        ([field("045", "2", ("b", "c194508"), ("b", "c1954"))], ((1945, 1954),)),
        ([field("045", "2", ("b", "d0111"), ("b", "c0939"))], ((-111, 939),)),
        ([field("045", "2", ("a", "x4x7"), ("b", "c1954"), ("b", "c1945"))], ()),
        ([field("045", " ", ("a", "x4"), ("a", "??x4"))], ()),
        ([field("648", " ", ("a", "1945-1975"))], ((1945, 1975),)),
        ([field("648", " ", ("a", "1986-"))], ((1986, 9999),)),
        ([field("648", " ", ("a", "Thế kỷ 20"))], ()),
        ([field("045", "0", ("b", "c0000")), field("045"), field("648")], ()),
    ],
)
def test_coverage(fields, expected):
    assert spans.coverage(record("", *fields)) == expected
