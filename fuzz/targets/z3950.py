"""Any bytes on the Z39.50 port: read as BER and APDUs, served by an association that was opened and
by one that was not; the only failure is a protocol error whose Close can be sent.
"""

from fuzz.target import Target
from interop.z3950 import apdu, ber
from interop.z3950.apdu import InitializeRequest
from interop.z3950.association import Association, Limits, ProtocolError
from interop.z3950.target import Target as Served
from tests.unit.z3950.captures import EVERY_MESSAGE
from tests.unit.z3950.fakes import FakeCatalogue
from tests.unit.z3950.samples import APDUS

_INIT = apdu.encode(InitializeRequest())
_LIMITS = Limits()
_CATALOGUE = FakeCatalogue()


def _run(data: bytes) -> None:
    for pieces in ([data], [_INIT, data[: len(data) // 2], data[len(data) // 2 :]]):
        _serve(pieces)
    apdu.describe(apdu.decode(data))


def _serve(pieces: list[bytes]) -> None:
    association, served = Association(_LIMITS, 0), Served(_CATALOGUE, _LIMITS)
    for piece in pieces:
        association.receive_data(piece, 0)
        try:
            while (request := association.next_event()) is not None:
                for answer in served.answers(request):
                    if "incident" in apdu.describe(answer):
                        raise AssertionError(f"not foreseen: {request.NAME}")
                    association.send(answer, 0)
        except ProtocolError as error:
            association.send(error.close, 0)
            return


TARGET = Target(
    _run,
    (ber.BerError,),
    lambda: [
        *(apdu.encode(sample) for sample in APDUS),
        *(message.octets for message in EVERY_MESSAGE),
    ],
    (b"\x80", b"\x84\xff\xff\xff\xff", b"\0\0", b"\xbf\x7f", b"\x9f\x1f", b"\xa1\x80", b"\x81\x01",
     b"\x30\x80", b"\xff", b"\x02\x09\x7f" + b"\xff" * 8,
     b"\x06\x07*\x86H\xce\x13"),
)  # fmt: skip
