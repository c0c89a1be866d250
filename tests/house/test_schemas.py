"""``schemas/``: complete, offline, listed, and in step with the tables of the code."""

import re
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
import xmlschema
from lxml import etree

from interop.crosswalks import XML_CROSSWALKS
from interop.oai.protocol import VERBS, Code
from interop.sru.request import MAXIMUM_RECORDS, VERSIONS

ROOT = Path(__file__).resolve().parents[2]
SCHEMAS = ROOT / "schemas"
FILES = sorted(path.relative_to(SCHEMAS).as_posix() for path in SCHEMAS.rglob("*.xsd"))

XS = "{http://www.w3.org/2001/XMLSchema}"
CATALOG = "{urn:oasis:names:tc:entity:xmlns:xml:catalog}"
# ZeeRex has one namespace and two contents; the catalogue names the one of SRU 2.0. So has SOAP,
# of which it names the one around SRU 1.x.
NOT_IN_THE_CATALOGUE = {
    "sru/explain-1.xsd",
    "sru/explain-parts.xsd",
    "soap/envelope-1.1-sru-2.xsd",
    "soap/envelope-1.2-sru-2.xsd",
}
# The first narrows nothing, so nobody asks for it by an address; SOAP's addresses end otherwise.
OURS = {"sru/extra.xsd", "soap/envelope-1.1-sru-1.xsd", "soap/envelope-1.2-sru-1.xsd"}


@cache
def tree(name: str) -> etree._Element:
    return etree.parse(SCHEMAS / name, etree.XMLParser(no_network=True)).getroot()


@cache
def catalogue() -> dict[str, str]:
    """Name or address to file."""
    entries = etree.parse(SCHEMAS / "catalog.xml").getroot()
    return {
        entry.get("name") or entry.get("systemId"): entry.get("uri")
        for entry in entries.iterchildren(f"{CATALOG}uri", f"{CATALOG}system")
    }


def values(name: str, path: str) -> set[str]:
    """Enumerated values of the named component at ``path``."""
    found = tree(name).find(path.replace("xs:", XS))
    return {each.get("value") for each in found.iter(f"{XS}enumeration")}


@pytest.mark.parametrize("name", FILES)
def test_loads_without_a_network(name):
    etree.XMLSchema(etree.parse(SCHEMAS / name, etree.XMLParser(no_network=True)))
    second = xmlschema.XMLSchema(str(SCHEMAS / name), allow="local")
    assert second.target_namespace == tree(name).get("targetNamespace")


@pytest.mark.parametrize("name", FILES)
def test_imports_are_ours_and_those_of_the_catalogue(name):
    folder = (SCHEMAS / name).parent
    for each in tree(name).iterchildren(f"{XS}import", f"{XS}include"):
        location = each.get("schemaLocation")
        file = (folder / location).resolve().relative_to(SCHEMAS).as_posix()
        namespace = each.get("namespace", tree(name).get("targetNamespace"))
        assert tree(file).get("targetNamespace") == namespace
        assert catalogue()[namespace] == file or file in NOT_IN_THE_CATALOGUE | {
            "sru/diagnostic-1.xsd"
        }


def test_the_catalogue_leads_to_every_profile():
    assert set(catalogue().values()) == set(FILES) - NOT_IN_THE_CATALOGUE
    for name in FILES:
        assert catalogue()[tree(name).get("targetNamespace")] in FILES


@pytest.mark.parametrize("prefix", sorted(XML_CROSSWALKS))
def test_the_catalogue_knows_what_our_records_name(prefix):
    crosswalk = XML_CROSSWALKS[prefix]
    file = catalogue()[crosswalk.namespace]
    assert catalogue()[crosswalk.schema_location.split()[-1]] == file
    assert tree(file).get("targetNamespace") == crosswalk.namespace


def test_a_validator_finds_the_profiles_by_official_addresses():
    """libxml2 reads the catalogue when it starts, so that this needs a process of its own."""
    addresses = [name for name in catalogue() if name.startswith("http") and name.endswith("xsd")]
    program = (
        "import sys\n"
        "from lxml import etree\n"
        "for address in sys.argv[1:]:\n"
        "    parser = etree.XMLParser(no_network=True)\n"
        "    etree.XMLSchema(etree.parse(address, parser))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *addresses],
        env={"XML_CATALOG_FILES": str(SCHEMAS / "catalog.xml")},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    found = {catalogue()[each] for each in addresses}
    assert found == set(FILES) - NOT_IN_THE_CATALOGUE - OURS


def test_the_readme_has_a_row_for_every_file():
    text = (SCHEMAS / "README.md").read_text("utf-8")
    rows = re.findall(r"^\| `([^`]+\.xsd)` \|([^|]*)\|", text, re.MULTILINE)
    assert sorted(name for name, _ in rows) == FILES
    for name, narrowed in rows:
        for address in re.findall(r"<([^>]+)>", narrowed):
            assert catalogue()[address] == name


SCHEMES = "LCSH MESH LCC UDC DDC W3CDTF DCMIType IMT URI ISO639-2"
NAMED_TYPES = {"dc/elements.xsd": {"SimpleLiteral"}, "dc/terms.xsd": set(SCHEMES.split())}
HAVE_SCHEMES = {
    *("dateCopyrighted", "identifier", "issued", "language"),
    *("medium", "relation", "subject", "type"),
}


@pytest.mark.parametrize("name", FILES)
def test_rules_of_the_house(name):
    """Only roots are global, nothing is open, and no type can be named by xsi:type but the encoding
    schemes of the DCMI, by the names that the official schema gives them, where they are written.
    """
    root = tree(name)
    assert len(root.findall(f"{XS}element")) <= 3
    assert not list(root.iter(f"{XS}any", f"{XS}anyAttribute", f"{XS}anyType"))
    named = {each.get("name") for each in root.findall(f"{XS}complexType")}
    assert named == NAMED_TYPES.get(name, set())
    assert root.get("blockDefault") == "#all" or name == "xml/xml.xsd"
    for element in root.iter(f"{XS}element"):
        has_schemes = name == "dc/terms.xsd" and element.get("name") in HAVE_SCHEMES
        typed = ("dc:SimpleLiteral", "") if element.get("block") == "" else ("xs:string", None)
        assert element.get("type", "xs:string") == typed[0] and element.get("block") == typed[1]
        assert element.get("block") is None or has_schemes
        assert element.get("nillable") is None


@pytest.mark.parametrize("name", ["oai/OAI-PMH.xsd", "sru/response-1.xsd", "sru/response-2.xsd"])
def test_every_format_has_its_place_in_an_answer(name):
    roots = {
        (element.nsmap[prefix], local)
        for element in tree(name).iter(f"{XS}element")
        for prefix, _, local in [element.get("ref", ":").partition(":")]
        if prefix
    }
    assert {crosswalk.namespace for crosswalk in XML_CROSSWALKS.values()} <= {ns for ns, _ in roots}
    for namespace, local in roots:
        names = {each.get("name") for each in tree(catalogue()[namespace]).iterfind(f"{XS}element")}
        assert local in names


@pytest.mark.parametrize("number", ["1", "2"])
def test_lists_of_values_are_those_of_sru(number):
    name = f"sru/response-{number}.xsd"
    assert values(name, "xs:simpleType[@name='schema']") == set(XML_CROSSWALKS)
    expected = {version for version in VERSIONS if (version == "2.0") == (number == "2")}
    assert values(name, "xs:group[@name='version']") == expected
    assert values(f"sru/explain-{number}.xsd", "xs:element//xs:attribute[@name='version']") == (
        expected
    )
    limit = tree(name).find(f".//{XS}maxInclusive")
    assert limit.get("value") == str(MAXIMUM_RECORDS)


def test_lists_of_values_are_those_of_oai():
    name = "oai/OAI-PMH.xsd"
    assert values(name, "xs:attributeGroup[@name='arguments']") == set(VERBS)
    assert values(name, "xs:group[@name='error']") == set(get_args(Code))


@pytest.mark.parametrize("path", sorted((ROOT / "tests" / "golden").rglob("*.xml")), ids=str)
def test_no_golden_without_a_profile(path):
    namespace = etree.QName(etree.parse(path).getroot()).namespace
    assert catalogue()[namespace] in FILES


@pytest.mark.official
def test_no_sentence_is_that_of_an_official_file(official_xsd):
    """No six words in a row of our comments stand in an official file."""
    theirs = " ".join(_words(path.read_text("utf-8")) for path in official_xsd.rglob("*.xsd"))
    ours = [
        words
        for name in FILES
        for comment in tree(name).getroottree().xpath("//comment()")
        for words in [_words(comment.text).split()]
    ]
    assert len(ours) > 40
    for words in ours:
        for start in range(len(words) - 5):
            assert " ".join(words[start : start + 6]) not in theirs


def _words(text: str) -> str:
    return " ".join(re.findall(r"\w+", text.lower()))
