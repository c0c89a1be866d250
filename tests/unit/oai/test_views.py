"""HTTP without a web framework, then through Flask."""

import gzip as gzip_module

import flask
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.diagnostics import Diagnostic
from interop.oai.provider import Provider
from interop.oai.token import Signer
from interop.oai.views import FORM, MAX_BODY, MAX_QUERY, Endpoint, blueprint, gzip, wants_gzip
from tests.unit.oai.fakes import START, FakeCatalogue, filled


@pytest.fixture
def endpoint() -> Endpoint:
    catalogue = filled(5)
    return Endpoint(catalogue, Provider(catalogue, Signer([b"s"])), lambda: START)


def test_get_head_and_post(endpoint: Endpoint) -> None:
    status, headers, chunks = endpoint.handle("GET", "", b"verb=Identify")
    assert status == 200 and dict(headers)["Content-Type"] == "text/xml; charset=utf-8"
    assert int(dict(headers)["Content-Length"]) == len(b"".join(chunks))
    assert endpoint.handle("HEAD", "", b"verb=Identify") == (200, headers, [])
    posted = endpoint.handle("POST", "", b"", b"verb=Identify", FORM + "; charset=UTF-8")
    assert posted == (200, headers, chunks)


def test_the_body_of_a_get_is_no_argument(endpoint: Endpoint) -> None:
    _, _, chunks = endpoint.handle("GET", "", b"verb=Identify", b"verb=Identify", FORM)
    assert b"<Identify>" in b"".join(chunks)


@pytest.mark.parametrize(
    ("status", "arguments"),
    [
        (404, ("GET", "nowhere", b"verb=Identify")),
        (405, ("PUT", "", b"verb=Identify")),
        (413, ("POST", "", b"", b"x" * (MAX_BODY + 1), FORM)),
        (414, ("GET", "", b"x" * (MAX_QUERY + 1))),
        (415, ("POST", "", b"", b"{}", "application/json")),
        (415, ("POST", "", b"", b"verb=Identify", "")),
        (200, ("POST", "", b"verb=Identify", b"", "")),
        (200, ("GET", "Default", b"verb=Identify")),
        (200, ("GET", "VN-QTI", b"verb=Identify")),
    ],
)
def test_statuses(status: int, arguments: tuple, monkeypatch) -> None:
    catalogue = filled(5)
    known = catalogue.database
    monkeypatch.setattr(catalogue, "database", lambda n: known("" if n == "Default" else n))
    endpoint = Endpoint(catalogue, Provider(catalogue, Signer([b"s"])), lambda: START)
    found, headers, chunks = endpoint.handle(*arguments)
    assert found == status
    if status != 200:
        assert dict(headers)["Content-Type"].startswith("text/plain")
        assert b"".join(chunks).count(b"\n") == 1
    assert ("Allow" in dict(headers)) is (status == 405)


def test_an_escaped_exception_is_503_with_an_incident(endpoint, monkeypatch, caplog) -> None:
    def fail(*_):
        raise KeyError("hidden")

    monkeypatch.setattr(endpoint._provider, "respond", fail)
    status, headers, chunks = endpoint.handle("GET", "", b"verb=Identify")
    line = b"".join(chunks).decode()
    assert status == 503 and dict(headers)["Retry-After"] == "60"
    assert "hidden" not in line and "hidden" in caplog.text
    assert line.rpartition("incident ")[2].rstrip(").\n") in caplog.text
    assert endpoint.handle("HEAD", "", b"verb=Identify")[2] == []


def test_another_diagnostic_than_unknown_database_is_our_failure(endpoint, monkeypatch) -> None:
    def fail(name: str) -> str:
        raise Diagnostic("database_unavailable", name)

    monkeypatch.setattr(endpoint._catalogue, "database", fail)
    assert endpoint.handle("GET", "", b"verb=Identify")[0] == 503


def test_the_time_is_taken_before_anything_is_read() -> None:
    catalogue, order = filled(5), []

    class Watched(FakeCatalogue):
        def database(self, name: str) -> str:
            order.append("read")
            return catalogue.database(name)

    def clock() -> int:
        order.append("clock")
        return START

    Endpoint(Watched(), Provider(catalogue, Signer([b"s"])), clock).handle(
        "GET", "", b"verb=Identify"
    )
    assert order == ["clock", "read"]


@pytest.mark.parametrize(
    ("header", "wanted"),
    [
        ("", False),
        ("gzip", True),
        ("GZIP", True),
        ("deflate, gzip;q=0.5, br", True),
        ("x-gzip", True),
        ("*", True),
        ("*;q=0", False),
        ("gzip;q=0", False),
        ("gzip; q=0.000", False),
        ("gzip;q=0, *", False),
        ("identity, gzip;q=0.5", False),
        ("identity;q=0.5, gzip", True),
        ("gzip;q=junk", False),
        ("identity", False),
        ("deflate, br", False),
        (",;=,", False),
    ],
)
def test_accept_encoding(header: str, wanted: bool) -> None:
    assert wants_gzip(header) is wanted


@given(st.text(max_size=40))
def test_any_accept_encoding_is_read(header: str) -> None:
    assert wants_gzip(header) in (True, False)


@given(st.lists(st.binary(max_size=300), max_size=5))
def test_gzip_is_one_member_and_the_same_each_time(chunks: list[bytes]) -> None:
    [packed] = gzip(chunks)
    assert gzip_module.decompress(packed) == b"".join(chunks) and gzip(chunks) == [packed]


@given(st.sampled_from(["GET", "POST"]), st.binary(max_size=60), st.binary(max_size=60))
def test_any_bytes_get_an_answer(method: str, query: bytes, body: bytes) -> None:
    catalogue = filled(3)
    endpoint = Endpoint(catalogue, Provider(catalogue, Signer([b"s"])), lambda: START)
    assert endpoint.handle(method, "", query, body, FORM)[0] == 200


def test_previous_secrets_reach_the_signer() -> None:
    catalogue = filled(150)
    clients = []
    for secrets in ((b"old", ()), (b"new", (b"old",))):
        app = flask.Flask(__name__)
        app.register_blueprint(
            blueprint(catalogue, lambda: catalogue.time, secrets[0], previous=secrets[1])
        )
        clients.append(app.test_client())
    first = clients[0].get("/oai?verb=ListRecords&metadataPrefix=oai_dc").text
    token = first.partition('cursor="0">')[2].partition("<")[0]
    second = clients[1].get(f"/oai?verb=ListRecords&resumptionToken={token}").text
    assert second.count("<record>") == 50
