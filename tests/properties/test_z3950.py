"""Any octets give APDUs or the documented error; any APDU comes back as it went."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.query import rpn
from interop.z3950 import apdu, ber
from interop.z3950.apdu import Close, CloseReason, InitializeRequest, PresentRequest, SearchRequest
from interop.z3950.association import Association, Limits, ProtocolError, State
from interop.z3950.common import Specification
from interop.z3950.sort_keys import MissingValue, SortAttributes, SortKeySpec
from interop.z3950.target import Target
from tests.unit.z3950.captures import EVERY_MESSAGE
from tests.unit.z3950.fakes import FakeCatalogue
from tests.unit.z3950.samples import APDUS

LIMITS = Limits()
CATALOGUE = FakeCatalogue()
INIT = apdu.encode(InitializeRequest())
REQUESTS = [apdu.encode(sample) for sample in APDUS]
SENT = REQUESTS + [message.octets for message in EVERY_MESSAGE]


def _serve(pieces: list[bytes]) -> Association:
    """Serve what comes; the only exception is ProtocolError, and its Close can be sent."""
    association, target = Association(LIMITS, 0), Target(CATALOGUE, LIMITS)
    for piece in pieces:
        association.receive_data(piece, 0)
        try:
            while (request := association.next_event()) is not None:
                for answer in target.answers(request):
                    assert apdu.decode(association.send(answer, 0)) == answer
        except ProtocolError as error:
            assert error.close.close_reason is CloseReason.PROTOCOL_ERROR
            association.send(error.close, 0)
            assert association.state is State.CLOSED
            break
    return association


@given(st.lists(st.binary(max_size=200), max_size=5))
def test_any_octets(pieces):
    """Before Init."""
    _serve(pieces)


@given(st.lists(st.sampled_from(REQUESTS) | st.binary(max_size=40), max_size=8))
def test_any_octets_and_any_apdus_in_any_order(pieces):
    """After Init."""
    _serve([INIT, *pieces])


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    """A real PDU with a few octets changed, inserted or taken out."""
    octets = bytearray(draw(st.sampled_from(SENT)))
    for _ in range(draw(st.integers(1, 4))):
        place = draw(st.integers(0, max(len(octets) - 1, 0)))
        replacement = draw(st.binary(max_size=3))
        octets[place : place + draw(st.integers(0, 2))] = replacement
    return bytes(octets)


@given(mutated())
def test_mutated_captures(octets):
    """Decoded, or refused with BerError; served, or closed."""
    try:
        decoded = apdu.decode(octets)
    except ber.BerError:
        pass
    else:
        assert decoded.NAME in apdu.describe(decoded)
    _serve([INIT, octets, INIT])


@pytest.mark.corpus
@given(st.integers(0, 5), st.data())
def test_mutated_real_pdus(corpus, which, data):
    """The PDUs of other people's programs."""
    path = sorted((corpus / "z3950").glob("*.ber"))[which]
    octets = bytearray(path.read_bytes())
    for _ in range(data.draw(st.integers(1, 4))):
        octets[data.draw(st.integers(0, len(octets) - 1))] = data.draw(st.integers(0, 255))
    _serve([INIT, bytes(octets)])


@given(st.binary(max_size=60), st.lists(st.integers(1, 20), max_size=10))
def test_scanner_is_indifferent_to_cuts(octets, sizes):
    """The same frames and the same error, whole and in pieces."""

    def scan(pieces: list[bytes]) -> tuple[list[bytes], str]:
        scanner, frames = ber.FrameScanner(1000), []
        try:
            for piece in pieces:
                scanner.feed(piece)
                while (frame := scanner.next_frame()) is not None:
                    frames.append(frame)
        except ber.BerError as error:
            return frames, str(error)
        return frames, ""

    pieces, rest = [], octets
    for size in sizes:
        pieces.append(rest[:size])
        rest = rest[size:]
    assert scan([octets]) == scan([*pieces, rest])


# Random APDUs

texts = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
oids = st.builds(
    lambda root, arcs: ".".join(map(str, (*root, *arcs))),
    st.tuples(st.integers(0, 1), st.integers(0, 39)) | st.tuples(st.just(2), st.integers(0, 999)),
    st.lists(st.integers(0, 2**40), max_size=6),
)
integers = st.integers(-(2**63), 2**63 - 1)
attributes = st.builds(rpn.Attribute, integers, integers | texts, st.none() | oids)
operands = st.one_of(
    st.builds(rpn.Operand, st.lists(attributes, max_size=3).map(tuple), st.binary(max_size=40)),
    st.builds(rpn.Operand, st.lists(attributes, max_size=3).map(tuple), texts, st.just("string")),
    st.builds(rpn.Operand, st.just(()), integers, st.just("numeric")),
    st.builds(rpn.Operand, st.just(()), oids, st.just("oid")),
    st.builds(rpn.Operand, st.just(()), st.just(b""), st.just("null")),
    st.builds(rpn.ResultSetOperand, texts),
)
proximities = st.builds(
    rpn.Proximity,
    st.booleans(),
    integers,
    st.booleans(),
    integers,
    integers,
    st.booleans(),
)
trees = st.recursive(
    operands,
    lambda inner: st.one_of(
        st.builds(rpn.Operation, st.sampled_from(["and", "or", "and-not"]), inner, inner),
        st.builds(rpn.Operation, st.just("prox"), inner, inner, proximities),
    ),
    max_leaves=20,
)
queries = st.builds(rpn.RpnQuery, oids, trees)
searches = st.builds(
    SearchRequest,
    reference_id=st.none() | st.binary(max_size=10),
    small_set_upper_bound=integers,
    replace_indicator=st.booleans(),
    result_set_name=texts,
    database_names=st.lists(texts, max_size=5).map(tuple),
    small_set_element_set_names=st.none() | texts,
    preferred_record_syntax=st.none() | oids,
    query=queries,
)
presents = st.builds(
    PresentRequest,
    reference_id=st.none() | st.binary(max_size=10),
    result_set_id=texts,
    result_set_start_point=integers,
    number_of_records_requested=integers,
)
closes = st.builds(
    Close, close_reason=st.sampled_from(CloseReason), diagnostic_information=st.none() | texts
)


@given(searches | presents | closes)
def test_random_apdus_round_trip(request_):
    """Encoded, cut out of a stream, decoded."""
    octets = apdu.encode(request_)
    scanner = ber.FrameScanner()
    scanner.feed(octets + b"\xb4")
    assert scanner.next_frame() == octets
    assert apdu.decode(octets) == request_


scans = st.builds(
    apdu.ScanRequest,
    reference_id=st.none() | st.binary(max_size=10),
    database_names=st.lists(st.sampled_from(["union", "hue", "x"]), max_size=2).map(tuple),
    attribute_set=st.none() | oids,
    term_list_and_start_point=st.builds(
        rpn.Operand, st.lists(attributes, max_size=3).map(tuple), st.binary(max_size=40)
    ),
    step_size=st.none() | integers,
    number_of_terms_requested=integers,
    preferred_position_in_response=st.none() | integers,
)
sort_keys = st.builds(
    SortKeySpec,
    st.one_of(
        texts,
        st.builds(SortAttributes, id=oids, list=st.lists(attributes, max_size=3).map(tuple)),
        st.builds(Specification, schema_oid=st.none() | oids, element_spec=st.none() | texts),
    ),
    integers,
    integers,
    st.none() | st.sampled_from(MissingValue) | st.binary(max_size=10),
)
sorts = st.builds(
    apdu.SortRequest,
    reference_id=st.none() | st.binary(max_size=10),
    input_result_set_names=st.lists(texts, max_size=3).map(tuple),
    sorted_result_set_name=texts,
    sort_sequence=st.lists(sort_keys, max_size=4).map(tuple),
)


@given(scans | sorts)
def test_random_scans_and_sorts(request_):
    """Both ways through the codec, and one answer of the right kind; never an incident."""
    octets = apdu.encode(request_)
    assert apdu.decode(octets) == request_
    answer = Target(CATALOGUE, LIMITS).handle(request_)
    assert answer.reference_id == request_.reference_id
    told = (
        answer.entries.nonsurrogate_diagnostics
        if isinstance(answer, apdu.ScanResponse)
        else answer.diagnostics
    )
    assert [diagnostic for diagnostic in told if diagnostic.condition == 1] == []


@given(searches)
def test_random_searches_get_an_answer(request_):
    """Records, or one diagnostic with a Bib-1 number; never an exception or an incident."""
    answer = Target(CATALOGUE, LIMITS).handle(request_)
    assert answer.reference_id == request_.reference_id
    told = answer.non_surrogate_diagnostic
    assert (told is None) == answer.search_status
    assert told is None or told.condition != 1


@given(integers)
def test_integers_round_trip_in_the_shortest_form(number):
    """Two's complement without a superfluous octet (X.690 8.3.2)."""
    octets = ber.integer(ber.INTEGER, number)
    assert ber.parse(octets).integer() == number
    first_nine_bits = int.from_bytes(octets[2:4], "big") >> 7
    assert len(octets) == 3 or first_nine_bits not in (0, 0x1FF)
