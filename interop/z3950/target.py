"""The services of one association: requests in, responses out, result sets kept between them.

No sockets, no order of APDUs (that is ``association``'s) and no encoding (``apdu``'s). Every
request gets its own kind of response, whatever happens: a ``Diagnostic`` becomes the non-surrogate
diagnostic of that response, anything unforeseen becomes diagnostic 1 with the number under which
it was logged. Init, Delete, Close and what is not offered are here; the larger services have a
module each.
"""

import logging
import secrets
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from interop import __version__
from interop.diagnostics import Diagnostic
from interop.z3950 import negotiation, retrieval, scanning, searching, sorting, strings
from interop.z3950.apdu import (
    Apdu,
    Close,
    CloseReason,
    DeleteResultSetRequest,
    DeleteResultSetResponse,
    DeleteSetStatus,
    ExtendedServicesRequest,
    ExtendedServicesResponse,
    InitializeRequest,
    InitializeResponse,
    ListStatus,
    Options,
    PresentRequest,
    ProtocolVersion,
    ResourceReportRequest,
    ResourceReportResponse,
    ScanRequest,
    SearchRequest,
    SortRequest,
)
from interop.z3950.association import Limits
from interop.z3950.common import DefaultDiagnostic, OtherInformationUnit, user_information
from interop.z3950.database_views import DatabaseView
from interop.z3950.kept_records import KeptRecords
from interop.z3950.login import authenticated
from interop.z3950.session import Session

if TYPE_CHECKING:
    from interop.catalogue import Catalogue

log = logging.getLogger(__name__)

VERSIONS = ProtocolVersion.V1 | ProtocolVersion.V2 | ProtocolVersion.V3
OPTIONS = (
    Options.SEARCH
    | Options.PRESENT
    | Options.DEL_SET
    | Options.SCAN
    | Options.SORT
    | Options.LEVEL_1_SEGMENTATION
    | Options.LEVEL_2_SEGMENTATION
    | Options.NAMED_RESULT_SETS
    | Options.RESULT_COUNT_IN_SORT
    | Options.QUERY_TYPE_104
    | Options.STRING_SCHEMA
)


_NO_VIEWS: Mapping[str, DatabaseView] = {}


class Target:
    """One association's services against ``catalogue``. One request at a time.

    ``answers`` takes every APDU that ``association.next_event`` gives. ``views``: what the
    configuration says of database names. ``clock``: seconds that never run back, for
    the waits after wrong passwords. ``kept``: records that other associations were just sent.
    """

    __slots__ = ("_clock", "_session")

    def __init__(
        self,
        catalogue: "Catalogue",
        limits: Limits,
        views: Mapping[str, DatabaseView] | None = None,
        clock: Callable[[], float] = float,
        kept: KeptRecords | None = None,
    ) -> None:
        self._clock = clock
        self._session = Session(catalogue, limits, views or _NO_VIEWS, kept=kept)
        self._session.message_size = self._session.record_size = limits.message_size

    def connected(self, address: str) -> None:
        """The peer's address, which rights may depend on; without it the peer is nowhere."""
        self._session.address = address

    def answers(self, request: Apdu) -> tuple[Apdu, ...]:
        """What ``request`` is answered with: the response, after the segments of a Present. Never
        raises for a known request.
        """
        request = self._read(request)
        serve, refuse = _SERVICES[type(request)]
        try:
            answer = serve(self, request)
        except Exception as error:
            answer = refuse(request, self._session.diagnostic(_told(error, request)))
        answers = answer if isinstance(answer, tuple) else (answer,)
        if self._session.string_charset == "marc-8":
            return tuple(strings.recoded(each, strings.write) for each in answers)
        return answers

    def _read(self, request: Apdu) -> Apdu:
        """``request`` with its strings in the character set that was agreed to; Init begins anew,
        before any is.
        """
        if isinstance(request, InitializeRequest):
            return request
        if self._session.string_charset == "marc-8":
            return strings.recoded(request, strings.read)
        return request

    def handle(self, request: Apdu) -> Apdu:
        """The response alone, which is the last of ``answers``."""
        return self.answers(request)[-1]

    def is_quick(self, request: Apdu) -> bool:
        """Whether ``request`` costs next to nothing, whatever is in the catalogue: a few lookups
        in the index or one page of the store, and no writing of records.
        """
        request = self._read(request)
        if isinstance(request, SearchRequest):
            return searching.is_quick(self._session, request)
        if isinstance(request, PresentRequest):
            return retrieval.is_quick(self._session, request)
        return not isinstance(request, ScanRequest | SortRequest)

    # Init, Z39.50-1995 section 3.2.1

    def _initialize(self, request: InitializeRequest) -> InitializeResponse:
        """A user is who Init says, until the next one. Raises ``Diagnostic`` 1011."""
        session, limits = self._session, self._session.limits
        session.begin(request.protocol_version & VERSIONS)
        session.message_size = _clamp(
            request.preferred_message_size, limits.min_message_size, limits.message_size
        )
        session.record_size = _clamp(
            request.exceptional_record_size, session.message_size, limits.message_size
        )
        try:
            session.user = authenticated(
                request.id_authentication, session.catalogue.logins, session.address, self._clock()
            )
        except Diagnostic as refusal:
            # Without the name: who errs types the password there.
            place = session.address or "an unknown address"
            why = f" (too soon, {refusal.details})" if refusal.details else ""
            log.warning("login refused: from %s%s", place, why)
            raise
        session.options = _agreed(request.options, session.version)
        session.charset = session.term_charset = None
        other_info: tuple[OtherInformationUnit, ...] = ()
        proposed = negotiation.proposal(request.other_info)
        if proposed is not None and Options.NEGOTIATION in request.options:
            session.options |= Options.NEGOTIATION
            agreed = negotiation.select(proposed)
            session.term_charset = negotiation.charset(agreed)
            if agreed.records_in_selected_char_sets:
                session.charset = session.term_charset
            other_info = (negotiation.unit(agreed),)
        return InitializeResponse(
            reference_id=request.reference_id,
            protocol_version=session.version,
            options=session.options,
            preferred_message_size=session.message_size,
            exceptional_record_size=session.record_size,
            result=bool(session.version),
            implementation_name="Interop",
            implementation_version=__version__,
            other_info=other_info,
        )

    # Search, Present, Scan and Sort have modules of their own

    def _search(self, request: SearchRequest) -> Apdu:
        return searching.search(self._session, request, lambda error: _told(error, request))

    def _present(self, request: PresentRequest) -> tuple[Apdu, ...]:
        return retrieval.present(self._session, request)

    def _scan(self, request: ScanRequest) -> Apdu:
        return scanning.scan(self._session, request)

    def _sort(self, request: SortRequest) -> Apdu:
        return sorting.sort(self._session, request)

    # Delete, section 3.2.4

    def _delete(self, request: DeleteResultSetRequest) -> DeleteResultSetResponse:
        """Of a list, each set has its own status; that of the operation says no more than whether
        all are gone (3.2.4.1.3: success, or failure 3 to 9).
        """
        if request.delete_function == DeleteResultSetRequest.ALL:
            self._session.sets.clear()
            return DeleteResultSetResponse(
                reference_id=request.reference_id, delete_operation_status=DeleteSetStatus.SUCCESS
            )
        if request.delete_function != DeleteResultSetRequest.LIST:
            raise Diagnostic("unsupported_service", f"delete function {request.delete_function}")
        statuses = tuple(
            ListStatus(id=name, status=self._delete_one(name)) for name in request.result_set_list
        )
        gone = all(entry.status == DeleteSetStatus.SUCCESS for entry in statuses)
        return DeleteResultSetResponse(
            reference_id=request.reference_id,
            delete_operation_status=(
                DeleteSetStatus.SUCCESS if gone else DeleteSetStatus.NOT_ALL_REQUESTED_DELETED
            ),
            delete_list_statuses=statuses,
        )

    def _delete_one(self, name: str) -> DeleteSetStatus:
        if self._session.sets.pop(name, None) is None:
            return DeleteSetStatus.RESULT_SET_DID_NOT_EXIST
        return DeleteSetStatus.SUCCESS

    # services that are not offered: their own response says so (3.2.6 to 3.2.9)

    def _not_offered(self, request: Apdu) -> Apdu:
        raise Diagnostic("unsupported_service", request.NAME)

    def _extended_service(self, request: ExtendedServicesRequest) -> Apdu:
        raise Diagnostic("extended_service_not_supported", request.package_type)

    def _close(self, request: Close) -> Close:
        self._session.sets.clear()
        return Close(reference_id=request.reference_id, close_reason=CloseReason.FINISHED)


def _told(error: Exception, request: Apdu) -> Diagnostic:
    """What the origin is told of ``error``: the unforeseen is logged, and it gets the number."""
    if isinstance(error, Diagnostic):
        return error
    number = secrets.token_hex(4)
    log.exception("incident %s in %s", number, request.NAME)
    return Diagnostic("system_error", f"incident {number}")


def _agreed(asked: Options, version: ProtocolVersion) -> Options:
    """What is in force of what is asked for (3.2.1.1.3, notes 4 and 8): segmentation in version 3
    only, of its levels one, and a count of sorted records only where there is Sort.
    """
    options = asked & OPTIONS
    if ProtocolVersion.V3 not in version:
        options &= ~(Options.LEVEL_1_SEGMENTATION | Options.LEVEL_2_SEGMENTATION)
    if Options.LEVEL_2_SEGMENTATION in options:
        options &= ~Options.LEVEL_1_SEGMENTATION
    if Options.SORT not in options:
        options &= ~Options.RESULT_COUNT_IN_SORT
    return options


def _clamp(proposed: int, low: int, high: int) -> int:
    """Zero is an origin without a wish (YAZ takes it as unlimited)."""
    return max(low, min(proposed, high)) if proposed else high


# --- how each request is refused


def _refuse_initialize(request: InitializeRequest, diagnostic: DefaultDiagnostic) -> Apdu:
    """The reason goes into userInformationField, as the implementors agreed."""
    return InitializeResponse(
        reference_id=request.reference_id,
        protocol_version=request.protocol_version & VERSIONS,
        options=_agreed(request.options, request.protocol_version),
        preferred_message_size=request.preferred_message_size,
        exceptional_record_size=request.exceptional_record_size,
        result=False,
        implementation_name="Interop",
        implementation_version=__version__,
        user_information_field=user_information(diagnostic),
    )


def _refuse_delete(request: DeleteResultSetRequest, diagnostic: DefaultDiagnostic) -> Apdu:
    return DeleteResultSetResponse(
        reference_id=request.reference_id,
        delete_operation_status=DeleteSetStatus.SYSTEM_PROBLEM_AT_TARGET,
        delete_message=diagnostic.addinfo,
    )


def _refuse_report(request: ResourceReportRequest, _: DefaultDiagnostic) -> Apdu:
    return ResourceReportResponse(
        reference_id=request.reference_id,
        resource_report_status=ResourceReportResponse.FAILURE_1,
    )


def _refuse_extended(request: ExtendedServicesRequest, diagnostic: DefaultDiagnostic) -> Apdu:
    return ExtendedServicesResponse(
        reference_id=request.reference_id,
        operation_status=ExtendedServicesResponse.FAILURE,
        diagnostics=(diagnostic,),
    )


def _refuse_close(request: Close, diagnostic: DefaultDiagnostic) -> Apdu:
    return Close(
        reference_id=request.reference_id,
        close_reason=CloseReason.SYSTEM_PROBLEM,
        diagnostic_information=diagnostic.addinfo,
    )


# For each request the service, and the response that carries a diagnostic instead.
_SERVICES: dict[
    type[Apdu],
    tuple[
        Callable[[Target, Any], Apdu | tuple[Apdu, ...]], Callable[[Any, DefaultDiagnostic], Apdu]
    ],
] = {
    InitializeRequest: (Target._initialize, _refuse_initialize),
    SearchRequest: (Target._search, searching.refuse),
    PresentRequest: (Target._present, retrieval.refuse),
    DeleteResultSetRequest: (Target._delete, _refuse_delete),
    ResourceReportRequest: (Target._not_offered, _refuse_report),
    ScanRequest: (Target._scan, scanning.refuse),
    SortRequest: (Target._sort, sorting.refuse),
    ExtendedServicesRequest: (Target._extended_service, _refuse_extended),
    Close: (Target._close, _refuse_close),
}
