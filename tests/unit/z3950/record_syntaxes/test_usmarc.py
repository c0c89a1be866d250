"""MARC 21: the stored octets, as they are."""

from interop.diagnostics import Diagnostic
from interop.marc.iso2709 import encode
from interop.marc.record import DataField, MarcRecord
from interop.z3950.record_syntaxes import Composition
from interop.z3950.record_syntaxes.usmarc import pack
from tests.unit.z3950.fakes import LEADER, FakeCatalogue


def test_octets_are_those_of_the_store():
    """Whatever element set is asked for."""
    catalogue = FakeCatalogue()
    record = catalogue.stored[1]
    for name in ("", "F", "B"):
        (item,) = pack([record], Composition(name), catalogue.render)
        assert item.octets == record.marc


def test_a_record_too_large_for_iso_2709():
    """Its length is not what its leader says; origins would cut it."""
    catalogue = FakeCatalogue()
    field = DataField("520", " ", " ", (("a", "x" * 9000),))
    large = catalogue.stored[1]._replace(marc=encode(MarcRecord(LEADER, (field,) * 12)))
    (item,) = pack([large], Composition(), catalogue.render)
    assert isinstance(item, Diagnostic)
    assert item.condition.bib1 == 17
    assert str(len(large.marc)) in item.details
