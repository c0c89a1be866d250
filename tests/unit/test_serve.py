"""The parts of ``interop serve`` without its processes."""

import os
import socket
import ssl
import threading
from contextlib import closing
from dataclasses import replace
from types import SimpleNamespace

import pytest
import trustme

from interop import serve
from interop.config import ConfigError, load
from interop.store.errors import StoreError
from interop.z3950 import transcript
from interop.z3950.association import Limits
from tests.unit.test_ingest import incoming


class FakeNode:
    """``outcomes``: what each call of ``follow`` returns or raises; the last one for ever."""

    def __init__(self, *outcomes: bool | Exception) -> None:
        self._outcomes = list(outcomes)
        self.calls = 0
        self.exhausted = threading.Event()
        self.closed = False
        self.store = self
        self.commits: int | None = None  # one at every look

    def generation(self) -> int:
        return self.calls if self.commits is None else self.commits

    def follow(self) -> bool:
        self.calls += 1
        outcome = self._outcomes.pop(0) if len(self._outcomes) > 1 else self._outcomes[0]
        if len(self._outcomes) == 1:
            self.exhausted.set()
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    def close(self) -> None:
        self.closed = True


@pytest.fixture
def impatient(monkeypatch):
    monkeypatch.setattr(serve, "FOLLOW_PAUSE", 0.001)
    monkeypatch.setattr(serve, "TAKEOVER_PAUSE", 0.001)


@pytest.fixture
def config(tmp_path):
    def read(url: str = f"sqlite:///{tmp_path}/x.db", name: str = "Interop"):
        environ = {
            "INTEROP_STORE_URL": url,
            "INTEROP_SERVER_NAME": name,
            "INTEROP_SERVER_HTTP": "127.0.0.1:0",
            "INTEROP_SERVER_Z3950": "127.0.0.1:0",
        }
        file = tmp_path / "interop.toml"
        file.touch()
        return load(file, environ=environ)

    return read


def test_listen_takes_any_free_port():
    with closing(serve.listen("127.0.0.1:0")) as sock:
        host, port = sock.getsockname()
        assert host == "127.0.0.1" and port > 0
        with closing(socket.create_connection((host, port))) as client:
            assert client.getpeername()[1] == port


@pytest.mark.skipif(not socket.has_ipv6, reason="no IPv6 on this machine")
def test_listen_understands_ipv6():
    try:
        sock = serve.listen("[::1]:0")
    except ConfigError as error:
        pytest.skip(str(error))
    with closing(sock):
        assert sock.family == socket.AF_INET6


@pytest.mark.parametrize("host", ["127.0.0.1", "203.0.113.7", "no.such.host.invalid"])
def test_an_address_that_cannot_be_had_is_named(host):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        address = f"{host}:{taken.getsockname()[1]}"
        with pytest.raises(ConfigError, match=f"cannot listen on {address}: .+"):
            serve.listen(address)


def test_the_follower_outlives_errors_and_another_follower(impatient, caplog):
    full = StoreError("disk full")
    node = FakeNode(True, full, full, full, ValueError("corrupt"), False, full, True, True, True)
    thread = serve.FollowerThread(node)
    thread.start()
    assert node.exhausted.wait(10)
    assert thread.is_alive()
    thread.stop()
    assert not thread.is_alive()
    what = "the index cannot follow the store"
    assert [(record.getMessage(), bool(record.exc_info)) for record in caplog.records] == [
        (f"{what}: disk full; trying again", False),  # once, and for people
        (f"{what}: corrupt; trying again", True),  # nobody foresaw it
        (f"{what}: it is over", False),
        (f"{what}: disk full; trying again", False),
        (f"{what}: it is over", False),
    ]


def test_the_reviser_goes_on_after_trouble_and_ends_when_nothing_is_left(monkeypatch, caplog):
    monkeypatch.setattr(serve, "REVISE_PAUSE", 0.001)
    monkeypatch.setattr(serve, "TAKEOVER_PAUSE", 0.001)
    outcomes = [500, StoreError("disk full"), StoreError("disk full"), 20, 0]

    def revise() -> int:
        outcome = outcomes.pop(0)
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    thread = serve.ReviserThread(SimpleNamespace(catalogue=SimpleNamespace(revise=revise)))
    thread.start()
    thread.join(10)
    assert not thread.is_alive() and outcomes == []
    assert [record.getMessage() for record in caplog.records] == [
        "records cannot be revised: disk full; trying again",
        "records cannot be revised: it is over",
    ]


def test_the_feed_is_only_read_after_a_commit_or_after_a_while(monkeypatch):
    node = FakeNode(True)
    node.commits = 7
    thread = serve.FollowerThread(node)
    assert all(thread._follow() for _ in range(3))
    assert node.calls == 1
    node.commits = 8
    assert all(thread._follow() for _ in range(3))
    assert node.calls == 2
    monkeypatch.setattr(serve, "BELIEVED", 0.0)
    assert thread._until  # what was believed already stays believed
    thread._until = 0.0
    assert all(thread._follow() for _ in range(3))
    assert node.calls == 5


def test_while_another_process_follows_each_look_tries_to_take_over():
    node = FakeNode(False, False, True)
    node.commits = 7
    thread = serve.FollowerThread(node)
    assert [thread._follow() for _ in range(4)] == [False, False, True, True]
    assert node.calls == 3


def test_a_follower_that_never_started_can_be_stopped():
    serve.FollowerThread(FakeNode(True)).stop()


def test_services_close_the_node_last(impatient):
    node = FakeNode(True)
    services = serve.Services(node, serve.Sockets())
    services.start()
    assert node.exhausted.wait(10)
    assert not node.closed
    services.stop()
    assert node.closed
    assert not any(thread.name == "follower" for thread in threading.enumerate())


def test_reading_again_takes_the_new_configuration(config, caplog):
    old, new = config(), config(name="Mới")
    assert serve._read_again(old, lambda: new) is new
    assert caplog.records == []


def test_reading_again_keeps_the_old_configuration_when_the_new_one_cannot_be_used(config, caplog):
    old = config()

    def unreadable():
        raise ConfigError("interop.toml:3: no")

    assert serve._read_again(old, unreadable) is old
    assert serve._read_again(old, lambda: config(url="sqlite:////proc/version")) is old
    first, second = (record.message for record in caplog.records)
    assert "interop.toml:3" in first and "/proc/version" in second
    assert first.endswith("stays as it was") and second.endswith("stays as it was")


def test_an_address_does_not_change_without_a_restart(config, caplog, monkeypatch):
    old = config()
    server = replace(old.server, http="127.0.0.1:1", z3950="127.0.0.1:2")
    new = replace(old, server=server)
    assert serve._read_again(old, lambda: new) is new
    assert [record.message for record in caplog.records] == [
        "SIGHUP: server.http needs a restart; it stays as it was",
        "SIGHUP: server.z3950 needs a restart; it stays as it was",
    ]


def test_a_new_certificate_that_cannot_be_used_changes_nothing(config, caplog, tmp_path):
    old = config()
    none = replace(old.z3950, tls="127.0.0.1:0", certificate=str(tmp_path / "none.pem"))
    assert serve._read_again(old, lambda: replace(old, z3950=none)) is old
    assert "z3950.certificate" in caplog.text


@pytest.mark.parametrize("only", [None, "http", "z3950"])
def test_nothing_is_left_open_when_the_store_cannot_be_used(config, only):
    started: list[bool] = []
    with pytest.raises(StoreError):
        serve.serve(
            lambda: config(url="sqlite:////proc/version"), only, lambda: started.append(True)
        )
    assert started == []  # and no socket is reported as unclosed


def test_a_transcript_ends_with_the_services_that_began_it(config, tmp_path):
    """After SIGHUP a process has new services: each line is to be there once."""
    from interop.node import open_node

    file = tmp_path / "transcript.log"
    settings = config()
    settings = replace(settings, z3950=replace(settings.z3950, transcript=str(file)))
    before = list(transcript.log.handlers)
    for _ in range(2):
        with closing(serve.listen("127.0.0.1:0")) as sock:
            services = serve.Services(open_node(settings), serve.Sockets(z3950=sock))
            services.start()
            assert len(transcript.log.handlers) == len(before) + 1
            services.stop()
    assert transcript.log.handlers == before and file.exists()


def test_services_answer_and_follow(config):
    from interop.node import open_node
    from tests.conformance.origin import hits

    node = open_node(config())
    with closing(serve.listen("127.0.0.1:0")) as sock:
        services = serve.Services(node, serve.Sockets(z3950=sock))
        services.start()
        try:
            node.catalogue.ingest("lib", [incoming("1", title="Cát bụi chân ai")])
            deadline = threading.Event()
            for _ in range(200):
                if hits(sock.getsockname()[1], "lib", "cát") == 1:
                    break
                deadline.wait(0.05)
            assert hits(sock.getsockname()[1], "lib", "cát") == 1
        finally:
            services.stop()


@pytest.fixture
def pem(tmp_path):
    """Files of a certificate: chain, key, both in one."""
    issued = trustme.CA().issue_cert("localhost")
    issued.cert_chain_pems[0].write_to_path(tmp_path / "chain.pem")
    issued.private_key_pem.write_to_path(tmp_path / "key.pem")
    issued.private_key_and_cert_chain_pem.write_to_path(tmp_path / "both.pem")
    return tmp_path


def tls(config, **settings):
    return replace(config().z3950, **{name: str(value) for name, value in settings.items()})


def test_a_certificate_is_read_with_its_key(config, pem):
    for files in ({"certificate": pem / "chain.pem", "key": pem / "key.pem"},
                  {"certificate": pem / "both.pem"}):  # fmt: skip
        context = serve.tls_context(tls(config, **files))
        assert context.minimum_version is ssl.TLSVersion.TLSv1_2


def test_a_certificate_that_cannot_be_used_is_one_line(config, pem):
    other = trustme.CA().issue_cert("localhost")
    other.private_key_pem.write_to_path(pem / "other.pem")
    for files in (
        {"certificate": pem / "nowhere.pem"},
        {"certificate": pem / "chain.pem"},  # no key in it
        {"certificate": pem / "chain.pem", "key": pem / "other.pem"},
        {"certificate": pem / "key.pem"},
    ):
        with pytest.raises(ConfigError, match="z3950.certificate: .*cannot be used") as error:
            serve.tls_context(tls(config, **files))
        assert "\n" not in str(error.value)


def test_limits_of_the_configuration_are_those_of_the_code(config):
    """What nobody sets is the same whoever starts a listener."""
    assert serve.limits_of(config().z3950) == Limits()


def test_a_slow_harvester_finds_its_connection_where_it_left_it(config):
    """Catmandu spent more than gunicorn's 2 seconds on a page of 100 records, and gave up."""
    gunicorn = serve._Gunicorn(config(), config, serve.listen("127.0.0.1:0"), serve.Sockets())
    os.close(gunicorn._http)
    options = gunicorn.cfg
    assert options.keepalive >= 30 and options.worker_connections > 1000
