"""SRU over HTTP: always XML, whatever is asked."""

import gzip
import logging

import flask
import pytest

from interop.sru import soap, views
from tests.unit.sru import documents
from tests.unit.sru.documents import SRW
from tests.unit.sru.fakes import FakeCatalogue

ZS = f"{{{SRW}}}"


@pytest.fixture
def catalogue():
    return FakeCatalogue()


@pytest.fixture
def client(catalogue):
    app = flask.Flask(__name__)
    app.register_blueprint(views.blueprint(views.Endpoint(catalogue)))
    return app.test_client()


def tree(response):
    assert response.headers["Content-Type"] == "text/xml; charset=utf-8"
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    return documents.parse([response.data])


@pytest.mark.parametrize("path", ["/sru", "/sru/", "/sru/union", "/sru/UNION"])
def test_get(client, path):
    response = client.get(path, query_string={"query": "Title=kiều"})
    assert response.status_code == 200
    assert tree(response).findtext(f"{ZS}numberOfRecords") == "10"


def test_post_of_a_form(client):
    response = client.post("/sru/union", data={"version": "1.1", "query": "số"})
    assert tree(response).findtext(f"{ZS}numberOfRecords") == "5"


def test_post_of_anything_else(client):
    response = client.post("/sru", data=b"<a/>", content_type="text/plain; charset=utf-8")
    assert documents.diagnostics(tree(response)) == [(4, "POST of text/plain")]


def test_head_is_get_without_the_body(client):
    got = client.get("/sru?query=a")
    response = client.head("/sru?query=a")
    assert (response.status_code, response.data) == (200, b"")
    assert response.headers["Content-Length"] == str(len(got.data))


@pytest.mark.parametrize("path", ["/sru", "/sru/nowhere"])
def test_options_lets_browsers_in(client, path):
    response = client.options(path, headers={"Origin": "https://portal.example.vn"})
    assert (response.status_code, response.data) == (204, b"")
    assert response.headers["Access-Control-Allow-Origin"] == "*"
    assert "POST" in response.headers["Access-Control-Allow-Methods"]


@pytest.mark.parametrize("path", ["/sru/nowhere", "/sru/a/b", "/sru/%ff"])
def test_unknown_databases_are_a_diagnostic(client, path):
    response = client.get(f"{path}?query=a")
    assert response.status_code == 200
    assert documents.diagnostics(tree(response))[0][0] == 235


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH"])
def test_other_methods_are_refused_in_xml(client, method):
    response = client.open("/sru", method=method)
    assert response.status_code == 405
    assert "GET" in response.headers["Allow"]
    assert documents.diagnostics(tree(response)) == [(4, method)]


def test_too_long(client):
    response = client.post("/sru", data={"query": "a" * views.MAX_QUERY})
    assert documents.diagnostics(tree(response))[0][0] == 12


def test_nothing_escapes(client, catalogue, caplog, monkeypatch):
    def broken(*_):
        raise RuntimeError("disk on fire")

    monkeypatch.setattr(catalogue, "search", broken)
    with caplog.at_level(logging.ERROR):
        response = client.get("/sru?query=a&x-password=geheim&X-Token=geheim")
    assert response.status_code == 200
    assert "query=a&x-password=" in caplog.text and "geheim" not in caplog.text
    ((number, details),) = documents.diagnostics(tree(response))
    assert number == 1
    assert details.removeprefix("incident ") in caplog.text
    assert "disk on fire" in caplog.text and b"fire" not in response.data


def test_a_slow_search_is_told_as_it_was_understood(client, caplog, monkeypatch):
    ticks = iter((0.0, 2.5, 10.0, 10.1))
    monkeypatch.setattr(views, "perf_counter", lambda: next(ticks))
    client.get("/sru/union", query_string={"query": "Title=Kiều", "x-password": "geheim"})
    client.get("/sru/union", query_string={"query": "quick"})
    (record,) = caplog.records
    assert record.getMessage() == 'SRU search took 2.5 s, 10 hits in union: dc.title = "kieu"'


ENVELOPE = (
    '<e:Envelope xmlns:e="{}"><e:Body><searchRetrieveRequest xmlns="http://www.loc.gov/zing/srw/">'
    "<version>1.1</version><query>kieu</query></searchRetrieveRequest></e:Body></e:Envelope>"
)


@pytest.mark.parametrize("envelope", [soap.SOAP_1_1, soap.SOAP_1_2])
def test_soap(client, envelope):
    media_type = soap.MEDIA_TYPES[envelope]
    response = client.post("/sru", data=ENVELOPE.format(envelope), content_type=media_type)
    assert response.headers["Content-Type"].startswith(media_type)
    root = documents.parse([response.data])
    (answer,) = root.find(f"{{{envelope}}}Body")
    assert answer.findtext(f"{ZS}numberOfRecords") == "10"
    assert answer.findtext(f"{ZS}version") == "1.1"


@pytest.mark.parametrize("envelope", [soap.SOAP_1_1, soap.SOAP_1_2])
def test_faults_of_soap(client, envelope):
    data = f'<e:Envelope xmlns:e="{envelope}"><e:Body/></e:Envelope>'
    response = client.post("/sru", data=data, content_type="text/xml")
    assert response.status_code == 400
    assert documents.parse([response.data]).find(f".//{{{envelope}}}Fault") is not None


def test_what_is_wrong_with_a_request_in_soap_is_no_fault(client):
    data = ENVELOPE.format(soap.SOAP_1_1).replace("kieu", "(kieu")
    response = client.post("/sru", data=data, content_type="text/xml")
    answer = documents.parse([response.data])[0][0]
    assert response.status_code == 200 and documents.diagnostics(answer)[0][0] == 10
    data = data.replace("<query>(kieu</query>", "<xQuery><triple/></xQuery>")
    response = client.post("/sru", data=data, content_type="text/xml")
    assert documents.diagnostics(documents.parse([response.data])[0][0])[0][0] == 10


@pytest.mark.parametrize(
    ("query", "accept", "media_type"),
    [
        ("query=kieu", "text/html,application/xml;q=0.9,*/*;q=0.8", "text/xml"),
        ("query=kieu", "application/json", "application/json"),
        ("version=1.2&query=kieu", "application/json", "text/xml"),
        ("version=2.0&query=kieu", "application/sru+xml", "application/sru+xml"),
        ("query=kieu&httpAccept=application/json", "text/xml", "application/json"),
        ("query=kieu&httpAccept=application/xml", "application/json", "application/xml"),
    ],
)
def test_forms(client, query, accept, media_type):
    response = client.get(f"/sru?{query}", headers={"Accept": accept})
    assert response.headers["Content-Type"].startswith(media_type)
    if media_type == "application/json":
        assert response.json["numberOfRecords"] == 10


def test_compressed_when_asked(client):
    plain = client.get("/sru?query=kieu").data
    response = client.get("/sru?query=kieu", headers={"Accept-Encoding": "gzip"})
    assert response.headers["Content-Encoding"] == "gzip"
    assert gzip.decompress(response.data) == plain
    assert (
        "Content-Encoding"
        not in client.get("/sru?query=x", headers={"Accept-Encoding": "gzip"}).headers
    )


def test_stylesheets_are_those_that_the_operator_allows(catalogue):
    endpoint = views.Endpoint(catalogue, views.Options(stylesheets=("https://a.vn/",)))

    def ask(address):
        query = f"query=a&stylesheet={address}".encode()
        return b"".join(endpoint.handle(views.Asked("GET", "", query))[2])

    assert b'<?xml-stylesheet type="text/xsl" href="https://a.vn/b.xsl"?>' in ask(
        "https://a.vn/b.xsl"
    )
    assert b"diagnostic/1/111<" in ask("https://b.vn/b.xsl")
    assert b"diagnostic/1/111<" in ask("https://a.vn/../b.xsl")
