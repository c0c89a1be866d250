"""Segments and fragments, put together again as an origin would."""

from itertools import chain
from pathlib import Path

import asn1tools
import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.marc.iso2709 import decode
from interop.z3950 import apdu, ber
from interop.z3950.apdu import (
    InitializeRequest,
    Options,
    PresentRequest,
    PresentStatus,
    ProtocolVersion,
    Segment,
)
from interop.z3950.association import Limits
from interop.z3950.common import (
    DefaultDiagnostic,
    External,
    FinalFragment,
    Fragment,
    IntermediateFragment,
    NamePlusRecord,
    StartingFragment,
)
from interop.z3950.segmentation import AROUND_RECORDS, Segments, plan
from interop.z3950.target import OPTIONS, VERSIONS, Target
from tests.unit.z3950.fakes import FakeCatalogue, marc
from tests.unit.z3950.library import search, started

ASN1 = Path(__file__).resolve().parents[3] / "schemas" / "z3950" / "z3950.asn"
USMARC, SUTRS, OPAC = "1.2.840.10003.5.10", "1.2.840.10003.5.101", "1.2.840.10003.5.102"
LEVEL_1, LEVEL_2 = Options.LEVEL_1_SEGMENTATION, Options.LEVEL_2_SEGMENTATION
SIZE = 16_000
LIMITS = Limits(min_message_size=SIZE, message_size=SIZE)
NOTES = (100, 40_000, 200, 15_500, 300, 70_000, 50)  # octets of each record, nearly


class Shelf:
    """Records of many sizes, some longer than a message, none longer than ISO 2709 can be."""

    def __init__(self) -> None:
        records = [
            marc(f"r{n}", "Sách", "Nguyễn", *["x" * 1000] * (size // 1000))
            for n, size in enumerate(NOTES)
        ]
        self.catalogue = FakeCatalogue(union=records)


def present(start: int, number: int, **elements) -> PresentRequest:
    return PresentRequest(
        reference_id=b"p",
        result_set_id="default",
        result_set_start_point=start,
        number_of_records_requested=number,
        **elements,
    )


@pytest.fixture
def target():
    """Level 2 agreed to, and the whole shelf found."""
    made = started(Shelf(), OPTIONS, LIMITS)
    assert made.handle(search("sach", "union")).result_count == len(NOTES)
    return made


def records_of(answer) -> tuple[NamePlusRecord, ...]:
    return answer.segment_records if isinstance(answer, Segment) else answer.response_records


def put_together(answers) -> list[tuple[str, bytes | int]]:
    """(syntax, octets) of each record, or ("", diagnostic). Fails where fragments are out of order,
    by the rules of 3.2.3.2.1: a final one first, a starting one last, an intermediate one alone.
    """
    found: list[tuple[str, bytes | int]] = []
    open_, syntax = None, ""
    for answer in answers:
        records = records_of(answer)
        assert records, "a segment with nothing in it"
        for place, record in enumerate(records):
            body = record.record
            if isinstance(body, StartingFragment):
                assert open_ is None and place == len(records) - 1
                open_, syntax = body.content.octets, body.content.direct_reference
            elif isinstance(body, IntermediateFragment):
                assert open_ is not None and len(records) == 1
                open_ += body.content.octets
            elif isinstance(body, FinalFragment):
                assert open_ is not None and place == 0
                found.append((syntax, open_ + body.content.octets))
                open_ = None
            elif isinstance(body, DefaultDiagnostic):
                assert open_ is None
                found.append(("", body.condition))
            else:
                assert open_ is None
                octets = body.octets if body.octets is not None else body.single
                found.append((body.direct_reference, octets))
    assert open_ is None
    return found


def over_the_wire(answers) -> list[apdu.Apdu]:
    """As the origin decodes them; no message is longer than agreed."""
    octets = [apdu.encode(answer) for answer in answers]
    assert max(map(len, octets)) <= SIZE
    return [apdu.decode(each) for each in octets]


def test_fragments_are_the_records(target):
    """Every record, whole and in order, whatever its size."""
    answers = over_the_wire(target.answers(present(1, len(NOTES))))
    found = put_together(answers)
    assert [decode(octets).control("001") for _, octets in found] == [
        f"r{n}" for n in range(len(NOTES))
    ]
    assert {syntax for syntax, _ in found} == {USMARC}
    assert all(int(octets[:5]) == len(octets) for _, octets in found)
    assert answers[-1].present_status is PresentStatus.SUCCESS
    assert answers[-1].number_of_records_returned == len(NOTES)
    kinds = [type(r.record) for a in answers for r in records_of(a)]
    assert {StartingFragment, IntermediateFragment, FinalFragment, External} == set(kinds)


@pytest.mark.parametrize("level", [LEVEL_1, LEVEL_2])
def test_messages_as_software_of_others_reads_them(level):
    """No client here asks for segments, so the ASN.1 module, compiled, is the other side: it reads
    each message, and would write the same octets.
    """
    target = started(Shelf(), OPTIONS & ~(LEVEL_1 | LEVEL_2) | level, LIMITS)
    target.handle(search("sach", "union"))
    oracle = asn1tools.compile_files(str(ASN1), "ber")
    messages = [apdu.encode(each) for each in target.answers(present(1, len(NOTES)))]
    read = [oracle.decode("PDU", octets) for octets in messages]
    assert [oracle.encode("PDU", value) for value in read] == messages
    assert [name for name, _ in read] == ["segmentRequest"] * (len(read) - 1) + ["presentResponse"]
    assert {value["referenceId"] for _, value in read} == {b"p"}


def test_a_segment_counts_the_records_that_begin_in_it(target):
    """3.2.3.2.2: records and starting fragments."""
    answers = target.answers(present(1, len(NOTES)))
    for answer in answers[:-1]:
        begun = [
            r
            for r in answer.segment_records
            if not isinstance(r.record, IntermediateFragment | FinalFragment)
        ]
        assert answer.number_of_records_returned == len(begun)
    named = [r.name for a in answers for r in records_of(a)]
    assert named[0] == "union"
    assert all(
        record.name == (None if isinstance(record.record, IntermediateFragment | FinalFragment)
                        else "union")
        for answer in answers
        for record in records_of(answer)
    )  # fmt: skip


def test_single_types_are_fragments_of_their_ber(target):
    """OPAC: what is put together is one BER value."""
    answers = over_the_wire(target.answers(present(2, 1, preferred_record_syntax=OPAC)))
    ((syntax, octets),) = put_together(answers)
    assert syntax == OPAC
    outer = ber.parse(octets)
    assert outer.tag == ber.SEQUENCE and len(octets) > SIZE


def test_the_size_of_a_segment_is_the_request_s(target):
    """3.2.3.1.7: it overrides the preferred message size for this Present; 1 kB at least."""
    answers = target.answers(present(2, 1, max_segment_size=4000))
    assert len(answers) > 10
    assert max(len(apdu.encode(answer)) for answer in answers) <= 4000
    assert len(put_together(answers)) == 1
    tiny = target.answers(present(1, 1, max_segment_size=1))
    assert max(len(apdu.encode(answer)) for answer in tiny) <= 1024


def test_the_largest_record_is_the_request_s(target):
    """3.3.3.2: maximum record size; a longer record is diagnostic 17, the others still go."""
    found = put_together(target.answers(present(1, len(NOTES), max_record_size=50_000)))
    assert [kind for kind, _ in found].count("") == 1
    assert found[5] == ("", 17)
    assert decode(found[1][1]).control("001") == "r1"


def test_the_number_of_segments_is_the_request_s(target):
    """No more than asked for, and no half record: partial-2, to be gone on with."""
    answers = target.answers(present(1, len(NOTES), max_segment_count=4))
    assert len(answers) <= 4
    number = len(put_together(answers))
    assert answers[-1].present_status is PresentStatus.PARTIAL_2
    assert answers[-1].next_result_set_position == number + 1
    assert answers[-1].number_of_records_returned == number
    following = put_together(target.answers(present(number + 1, len(NOTES) - number)))
    assert decode(following[0][1]).control("001") == f"r{number}"


def test_a_record_that_no_number_of_segments_holds(target):
    """A diagnostic in its place: an origin that went on there would never get further."""
    answers = target.answers(present(6, 2, max_segment_count=2))
    found = put_together(answers)
    assert found[0] in (("", 16), ("", 17))
    assert answers[-1].present_status is PresentStatus.SUCCESS and len(found) == 2


def test_one_segment_is_no_segmentation(target):
    """maxSegmentCount 1: 3.3.1 holds, so a record that is too long is a diagnostic."""
    (answer,) = target.answers(present(1, 3, max_segment_count=1))
    found = put_together([answer])
    assert found[1][0] == "" and found[1][1] in (16, 17)


def test_fragments_only_where_they_were_agreed_to():
    """Version 2, and level 1: whole records."""
    old = VERSIONS & ~ProtocolVersion.V3
    for version, options in ((VERSIONS, OPTIONS & ~LEVEL_2), (old, OPTIONS)):
        made = Target(Shelf().catalogue, LIMITS)
        made.handle(InitializeRequest(protocol_version=version, options=options))
        made.handle(search("sach", "union"))
        answers = made.answers(present(1, 2))
        assert not any(isinstance(r.record, Fragment) for a in answers for r in records_of(a))


@pytest.mark.parametrize(
    ("asked", "agreed"),
    [
        (LEVEL_1, LEVEL_1),
        (LEVEL_2, LEVEL_2),
        (LEVEL_1 | LEVEL_2, LEVEL_2),
        (Options(0), Options(0)),
    ],
)
def test_levels_of_init(asked, agreed):
    """3.2.1.1.3, note 4: level 2 goes before, and then the bit of level 1 is off."""
    request = InitializeRequest(protocol_version=VERSIONS, options=Options.SEARCH | asked)
    assert Target(FakeCatalogue(), Limits()).handle(request).options == Options.SEARCH | agreed


LENGTHS = st.lists(st.integers(0, 9000) | st.just(-1), min_size=1, max_size=12)


@given(lengths=LENGTHS, size=st.integers(1024, 5000), count=st.integers(2, 12))
def test_any_lengths_are_put_together_again(lengths, size, count):
    """What goes in comes out, up to the first that finds no room; -1 is a diagnostic."""
    records = [
        NamePlusRecord(
            name="hue",
            record=DefaultDiagnostic(condition=14, v3_addinfo="x")
            if length < 0
            else External(direct_reference=USMARC, octets=bytes([n]) * length),
        )
        for n, length in enumerate(lengths)
    ]
    request = present(1, len(records), max_segment_size=size, max_segment_count=count)
    made = Segments(plan(LEVEL_2, request, 1 << 20, Limits()))
    taken = 0
    for record in records:
        if not made.add(record):
            break
        taken += 1
    assert len(made.messages) <= count
    for message in made.messages:
        segment = Segment(number_of_records_returned=0, segment_records=tuple(message))
        assert len(apdu.encode(segment)) <= size
    if not taken:
        assert made.messages == [[]]
        assert lengths[0] > (size - AROUND_RECORDS) * (count - 1) / 2
        return
    answers = [Segment(number_of_records_returned=0, segment_records=tuple(m))
               for m in made.messages]  # fmt: skip
    expected = [
        ("", 14) if length < 0 else (USMARC, bytes([n]) * length)
        for n, length in enumerate(lengths[:taken])
    ]
    assert put_together(answers) == expected
    assert list(chain.from_iterable(made.messages))
