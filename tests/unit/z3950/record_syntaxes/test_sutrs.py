"""SUTRS: text for a person."""

from interop.marc.record import DataField, MarcRecord
from interop.z3950 import ber
from interop.z3950.record_syntaxes import Composition
from interop.z3950.record_syntaxes.sutrs import WIDTH, pack, text
from tests.unit.z3950.fakes import LEADER, FakeCatalogue

KIEU = """\
Title: Truyện Kiều
Author: Nguyễn Du
Published: Hà Nội : Văn học, 2020
"""


def test_labelled_lines_in_a_general_string():
    """One BER value, UTF-8."""
    catalogue = FakeCatalogue()
    (item,) = pack([catalogue.stored[1]], Composition(), catalogue.render)
    element = ber.parse(item.single)
    assert element.tag == ber.GENERAL_STRING
    assert element.text() == KIEU


def test_long_values_are_wrapped():
    """At most 72 characters, continued with an indent; blanks and line ends are evened out."""
    note = DataField("520", " ", " ", (("a", "một\nhai  ba " * 30),))
    lines = text(MarcRecord(LEADER, (note,))).splitlines()
    assert len(lines) > 3
    assert all(len(line) <= WIDTH for line in lines)
    assert lines[0].startswith("Note: một hai ba")
    assert all(line.startswith("  ") for line in lines[1:])


def test_brief_leaves_out_all_but_three():
    """Element set B."""
    fields = (
        DataField("245", "1", "0", (("a", "Tên"), ("6", "880-01"))),
        DataField("650", " ", "0", (("a", "Chủ đề"),)),
        DataField("880", "1", "0", (("6", "245-01/$1"), ("a", "名"))),
    )
    record = MarcRecord(LEADER, fields)
    assert text(record, brief=True) == "Title: Tên\nTitle: 名\n"
    assert text(record) == "Title: Tên\nTitle: 名\nSubject: Chủ đề\n"


def test_octets_that_are_no_record():
    """A surrogate diagnostic, for that record."""
    catalogue = FakeCatalogue()
    broken = catalogue.stored[1]._replace(marc=b"")
    (item,) = pack([broken], Composition(), catalogue.render)
    assert item.condition.bib1 in (14, 238)
