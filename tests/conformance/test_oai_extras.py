"""Answers that say all they can: every format in its envelope with provenance and rights, Identify
with every description, valid by our profile and by the official schemas."""

from pathlib import Path

import pytest
from lxml import etree

from interop.app import create_app
from interop.config import load
from interop.crosswalks import XML_CROSSWALKS
from interop.model.origin import Origin
from interop.model.record import Incoming
from tests.conformance.oai_repository import official_schema
from tests.unit.test_ingest import marc

SCHEMAS = Path(__file__).resolve().parents[2] / "schemas"
MARC = "http://www.loc.gov/MARC21/slim"
FIRST = Origin("http://a.vn/oai", "oai:a.vn:1", "2024-02-29", MARC, "2024-03-01T00:00:00Z", True)
SECOND = Origin("https://b.vn:8443/oai.pl", "oai:b.vn:1?a=1&b=%20", "2025-01-01T00:00:00Z",
                MARC, "2025-02-01", False, FIRST)  # fmt: skip
CONFIG = """
[oai]
rights = "https://n.vn/rights?a=1&b=2"
icon = "https://n.vn/icon.png"
friends = ["https://other.vn/oai"]
[[library]]
code = "VN-QTI"
name = "Quảng Trị"
"""
QUERIES = [
    "verb=Identify",
    *(f"verb=ListRecords&metadataPrefix={prefix}" for prefix in XML_CROSSWALKS),
    *(
        f"verb=GetRecord&metadataPrefix={prefix}&identifier=oai:interop.example.org:vn-qti/1"
        for prefix in XML_CROSSWALKS
    ),
]


@pytest.fixture(scope="module")
def ask(tmp_path_factory):
    folder = tmp_path_factory.mktemp("extras")
    (folder / "i.toml").write_text(CONFIG)
    url = {"INTEROP_STORE_URL": f"sqlite:///{folder}/x.db"}
    app = create_app(load(folder / "i.toml", url))
    node = app.extensions["interop"]
    body = marc("1", ["9780306406157"])
    incoming = [Incoming(str(n), body, body, "marcxml", (), SECOND) for n in (1, 2)]
    node.catalogue.ingest("vn-qti", [*incoming, Incoming("3", body, body, "iso2709")])
    node.catalogue.ingest("vn-qti", [Incoming("2", None)])
    http = app.test_client()
    yield lambda query, path: etree.fromstring(http.get(f"{path}?{query}").data)
    node.close()


@pytest.fixture(scope="module")
def profile():
    return etree.XMLSchema(etree.parse(SCHEMAS / "oai" / "OAI-PMH.xsd"))


@pytest.fixture(scope="module")
def official(official_xsd):
    return official_schema(official_xsd)


@pytest.mark.parametrize("path", ["/oai", "/oai/vn-qti"])
@pytest.mark.parametrize("query", QUERIES)
def test_valid_by_our_profile(ask, profile, query, path):
    profile.assertValid(ask(query, path))


@pytest.mark.official
@pytest.mark.parametrize("path", ["/oai", "/oai/vn-qti"])
@pytest.mark.parametrize("query", QUERIES)
def test_valid_by_the_official_schemas(ask, official, query, path):
    official.assertValid(ask(query, path))


def test_what_is_said_and_of_whom(ask):
    root = ask("verb=ListRecords&metadataPrefix=marcxml", "/oai/vn-qti")
    abouts = {
        record.findtext("{*}header/{*}identifier").rpartition("/")[2]: [
            etree.QName(about[0]).localname for about in record.iterfind("{*}about")
        ]
        for record in root.iter("{*}record")
        if record.find("{*}header") is not None
    }
    assert abouts == {"1": ["provenance", "rights"], "2": [], "3": ["rights"]}
    described = [
        etree.QName(each[0]).localname
        for each in ask("verb=Identify", "/oai").iter("{*}description")
    ]
    assert described == ["oai-identifier", "toolkit", "friends", "branding", "rightsManifest"]


def test_the_stylesheet_stands_before_the_root_and_is_served(ask, tmp_path):
    root = ask("verb=Identify", "/oai")
    instruction = root.getprevious()
    assert instruction.target == "xml-stylesheet" and instruction.get("href") == "/oai.xsl"
    app = create_app(load(environ={"INTEROP_STORE_URL": f"sqlite:///{tmp_path}/x.db"}))
    served = app.test_client().get("/oai.xsl")
    assert served.mimetype == "text/xsl" and etree.XSLT(etree.fromstring(served.data))
    app.extensions["interop"].close()
