"""Slow and cut connections: what an origin sends, in the pieces and with the pauses that the first
bytes say, to a connection of the listener whose reader stalls, hangs up or says nothing more.

However it goes: an end in time, whole APDUs, nothing behind the end, and a bounded buffer.
"""

from fuzz.choices import Choices
from fuzz.target import Target
from interop.z3950.association import Limits
from tests.unit.z3950.captures import NAMES, read
from tests.unit.z3950.fakes import FakeCatalogue, marc
from tests.unit.z3950.wire import Wire

_LIMITS = Limits(max_pdu=4_000, min_message_size=2_000, message_size=2_000, response=8_000,
                 idle=30.0, unfinished=10.0, slow=10.0, total=100.0, result_sets=3)  # fmt: skip
_CATALOGUE = FakeCatalogue(
    union=[marc(f"r{n}", "Truyện Kiều", "Nguyễn", "x" * 500) for n in range(20)]
)
_MOST = 12_000  # octets that may wait for an origin: an answer, and a Close
_STREAMS = [
    b"".join(message.octets for message in read(name) if message.sender == "origin")
    for name in NAMES
]


def _run(data: bytes) -> None:
    choices = Choices(data)
    steps = choices.many(lambda: (choices.byte(), choices.byte()), 24)
    wire = Wire(_CATALOGUE, _LIMITS)
    wire.transport.coming += choices.rest
    for kind, amount in steps:
        if wire.transport.lost:
            break
        _step(wire, kind % 8, amount)
    if not wire.transport.lost:
        wire.transport.deliver(1 << 30)
        wire.loop.run()
    wire.outlast()
    wire.answers()
    if wire.transport.peak > _MOST:
        raise AssertionError(f"{wire.transport.peak} octets waited for a slow reader")


def _step(wire: Wire, kind: int, amount: int) -> None:
    transport = wire.transport
    if kind <= 1:
        transport.deliver(amount if kind else amount * 16)
    elif kind == 2:
        wire.loop.run()
    elif kind == 3:
        wire.wait(amount / 8)
    elif kind == 4:
        transport.stalled = bool(amount & 1)
    elif kind == 5:
        transport.take(amount * 32)
    elif kind == 6 and amount & 1:
        transport.half_close()
    elif kind == 6:
        transport.hang_up()
    else:
        wire.connection.leave(1, "shutdown")  # CloseReason.SHUTDOWN


TARGET = Target(
    _run,
    (),
    lambda: [
        *(b"\0" + stream for stream in _STREAMS),
        *(b"\x08" + b"\1\7\2\0\3\10" * 2 + b"\4\1\5\3" + stream for stream in _STREAMS),
        *(b"\x06" + b"\4\1\0\377\2\0\5\1\2\0\3\120" + stream for stream in _STREAMS),
        *(b"\x02" + b"\0\12\6" + bytes([way]) + stream for stream in _STREAMS for way in (0, 1)),
        *(b"\x03" + b"\0\40\7\0\2\0" + stream for stream in _STREAMS),
    ],
    (b"\1\1", b"\2\0", b"\3\377", b"\4\1", b"\5\377", b"\6\0", b"\6\1", b"\7\0", b"\xb4\x80",
     *(stream[:200] for stream in _STREAMS)),
)  # fmt: skip
