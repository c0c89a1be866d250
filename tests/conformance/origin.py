"""A small Z39.50 origin for tests: PDUs over a socket, answers as APDUs."""

import socket

from interop.query.rpn import BIB1, Attribute, Operand, RpnQuery
from interop.z3950 import apdu
from interop.z3950.apdu import Apdu, Options, ProtocolVersion
from interop.z3950.ber import FrameScanner

MAX_PDU = 1 << 24  # octets
LIMIT = 30.0  # seconds without an answer

INIT = apdu.InitializeRequest(
    protocol_version=ProtocolVersion.V2 | ProtocolVersion.V3,
    options=Options.SEARCH | Options.PRESENT | Options.NAMED_RESULT_SETS,
    preferred_message_size=1 << 20,
    exceptional_record_size=1 << 20,
)


def search(database: str, term: str, use: int = 4) -> apdu.SearchRequest:
    """``@attr 1=use term`` in one database."""
    operand = Operand((Attribute(1, use),), term.encode())
    return apdu.SearchRequest(database_names=(database,), query=RpnQuery(BIB1, operand))


class Origin:
    """One association; a context manager that hangs up."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port), timeout=LIMIT)
        self._scanner = FrameScanner(MAX_PDU)

    def __enter__(self) -> "Origin":
        return self

    def __exit__(self, *_: object) -> None:
        self._socket.close()

    def send(self, octets: bytes) -> None:
        self._socket.sendall(octets)

    def finish(self) -> None:
        """Say that nothing more will be sent."""
        self._socket.shutdown(socket.SHUT_WR)

    def receive(self) -> Apdu | None:
        """The next APDU; ``None`` when the target has hung up."""
        while (frame := self._scanner.next_frame()) is None:
            data = self._socket.recv(1 << 16)
            if not data:
                return None
            self._scanner.feed(data)
        return apdu.decode(frame)

    def ask(self, request: Apdu) -> Apdu:
        self.send(apdu.encode(request))
        answer = self.receive()
        assert answer is not None, "the target has hung up"
        return answer


def hits(port: int, database: str, term: str, use: int = 4) -> int:
    """Number of hits, over an association of its own."""
    with Origin(port) as origin:
        assert origin.ask(INIT).result
        answer = origin.ask(search(database, term, use))
        assert isinstance(answer, apdu.SearchResponse) and answer.search_status, answer
        return answer.result_count
