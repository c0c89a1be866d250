"""Every APDU, both ways, against captures and against a compiled ASN.1 module."""

from pathlib import Path

import asn1tools
import pytest

from interop.z3950 import apdu, ber
from interop.z3950.apdu import (
    Close,
    InitializeRequest,
    InitializeResponse,
    Options,
    ProtocolVersion,
)
from interop.z3950.asn1 import encode_sequence
from interop.z3950.common import (
    EXTERNAL,
    NAME_PLUS_RECORD,
    DefaultDiagnostic,
    External,
    NamePlusRecord,
    user_information,
)
from tests.unit.z3950.samples import APDUS
from tests.unit.z3950.test_ber import feed

ASN1 = Path(__file__).resolve().parents[3] / "schemas" / "z3950" / "z3950.asn"


@pytest.fixture(scope="module")
def oracle():
    """Our ASN.1 module, compiled by software that other people wrote."""
    return asn1tools.compile_files(str(ASN1), "ber")


@pytest.mark.parametrize("sample", APDUS, ids=lambda sample: sample.NAME)
def test_round_trip(sample):
    """What is written is what is read."""
    assert apdu.decode(apdu.encode(sample)) == sample


@pytest.mark.parametrize("sample", APDUS, ids=lambda sample: sample.NAME)
def test_oracle_reads_and_writes_the_same_octets(sample, oracle):
    """The octets are the APDU of the ASN.1 module, and the only definite, minimal ones."""
    octets = apdu.encode(sample)
    name, value = oracle.decode("PDU", octets)
    assert name == sample.NAME
    assert oracle.encode("PDU", (name, value)) == octets


def test_every_apdu_has_a_sample():
    """No class without a test."""
    assert {type(sample) for sample in APDUS} == set(apdu.APDUS)


def _indefinite(octets: bytes) -> bytes:
    """The same value with every constructed length indefinite."""
    element = ber.parse(octets)
    if not element.constructed:
        return octets
    first = octets[: len(octets) - len(element.content())]
    identifier = first[: 1 if first[0] & 0x1F != 0x1F else 2 + (first[1] >= 0x80)]
    children = b"".join(_indefinite(child.whole()) for child in element.children())
    return identifier + b"\x80" + children + b"\0\0"


@pytest.mark.parametrize("sample", APDUS, ids=lambda sample: sample.NAME)
def test_indefinite_lengths_everywhere(sample):
    """Origins built on YAZ send them whenever a value has 128 octets or more."""
    octets = _indefinite(apdu.encode(sample))
    decoded = apdu.decode(octets)
    assert feed(ber.FrameScanner(), octets) == [octets]
    # open types keep the octets they came in, so they are compared in definite form
    assert apdu.describe(decoded).split(" (")[0] == sample.NAME
    assert decoded.reference_id == sample.reference_id


@pytest.mark.parametrize("sample", APDUS, ids=lambda sample: sample.NAME)
def test_scanner_whole_by_octet_and_with_a_tail(sample):
    """However the APDU arrives, it is the same one."""
    octets = apdu.encode(sample)
    assert feed(ber.FrameScanner(), octets) == [octets]
    scanner = ber.FrameScanner()
    pieces = [frame for octet in octets for frame in feed(scanner, bytes((octet,)))]
    assert pieces == [octets]
    scanner = ber.FrameScanner()
    assert feed(scanner, octets + octets[:5]) == [octets]
    assert feed(scanner, octets[5:]) == [octets]


@pytest.mark.parametrize("sample", APDUS, ids=lambda sample: sample.NAME)
def test_unknown_trailing_elements_are_ignored(sample):
    """Z39.50-1995 4.1; YAZ drops the connection."""
    element = ber.parse(apdu.encode(sample))
    longer = ber.constructed(element.tag, element.content(), ber.text(999, "later version"))
    assert apdu.decode(longer) == sample


def test_every_cut_is_an_error():
    """A PDU that ends too early is refused, never read in part."""
    for sample in APDUS:
        octets = apdu.encode(sample)
        for place in range(len(octets)):
            with pytest.raises(ber.BerError):
                apdu.decode(octets[:place])


@pytest.mark.parametrize(
    ("octets", "message"),
    [
        ("b900", "number_of_records_returned"),
        ("bf3100", "no APDU that this target speaks"),
        ("3000", "no APDU that this target speaks"),
        ("bf3005 9f81530163", "not defined here"),  # closeReason 99
        ("b60800", "cut off"),
    ],
)
def test_refused(octets, message):
    """Each with what is wrong."""
    with pytest.raises(ber.BerError, match=message):
        apdu.decode(bytes.fromhex(octets))


def test_init_without_options_and_versions():
    """Old origins leave options out; YAZ drops the connection."""
    request = apdu.decode(bytes.fromhex("b408 85020400 86020400"))
    assert request == InitializeRequest(preferred_message_size=1024, exceptional_record_size=1024)
    assert request.options == Options.SEARCH | Options.PRESENT
    assert request.protocol_version == ProtocolVersion.V1 | ProtocolVersion.V2


@pytest.mark.parametrize("tag", [26, 27, 12])
def test_open_authentication_under_three_tags(tag):
    """VisibleString by the standard; GeneralString and UTF8String from real origins."""
    octets = ber.constructed(20, ber.constructed(7, ber.text(ber.UNIVERSAL | tag, "u/p")))
    assert apdu.decode(octets).id_authentication == "u/p"


def test_unreadable_authentication_is_absent():
    """Whether that is a reason to refuse is for the target to say."""
    octets = ber.constructed(20, ber.constructed(7, ber.integer(99, 1)))
    assert apdu.decode(octets).id_authentication is None


def test_transcripts_hold_no_password():
    """Neither of an idPass nor of an open string."""
    for sample in APDUS:
        assert "secret" not in apdu.describe(sample)


def test_transcripts_are_words():
    """One line per APDU, records by size, the query in PQF."""
    lines = [apdu.describe(sample) for sample in APDUS]
    search = next(line for line in lines if "tập 1" in line)
    assert "\n" not in search
    assert (
        'query=@not @or @prox 0 3 1 2 known 2 @attr 1=4 @attr 4=1 "Truyện Kiều" '
        '@attr 1.2.840.10003.3.5 1=title @term string kiều @set "một"' in search
    )
    assert "preferred_record_syntax=1.2.840.10003.5.109.10" in search
    assert apdu.describe(Close()) == "close (close_reason=unspecified)"


# What a ZOOM origin and a YAZ target really sent each other.
CAPTURED = {
    "gvk_01_initReq.ber": "initRequest (protocol_version=V1|V2|V3",
    "gvk_02_initResp.ber": "initResponse (protocol_version=V1|V2|V3",
    "gvk_03_searchReq.ber": "@or @attr 1=7 978-1-4129-1048-4 @attr 1=7 14-1291-048X",
    "gvk_04_searchResp.ber": "result_count=1",
    "gvk_05_presentReq.ber": "simple='F' preferred_record_syntax=1.2.840.10003.5.10",
    "gvk_06_presentResp.ber": "name='gvk' record=(direct_reference=1.2.840.10003.5.10 octets=3762",
}


@pytest.mark.corpus
@pytest.mark.parametrize("name", CAPTURED)
def test_captures(name, corpus, oracle):
    """Decoded in words, and the same APDU after encoding it anew."""
    octets = (corpus / "z3950" / name).read_bytes()
    decoded = apdu.decode(octets)
    assert CAPTURED[name] in apdu.describe(decoded)
    again = apdu.encode(decoded)
    assert apdu.decode(again) == decoded
    assert oracle.decode("PDU", again) == oracle.decode("PDU", octets)


def test_the_reason_of_a_refused_init(oracle):
    """UserInfo-1 around diag-1 around a default diagnostic, as the implementors agreed."""
    reason = DefaultDiagnostic(condition=1011, v3_addinfo="u")
    answer = InitializeResponse(
        protocol_version=ProtocolVersion.V3,
        options=Options.SEARCH,
        preferred_message_size=1,
        exceptional_record_size=1,
        result=False,
        user_information_field=user_information(reason),
    )
    _, value = oracle.decode("PDU", apdu.encode(answer))
    information = value["userInformationField"]
    assert information["direct-reference"] == "1.2.840.10003.10.3"
    (unit,) = ber.parse(bytes(information["encoding"][1])).children()
    external = EXTERNAL.decode(unit.children()[0])
    assert external.direct_reference == "1.2.840.10003.4.2"
    (one,) = ber.parse(external.single).children()
    diagnostic = one.children()[0]
    record = diagnostic.only()
    assert (diagnostic.tag, record.tag) == (1, 1)  # defaultDiagRec [1] IMPLICIT
    assert [part.tag for part in record.children()] == [
        ber.OBJECT_IDENTIFIER,
        ber.INTEGER,
        ber.GENERAL_STRING,
    ]
    assert record.children()[1].integer() == 1011


@pytest.mark.parametrize("name", [None, "", "union", "Thư viện"])
@pytest.mark.parametrize("size", [0, 1, 127, 128, 300, 70_000])
@pytest.mark.parametrize(
    "more",
    [
        {},
        {"direct_reference": None},
        {"indirect_reference": 3},
        {"octets": None, "single": b"\x05\x00"},
        {"octets": None, "arbitrary": b"\x00\x01"},
    ],
    ids=str,
)
def test_records_are_written_as_every_sequence_is(name, size, more):
    fields = {"direct_reference": "1.2.840.10003.5.10", "octets": b"x" * size, **more}
    record = NamePlusRecord(name=name, record=External(**fields))
    tag = NAME_PLUS_RECORD.tag
    assert NAME_PLUS_RECORD.encode(tag, record) == encode_sequence(tag, record)


def test_nothing_with_a_password_is_kept():
    """Short Search and Present requests are decoded once; Init never is found again."""
    for sample in APDUS:
        octets = apdu.encode(sample)
        again = apdu.decode(octets) is apdu.decode(octets)
        repeated = isinstance(sample, (apdu.SearchRequest, apdu.PresentRequest))
        assert again == (repeated and len(octets) <= 256), sample.NAME
