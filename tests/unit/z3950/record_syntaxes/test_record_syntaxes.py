"""Every record syntax that is found by its file, and the rules that hold for all of them."""

import csv
from pathlib import Path

import pytest

from interop.diagnostics import Diagnostic
from interop.z3950.common import External
from interop.z3950.record_syntaxes import RECORD_SYNTAXES, Composition, Packed, by_oid
from tests.unit.z3950.fakes import FakeCatalogue

OIDS = Path(__file__).resolve().parents[4] / "schemas" / "z3950" / "oid.csv"


def test_found_by_file():
    """One per module, each under its object identifiers."""
    assert set(RECORD_SYNTAXES) >= {"usmarc", "xml", "sutrs"}
    for syntax in RECORD_SYNTAXES.values():
        assert all(by_oid(oid) is syntax for oid in syntax.oids)
    assert by_oid("1.2.3") is None


def test_object_identifiers_are_in_the_table():
    """With the clause that gives them."""
    with OIDS.open(newline="") as file:
        rows = {row["oid"]: row for row in csv.DictReader(file)}
    for name, syntax in RECORD_SYNTAXES.items():
        for oid in syntax.oids:
            assert rows[oid]["clause"], name


def test_no_object_identifier_twice():
    """Two files cannot both answer for one syntax."""
    oids = [oid for syntax in RECORD_SYNTAXES.values() for oid in syntax.oids]
    assert len(oids) == len(set(oids))


@pytest.mark.parametrize("name", RECORD_SYNTAXES)
def test_one_item_per_record_in_order(name):
    """As many as came in; each octets or one BER value; nothing for no records."""
    catalogue = FakeCatalogue()
    syntax = RECORD_SYNTAXES[name]
    records = list(catalogue.stored.values())
    items = syntax.pack(records, Composition(), catalogue.render)
    assert len(items) == len(records)
    for item, record in zip(items, records, strict=True):
        assert isinstance(item, Packed)
        assert (item.octets is None) != (item.single is None)
        assert (item.octets or item.single) in [
            other.octets or other.single
            for other in syntax.pack([record], Composition(), catalogue.render)
        ]
    assert list(syntax.pack([], Composition(), catalogue.render)) == []


@pytest.mark.parametrize("name", RECORD_SYNTAXES)
def test_a_record_without_marc_is_its_own_diagnostic(name):
    """A tombstone among others spoils only its place."""
    catalogue = FakeCatalogue()
    catalogue.delete(2)
    records = list(catalogue.stored.values())
    items = RECORD_SYNTAXES[name].pack(records, Composition(), catalogue.render)
    assert [isinstance(item, Diagnostic) for item in items] == [False, True] + [False] * 4


def test_packed_as_external():
    """The identifier that the origin asked by."""
    assert Packed(octets=b"x").external("1.2.3") == External(direct_reference="1.2.3", octets=b"x")
    assert Packed(single=b"x").external("1.2.3") == External(direct_reference="1.2.3", single=b"x")
