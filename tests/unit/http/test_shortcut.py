"""Which requests take the short way, and what of them arrives."""

import io

import pytest

from interop.http.reply import Asked, Reply
from interop.http.shortcut import MAX_BODY, Shortcut


def behind(environ, start_response):
    start_response("404 Not Found", [])
    return [b"behind"]


@pytest.fixture
def asked() -> list[Asked]:
    return []


@pytest.fixture
def call(asked):
    def handler(request: Asked) -> Reply:
        asked.append(request)
        return 200, [("X", "y")], [b"fast"]

    app = Shortcut(behind, {"oai": handler}, broken=(EOFError,), proxies=1)

    def call(path: str, method: str = "GET", **environ) -> tuple[str, list, bytes]:
        started: list = []
        body = app(
            {"PATH_INFO": path, "REQUEST_METHOD": method, **environ},
            lambda status, headers: started.extend((status, headers)),
        )
        return started[0], started[1], b"".join(body)

    return call


@pytest.mark.parametrize(
    "path", ["", "/", "//", "/oai/a/b", "/oai/a/b/", "/oaix", "/x/oai/", "oai/x/", "/sru"]
)
def test_other_paths_go_on(call, asked, path: str) -> None:
    assert call(path)[2] == b"behind" and asked == []


@pytest.mark.parametrize("path", ["/oai/", "/oai//", "/OAI", "/Oai/"])
def test_a_slash_at_the_end_and_capitals_say_nothing(call, asked, path: str) -> None:
    assert call(path)[2] == b"fast" and call(f"{path.rstrip('/')}/x/")[2] == b"fast"
    assert [each.name for each in asked] == ["", "x"]


def test_a_slash_at_the_end_of_any_other_address_is_cut_off() -> None:
    seen = []
    app = Shortcut(lambda environ, start: seen.append(environ["PATH_INFO"]) or [], {})
    for path in ("/a/b/", "/a/b", "/", "//", ""):
        app({"PATH_INFO": path, "REQUEST_METHOD": "GET"}, lambda *_: None)
    assert seen == ["/a/b", "/a/b", "/", "/", ""]


def test_what_arrives(call, asked) -> None:
    status, headers, body = call(
        "/oai/th\xc6\xb0",
        QUERY_STRING="a=\xff",
        HTTP_ACCEPT_ENCODING="gzip",
        HTTP_IF_NONE_MATCH='"a"',
        REMOTE_ADDR="10.0.0.1",
        HTTP_X_FORWARDED_FOR="192.0.2.1",
    )
    assert (status, headers, body) == ("200 OK", [("X", "y")], b"fast")
    assert asked == [
        Asked("GET", "thư", b"a=\xff", b"", "", "gzip", '"a"', "192.0.2.1"),
    ]
    call("/oai")
    assert asked[1].name == ""


@pytest.mark.parametrize(
    ("environ", "body"),
    [
        ({"CONTENT_LENGTH": "3"}, b"abc"),
        ({"CONTENT_LENGTH": "99"}, b"abcdef"),
        ({}, b""),
        ({"CONTENT_LENGTH": ""}, b""),
        ({"CONTENT_LENGTH": "junk"}, b""),
        ({"CONTENT_LENGTH": "-1"}, b""),
        ({"wsgi.input_terminated": True}, b"abcdef"),
    ],
)
def test_bodies(call, asked, environ: dict, body: bytes) -> None:
    call("/oai", "POST", **{"wsgi.input": io.BytesIO(b"abcdef"), **environ})
    assert asked[0].body == body


def test_a_long_body_is_cut_one_byte_too_late(call, asked) -> None:
    endless = io.BytesIO(b"x" * (MAX_BODY * 2))
    call("/oai", "POST", **{"wsgi.input": endless, "wsgi.input_terminated": True})
    assert len(asked[0].body) == MAX_BODY + 1


def test_a_body_that_breaks_off_is_the_clients_fault(call, asked) -> None:
    class Broken:
        def read(self, size: int) -> bytes:
            raise EOFError

    status, _, body = call("/oai", "POST", **{"wsgi.input": Broken(), "CONTENT_LENGTH": "3"})
    assert status == "400 Bad Request" and body == b"The request body cannot be read.\n"
    assert asked == []
