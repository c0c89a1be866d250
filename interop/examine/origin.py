"""A blocking Z39.50 origin: one association with somebody's target, whatever it may do.

Every answer is bounded in size and time, and every request is kept in words, so that a report can
show what was asked. Encoding and decoding are those of our own target (``interop.z3950.apdu``).
"""

import socket
import ssl
import time
from collections.abc import Sequence
from typing import TypeVar

from interop.examine import meanings
from interop.query import pqf, rpn
from interop.z3950 import apdu, common
from interop.z3950.apdu import Apdu, Options, ProtocolVersion
from interop.z3950.ber import BerError, FrameScanner
from interop.z3950.sort_keys import CASE_INSENSITIVE, SortAttributes, SortKeySpec, SortRelation

MAX_PDU = 16 << 20  # octets of one answer
PATIENCE = 20.0  # seconds for an answer
MESSAGE = 1 << 20  # octets: preferred message size, and of one exceptional record

A = TypeVar("A", bound=Apdu)


class OriginError(Exception):
    """The association cannot go on. One line: what the target did; ``vi``: in Vietnamese."""

    def __init__(self, vi: str, en: str) -> None:
        self.vi = vi
        super().__init__(en)


class Origin:
    """One association; a context manager that closes it. Every method raises ``OriginError``.

    ``address``: host and port. ``patience``: seconds for connecting, and for each answer.
    """

    def __init__(
        self, address: tuple[str, int], *, tls: bool = False, patience: float = PATIENCE
    ) -> None:
        self.asked = ""  # the last request, in words
        self._patience = patience
        self._tls = tls
        self._scanner = FrameScanner(MAX_PDU)
        host, port = address
        try:
            self._socket = socket.create_connection(address, timeout=patience)
            if tls:
                context = ssl.create_default_context()
                context.check_hostname = False  # what is examined is the target, not its name
                context.verify_mode = ssl.CERT_NONE
                self._socket = context.wrap_socket(self._socket, server_hostname=host)
        except OSError as error:
            vi, en = meanings.failure(error)
            raise OriginError(f"{host}:{port}: {vi}", f"{host}:{port}: {en}") from None

    def __enter__(self) -> "Origin":
        return self

    def __exit__(self, *_: object) -> None:
        self.hang_up()

    def hang_up(self) -> None:
        self._socket.close()

    def initialize(self, user: str = "", password: str = "") -> apdu.InitializeResponse:
        """Init for versions 2 and 3 (Z39.50-1995 3.2.1). Whether it was accepted is ``result``."""
        login = apdu.IdPass(user_id=user, password=password) if user else None
        self.asked = "init"
        return self._ask(
            apdu.InitializeRequest(
                protocol_version=ProtocolVersion.V1 | ProtocolVersion.V2 | ProtocolVersion.V3,
                options=Options.SEARCH
                | Options.PRESENT
                | Options.DEL_SET
                | Options.SCAN
                | Options.SORT
                | Options.NAMED_RESULT_SETS,
                preferred_message_size=MESSAGE,
                exceptional_record_size=MESSAGE,
                id_authentication=login,
                implementation_name="Interop",
            ),
            apdu.InitializeResponse,
        )

    def search(
        self,
        database: str,
        query: str,
        *,
        name: str = "default",
        small: int = 0,
        syntax: str | None = None,
    ) -> apdu.SearchResponse:
        """Search for a PQF ``query``; ``small``: sets up to so many records come along."""
        self.asked = f"find {query}"
        return self._ask(
            apdu.SearchRequest(
                small_set_upper_bound=small,
                large_set_lower_bound=max(small + 1, 2),
                result_set_name=name,
                database_names=(database,),
                preferred_record_syntax=syntax,
                query=pqf.parse(query),
            ),
            apdu.SearchResponse,
        )

    def present(
        self,
        start: int,
        count: int,
        syntax: str,
        *,
        name: str = "default",
        elements: str = "F",
    ) -> apdu.PresentResponse:
        """``count`` records from ``start`` (1-based) of a result set."""
        self.asked = f"format {syntax}; elements {elements or 'F'}; show {start}+{count}"
        return self._ask(
            apdu.PresentRequest(
                result_set_id=name,
                result_set_start_point=start,
                number_of_records_requested=count,
                simple=elements or None,
                preferred_record_syntax=syntax,
            ),
            apdu.PresentResponse,
        )

    def scan(
        self, database: str, start: str, *, count: int = 10, position: int = 1, step: int = 0
    ) -> apdu.ScanResponse:
        """``count`` terms around ``start``, a term with its attributes in PQF; see 3.2.8.1."""
        self.asked = f"scan {start}"
        operand = pqf.parse(start).root
        if not isinstance(operand, rpn.Operand):
            raise ValueError(f"not one term: {start}")
        return self._ask(
            apdu.ScanRequest(
                database_names=(database,),
                attribute_set=rpn.BIB1,
                term_list_and_start_point=operand,
                step_size=step,
                number_of_terms_requested=count,
                preferred_position_in_response=position,
            ),
            apdu.ScanResponse,
        )

    def sort(
        self, use: int, *, descending: bool = False, name: str = "default"
    ) -> apdu.SortResponse:
        """The result set ``name`` in the order of a Use attribute, in its own place."""
        self.asked = f"sort 1={use} {'id' if descending else 'ia'}"
        key = SortKeySpec(
            SortAttributes(id=rpn.BIB1, list=(rpn.Attribute(rpn.USE, use),)),
            SortRelation.DESCENDING if descending else SortRelation.ASCENDING,
            CASE_INSENSITIVE,
        )
        return self._ask(
            apdu.SortRequest(
                input_result_set_names=(name,), sorted_result_set_name=name, sort_sequence=(key,)
            ),
            apdu.SortResponse,
        )

    def _ask(self, request: Apdu, answer: type[A]) -> A:
        try:
            self._socket.sendall(apdu.encode(request))
        except OSError as error:
            raise _hung_up(error) from None
        found = self._receive()
        if isinstance(found, apdu.Close):
            why = found.diagnostic_information or ""
            text = f"Close, {found.close_reason.name.lower()} {why}".rstrip()
            raise OriginError(text, text)
        if not isinstance(found, answer):
            raise OriginError(
                f"trả lời {request.NAME} bằng {found.NAME}",
                f"{found.NAME} in answer to {request.NAME}",
            )
        return found

    def _receive(self) -> Apdu:
        deadline = time.monotonic() + self._patience
        seen = b""  # the first octets of the answer
        try:
            while (frame := self._scanner.next_frame()) is None:
                left = deadline - time.monotonic()
                if left <= 0:
                    raise TimeoutError
                self._socket.settimeout(left)
                octets = self._socket.recv(1 << 16)
                if not octets:
                    vi, en = "ngắt kết nối, không trả lời", "hung up instead of answering"
                    if self.asked == "init" and not self._tls:  # some send no alert before that
                        vi, en = f"{vi}; cổng này dùng TLS? (--tls)", f"{en}; is it TLS? (--tls)"
                    raise _instead(seen) or OriginError(vi, en)
                seen = seen or octets[:16]
                self._scanner.feed(octets)
            return apdu.decode(frame)
        except TimeoutError:
            waited = f"{self._patience:.0f}"
            vi, en = f"không trả lời trong {waited} giây", f"no answer in {waited} s"
            if self.asked == "init":  # web servers wait for the end of what is no line to us
                vi, en = f"{vi}; cổng này có phải Z39.50 không?", f"{en}; is it a port of Z39.50?"
            raise _instead(seen) or OriginError(vi, en) from None
        except OSError as error:
            raise _instead(seen) or _hung_up(error) from None
        except BerError as error:
            raise _instead(seen) or OriginError(
                f"câu trả lời không đọc được: {error}", f"an answer that cannot be read: {error}"
            ) from None


def _instead(seen: bytes) -> OriginError | None:
    """When what came is no Z39.50 at all: that, and not what was wrong with it."""
    words = meanings.not_z3950(seen)
    return OriginError(*words) if words else None


def _hung_up(error: OSError) -> OriginError:
    why = error.strerror or error
    return OriginError(f"ngắt kết nối: {why}", f"hung up: {why}")


def first_diagnostic(
    *places: Sequence[object] | object | None,
) -> common.DefaultDiagnostic | None:
    """The first diagnostic in ``places``: single ones, or sequences of diagnostics and records."""
    for place in places:
        for item in place if isinstance(place, tuple | list) else (place,):
            found = item.record if isinstance(item, common.NamePlusRecord) else item
            if isinstance(found, common.DefaultDiagnostic):
                return found
    return None
