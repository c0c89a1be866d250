"""The listener on real loopback sockets: what only sockets can show."""

import resource
import socket
import ssl
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest
import trustme

from interop.query.rpn import BIB1, Attribute, Operand, RpnQuery
from interop.z3950 import apdu, ber
from interop.z3950.apdu import (
    Apdu,
    Close,
    CloseReason,
    InitializeRequest,
    InitializeResponse,
    PresentRequest,
    PresentResponse,
    SearchRequest,
    SearchResponse,
)
from interop.z3950.association import Limits
from interop.z3950.server import Listener
from interop.z3950.target import Target
from tests.unit.z3950.fakes import FakeCatalogue, marc

INIT = apdu.encode(InitializeRequest(preferred_message_size=4 << 20))
CLOSE = apdu.encode(Close(close_reason=CloseReason.FINISHED))
PATIENCE = 10.0  # seconds that a test waits for what should come at once


def search(text: str = "nguyen", **elements: object) -> bytes:
    query = RpnQuery(BIB1, Operand((Attribute(1, 1016),), text.encode()))
    return apdu.encode(SearchRequest(query=query, database_names=("union",), **elements))


def present(start: int, number: int = 1) -> bytes:
    return apdu.encode(
        PresentRequest(
            result_set_id="default",
            result_set_start_point=start,
            number_of_records_requested=number,
        )
    )


class Origin:
    """A blocking client of a few lines."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), PATIENCE)
        self.scanner = ber.FrameScanner(1 << 30)

    def send(self, *octets: bytes) -> None:
        self.socket.sendall(b"".join(octets))

    def receive(self) -> Apdu | None:
        """The next APDU; ``None`` at the end of the connection."""
        while (frame := self.scanner.next_frame()) is None:
            data = self.socket.recv(65536)
            if not data:
                return None
            self.scanner.feed(data)
        return apdu.decode(frame)

    def ask(self, *octets: bytes) -> Apdu | None:
        self.send(*octets)
        return self.receive()


Start = Callable[..., int]


@pytest.fixture
def start() -> Iterator[Start]:
    """``start(catalogue, limits)``: a listener's port; all are stopped at the end."""
    running: list[tuple[Listener, socket.socket]] = []

    def begin(catalogue: FakeCatalogue | None = None, limits: Limits | None = None) -> int:
        sock = socket.create_server(("127.0.0.1", 0))
        listener = Listener(catalogue or FakeCatalogue(), [sock], limits)
        listener.start()
        running.append((listener, sock))
        return int(sock.getsockname()[1])

    begin.running = running  # type: ignore[attr-defined]
    yield begin
    for listener, sock in running:
        listener.stop(timeout=1)
        sock.close()


@pytest.fixture
def origins() -> Iterator[Callable[[int], Origin]]:
    """``origins(port)``: a client; all are closed at the end."""
    made: list[Origin] = []

    def connect(port: int) -> Origin:
        made.append(Origin(port))
        return made[-1]

    yield connect
    for origin in made:
        origin.socket.close()


def test_a_session(start, origins):
    """Init, Search, Present, Close, and the end of the connection."""
    origin = origins(start())
    assert origin.ask(INIT).result
    assert origin.ask(search()).result_count == 3
    assert origin.ask(present(1, 2)).number_of_records_returned == 2
    assert origin.ask(CLOSE).close_reason is CloseReason.FINISHED
    assert origin.receive() is None


def test_pipelined_requests_are_answered_in_order(start, origins):
    """All in one segment, the connection half closed behind them."""
    origin = origins(start())
    origin.send(INIT, search("nguyen"), present(1), search("du"), present(2), CLOSE)
    origin.socket.shutdown(socket.SHUT_WR)
    answers = list(iter(origin.receive, None))
    assert [type(answer) for answer in answers] == [
        InitializeResponse,
        SearchResponse,
        PresentResponse,
        SearchResponse,
        PresentResponse,
        Close,
    ]
    assert [a.result_count for a in answers if isinstance(a, SearchResponse)] == [3, 2]


def test_half_closed_without_close(start, origins):
    """What was asked is answered; then the connection ends."""
    origin = origins(start())
    origin.send(INIT, search())
    origin.socket.shutdown(socket.SHUT_WR)
    assert [answer.NAME for answer in iter(origin.receive, None)] == [
        "initResponse",
        "searchResponse",
    ]


def test_octet_by_octet(start, origins):
    """Segments of one octet."""
    origin = origins(start())
    origin.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    for octet in INIT + search():
        origin.send(bytes((octet,)))
    assert origin.receive().result
    assert origin.receive().result_count == 3


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        (search(), "searchRequest when connected"),
        (b"GET / HTTP/1.1\r\n\r\n", "malformed APDU"),
        (bytes.fromhex("b4847fffffff"), "malformed APDU: PDU of more than 16777216 octets"),
        (b"\xb4\x80" * 20_000, "malformed APDU: too deeply nested"),
        (INIT + bytes.fromhex("bf3100"), "malformed APDU: no APDU that this target speaks"),
    ],
)
def test_protocol_errors_are_told(start, origins, octets, message):
    """Close, reason 6, before the connection ends."""
    origin = origins(start())
    origin.send(octets)
    *_, close = iter(origin.receive, None)
    assert close.close_reason is CloseReason.PROTOCOL_ERROR
    assert message in close.diagnostic_information


def test_a_refused_giant_may_go_on_sending(start, origins):
    """What it still sends is thrown away, so that it gets to read our Close."""
    origin = origins(start())
    origin.send(bytes.fromhex("b4847fffffff"), b"\0" * (1 << 20))
    assert origin.receive().close_reason is CloseReason.PROTOCOL_ERROR


def test_origins_that_vanish_harm_nobody(start, origins):
    """In the middle of a PDU, and with a reset."""
    port = start()
    for octets in (b"", INIT[:5], INIT + search()[:-3], INIT + search() + present(1)):
        origin = Origin(port)
        origin.send(octets)
        linger = b"\1\0\0\0\0\0\0\0"  # l_onoff 1, l_linger 0: RST
        origin.socket.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        origin.socket.close()
    assert origins(port).ask(INIT).result


def test_idle_and_unfinished_associations_are_closed(start, origins):
    """Lack of activity; an APDU that does not arrive."""
    port = start(limits=Limits(idle=0.3, unfinished=0.1))
    idle = origins(port)
    idle.ask(INIT)
    assert idle.receive().close_reason is CloseReason.LACK_OF_ACTIVITY
    assert idle.receive() is None
    unfinished = origins(port)
    unfinished.send(INIT[:4])
    assert unfinished.receive().close_reason is CloseReason.PROTOCOL_ERROR
    assert unfinished.receive() is None


def test_more_associations_than_the_limit(start, origins):
    """Told with reason 4; when one ends there is room again."""
    port = start(limits=Limits(associations=1))
    first = origins(port)
    first.ask(INIT)
    assert origins(port).receive().close_reason is CloseReason.RESOURCES
    first.ask(CLOSE)
    first.socket.close()
    deadline = time.monotonic() + PATIENCE
    while not isinstance(origins(port).ask(INIT), InitializeResponse):
        assert time.monotonic() < deadline


def test_more_associations_from_one_address_than_the_limit(start, origins):
    """Told with reason 4, while there is room for others; a client that leaves makes room."""
    port = start(limits=Limits(address_associations=1))
    first = origins(port)
    first.ask(INIT)
    refused = origins(port).receive()
    assert refused.close_reason is CloseReason.RESOURCES
    assert "your address" in refused.diagnostic_information
    first.ask(CLOSE)
    first.socket.close()
    deadline = time.monotonic() + PATIENCE
    while not isinstance(origins(port).ask(INIT), InitializeResponse):
        assert time.monotonic() < deadline


def test_an_association_ends_when_it_has_lasted_too_long(start, origins):
    port = start(limits=Limits(total=0.3, idle=0.2))
    origin = origins(port)
    origin.ask(INIT)
    while isinstance(answer := origin.ask(search()), SearchResponse):
        pass  # busy all the time, so that it is not the idle limit that ends it
    assert answer.close_reason is CloseReason.RESOURCES
    assert "too long" in answer.diagnostic_information


def test_the_same_is_spoken_over_tls(certificate):
    server, client = certificate
    plain, secure = (socket.create_server(("127.0.0.1", 0)) for _ in range(2))
    listener = Listener(FakeCatalogue(), [plain], Limits(), (secure, server))
    listener.start()
    try:
        origin = Origin(secure.getsockname()[1])
        origin.socket = client.wrap_socket(origin.socket, server_hostname="localhost")
        assert isinstance(origin.ask(INIT), InitializeResponse)
        assert isinstance(origin.ask(search()), SearchResponse)
        assert isinstance(origin.ask(CLOSE), Close)
        assert origin.receive() is None
        origin.socket.close()
        other = Origin(plain.getsockname()[1])
        assert isinstance(other.ask(INIT), InitializeResponse)
        other.socket.close()
    finally:
        listener.stop(timeout=1)
        plain.close()
        secure.close()


@pytest.fixture
def certificate() -> tuple[ssl.SSLContext, ssl.SSLContext]:
    """A server's and a client's context that trust each other."""
    authority = trustme.CA()
    server, client = (
        ssl.create_default_context(purpose)
        for purpose in (ssl.Purpose.CLIENT_AUTH, ssl.Purpose.SERVER_AUTH)
    )
    authority.issue_cert("localhost").configure_cert(server)
    authority.configure_trust(client)
    return server, client


class Gate(FakeCatalogue):
    """A catalogue whose search for "slow query" waits until it is let go."""

    def __init__(self) -> None:
        super().__init__()
        self.begun, self.go = threading.Event(), threading.Event()

    def _matches(self, term, stored) -> bool:
        if "slow" in term.tokens:
            self.begun.set()
            assert self.go.wait(PATIENCE)
        return super()._matches(term, stored)


def test_a_slow_query_holds_up_nobody_else(start, origins):
    """And what its own association asks next waits for it."""
    catalogue = Gate()
    port = start(catalogue)
    slow, quick = origins(port), origins(port)
    assert slow.ask(INIT).result
    slow.send(search("slow query"), search("du"))
    assert catalogue.begun.wait(PATIENCE)
    assert quick.ask(INIT, b"").result
    assert quick.ask(search()).result_count == 3
    catalogue.go.set()
    assert slow.receive().result_count == 0
    assert slow.receive().result_count == 2


def test_requests_sent_ahead_hold_up_nobody_else(start, origins):
    """However many: each association gets one answer a turn."""
    catalogue, ahead = FakeCatalogue(), 3000
    port = start(catalogue)
    greedy, other = origins(port), origins(port)
    greedy.ask(INIT)
    greedy.ask(search())
    greedy.send(present(1) * ahead)
    assert other.ask(INIT).result
    assert len(catalogue.read) < ahead
    assert all(greedy.receive().number_of_records_returned == 1 for _ in range(ahead))


class Threads(FakeCatalogue):
    """A catalogue that notes which thread asks, and whose searches take ``seconds``."""

    def __init__(self, seconds: float = 0) -> None:
        super().__init__()
        self.seconds = seconds
        self.asked: list[str] = []

    def search(self, databases, query, sort=(), sets=None):
        self.asked.append(threading.current_thread().name)
        time.sleep(self.seconds)
        return super().search(databases, query, sort, sets)


def test_quick_operations_stay_in_the_loop(start, origins):
    """A word in the loop, a phrase in another thread."""
    catalogue = Threads()
    origin = origins(start(catalogue))
    origin.ask(INIT)
    for text in ("du", "nguyen du", "du"):
        assert origin.ask(search(text)).search_status
    assert catalogue.asked == ["z3950", "z3950-0", "z3950"]


def test_quick_operations_leave_the_loop_when_they_are_slow(start, origins):
    """One that took long sends the next ones to the threads."""
    catalogue = Threads(seconds=0.1)
    origin = origins(start(catalogue))
    origin.ask(INIT)
    for _ in range(3):
        assert origin.ask(search("du")).search_status
    assert catalogue.asked[0] == "z3950"
    assert set(catalogue.asked[1:]) <= {f"z3950-{n}" for n in range(Limits().workers)}


def test_an_origin_never_waits_for_an_answer_that_cannot_be_made(
    start, origins, monkeypatch, caplog
):
    """A fault in the services themselves is Close (system problem), and logged."""
    port = start()
    origin = origins(port)
    origin.ask(INIT)

    def fail(self, request):
        raise ZeroDivisionError

    with monkeypatch.context() as patch:
        patch.setattr(Target, "answers", fail)
        assert origin.ask(search("nguyen du")).close_reason is CloseReason.SYSTEM_PROBLEM
        assert origin.receive() is None
    assert "ZeroDivisionError" in caplog.text
    assert origins(port).ask(INIT).result


def test_stop_finishes_what_runs_and_says_why(start, origins):
    """SIGTERM: the running search is answered, then everybody gets Close (shutdown)."""
    catalogue = Gate()
    port = start(catalogue)
    listener, _ = start.running[0]
    busy, idle = origins(port), origins(port)
    busy.ask(INIT)
    idle.ask(INIT)
    busy.send(search("slow query"))
    assert catalogue.begun.wait(PATIENCE)
    stopping = threading.Thread(target=listener.stop, args=(PATIENCE,))
    stopping.start()
    assert idle.receive().close_reason is CloseReason.SHUTDOWN
    catalogue.go.set()
    assert busy.receive().search_status
    assert busy.receive().close_reason is CloseReason.SHUTDOWN
    stopping.join(PATIENCE)
    assert not stopping.is_alive()
    assert busy.receive() is None


def test_stop_gives_up_in_time(start, origins):
    """A search that does not end does not keep the process."""
    catalogue = Gate()
    port = start(catalogue)
    listener, _ = start.running[0]
    origin = origins(port)
    origin.ask(INIT)
    origin.send(search("slow query"))
    assert catalogue.begun.wait(PATIENCE)
    before = time.monotonic()
    listener.stop(timeout=0.1)
    assert time.monotonic() - before < PATIENCE / 2
    catalogue.go.set()


STUCK = """
import socket, threading, sys
from interop.z3950.server import Listener
from interop.z3950.target import Target
from tests.unit.z3950.fakes import FakeCatalogue
from tests.unit.z3950.test_server import INIT, Origin, search

class Stuck(FakeCatalogue):
    def search(self, *_):
        begun.set()
        threading.Event().wait()  # for ever

begun = threading.Event()
with socket.create_server(("127.0.0.1", 0)) as sock:
    listener = Listener(Stuck(), [sock])
    listener.start()
    origin = Origin(sock.getsockname()[1])
    origin.ask(INIT)
    origin.send(search("nguyen du"))
    begun.wait()
    listener.stop(timeout=0.1)
    origin.socket.close()
print("stopped")
"""


def test_a_stuck_search_does_not_keep_the_process():
    """The interpreter ends, whatever a thread of ours is busy with."""
    done = subprocess.run(
        [sys.executable, "-c", STUCK], capture_output=True, text=True, timeout=30, check=False
    )
    assert (done.returncode, done.stdout, done.stderr) == (0, "stopped\n", "")


@pytest.mark.parametrize(
    ("soft", "hard", "raised", "associations"),
    [
        (1024, 1 << 20, 10_512, 10_000),  # as a system service has it
        (1024, resource.RLIM_INFINITY, 10_512, 10_000),
        (1024, 4096, 4096, 3584),
        (256, 256, None, 1),
        (1 << 20, 1 << 20, None, 10_000),
        (resource.RLIM_INFINITY, resource.RLIM_INFINITY, None, 10_000),
    ],
)
def test_the_limit_of_open_files(monkeypatch, caplog, soft, hard, raised, associations):
    """Raised as far as needed and allowed; otherwise fewer associations, and a word of it."""
    calls = []
    monkeypatch.setattr(resource, "getrlimit", lambda which: (soft, hard))
    monkeypatch.setattr(resource, "setrlimit", lambda which, limits: calls.append(limits))
    with socket.create_server(("127.0.0.1", 0)) as sock:
        listener = Listener(FakeCatalogue(), [sock])
        listener.start()
        listener.stop(timeout=1)
    assert calls == ([] if raised is None else [(raised, hard)])
    told = f"at most {associations} associations" in caplog.text
    assert told == (associations < 10_000)


def test_a_slow_reader_is_dropped(start, origins, caplog):
    """One answer at most is kept for it, and not for ever."""
    records = [marc(f"r{n}", "Sách", "Nguyễn", "x" * 9000) for n in range(400)]
    port = start(FakeCatalogue(union=records), Limits(slow=0.2))
    origin = origins(port)
    origin.ask(INIT)
    origin.ask(search("sach"))
    with caplog.at_level("INFO", logger="interop.z3950.server"):
        origin.send(present(1, 400) * 8)  # and nothing of it is read
        deadline = time.monotonic() + PATIENCE
        while "too slow a reader" not in caplog.text and time.monotonic() < deadline:
            time.sleep(0.05)
    assert "too slow a reader" in caplog.text
    answers = 0
    with pytest.raises((ConnectionError, EOFError)):
        while True:
            if origin.receive() is None:
                raise EOFError
            answers += 1
    assert answers < 8
    assert origins(port).ask(INIT).result


def test_start_reports_a_socket_that_cannot_be_listened_on():
    """At once, in the caller's thread."""
    sock = socket.socket()
    sock.bind(("127.0.0.1", 0))
    closed = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
    with sock, closed, pytest.raises((OSError, ValueError)):
        Listener(FakeCatalogue(), [sock, closed]).start()


def test_stop_before_start_does_nothing():
    """A listener that never ran."""
    Listener(FakeCatalogue(), []).stop()


def test_transcript(start, origins, caplog):
    """Every APDU in words, at DEBUG."""
    with caplog.at_level("DEBUG", logger="interop.z3950.transcript"):
        origins(start()).ask(INIT)
    assert "received initRequest (protocol_version=V1|V2" in caplog.text
    assert "sent initResponse" in caplog.text
    assert "#1 (" in caplog.text  # the number of the association
