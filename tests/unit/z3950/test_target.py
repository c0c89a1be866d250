"""The services, against a catalogue of six records."""

import logging
from ipaddress import ip_network

import pytest

from interop.diagnostics import Diagnostic
from interop.marc.iso2709 import decode
from interop.model.access import Access, Rights, User
from interop.query.rpn import BIB1, Attribute, Operand, Operation, ResultSetOperand, RpnQuery
from interop.z3950 import negotiation
from interop.z3950.apdu import (
    Anonymous,
    Close,
    CloseReason,
    CompSpec,
    DatabaseSpecification,
    DeleteResultSetRequest,
    DeleteSetStatus,
    ExtendedServicesRequest,
    IdPass,
    InitializeRequest,
    Options,
    PresentRequest,
    PresentResponse,
    PresentStatus,
    ProtocolVersion,
    Range,
    ResourceReportRequest,
    ResultSetStatus,
    ScanRequest,
    SearchRequest,
    SearchResponse,
    describe,
    encode,
)
from interop.z3950.association import Limits
from interop.z3950.common import (
    DatabaseElementSet,
    DefaultDiagnostic,
    External,
    NamePlusRecord,
    Specification,
    user_information,
)
from interop.z3950.database_views import DatabaseView
from interop.z3950.target import OPTIONS, VERSIONS, Target
from interop.z3950.type1 import UnservedQuery
from tests.unit.z3950.fakes import FakeCatalogue, marc
from tests.unit.z3950.test_negotiation import PROPOSED

USMARC, SUTRS = "1.2.840.10003.5.10", "1.2.840.10003.5.101"
XML = "1.2.840.10003.5.109.10"
ALL_OPTIONS = Options((1 << 22) - 1)
WHOLE = OPTIONS & ~(Options.LEVEL_1_SEGMENTATION | Options.LEVEL_2_SEGMENTATION)
V2 = ProtocolVersion.V1 | ProtocolVersion.V2


def term(text: str, use: int = 1016) -> Operand:
    return Operand((Attribute(1, use),), text.encode())


def search(query="nguyen", *databases: str, **elements: object) -> SearchRequest:
    """A Search for a word, an operand or a tree."""
    root = term(query) if isinstance(query, str) else query
    return SearchRequest(
        reference_id=b"ref",
        query=root if isinstance(root, UnservedQuery) else RpnQuery(BIB1, root),
        database_names=databases or ("union",),
        **elements,
    )


def present(start: int, number: int = 1, name: str = "default", **elements: object):
    return PresentRequest(
        reference_id=b"ref",
        result_set_id=name,
        result_set_start_point=start,
        number_of_records_requested=number,
        **elements,
    )


@pytest.fixture
def catalogue() -> FakeCatalogue:
    return FakeCatalogue()


@pytest.fixture
def target(catalogue) -> Target:
    return started(catalogue)


def started(catalogue: FakeCatalogue, limits: Limits | None = None, **init: object) -> Target:
    """A target that has agreed to version 3."""
    target = Target(catalogue, limits or Limits())
    target.handle(InitializeRequest(**{"protocol_version": VERSIONS, "options": WHOLE} | init))
    return target


def diagnostic(response: SearchResponse | PresentResponse) -> tuple[int, str]:
    """Number and addinfo of the non-surrogate diagnostic."""
    assert response.non_surrogate_diagnostic is not None
    assert response.response_records == ()
    return response.non_surrogate_diagnostic.condition, response.non_surrogate_diagnostic.addinfo


def surrogate(record: NamePlusRecord) -> tuple[int, str]:
    assert isinstance(record.record, DefaultDiagnostic)
    return record.record.condition, record.record.addinfo


def control(record: NamePlusRecord) -> str:
    """Field 001 of a USMARC retrieval record."""
    assert isinstance(record.record, External)
    assert record.record.direct_reference == USMARC
    return decode(record.record.octets).control("001")


# Init


@pytest.mark.parametrize("version", [V2, VERSIONS, ProtocolVersion.V1])
def test_init_ands_versions_and_options(catalogue, version):
    """Never a bit that the origin did not ask for, nor one that we do not do."""
    answer = Target(catalogue, Limits()).handle(
        InitializeRequest(
            reference_id=b"\0x", protocol_version=version | 1 << 5, options=ALL_OPTIONS
        )
    )
    assert answer.result
    assert answer.reference_id == b"\0x"
    assert answer.protocol_version == version
    # Segments are of version 3, and of the two levels one is in force (3.2.1.1.3, note 4).
    segments = Options.LEVEL_2_SEGMENTATION if ProtocolVersion.V3 in version else Options(0)
    assert answer.options == WHOLE | segments
    few = InitializeRequest(options=Options.SEARCH | Options.RESOURCE_CTRL)
    assert Target(catalogue, Limits()).handle(few).options == Options.SEARCH


def test_init_without_a_common_version_is_refused(catalogue):
    """Result FALSE."""
    request = InitializeRequest(protocol_version=ProtocolVersion(1 << 7))
    assert not Target(catalogue, Limits()).handle(request).result


@pytest.mark.parametrize(
    ("proposed", "agreed"),
    [((1 << 26, 1 << 26), (4 << 20, 4 << 20)), ((0, 0), (4 << 20, 4 << 20)), ((1, 1), (16384,) * 2),
     ((50_000, 20_000), (50_000, 50_000)), ((50_000, 60_000), (50_000, 60_000)),
     ((-1, -1), (16384,) * 2)],
)  # fmt: skip
def test_init_clamps_sizes(catalogue, proposed, agreed):
    """Between 16 kB and 4 MB; the exceptional record size is not below the message size."""
    answer = Target(catalogue, Limits()).handle(
        InitializeRequest(preferred_message_size=proposed[0], exceptional_record_size=proposed[1])
    )
    assert (answer.preferred_message_size, answer.exceptional_record_size) == agreed


@pytest.mark.parametrize(
    "authentication", [None, "user/pass", IdPass(user_id="u"), Anonymous(), External(octets=b"")]
)
def test_init_accepts_every_authentication(catalogue, authentication):
    """All databases are open to all."""
    request = InitializeRequest(id_authentication=authentication)
    assert Target(catalogue, Limits()).handle(request).result


# hue: for 10.1.0.0/16 and, with a password, for two users; one of them may use nothing else.
RIGHTS = Rights(
    [Access("hue", (ip_network("10.1.0.0/16"),), ("reader",)), Access("union", (), ("nlv",))],
    [User("reader", "mật khẩu"), User("nlv", "x")],
)
READER = IdPass(user_id="reader", password="mật khẩu")


def arrived(address: str, authentication: object = None) -> Target:
    """A target with closed databases, after an Init that it has accepted."""
    target = Target(FakeCatalogue(rights=RIGHTS), Limits())
    target.connected(address)
    request = InitializeRequest(
        protocol_version=VERSIONS, options=WHOLE, id_authentication=authentication
    )
    assert target.handle(request).result
    return target


@pytest.mark.parametrize(
    ("address", "authentication", "hue", "union"),
    [
        ("192.0.2.1", None, False, False),
        ("192.0.2.1", Anonymous(), False, False),
        ("", None, False, False),
        ("10.1.2.3", None, True, False),
        ("::ffff:10.1.2.3", None, True, False),
        ("192.0.2.1", READER, True, False),
        ("192.0.2.1", "reader/mật khẩu", True, False),
        ("192.0.2.1", "nlv/x", False, True),
        ("10.1.2.3", "group/nlv/x", True, True),
    ],
)
def test_rights_per_database(address, authentication, hue, union):
    """What is closed is diagnostic 236 with the name as it was asked for, in every service."""
    target = arrived(address, authentication)
    for name, allowed in (("HUE", hue), ("Default", union)):
        response = target.handle(search("nguyen", name))
        listed = target.handle(
            ScanRequest(
                database_names=(name,),
                term_list_and_start_point=term("a", 4),
                number_of_terms_requested=1,
            )
        )
        denied = listed.entries.nonsurrogate_diagnostics
        if allowed:
            assert response.search_status
            assert not denied
        else:
            assert diagnostic(response) == (236, name)
            assert [(each.condition, each.addinfo) for each in denied] == [(236, name)]
    both = target.handle(search("nguyen", "hue", "union"))
    assert both.search_status == (hue and union)


def test_a_database_that_was_searched_is_closed_after_another_init():
    """Who was let in is not remembered for whoever comes next on the same connection."""
    target = arrived("192.0.2.1", READER)
    for _ in range(2):
        assert target.handle(search("nguyen", "hue")).search_status
    target.handle(InitializeRequest(protocol_version=VERSIONS, options=WHOLE))
    assert diagnostic(target.handle(search("nguyen", "hue"))) == (236, "hue")


def test_what_was_looked_at_is_asked_once():
    """The same request later means what its result sets are then."""
    target = started(FakeCatalogue())
    again = search(ResultSetOperand("a"), result_set_name="b")
    for word, hits in (("nguyen", 3), ("kieu", 1)):
        target.handle(search(word, result_set_name="a"))
        target.is_quick(again)
        assert target.handle(again).result_count == hits
    target.handle(DeleteResultSetRequest(delete_function=DeleteResultSetRequest.ALL))
    assert diagnostic(target.handle(again)) == (30, "a")


def test_several_databases_are_searched_in_the_union_and_need_its_rights():
    rights = Rights([Access("union", (), ("nlv",))], [User("nlv", "x")])
    target = started(FakeCatalogue(rights=rights, hue=[marc("h1", "Nguyễn", "Nguyễn")], qti=[]))
    assert target.handle(search("nguyen", "hue")).search_status
    assert target.handle(search("nguyen", "hue", "HUE")).search_status
    assert diagnostic(target.handle(search("nguyen", "hue", "qti"))) == (236, "union")


def test_an_open_database_is_open_beside_closed_ones():
    rights = Rights([Access("hue", (), ("reader",))], [User("reader", "x")])
    target = started(FakeCatalogue(rights=rights))
    assert target.handle(search("nguyen", "union")).search_status
    assert diagnostic(target.handle(search("nguyen", "hue"))) == (236, "hue")
    assert diagnostic(target.handle(search("nguyen", "nowhere"))) == (235, "nowhere")


def test_another_name_for_a_database_opens_nothing():
    """Rights are those of the database that is shown; the refusal has the name that was asked."""
    views = {"hue_marc8": DatabaseView(of="hue", charset="marc-8")}
    target = Target(FakeCatalogue(rights=RIGHTS), Limits(), views)
    target.handle(InitializeRequest(protocol_version=VERSIONS, options=WHOLE))
    assert diagnostic(target.handle(search("nguyen", "HUE_MARC8"))) == (236, "HUE_MARC8")
    target.connected("10.1.2.3")
    assert target.handle(search("nguyen", "HUE_MARC8")).search_status


def test_refused_logins_are_logged_by_address_alone(caplog):
    target = arrived("192.0.2.7")
    for wrong in (IdPass(user_id="reader", password="sai"), "reader-typed/sai"):
        assert not target.handle(InitializeRequest(id_authentication=wrong)).result
    assert [each.getMessage() for each in caplog.records] == ["login refused: from 192.0.2.7"] * 2


def test_a_wrong_password_is_a_refused_init():
    """Result FALSE and 1011 in the user information; who was logged in before is nobody now."""
    target = arrived("192.0.2.1", READER)
    assert target.handle(search("nguyen", "hue")).search_status
    wrong = IdPass(user_id="reader", password="sai")
    refused = target.handle(InitializeRequest(reference_id=b"r", id_authentication=wrong))
    assert (refused.result, refused.reference_id) == (False, b"r")
    expected = DefaultDiagnostic(condition=1011, v2_addinfo="")
    assert refused.user_information_field == user_information(expected)
    assert b"sai" not in encode(refused)
    assert diagnostic(target.handle(present(1)))[0] == 30
    assert diagnostic(target.handle(search("nguyen", "hue"))) == (236, "hue")


def test_passwords_are_not_in_the_transcript():
    for secret in (READER, "reader/mật khẩu"):
        assert "khẩu" not in describe(InitializeRequest(id_authentication=secret))


def test_init_answers_character_set_negotiation(catalogue):
    """Option 17 only with a proposal."""
    unit = negotiation.OtherInformationUnit(
        externally_defined_info=External(
            direct_reference=negotiation.CHARSET_3, single=negotiation.PROPOSAL.encode(1, PROPOSED)
        )
    )
    answer = Target(catalogue, Limits()).handle(
        InitializeRequest(options=ALL_OPTIONS, other_info=(unit,))
    )
    assert Options.NEGOTIATION in answer.options
    assert answer.other_info == (negotiation.unit(negotiation.select(PROPOSED)),)
    without = Target(catalogue, Limits()).handle(
        InitializeRequest(options=Options.SEARCH, other_info=(unit,))
    )
    assert Options.NEGOTIATION not in without.options
    assert without.other_info == ()


def test_second_init_starts_anew(target):
    """No result set is left."""
    target.handle(search())
    target.handle(InitializeRequest())
    assert diagnostic(target.handle(present(1)))[0] == 30


# Search


def test_search_counts(target):
    """Exact count, no records, the reference id."""
    answer = target.handle(search("nguyen"))
    assert answer.search_status
    assert (answer.result_count, answer.number_of_records_returned) == (3, 0)
    assert (answer.reference_id, answer.present_status) == (b"ref", None)
    assert answer.next_result_set_position == 1
    nothing = target.handle(search("zzz"))
    assert nothing.search_status
    assert (nothing.result_count, nothing.next_result_set_position) == (0, 0)


@pytest.mark.parametrize(
    ("databases", "count"),
    [(("union",), 3), (("UNION",), 3), (("Default",), 3), (("",), 3), (("hue",), 2),
     (("union", "hue"), 5), (("union", "UNION", "default"), 3)],
)  # fmt: skip
def test_search_databases(target, databases, count):
    """Names in any case; several are a union, the same one twice is one."""
    assert target.handle(search("nguyen", *databases)).result_count == count


def test_boolean_trees_and_named_sets(target):
    """Result sets are operands, across databases."""
    assert target.handle(search("nguyen", result_set_name="a")).result_count == 3
    assert target.handle(search(term("kieu", 4), result_set_name="b")).result_count == 1
    both = Operation("and-not", ResultSetOperand("a"), ResultSetOperand("b"))
    assert target.handle(search(both, result_set_name="c")).result_count == 2
    answer = target.handle(search(Operation("and", ResultSetOperand("c"), term("du"))))
    assert answer.result_count == 1
    assert [control(r) for r in target.handle(present(1)).response_records] == ["u4"]
    assert [control(r) for r in target.handle(present(1, name="b")).response_records] == ["u1"]


def test_a_set_may_be_refined_under_its_own_name(target):
    """The operand is the old set."""
    target.handle(search("nguyen"))
    answer = target.handle(search(Operation("and", ResultSetOperand("default"), term("du"))))
    assert answer.result_count == 2


@pytest.mark.parametrize(
    ("request_", "expected"),
    [
        (search("x", "nowhere"), (235, "nowhere")),
        (search("x", "union", "không có"), (235, "không có")),
        (SearchRequest(query=RpnQuery(BIB1, term("x"))), (23, "no database named")),
        (search("x", *map(str, range(101))), (111, "100")),
        (search(term("x", 9999)), (114, "9999")),
        (search(Operand((Attribute(99, 1),), b"x")), (113, "99")),
        (search(ResultSetOperand("gone")), (30, "gone")),
        (search(UnservedQuery("unsupported_query_type", "104")), (107, "104")),
        (search(UnservedQuery("too_many_operators", "201")), (6, "201")),
        (search(result_set_name=""), (128, "")),
        (search(Operand((Attribute(1, 4),), b"\xff")), (1072, None)),
    ],
)
def test_failed_searches(target, request_, expected):
    """A diagnostic with the offending value; the association goes on."""
    answer = target.handle(request_)
    assert not answer.search_status
    assert answer.result_set_status is ResultSetStatus.NONE
    assert answer.reference_id == request_.reference_id
    number, addinfo = diagnostic(answer)
    assert number == expected[0]
    assert expected[1] is None or addinfo == expected[1]
    assert target.handle(search()).search_status


def test_replace_indicator(target):
    """Off: diagnostic 21, and the set stays. On: a failed search leaves no set."""
    target.handle(search("nguyen", result_set_name="s"))
    answer = target.handle(search("du", result_set_name="s", replace_indicator=False))
    assert diagnostic(answer) == (21, "s")
    assert target.handle(present(3, name="s")).number_of_records_returned == 1
    target.handle(search("x", "nowhere", result_set_name="s"))
    assert diagnostic(target.handle(present(1, name="s"))) == (30, "s")


def test_result_sets_are_limited(catalogue):
    """112 for a new name; a known one may be replaced."""
    target = started(catalogue, Limits(result_sets=2))
    for name in ("1", "2"):
        assert target.handle(search(result_set_name=name)).search_status
    assert diagnostic(target.handle(search(result_set_name="3"))) == (112, "2")
    assert target.handle(search(result_set_name="2")).search_status


def test_version_2_has_visible_strings(catalogue):
    """addinfo of a version 2 association is ASCII."""
    target = started(catalogue, protocol_version=V2)
    answer = target.handle(search("x", "không"))
    assert answer.non_surrogate_diagnostic.v2_addinfo == "kh?ng"
    assert answer.non_surrogate_diagnostic.v3_addinfo is None


def test_the_unforeseen_is_a_diagnostic_with_a_number(target, catalogue, caplog):
    """Logged under the number that the origin is told; nothing of the exception goes out."""

    def broken(*_: object) -> None:
        raise RuntimeError("disk on fire")

    catalogue.search = broken
    with caplog.at_level(logging.ERROR):
        number, addinfo = diagnostic(target.handle(search()))
    assert number == 1
    assert addinfo.startswith("incident ")
    assert addinfo in caplog.text
    assert "disk on fire" in caplog.text
    assert "fire" not in addinfo


# Piggybacked records (3.2.2.1.4): three hits for "nguyen"


@pytest.mark.parametrize(
    ("small", "large", "medium", "returned", "schema"),
    [
        (0, 1, 0, 0, None),  # ZOOM without records
        (3, 4, 0, 3, "marcxml"),  # small
        (2, 4, 2, 2, "oai_dc"),  # medium
        (2, 3, 2, 0, None),  # large
        (1, 2_000_000_000, 5, 3, "oai_dc"),  # ZOOM with count 5
        (100, 1, 0, 3, "marcxml"),  # small wins
        (0, 10, -5, 0, None),
    ],
)
def test_piggyback(target, catalogue, small, large, medium, returned, schema):
    """How many come, and in which of the two element sets."""
    answer = target.handle(
        search(
            small_set_upper_bound=small,
            large_set_lower_bound=large,
            medium_set_present_number=medium,
            small_set_element_set_names="marcxml",
            medium_set_element_set_names="oai_dc",
            preferred_record_syntax=XML,
        )
    )
    assert answer.result_count == 3
    assert len(answer.response_records) == answer.number_of_records_returned == returned
    assert answer.present_status is (PresentStatus.SUCCESS if returned else None)
    assert answer.next_result_set_position == {0: 1, 2: 3, 3: 0}[returned]
    assert catalogue.rendered == ([schema] if schema else [])


def test_piggyback_failure_does_not_fail_the_search(target):
    """The set is there; the records are not."""
    answer = target.handle(search(small_set_upper_bound=9, preferred_record_syntax="1.2.3"))
    assert answer.search_status
    assert answer.present_status is PresentStatus.FAILURE
    assert diagnostic(answer) == (239, "1.2.3")
    assert target.handle(present(1)).number_of_records_returned == 1


# Present


def test_present_stored_octets(target, catalogue):
    """USMARC when nothing else is asked; octets as stored; the name the origin used."""
    target.handle(search("nguyen", "Default", "HUE"))
    answer = target.handle(present(1, 5))
    assert answer.present_status is PresentStatus.SUCCESS
    assert (answer.reference_id, answer.next_result_set_position) == (b"ref", 0)
    assert [control(record) for record in answer.response_records] == ["u1", "u2", "u4", "h1", "h2"]
    assert [record.name for record in answer.response_records] == ["Default"] * 3 + ["HUE"] * 2
    assert answer.response_records[0].record.octets == catalogue.stored[1].marc


@pytest.mark.parametrize(
    ("start", "number", "following"), [(1, 1, 2), (2, 1, 3), (3, 1, 0), (2, 2, 0), (1, 0, 0)]
)
def test_present_positions(target, start, number, following):
    """nextResultSetPosition is 0 after the last."""
    target.handle(search("nguyen"))
    answer = target.handle(present(start, number))
    assert answer.present_status is PresentStatus.SUCCESS
    assert answer.number_of_records_returned == number
    assert answer.next_result_set_position == following


@pytest.mark.parametrize(
    ("start", "number", "addinfo"),
    [(0, 1, "0"), (-1, 1, "-1"), (4, 1, "4"), (1, 4, "4"), (3, 2**31 - 1, "4"), (1, -1, "-1")],
)
def test_present_out_of_range(target, catalogue, start, number, addinfo):
    """13 with the offending position; nothing is read."""
    target.handle(search("nguyen"))
    answer = target.handle(present(start, number))
    assert answer.present_status is PresentStatus.FAILURE
    assert diagnostic(answer) == (13, addinfo)
    assert catalogue.read == []


def test_present_of_an_empty_set(target):
    """Position 1 is already outside."""
    target.handle(search("zzz"))
    assert diagnostic(target.handle(present(1))) == (13, "1")


def test_additional_ranges(target):
    """In the order asked for; each is checked."""
    target.handle(search("nguyen"))
    more = (Range(starting_position=1, number_of_records=1),)
    answer = target.handle(present(3, 1, additional_ranges=more))
    assert [control(record) for record in answer.response_records] == ["u4", "u1"]
    outside = (Range(starting_position=9, number_of_records=1),)
    assert diagnostic(target.handle(present(1, 1, additional_ranges=outside))) == (13, "9")


def test_unknown_result_set(target):
    """30 with its name."""
    assert diagnostic(target.handle(present(1, name="nào"))) == (30, "nào")


@pytest.mark.parametrize("names", [None, "F", "f", "full", "", "B", "marcxml"])
def test_xml_is_marcxml_by_default(target, catalogue, names):
    """Full, brief or nothing said."""
    target.handle(search("nguyen"))
    answer = target.handle(present(1, simple=names, preferred_record_syntax=XML))
    assert answer.response_records[0].record.direct_reference == XML
    assert b"http://www.loc.gov/MARC21/slim" in answer.response_records[0].record.octets
    assert catalogue.rendered == ["marcxml"]


def test_element_set_names(target, catalogue):
    """The element set name is the schema; an unknown one is 25."""
    target.handle(search("nguyen", "union", "hue"))
    target.handle(present(1, simple="OAI_DC", preferred_record_syntax=XML))
    assert catalogue.rendered == ["oai_dc"]
    answer = target.handle(present(1, simple="nonsense", preferred_record_syntax=XML))
    assert diagnostic(answer) == (25, "nonsense")
    by_database = (DatabaseElementSet(database_name="Hue", element_set_name="oai_dc"),)
    catalogue.rendered.clear()
    answer = target.handle(present(1, 5, simple=by_database, preferred_record_syntax=XML))
    assert catalogue.rendered == ["marcxml", "oai_dc"]
    documents = [record.record.octets for record in answer.response_records]
    assert [b"oai_dc" in document for document in documents] == [False] * 3 + [True] * 2


def test_comp_spec(target, catalogue):
    """Schema by URI, syntax by preference, a specification for one database."""
    target.handle(search("nguyen", "union", "hue"))
    dc = Specification(schema_uri="http://www.openarchives.org/OAI/2.0/oai_dc/")
    spec = CompSpec(generic=dc, record_syntax=("1.2.3", XML))
    answer = target.handle(present(1, complex=spec))
    assert answer.response_records[0].record.direct_reference == XML
    assert catalogue.rendered == ["oai_dc"]
    specific = DatabaseSpecification(db="HUE", spec=Specification(element_spec="oai_dc"))
    spec = CompSpec(db_specific=(specific,), record_syntax=(XML,))
    catalogue.rendered.clear()
    target.handle(present(3, 2, complex=spec))
    assert catalogue.rendered == ["marcxml", "oai_dc"]


@pytest.mark.parametrize(
    ("spec", "expected"),
    [
        (CompSpec(record_syntax=("1.2.3", "1.2.4")), (239, "1.2.3")),
        (
            CompSpec(generic=Specification(schema_oid="1.2.9"), record_syntax=(XML,)),
            (25, "1.2.9"),
        ),
        (
            CompSpec(generic=Specification(element_spec=External(direct_reference="1.2.8"))),
            (244, "1.2.8"),
        ),
    ],
)
def test_comp_spec_that_cannot_be_served(target, spec, expected):
    """Diagnostic with the offending value."""
    target.handle(search("nguyen"))
    assert diagnostic(target.handle(present(1, complex=spec))) == expected


def test_comp_spec_may_leave_the_syntax_to_us(target):
    """selectAlternativeSyntax."""
    target.handle(search("nguyen"))
    spec = CompSpec(record_syntax=("1.2.3",), select_alternative_syntax=True)
    assert control(target.handle(present(1, complex=spec)).response_records[0]) == "u1"


def test_unsupported_syntax(target):
    """239 with the dotted OID."""
    target.handle(search("nguyen"))
    answer = target.handle(present(1, preferred_record_syntax="1.2.840.10003.5.103"))
    assert diagnostic(answer) == (239, "1.2.840.10003.5.103")


def test_deleted_meanwhile(target, catalogue):
    """Its place stays, with a surrogate diagnostic; so does that of one nobody knows."""
    target.handle(search("nguyen"))
    catalogue.delete(1)
    del catalogue.stored[2]
    answer = target.handle(present(1, 3, preferred_record_syntax=XML))
    assert answer.present_status is PresentStatus.SUCCESS
    first, second, third = answer.response_records
    assert surrogate(first) == surrogate(second) == (1028, "")
    assert isinstance(third.record, External)


def test_a_record_that_cannot_be_written_spoils_no_page(target, catalogue):
    """238 in its place."""
    target.handle(search("nguyen"))
    catalogue.render = lambda records, prefix: [b"<a/>", None, b"<b/>"]
    answer = target.handle(present(1, 3, preferred_record_syntax=XML))
    bodies = [getattr(record.record, "octets", None) for record in answer.response_records]
    assert bodies == [b"<a/>", None, b"<b/>"]
    assert surrogate(answer.response_records[1]) == (238, "marcxml")


def test_a_failing_page_is_a_diagnostic(target, catalogue):
    """A store that fails is system error 1."""
    target.handle(search("nguyen"))

    def broken(_: object) -> None:
        raise OSError("gone")

    catalogue.records = broken
    assert diagnostic(target.handle(present(1)))[0] == 1


# Message sizes (3.3.1): five records of about 9 kB, one of 30 kB, one of 70 kB, small ones


@pytest.fixture
def large() -> FakeCatalogue:
    sizes = [9000] * 5 + [30_000, 70_000] + [10] * 60
    # no field may be longer than 9,999 octets, so that ISO 2709 can carry the record
    return FakeCatalogue(union=[_sized(f"n{number}", size) for number, size in enumerate(sizes, 1)])


def _sized(name: str, size: int) -> bytes:
    record = decode(marc(name, "Sách", "Nguyễn", "x" * min(size, 9000)))
    note = record.fields[-1]
    fields = (*record.fields, *[note] * (size // 9000 - 1))
    from interop.marc.iso2709 import encode as encode_marc

    return encode_marc(type(record)(record.leader, fields))


def _sized_target(catalogue: FakeCatalogue) -> Target:
    target = started(catalogue, preferred_message_size=20_000, exceptional_record_size=50_000)
    target.handle(search("sach"))
    return target


def test_message_is_filled_and_no_more(large):
    """Two of 9 kB fit 20 kB: partial-2, and where to go on."""
    answer = _sized_target(large).handle(present(1, 5))
    assert answer.present_status is PresentStatus.PARTIAL_2
    assert answer.number_of_records_returned == 2
    assert answer.next_result_set_position == 3
    assert len(encode(answer)) <= 20_000


def test_all_small_records_of_several_pages(large):
    """More than one page of the store in a message."""
    answer = _sized_target(large).handle(present(8, 60))
    assert answer.present_status is PresentStatus.SUCCESS
    assert answer.number_of_records_returned == 60
    assert control(answer.response_records[-1]) == "n67"
    assert answer.next_result_set_position == 0
    assert len(encode(answer)) <= 20_000


def test_asking_for_everything_reads_only_what_fits(large):
    """Nothing is done in proportion to the number asked for."""
    target = _sized_target(large)
    large.read.clear()
    target.handle(present(1, 67))
    assert len(large.read) <= 20


def test_exceptional_record_alone(large):
    """One record may be as large as the exceptional record size."""
    target = _sized_target(large)
    assert control(target.handle(present(6)).response_records[0]) == "n6"
    number, addinfo = surrogate(target.handle(present(6, 2)).response_records[0])
    assert number == 16
    assert addinfo.endswith(" octets")
    assert surrogate(target.handle(present(7)).response_records[0])[0] == 17


def test_exceptional_records_do_not_stop_a_page(large):
    """Surrogates stand for them, and the small ones follow."""
    answer = _sized_target(large).handle(present(6, 4))
    assert answer.present_status is PresentStatus.SUCCESS
    assert [surrogate(record)[0] for record in answer.response_records[:2]] == [16, 17]
    assert [control(record) for record in answer.response_records[2:]] == ["n8", "n9"]


def test_piggyback_obeys_the_message_size(large):
    """As Present does."""
    target = started(large, preferred_message_size=20_000)
    answer = target.handle(search("sach", small_set_upper_bound=100))
    assert answer.present_status is PresentStatus.PARTIAL_2
    assert (answer.number_of_records_returned, answer.next_result_set_position) == (2, 3)


# Delete


def test_delete_list(target):
    """A status for each name; that of the operation says whether all are gone."""
    target.handle(search(result_set_name="a"))
    request = DeleteResultSetRequest(
        reference_id=b"d", delete_function=0, result_set_list=("a", "b")
    )
    answer = target.handle(request)
    assert answer.reference_id == b"d"
    # Of the operation: success, or failure 3 to 9 (3.2.4.1.3); which set, its own status says.
    assert answer.delete_operation_status is DeleteSetStatus.NOT_ALL_REQUESTED_DELETED
    assert [(entry.id, entry.status) for entry in answer.delete_list_statuses] == [
        ("a", DeleteSetStatus.SUCCESS),
        ("b", DeleteSetStatus.RESULT_SET_DID_NOT_EXIST),
    ]
    assert diagnostic(target.handle(present(1, name="a"))) == (30, "a")


def test_delete_of_neither_kind(target):
    """A function that is neither list nor all deletes nothing, and does not say that it did."""
    target.handle(search(result_set_name="a"))
    answer = target.handle(DeleteResultSetRequest(reference_id=b"d", delete_function=5))
    assert answer.reference_id == b"d"
    assert answer.delete_operation_status is DeleteSetStatus.SYSTEM_PROBLEM_AT_TARGET
    assert answer.delete_message == "delete function 5"
    listed = DeleteResultSetRequest(delete_function=0, result_set_list=("a",))
    assert target.handle(listed).delete_operation_status is DeleteSetStatus.SUCCESS


def test_delete_all(target):
    """Every set of the association."""
    target.handle(search(result_set_name="a"))
    target.handle(search(result_set_name="b"))
    answer = target.handle(DeleteResultSetRequest(delete_function=1))
    assert answer.delete_operation_status is DeleteSetStatus.SUCCESS
    for name in ("a", "b"):
        assert diagnostic(target.handle(present(1, name=name))) == (30, name)


# What is not offered


def test_services_not_offered_answer_with_their_own_response(target):
    """A failure with a diagnostic; never a dropped connection."""
    service = target.handle(
        ExtendedServicesRequest(reference_id=b"3", function=1, package_type="1.2.840.10003.9.4")
    )
    assert (service.reference_id, service.operation_status) == (b"3", 3)
    assert service.diagnostics[0].condition == 221
    assert service.diagnostics[0].addinfo == "1.2.840.10003.9.4"
    report = target.handle(ResourceReportRequest(reference_id=b"4"))
    assert (report.reference_id, report.resource_report_status) == (b"4", 2)


def test_close(target):
    """With the same reference id; the sets are gone."""
    answer = target.handle(Close(reference_id=b"c", close_reason=CloseReason.FINISHED))
    assert answer == Close(reference_id=b"c", close_reason=CloseReason.FINISHED)


def test_every_service_can_be_refused(target, monkeypatch):
    """Whatever fails, the answer is of the right kind and can be encoded."""
    from interop.z3950 import target as module
    from tests.unit.z3950.samples import APDUS

    def broken(*_: object) -> None:
        raise Diagnostic("temporary_system_error", "thử lại")

    services = {cls: (broken, refuse) for cls, (_, refuse) in module._SERVICES.items()}
    monkeypatch.setattr(module, "_SERVICES", services)
    refused = {type(sample) for sample in APDUS if type(sample) in services}
    assert refused == set(services)
    for sample in APDUS:
        if type(sample) in services:
            answer = target.handle(sample)
            assert answer.reference_id == sample.reference_id
            assert encode(answer)


# what is answered at once


def word(text: str, **more: int) -> Operand:
    types = {"relation": 2, "position": 3, "structure": 4, "truncation": 5, "completeness": 6}
    others = (Attribute(types[name], value) for name, value in more.items())
    return Operand((Attribute(1, 4), *others), text.encode())


@pytest.mark.parametrize(
    ("query", "quick"),
    [
        (word("kieu"), True),
        (word("Kiều"), True),
        (word("kieu", truncation=100, structure=2, relation=3), True),
        (word("kieu du", structure=6), True),  # each word by itself
        (Operation("and", word("kieu"), word("du")), True),
        (Operation("and-not", Operation("or", word("kieu"), word("du")), word("van")), True),
        (Operand((Attribute(1, 7),), b"978-604-1-00000-9"), True),
        (Operand((Attribute(1, 9999),), b"x"), True),  # a diagnostic
        (UnservedQuery("complex_attribute", "2 values"), True),
        (ResultSetOperand("nothing"), True),  # a diagnostic
        (word("truyen kieu"), False),  # a phrase
        (word("truyen-kieu"), False),
        (word("𡨸喃"), False),
        (word("kieu", truncation=1), False),
        (word("kieu", position=1), False),
        (word("kieu", completeness=3), False),
        (word("kieu", relation=103), False),  # all records
        (Operand((Attribute(1, 31), Attribute(2, 4)), b"1990"), False),
        (ResultSetOperand("default"), False),
        (Operation("and", word("kieu"), ResultSetOperand("default")), False),
    ],
)
def test_quick_searches(target, query, quick):
    """A few words and keys looked up; nothing that may go through much of the index."""
    target.handle(search("nguyen"))
    request = search(query)
    assert target.is_quick(request) is quick
    assert target.handle(request).reference_id == b"ref"


def test_a_quick_search_is_small(target):
    """Eight words."""
    query = word("kieu")
    for _ in range(7):
        query = Operation("or", query, word("du"))
    assert target.is_quick(search(query))
    assert not target.is_quick(search(Operation("or", query, word("van"))))


def test_a_search_that_brings_records_is_not_quick(target):
    """Small sets and medium sets."""
    assert not target.is_quick(search("kieu", small_set_upper_bound=1))
    assert not target.is_quick(
        search("kieu", large_set_lower_bound=1 << 30, medium_set_present_number=5)
    )


def test_quick_presents():
    """One page at most of the first positions, as it is stored."""
    records = [marc(f"r{n}", "Sách", "Nguyễn") for n in range(150)]
    target = started(FakeCatalogue(union=records))
    target.handle(search("sach"))
    assert target.is_quick(present(1))
    assert target.is_quick(present(81, 20, preferred_record_syntax=USMARC))
    assert target.is_quick(present(1, name="nothing"))
    assert target.is_quick(present(140, 20))  # out of range: a diagnostic
    assert not target.is_quick(present(1, 21))
    assert not target.is_quick(present(101))
    assert not target.is_quick(present(1, preferred_record_syntax=SUTRS))
    assert target.is_quick(present(1, preferred_record_syntax="1.2.3"))  # a diagnostic
    for schema in ("", "marcxml", "oai_dc", "nothing"):
        assert target.is_quick(present(1, preferred_record_syntax=XML, simple=schema))
    assert not target.is_quick(present(1, preferred_record_syntax=XML, simple="mods"))
    lines = (DatabaseElementSet(database_name="union", element_set_name="F"),)
    assert not target.is_quick(present(1, simple=lines))
    assert not target.is_quick(
        present(1, additional_ranges=(Range(starting_position=2, number_of_records=1),))
    )
    assert not target.is_quick(present(1, complex=CompSpec()))


def test_positions_at_hand_and_beyond():
    """The same records, wherever their row ids come from."""
    records = [marc(f"r{n}", "Sách", "Nguyễn") for n in range(150)]
    target = started(FakeCatalogue(union=records))
    target.handle(search("sach"))
    shown = target.handle(present(95, 15)).response_records
    assert [control(record) for record in shown] == [f"r{n}" for n in range(94, 109)]
    assert [control(r) for r in target.handle(present(100, 1)).response_records] == ["r99"]
    assert [control(r) for r in target.handle(present(101, 1)).response_records] == ["r100"]


def test_every_request_but_operations_is_quick(target):
    """They touch neither index nor store."""
    assert target.is_quick(Close(close_reason=CloseReason.FINISHED))
    assert target.is_quick(InitializeRequest())
