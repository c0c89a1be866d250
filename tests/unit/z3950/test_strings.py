"""Names, messages and display terms in MARC-8, as an origin sends and reads them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.marc import marc8
from interop.query.rpn import BIB1, Attribute, Operand, RpnQuery
from interop.text.normal import normalise
from interop.z3950 import apdu, ber, negotiation, strings
from interop.z3950.apdu import (
    DeleteResultSetRequest,
    InitializeRequest,
    Options,
    PresentRequest,
    ProtocolVersion,
    ScanRequest,
    SearchRequest,
)
from interop.z3950.association import Limits
from interop.z3950.common import External, OtherInformationUnit
from interop.z3950.database_views import DatabaseView
from interop.z3950.target import OPTIONS, VERSIONS, Target
from tests.unit.z3950.library import node

__all__ = ["node"]

NAME = "tập kết quả đường"  # of a result set
MARC_8 = negotiation.Private(External(octets=b"marc-8"))
TITLE = (Attribute(1, 4),)


def init(
    version: ProtocolVersion = VERSIONS, charset: negotiation.CharacterSet = MARC_8
) -> InitializeRequest:
    proposal = negotiation.OriginProposal(
        proposed_char_sets=(charset,), records_in_selected_char_sets=True
    )
    external = External(
        direct_reference=negotiation.CHARSET_3, single=negotiation.PROPOSAL.encode(1, proposal)
    )
    return InitializeRequest(
        protocol_version=version,
        options=OPTIONS | Options.NEGOTIATION,
        other_info=(OtherInformationUnit(externally_defined_info=external),),
    )


@pytest.fixture
def ask(node):
    """What a target that agreed to MARC-8 answers: the octets of the last APDU."""
    views = {"sách cổ": DatabaseView(of="hue")}
    target = Target(node.catalogue, Limits(), views)
    target.handle(init())

    def asked(request) -> bytes:
        octets = apdu.encode(strings.recoded(request, strings.write))
        return apdu.encode(target.answers(apdu.decode(octets))[-1])

    return asked


def search(name: str = NAME, database: str = "hue", term=b"") -> SearchRequest:
    return SearchRequest(
        result_set_name=name,
        database_names=(database,),
        query=RpnQuery(BIB1, Operand(TITLE, term or marc8.encode("Truyện Kiều"))),
    )


def test_names_of_result_sets(ask):
    """Found again under their name; a name that is not there is told in MARC-8."""
    found = apdu.decode(ask(search()))
    assert found.result_count == 2
    present = PresentRequest(
        result_set_id=NAME, result_set_start_point=1, number_of_records_requested=1
    )
    shown = apdu.decode(ask(present))
    assert shown.number_of_records_returned == 1
    assert shown.response_records[0].record.octets[9:10] == b" "
    unknown = ask(
        PresentRequest(
            result_set_id="vắng ệ", result_set_start_point=1, number_of_records_requested=1
        )
    )
    assert marc8.encode("vắng ệ") in unknown
    assert "vắng ệ".encode() not in unknown
    deleted = ask(DeleteResultSetRequest(delete_function=0, result_set_list=(NAME,)))
    assert marc8.encode(NAME) in deleted
    assert apdu.decode(deleted).delete_operation_status == 0


def test_names_of_databases(ask):
    """A name with marks is found, and comes back with the records and in a diagnostic."""
    answer = ask(search(database="sách cổ"))
    assert apdu.decode(answer).result_count == 2
    present = PresentRequest(
        result_set_id=NAME, result_set_start_point=1, number_of_records_requested=1
    )
    assert marc8.encode("sách cổ") in ask(present)
    refused = ask(search(database="không có"))
    assert apdu.decode(refused).non_surrogate_diagnostic.condition == 235
    assert marc8.encode("không có") in refused


def test_terms_that_are_strings(ask):
    """characterString is in the same set as names, general as terms are."""
    assert apdu.decode(ask(search(term="Truyện Kiều"))).result_count == 2


def test_display_terms(ask):
    """Of a Scan: with their marks, in MARC-8."""
    answer = ask(
        ScanRequest(
            database_names=("hue",),
            attribute_set=BIB1,
            term_list_and_start_point=Operand((*TITLE, Attribute(6, 3)), b"truyen"),
            number_of_terms_requested=2,
            preferred_position_in_response=1,
        )
    )
    assert marc8.encode("Truyện Kiều") in answer
    assert "Truyện Kiều".encode() not in answer
    terms = [entry.display_term for entry in apdu.decode(answer).entries.entries]
    assert strings.read(terms[0]) == "Truyện Kiều"


@pytest.mark.parametrize(
    ("charset", "shown"),
    [(negotiation.Iso10646(encoding_level=negotiation.UTF_8), "Truyện Kiều"), (MARC_8, None)],
)
def test_display_terms_of_version_2(node, charset, shown):
    """In UTF-8, or not at all where MARC-8 is read."""
    target = Target(node.catalogue, Limits())
    target.handle(init(VERSIONS & ~ProtocolVersion.V3, charset))
    scan = ScanRequest(
        database_names=("hue",),
        attribute_set=BIB1,
        term_list_and_start_point=Operand((*TITLE, Attribute(6, 3)), b"truyen"),
        number_of_terms_requested=1,
        preferred_position_in_response=1,
    )
    (entry,) = target.handle(scan).entries.entries
    assert entry.display_term == shown


@pytest.mark.parametrize("syntax", ["101", "105", "102"])
def test_strings_of_records(ask, syntax):
    """Texts for people, elements, holdings: what recordsInSelectedCharSets promises."""
    ask(search())
    answer = ask(
        PresentRequest(
            result_set_id=NAME,
            result_set_start_point=1,
            number_of_records_requested=1,
            preferred_record_syntax=f"1.2.840.10003.5.{syntax}",
        )
    )
    assert marc8.encode("Truyện") in answer
    assert "Truyện".encode() not in answer


def test_version_2_has_no_strings_of_another_set(node):
    """VisibleString: addinfo is ASCII, whatever was agreed to for terms."""
    target = Target(node.catalogue, Limits())
    target.handle(init(VERSIONS & ~ProtocolVersion.V3))
    told = target.handle(search(database="không có")).non_surrogate_diagnostic
    assert told.condition == 235 and told.addinfo == "kh?ng c?"


def test_init_begins_anew(node):
    """Its strings are read before anything is agreed to: a second Init without a proposal."""
    target = Target(node.catalogue, Limits())
    target.handle(init())
    target.handle(InitializeRequest(protocol_version=VERSIONS, options=OPTIONS))
    told = target.handle(search(database="không có")).non_surrogate_diagnostic
    assert told.addinfo == "không có"


TEXTS = st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=20)


@given(TEXTS)
def test_what_is_written_is_read(text):
    """Up to the normal form, and a backslash before what looks like a code."""
    written = ber.parse(ber.text(27, strings.write(text))).text()
    expected = normalise(marc8.decode(marc8.encode(text)).text)
    assert "\\x" in text or normalise(strings.read(written)) == expected


@given(st.text(max_size=20))
def test_any_string_is_read(text):
    """A string of any origin: never an error."""
    assert isinstance(strings.read(text), str)
    ber.text(27, text)


def test_recoded_reaches_every_string_and_nothing_else():
    query = RpnQuery(BIB1, Operand(TITLE, "ấ"))
    request = SearchRequest(database_names=("a", "b"), query=query, reference_id=b"x")
    upper = strings.recoded(request, str.upper)
    assert upper.database_names == ("A", "B") and upper.query.root.term == "Ấ"
    assert upper.result_set_name == "DEFAULT" and upper.reference_id == b"x"
    assert strings.recoded(request, lambda text: text) is request
