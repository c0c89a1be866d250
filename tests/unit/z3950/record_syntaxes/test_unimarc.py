"""UNIMARC: a conversion, and what cannot be converted spoils one record."""

from interop.diagnostics import Diagnostic
from interop.marc.iso2709 import encode
from interop.marc.reader import read_iso2709
from interop.marc.record import DataField, MarcRecord
from interop.marc.unimarc import is_unimarc
from interop.z3950.record_syntaxes import Composition, by_oid, unimarc
from interop.z3950.record_syntaxes.unimarc import OID, pack
from tests.unit.z3950.fakes import LEADER, FakeCatalogue


def test_found_by_its_object_identifier():
    assert by_oid(OID) is unimarc.RECORD_SYNTAX


def test_octets_are_unimarc_in_utf_8():
    """Whatever element set and character set is asked for; the store has MARC 21."""
    catalogue = FakeCatalogue()
    for composition in (Composition(), Composition("B"), Composition(charset="marc-8")):
        items = pack([catalogue.stored[1], catalogue.stored[2]], composition, catalogue.render)
        for item, title in zip(items, ("Truyện Kiều", "Lục Vân Tiên"), strict=True):
            assert int(item.octets[:5]) == len(item.octets)
            assert item.octets[20:24] == b"450 "
            record, _ = read_iso2709(item.octets)
            assert is_unimarc(record)
            assert [f.first("a") for f in record.data("200")] == [title]


def test_what_cannot_be_delivered(monkeypatch):
    catalogue = FakeCatalogue()
    field = DataField("520", " ", " ", (("a", "x" * 9000),))
    large = catalogue.stored[1]._replace(marc=encode(MarcRecord(LEADER, (field,) * 12)))
    bare = catalogue.stored[1]._replace(marc=None)
    too_large, absent, good = pack(
        [large, bare, catalogue.stored[2]], Composition(), catalogue.render
    )
    assert isinstance(too_large, Diagnostic) and too_large.condition.bib1 == 17
    assert isinstance(absent, Diagnostic) and absent.condition.bib1 == 238
    assert not isinstance(good, Diagnostic)

    def broken(_: MarcRecord) -> bytes:
        raise ZeroDivisionError

    monkeypatch.setattr(unimarc, "encode", broken)
    (item,) = pack([catalogue.stored[1]], Composition(), catalogue.render)
    assert isinstance(item, Diagnostic)
    assert (item.condition.bib1, item.details) == (238, OID)
