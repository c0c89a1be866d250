"""A plain OAI-PMH harvester that only measures: http.client, keep-alive, no parsing."""

import re
import threading
import time
from collections.abc import Iterator, Sequence
from html import unescape
from http.client import HTTPConnection
from itertools import cycle, islice
from urllib.parse import quote

from bench.programs import Failed

TIMEOUT = 30.0
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
            body = _get(connection, f"{path}?{query}", {})
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

    Raises ``Failed`` when any request did not give a page.
    """
    headers = {"Accept-Encoding": "gzip" if gzip else "identity"}
    counts = [0] * connections
    problems: list[Exception] = []
    begin = time.perf_counter()

    def work(number: int) -> None:
        connection = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
        try:
            for query in islice(cycle(queries), number, None):
                _get(connection, f"{path}?{query}", headers)
                counts[number] += 1
                if time.perf_counter() - begin >= seconds:
                    return
        except (OSError, Failed) as error:
            problems.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(number,)) for number in range(connections)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if problems:
        raise Failed(f"port {port}: {problems[0]}")
    return sum(counts), time.perf_counter() - begin


def _get(connection: HTTPConnection, address: str, headers: dict[str, str]) -> bytes:
    connection.request("GET", address, headers=headers)
    answer = connection.getresponse()
    body = answer.read()
    if answer.status != 200:
        raise Failed(f"{address}: HTTP {answer.status}")
    packed = answer.getheader("Content-Encoding") == "gzip"
    if packed != (headers.get("Accept-Encoding") == "gzip"):
        raise Failed(f"{address}: content coding {answer.getheader('Content-Encoding')}")
    if not packed and b"<List" not in body:
        raise Failed(f"{address}: no list in {body[:300]!r}")
    return body
