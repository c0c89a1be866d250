"""The client of the benchmarks believes in a page only when it has read all of one."""

import socket
import threading
from contextlib import suppress

import pytest

from bench.http_client import load
from bench.programs import Failed

PAGE = b"<OAI-PMH><ListRecords>" + b"x" * 100_000


def answer(head: bytes, body: bytes, pieces: int = 1):
    """A server that gives every request this answer, in pieces; its port."""
    listening = socket.create_server(("127.0.0.1", 0))
    whole = head + body
    size = -(-len(whole) // pieces)

    def serve():
        with suppress(OSError), listening, listening.accept()[0] as connection:
            while connection.recv(65536):
                for start in range(0, len(whole), size):
                    connection.sendall(whole[start : start + size])
                if b"ength: 9" in head:
                    return

    threading.Thread(target=serve, daemon=True).start()
    return listening.getsockname()[1]


def head(body: bytes, *more: bytes) -> bytes:
    lines = [b"HTTP/1.1 200 OK", b"content-length: %d" % len(body), *more, b"", b""]
    return b"\r\n".join(lines)


@pytest.mark.parametrize("pieces", [1, 7, 400])
def test_pages_are_counted_however_they_come(pieces):
    count, seconds = load(answer(head(PAGE), PAGE, pieces), "/", ["a", "b"], 0.0, 1, False)
    assert count == 1 and seconds > 0


@pytest.mark.parametrize(
    ("begin", "body", "gzip", "what"),
    [
        (b"HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n", b"", False, "no page"),
        (b"HTTP/1.1 200 OK\r\n\r\n", PAGE, False, "no page"),
        (head(b"sorry"), b"sorry", False, "no list"),
        (head(PAGE, b"Content-Encoding: gzip"), PAGE, False, "another content coding"),
        (head(PAGE), PAGE, True, "another content coding"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 999999\r\n\r\n", PAGE, False, "before the end"),
    ],
)
def test_what_is_no_page(begin, body, gzip, what):
    with pytest.raises(Failed, match=what):
        load(answer(begin, body), "/", ["a"], 0.0, 1, gzip)
