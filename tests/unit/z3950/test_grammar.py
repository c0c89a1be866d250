"""Requests that a grammar makes, against a real catalogue: each gets an answer of its own kind.

Two grammars: the fields of the APDUs with any values, and BER itself with the tags of the APDUs in
wrong places. What is decided by the first is the services, by the second the codec.
"""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.query.rpn import (
    BIB1,
    Attribute,
    Operand,
    Operation,
    Proximity,
    ResultSetOperand,
    RpnQuery,
)
from interop.z3950 import apdu, ber
from interop.z3950.apdu import Apdu, Close
from interop.z3950.association import Association, Limits, ProtocolError, State
from interop.z3950.common import DatabaseElementSet, Specification
from interop.z3950.sort_keys import MissingValue, SortAttributes, SortKeySpec
from interop.z3950.target import OPTIONS, VERSIONS, Target
from interop.z3950.type1 import CqlQuery
from tests.unit.z3950.library import node
from tests.unit.z3950.samples import APDUS

__all__ = ["node"]

INIT = apdu.InitializeRequest(protocol_version=VERSIONS, options=OPTIONS)
MOST_EVENTS = 40  # that one message of ours can hold


def mostly(usual: Any, other: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    """Three times in four what gets a request further into the services."""
    return st.sampled_from([True, True, True, False]).flatmap(
        lambda good: st.just(usual) if good else other
    )


numbers = st.integers(-2, 12) | st.sampled_from([100, 103, 104, 2**31, -(2**31), 2**70])
names = st.sampled_from(["default", "a", "1"]) | st.text(max_size=5)
sets = mostly("default", names)
databases = mostly(
    ("hue",),
    st.lists(st.sampled_from(["hue", "union", "IR-Explain-1", "Nowhere", ""]), max_size=3).map(
        tuple
    ),
)
oids = st.sampled_from(
    [BIB1, "1.2.840.10003.3.2", "1.2.3"]
    + [f"1.2.840.10003.5.{n}" for n in ("1", "10", "100", "101", "102", "105", "109.10")]
)
words = st.sampled_from(["truyện kiều", "Nguyen", "19?2", "#", "", "1972 2003", "(", "\\"])
terms = words.map(str.encode) | st.binary(max_size=8) | words | numbers
uses = st.sampled_from([4, 4, 7, 31, 1003, 1016, 1, 9999])
attributes = (
    st.builds(Attribute, st.just(1), uses | names)
    | st.builds(Attribute, st.integers(2, 6), numbers, st.none() | oids)
    | st.builds(Attribute, numbers, names)
)
lists = mostly((Attribute(1, 4),), st.lists(attributes, max_size=4).map(tuple))


def _operand(attributes: tuple[Attribute, ...], term: bytes | str | int) -> Operand:
    kinds = {bytes: "general", str: "string", int: "numeric"}
    return Operand(attributes, term, kinds[type(term)])


operands = st.builds(_operand, lists, terms)
proximities = st.builds(Proximity, st.booleans(), numbers, st.booleans(), numbers, numbers)
trees = st.recursive(
    operands | st.builds(ResultSetOperand, names),
    lambda parts: st.builds(
        lambda operator, left, right, near: Operation(
            operator, left, right, near if operator == "prox" else None
        ),
        st.sampled_from(["and", "or", "and-not", "prox"]),
        parts,
        parts,
        proximities,
    ),
    max_leaves=5,
)
queries = st.builds(RpnQuery, mostly(BIB1, oids), trees) | st.builds(
    CqlQuery, st.sampled_from(["title=kiều", "cql.allRecords=1 sortby title", "a or", '"']) | names
)
specifications = st.builds(
    Specification,
    schema_uri=st.none() | names,
    schema_oid=st.none() | oids,
    element_spec=st.none() | names,
)
elements = (
    st.none()
    | st.sampled_from(["F", "B", "mods", "marcxml"])
    | names
    | st.lists(
        st.builds(DatabaseElementSet, database_name=names, element_set_name=names), max_size=2
    ).map(tuple)
)
sort_keys = st.builds(
    SortKeySpec,
    st.sampled_from(["title", "date"])
    | names
    | specifications
    | st.builds(SortAttributes, id=oids, list=lists),
    mostly(0, numbers),
    mostly(1, numbers),
    st.none() | st.sampled_from(MissingValue) | st.binary(max_size=3),
)

requests = st.one_of(
    st.builds(
        apdu.SearchRequest,
        small_set_upper_bound=numbers,
        large_set_lower_bound=numbers,
        medium_set_present_number=numbers,
        replace_indicator=mostly(True, st.just(False)),
        result_set_name=sets,
        database_names=databases,
        small_set_element_set_names=elements,
        medium_set_element_set_names=elements,
        preferred_record_syntax=mostly(None, oids),
        query=queries,
    ),
    st.builds(
        apdu.PresentRequest,
        result_set_id=sets,
        result_set_start_point=mostly(1, numbers),
        number_of_records_requested=mostly(2, numbers),
        additional_ranges=st.lists(
            st.builds(apdu.Range, starting_position=numbers, number_of_records=numbers),
            max_size=2,
        ).map(tuple),
        simple=elements,
        preferred_record_syntax=mostly(None, oids),
        max_segment_count=st.none() | numbers,
        max_segment_size=st.none() | numbers,
    ),
    st.builds(
        apdu.ScanRequest,
        database_names=databases,
        attribute_set=st.none() | oids,
        term_list_and_start_point=operands,
        step_size=mostly(0, st.none() | numbers),
        number_of_terms_requested=mostly(5, numbers),
        preferred_position_in_response=mostly(3, st.none() | numbers),
    ),
    st.builds(
        apdu.SortRequest,
        input_result_set_names=mostly(("default",), st.lists(names, max_size=3).map(tuple)),
        sorted_result_set_name=sets,
        sort_sequence=st.lists(sort_keys, min_size=1, max_size=3).map(tuple),
    ),
    st.builds(
        apdu.DeleteResultSetRequest,
        delete_function=st.sampled_from([0, 1]),
        result_set_list=st.lists(names, max_size=3).map(tuple),
    ),
)


@given(st.lists(requests, min_size=1, max_size=4))
def test_every_request_is_answered_in_its_own_kind(node, asked):
    """Over the octets, as an origin would send them; nothing is an unforeseen error of ours."""
    target = Target(node.catalogue, Limits())
    target.handle(INIT)
    query = RpnQuery(BIB1, Operand((Attribute(1, 1003),), b"nguyen"))
    target.handle(apdu.SearchRequest(query=query, database_names=("hue",)))
    for request in asked:
        received = apdu.decode(apdu.encode(request))
        target.is_quick(received)
        answers = target.answers(received)
        kind = type(request).__name__.replace("Request", "Response")
        assert type(answers[-1]).__name__ == kind
        for answer in answers:
            assert apdu.decode(apdu.encode(answer)) == answer
            assert "incident" not in apdu.describe(answer), request


# BER

# Those of the requests, of their elements, and universal ones.
TAGS = [*range(20, 50), *range(12), 100, 101, 102, 104, 105, 103, 201, 203, 209, 212, 214]
UNIVERSAL = [ber.INTEGER, ber.OBJECT_IDENTIFIER, ber.SEQUENCE, ber.EXTERNAL, ber.GENERAL_STRING]
values = st.recursive(
    st.builds(ber.primitive, st.sampled_from(TAGS + UNIVERSAL), st.binary(max_size=6)),
    lambda parts: st.builds(
        lambda tag, inner: ber.constructed(tag, *inner),
        st.sampled_from(TAGS + UNIVERSAL),
        st.lists(parts, max_size=5),
    ),
    max_leaves=12,
)
grown = st.builds(
    lambda tag, inner: ber.constructed(tag, *inner),
    st.integers(20, 50),
    st.lists(values, max_size=8),
)


@st.composite
def spoilt(draw: st.DrawFn) -> bytes:
    """A good APDU with a few octets cut out, put in or changed."""
    octets = bytearray(apdu.encode(draw(st.sampled_from(APDUS))))
    for _ in range(draw(st.integers(1, 3))):
        place = draw(st.integers(0, len(octets)))
        end = place + draw(st.integers(0, 4))
        octets[place:end] = draw(st.binary(max_size=4))
    return bytes(octets)


@given(st.lists(grown | spoilt() | st.binary(max_size=40), min_size=1, max_size=3), st.booleans())
def test_any_octets_are_answered_or_end_the_association(node, pieces, by_octet):
    """With one ``ProtocolError``, whose Close can be sent; never with another exception."""
    limits = Limits()
    peer, target = Association(limits, 0), Target(node.catalogue, limits)
    stream = b"".join((apdu.encode(INIT), *pieces))
    events = 0
    for piece in [stream[i : i + 1] for i in range(len(stream))] if by_octet else [stream]:
        peer.receive_data(piece, 0)
        try:
            while (request := peer.next_event()) is not None:
                events += 1
                for answer in target.answers(request):
                    peer.send(answer, 0)
        except ProtocolError as error:
            assert error.close.diagnostic_information
            assert isinstance(apdu.decode(peer.send(error.close, 0)), Close)
            assert peer.state is not State.OPEN
            break
    assert 1 <= events <= MOST_EVENTS


@pytest.mark.parametrize("sample", APDUS, ids=lambda sample: sample.NAME)
def test_an_apdu_comes_whole_by_octet_and_with_a_tail(sample: Apdu):
    """As the association takes it: the same events however the octets are cut."""
    octets = apdu.encode(sample)

    def outcome(pieces: list[bytes]) -> tuple[Apdu | str | None, bool]:
        peer = Association(Limits(), 0)
        peer.receive_data(apdu.encode(INIT), 0)
        assert peer.next_event() is not None
        peer.send(
            apdu.InitializeResponse(
                protocol_version=VERSIONS,
                options=OPTIONS,
                preferred_message_size=1,
                exceptional_record_size=1,
                result=True,
            ),
            0,
        )
        for piece in pieces:
            peer.receive_data(piece, 0)
        try:
            return peer.next_event(), peer.waiting
        except ProtocolError as error:
            return str(error), False

    whole = outcome([octets])
    assert outcome([octets[i : i + 1] for i in range(len(octets))]) == whole
    assert outcome([octets + octets[:-1]])[0] == whole[0]
