"""XML: which schema an origin means."""

import pytest

from interop.crosswalks import CROSSWALKS
from interop.diagnostics import Diagnostic
from interop.z3950.record_syntaxes import Composition
from interop.z3950.record_syntaxes.xml import pack
from tests.unit.z3950.fakes import FakeCatalogue


@pytest.mark.parametrize("prefix", [p for p, c in CROSSWALKS.items() if c.is_xml])
def test_every_schema_of_the_registry(prefix):
    """By prefix, namespace and every other name; as element set or as schema."""
    crosswalk = CROSSWALKS[prefix]
    catalogue = FakeCatalogue()
    for name in (prefix, prefix.upper(), *crosswalk.names):
        for composition in (Composition(name), Composition("F", name)):
            pack([catalogue.stored[1]], composition, catalogue.render)
    assert set(catalogue.rendered) == {prefix}


@pytest.mark.parametrize("name", ["", "F", "f", "full", "FULL", "B", "b"])
def test_marcxml_by_default(name):
    """Full, brief and nothing."""
    catalogue = FakeCatalogue()
    (item,) = pack([catalogue.stored[1]], Composition(name), catalogue.render)
    assert catalogue.rendered == ["marcxml"]
    assert "Truyện Kiều".encode() in item.octets


@pytest.mark.parametrize(
    ("composition", "details"),
    [(Composition("nonsense"), "nonsense"), (Composition("marcxml", "urn:x"), "urn:x")],
)
def test_unknown_names(composition, details):
    """25, for all records at once."""
    catalogue = FakeCatalogue()
    with pytest.raises(Diagnostic) as caught:
        pack([catalogue.stored[1]], composition, catalogue.render)
    assert (caught.value.condition.bib1, caught.value.details) == (25, details)


def test_a_record_that_cannot_be_written():
    """238 in its place."""
    catalogue = FakeCatalogue()
    items = pack(
        [catalogue.stored[1], catalogue.stored[2]], Composition(), lambda *_: [None, b"<a/>"]
    )
    assert items[0].condition.bib1 == 238
    assert items[1].octets == b"<a/>"
