"""HTTP without a server: what is asked, and status, headers and body of the answer."""

import gzip
from collections.abc import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.diagnostics import Diagnostic
from interop.http.limits import Limits
from interop.http.reply import Asked
from interop.http.shortcut import MAX_BODY
from interop.model.record import RecordId
from interop.oai.kept import KeptParts
from interop.oai.provider import Provider
from interop.oai.token import Signer
from interop.oai.views import FORM, MAX_QUERY, Endpoint, handler
from tests.unit.oai.fakes import START, FakeCatalogue, filled

LIST = b"verb=ListRecords&metadataPrefix=oai_dc"


@pytest.fixture
def endpoint() -> Endpoint:
    catalogue = filled(5)
    return Endpoint(catalogue, Provider(catalogue, Signer([b"s"])), lambda: START)


def get(endpoint: Endpoint, query: bytes, **more: str) -> tuple[int, dict[str, str], bytes]:
    status, headers, body = endpoint.handle(Asked("GET", query=query, **more))
    return status, dict(headers), b"".join(body)


def test_get_head_and_post(endpoint: Endpoint) -> None:
    status, headers, body = endpoint.handle(Asked("GET", query=b"verb=Identify"))
    assert status == 200 and dict(headers)["Content-Type"] == "text/xml; charset=utf-8"
    content = b"".join(body)
    assert int(dict(headers)["Content-Length"]) == len(content)
    assert endpoint.handle(Asked("HEAD", query=b"verb=Identify")) == (200, headers, [])
    posted = endpoint.handle(
        Asked("POST", body=b"verb=Identify", content_type=FORM + "; charset=UTF-8")
    )
    assert b"".join(posted[2]) == content


def test_the_body_of_a_get_is_no_argument(endpoint: Endpoint) -> None:
    asked = Asked("GET", query=b"verb=Identify", body=b"verb=Identify", content_type=FORM)
    assert b"<Identify>" in b"".join(endpoint.handle(asked)[2])


@pytest.mark.parametrize(
    ("status", "asked"),
    [
        (404, Asked("GET", "nowhere", b"verb=Identify")),
        (405, Asked("PUT", "", b"verb=Identify")),
        (413, Asked("POST", "", b"", b"x" * (MAX_BODY + 1), FORM)),
        (414, Asked("GET", "", b"x" * (MAX_QUERY + 1))),
        (415, Asked("POST", "", b"", b"{}", "application/json")),
        (415, Asked("POST", "", b"", b"verb=Identify", "")),
        (200, Asked("POST", "", b"verb=Identify", b"", "")),
        (200, Asked("GET", "Default", b"verb=Identify")),
        (200, Asked("GET", "VN-QTI", b"verb=Identify")),
    ],
)
def test_statuses(status: int, asked: Asked, monkeypatch) -> None:
    catalogue = filled(5)
    known = catalogue.database
    monkeypatch.setattr(catalogue, "database", lambda n: known("" if n == "Default" else n))
    endpoint = Endpoint(catalogue, Provider(catalogue, Signer([b"s"])), lambda: START)
    found, headers, body = endpoint.handle(asked)
    assert found == status
    if status != 200:
        assert dict(headers)["Content-Type"].startswith("text/plain")
        assert b"".join(body).count(b"\n") == 1
    assert ("Allow" in dict(headers)) is (status == 405)


def test_an_escaped_exception_is_503_with_an_incident(endpoint, monkeypatch, caplog) -> None:
    def fail(*_):
        raise KeyError("hidden")

    monkeypatch.setattr(endpoint._provider, "respond", fail)
    for query in (b"verb=Identify", LIST):
        status, headers, body = get(endpoint, query)
        line = body.decode()
        assert status == 503 and headers["Retry-After"] == "60"
        assert "hidden" not in line and "hidden" in caplog.text
        assert line.rpartition("incident ")[2].rstrip(").\n") in caplog.text
    assert endpoint.handle(Asked("HEAD", query=LIST))[2] == []
    assert endpoint._slots.taken == 0


def test_another_diagnostic_than_unknown_database_is_our_failure(endpoint, monkeypatch) -> None:
    def fail(name: str) -> str:
        raise Diagnostic("database_unavailable", name)

    monkeypatch.setattr(endpoint._catalogue, "database", fail)
    assert get(endpoint, b"verb=Identify")[0] == 503


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
        Asked("GET", query=b"verb=Identify")
    )
    assert order == ["clock", "read"]


def test_a_page_comes_in_the_coding_that_was_asked_for() -> None:
    catalogue = filled(150)
    provider = Provider(catalogue, Signer([b"s"]), keeper=KeptParts(1_000_000))
    endpoint = Endpoint(catalogue, provider, lambda: START)
    _, headers, plain = get(endpoint, LIST)
    assert "Content-Encoding" not in headers and headers["Vary"] == "Accept-Encoding"
    for _ in range(2):  # made, then kept
        _, headers, packed = get(endpoint, LIST, accept_encoding="gzip")
        assert headers["Content-Encoding"] == "gzip" and gzip.decompress(packed) == plain
        assert int(headers["Content-Length"]) == len(packed) < len(plain) / 5
    assert get(endpoint, LIST)[2] == plain
    _, headers, packed = get(endpoint, LIST, accept_encoding="zstd")
    assert headers["Content-Encoding"] == "zstd" and len(packed) < len(plain) / 5


def test_a_client_that_has_the_page_gets_304_until_it_changes() -> None:
    catalogue = filled(150)
    endpoint = Endpoint(catalogue, Provider(catalogue, Signer([b"s"])), lambda: catalogue.time)
    for query in (LIST, b"verb=Identify", b"verb=ListSets", LIST + b"&set=type:book"):
        _, headers, _ = get(endpoint, query)
        etag = headers["ETag"]
        assert etag.startswith('W/"') and headers["Cache-Control"] == "no-cache"
        catalogue.time += 5
        status, headers, body = get(endpoint, query, if_none_match=f'"other", {etag}')
        assert (status, body) == (304, b"") and headers["ETag"] == etag
        assert "Content-Length" not in headers
    catalogue.put("u000000000", "type:map")
    assert get(endpoint, LIST, if_none_match=etag)[0] == 200


def test_errors_and_posts_have_no_etag(endpoint: Endpoint) -> None:
    assert "ETag" not in get(endpoint, b"verb=x", if_none_match="*")[1]
    asked = Asked("POST", body=b"verb=Identify", content_type=FORM, if_none_match="*")
    status, headers, _ = endpoint.handle(asked)
    assert status == 200 and "ETag" not in dict(headers)


def test_a_record_that_was_merged_away_is_deleted_and_names_its_successor() -> None:
    catalogue = filled(20)
    catalogue.delete("u000000001")
    catalogue.merged[RecordId("union", "u000000001")] = RecordId("union", "u000000002")
    endpoint = Endpoint(catalogue, Provider(catalogue, Signer([b"s"])), lambda: START)
    query = b"verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:opac.example.vn:union/"
    _, headers, body = get(endpoint, query + b"u000000001")
    assert b'<header status="deleted">' in body and b"u000000002" not in body
    address, _, relation = headers["Link"].partition("; ")
    assert relation == 'rel="successor-version"'
    assert address.startswith("<http://localhost/oai?verb=GetRecord&identifier=oai%3A")
    _, headers, body = get(endpoint, address.partition("?")[2].rstrip(">").encode())
    assert b"union/u000000002</identifier>" in body and "Link" not in headers
    assert "Link" not in get(endpoint, query + b"u000000009")[1], "deleted, but not merged"


# --- limits ---------------------------------------------------------------------------------------


def limited(limits: Limits) -> Endpoint:
    catalogue = filled(150)
    provider = Provider(catalogue, Signer([b"s"]))
    return Endpoint(catalogue, provider, lambda: START, limits=limits)


def test_005_a_client_in_a_loop_is_told_to_wait_in_seconds() -> None:
    endpoint = limited(Limits(rate=1))
    answers = [get(endpoint, b"verb=Identify", client="192.0.2.1") for _ in range(10)]
    statuses = [status for status, _, _ in answers]
    assert statuses[:2] == [200, 200] and statuses[-1] == 503
    assert 1 <= int(answers[-1][1]["Retry-After"]) <= 3600
    assert get(endpoint, b"verb=Identify", client="192.0.2.2")[0] == 200


def test_lists_that_nobody_reads_leave_room_for_short_answers(monkeypatch) -> None:
    endpoint = limited(Limits(slots=3, client_slots=2, waiting=0))

    def ask(query: bytes, client: str) -> tuple[int, Iterable[bytes]]:
        status, headers, body = endpoint.handle(Asked("GET", query=query, client=client))
        assert status == 200 or int(dict(headers)["Retry-After"]) >= 1
        return status, body

    unread = [ask(LIST, client) for client in ("a", "a", "a", "b", "b")]
    assert [status for status, _ in unread] == [200, 200, 503, 200, 503]
    assert ask(b"verb=Identify", "a")[0] == ask(b"verb=ListSets", "c")[0] == 200
    b"".join(unread[0][1])  # read to its end
    unread[3][1].close()  # given up
    assert ask(LIST, "b")[0] == ask(LIST, "c")[0] == 200


def test_an_answer_without_a_body_holds_nothing() -> None:
    endpoint = limited(Limits(slots=1, client_slots=1, waiting=0))
    for asked in (
        Asked("HEAD", query=LIST),
        Asked("GET", query=LIST, if_none_match="*"),
    ):
        _, _, body = endpoint.handle(asked)
        assert b"".join(body) == b"" and endpoint._slots.taken == 0


# --- any bytes ------------------------------------------------------------------------------------


@given(st.sampled_from(["GET", "POST"]), st.binary(max_size=60), st.binary(max_size=60))
def test_any_bytes_get_an_answer(method: str, query: bytes, body: bytes) -> None:
    catalogue = filled(3)
    endpoint = Endpoint(catalogue, Provider(catalogue, Signer([b"s"])), lambda: START)
    assert endpoint.handle(Asked(method, "", query, body, FORM))[0] == 200


def test_previous_secrets_reach_the_signer() -> None:
    catalogue = filled(150)
    old = handler(catalogue, lambda: catalogue.time, b"old")
    new = handler(catalogue, lambda: catalogue.time, b"new", previous=[b"old"])
    first = b"".join(old(Asked("GET", query=LIST))[2])
    token = first.partition(b'cursor="0">')[2].partition(b"<")[0]
    second = b"".join(new(Asked("GET", query=b"verb=ListRecords&resumptionToken=" + token))[2])
    assert second.count(b"<record>") == 50
