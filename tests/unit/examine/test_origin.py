"""The origin of examinations: every way in which a target may fail is one line, in bounded time."""

import socket

import pytest

from interop.examine.origin import Origin, OriginError, first_diagnostic
from interop.z3950 import apdu, common
from tests.unit.examine.targets import target

INIT = apdu.InitializeResponse(
    protocol_version=apdu.ProtocolVersion.V3,
    options=apdu.Options.SEARCH,
    preferred_message_size=1,
    exceptional_record_size=1,
    result=True,
)


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = free.getsockname()
    with pytest.raises(OriginError, match=f"127.0.0.1:{address[1]}: "):
        Origin(address)


@pytest.mark.parametrize(
    ("reply", "what"),
    [
        (None, "hung up"),
        (b"\x00\x01\x02garbage", "cannot be read"),
        (b"\xb5\x84\x7f\xff\xff\xff", "cannot be read"),  # two gigabytes announced
        (apdu.Close(close_reason=apdu.CloseReason.RESOURCES), "Close, resources"),
        (INIT, "initResponse in answer to searchRequest"),
    ],
)
def test_what_a_target_may_do_instead_of_answering(reply, what):
    def answer(request):
        return INIT if isinstance(request, apdu.InitializeRequest) else reply

    with target(answer) as address, Origin(address) as origin:
        assert origin.initialize("me", "secret").result
        with pytest.raises(OriginError, match=what) as error:
            origin.search("x", "@attr 1=4 kieu")
        assert "\n" not in str(error.value)


def test_a_silent_target_is_waited_for_no_longer_than_the_patience():
    with (
        target(lambda request: b"\xb5") as address,
        Origin(address, patience=0.2) as origin,
        pytest.raises(OriginError, match="no answer"),
    ):
        origin.initialize()


def test_the_first_diagnostic_wherever_it_stands():
    one, two = common.DefaultDiagnostic(condition=1), common.DefaultDiagnostic(condition=2)
    record = common.NamePlusRecord(record=common.External(octets=b""))
    surrogate = common.NamePlusRecord(record=two)
    assert first_diagnostic(None, (record,)) is None
    assert first_diagnostic(None, (record, surrogate)) is two
    assert first_diagnostic(one, (surrogate,)) is one


def test_what_was_asked_are_commands_of_yaz_client():
    with target(lambda request: INIT) as address, Origin(address) as origin:
        origin.initialize()
        with pytest.raises(OriginError):
            origin.present(3, 2, "1.2.840.10003.5.10")
        assert origin.asked == "format 1.2.840.10003.5.10; elements F; show 3+2"
