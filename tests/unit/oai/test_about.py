from pathlib import Path

from lxml import etree

from interop.config import load
from interop.model.origin import Origin
from interop.model.record import RecordId, Stored
from interop.oai.about import PROVENANCE, About, provenance, rights

SCHEMAS = Path(__file__).resolve().parents[3] / "schemas" / "oai"
MARC = "http://www.loc.gov/MARC21/slim"
FIRST = Origin("http://a.vn/oai", "oai:a.vn:1", "2024-02-29", MARC, "2024-03-01T00:00:00Z", True)
SECOND = Origin("http://b.vn/oai", "oai:b.vn:1", "2025-01-01T00:00:00Z", MARC,
                "2025-02-01T00:00:00Z", False, FIRST)  # fmt: skip


def record(database: str, rid: int = 1) -> Stored:
    return Stored(rid, RecordId(database, str(rid)), rid, 0, False, ())


class Catalogue:
    def origins(self, records):
        return {1: [SECOND]}


def valid(name: str, element: bytes) -> etree._Element:
    root = etree.fromstring(element)
    schema = etree.XMLSchema(etree.parse(SCHEMAS / name))
    schema.assertValid(root)
    return root


def test_108_a_provenance_nests_the_way_back_to_the_first_home() -> None:
    root = valid("provenance.xsd", provenance(SECOND, False))
    steps = list(root.iter(f"{{{PROVENANCE}}}originDescription"))
    assert [step.findtext("{*}baseURL") for step in steps] == ["http://b.vn/oai", "http://a.vn/oai"]
    assert [step.get("altered") for step in steps] == ["false", "true"]
    assert steps[1].getparent() is steps[0]


def test_what_is_shown_in_another_form_than_harvested_is_altered() -> None:
    about = About(Catalogue(), load(environ={}))

    def altered(database: str, prefix: str) -> str:
        [[element]] = about([record(database)], prefix)
        return etree.fromstring(element)[0].get("altered")

    assert altered("vn-qti", "marcxml") == "false"
    assert altered("vn-qti", "oai_dc") == "true"
    assert altered("union", "marcxml") == "true"


def test_109_rights_of_the_library_go_before_those_of_the_node(tmp_path) -> None:
    file = tmp_path / "interop.toml"
    file.write_text(
        '[oai]\nrights = "https://n.vn/r"\n[[library]]\ncode = "A"\nname = "A"\n'
        'rights = "https://a.vn/r"\n[[library]]\ncode = "B"\nname = "B"\n'
    )
    about = About(Catalogue(), load(file, {}))
    found = about([record(name, 2) for name in ("a", "b", "union", "other")], "oai_dc")
    texts = [[valid("rights.xsd", each)[0].get("ref") for each in one] for one in found]
    assert texts == [["https://a.vn/r"], ["https://n.vn/r"], ["https://n.vn/r"], []]


def test_values_are_escaped() -> None:
    assert b'ref="https://a.vn/?a=1&amp;b=%22"' in rights("https://a.vn/?a=1&b=%22")
