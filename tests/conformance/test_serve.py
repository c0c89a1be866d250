"""``interop serve`` as real processes: ports, signals, killed workers, records that come in."""

import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from contextlib import closing, contextmanager
from urllib.error import URLError
from urllib.parse import urlencode

import pytest
from lxml import etree

from interop.marc.iso2709 import encode
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.z3950 import apdu
from tests.conformance.ask import OAI, sru_count
from tests.conformance.origin import INIT, Origin, hits
from tests.processes import config_text, free_ports, get, interop, running, wait_ready

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

RECORDS = 620  # more than one page of headers
LIMIT = 60.0  # seconds until something must have happened
WORKERS = 2


def record(number: int, title: str) -> bytes:
    fields = ControlField("001", str(number)), DataField("245", "0", "0", (("a", title),))
    return encode(MarcRecord("00000nam a2200000 a 4500", fields))


def until(condition: Callable[[], object], what: str, limit: float = LIMIT) -> float:
    """Wait until ``condition`` holds; how many seconds it took."""
    begin = time.monotonic()
    while not condition():
        assert time.monotonic() < begin + limit, f"not within {limit:.0f} s: {what}"
        threading.Event().wait(0.02)
    return time.monotonic() - begin


def children(pid: int) -> set[int]:
    """Worker processes of a server."""
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return {int(child) for child in file.read().split()}


def workers(server, count: int) -> set[int]:
    """The worker processes, once there are ``count`` of them."""
    pid = server.process.pid
    until(lambda: len(children(pid)) == count, f"{count} workers")
    return children(pid)


def listens(port: int) -> bool:
    with closing(socket.socket()) as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


class Node:
    """A folder with a store and its configuration; ``port`` HTTP, ``port + 1`` Z39.50."""

    def __init__(self, folder) -> None:
        self.folder = folder
        self.port = free_ports(2)
        self.base = f"http://127.0.0.1:{self.port}"
        self.file = folder / "interop.toml"
        self.configure()

    def configure(self, text: str | None = None) -> None:
        text = text or config_text(self.port, self.folder, workers=WORKERS)
        self.file.write_text(text, encoding="utf-8")

    def load(self, name: str, *records: bytes) -> None:
        file = self.folder / f"{name}.mrc"
        file.write_bytes(b"".join(records))
        done = interop("load", file, "--library", "VN-A", "--config", self.file)
        assert done.returncode == 0, done.stderr

    @contextmanager
    def serving(self, *options: str):
        with running("serve", "--config", self.file, *options) as server:
            if "z3950" in options:
                server.wait_for("Z39.50")
            else:
                wait_ready(self.base)
            yield server

    def name(self) -> str:
        tree = etree.fromstring(get(f"{self.base}/oai?verb=Identify"))
        return tree.findtext(f".//{OAI}repositoryName")

    def found(self, word: str) -> bool:
        """Whether every way of searching finds it, in each of several tries (other workers)."""
        sru = all(sru_count(self.base, "union", f'dc.title = "{word}"') for _ in range(4))
        return sru and all(hits(self.port + 1, "vn-a", word) for _ in range(4))


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    node = Node(tmp_path_factory.mktemp("serve"))
    node.load("first", *(record(n, f"Nhan đề số {n}") for n in range(RECORDS)))
    return node


@pytest.fixture(scope="module")
def server(node):
    """One server for all tests that leave it as it was."""
    with node.serving() as server:
        yield server


def test_both_ports_answer(node, server):
    assert node.name() == "Thư viện thử"
    assert sru_count(node.base, "vn-a", "cql.allRecords = 1") == RECORDS
    assert hits(node.port + 1, "vn-a", "nhan") == RECORDS
    assert get(f"{node.base}/health/live") == b"ok\n"
    assert len(workers(server, WORKERS)) == WORKERS


@pytest.mark.parametrize("offset", [0, 1])
def test_a_busy_port_is_one_line(tmp_path, offset):
    node = Node(tmp_path)
    with socket.create_server(("127.0.0.1", node.port + offset)):
        done = interop("serve", "--config", node.file)
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"interop: cannot listen on 127.0.0.1:{node.port + offset}: Address already in use"
    ]


def test_a_record_of_another_process_is_found_within_a_second(node, server):
    node.load("second", record(1, "Cát bụi chân ai"))
    # The commit came before the end of that process; a second is the promise, the rest is luck.
    assert until(lambda: node.found("cát bụi"), "the new record is found") < 5.0
    assert sru_count(node.base, "union", 'dc.title = "nhan de so 1"') == 0


def test_sighup_reads_the_configuration_and_keeps_the_sockets(node, server):
    before = workers(server, WORKERS)
    failures: list[OSError] = []
    ended = threading.Event()

    def ask_all_the_time() -> None:
        while not ended.is_set():
            try:
                get(f"{node.base}/health/live")
            except URLError as error:
                if isinstance(error.reason, ConnectionRefusedError):
                    failures.append(error)
            except OSError:
                pass  # a connection that a leaving worker had taken

    asker = threading.Thread(target=ask_all_the_time)
    asker.start()
    try:
        text = config_text(node.port, node.folder, workers=3)
        node.configure(text.replace("Thư viện thử", "Tên mới"))
        server.process.send_signal(signal.SIGHUP)
        until(lambda: all(node.name() == "Tên mới" for _ in range(8)), "the new name is told")
        until(lambda: not children(server.process.pid) & before, "old workers are gone")
        assert not workers(server, 3) & before
        node.configure(text.replace("workers = 3", f"workers = {WORKERS}"))
        server.process.send_signal(signal.SIGHUP)
        workers(server, WORKERS)
    finally:
        ended.set()
        asker.join()
    assert failures == []
    assert hits(node.port + 1, "vn-a", "nhan") > 0


@pytest.mark.parametrize("text", ["[server\n", '[server]\nhtp = "x"\n', "store"])
def test_sighup_with_a_wrong_configuration_changes_nothing(node, server, text):
    name = node.name()
    good = node.file.read_text(encoding="utf-8")
    if text == "store":
        text = good.replace(f"{node.folder}/interop.db", "/proc/none/x.db")
    lines = len(server.lines)
    node.configure(text)
    server.process.send_signal(signal.SIGHUP)
    until(
        lambda: any("stays as it was" in line for line in server.lines[lines:]),
        "the error is told",
    )
    node.configure(good)
    assert server.process.poll() is None
    assert [node.name() for _ in range(4)] == [name] * 4
    assert not any("Traceback" in line for line in server.lines)


def test_a_killed_worker_is_replaced_and_the_index_followed_again(node, server):
    for turn in range(2):  # whichever worker follows, one of the turns kills it
        victim = min(workers(server, WORKERS))
        os.kill(victim, signal.SIGKILL)
        until(lambda v=victim: v not in children(server.process.pid), "the worker is gone")
        workers(server, WORKERS)
        until(lambda: _alive(node.base), "the other one goes on")
        word = f"sống lại {'một hai'.split()[turn]}"
        node.load(f"after-{turn}", record(9000 + turn, word))
        until(lambda w=word: node.found(w), "the index is followed again")


def _alive(base: str) -> bool:
    try:
        return get(f"{base}/health/live") == b"ok\n"
    except OSError:
        return False


def test_all_workers_killed_at_once(node, server):
    for pid in (before := workers(server, WORKERS)):
        os.kill(pid, signal.SIGKILL)
    until(lambda: not before & children(server.process.pid), "they are gone")
    workers(server, WORKERS)
    wait_ready(node.base)
    node.load("after-all", record(9100, "Tất cả trở lại"))
    until(lambda: node.found("tất cả trở lại"), "the index is followed again")


def page(node, **asked: str) -> tuple[list[str], str]:
    """Identifiers of a page of headers, and its resumption token."""
    tree = etree.fromstring(get(f"{node.base}/oai/vn-a?{urlencode(asked)}"))
    identifiers = [element.text for element in tree.iter(f"{OAI}identifier")]
    return identifiers, tree.findtext(f".//{OAI}resumptionToken")


def test_tokens_and_clients_at_a_stop_and_a_start(tmp_path_factory):
    """SIGTERM tells Z39.50 clients, ends with 0, and resumption tokens outlive it."""
    node = Node(tmp_path_factory.mktemp("restart"))
    node.load("first", *(record(n, f"Nhan đề số {n}") for n in range(RECORDS)))
    with node.serving() as server:
        first, token = page(node, verb="ListIdentifiers", metadataPrefix="oai_dc")
        assert token and len(first) < RECORDS
        with Origin(node.port + 1) as origin, Origin(node.port + 1) as silent:
            assert origin.ask(INIT).result
            begin = time.monotonic()
            assert server.stop() == 0
            assert time.monotonic() < begin + 20
            told = origin.receive()
            assert isinstance(told, apdu.Close)
            assert told.close_reason == apdu.CloseReason.SHUTDOWN
            assert origin.receive() is None
            assert not isinstance(silent.receive(), apdu.InitializeResponse)
        assert not any("Traceback" in line for line in server.lines), server.lines
    with node.serving() as again:
        rest, last = page(node, verb="ListIdentifiers", resumptionToken=token)
        assert len(first) + len(rest) == RECORDS == len({*first, *rest}) and not last
        assert again.stop(signal.SIGINT) == 0
        assert not any("Traceback" in line for line in again.lines), again.lines


def test_http_alone(node, server, tmp_path):
    alone = Node(tmp_path)
    with alone.serving("--only", "http") as http:
        assert alone.name() == "Thư viện thử"
        assert not listens(alone.port + 1)
        assert http.stop() == 0


def test_z3950_alone_reloads_and_drains(tmp_path):
    node = Node(tmp_path)
    node.load("first", record(1, "Truyện Kiều"))
    with node.serving("--only", "z3950") as alone:
        until(lambda: hits(node.port + 1, "vn-a", "kiều") == 1, "it answers")
        assert not listens(node.port)
        node.load("second", record(2, "Kiều thứ hai"))
        until(lambda: hits(node.port + 1, "vn-a", "kiều") == 2, "the new record is found")
        node.configure("[server\n")
        alone.process.send_signal(signal.SIGHUP)
        alone.wait_for("stays as it was")
        node.configure()
        with Origin(node.port + 1) as origin:
            assert origin.ask(INIT).result
            alone.process.send_signal(signal.SIGHUP)
            assert isinstance(origin.receive(), apdu.Close)

        def answers() -> bool:  # an association of the very moment of the change is hung up on
            try:
                return hits(node.port + 1, "vn-a", "kiều") == 2
            except (AssertionError, OSError):
                return False

        until(answers, "it answers after a reload")
        with Origin(node.port + 1) as origin:
            assert origin.ask(INIT).result
            assert alone.stop() == 0
            assert isinstance(origin.receive(), apdu.Close)
        assert not any("Traceback" in line for line in alone.lines), alone.lines


def test_the_application_under_somebodys_own_gunicorn(node, monkeypatch):
    monkeypatch.setenv("INTEROP_CONFIG", str(node.file))
    port = free_ports(1)
    command = [sys.executable, "-m", "gunicorn", "--bind", f"127.0.0.1:{port}"]
    process = subprocess.Popen(
        [*command, "--log-level", "error", "--no-control-socket", "interop.app:create_app()"],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    try:
        base = f"http://127.0.0.1:{port}"
        until(lambda: process.poll() is not None or _alive(base), "it answers")
        assert process.poll() is None, process.stdout.read().decode()
        assert sru_count(base, "vn-a", "cql.allRecords = 1") >= RECORDS
        assert b"ListIdentifiers" in get(f"{base}/oai?verb=ListIdentifiers&metadataPrefix=oai_dc")
    finally:
        process.terminate()
        process.communicate(timeout=30)
