"""Links between fields and their original script, when fields move to another record."""

import pytest

from interop.marc.record import DataField, MarcRecord
from interop.union.links import Linker, original_tag, without_link


def field(tag, link, text="x"):
    return DataField(tag, " ", " ", ((("6", link),) if link else ()) + (("a", text),))


def links(fields):
    return [(f.tag, f.first("6")) for f in fields]


@pytest.mark.parametrize(
    ("tag", "link", "expected"),
    [
        ("880", "245-01/$1", "245"),
        ("880", "245-00", "245"),
        ("880", "245", ""),
        ("880", "", ""),
        ("880", "24x-01", ""),
        ("245", "880-01", ""),
    ],
)
def test_the_tag_an_880_stands_for(tag, link, expected):
    assert original_tag(field(tag, link)) == expected


def test_a_field_without_its_link_keeps_the_rest():
    assert without_link(field("650", "880-01")) == field("650", "")


def test_pairs_get_the_next_free_number():
    subject, script = field("650", "880-01"), field("880", "650-01/(N/r")
    record = MarcRecord("", (subject, script))
    moved = Linker([field("245", "880-07")]).moved(record, [subject], ())
    assert links(moved) == [("650", "880-08"), ("880", "650-08/(N/r")]


def test_numbers_rise_over_records():
    linker = Linker([])
    for number in (1, 2):
        subject = field("650", "880-01")
        record = MarcRecord("", (subject, field("880", "650-01")))
        assert links(linker.moved(record, [subject], ()))[0] == ("650", f"880-{number:02d}")


def test_fields_without_partner_lose_the_link_and_scripts_come_alone():
    subject = field("650", "880-01")
    scripts = (field("880", "245-01"), field("880", "100-02"), field("880", "nothing"))
    moved = Linker([]).moved(MarcRecord("", (subject, *scripts)), [subject], {"245"})
    assert links(moved) == [("650", ""), ("880", "245-00")]


def test_numbers_of_any_length_are_read():
    huge = field("880", "245-" + "9" * 5000)
    assert original_tag(huge) == "245"
    assert Linker([huge]) is not None
