"""A Z39.50 origin that only measures: PDUs encoded once, answers counted, many associations in one
thread. Neither server's own client, the same code for every server.
"""

import selectors
import socket
import time
from collections import deque
from collections.abc import Callable, Generator, Iterable, Sequence
from dataclasses import dataclass

from bench.programs import Failed
from interop.query.rpn import BIB1, Attribute, Operand, Operation, RpnQuery
from interop.z3950 import apdu
from interop.z3950.ber import FrameScanner

USMARC = "1.2.840.10003.5.10"
LIMIT = 30.0  # seconds without any answer
MAX_PDU = 1 << 24  # octets

# First octets of the answers: context class, constructed (X.690 8.1.2).
SEARCH_RESPONSE, PRESENT_RESPONSE, CLOSE = b"\xb7", b"\xb9", b"\xbf\x30"
INIT_RESPONSE, SCAN_RESPONSE = b"\xb5", b"\xbf\x24"
SCANNED = 20  # terms of a Scan


@dataclass(frozen=True, slots=True)
class Send:
    """Send ``request``; the answer must begin with ``expect``. ``fresh``: on a new connection."""

    request: bytes
    expect: bytes
    fresh: bool = False


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked about one term, as PDUs. ``text``: for messages; ``present``: of the first
    records at once; ``singles``: of the same records one by one, as Koha asks for a page.
    """

    text: str
    search: Send
    present: Send
    singles: tuple[Send, ...]
    scan: Send


def question(
    database: str, use: int, term: str, records: int, page: int = 20, other: str = ""
) -> Question:
    """``@attr 1=use term`` in ``database``: Search, Present of the first ``records``, Presents of
    the first ``page`` one by one, Scan of 20 words from the term on. ``other``: the Search is for
    either of two terms.
    """
    operand = Operand((Attribute(1, use),), term.encode())
    either = Operation("or", operand, Operand((Attribute(1, use),), other.encode()))
    search = apdu.SearchRequest(
        database_names=(database,),
        query=RpnQuery(BIB1, either if other else operand),
        preferred_record_syntax=USMARC,
    )
    scan = apdu.ScanRequest(
        database_names=(database,),
        attribute_set=BIB1,
        term_list_and_start_point=operand,
        number_of_terms_requested=SCANNED,
        preferred_position_in_response=1,
    )
    return Question(
        f"@or @attr 1={use} {term} @attr 1={use} {other}" if other else f"@attr 1={use} {term}",
        Send(apdu.encode(search), SEARCH_RESPONSE),
        _present(1, records),
        tuple(_present(position, 1) for position in range(1, page + 1)),
        Send(apdu.encode(scan), SCAN_RESPONSE),
    )


def _present(start: int, records: int) -> Send:
    request = apdu.PresentRequest(
        result_set_id="default",
        result_set_start_point=start,
        number_of_records_requested=records,
        simple="F",
        preferred_record_syntax=USMARC,
    )
    return Send(apdu.encode(request), PRESENT_RESPONSE)


INIT = Send(
    apdu.encode(
        apdu.InitializeRequest(
            protocol_version=apdu.ProtocolVersion(7),
            options=apdu.Options.SEARCH
            | apdu.Options.PRESENT
            | apdu.Options.SCAN
            | apdu.Options.NAMED_RESULT_SETS,
            preferred_message_size=1 << 20,
            exceptional_record_size=1 << 20,
            implementation_name="bench",
        )
    ),
    INIT_RESPONSE,
    fresh=True,
)
END = Send(apdu.encode(apdu.Close(close_reason=apdu.CloseReason.FINISHED)), CLOSE)

Script = Generator[Send, bytes, None]


Done = Callable[[float], None]


def asking(work: Iterable[Sequence[Send]], done: Done) -> Script:
    """One association that sends the requests of one piece of work after another; ``done`` gets
    the seconds from the first request to the last answer.
    """
    yield INIT
    for requests in work:
        begin = time.perf_counter()
        for request in requests:  # noqa: UP028 (a tuple takes no answers)
            yield request
        done(time.perf_counter() - begin)


def associating(work: Iterable[Sequence[Send]], done: Done) -> Script:
    """A whole association for each piece of work: connect, Init, the requests, Close."""
    for requests in work:
        begin = time.perf_counter()
        for request in (INIT, *requests, END):  # noqa: UP028 (a tuple takes no answers)
            yield request
        done(time.perf_counter() - begin)


def drive(
    address: tuple[str, int],
    scripts: Iterable[Script],
    seconds: float,
    ended: Callable[[], None] = lambda: None,
) -> float:
    """Play the scripts side by side, one connection each; returns after ``seconds`` or when all
    have ended, with the seconds it took. ``ended`` is called before connections are closed, when
    the CPU of a process that ends with its connection can still be read. Raises ``Failed`` for an
    answer that was not expected.
    """
    with selectors.DefaultSelector() as selector:
        players = deque(_Player(address, script, selector) for script in scripts)
        for player in players:
            player.step(None)
        begin = now = time.perf_counter()
        try:
            while now < begin + seconds and selector.get_map():
                ready = selector.select(LIMIT)
                if not ready:
                    raise Failed(f"no answer from port {address[1]} for {LIMIT:.0f} s")
                for key, _ in ready:
                    key.data.receive()
                now = time.perf_counter()
            ended()
        finally:
            for player in players:
                player.close()
        return now - begin


class _Player:
    """A script over its connection."""

    def __init__(
        self, address: tuple[str, int], script: Script, selector: selectors.BaseSelector
    ) -> None:
        self._address, self._script, self._selector = address, script, selector
        self._sock: socket.socket | None = None
        self._scanner = FrameScanner(MAX_PDU)
        self._expect = b""

    def step(self, answer: bytes | None) -> None:
        """Give the script its answer and send what it wants next."""
        try:
            send = next(self._script) if answer is None else self._script.send(answer)
        except StopIteration:
            self.close()
            return
        if send.fresh:
            self._connect()
        self._expect = send.expect
        self._sock.sendall(send.request)

    def receive(self) -> None:
        """What has arrived; a whole answer moves the script on."""
        data = self._sock.recv(1 << 18)
        if not data:
            raise Failed(f"port {self._address[1]} hung up instead of answering")
        self._scanner.feed(data)
        answer = self._scanner.next_frame()
        if answer is None:
            return
        if not answer.startswith(self._expect):
            raise Failed(f"port {self._address[1]} answered {apdu.describe(apdu.decode(answer))}")
        self.step(answer)

    def close(self) -> None:
        if self._sock is not None:
            self._selector.unregister(self._sock)
            self._sock.close()
            self._sock = None

    def _connect(self) -> None:
        self.close()
        self._scanner = FrameScanner(MAX_PDU)
        self._sock = socket.create_connection(self._address, timeout=LIMIT)
        self._sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self._selector.register(self._sock, selectors.EVENT_READ, self)


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said to a question. ``records``: how many MARC records came at once, and
    ``single`` one by one; ``terms``: of the Scan.
    """

    hits: int
    records: int
    single: int
    terms: int
    problem: str


def ask(address: tuple[str, int], questions: Iterable[Question]) -> list[Answer]:
    """Ask every question once and read the answers whole: nothing is timed before it is right."""
    answers: list[Answer] = []

    def script() -> Script:
        yield INIT
        for asked in questions:
            found = apdu.decode((yield asked.search))
            shown = apdu.decode((yield asked.present))
            single = 0
            for request in asked.singles[: found.result_count]:
                single += _marc(apdu.decode((yield request)))
            listed = apdu.decode((yield asked.scan))
            problem = found.non_surrogate_diagnostic or shown.non_surrogate_diagnostic
            terms = listed.number_of_entries_returned
            answers.append(
                Answer(found.result_count, _marc(shown), single, terms, str(problem or ""))
            )

    drive(address, [script()], LIMIT * 4)
    return answers


def _marc(shown: apdu.PresentResponse) -> int:
    """How many MARC records came."""
    return sum(
        isinstance(item.record, apdu.External) and item.record.octets is not None
        for item in shown.response_records
    )
