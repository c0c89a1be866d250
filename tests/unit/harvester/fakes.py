"""A scripted OAI-PMH server: its answers as bytes, a transport that plays them, a server that
serves them on loopback.
"""

import gzip
import threading
from collections.abc import Callable, Iterable
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

from harvester.http import Answer, HttpError

OAI = "http://www.openarchives.org/OAI/2.0/"
DATE = "2025-03-04T05:06:07Z"


def response(body: str, date: str = DATE, namespace: str = OAI) -> bytes:
    xmlns = f' xmlns="{namespace}"' if namespace else ""
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<OAI-PMH{xmlns}><responseDate>{date}'
        f"</responseDate><request>http://x/oai</request>{body}</OAI-PMH>"
    ).encode()


def identify(granularity: str = "YYYY-MM-DDThh:mm:ssZ", date: str = DATE) -> bytes:
    return response(
        "<Identify><repositoryName>Thư viện</repositoryName>"
        f"<granularity>{granularity}</granularity></Identify>",
        date,
    )


def error(code: str, message: str = "không", date: str = DATE) -> bytes:
    return response(f'<error code="{code}">{message}</error>', date)


def dc(title: str) -> str:
    return (
        '<oai_dc:dc xmlns:oai_dc="http://www.openarchives.org/OAI/2.0/oai_dc/"'
        ' xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<dc:title>{title}</dc:title></oai_dc:dc>"
    )


def record(identifier: str, title: str = "Truyện Kiều", datestamp: str = "2025-01-01") -> str:
    return (
        f"<record><header><identifier>{identifier}</identifier><datestamp>{datestamp}</datestamp>"
        f"</header><metadata>{dc(title)}</metadata></record>"
    )


def deleted(identifier: str, datestamp: str = "2025-01-01") -> str:
    return (
        f'<record><header status="deleted"><identifier>{identifier}</identifier>'
        f"<datestamp>{datestamp}</datestamp></header></record>"
    )


def page(
    records: Iterable[str], token: str | None = None, size: int | None = None, date: str = DATE
) -> bytes:
    advice = f' completeListSize="{size}"' if size is not None else ""
    tail = f"<resumptionToken{advice}>{token or ''}</resumptionToken>"
    body = "".join(records) + (tail if token is not None or size is not None else "")
    return response(f"<ListRecords>{body}</ListRecords>", date)


Play = bytes | Answer | HttpError | Callable[[dict[str, str]], "Play"]


def arguments(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


@dataclass
class Script:
    """A transport that answers from a list; it remembers what was asked."""

    plays: list[Play]
    asked: list[dict[str, str]] = field(default_factory=list)

    def get(self, url: str) -> Answer:
        self.asked.append(arguments(url))
        play = self.plays.pop(0)
        while callable(play):
            play = play(self.asked[-1])
        if isinstance(play, HttpError):
            raise play
        return play if isinstance(play, Answer) else Answer(200, play)

    def close(self) -> None:
        self.plays.clear()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self.server.play(self)  # type: ignore[attr-defined]

    def reply(self, body: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        if "Content_Length" not in headers:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        return None


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    play: Callable[[Handler], None]

    def handle_error(self, request: object, client_address: object) -> None:
        return None  # the client went away: that is what some tests want


@contextmanager
def serve(play: Callable[[Handler], None]):  # type: ignore[no-untyped-def]
    """A server on loopback; gives its base address."""
    server = _Server(("127.0.0.1", 0), Handler)
    server.play = play
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/oai"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def bomb(size: int) -> bytes:
    return gzip.compress(b" " * size, compresslevel=9)
