"""One Z39.50 association as the target sees it: octets in, APDUs out, in which order they may come.

What lives here: framing, which APDU may be received or sent in which state, and the time limits.
What does not: sockets, clocks (``now`` is an argument, in seconds of any steady clock) and what
the services do. A target of ours handles one operation at a time (option concurrentOperations is
never agreed to), so requests that come early wait here until the operation before them is answered.

    association.receive_data(octets, now)
    while (request := association.next_event()) is not None:    # may raise ProtocolError
        octets = association.send(answer, now)

The states are ours; the services they stand for are those of Z39.50-1995 section 3.2, and each row
below can be held against the service it names. A pair that is not in a table is a protocol error.
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass
from enum import Enum

from interop.z3950 import apdu, ber
from interop.z3950.apdu import (
    Apdu,
    Close,
    CloseReason,
    DeleteResultSetRequest,
    DeleteResultSetResponse,
    ExtendedServicesRequest,
    ExtendedServicesResponse,
    InitializeRequest,
    InitializeResponse,
    PresentRequest,
    PresentResponse,
    ResourceReportRequest,
    ResourceReportResponse,
    ScanRequest,
    ScanResponse,
    SearchRequest,
    SearchResponse,
    Segment,
    SortRequest,
    SortResponse,
    TriggerResourceControlRequest,
)


@dataclass(frozen=True, slots=True)
class Limits:
    """What one origin may cost. Octets and seconds; each has the precedent that it follows.

    ``max_pdu``: of one incoming PDU (YAZ since 2026-06). ``message_size``: largest preferred
    message and record size that we agree to; ``min_message_size``: smallest. ``response``: of all
    segments of one Present. ``result_sets``:
    kept by one association (Bath asks for two). ``databases``: named in one Search. ``idle``:
    without a request (YAZ: 900). ``unfinished``: for a PDU to arrive once begun. ``slow``: for an
    answer to be taken off our hands. ``linger``: for the origin to hang up after Close.
    ``total``: the life of an association. ``associations``: at once in one listener, and
    ``address_associations`` of them from one address; ``backlog``: waiting to be accepted;
    ``workers``: operations that run at once.
    """

    max_pdu: int = ber.MAX_PDU
    message_size: int = 4 << 20
    min_message_size: int = 16 << 10
    response: int = 16 << 20
    result_sets: int = 64
    databases: int = 100
    idle: float = 900.0
    total: float = 86_400.0
    unfinished: float = 60.0
    slow: float = 60.0
    linger: float = 2.0
    associations: int = 10_000
    address_associations: int = 256
    backlog: int = 1024
    workers: int = 4


class State(Enum):
    """Where an association stands."""

    CONNECTED = "connected, Init expected (3.2.1.1)"
    INITIALIZING = "Init received, to be answered"
    OPEN = "initialized, no operation active"
    SEARCHING = "Search received (3.2.2.1)"
    PRESENTING = "Present received (3.2.3.1)"
    DELETING = "Delete received (3.2.4.1)"
    REPORTING = "Resource-report received (3.2.6.3)"
    SCANNING = "Scan received (3.2.8.1)"
    SORTING = "Sort received (3.2.7.1)"
    EXTENDING = "Extended Services received (3.2.9.1)"
    CLOSING = "Close received, to be answered (3.2.11.1)"
    CLOSE_SENT = "Close sent, the origin's expected"
    FAILED = "a protocol error was met, Close to be sent"
    CLOSED = "over"

    # Members are looked up in the tables for every APDU; that of ``Enum`` hashes their names.
    __hash__ = object.__hash__


Table = Mapping[tuple[State, type[Apdu]], State]

# What may come. In a state that is not here at all (an operation is active, or the end has come)
# nothing is taken from the queue.
RECEIVE: Table = {
    (State.CONNECTED, InitializeRequest): State.INITIALIZING,
    (State.CONNECTED, Close): State.CLOSING,
    # A second Init starts anew; real origins do so after a failed login.
    (State.OPEN, InitializeRequest): State.INITIALIZING,
    (State.OPEN, SearchRequest): State.SEARCHING,
    (State.OPEN, PresentRequest): State.PRESENTING,
    (State.OPEN, DeleteResultSetRequest): State.DELETING,
    (State.OPEN, ResourceReportRequest): State.REPORTING,
    (State.OPEN, ScanRequest): State.SCANNING,
    (State.OPEN, SortRequest): State.SORTING,
    (State.OPEN, ExtendedServicesRequest): State.EXTENDING,
    # It has no answer, and by the time it is read the operation it means is over.
    (State.OPEN, TriggerResourceControlRequest): State.OPEN,
    (State.OPEN, Close): State.CLOSING,
    # Both sides may send Close at once (3.2.11.1.4), and requests may have been on their way.
    (State.CLOSE_SENT, Close): State.CLOSED,
    (State.CLOSE_SENT, InitializeRequest): State.CLOSE_SENT,
    (State.CLOSE_SENT, SearchRequest): State.CLOSE_SENT,
    (State.CLOSE_SENT, PresentRequest): State.CLOSE_SENT,
    (State.CLOSE_SENT, DeleteResultSetRequest): State.CLOSE_SENT,
    (State.CLOSE_SENT, ResourceReportRequest): State.CLOSE_SENT,
    (State.CLOSE_SENT, ScanRequest): State.CLOSE_SENT,
    (State.CLOSE_SENT, SortRequest): State.CLOSE_SENT,
    (State.CLOSE_SENT, ExtendedServicesRequest): State.CLOSE_SENT,
    (State.CLOSE_SENT, TriggerResourceControlRequest): State.CLOSE_SENT,
}

# What we may send. Init can also be refused: then the origin may try again.
SEND: Table = {
    (State.INITIALIZING, InitializeResponse): State.OPEN,
    (State.SEARCHING, SearchResponse): State.OPEN,
    (State.PRESENTING, Segment): State.PRESENTING,  # as many as were agreed to (3.3.2)
    (State.PRESENTING, PresentResponse): State.OPEN,
    (State.DELETING, DeleteResultSetResponse): State.OPEN,
    (State.REPORTING, ResourceReportResponse): State.OPEN,
    (State.SCANNING, ScanResponse): State.OPEN,
    (State.SORTING, SortResponse): State.OPEN,
    (State.EXTENDING, ExtendedServicesResponse): State.OPEN,
    (State.CONNECTED, Close): State.CLOSE_SENT,
    (State.INITIALIZING, Close): State.CLOSE_SENT,
    (State.OPEN, Close): State.CLOSE_SENT,
    (State.SEARCHING, Close): State.CLOSE_SENT,
    (State.PRESENTING, Close): State.CLOSE_SENT,
    (State.DELETING, Close): State.CLOSE_SENT,
    (State.REPORTING, Close): State.CLOSE_SENT,
    (State.SCANNING, Close): State.CLOSE_SENT,
    (State.SORTING, Close): State.CLOSE_SENT,
    (State.EXTENDING, Close): State.CLOSE_SENT,
    (State.CLOSING, Close): State.CLOSED,
    (State.FAILED, Close): State.CLOSED,
}

_LISTENING = frozenset(state for state, _ in RECEIVE)
_IDLE = frozenset({State.CONNECTED, State.OPEN})


class ProtocolError(Exception):
    """The origin is wrong, or too slow: answer ``close`` and end the association."""

    def __init__(self, reason: CloseReason, message: str) -> None:
        self.close = Close(close_reason=reason, diagnostic_information=message)
        super().__init__(message)


class LocalError(Exception):
    """We are wrong: an APDU was to be sent that the state does not allow."""


class Association:
    """The state of one association. See the module's text for how it is driven."""

    __slots__ = ("_begun", "_broken", "_limits", "_quiet_since", "_queue", "_scanner", "state")

    def __init__(self, limits: Limits, now: float) -> None:
        self.state = State.CONNECTED
        self._limits = limits
        self._scanner = ber.FrameScanner(limits.max_pdu)
        self._queue: deque[bytes] | None = None  # while any wait: an empty one takes 600 octets
        self._broken: str | None = None  # why nothing after the queue can be read
        self._quiet_since = now  # when the last PDU came or went
        self._begun: float | None = None  # when the first octet of the unfinished PDU came

    @property
    def busy(self) -> bool:
        """Whether an answer of ours is due: until it is sent, ``next_event`` gives nothing."""
        return self.state not in _LISTENING and self.state is not State.CLOSED

    @property
    def waiting(self) -> bool:
        """Whether there is more to act on than what is being answered."""
        return bool(self._queue) or self._broken is not None

    def receive_data(self, octets: bytes, now: float) -> None:
        """Take what the connection delivered. Never raises: ``next_event`` tells in its turn."""
        if self._broken is not None or self.state is State.CLOSED:
            return
        self._scanner.feed(octets)
        try:
            while (frame := self._scanner.next_frame()) is not None:
                if self._queue is None:
                    self._queue = deque()
                self._queue.append(frame)
                self._quiet_since = now
                self._begun = None
        except ber.BerError as error:
            self._broken = str(error)
            return
        if self._scanner.pending and self._begun is None:
            self._begun = now

    def next_event(self) -> Apdu | None:
        """The next APDU to act on; ``None`` when octets, or an answer of ours, must come first.

        Raises ``ProtocolError`` for octets that are no APDU, and for an APDU out of order.
        """
        while self.state in _LISTENING:
            if not self._queue:
                if self._broken is not None and self.state is not State.CLOSE_SENT:
                    raise self._fail(f"malformed APDU: {self._broken}")
                return None
            frame = self._queue.popleft()
            if not self._queue:
                self._queue = None
            request = self._decode(frame)
            following = RECEIVE.get((self.state, type(request)))
            if following is None:
                raise self._fail(f"{request.NAME} when {self.state.value}")
            ignored = following is self.state
            self.state = following
            if not ignored and following is not State.CLOSED:
                return request
        return None

    def _decode(self, frame: bytes) -> Apdu:
        try:
            return apdu.decode(frame)
        except ber.BerError as error:
            raise self._fail(f"malformed APDU: {error}") from error

    def _fail(self, message: str) -> ProtocolError:
        self.state = State.FAILED
        self._queue = None
        return ProtocolError(CloseReason.PROTOCOL_ERROR, message)

    def send(self, answer: Apdu, now: float) -> bytes:
        """The octets of ``answer``. Raises ``LocalError`` if it is not its turn."""
        following = SEND.get((self.state, type(answer)))
        if following is None:
            raise LocalError(f"{answer.NAME} must not be sent when {self.state.value}")
        if isinstance(answer, InitializeResponse) and not answer.result:
            following = State.CONNECTED
        self.state = following
        self._quiet_since = now
        if self._begun is not None:
            self._begun = now  # reading may have been paused while the answer was made
        return apdu.encode(answer)

    def deadline(self) -> float | None:
        """When ``check_time`` has something to say, if nothing happens before; ``None``: never."""
        if self.state is State.CLOSE_SENT:
            return self._quiet_since + self._limits.linger
        if self.state not in _IDLE or self._queue:
            return None
        if self._begun is not None:
            return self._begun + self._limits.unfinished
        return self._quiet_since + self._limits.idle

    def check_time(self, now: float) -> None:
        """Raises ``ProtocolError`` when the origin has let a time limit pass.

        After our Close the state is ``CLOSED`` instead: there is nothing more to say.
        """
        deadline = self.deadline()
        if deadline is None or now < deadline:
            return
        if self.state is State.CLOSE_SENT:
            self.state = State.CLOSED
            return
        unfinished = self._begun is not None
        self.state = State.FAILED
        if unfinished:
            raise ProtocolError(CloseReason.PROTOCOL_ERROR, "the APDU did not arrive in time")
        raise ProtocolError(CloseReason.LACK_OF_ACTIVITY, "no request in time")


def describe() -> str:
    """The two tables as Markdown, for the documentation."""
    rows = ["| State | Received | Then |", "|---|---|---|"]
    rows += [f"| {s.name} | {a.NAME} | {t.name} |" for (s, a), t in RECEIVE.items()]
    rows += ["", "| State | Sent | Then |", "|---|---|---|"]
    rows += [f"| {s.name} | {a.NAME} | {t.name} |" for (s, a), t in SEND.items()]
    return "\n".join(rows) + "\n"
