"""Two WSGI applications over pages that our server gave, for gunicorn: ``bench.peers.wsgi:...``.

``prebuilt()`` returns the very pages: what HTTP itself costs. ``oaipmh_server()`` is the ``oaipmh``
package, fed with the ready records of the pages. ``BENCH_PAGES`` names the file of the pages.
"""

import gzip
import os
import pickle
import re
from collections.abc import Callable, Iterable
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from lxml import etree

Application = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]

PAGE_SIZE = 100
_XML = ("Content-Type", "text/xml; charset=utf-8")


def save(pages: dict[str, bytes], file: Path) -> None:
    """Keep pages, query string -> body, for the applications to read."""
    file.write_bytes(pickle.dumps(pages))


def _pages() -> dict[str, bytes]:
    return pickle.loads(Path(os.environ["BENCH_PAGES"]).read_bytes())


def prebuilt() -> Application:
    """Looks the page up by its query string; nothing is made, compressed pages neither."""
    plain = _pages()
    packed = {query: gzip.compress(body, 6) for query, body in plain.items()}

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        wants = environ.get("HTTP_ACCEPT_ENCODING") == "gzip"
        body = (packed if wants else plain)[environ["QUERY_STRING"]]
        headers = [_XML, ("Content-Length", str(len(body)))]
        if wants:
            headers.append(("Content-Encoding", "gzip"))
        start_response("200 OK", headers)
        return [body]

    return application


def oaipmh_server() -> Application:
    """``oaipmh.server.BatchingServer`` over a list in memory: no store, no query, no crosswalk."""
    from oaipmh.metadata import MetadataRegistry
    from oaipmh.server import BatchingServer

    registry = MetadataRegistry()
    registry.registerWriter("marcxml", lambda parent, body: parent.append(etree.fromstring(body)))
    server = BatchingServer(_Repository(_pages()), registry, resumption_batch_size=PAGE_SIZE)

    def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> list[bytes]:
        body = server.handleRequest(dict(parse_qsl(environ["QUERY_STRING"])))
        start_response("200 OK", [_XML, ("Content-Length", str(len(body)))])
        return [body]

    return application


_RECORD = re.compile(rb"<record><header>(.*?)</header><metadata>(.*?)</metadata></record>", re.S)


class _Repository:
    """The interface that BatchingServer wants, over (header, MARCXML bytes) pairs."""

    def __init__(self, pages: dict[str, bytes]) -> None:
        from oaipmh.common import Header, Identify

        self._identify = Identify(
            "bench", "http://127.0.0.1/oai", "2.0", ["bench@example.org"],
            datetime(2000, 1, 1), "persistent", "YYYY-MM-DDThh:mm:ssZ", ["identity"],
        )  # fmt: skip
        self._records = [
            (Header(None, *_header(header), False), body, None)
            for page in pages.values()
            for header, body in _RECORD.findall(page)
        ]
        if not self._records:
            raise ValueError("no records found in the pages")

    def identify(self) -> Any:
        return self._identify

    def listRecords(
        self, metadataPrefix: str, cursor: int = 0, batch_size: int = PAGE_SIZE, **_: Any
    ) -> list[Any]:
        return self._records[cursor : cursor + batch_size]


def _header(header: bytes) -> tuple[str, datetime, list[str]]:
    """Identifier, datestamp, setSpecs."""
    found = {
        tag: [value.decode() for value in re.findall(rb"<%b>([^<]*)<" % tag, header)]
        for tag in (b"identifier", b"datestamp", b"setSpec")
    }
    stamp = datetime.strptime(found[b"datestamp"][0], "%Y-%m-%dT%H:%M:%SZ")
    return found[b"identifier"][0], stamp, found[b"setSpec"]
