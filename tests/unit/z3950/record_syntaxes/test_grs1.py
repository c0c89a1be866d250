"""GRS-1: tagSet-G, then the MARC fields."""

from pathlib import Path

import asn1tools
import pytest

from interop.diagnostics import Diagnostic
from interop.model.record import RecordId, Stored
from interop.z3950.record_syntaxes import Composition
from interop.z3950.record_syntaxes.grs1 import pack
from tests.unit.z3950.fakes import FakeCatalogue

ASN1 = Path(__file__).resolve().parents[4] / "schemas" / "z3950" / "z3950.asn"


def tree(packed) -> list[tuple[int, object, object]]:
    """(tag type, tag, text or subtree) as software that other people wrote reads it."""
    oracle = asn1tools.compile_files(str(ASN1), "ber")
    value = oracle.decode("GenericRecord", packed.single)
    assert oracle.encode("GenericRecord", value) == packed.single
    return [_shown(element) for element in value]


def _shown(element) -> tuple[int, object, object]:
    kind, content = element["content"]
    shown = content.decode() if kind == "string" else [_shown(child) for child in content]
    tag = element["tagValue"][1]
    return element["tagType"], tag.decode() if isinstance(tag, bytes) else tag, shown


def test_brief_is_tag_set_g_alone():
    """Numeric tags that any client of GRS-1 knows."""
    catalogue = FakeCatalogue()
    (packed,) = pack([catalogue.stored[1]], Composition("B"), catalogue.render)
    assert tree(packed) == [
        (2, 1, "Truyện Kiều"),
        (2, 2, "Nguyễn Du"),
        (2, 31, "Văn học,"),
        (2, 4, "2020"),
        (2, 3, "Hà Nội :"),
    ]


def test_full_has_every_marc_field():
    """By its tag, the subfields below."""
    catalogue = FakeCatalogue()
    (packed,) = pack([catalogue.stored[1]], Composition(), catalogue.render)
    elements = tree(packed)
    assert (3, "001", "u1") in elements
    assert (3, "245", [(3, "a", "Truyện Kiều")]) in elements


def test_without_marc():
    """238 in its place."""
    (told,) = pack([Stored(1, RecordId("hue", "1"), 1, 0, False, (), None)], Composition(), None)
    assert told.condition.bib1 == 238


def test_a_schema_that_is_not_written_is_refused():
    """Holdings (Bath area B, levels 1 and 2): never a bibliographic record under its name."""
    catalogue = FakeCatalogue()
    for schema in ("1.2.840.10003.13.7", "1.2.840.10003.13.7.2"):
        with pytest.raises(Diagnostic, match=schema) as refusal:
            pack([catalogue.stored[1]], Composition("B1", schema), catalogue.render)
        assert refusal.value.condition.bib1 == 25
