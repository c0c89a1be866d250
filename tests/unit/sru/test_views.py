"""SRU over HTTP: always XML, whatever is asked."""

import logging

import flask
import pytest

from interop.sru import views
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
    app.register_blueprint(views.blueprint(catalogue))
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
    response = client.post("/sru", data=b"<a/>", content_type="text/xml; charset=utf-8")
    assert documents.diagnostics(tree(response)) == [(4, "POST of text/xml")]


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
        response = client.get("/sru?query=a")
    assert response.status_code == 200
    ((number, details),) = documents.diagnostics(tree(response))
    assert number == 1
    assert details.removeprefix("incident ") in caplog.text
    assert "disk on fire" in caplog.text and b"fire" not in response.data
