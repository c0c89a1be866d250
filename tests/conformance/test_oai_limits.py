"""Limits of a running server: slow readers, clients in a loop, and what they may not hold up."""

import socket
import sqlite3
import time
from collections.abc import Iterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path

import pytest

from interop.config import load
from interop.marc.iso2709 import encode
from interop.model.record import Incoming
from interop.node import open_node
from tests.processes import config_text, free_ports, running, wait_ready
from tests.unit.oai.fakes import marc

pytestmark = pytest.mark.slow

LIST = "/oai?verb=ListRecords&metadataPrefix=marcxml"
RATE = 10  # low enough for a machine that has much to do, and above what the first test asks


@dataclass(frozen=True, slots=True)
class Limited:
    port: int
    store: Path

    def get(self, path: str) -> tuple[int, dict[str, str], bytes]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            return answer.status, dict(answer.getheaders()), answer.read()
        finally:
            connection.close()


@pytest.fixture(scope="module")
def limited(tmp_path_factory) -> Iterator[Limited]:
    """One process, lists of 150 records with long titles."""
    folder, port = tmp_path_factory.mktemp("limited"), free_ports(2)
    extra = f"[oai]\nclient_rate = {RATE}\nlists = 4\nclient_lists = 4\n"
    extra += '[[library]]\ncode = "VN-QTI"\nname = "T"\n'
    file = folder / "interop.toml"
    file.write_text(config_text(port, folder, extra=extra), encoding="utf-8")
    node = open_node(load(file, environ={}))
    page = [
        Incoming(f"b{n}", encode(marc(f"b{n}", f"Tác phẩm {n} " + "rất dài " * 2000)))
        for n in range(150)
    ]
    node.catalogue.ingest("vn-qti", page)
    node.close()
    with running("serve", "--only", "http", "--config", file):
        wait_ready(f"http://127.0.0.1:{port}")
        yield Limited(port, folder / "interop.db")


def unread(limited: Limited) -> socket.socket:
    """A client that asks for a list and never reads it."""
    client = socket.socket()
    client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    client.connect(("127.0.0.1", limited.port))
    client.sendall(f"GET {LIST} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
    return client


def test_slow_readers_hold_no_transaction_and_leave_room_for_short_answers(limited) -> None:
    clients = [unread(limited) for _ in range(12)]
    try:
        for path in ("/oai?verb=Identify", "/health/live", "/oai?verb=ListSets"):
            begun = time.monotonic()
            status, _, _ = limited.get(path)
            assert status == 200 and time.monotonic() - begun < 10
        connection = sqlite3.connect(limited.store, isolation_level=None)
        # A reader with an open transaction would make the checkpoint busy.
        connection.execute("PRAGMA busy_timeout = 3000")
        busy, _, _ = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
        connection.close()
        assert busy == 0
    finally:
        for client in clients:
            client.close()


def test_005_a_client_in_a_loop_is_told_to_wait_and_then_served(limited) -> None:
    refused = None
    for _ in range(RATE * 40):
        status, headers, body = limited.get("/oai?verb=Identify")
        if status == 503:
            refused = headers, body
            break
        assert status == 200
    assert refused is not None
    wait = int(refused[0]["Retry-After"])
    assert 1 <= wait <= 3600 and b"Too many requests" in refused[1]
    time.sleep(wait)
    assert limited.get("/oai?verb=Identify")[0] == 200
