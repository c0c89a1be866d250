"""What yaz-client and ZOOM really send: decoded as the captures say, and answered as before."""

import pytest

from interop.z3950 import apdu
from interop.z3950.association import Association, Limits
from interop.z3950.target import Target
from tests.unit.z3950.captures import EVERY_MESSAGE, NAMES, read
from tests.unit.z3950.fakes import FakeCatalogue


@pytest.mark.parametrize("message", EVERY_MESSAGE, ids=lambda message: message.words[:30])
def test_decoded_as_written_above_it(message):
    """And the same APDU when it is encoded anew."""
    decoded = apdu.decode(message.octets)
    assert apdu.describe(decoded) == message.words
    assert apdu.decode(apdu.encode(decoded)) == decoded


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("size", [1, 7, 1 << 20])
def test_replayed(name, size):
    """The origin's octets, in pieces of ``size``, get the answers that are recorded."""
    messages = read(name)
    sent = b"".join(m.octets for m in messages if m.sender == "origin")
    association, target = Association(Limits(), 0), Target(FakeCatalogue(), Limits())
    answers = []
    for start in range(0, len(sent), size):
        association.receive_data(sent[start : start + size], 0)
        while (request := association.next_event()) is not None:
            answers.append(association.send(target.handle(request), 0))
    assert [apdu.describe(apdu.decode(answer)) for answer in answers] == [
        m.words for m in messages if m.sender == "target"
    ]


def test_there_are_captures():
    """Of both clients."""
    assert NAMES == ["yaz-client", "zoomsh"]
    assert len(EVERY_MESSAGE) > 25
