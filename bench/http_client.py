"""A plain OAI-PMH harvester that only measures: keep-alive, no parsing."""

import re
import socket
import threading
import time
from collections.abc import Iterator, Sequence
from html import unescape
from http.client import HTTPConnection
from itertools import cycle, islice
from urllib.parse import quote

from bench.programs import Failed

TIMEOUT = 30.0
_LENGTH = re.compile(rb"(?i)\r\ncontent-length: *(\d+)")
_TOKEN = re.compile(rb"<resumptionToken[^>]*>([^<]+)</resumptionToken>")


def walk(
    port: int, path: str, prefix: str, arguments: str = "", verb: str = "ListRecords"
) -> Iterator[tuple[str, bytes]]:
    """The whole list: query string and body of each page. ``arguments``: more of the first request.

    Raises ``Failed``.
    """
    connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    query: str | None = f"verb={verb}&metadataPrefix={prefix}{arguments}"
    try:
        while query is not None:
            body = _get(connection, f"{path}?{query}")
            yield query, body
            token = _TOKEN.search(body, len(body) - 2000 if len(body) > 2000 else 0)
            text = unescape(token[1].decode()) if token else None
            query = f"verb={verb}&resumptionToken={quote(text, safe='')}" if text else None
    finally:
        connection.close()


def load(
    port: int, path: str, queries: Sequence[str], seconds: float, connections: int, gzip: bool
) -> tuple[int, float]:
    """Ask for the pages again and again over ``connections`` connections; pages got, seconds.

    The client stands on the same machine as what it measures, so it does next to nothing: requests
    are written beforehand, and of an answer only what proves that it is a page is looked at.
    Raises ``Failed`` when any request did not give a page.
    """
    requests = [_request(port, f"{path}?{query}", gzip) for query in queries]
    counts = [0] * connections
    problems: list[Exception] = []
    begin = time.perf_counter()

    def work(number: int) -> None:
        room = bytearray(1 << 16)
        try:
            with socket.create_connection(("127.0.0.1", port), TIMEOUT) as connection:
                for request in islice(cycle(requests), number, None):
                    connection.sendall(request)
                    room = _page(connection, room, gzip)
                    counts[number] += 1
                    if time.perf_counter() - begin >= seconds:
                        return
        except (OSError, Failed) as error:
            problems.append(error)

    threads = [threading.Thread(target=work, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise Failed(f"port {port}: {problems[0]}")
    return sum(counts), time.perf_counter() - begin


def _request(port: int, target: str, gzip: bool) -> bytes:
    coding = "gzip" if gzip else "identity"
    return (
        f"GET {target} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nAccept-Encoding: {coding}\r\n\r\n"
    ).encode()


def _page(connection: socket.socket, room: bytearray, gzip: bool) -> bytearray:
    """Read one answer into ``room``, or into a larger one, which is returned. Raises ``Failed``."""
    have = 0
    while (end := room.find(b"\r\n\r\n", 0, have)) < 0:
        got = connection.recv_into(memoryview(room)[have:])
        if not got:
            raise Failed("the connection was closed before the end of an answer's head")
        have += got
    head = bytes(room[:end])
    length = _LENGTH.search(head)
    if not head.startswith(b"HTTP/1.1 200") or length is None:
        raise Failed(f"no page: {head[:300]!r}")
    if (b"\r\nContent-Encoding: gzip" in head) != gzip:
        raise Failed(f"another content coding: {head[:300]!r}")
    whole = end + 4 + int(length[1])
    if whole > len(room):
        room = room[:have] + bytes(whole - have)
    while have < whole:
        got = connection.recv_into(memoryview(room)[have:whole])
        if not got:
            raise Failed("the connection was closed before the end of a page")
        have += got
    if not gzip and room.find(b"<List", end, end + 2000) < 0:
        raise Failed(f"no list in {bytes(room[end : end + 300])!r}")
    return room


def _get(connection: HTTPConnection, address: str) -> bytes:
    connection.request("GET", address)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise Failed(f"{address}: HTTP {answer.status}")
    if b"<List" not in body:
        raise Failed(f"{address}: no list in {body[:300]!r}")
    return body
