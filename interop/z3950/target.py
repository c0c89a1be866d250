"""The services of one association: requests in, responses out, result sets kept between them.

No sockets, no order of APDUs (that is ``association``'s) and no encoding (``apdu``'s). Every
request gets its own kind of response, whatever happens: a ``Diagnostic`` becomes the non-surrogate
diagnostic of that response, anything unforeseen becomes diagnostic 1 with the number under which
it was logged.
"""

import logging
import secrets
from array import array
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeAlias

from interop import __version__
from interop.diagnostics import Diagnostic
from interop.index.base import ResultSet
from interop.model.record import Stored
from interop.query import rpn
from interop.query.ast import And, Not, Or, Query, Term
from interop.z3950 import negotiation
from interop.z3950.apdu import (
    Apdu,
    Close,
    CloseReason,
    CompSpec,
    DefaultDiagnostic,
    DeleteResultSetRequest,
    DeleteResultSetResponse,
    DeleteSetStatus,
    ElementSetNames,
    ExtendedServicesRequest,
    ExtendedServicesResponse,
    External,
    InitializeRequest,
    InitializeResponse,
    ListEntries,
    ListStatus,
    NamePlusRecord,
    Options,
    OtherInformationUnit,
    PresentRequest,
    PresentResponse,
    PresentStatus,
    ProtocolVersion,
    ResourceReportRequest,
    ResourceReportResponse,
    ResultSetStatus,
    ScanRequest,
    ScanResponse,
    SearchRequest,
    SearchResponse,
    SortRequest,
    SortResponse,
    Specification,
)
from interop.z3950.association import Limits
from interop.z3950.record_syntaxes import Composition, Packed, RecordSyntax, by_oid
from interop.z3950.record_syntaxes.usmarc import OID as USMARC
from interop.z3950.type1 import UnservedQuery

if TYPE_CHECKING:
    from interop.catalogue import Catalogue

log = logging.getLogger(__name__)

VERSIONS = ProtocolVersion.V1 | ProtocolVersion.V2 | ProtocolVersion.V3
OPTIONS = Options.SEARCH | Options.PRESENT | Options.DEL_SET | Options.NAMED_RESULT_SETS

# Octets of a retrieval record around its content, and of a response around its records: more than
# they ever are, so that a message is never larger than agreed.
_AROUND_RECORD = 64
_AROUND_RECORDS = 128
_PAGE = 20  # records read from the store at once
_AT_HAND = 100  # row ids of a result set that are read with it
_QUICK_WORDS = 8  # of a query that is answered at once
_LONGEST_NAME = 1000  # characters of a result set name


@dataclass(frozen=True, slots=True)
class _Held:
    """A result set of this association. ``names``: canonical database -> name the origin used.
    ``first``: the row ids that need no further reading.
    """

    result: ResultSet
    names: dict[str, str]
    first: "array[int]"

    def rids(self, start: int, count: int) -> Sequence[int]:
        """Row ids of ``count`` positions from ``start`` (1-based)."""
        if start + count - 1 <= len(self.first):
            return self.first[start - 1 : start + count - 1]
        return self.result.page(start - 1, count)


# For each database the composition that its records are wanted in.
_Compositions: TypeAlias = Callable[[str], Composition]


class Target:
    """One association's services against ``catalogue``. One request at a time.

    ``handle`` takes every APDU that ``association.next_event`` gives and returns its answer.
    """

    def __init__(self, catalogue: "Catalogue", limits: Limits) -> None:
        self._catalogue = catalogue
        self._limits = limits
        self._sets: dict[str, _Held] = {}
        self._version = ProtocolVersion.V1 | ProtocolVersion.V2
        self._message_size = self._record_size = limits.message_size

    def handle(self, request: Apdu) -> Apdu:
        """The answer to ``request``. Never raises for a known request."""
        serve, refuse = _SERVICES[type(request)]
        try:
            return serve(self, request)
        except Exception as error:
            return refuse(request, self._diagnostic(_told(error, request)))

    def is_quick(self, request: Apdu) -> bool:
        """Whether ``request`` costs next to nothing, whatever is in the catalogue: a few lookups
        in the index or one page of the store, and no writing of records.
        """
        if isinstance(request, SearchRequest):
            return self._is_quick_search(request)
        if isinstance(request, PresentRequest):
            return self._is_quick_present(request)
        return True

    def _is_quick_search(self, request: SearchRequest) -> bool:
        if request.small_set_upper_bound > 0 or request.medium_set_present_number > 0:
            return False  # records may come with it
        if isinstance(request.query, UnservedQuery):
            return True
        try:
            query = rpn.resolve(request.query, sets=frozenset(self._sets))
        except Exception:  # ``handle`` meets it again, and tells
            return True
        return _is_lookup(query)

    def _is_quick_present(self, request: PresentRequest) -> bool:
        held = self._sets.get(request.result_set_id)
        if held is None:
            return True
        count = request.number_of_records_requested
        if count > _PAGE or request.result_set_start_point + count - 1 > len(held.first):
            return False
        elements = request.simple or ""
        if request.additional_ranges or request.complex is not None or isinstance(elements, tuple):
            return False
        syntax = by_oid(request.preferred_record_syntax or USMARC)
        return syntax is None or syntax.as_stored(Composition(element_set_name=elements))

    def _diagnostic(self, diagnostic: Diagnostic) -> DefaultDiagnostic:
        """Bib-1 diagnostic record. Version 2 has addinfo as VisibleString: ASCII only."""
        number, details = diagnostic.condition.bib1, diagnostic.details
        if ProtocolVersion.V3 in self._version:
            return DefaultDiagnostic(condition=number, v3_addinfo=details)
        ascii_ = details.encode("ascii", "replace").decode("ascii")
        return DefaultDiagnostic(condition=number, v2_addinfo=ascii_)

    # Init, Z39.50-1995 section 3.2.1

    def _initialize(self, request: InitializeRequest) -> InitializeResponse:
        """Every authentication is accepted: all databases are open to all."""
        self._sets.clear()
        self._version = request.protocol_version & VERSIONS
        limits = self._limits
        self._message_size = _clamp(
            request.preferred_message_size, limits.min_message_size, limits.message_size
        )
        self._record_size = _clamp(
            request.exceptional_record_size, self._message_size, limits.message_size
        )
        options = request.options & OPTIONS
        other_info: tuple[OtherInformationUnit, ...] = ()
        proposed = negotiation.proposal(request.other_info)
        if proposed is not None and Options.NEGOTIATION in request.options:
            options |= Options.NEGOTIATION
            other_info = (negotiation.answer(proposed),)
        return InitializeResponse(
            reference_id=request.reference_id,
            protocol_version=self._version,
            options=options,
            preferred_message_size=self._message_size,
            exceptional_record_size=self._record_size,
            result=bool(self._version),
            implementation_name="Interop",
            implementation_version=__version__,
            other_info=other_info,
        )

    # Search, section 3.2.2

    def _search(self, request: SearchRequest) -> SearchResponse:
        name = request.result_set_name
        self._check_name(name, request.replace_indicator)
        try:
            held = self._run(request)
        except Exception:
            # With replaceIndicator on, the old set is gone even if there is no new one.
            self._sets.pop(name, None)
            raise
        self._sets[name] = held
        return self._piggyback(request, held)

    def _check_name(self, name: str, replace: bool) -> None:
        if not 0 < len(name) <= _LONGEST_NAME:
            raise Diagnostic("illegal_result_set_name", name[:_LONGEST_NAME])
        if name in self._sets:
            if not replace:
                raise Diagnostic("result_set_exists", name)
        elif len(self._sets) >= self._limits.result_sets:
            raise Diagnostic("too_many_result_sets", str(self._limits.result_sets))

    def _run(self, request: SearchRequest) -> _Held:
        names = self._databases(request.database_names)
        if isinstance(request.query, UnservedQuery):
            raise Diagnostic(request.query.condition, request.query.details)
        query = rpn.resolve(request.query, sets=frozenset(self._sets))
        sets = {name: held.result for name, held in self._sets.items()}
        result = self._catalogue.search(list(names), query, (), sets)
        return _Held(result, names, array("q", result.page(0, _AT_HAND)))

    def _databases(self, asked: Sequence[str]) -> dict[str, str]:
        """Canonical name -> name as asked, each database once."""
        if not asked:
            raise Diagnostic("unsupported_database_combination", "no database named")
        if len(asked) > self._limits.databases:
            raise Diagnostic("too_many_databases", str(self._limits.databases))
        names: dict[str, str] = {}
        for name in asked:
            names.setdefault(self._catalogue.database(name), name)
        return names

    def _piggyback(self, request: SearchRequest, held: _Held) -> SearchResponse:
        """Records in the Search response, by the size of the set (3.2.2.1.4 to 3.2.2.1.6)."""
        total = held.result.total
        wanted, elements = 0, request.medium_set_element_set_names
        if total <= request.small_set_upper_bound:
            wanted, elements = total, request.small_set_element_set_names
        elif total < request.large_set_lower_bound:
            wanted = max(0, min(total, request.medium_set_present_number))
        page = _Page(status=PresentStatus.SUCCESS, next_position=1 if total else 0)
        failure: DefaultDiagnostic | None = None
        if wanted:
            try:
                syntax = _syntax(request.preferred_record_syntax, None)
                compositions = _by_element_set(elements)
                page = self._retrieve(held, [(1, wanted)], syntax, compositions, alone=False)
            except Exception as error:  # the search itself has succeeded
                page = _Page(status=PresentStatus.FAILURE, next_position=1)
                failure = self._diagnostic(_told(error, request))
        return SearchResponse(
            reference_id=request.reference_id,
            result_count=total,
            number_of_records_returned=len(page.records),
            next_result_set_position=page.next_position,
            search_status=True,
            present_status=page.status if wanted else None,
            response_records=tuple(page.records),
            non_surrogate_diagnostic=failure,
        )

    # Present, section 3.2.3

    def _present(self, request: PresentRequest) -> PresentResponse:
        held = self._sets.get(request.result_set_id)
        if held is None:
            raise Diagnostic("result_set_unknown", request.result_set_id)
        first = (request.result_set_start_point, request.number_of_records_requested)
        more = ((r.starting_position, r.number_of_records) for r in request.additional_ranges)
        ranges = [first, *more]
        for start, count in ranges:
            _check_range(start, count, held.result.total)
        syntax = _syntax(request.preferred_record_syntax, request.complex)
        if request.complex is not None:
            compositions = _by_comp_spec(request.complex, held.names)
        else:
            compositions = _by_element_set(request.simple)
        alone = sum(count for _, count in ranges) == 1
        page = self._retrieve(held, ranges, syntax, compositions, alone=alone)
        return PresentResponse(
            reference_id=request.reference_id,
            number_of_records_returned=len(page.records),
            next_result_set_position=page.next_position,
            present_status=page.status,
            response_records=tuple(page.records),
        )

    def _retrieve(
        self,
        held: _Held,
        ranges: Sequence[tuple[int, int]],
        syntax: tuple[str, RecordSyntax],
        compositions: _Compositions,
        *,
        alone: bool,
    ) -> "_Page":
        """Records of the (start, count) ``ranges`` until the message is full (3.3.1).

        ``alone``: one record is asked for, which may be as large as the exceptional record size.
        Nothing is read or kept in proportion to what is asked for, only to what is sent.
        """
        page = _Page(status=PresentStatus.SUCCESS, next_position=0)
        room = self._message_size - _AROUND_RECORDS
        for position, record in self._pack(held, ranges, syntax, compositions):
            size = _size(record)
            # 3.3.1: what cannot be sent even by itself is replaced by a surrogate diagnostic.
            if size > self._record_size:
                record = self._surrogate(record.name, "record_too_large", size)
            elif size > self._message_size and not alone:
                record = self._surrogate(record.name, "record_exceeds_message", size)
            size = _size(record)
            if size > room and page.records:
                page.status, page.next_position = PresentStatus.PARTIAL_2, position
                return page
            room -= size
            page.records.append(record)
            page.next_position = position + 1 if position < held.result.total else 0
        return page

    def _surrogate(self, name: str | None, condition: str, size: int) -> NamePlusRecord:
        diagnostic = Diagnostic(condition, f"{size} octets")
        return NamePlusRecord(name=name, record=self._diagnostic(diagnostic))

    def _pack(
        self,
        held: _Held,
        ranges: Sequence[tuple[int, int]],
        syntax: tuple[str, RecordSyntax],
        compositions: _Compositions,
    ) -> Iterator[tuple[int, NamePlusRecord]]:
        """Position and retrieval record or surrogate diagnostic, page by page of the store."""
        for start, count in ranges:
            for position in range(start, start + count, _PAGE):
                rids = held.rids(position, min(_PAGE, start + count - position))
                records = self._catalogue.records(rids)
                packed = self._pack_page(records, syntax[1], compositions)
                for offset, (record, item) in enumerate(zip(records, packed, strict=True)):
                    name = held.names.get(record.id.database) if record else None
                    content = self._content(item, syntax[0])
                    yield position + offset, NamePlusRecord(name=name, record=content)

    def _pack_page(
        self,
        records: Sequence[Stored | None],
        syntax: RecordSyntax,
        compositions: _Compositions,
    ) -> list[Packed | Diagnostic]:
        """One item per record; all records that want the same composition are packed together."""
        # Result sets do not shift: a record that is gone leaves its place (3.1.6).
        items: list[Packed | Diagnostic] = [Diagnostic("record_deleted")] * len(records)
        groups: dict[Composition, list[tuple[int, Stored]]] = {}
        for index, record in enumerate(records):
            if record is not None and not record.deleted:
                composition = compositions(record.id.database)
                groups.setdefault(composition, []).append((index, record))
        for composition, members in groups.items():
            live = [record for _, record in members]
            packed = syntax.pack(live, composition, self._catalogue.render)
            for (index, _), item in zip(members, packed, strict=True):
                items[index] = item
        return items

    def _content(self, item: Packed | Diagnostic, oid: str) -> External | DefaultDiagnostic:
        return self._diagnostic(item) if isinstance(item, Diagnostic) else item.external(oid)

    # Delete, section 3.2.4

    def _delete(self, request: DeleteResultSetRequest) -> DeleteResultSetResponse:
        if request.delete_function == DeleteResultSetRequest.ALL:
            self._sets.clear()
            return DeleteResultSetResponse(
                reference_id=request.reference_id, delete_operation_status=DeleteSetStatus.SUCCESS
            )
        statuses = tuple(
            ListStatus(id=name, status=self._delete_one(name)) for name in request.result_set_list
        )
        failed = [entry.status for entry in statuses if entry.status != DeleteSetStatus.SUCCESS]
        return DeleteResultSetResponse(
            reference_id=request.reference_id,
            delete_operation_status=failed[0] if failed else DeleteSetStatus.SUCCESS,
            delete_list_statuses=statuses,
        )

    def _delete_one(self, name: str) -> DeleteSetStatus:
        if self._sets.pop(name, None) is None:
            return DeleteSetStatus.RESULT_SET_DID_NOT_EXIST
        return DeleteSetStatus.SUCCESS

    # services that are not offered: their own response says so (3.2.6 to 3.2.9)

    def _not_offered(self, request: Apdu) -> Apdu:
        raise Diagnostic("unsupported_service", request.NAME)

    def _extended_service(self, request: ExtendedServicesRequest) -> Apdu:
        raise Diagnostic("extended_service_not_supported", request.package_type)

    def _close(self, request: Close) -> Close:
        self._sets.clear()
        return Close(reference_id=request.reference_id, close_reason=CloseReason.FINISHED)


@dataclass(slots=True)
class _Page:
    """Records on their way into a response. ``next_position``: 0 after the last of the set."""

    status: PresentStatus
    next_position: int
    records: list[NamePlusRecord] = field(default_factory=list)


def _is_lookup(query: Query) -> bool:
    """Whether a query is a few whole words and keys, without truncation, phrases, ranges or sets:
    lookups in the index and no more.
    """
    words = 0
    waiting: list[Query] = [query]
    while waiting:
        match waiting.pop():
            case Term(
                tokens=tokens, structure=structure, position="any", complete=False, trunc="none"
            ) if structure in ("all", "any") or len(tokens) == 1:
                words += len(tokens)
            case And(parts) | Or(parts):
                waiting += parts
            case Not(left, right):
                waiting += (left, right)
            case _:
                return False
        if words + len(waiting) > _QUICK_WORDS:
            return False
    return True


def _told(error: Exception, request: Apdu) -> Diagnostic:
    """What the origin is told of ``error``: the unforeseen is logged, and it gets the number."""
    if isinstance(error, Diagnostic):
        return error
    number = secrets.token_hex(4)
    log.exception("incident %s in %s", number, request.NAME)
    return Diagnostic("system_error", f"incident {number}")


def _clamp(proposed: int, low: int, high: int) -> int:
    """Zero is an origin without a wish (YAZ takes it as unlimited)."""
    return max(low, min(proposed, high)) if proposed else high


def _check_range(start: int, count: int, total: int) -> None:
    """Raises ``Diagnostic`` 13 with the first position that is outside (3.2.3.1.2)."""
    if start < 1 or start > max(total, 1):
        raise Diagnostic("present_out_of_range", str(start))
    if count < 0:
        raise Diagnostic("present_out_of_range", str(count))
    if start + count - 1 > total:
        raise Diagnostic("present_out_of_range", str(total + 1))


def _syntax(preferred: str | None, spec: CompSpec | None) -> tuple[str, RecordSyntax]:
    """The syntax to answer in and the identifier it was asked by; USMARC when nobody asks.

    CompSpec lists syntaxes in order of preference and may leave the choice to us (3.6.3).
    """
    asked = spec.record_syntax if spec is not None else ()
    if not asked:
        asked = (preferred or USMARC,)
    elif spec is not None and spec.select_alternative_syntax:
        asked = (*asked, USMARC)
    for oid in asked:
        found = by_oid(oid)
        if found is not None:
            return oid, found
    raise Diagnostic("unsupported_syntax", asked[0])


def _by_element_set(names: ElementSetNames | None) -> _Compositions:
    """Element set names: one for all databases, or one for each (3.6.2)."""
    if not isinstance(names, tuple):
        generic = Composition(element_set_name=names or "")
        return lambda _: generic
    by_database = {
        line.database_name.casefold(): Composition(element_set_name=line.element_set_name)
        for line in names
    }
    return lambda database: by_database.get(database, Composition())


def _by_comp_spec(spec: CompSpec, names: dict[str, str]) -> _Compositions:
    """Composition specification (3.6.3): a database's own specification before the generic one."""
    generic = _composition(spec.generic)
    specific = {line.db.casefold(): _composition(line.spec) for line in spec.db_specific}

    def choose(database: str) -> Composition:
        asked = names.get(database, database).casefold()
        return specific.get(asked, specific.get(database, generic))

    return choose


def _composition(specification: Specification | None) -> Composition:
    if specification is None:
        return Composition()
    elements = specification.element_spec
    if isinstance(elements, External):
        raise Diagnostic("unsupported_comp_spec", elements.direct_reference or "")
    schema = specification.schema_uri or specification.schema_oid or ""
    return Composition(element_set_name=elements or "", schema=schema)


def _size(record: NamePlusRecord) -> int:
    """Octets that ``record`` takes in a message, or a few more."""
    body = record.record
    if isinstance(body, External):
        content = len(body.octets or b"") + len(body.single or b"")
    else:
        content = 4 * len(body.addinfo)
    return content + 4 * len(record.name or "") + _AROUND_RECORD


# --- how each request is refused


def _refuse_initialize(request: InitializeRequest, _: DefaultDiagnostic) -> Apdu:
    return InitializeResponse(
        reference_id=request.reference_id,
        protocol_version=request.protocol_version & VERSIONS,
        options=request.options & OPTIONS,
        preferred_message_size=request.preferred_message_size,
        exceptional_record_size=request.exceptional_record_size,
        result=False,
    )


def _refuse_search(request: SearchRequest, diagnostic: DefaultDiagnostic) -> Apdu:
    return SearchResponse(
        reference_id=request.reference_id,
        result_count=0,
        number_of_records_returned=0,
        next_result_set_position=0,
        search_status=False,
        result_set_status=ResultSetStatus.NONE,
        present_status=PresentStatus.FAILURE,
        non_surrogate_diagnostic=diagnostic,
    )


def _refuse_present(request: PresentRequest, diagnostic: DefaultDiagnostic) -> Apdu:
    return PresentResponse(
        reference_id=request.reference_id,
        number_of_records_returned=0,
        next_result_set_position=0,
        present_status=PresentStatus.FAILURE,
        non_surrogate_diagnostic=diagnostic,
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


def _refuse_scan(request: ScanRequest, diagnostic: DefaultDiagnostic) -> Apdu:
    return ScanResponse(
        reference_id=request.reference_id,
        scan_status=ScanResponse.FAILURE,
        number_of_entries_returned=0,
        entries=ListEntries(nonsurrogate_diagnostics=(diagnostic,)),
    )


def _refuse_sort(request: SortRequest, diagnostic: DefaultDiagnostic) -> Apdu:
    return SortResponse(
        reference_id=request.reference_id,
        sort_status=SortResponse.FAILURE,
        result_set_status=SortResponse.UNCHANGED,
        diagnostics=(diagnostic,),
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
    tuple[Callable[[Target, Any], Apdu], Callable[[Any, DefaultDiagnostic], Apdu]],
] = {
    InitializeRequest: (Target._initialize, _refuse_initialize),
    SearchRequest: (Target._search, _refuse_search),
    PresentRequest: (Target._present, _refuse_present),
    DeleteResultSetRequest: (Target._delete, _refuse_delete),
    ResourceReportRequest: (Target._not_offered, _refuse_report),
    ScanRequest: (Target._not_offered, _refuse_scan),
    SortRequest: (Target._not_offered, _refuse_sort),
    ExtendedServicesRequest: (Target._extended_service, _refuse_extended),
    Close: (Target._close, _refuse_close),
}
