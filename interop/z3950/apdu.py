"""The APDUs of Z39.50-1995 (ISO 23950) that an association of ours speaks: one class each.

Each class has its ASN.1 production above its fields; each field is one element of it, so the class
decodes, encodes and prints the APDU (see ``asn1``). Names are the standard's in snake_case.

    decode(octets) -> Apdu      raises BerError
    encode(apdu) -> octets      definite, minimal lengths
    describe(apdu) -> str       one line for a transcript, without passwords

DuplicateDetection is not here: a target that never offers that option neither sends nor receives
it (Z39.50-1995 section 3.2.1.1.6). AccessControl and ResourceControl are, so that a transcript can
say what came: to a target that did not ask, each is a protocol error.
"""

from enum import IntEnum, IntFlag
from functools import lru_cache
from typing import ClassVar

from interop.query import rpn
from interop.z3950 import ber
from interop.z3950.asn1 import (
    BOOLEAN,
    INTEGER,
    OCTETS,
    OID,
    TEXT,
    Sequence,
    Type,
    choice,
    decode_sequence,
    element,
    encode_sequence,
    enumerated,
    explicit,
    flags,
    sequence,
    sequence_of,
    sequence_type,
    show_sequence,
    tagged,
)
from interop.z3950.ber import BerError, Element
from interop.z3950.common import (
    DATABASE_NAMES,
    DEFAULT_DIAGNOSTIC,
    DIAG_REC,
    ELEMENT_SET_NAMES,
    EXTERNAL,
    NAME_PLUS_RECORD,
    OTHER_INFORMATION,
    SPECIFICATION,
    DefaultDiagnostic,
    ElementSetNames,
    External,
    NamePlusRecord,
    OtherInformationUnit,
    Specification,
)
from interop.z3950.sort_keys import SORT_SEQUENCE, SortKeySpec
from interop.z3950.term_lists import ListEntries
from interop.z3950.type1 import ATTRIBUTES_PLUS_TERM, QUERY, Query, UnservedQuery


class ProtocolVersion(IntFlag):
    """Bits of ProtocolVersion. Versions 1 and 2 are the same protocol; both bits go together."""

    V1 = 1 << 0
    V2 = 1 << 1
    V3 = 1 << 2


class Options(IntFlag):
    """Bits of Options, with what Z39.50-1995 and its amendments added up to bit 21."""

    SEARCH = 1 << 0
    PRESENT = 1 << 1
    DEL_SET = 1 << 2
    RESOURCE_REPORT = 1 << 3
    TRIGGER_RESOURCE_CTRL = 1 << 4
    RESOURCE_CTRL = 1 << 5
    ACCESS_CTRL = 1 << 6
    SCAN = 1 << 7
    SORT = 1 << 8
    EXTENDED_SERVICES = 1 << 10
    LEVEL_1_SEGMENTATION = 1 << 11
    LEVEL_2_SEGMENTATION = 1 << 12
    CONCURRENT_OPERATIONS = 1 << 13
    NAMED_RESULT_SETS = 1 << 14
    ENCAPSULATION = 1 << 15
    RESULT_COUNT_IN_SORT = 1 << 16
    NEGOTIATION = 1 << 17
    DUPLICATE_DETECTION = 1 << 18
    QUERY_TYPE_104 = 1 << 19
    PERIODIC_QUERY = 1 << 20
    STRING_SCHEMA = 1 << 21


class PresentStatus(IntEnum):
    """PresentStatus: why fewer records came than were asked for (Z39.50-1995 section 3.2.3.1.5)."""

    SUCCESS = 0
    PARTIAL_1 = 1  # access control
    PARTIAL_2 = 2  # message size
    PARTIAL_3 = 3  # resource control, by the origin
    PARTIAL_4 = 4  # resource control, by the target
    FAILURE = 5


# --- the APDUs


class Apdu(Sequence):
    """Base of all APDUs. ``TAG``: its context tag in the PDU CHOICE; ``NAME``: the standard's."""

    __slots__ = ()
    TAG: ClassVar[int]
    NAME: ClassVar[str]
    reference_id: bytes | None  # referenceId [2]: echoed unchanged in the answer


@sequence
class IdPass(Sequence):
    """
    idPass SEQUENCE {
        groupId   [0] IMPLICIT InternationalString OPTIONAL,
        userId    [1] IMPLICIT InternationalString OPTIONAL,
        password  [2] IMPLICIT InternationalString OPTIONAL }
    """

    group_id: str | None = element(0, TEXT, default=None)
    user_id: str | None = element(1, TEXT, default=None)
    password: str | None = element(2, TEXT, default=None)

    def __repr__(self) -> str:
        """Without the password: it must not get into a log by way of an error."""
        return f"IdPass(group_id={self.group_id!r}, user_id={self.user_id!r})"


@sequence
class Anonymous(Sequence):
    """anonymous NULL."""


_AUTHENTICATION = choice(
    "idAuthentication",
    (ber.VISIBLE_STRING, TEXT, str),  # open VisibleString; also seen under two other tags
    (ber.GENERAL_STRING, TEXT, str),
    (ber.UTF8_STRING, TEXT, str),
    (ber.SEQUENCE, sequence_type(IdPass), IdPass),
    (ber.NULL, Type(ber.NULL, lambda _: Anonymous(), lambda tag, _: ber.null(tag)), Anonymous),
    (ber.EXTERNAL, EXTERNAL, External),
)


def _decode_authentication(element: Element) -> str | IdPass | Anonymous | External | None:
    """What cannot be read counts as absent: it is for the target to demand authentication."""
    try:
        return _AUTHENTICATION.decode(element)  # type: ignore[no-any-return]
    except BerError:
        return None


def _show_authentication(value: str | IdPass | Anonymous | External | None) -> str:
    """Which form, and the user's name; an open string may hold a password, so it is hidden."""
    if isinstance(value, IdPass):
        return f"idPass user {value.user_id!r}"
    return {str: "open", Anonymous: "anonymous", External: "other"}.get(type(value), "none")


ID_AUTHENTICATION: Type[str | IdPass | Anonymous | External | None] = explicit(
    Type(0, _decode_authentication, _AUTHENTICATION.encode, _show_authentication)
)


@sequence
class InitializeRequest(Apdu):
    """
    InitializeRequest ::= SEQUENCE {                                                 -- [20]
        referenceId            ReferenceId OPTIONAL,
        protocolVersion        [3]   IMPLICIT ProtocolVersion,
        options                [4]   IMPLICIT Options,
        preferredMessageSize   [5]   IMPLICIT INTEGER,
        exceptionalRecordSize  [6]   IMPLICIT INTEGER,
        idAuthentication       [7]   ANY OPTIONAL,
        implementationId       [110] IMPLICIT InternationalString OPTIONAL,
        implementationName     [111] IMPLICIT InternationalString OPTIONAL,
        implementationVersion  [112] IMPLICIT InternationalString OPTIONAL,
        userInformationField   [11]  EXTERNAL OPTIONAL,
        otherInfo              OtherInformation OPTIONAL }
    """

    TAG, NAME = 20, "initRequest"
    reference_id: bytes | None = element(2, OCTETS, default=None)
    protocol_version: ProtocolVersion = element(
        3, flags(ProtocolVersion), default=ProtocolVersion.V1 | ProtocolVersion.V2
    )
    options: Options = element(4, flags(Options), default=Options.SEARCH | Options.PRESENT)
    preferred_message_size: int = element(5, INTEGER, default=0)
    exceptional_record_size: int = element(6, INTEGER, default=0)
    id_authentication: str | IdPass | Anonymous | External | None = element(
        7, ID_AUTHENTICATION, default=None
    )
    implementation_id: str | None = element(110, TEXT, default=None)
    implementation_name: str | None = element(111, TEXT, default=None)
    implementation_version: str | None = element(112, TEXT, default=None)
    user_information_field: External | None = element(11, explicit(EXTERNAL), default=None)
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


@sequence
class InitializeResponse(Apdu):
    """
    InitializeResponse ::= SEQUENCE {                                                -- [21]
        referenceId, protocolVersion [3], options [4], preferredMessageSize [5],
        exceptionalRecordSize [6]                                    -- as in the request
        result                 [12]  IMPLICIT BOOLEAN,               -- reject = FALSE
        implementationId [110], implementationName [111], implementationVersion [112],
        userInformationField [11], otherInfo                         -- as in the request }
    """

    TAG, NAME = 21, "initResponse"
    reference_id: bytes | None = element(2, OCTETS, default=None)
    protocol_version: ProtocolVersion = element(3, flags(ProtocolVersion))
    options: Options = element(4, flags(Options))
    preferred_message_size: int = element(5, INTEGER)
    exceptional_record_size: int = element(6, INTEGER)
    result: bool = element(12, BOOLEAN)
    implementation_id: str | None = element(110, TEXT, default=None)
    implementation_name: str | None = element(111, TEXT, default=None)
    implementation_version: str | None = element(112, TEXT, default=None)
    user_information_field: External | None = element(11, explicit(EXTERNAL), default=None)
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


@sequence
class SearchRequest(Apdu):
    """
    SearchRequest ::= SEQUENCE {                                                     -- [22]
        referenceId                ReferenceId OPTIONAL,
        smallSetUpperBound         [13]  IMPLICIT INTEGER,
        largeSetLowerBound         [14]  IMPLICIT INTEGER,
        mediumSetPresentNumber     [15]  IMPLICIT INTEGER,
        replaceIndicator           [16]  IMPLICIT BOOLEAN,
        resultSetName              [17]  IMPLICIT InternationalString,
        databaseNames              [18]  IMPLICIT SEQUENCE OF DatabaseName,
        smallSetElementSetNames    [100] ElementSetNames OPTIONAL,
        mediumSetElementSetNames   [101] ElementSetNames OPTIONAL,
        preferredRecordSyntax      [104] IMPLICIT OBJECT IDENTIFIER OPTIONAL,
        query                      [21]  Query,
        additionalSearchInfo       [203] IMPLICIT OtherInformation OPTIONAL,
        otherInfo                  OtherInformation OPTIONAL }
    """

    TAG, NAME = 22, "searchRequest"
    reference_id: bytes | None = element(2, OCTETS, default=None)
    small_set_upper_bound: int = element(13, INTEGER, default=0)
    large_set_lower_bound: int = element(14, INTEGER, default=1)
    medium_set_present_number: int = element(15, INTEGER, default=0)
    replace_indicator: bool = element(16, BOOLEAN, default=True)
    result_set_name: str = element(17, TEXT, default="default")
    database_names: tuple[str, ...] = element(18, DATABASE_NAMES, default=())
    small_set_element_set_names: ElementSetNames | None = element(
        100, explicit(ELEMENT_SET_NAMES), default=None
    )
    medium_set_element_set_names: ElementSetNames | None = element(
        101, explicit(ELEMENT_SET_NAMES), default=None
    )
    preferred_record_syntax: str | None = element(104, OID, default=None)
    query: Query = element(21, explicit(QUERY))
    additional_search_info: tuple[OtherInformationUnit, ...] = element(
        203, OTHER_INFORMATION, default=()
    )
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


class ResultSetStatus(IntEnum):
    """resultSetStatus of a failed Search: what became of the set."""

    SUBSET = 1
    INTERIM = 2
    NONE = 3
    ESTIMATE = 4


_RECORDS = sequence_of(NAME_PLUS_RECORD)
_DIAGNOSTICS = sequence_of(DIAG_REC)


@sequence
class SearchResponse(Apdu):
    """
    SearchResponse ::= SEQUENCE {                                                    -- [23]
        referenceId              ReferenceId OPTIONAL,
        resultCount              [23]  IMPLICIT INTEGER,
        numberOfRecordsReturned  [24]  IMPLICIT INTEGER,
        nextResultSetPosition    [25]  IMPLICIT INTEGER,
        searchStatus             [22]  IMPLICIT BOOLEAN,
        resultSetStatus          [26]  IMPLICIT INTEGER OPTIONAL,
        presentStatus            [27]  IMPLICIT PresentStatus OPTIONAL,
        records                  Records OPTIONAL,
        additionalSearchInfo     [203] IMPLICIT OtherInformation OPTIONAL,
        otherInfo                OtherInformation OPTIONAL }

    Records ::= CHOICE {
        responseRecords                [28]  IMPLICIT SEQUENCE OF NamePlusRecord,
        nonSurrogateDiagnostic         [130] IMPLICIT DefaultDiagFormat,
        multipleNonSurDiagnostics      [205] IMPLICIT SEQUENCE OF DiagRec }

    The choice has no tag of its own, so its alternatives are elements here; one is set at most.
    """

    TAG, NAME = 23, "searchResponse"
    reference_id: bytes | None = element(2, OCTETS, default=None)
    result_count: int = element(23, INTEGER)
    number_of_records_returned: int = element(24, INTEGER)
    next_result_set_position: int = element(25, INTEGER)
    search_status: bool = element(22, BOOLEAN)
    result_set_status: ResultSetStatus | None = element(
        26, enumerated(ResultSetStatus), default=None
    )
    present_status: PresentStatus | None = element(27, enumerated(PresentStatus), default=None)
    response_records: tuple[NamePlusRecord, ...] = element(28, _RECORDS, default=())
    non_surrogate_diagnostic: DefaultDiagnostic | None = element(
        130, DEFAULT_DIAGNOSTIC, default=None
    )
    multiple_non_sur_diagnostics: tuple[DefaultDiagnostic | External, ...] = element(
        205, _DIAGNOSTICS, default=()
    )
    additional_search_info: tuple[OtherInformationUnit, ...] = element(
        203, OTHER_INFORMATION, default=()
    )
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


@sequence
class Range(Sequence):
    """
    Range ::= SEQUENCE {
        startingPosition  [1] IMPLICIT INTEGER,
        numberOfRecords   [2] IMPLICIT INTEGER }
    """

    starting_position: int = element(1, INTEGER)
    number_of_records: int = element(2, INTEGER)


@sequence
class DatabaseSpecification(Sequence):
    """
    dbSpecific SEQUENCE OF SEQUENCE { db [1] DatabaseName, spec [2] IMPLICIT Specification }
    """

    db: str = element(1, explicit(tagged(105, TEXT)))
    spec: Specification = element(2, SPECIFICATION)


@sequence
class CompSpec(Sequence):
    """
    CompSpec ::= SEQUENCE {
        selectAlternativeSyntax  [1] IMPLICIT BOOLEAN,
        generic                  [2] IMPLICIT Specification OPTIONAL,
        dbSpecific               [3] IMPLICIT SEQUENCE OF ... OPTIONAL,
        recordSyntax             [4] IMPLICIT SEQUENCE OF OBJECT IDENTIFIER OPTIONAL }
    """

    select_alternative_syntax: bool = element(1, BOOLEAN, default=False)
    generic: Specification | None = element(2, SPECIFICATION, default=None)
    db_specific: tuple[DatabaseSpecification, ...] = element(
        3, sequence_of(sequence_type(DatabaseSpecification)), default=()
    )
    record_syntax: tuple[str, ...] = element(4, sequence_of(OID), default=())


@sequence
class PresentRequest(Apdu):
    """
    PresentRequest ::= SEQUENCE {                                                    -- [24]
        referenceId              ReferenceId OPTIONAL,
        resultSetId              [31]  IMPLICIT InternationalString,
        resultSetStartPoint      [30]  IMPLICIT INTEGER,
        numberOfRecordsRequested [29]  IMPLICIT INTEGER,
        additionalRanges         [212] IMPLICIT SEQUENCE OF Range OPTIONAL,
        recordComposition        CHOICE { simple [19] ElementSetNames,
                                          complex [209] IMPLICIT CompSpec } OPTIONAL,
        preferredRecordSyntax    [104] IMPLICIT OBJECT IDENTIFIER OPTIONAL,
        maxSegmentCount          [204] IMPLICIT INTEGER OPTIONAL,
        maxRecordSize            [206] IMPLICIT INTEGER OPTIONAL,
        maxSegmentSize           [207] IMPLICIT INTEGER OPTIONAL,
        otherInfo                OtherInformation OPTIONAL }
    """

    TAG, NAME = 24, "presentRequest"
    reference_id: bytes | None = element(2, OCTETS, default=None)
    result_set_id: str = element(31, TEXT)
    result_set_start_point: int = element(30, INTEGER)
    number_of_records_requested: int = element(29, INTEGER)
    additional_ranges: tuple[Range, ...] = element(
        212, sequence_of(sequence_type(Range)), default=()
    )
    simple: ElementSetNames | None = element(19, explicit(ELEMENT_SET_NAMES), default=None)
    complex: CompSpec | None = element(209, sequence_type(CompSpec), default=None)
    preferred_record_syntax: str | None = element(104, OID, default=None)
    max_segment_count: int | None = element(204, INTEGER, default=None)
    max_record_size: int | None = element(206, INTEGER, default=None)
    max_segment_size: int | None = element(207, INTEGER, default=None)
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


@sequence
class PresentResponse(Apdu):
    """
    PresentResponse ::= SEQUENCE {                                                   -- [25]
        referenceId              ReferenceId OPTIONAL,
        numberOfRecordsReturned  [24] IMPLICIT INTEGER,
        nextResultSetPosition    [25] IMPLICIT INTEGER,
        presentStatus            [27] IMPLICIT PresentStatus,
        records                  Records OPTIONAL,             -- as in SearchResponse
        otherInfo                OtherInformation OPTIONAL }
    """

    TAG, NAME = 25, "presentResponse"
    reference_id: bytes | None = element(2, OCTETS, default=None)
    number_of_records_returned: int = element(24, INTEGER)
    next_result_set_position: int = element(25, INTEGER)
    present_status: PresentStatus = element(27, enumerated(PresentStatus))
    response_records: tuple[NamePlusRecord, ...] = element(28, _RECORDS, default=())
    non_surrogate_diagnostic: DefaultDiagnostic | None = element(
        130, DEFAULT_DIAGNOSTIC, default=None
    )
    multiple_non_sur_diagnostics: tuple[DefaultDiagnostic | External, ...] = element(
        205, _DIAGNOSTICS, default=()
    )
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


@sequence
class Segment(Apdu):
    """
    Segment ::= SEQUENCE {                          -- [45], before the Present response it is of
        referenceId              ReferenceId OPTIONAL,
        numberOfRecordsReturned  [24] IMPLICIT INTEGER,
        segmentRecords           [0]  IMPLICIT SEQUENCE OF NamePlusRecord,
        otherInfo                OtherInformation OPTIONAL }
    """

    TAG, NAME = 45, "segmentRequest"
    reference_id: bytes | None = element(2, OCTETS, default=None)
    number_of_records_returned: int = element(24, INTEGER)
    segment_records: tuple[NamePlusRecord, ...] = element(0, _RECORDS, default=())
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


@sequence
class DeleteResultSetRequest(Apdu):
    """
    DeleteResultSetRequest ::= SEQUENCE {                                            -- [26]
        referenceId     ReferenceId OPTIONAL,
        deleteFunction  [32] IMPLICIT INTEGER { list(0), all(1) },
        resultSetList   SEQUENCE OF ResultSetId OPTIONAL,      -- ResultSetId ::= [31] IMPLICIT
        otherInfo       OtherInformation OPTIONAL }
    """

    TAG, NAME = 26, "deleteResultSetRequest"
    LIST, ALL = 0, 1
    reference_id: bytes | None = element(2, OCTETS, default=None)
    delete_function: int = element(32, INTEGER)
    result_set_list: tuple[str, ...] = element(
        ber.SEQUENCE, sequence_of(tagged(31, TEXT)), default=()
    )
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


class DeleteSetStatus(IntEnum):
    """DeleteSetStatus ::= [33] IMPLICIT INTEGER."""

    SUCCESS = 0
    RESULT_SET_DID_NOT_EXIST = 1
    PREVIOUSLY_DELETED_BY_TARGET = 2
    SYSTEM_PROBLEM_AT_TARGET = 3
    ACCESS_NOT_ALLOWED = 4
    RESOURCE_CONTROL_AT_ORIGIN = 5
    RESOURCE_CONTROL_AT_TARGET = 6
    BULK_DELETE_NOT_SUPPORTED = 7
    NOT_ALL_DELETED_ON_BULK_DELETE = 8
    NOT_ALL_REQUESTED_DELETED = 9
    RESULT_SET_IN_USE = 10


@sequence
class ListStatus(Sequence):
    """
    ListStatuses ::= SEQUENCE OF SEQUENCE { id ResultSetId, status DeleteSetStatus }
    """

    id: str = element(31, TEXT)
    status: DeleteSetStatus = element(33, enumerated(DeleteSetStatus))


_LIST_STATUSES = sequence_of(sequence_type(ListStatus))


@sequence
class DeleteResultSetResponse(Apdu):
    """
    DeleteResultSetResponse ::= SEQUENCE {                                           -- [27]
        referenceId            ReferenceId OPTIONAL,
        deleteOperationStatus  [0]  IMPLICIT DeleteSetStatus,
        deleteListStatuses     [1]  IMPLICIT ListStatuses OPTIONAL,
        numberNotDeleted       [34] IMPLICIT INTEGER OPTIONAL,
        bulkStatuses           [35] IMPLICIT ListStatuses OPTIONAL,
        deleteMessage          [36] IMPLICIT InternationalString OPTIONAL,
        otherInfo              OtherInformation OPTIONAL }
    """

    TAG, NAME = 27, "deleteResultSetResponse"
    reference_id: bytes | None = element(2, OCTETS, default=None)
    delete_operation_status: DeleteSetStatus = element(0, enumerated(DeleteSetStatus))
    delete_list_statuses: tuple[ListStatus, ...] = element(1, _LIST_STATUSES, default=())
    number_not_deleted: int | None = element(34, INTEGER, default=None)
    bulk_statuses: tuple[ListStatus, ...] = element(35, _LIST_STATUSES, default=())
    delete_message: str | None = element(36, TEXT, default=None)
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


@sequence
class AccessControlRequest(Apdu):
    """
    AccessControlRequest ::= SEQUENCE {                              -- [28], from the target
        referenceId        ReferenceId OPTIONAL,
        securityChallenge  CHOICE { simpleForm         [37] IMPLICIT OCTET STRING,
                                    externallyDefined  [0]  EXTERNAL },
        otherInfo          OtherInformation OPTIONAL }
    """

    TAG, NAME = 28, "accessControlRequest"
    reference_id: bytes | None = element(2, OCTETS, default=None)
    simple_form: bytes | None = element(37, OCTETS, default=None)
    externally_defined: External | None = element(0, explicit(EXTERNAL), default=None)
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


# The answer to a challenge is a secret.
_SECRET: Type[bytes] = Type(38, Element.octets, ber.primitive, lambda _: "hidden")


@sequence
class AccessControlResponse(Apdu):
    """
    AccessControlResponse ::= SEQUENCE {                                             -- [29]
        referenceId               ReferenceId OPTIONAL,
        securityChallengeResponse CHOICE { simpleForm         [38] IMPLICIT OCTET STRING,
                                           externallyDefined  [0]  EXTERNAL } OPTIONAL,
        diagnostic                [223] DiagRec OPTIONAL,
        otherInfo                 OtherInformation OPTIONAL }
    """

    TAG, NAME = 29, "accessControlResponse"
    reference_id: bytes | None = element(2, OCTETS, default=None)
    simple_form: bytes | None = element(38, _SECRET, default=None)
    externally_defined: External | None = element(0, explicit(EXTERNAL), default=None)
    diagnostic: DefaultDiagnostic | External | None = element(223, explicit(DIAG_REC), default=None)
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


@sequence
class ResourceControlRequest(Apdu):
    """
    ResourceControlRequest ::= SEQUENCE {                            -- [30], from the target
        referenceId              ReferenceId OPTIONAL,
        suspendedFlag            [39] IMPLICIT BOOLEAN OPTIONAL,
        resourceReport           [40] EXTERNAL OPTIONAL,
        partialResultsAvailable  [41] IMPLICIT INTEGER OPTIONAL,   -- 1 subset, 2 interim, 3 none
        responseRequired         [42] IMPLICIT BOOLEAN,
        triggeredRequestFlag     [43] IMPLICIT BOOLEAN OPTIONAL,
        otherInfo                OtherInformation OPTIONAL }
    """

    TAG, NAME = 30, "resourceControlRequest"
    reference_id: bytes | None = element(2, OCTETS, default=None)
    suspended_flag: bool | None = element(39, BOOLEAN, default=None)
    resource_report: External | None = element(40, explicit(EXTERNAL), default=None)
    partial_results_available: int | None = element(41, INTEGER, default=None)
    response_required: bool = element(42, BOOLEAN)
    triggered_request_flag: bool | None = element(43, BOOLEAN, default=None)
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


@sequence
class ResourceControlResponse(Apdu):
    """
    ResourceControlResponse ::= SEQUENCE {                                           -- [31]
        referenceId      ReferenceId OPTIONAL,
        continueFlag     [44] IMPLICIT BOOLEAN,
        resultSetWanted  [45] IMPLICIT BOOLEAN OPTIONAL,
        otherInfo        OtherInformation OPTIONAL }
    """

    TAG, NAME = 31, "resourceControlResponse"
    reference_id: bytes | None = element(2, OCTETS, default=None)
    continue_flag: bool = element(44, BOOLEAN)
    result_set_wanted: bool | None = element(45, BOOLEAN, default=None)
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


@sequence
class TriggerResourceControlRequest(Apdu):
    """
    TriggerResourceControlRequest ::= SEQUENCE {                     -- [32], never answered
        referenceId          ReferenceId OPTIONAL,
        requestedAction      [46] IMPLICIT INTEGER,    -- 1 report, 2 control, 3 cancel
        prefResourceReportFormat [47] IMPLICIT OBJECT IDENTIFIER OPTIONAL,
        resultSetWanted      [48] IMPLICIT BOOLEAN OPTIONAL,
        otherInfo            OtherInformation OPTIONAL }
    """

    TAG, NAME = 32, "triggerResourceControlRequest"
    reference_id: bytes | None = element(2, OCTETS, default=None)
    requested_action: int = element(46, INTEGER)
    pref_resource_report_format: str | None = element(47, OID, default=None)
    result_set_wanted: bool | None = element(48, BOOLEAN, default=None)
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


@sequence
class ResourceReportRequest(Apdu):
    """
    ResourceReportRequest ::= SEQUENCE {                                             -- [33]
        referenceId               ReferenceId OPTIONAL,
        opId                      [210] IMPLICIT ReferenceId OPTIONAL,
        prefResourceReportFormat  [49]  IMPLICIT OBJECT IDENTIFIER OPTIONAL,
        otherInfo                 OtherInformation OPTIONAL }
    """

    TAG, NAME = 33, "resourceReportRequest"
    reference_id: bytes | None = element(2, OCTETS, default=None)
    op_id: bytes | None = element(210, OCTETS, default=None)
    pref_resource_report_format: str | None = element(49, OID, default=None)
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


@sequence
class ResourceReportResponse(Apdu):
    """
    ResourceReportResponse ::= SEQUENCE {                                            -- [34]
        referenceId           ReferenceId OPTIONAL,
        resourceReportStatus  [50] IMPLICIT INTEGER,   -- 0 success, 1 partial, 2-7 failure-1 to -6
        resourceReport        [51] EXTERNAL OPTIONAL,
        otherInfo             OtherInformation OPTIONAL }
    """

    TAG, NAME = 34, "resourceReportResponse"
    FAILURE_1 = 2
    reference_id: bytes | None = element(2, OCTETS, default=None)
    resource_report_status: int = element(50, INTEGER)
    resource_report: External | None = element(51, explicit(EXTERNAL), default=None)
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


@sequence
class ScanRequest(Apdu):
    """
    ScanRequest ::= SEQUENCE {                                                       -- [35]
        referenceId                 ReferenceId OPTIONAL,
        databaseNames               [3] IMPLICIT SEQUENCE OF DatabaseName,
        attributeSet                AttributeSetId OPTIONAL,
        termListAndStartPoint       AttributesPlusTerm,               -- [102]
        stepSize                    [5] IMPLICIT INTEGER OPTIONAL,
        numberOfTermsRequested      [6] IMPLICIT INTEGER,
        preferredPositionInResponse [7] IMPLICIT INTEGER OPTIONAL,
        otherInfo                   OtherInformation OPTIONAL }
    """

    TAG, NAME = 35, "scanRequest"
    reference_id: bytes | None = element(2, OCTETS, default=None)
    database_names: tuple[str, ...] = element(3, DATABASE_NAMES, default=())
    attribute_set: str | None = element(ber.OBJECT_IDENTIFIER, OID, default=None)
    term_list_and_start_point: rpn.Operand | UnservedQuery = element(102, ATTRIBUTES_PLUS_TERM)
    step_size: int | None = element(5, INTEGER, default=None)
    number_of_terms_requested: int = element(6, INTEGER)
    preferred_position_in_response: int | None = element(7, INTEGER, default=None)
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


@sequence
class ScanResponse(Apdu):
    """
    ScanResponse ::= SEQUENCE {                                                      -- [36]
        referenceId              ReferenceId OPTIONAL,
        stepSize                 [3] IMPLICIT INTEGER OPTIONAL,
        scanStatus               [4] IMPLICIT INTEGER,   -- 0 success, 1-5 partial, 6 failure
        numberOfEntriesReturned  [5] IMPLICIT INTEGER,
        positionOfTerm           [6] IMPLICIT INTEGER OPTIONAL,
        entries                  [7] IMPLICIT ListEntries OPTIONAL,
        attributeSet             [8] IMPLICIT AttributeSetId OPTIONAL,
        otherInfo                OtherInformation OPTIONAL }
    """

    TAG, NAME = 36, "scanResponse"
    SUCCESS, PARTIAL_2, PARTIAL_4, PARTIAL_5, FAILURE = 0, 2, 4, 5, 6
    reference_id: bytes | None = element(2, OCTETS, default=None)
    step_size: int | None = element(3, INTEGER, default=None)
    scan_status: int = element(4, INTEGER)
    number_of_entries_returned: int = element(5, INTEGER)
    position_of_term: int | None = element(6, INTEGER, default=None)
    entries: ListEntries | None = element(7, sequence_type(ListEntries), default=None)
    attribute_set: str | None = element(8, OID, default=None)
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


@sequence
class SortRequest(Apdu):
    """
    SortRequest ::= SEQUENCE {                                                       -- [43]
        referenceId          ReferenceId OPTIONAL,
        inputResultSetNames  [3] IMPLICIT SEQUENCE OF InternationalString,
        sortedResultSetName  [4] IMPLICIT InternationalString,
        sortSequence         [5] IMPLICIT SEQUENCE OF SortKeySpec,
        otherInfo            OtherInformation OPTIONAL }
    """

    TAG, NAME = 43, "sortRequest"
    reference_id: bytes | None = element(2, OCTETS, default=None)
    input_result_set_names: tuple[str, ...] = element(3, sequence_of(TEXT), default=())
    sorted_result_set_name: str = element(4, TEXT)
    sort_sequence: tuple[SortKeySpec, ...] = element(5, SORT_SEQUENCE, default=())
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


@sequence
class SortResponse(Apdu):
    """
    SortResponse ::= SEQUENCE {                                                      -- [44]
        referenceId      ReferenceId OPTIONAL,
        sortStatus       [3] IMPLICIT INTEGER,            -- 0 success, 1 partial, 2 failure
        resultSetStatus  [4] IMPLICIT INTEGER OPTIONAL,   -- 1 empty, 2 interim, 3 unchanged, 4 none
        diagnostics      [5] IMPLICIT SEQUENCE OF DiagRec OPTIONAL,
        resultCount      [6] IMPLICIT INTEGER OPTIONAL,
        otherInfo        OtherInformation OPTIONAL }
    """

    TAG, NAME = 44, "sortResponse"
    SUCCESS, FAILURE = 0, 2
    EMPTY, UNCHANGED, NONE = 1, 3, 4
    reference_id: bytes | None = element(2, OCTETS, default=None)
    sort_status: int = element(3, INTEGER)
    result_set_status: int | None = element(4, INTEGER, default=None)
    diagnostics: tuple[DefaultDiagnostic | External, ...] = element(5, _DIAGNOSTICS, default=())
    result_count: int | None = element(6, INTEGER, default=None)
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


@sequence
class ExtendedServicesRequest(Apdu):
    """
    ExtendedServicesRequest ::= SEQUENCE {                                           -- [46]
        referenceId             ReferenceId OPTIONAL,
        function                [3] IMPLICIT INTEGER,      -- 1 create, 2 delete, 3 modify
        packageType             [4] IMPLICIT OBJECT IDENTIFIER,
        packageName             [5] IMPLICIT InternationalString OPTIONAL,
        userId                  [6] IMPLICIT InternationalString OPTIONAL,
        retentionTime [7], permissions [8]        -- about packages, none of which is offered
        description             [9] IMPLICIT InternationalString OPTIONAL,
        taskSpecificParameters  [10] IMPLICIT EXTERNAL OPTIONAL,
        waitAction              [11] IMPLICIT INTEGER,
        elements                [103] IMPLICIT ElementSetName OPTIONAL,
        otherInfo               OtherInformation OPTIONAL }
    """

    TAG, NAME = 46, "extendedServicesRequest"
    reference_id: bytes | None = element(2, OCTETS, default=None)
    function: int = element(3, INTEGER)
    package_type: str = element(4, OID)
    package_name: str | None = element(5, TEXT, default=None)
    user_id: str | None = element(6, TEXT, default=None)
    description: str | None = element(9, TEXT, default=None)
    task_specific_parameters: External | None = element(10, EXTERNAL, default=None)
    wait_action: int = element(11, INTEGER, default=2)
    elements: str | None = element(103, TEXT, default=None)
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


@sequence
class ExtendedServicesResponse(Apdu):
    """
    ExtendedServicesResponse ::= SEQUENCE {                                          -- [47]
        referenceId      ReferenceId OPTIONAL,
        operationStatus  [3] IMPLICIT INTEGER,             -- 1 done, 2 accepted, 3 failure
        diagnostics      [4] IMPLICIT SEQUENCE OF DiagRec OPTIONAL,
        taskPackage      [5] IMPLICIT EXTERNAL OPTIONAL,
        otherInfo        OtherInformation OPTIONAL }
    """

    TAG, NAME = 47, "extendedServicesResponse"
    FAILURE = 3
    reference_id: bytes | None = element(2, OCTETS, default=None)
    operation_status: int = element(3, INTEGER)
    diagnostics: tuple[DefaultDiagnostic | External, ...] = element(4, _DIAGNOSTICS, default=())
    task_package: External | None = element(5, EXTERNAL, default=None)
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


class CloseReason(IntEnum):
    """CloseReason ::= [211] IMPLICIT INTEGER."""

    FINISHED = 0
    SHUTDOWN = 1
    SYSTEM_PROBLEM = 2
    COST_LIMIT = 3
    RESOURCES = 4
    SECURITY_VIOLATION = 5
    PROTOCOL_ERROR = 6
    LACK_OF_ACTIVITY = 7
    PEER_ABORT = 8
    UNSPECIFIED = 9


@sequence
class Close(Apdu):
    """
    Close ::= SEQUENCE {                                             -- [48], both directions
        referenceId            ReferenceId OPTIONAL,
        closeReason            CloseReason,                          -- [211]
        diagnosticInformation  [3] IMPLICIT InternationalString OPTIONAL,
        resourceReportFormat   [4] IMPLICIT OBJECT IDENTIFIER OPTIONAL,
        resourceReport         [5] EXTERNAL OPTIONAL,
        otherInfo              OtherInformation OPTIONAL }
    """

    TAG, NAME = 48, "close"
    reference_id: bytes | None = element(2, OCTETS, default=None)
    close_reason: CloseReason = element(
        211, enumerated(CloseReason), default=CloseReason.UNSPECIFIED
    )
    diagnostic_information: str | None = element(3, TEXT, default=None)
    resource_report_format: str | None = element(4, OID, default=None)
    resource_report: External | None = element(5, explicit(EXTERNAL), default=None)
    other_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


APDUS: tuple[type[Apdu], ...] = (
    InitializeRequest,
    InitializeResponse,
    SearchRequest,
    SearchResponse,
    PresentRequest,
    PresentResponse,
    DeleteResultSetRequest,
    DeleteResultSetResponse,
    AccessControlRequest,
    AccessControlResponse,
    ResourceControlRequest,
    ResourceControlResponse,
    TriggerResourceControlRequest,
    ResourceReportRequest,
    ResourceReportResponse,
    ScanRequest,
    ScanResponse,
    SortRequest,
    SortResponse,
    Segment,
    ExtendedServicesRequest,
    ExtendedServicesResponse,
    Close,
)
_BY_TAG = {cls.TAG: cls for cls in APDUS}


# Origins send the same Search and Present over and over. Those have no password in them, which
# must not stay in memory longer than needed; the size bounds what the cache can hold.
_REPEATED = (b"\xb6", b"\xb8")
_SHORT = 256  # octets


def decode(octets: bytes) -> Apdu:
    """The APDU that ``octets`` are, whole. Raises ``BerError``, also for a tag not in ``APDUS``."""
    if len(octets) <= _SHORT and octets.startswith(_REPEATED):
        return _decode_once(octets)
    return _decode(octets)


def _decode(octets: bytes) -> Apdu:
    outer = ber.parse(octets)
    cls = _BY_TAG.get(outer.tag)
    if cls is None:
        raise BerError("no APDU that this target speaks", outer.offset)
    return decode_sequence(cls, outer)


_decode_once = lru_cache(maxsize=512)(_decode)  # APDUs are immutable


def encode(apdu: Apdu) -> bytes:
    """The APDU in definite, minimal lengths."""
    return encode_sequence(apdu.TAG, apdu)


def describe(apdu: Apdu) -> str:
    """``searchRequest (result_set_name='default' ...)``. Passwords and records are left out."""
    return f"{apdu.NAME} {show_sequence(apdu)}"
