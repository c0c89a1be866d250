"""One or more of every APDU, with every kind of element in it, for the tests of the codec."""

from interop.query.rpn import (
    BIB1,
    Attribute,
    Operand,
    Operation,
    Proximity,
    ResultSetOperand,
    RpnQuery,
)
from interop.z3950.apdu import (
    AccessControlRequest,
    AccessControlResponse,
    Anonymous,
    Apdu,
    Close,
    CloseReason,
    CompSpec,
    DatabaseSpecification,
    DeleteResultSetRequest,
    DeleteResultSetResponse,
    DeleteSetStatus,
    ExtendedServicesRequest,
    ExtendedServicesResponse,
    IdPass,
    InitializeRequest,
    InitializeResponse,
    ListStatus,
    Options,
    PresentRequest,
    PresentResponse,
    PresentStatus,
    ProtocolVersion,
    Range,
    ResourceControlRequest,
    ResourceControlResponse,
    ResourceReportRequest,
    ResourceReportResponse,
    ResultSetStatus,
    ScanRequest,
    ScanResponse,
    SearchRequest,
    SearchResponse,
    Segment,
    SortRequest,
    SortResponse,
    TriggerResourceControlRequest,
)
from interop.z3950.common import (
    DatabaseElementSet,
    DefaultDiagnostic,
    External,
    FinalFragment,
    InfoCategory,
    IntermediateFragment,
    NamePlusRecord,
    OtherInformationUnit,
    Specification,
    StartingFragment,
)
from interop.z3950.sort_keys import MissingValue, SortAttributes, SortKeySpec
from interop.z3950.term_lists import ListEntries, TermInfo
from interop.z3950.type1 import CqlQuery

USMARC = "1.2.840.10003.5.10"
XML = "1.2.840.10003.5.109.10"
V123 = ProtocolVersion.V1 | ProtocolVersion.V2 | ProtocolVersion.V3

TITLE = Operand((Attribute(1, 4), Attribute(4, 1)), "Truyện Kiều".encode())
NAMED = Operand((Attribute(1, "title", "1.2.840.10003.3.5"),), "kiều", "string")
NUMBER = Operand((Attribute(1, 31),), -2020, "numeric")
NEAR = Operation("prox", TITLE, NAMED, Proximity(False, 3, True, 2, 2))
TREE = Operation("and-not", Operation("or", NEAR, ResultSetOperand("một")), NUMBER)
QUERY = RpnQuery(BIB1, TREE)

MARC = External(direct_reference=USMARC, octets=b"00026nam a2200025 a 4500\x1e\x1d")
TEXT = External(direct_reference="1.2.840.10003.5.101", single=b"\x1b\x02hi")
BAD = DefaultDiagnostic(condition=14, v3_addinfo="bản ghi")
OLD = DefaultDiagnostic(condition=13, v2_addinfo="99")
INFO = (
    OtherInformationUnit(
        category=InfoCategory(category_type_id="1.2.3", category_value=2), character_info="ghi chú"
    ),
    OtherInformationUnit(binary_info=b"\0\xff"),
    OtherInformationUnit(externally_defined_info=TEXT),
    OtherInformationUnit(oid="1.2.840.10003.10.3"),
)
OPTIONS = Options.SEARCH | Options.PRESENT | Options.NAMED_RESULT_SETS


def _init(**elements: object) -> InitializeRequest:
    return InitializeRequest(
        protocol_version=V123,
        options=OPTIONS,
        preferred_message_size=1 << 20,
        exceptional_record_size=1 << 26,
        **elements,
    )


APDUS: tuple[Apdu, ...] = (
    _init(),
    _init(
        reference_id=b"r\0",
        id_authentication="user/secret",
        implementation_id="81",
        implementation_name="origin",
        implementation_version="1",
        user_information_field=TEXT,
        other_info=INFO,
    ),
    _init(id_authentication=IdPass(group_id="g", user_id="u", password="secret")),
    _init(id_authentication=IdPass()),
    _init(id_authentication=Anonymous()),
    _init(id_authentication=External(direct_reference="1.2.3", octets=b"x")),
    InitializeResponse(
        reference_id=b"r",
        protocol_version=V123,
        options=OPTIONS | Options.NEGOTIATION,
        preferred_message_size=16384,
        exceptional_record_size=16384,
        result=True,
        implementation_name="Interop",
    ),
    SearchRequest(database_names=("union",), query=RpnQuery(BIB1, TITLE)),
    SearchRequest(
        reference_id=b"\x01",
        small_set_upper_bound=1,
        large_set_lower_bound=2_000_000_000,
        medium_set_present_number=5,
        replace_indicator=False,
        result_set_name="tập 1",
        database_names=("union", "hue", ""),
        small_set_element_set_names="F",
        medium_set_element_set_names=(
            DatabaseElementSet(database_name="hue", element_set_name="B"),
        ),
        preferred_record_syntax=XML,
        query=QUERY,
        additional_search_info=INFO,
        other_info=INFO,
    ),
    SearchResponse(
        reference_id=b"\x01",
        result_count=1234,
        number_of_records_returned=2,
        next_result_set_position=3,
        search_status=True,
        present_status=PresentStatus.SUCCESS,
        response_records=(NamePlusRecord(name="union", record=MARC), NamePlusRecord(record=BAD)),
        additional_search_info=INFO[:1],
    ),
    SearchResponse(
        result_count=0,
        number_of_records_returned=0,
        next_result_set_position=0,
        search_status=False,
        result_set_status=ResultSetStatus.NONE,
        non_surrogate_diagnostic=OLD,
    ),
    PresentRequest(
        result_set_id="1", result_set_start_point=1, number_of_records_requested=10, simple="F"
    ),
    PresentRequest(
        reference_id=b"p",
        result_set_id="một",
        result_set_start_point=2,
        number_of_records_requested=300,
        additional_ranges=(Range(starting_position=7, number_of_records=1),),
        complex=CompSpec(
            select_alternative_syntax=True,
            generic=Specification(schema_uri="http://www.loc.gov/mods/v3", element_spec="dc"),
            db_specific=(
                DatabaseSpecification(
                    db="hue", spec=Specification(schema_oid="1.2.3", element_spec=TEXT)
                ),
            ),
            record_syntax=(XML, USMARC),
        ),
        preferred_record_syntax=USMARC,
        max_segment_count=1,
        max_record_size=2,
        max_segment_size=3,
        other_info=INFO,
    ),
    PresentResponse(
        reference_id=b"p",
        number_of_records_returned=1,
        next_result_set_position=0,
        present_status=PresentStatus.PARTIAL_2,
        response_records=(NamePlusRecord(name="hue", record=TEXT),),
    ),
    PresentResponse(
        number_of_records_returned=0,
        next_result_set_position=0,
        present_status=PresentStatus.FAILURE,
        multiple_non_sur_diagnostics=(BAD, TEXT),
    ),
    DeleteResultSetRequest(delete_function=0, result_set_list=("1", "hai"), other_info=INFO[:1]),
    DeleteResultSetRequest(reference_id=b"d", delete_function=1),
    DeleteResultSetResponse(
        delete_operation_status=DeleteSetStatus.NOT_ALL_REQUESTED_DELETED,
        delete_list_statuses=(ListStatus(id="1", status=DeleteSetStatus.RESULT_SET_IN_USE),),
        number_not_deleted=1,
        bulk_statuses=(ListStatus(id="2", status=DeleteSetStatus.SUCCESS),),
        delete_message="xong",
    ),
    TriggerResourceControlRequest(
        reference_id=b"t",
        requested_action=3,
        pref_resource_report_format="1.2.840.10003.7.1",
        result_set_wanted=True,
    ),
    ResourceReportRequest(op_id=b"o", pref_resource_report_format="1.2.840.10003.7.2"),
    ResourceReportResponse(reference_id=b"o", resource_report_status=2, resource_report=TEXT),
    ScanRequest(
        database_names=("union",),
        attribute_set=BIB1,
        term_list_and_start_point=TITLE,
        step_size=0,
        number_of_terms_requested=20,
        preferred_position_in_response=1,
    ),
    ScanResponse(
        step_size=0,
        scan_status=6,
        number_of_entries_returned=0,
        position_of_term=1,
        entries=ListEntries(nonsurrogate_diagnostics=(BAD,)),
        attribute_set=BIB1,
    ),
    ScanResponse(
        scan_status=0,
        number_of_entries_returned=3,
        entries=ListEntries(
            entries=(
                TermInfo(
                    term="kiều".encode(),
                    display_term="Kiều",
                    suggested_attributes=(Attribute(1, 4),),
                    global_occurrences=12,
                    other_term_info=INFO[:1],
                ),
                TermInfo(character_string="kim"),
                BAD,
            )
        ),
    ),
    SortRequest(
        input_result_set_names=("1", "2"),
        sorted_result_set_name="3",
        sort_sequence=(
            SortKeySpec("title", 1, 0, MissingValue.ABORT),
            SortKeySpec(
                SortAttributes(id=BIB1, list=(Attribute(1, 4), Attribute(1, "x"))),
                3,
                1,
                MissingValue.NULL,
            ),
            SortKeySpec(Specification(element_spec="F"), 0, 1, b"zzz"),
            SortKeySpec("date"),
        ),
    ),
    SortResponse(sort_status=2, result_set_status=3, diagnostics=(BAD,), result_count=9),
    ExtendedServicesRequest(function=1, package_type="1.2.840.10003.9.4", package_name="gói"),
    ExtendedServicesRequest(
        function=3,
        package_type="1.2.840.10003.9.5.1.1",
        user_id="u",
        description="mô tả",
        task_specific_parameters=TEXT,
        wait_action=1,
        elements="F",
    ),
    Segment(number_of_records_returned=2, segment_records=(NamePlusRecord(record=MARC),)),
    Segment(
        number_of_records_returned=1,
        segment_records=(
            NamePlusRecord(record=FinalFragment(MARC)),
            NamePlusRecord(name="hue", record=StartingFragment(MARC)),
        ),
    ),
    Segment(
        number_of_records_returned=0,
        segment_records=(NamePlusRecord(record=IntermediateFragment(MARC)),),
    ),
    AccessControlRequest(simple_form=b"who?"),
    AccessControlRequest(reference_id=b"a", externally_defined=TEXT),
    AccessControlResponse(simple_form=b"secret", diagnostic=BAD),
    AccessControlResponse(externally_defined=TEXT),
    ResourceControlRequest(
        suspended_flag=True,
        resource_report=TEXT,
        partial_results_available=3,
        response_required=False,
        triggered_request_flag=True,
    ),
    ResourceControlResponse(continue_flag=True, result_set_wanted=False, other_info=INFO[:1]),
    SearchRequest(database_names=("union",), query=CqlQuery('title="Truyện Kiều"')),
    ExtendedServicesResponse(operation_status=3, diagnostics=(BAD,), task_package=TEXT),
    Close(close_reason=CloseReason.FINISHED),
    Close(
        reference_id=b"",
        close_reason=CloseReason.PROTOCOL_ERROR,
        diagnostic_information="sai thứ tự",
        resource_report_format="1.2.840.10003.7.1",
        resource_report=TEXT,
        other_info=INFO,
    ),
)
