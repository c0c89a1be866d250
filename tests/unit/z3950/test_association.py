"""The order of APDUs and the time limits: all pairs, every cut, no socket and no sleep."""

import itertools

import pytest

from interop.z3950 import apdu, association
from interop.z3950.apdu import Apdu, Close, CloseReason, InitializeRequest, InitializeResponse
from interop.z3950.association import (
    RECEIVE,
    SEND,
    Association,
    Limits,
    LocalError,
    ProtocolError,
    State,
)
from tests.unit.z3950.samples import APDUS

SAMPLES: dict[type[Apdu], Apdu] = {type(sample): sample for sample in reversed(APDUS)}
INIT, ACCEPTED = SAMPLES[InitializeRequest], SAMPLES[InitializeResponse]
CLOSE = SAMPLES[Close]
LISTENING = {State.CONNECTED, State.OPEN, State.CLOSE_SENT}
PAIRS = list(itertools.product(State, apdu.APDUS))


def _in(state: State) -> Association:
    peer = Association(Limits(), 0)
    peer.state = state
    return peer


@pytest.mark.parametrize(("state", "cls"), PAIRS)
def test_receive_all_pairs(state, cls):
    """Listed: the state of the table. Not listed: a protocol error, or not taken at all."""
    peer = _in(state)
    peer.receive_data(apdu.encode(SAMPLES[cls]), 0)
    following = RECEIVE.get((state, cls))
    if state not in LISTENING:
        assert peer.next_event() is None
        assert peer.state is state
    elif following is None:
        with pytest.raises(ProtocolError) as caught:
            peer.next_event()
        assert caught.value.close.close_reason is CloseReason.PROTOCOL_ERROR
        assert cls.NAME in caught.value.close.diagnostic_information
        assert peer.state is State.FAILED
        assert peer.send(caught.value.close, 0) == apdu.encode(caught.value.close)
        assert peer.state is State.CLOSED
    else:
        event = peer.next_event()
        assert peer.state is following
        handed_over = following is not state and following is not State.CLOSED
        assert event == (SAMPLES[cls] if handed_over else None)


@pytest.mark.parametrize(("state", "cls"), PAIRS)
def test_send_all_pairs(state, cls):
    """Listed: octets and the state of the table. Not listed: our own mistake."""
    peer = _in(state)
    following = SEND.get((state, cls))
    if following is None:
        with pytest.raises(LocalError):
            peer.send(SAMPLES[cls], 0)
        assert peer.state is state
    else:
        assert peer.send(SAMPLES[cls], 0) == apdu.encode(SAMPLES[cls])
        assert peer.state is following


def test_every_request_has_its_answer():
    """Each state that a request leads to has a way out besides Close."""
    for (state, cls), following in RECEIVE.items():
        if following in LISTENING or following is State.CLOSED or cls is Close:
            continue
        answers = [
            c for (s, c), _ in SEND.items() if s is following and c not in (Close, apdu.Segment)
        ]
        assert [a.__name__ for a in answers] == [cls.__name__.replace("Request", "Response")], state


def test_busy():
    """Exactly where an answer of ours is due."""
    for state in State:
        assert _in(state).busy == (state not in LISTENING and state is not State.CLOSED)


def test_waiting():
    """What came behind a request: whole requests, octets that are none, but no unfinished one."""
    init = apdu.encode(INIT)
    for behind, waiting in ((b"", False), (init[:-1], False), (init, True), (b"GET /", True)):
        peer = Association(Limits(), 0)
        peer.receive_data(init + behind, 0)
        assert peer.next_event() is not None
        assert peer.waiting is waiting


DIALOGUE = tuple(
    SAMPLES[cls]
    for cls in (
        InitializeRequest,
        apdu.SearchRequest,
        apdu.TriggerResourceControlRequest,
        apdu.PresentRequest,
        InitializeRequest,
        apdu.DeleteResultSetRequest,
        apdu.ScanRequest,
        apdu.SortRequest,
        apdu.ResourceReportRequest,
        apdu.ExtendedServicesRequest,
        Close,
    )
)
STREAM = b"".join(map(apdu.encode, DIALOGUE))


def _answer(request: Apdu) -> Apdu:
    if isinstance(request, Close):
        return CLOSE
    return SAMPLES[getattr(apdu, type(request).__name__.replace("Request", "Response"))]


def _converse(peer: Association, *pieces: bytes) -> list[Apdu]:
    events: list[Apdu] = []
    for piece in pieces:
        peer.receive_data(piece, 0)
        while (event := peer.next_event()) is not None:
            assert peer.next_event() is None  # not before the answer
            events.append(event)
            peer.send(_answer(event), 0)
    return events


def test_a_whole_dialogue_in_one_segment():
    """Requests that come early wait for the answers before them; trigger is not seen."""
    expected = [a for a in DIALOGUE if not isinstance(a, apdu.TriggerResourceControlRequest)]
    peer = Association(Limits(), 0)
    assert _converse(peer, STREAM) == expected
    assert peer.state is State.CLOSED
    peer.receive_data(STREAM, 0)
    assert peer.next_event() is None


def test_a_whole_dialogue_cut_anywhere():
    """In two pieces at every place, and by octets."""
    expected = _converse(Association(Limits(), 0), STREAM)
    for place in range(len(STREAM)):
        peer = Association(Limits(), 0)
        assert _converse(peer, STREAM[:place], STREAM[place:]) == expected
    octets = [bytes((octet,)) for octet in STREAM]
    assert _converse(Association(Limits(), 0), *octets) == expected


def test_octets_that_are_no_apdu():
    """What was complete before them is served; then Close with the place."""
    peer = Association(Limits(), 0)
    peer.receive_data(apdu.encode(INIT) + b"\x00\x00", 0)
    assert peer.next_event() == INIT
    assert peer.next_event() is None
    peer.send(ACCEPTED, 0)
    with pytest.raises(ProtocolError, match="end of contents without its beginning at octet 0"):
        peer.next_event()
    peer.receive_data(b"more", 0)
    assert peer.next_event() is None


def test_a_length_above_the_limit_is_refused_at_once():
    """Not after 2 GB have come, and not after an idle timeout."""
    peer = Association(Limits(max_pdu=1000), 0)
    peer.receive_data(bytes.fromhex("b4847fffffff"), 0)
    with pytest.raises(ProtocolError, match="more than 1000 octets"):
        peer.next_event()


def test_a_malformed_apdu_is_named():
    """Sound BER that is no APDU."""
    peer = _in(State.OPEN)
    peer.receive_data(bytes.fromhex("b600"), 0)
    with pytest.raises(ProtocolError, match="SearchRequest without query"):
        peer.next_event()


def test_a_refused_init_may_be_tried_again():
    """Result FALSE leaves the association where it was."""
    peer = _in(State.INITIALIZING)
    peer.send(
        InitializeResponse(
            protocol_version=apdu.ProtocolVersion(0),
            options=apdu.Options(0),
            preferred_message_size=1,
            exceptional_record_size=1,
            result=False,
        ),
        0,
    )
    assert peer.state is State.CONNECTED
    peer.receive_data(apdu.encode(INIT), 0)
    assert peer.next_event() == INIT


LIMITS = Limits(idle=100, unfinished=10, linger=3)


def _reason(peer: Association, now: float) -> CloseReason | None:
    try:
        peer.check_time(now)
    except ProtocolError as error:
        return error.close.close_reason
    return None


def test_idle():
    """Counted from the last APDU in or out; never while an answer of ours is due."""
    peer = Association(LIMITS, 5)
    assert peer.deadline() == 105
    assert _reason(peer, 104.9) is None
    peer.receive_data(apdu.encode(INIT), 50)
    assert peer.deadline() is None  # waiting to be taken
    peer.next_event()
    assert peer.deadline() is None
    assert _reason(peer, 10_000) is None
    peer.send(ACCEPTED, 60)
    assert peer.deadline() == 160
    assert _reason(peer, 160) is CloseReason.LACK_OF_ACTIVITY
    assert peer.state is State.FAILED


def test_unfinished_apdu():
    """One octet a second does not keep an association alive."""
    peer = Association(LIMITS, 0)
    octets = apdu.encode(INIT)
    for now in range(9):
        peer.receive_data(octets[now : now + 1], now)
        assert peer.deadline() == 10
    assert _reason(peer, 10) is CloseReason.PROTOCOL_ERROR


def test_unfinished_apdu_is_given_time_anew_after_an_answer():
    """While the answer was made we may not have read."""
    peer = _in(State.SEARCHING)
    peer.receive_data(b"\xb4", 0)
    peer.send(SAMPLES[apdu.SearchResponse], 50)
    assert peer.deadline() == Limits().unfinished + 50


def test_linger_after_our_close():
    """The origin's Close is waited for; then it is over without a word."""
    peer = Association(LIMITS, 0)
    peer.send(CLOSE, 20)
    assert peer.deadline() == 23
    assert _reason(peer, 23) is None
    assert peer.state is State.CLOSED
    assert peer.deadline() is None


def test_described_as_markdown():
    """One line for each row of the tables."""
    text = association.describe()
    assert "| CONNECTED | initRequest | INITIALIZING |" in text
    assert text.count("\n") == len(RECEIVE) + len(SEND) + 5
