"""The load of HTTP: answers counted over several connections, faults told."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest

from bench import http_load
from bench.programs import Failed


class Echo(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self):
        body = self.path.encode() * (40_000 if self.path == "/long" else 1)
        self.send_response(500 if self.path == "/fault" else 200)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_):
        pass


@pytest.fixture(scope="module")
def address():
    with ThreadingHTTPServer(("127.0.0.1", 0), Echo) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield server.server_address
        server.shutdown()


def requests(*paths):
    return [http_load.get("127.0.0.1", path) for path in paths]


def test_answers_are_read_whole(address):
    assert list(http_load.ask(address, requests("/a", "/long"))) == [b"/a", b"/long" * 40_000]


def test_load_counts_answers(address):
    count, seconds = http_load.load(address, requests("/a", "/b", "/long"), 0.05, 3)
    assert count > 0 and seconds >= 0.05


def test_faults_are_told(address):
    with pytest.raises(Failed, match="500"):
        http_load.load(address, requests("/fault"), 1.0, 2)
