"""Slow and cut connections, one octet at a time and cut at every octet, in memory."""

import pytest

from interop.z3950 import apdu
from interop.z3950.apdu import Close, CloseReason, PresentRequest, PresentResponse
from interop.z3950.association import Limits
from tests.unit.z3950.captures import NAMES, read
from tests.unit.z3950.fakes import FakeCatalogue, marc
from tests.unit.z3950.wire import Wire

CATALOGUE = FakeCatalogue()


def dialogue(name: str) -> bytes:
    return b"".join(message.octets for message in read(name) if message.sender == "origin")


def outcome(wire: Wire) -> list[apdu.Apdu]:
    wire.outlast()
    return wire.answers()


def answers_of(found: list[apdu.Apdu]) -> list[apdu.Apdu]:
    """Without a Close that only time has brought about."""
    ends = (CloseReason.LACK_OF_ACTIVITY, CloseReason.PROTOCOL_ERROR)
    if found and isinstance(found[-1], Close) and found[-1].close_reason in ends:
        return found[:-1]
    return found


@pytest.mark.parametrize("name", NAMES)
def test_one_octet_at_a_time_is_answered_as_all_at_once(name):
    """What clients send, whole, by the octet, and by three."""
    octets = dialogue(name)
    whole = Wire(CATALOGUE)
    whole.send(octets)
    expected = outcome(whole)
    assert len(expected) > 3
    for at_once in (1, 3):
        wire = Wire(CATALOGUE)
        wire.send(octets, at_once)
        assert outcome(wire) == expected


@pytest.mark.parametrize("name", NAMES)
def test_a_dialogue_cut_at_every_octet(name):
    """Hung up there, or only silent: the answers so far, an end, and nothing left behind."""
    octets = dialogue(name)
    whole = Wire(CATALOGUE)
    whole.send(octets)
    expected = answers_of(outcome(whole))
    for cut in range(len(octets)):
        for silent in (False, True):
            wire = Wire(CATALOGUE)
            wire.send(octets[:cut])
            if not silent:
                wire.transport.hang_up()
            found = outcome(wire)
            answers = answers_of(found)
            assert silent or found == answers
            assert answers == expected[: len(answers)]


@pytest.mark.parametrize("name", NAMES)
def test_half_closed_at_every_octet(name):
    """What was asked whole is answered whole, then the connection ends."""
    octets = dialogue(name)
    whole = Wire(CATALOGUE)
    whole.send(octets)
    expected = outcome(whole)
    for cut in range(0, len(octets), 3):
        wire = Wire(CATALOGUE)
        wire.send(octets[:cut])
        wire.transport.half_close()
        wire.loop.run()
        assert wire.transport.lost
        assert wire.answers() == expected[: len(wire.answers())]


def filled() -> Wire:
    """A result set of forty records of 2 kB, small messages, an origin that stops reading."""
    limits = Limits(min_message_size=8_000, message_size=8_000, slow=30.0)
    records = [marc(f"r{n}", "Sách", "Nguyễn", "x" * 1800) for n in range(40)]
    wire = Wire(FakeCatalogue(union=records), limits)
    wire.send(dialogue("zoomsh")[: len(read("zoomsh")[0].octets)])
    query = next(m.octets for m in read("yaz-client") if m.words.startswith("searchRequest"))
    request = apdu.decode(query)
    term = type(request.query.root)(request.query.root.attributes, b"nguyen")
    search = type(request)(
        database_names=("union",), query=type(request.query)(request.query.attribute_set, term)
    )
    wire.send(apdu.encode(search))
    wire.transport.stalled = True
    return wire


PRESENT = apdu.encode(
    PresentRequest(
        result_set_id="default", result_set_start_point=1, number_of_records_requested=40
    )
)


def test_a_slow_reader_is_not_answered_ahead():
    """Whatever it asks meanwhile: one answer waits, the requests are not even read."""
    wire = filled()
    before = len(wire.answers())
    wire.send(PRESENT * 500)
    assert wire.transport.peak < 20_000
    assert len(wire.transport.coming) > 100 * len(PRESENT) or not wire.connection._association.busy
    for _ in range(5):
        wire.transport.take(1 << 20)
        wire.loop.run()
        assert len(wire.transport.buffer) < 20_000
    found = wire.answers()[before:]
    assert 1 < len(found) < 20 and all(isinstance(each, PresentResponse) for each in found)


def test_a_slow_reader_is_dropped_in_time():
    """After ``slow`` seconds in which its buffer was never empty."""
    wire = filled()
    wire.send(PRESENT)
    assert wire.transport.buffer
    wire.wait(29.0)
    wire.transport.take(10)
    assert not wire.transport.lost
    wire.wait(2.0)
    assert wire.transport.lost and wire.transport.aborted
    assert not wire.room.active


def test_a_thread_that_answers_too_late_disturbs_nobody():
    """The origin hung up while its search ran."""
    wire = filled()
    wire.transport.stalled = False
    wire.transport.coming += PRESENT
    wire.transport.deliver(1 << 20)
    wire.transport.hang_up()
    wire.loop.run()
    assert not wire.room.active and not wire.room.addresses
