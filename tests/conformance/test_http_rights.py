"""Every way over HTTP to records of a closed database: all routes, and roundabout ways to them."""

import base64

import pytest

from interop.app import create_app
from interop.config import load
from interop.marc.iso2709 import encode
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.model.record import Incoming
from interop.node import open_node

TEXT = """
[server]
domain = "nlv.example.vn"
[store]
url = "sqlite:///FOLDER/x.db"
[[library]]
code = "OPEN"
name = "Open"
[[library]]
code = "SHUT"
name = "Shut"
province = "Quảng Trị"
[[access]]
database = "shut"
users = ["reader"]
[[access]]
database = "union"
users = ["reader"]
[[user]]
name = "reader"
password = "x"
"""
HIDDEN = "Sách kín"
READER = {"Authorization": "Basic " + base64.b64encode(b"reader:x").decode()}

# A document below each route, and parameters with which it shows records.
DOCUMENTS = (
    "capabilitylist.xml", "resourcelist.xml", "resourcelist-0.xml", "changelist.xml",
    "resourcedump.xml", "resourcedump-0.zip", "dump.xml.gz", "record?identifier=SHUT",
)  # fmt: skip
WITH_DATABASE = {
    "/oai/<database>": ["?verb=ListRecords&metadataPrefix=marcxml", "?verb=Identify"],
    "/sru/<path:database>": ["?operation=searchRetrieve&version=1.2&query=sach", "/x?query=sach"],
    "/search/<name>": ["?query=sach"],
    "/resourcesync/<name>/<document>": [f"/{each}" for each in DOCUMENTS],
}
WITHOUT_DATABASE = {"/", "/health/live", "/health/ready", "/oai.xsl", "/.well-known/resourcesync"}
UNION = {"/oai": "?verb=ListRecords&metadataPrefix=marcxml", "/sru": "?query=sach", "/sru/": ""}


def marc(local: str, title: str) -> bytes:
    fields = ControlField("001", local), DataField("245", "0", "0", (("a", title),))
    return encode(MarcRecord("00000nam a2200000 a 4500", fields))


@pytest.fixture(scope="module")
def app(tmp_path_factory):
    folder = tmp_path_factory.mktemp("rights")
    file = folder / "interop.toml"
    file.write_text(TEXT.replace("FOLDER", str(folder)), encoding="utf-8")
    node = open_node(load(file, environ={}))
    node.catalogue.ingest("open", [Incoming("1", marc("1", "Sách mở"))])
    node.catalogue.ingest("shut", [Incoming("1", marc("1", HIDDEN))])
    assert node.follow()
    yield create_app(node=node)
    node.close()


@pytest.fixture
def client(app):
    return app.test_client()


def test_every_route_is_known_here(app):
    """A new way in has to say here whether it names a database."""
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    assert rules <= {*WITH_DATABASE, *WITHOUT_DATABASE, *UNION}


def test_a_closed_database_is_closed_on_every_route(client):
    identifier = "oai:nlv.example.vn:shut/1"
    for rule, tails in WITH_DATABASE.items():
        for tail in tails:
            front = rule.partition("<")[0]
            for name in ("shut", "SHUT", "%73hut", "shut%20", "quang-tri"):
                path = f"{front}{name}{tail.replace('SHUT', identifier)}"
                assert client.get(path).status_code == 401, path
                opened = client.get(path, headers=READER)
                assert opened.status_code not in (401, 403), path
                assert "Access-Control-Allow-Origin" not in opened.headers


def test_a_user_sees_what_the_others_do_not(client):
    paths = ("/oai/shut?verb=ListRecords&metadataPrefix=marcxml", "/sru/shut?query=sach",
             "/sru/quang-tri?query=sach", "/search/shut?query=sach")  # fmt: skip
    for path in paths:
        assert HIDDEN in client.get(path, headers=READER).text, path


def test_what_names_no_database_shows_no_record(client):
    for path in sorted(WITHOUT_DATABASE):
        answer = client.get(path)
        assert answer.status_code == 200 and HIDDEN not in answer.text, path
    for path, tail in UNION.items():
        assert client.get(path + tail).status_code == 401, path


@pytest.mark.parametrize(
    "path",
    [
        "//oai/shut?verb=ListRecords&metadataPrefix=marcxml",
        "/oai//shut?verb=ListRecords&metadataPrefix=marcxml",
        "/sru//shut?query=sach",
        "/sru/open/../shut?query=sach",
        "/sru/open%2F..%2Fshut?query=sach",
        "/oai/open?verb=GetRecord&metadataPrefix=marcxml&identifier=oai:nlv.example.vn:shut/1",
        "/oai/open?verb=ListRecords&metadataPrefix=marcxml&set=library:SHUT",
        "/oai/open?verb=ListRecords&metadataPrefix=marcxml&set=library:shut",
        "/resourcesync/open/record?identifier=oai:nlv.example.vn:shut/1",
        "/sru/open?query=sach&x-info-2-database=shut&x-database=shut&database=shut",
        "/sru/open?query=rec.collectionName%3Dshut%20or%20sach",
        "/sru/open?operation=scan&version=1.2&scanClause=title%3Dkin",
        "/search/open?query=sach&name=shut",
    ],
)
def test_no_roundabout_way_leads_to_it(client, path):
    answer = client.get(path, follow_redirects=True)
    assert HIDDEN not in answer.text and ">kin<" not in answer.text


def test_a_token_or_a_result_set_opens_no_other_database(client):
    """What was made inside a closed database is of no use at the address of an open one."""
    query = "/sru/shut?version=2.0&query=sach&resultSetTTL=600"
    answer = client.get(query, headers=READER).text
    name = answer.partition("resultSetId>")[2].partition("<")[0]
    assert name
    asked = f"/sru/open?version=2.0&query=cql.resultSetId%3D%22{name}%22"
    assert HIDDEN not in client.get(asked).text
    assert HIDDEN in client.get(asked.replace("open", "shut"), headers=READER).text


def test_words_that_xml_cannot_hold_are_searched_all_the_same(client):
    for words in ("%00", "%1b[", "%ef%bf%be", "%ed%a0%80", "%22%3E%3Cscript%3E"):
        answer = client.get(f"/search/open?query=sach{words}")
        assert answer.status_code == 200, words
        assert "<script>" not in answer.text.partition("<body")[2]
