"""X.690: what is read, what is refused, and what is written."""

import pytest

from interop.z3950 import ber
from interop.z3950.ber import BerError, FrameScanner, parse

# (octets, how they are read, value); the shortest form of each is also what we write.
READ = [
    ("0101ff", "boolean", True),
    ("010101", "boolean", True),  # any octet but zero
    ("010100", "boolean", False),
    ("020100", "integer", 0),
    ("02017f", "integer", 127),
    ("02020080", "integer", 128),
    ("0201ff", "integer", -1),
    ("020180", "integer", -128),
    ("0202ff7f", "integer", -129),
    ("02047fffffff", "integer", 2**31 - 1),
    ("020400000001", "integer", 1),  # longer than it need be
    ("0402 6869", "octets", b"hi"),
    ("0400", "octets", b""),
    ("04820002 6869", "octets", b"hi"),  # length with a leading zero octet
    ("24 80 0401 68 0401 69 0000", "octets", b"hi"),  # segments, indefinite
    ("24 06 0401 68 0401 69", "octets", b"hi"),
    ("24 0a 2480 0401 68 0000 0401 69", "octets", b"hi"),  # segments in segments
    ("1b03 c491 78", "text", "đx"),
    ("1b01 ff", "text", "\\xff"),
    ("0607 2a8648ce130301", "oid", "1.2.840.10003.3.1"),
    ("0605 28d3160100", "oid", "1.0.10646.1.0"),
    ("0603 883703", "oid", "2.999.3"),
    ("030205e0", "bits", 0b111),
    ("0303 04 40 10", "bits", 1 << 1 | 1 << 11),
    ("030100", "bits", 0),
    ("0302 04 ff", "bits", 0b1111),  # unused bits do not count
]


@pytest.mark.parametrize(("octets", "reader", "value"), READ)
def test_reads(octets, reader, value):
    """Every form that X.690 allows gives the same value."""
    assert getattr(parse(bytes.fromhex(octets)), reader)() == value


WRITTEN = [
    (ber.boolean(ber.BOOLEAN, True), "0101ff"),
    (ber.integer(ber.INTEGER, 0), "020100"),
    (ber.integer(ber.INTEGER, 127), "02017f"),
    (ber.integer(ber.INTEGER, 128), "02020080"),
    (ber.integer(ber.INTEGER, -128), "020180"),
    (ber.integer(ber.INTEGER, -129), "0202ff7f"),
    (ber.bits(ber.BIT_STRING, 0b111), "030200e0"),
    (ber.bits(ber.BIT_STRING, 0), "030100"),
    (ber.oid(ber.OBJECT_IDENTIFIER, "1.2.840.10003.3.1"), "06072a8648ce130301"),
    (ber.oid(ber.OBJECT_IDENTIFIER, "2.999.3"), "0603883703"),
    (ber.text(31, "1"), "9f1f0131"),
    (ber.text(201, "x"), "9f81490178"),
    (ber.constructed(20, ber.null(0)), "b4028000"),
    (ber.primitive(ber.APPLICATION | 3, b""), "4300"),
    (ber.primitive(ber.PRIVATE | 3, b"\0" * 128)[:3], "c38180"),
    (ber.primitive(0, b"\0" * 300)[:4], "8082012c"),
]


@pytest.mark.parametrize(("octets", "expected"), WRITTEN)
def test_writes_definite_and_minimal(octets, expected):
    """What we send is the shortest form."""
    assert octets.hex() == expected


REFUSED = [
    ("", "cut off"),
    ("30", "cut off"),
    ("3005 0101", "cut off"),
    ("0101ff 00", "followed by"),
    ("0480 0000", "indefinite length of a primitive"),
    ("04ff", "reserved length"),
    ("bf ffffffffff 00", "tag number"),
    ("3080 0101ff", "no end of contents"),
]


@pytest.mark.parametrize(("octets", "message"), REFUSED)
def test_refuses_what_is_no_value(octets, message):
    """Each with a reason and an offset."""
    with pytest.raises(BerError, match=message):
        parse(bytes.fromhex(octets))


@pytest.mark.parametrize(
    ("octets", "reader"),
    [
        ("0102ffff", "boolean"),
        ("0200", "integer"),
        ("020a" + "01" * 10, "integer"),
        ("0300", "bits"),
        ("0600", "oid"),
        ("0602 2a86", "oid"),
        ("0400", "children"),
        ("3002 0405", "children"),
        ("3000", "only"),
    ],
)
def test_refuses_what_is_not_of_the_type(octets, reader):
    """A value of another type is the same error."""
    with pytest.raises(BerError):
        getattr(parse(bytes.fromhex(octets)), reader)()


def test_string_segments_have_a_depth_limit():
    """Constructed strings may nest, but not without end."""
    value = ber.primitive(ber.OCTET_STRING, b"x")
    for _ in range(ber.MAX_DEPTH + 2):
        value = ber.constructed(ber.OCTET_STRING, value)
    with pytest.raises(BerError, match="nested"):
        parse(value).octets()


def test_whole_keeps_an_indefinite_value_together():
    """An open type can be taken out as a document of its own."""
    inner = bytes.fromhex("3080 0101ff 0000")
    outer = parse(b"\xa0\x80" + inner + b"\0\0")
    assert outer.only().whole() == inner
    assert parse(outer.only().whole()).children()[0].boolean()


def test_deep_indefinite_lengths_are_read_in_linear_time():
    """The end of each is looked for once: 5,000 levels, each walked into, take no time."""
    depth = 5000
    element = parse(b"\x30\x80" * depth + b"\0\0" * depth)
    for _ in range(depth - 1):
        element = element.only()
    assert element.children() == []


def test_values_are_counted():
    """However few octets each has: the work that one PDU can ask for is bounded."""
    many = ber.constructed(ber.SEQUENCE, *[b"\5\0"] * (ber.MAX_VALUES + 1))
    with pytest.raises(BerError, match="too many values"):
        parse(many).children()
    with pytest.raises(BerError, match="too many values"):
        parse(b"\x30\x80" + b"\5\0" * (ber.MAX_VALUES + 1) + b"\0\0")
    with pytest.raises(BerError, match="too many values"):
        feed(FrameScanner(), b"\x30\x80" + b"\5\0" * (ber.MAX_VALUES + 1))


def feed(scanner: FrameScanner, octets: bytes) -> list[bytes]:
    """The PDUs that ``octets`` complete."""
    scanner.feed(octets)
    return list(iter(scanner.next_frame, None))


STREAM = [
    bytes.fromhex("b403 8301 00"),
    bytes.fromhex("b480 8301 00 a080 0000 0000"),
    bytes.fromhex("bf8149 02 0500"),
    bytes.fromhex("b4 81 00"),
]


def test_scanner_cuts_at_every_place():
    """The same PDUs come out wherever the stream is cut in two."""
    stream = b"".join(STREAM)
    for place in range(len(stream) + 1):
        scanner = FrameScanner()
        assert feed(scanner, stream[:place]) + feed(scanner, stream[place:]) == STREAM
        assert scanner.pending == 0


def test_scanner_takes_one_octet_at_a_time():
    """And in the smallest pieces."""
    scanner = FrameScanner()
    frames = [frame for octet in b"".join(STREAM) for frame in feed(scanner, bytes((octet,)))]
    assert frames == STREAM


def test_scanner_keeps_the_beginning_of_the_next():
    """``pending`` is what has come of an incomplete PDU."""
    scanner = FrameScanner()
    assert feed(scanner, STREAM[0] + STREAM[1][:3]) == STREAM[:1]
    assert scanner.pending == 3


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        ("b4 84 7fffffff", "more than 1000"),
        ("b4 82 03e8", "more than 1000"),
        ("b4 fe" + "ff" * 126, "more than 1000"),
        ("b4 80 84 82 03e8", "more than 1000"),
        ("0000", "end of contents"),
        ("8480", "primitive"),
        (b"GET / HTTP/1.1".hex(), "not the beginning"),
        ("160301", "not the beginning"),  # TLS
    ],
)
def test_scanner_refuses_at_once(octets, message):
    """A length above the limit is refused before its content comes."""
    with pytest.raises(BerError, match=message):
        feed(FrameScanner(1000), bytes.fromhex(octets))


def test_scanner_refuses_an_endless_indefinite_pdu():
    """An indefinite length has no length octets; what has come is counted instead."""
    scanner = FrameScanner(1000)
    with pytest.raises(BerError, match="more than 1000"):
        for _ in range(2000):
            feed(scanner, b"\xb4\x80" if not scanner.pending else b"\x05\x00")


def test_scanner_refuses_depth():
    """Fifty thousand levels are no APDU."""
    with pytest.raises(BerError, match="nested"):
        feed(FrameScanner(), b"\x30\x80" * 50_000)
