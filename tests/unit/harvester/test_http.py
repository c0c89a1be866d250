"""The HTTP client against a scripted server on loopback: every bound holds."""

import gzip
import threading
import zlib
from datetime import UTC, datetime

import pytest

from harvester.http import Bounds, Client, HttpError, is_public, retry_after
from tests.unit.harvester.fakes import bomb, serve

DEFAULT = Bounds()
BODY = b"<a>" + b"x" * 1000 + b"</a>"


def get(play, bounds=DEFAULT, path=""):
    with serve(play) as base:
        client = Client(base, "oai@example.org", bounds)
        try:
            return client.get(base + path)
        finally:
            client.close()


def test_plain_answer_and_what_we_say_of_ourselves():
    seen = {}

    def play(handler):
        seen.update(handler.headers)
        handler.reply(BODY)

    assert get(play).body == BODY
    assert seen["User-Agent"].startswith("Interop/")
    assert "mailto:oai@example.org" in seen["User-Agent"]
    assert "gzip" in seen["Accept-Encoding"]


def test_connection_is_kept():
    ports = []

    def play(handler):
        ports.append(handler.client_address[1])
        handler.reply(BODY)

    with serve(play) as base:
        client = Client(base, "x@example.org")
        for _ in range(3):
            client.get(base)
        client.close()
    assert len(ports) == 3 and len(set(ports)) == 1


def test_server_without_keep_alive():
    def play(handler):
        handler.close_connection = True
        handler.reply(BODY, Connection="close")

    with serve(play) as base:
        client = Client(base, "x@example.org")
        assert [client.get(base).body for _ in range(3)] == [BODY] * 3
        client.close()


def test_cookies_are_sent_back():
    cookies = []

    def play(handler):
        cookies.append(handler.headers.get("Cookie"))
        handler.reply(BODY, Set_Cookie="session=1")

    with serve(play) as base:
        client = Client(base, "x@example.org")
        client.get(base)
        client.get(base)
        client.close()
    assert cookies == [None, "session=1"]


@pytest.mark.parametrize(
    ("body", "headers"),
    [
        (gzip.compress(BODY), {"Content_Encoding": "gzip"}),
        (gzip.compress(BODY), {"Content_Encoding": "x-gzip"}),
        (gzip.compress(BODY), {}),
        (gzip.compress(BODY[:10]) + gzip.compress(BODY[10:]), {"Content_Encoding": "gzip"}),
        (zlib.compress(BODY), {"Content_Encoding": "deflate"}),
        (zlib.compress(BODY)[2:-4], {"Content_Encoding": "deflate"}),
        (BODY, {"Content_Encoding": "gzip"}),
    ],
    ids=["gzip", "x-gzip", "undeclared", "two members", "zlib", "bare deflate", "only declared"],
)
def test_compression(body, headers):
    assert get(lambda handler: handler.reply(body, **headers)).body == BODY


def test_broken_gzip_is_asked_for_without_compression_next_time():
    asked = []

    def play(handler):
        asked.append(handler.headers["Accept-Encoding"])
        handler.reply(gzip.compress(BODY)[:-20], Content_Encoding="gzip")

    with serve(play) as base:
        client = Client(base, "x@example.org")
        for _ in range(2):
            with pytest.raises(HttpError, match="compress"):
                client.get(base)
        client.close()
    assert asked == ["gzip, deflate", "identity"]


def test_decompression_bomb():
    body = bomb(50_000_000)
    with pytest.raises(HttpError, match="bomb") as caught:
        get(lambda handler: handler.reply(body, Content_Encoding="gzip"))
    assert caught.value.final


def test_bomb_below_the_ratio_meets_the_byte_cap():
    body = bomb(3_000_000)
    with pytest.raises(HttpError, match="bomb"):
        get(lambda handler: handler.reply(body), Bounds(body=1_000_000))


def test_too_large():
    with pytest.raises(HttpError, match="more than 500"):
        get(lambda handler: handler.reply(BODY), Bounds(body=500))


def test_shorter_than_its_content_length():
    def play(handler):
        handler.close_connection = True
        handler.reply(BODY, Content_Length="5000")

    with pytest.raises(HttpError, match="middle|ended"):
        get(play)


def test_chunked_and_cut_off():
    def play(handler):
        handler.close_connection = True
        handler.reply(b"10\r\nonly seven", Transfer_Encoding="chunked", Content_Length="0")

    def whole(handler):
        handler.send_response(200)
        handler.send_header("Transfer-Encoding", "chunked")
        handler.end_headers()
        handler.wfile.write(b"3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n")

    assert get(whole).body == b"abcde"
    with pytest.raises(HttpError):
        get(play)


def test_silence():
    done = threading.Event()

    def play(handler):
        done.wait(20)

    try:
        with pytest.raises(HttpError, match="silent"):
            get(play, Bounds(idle=0.05))
    finally:
        done.set()


@pytest.mark.parametrize("where", ["head", "body"])
def test_one_byte_at_a_time(where):
    """Each byte comes within the idle time; only the total deadline ends it."""
    stop = threading.Event()

    def play(handler):
        if where == "body":
            handler.send_response(200)
            handler.send_header("Content-Length", "100000")
            handler.end_headers()
        else:
            handler.wfile.write(b"HTTP/1.1 200 OK\r\nX: ")
        while not stop.wait(0.01):
            handler.wfile.write(b"x")

    try:
        with pytest.raises(HttpError, match="longer than 0.2 s"):
            get(play, Bounds(idle=5, total=0.2))
    finally:
        stop.set()


def test_nobody_listens():
    with serve(lambda handler: None) as base:
        pass
    client = Client(base, "x@example.org")
    with pytest.raises(HttpError, match="refuses"):
        client.get(base)
    client.close()


def test_unknown_name():
    client = Client("http://nowhere.invalid/oai", "x@example.org")
    with pytest.raises(HttpError, match="name of the server"):
        client.get("http://nowhere.invalid/oai")
    client.close()


@pytest.mark.parametrize("address", ["http://[::1/", "http://a b/", "http:///x", "http://é\ud800/"])
def test_addresses_that_are_none(address):
    client = Client("http://example.org/oai", "x@example.org")
    with pytest.raises(HttpError):
        client.get(address)
    client.close()


# redirects


def test_redirect_on_the_same_host_is_followed_and_told():
    def play(handler):
        if handler.path.startswith("/oai"):
            handler.reply(b"", 301, Location="/new?x=1")
        else:
            handler.reply(BODY)

    answer = get(play)
    assert answer.body == BODY
    assert answer.moved.endswith("/new?x=1")


def test_redirect_loop():
    with pytest.raises(HttpError, match="more than 5 redirects") as caught:
        get(lambda handler: handler.reply(b"", 302, Location="/oai"))
    assert caught.value.final


@pytest.mark.parametrize(
    ("target", "reason"),
    [
        ("http://127.0.0.1:1/", "private address 127.0.0.1"),
        ("http://localhost:1/", "private address"),
        ("http://[::1]:1/", "private address ::1"),
        ("http://[::ffff:10.0.0.1]/", "private address"),
        ("http://10.0.0.1/", "private address 10.0.0.1"),
        ("http://169.254.169.254/latest/meta-data/", "private address 169.254.169.254"),
        ("http://0/", "private address 0.0.0.0"),
        ("file:///etc/passwd", "file"),
        ("ftp://example.org/", "ftp"),
        ("gopher://127.0.0.1/", "gopher"),
    ],
)
def test_redirects_that_are_refused(target, reason):
    with pytest.raises(HttpError, match=reason) as caught:
        get(lambda handler: handler.reply(b"", 302, Location=target))
    assert caught.value.final


@pytest.mark.parametrize(
    ("address", "public"),
    [
        ("8.8.8.8", True),
        ("2001:4860:4860::8888", True),
        ("192.168.1.1", False),
        ("100.64.0.1", False),
        ("224.0.0.1", False),
        ("fe80::1%eth0", False),
        ("::", False),
        ("fc00::1", False),
        ("2002:7f00:1::", False),
        ("::ffff:127.0.0.1", False),
    ],
)
def test_public_addresses(address, public):
    assert is_public(address) is public


# Retry-After

NOW = datetime(2025, 1, 1, 12, 0, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("value", "date", "seconds"),
    [
        (None, None, None),
        ("120", None, 120),
        (" 0 ", None, 0),
        ("Wed, 01 Jan 2025 12:01:00 GMT", None, 60),
        ("Wed, 01 Jan 2025 11:00:00 GMT", None, 0),
        ("Wed, 01 Jan 2025 15:01:00 GMT", "Wed, 01 Jan 2025 15:00:00 GMT", 60),
        ("soon", None, None),
        ("-5", None, None),
        ("9" * 99, None, 999_999_999),
    ],
)
def test_retry_after(value, date, seconds):
    assert retry_after(value, date, NOW) == seconds


def test_status_and_retry_after_come_through():
    answer = get(lambda handler: handler.reply(b"busy", 503, Retry_After="7"))
    assert (answer.status, answer.body, answer.retry_after) == (503, b"busy", 7)
