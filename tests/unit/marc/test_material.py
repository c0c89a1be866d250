"""What a record describes, out of leader and fixed field."""

import pytest

from interop.marc.material import physical_form, publication_year
from interop.marc.record import ControlField, DataField, MarcRecord


def record(kind="a", fixed="", date=None):
    fields = [ControlField("008", fixed)] if fixed else []
    if date:
        fields.append(DataField("260", " ", " ", (("c", date),)))
    return MarcRecord(f"00000n{kind}m a2200000 a 4500", tuple(fields))


@pytest.mark.parametrize(
    ("kind", "place", "code", "form"),
    [
        ("a", 23, "f", "braille"),
        ("a", 23, "o", "electronic"),
        ("a", 23, "r", ""),
        ("a", 23, "|", ""),
        ("e", 29, "s", "electronic"),
        ("e", 23, "s", ""),
    ],
)
def test_form_of_item(kind, place, code, form):
    assert physical_form(record(kind, " " * place + code)) == form
    assert physical_form(record(kind)) == ""


@pytest.mark.parametrize(
    ("fixed", "date", "year"),
    [
        ("250101s2014    ", "2015", 2014),
        ("250101s20uu    ", "[2015]", 2015),
        ("250101n        ", "c2015.", 2015),
        ("250101b2014    ", "2015-2017", 2015),
        ("250101s²014    ", "20155", None),
        ("", "19--?", None),
        ("", None, None),
    ],
)
def test_year_of_publication(fixed, date, year):
    assert publication_year(record("a", fixed, date)) == year
