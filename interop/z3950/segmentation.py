"""Segments of a Present, Z39.50-1995 sections 3.2.3.2, 3.3.2 and 3.3.3: one answer, many messages.

Level 1 puts whole records into segments; level 2 also cuts a record that is longer than a segment
into fragments. Pure: records in, messages out.

A fragment is a substring of the record's octets: of the content of a retrieval record whose
encoding is octet-aligned (MARC, XML), of the BER of one that is a single ASN.1 type (OPAC, GRS-1).
It goes as an octet-aligned EXTERNAL with the record syntax that the whole has, so an origin puts
the octets of the fragments together and reads them by that syntax.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field

from interop.z3950.apdu import Options, PresentRequest, Segment
from interop.z3950.association import Limits
from interop.z3950.common import (
    External,
    FinalFragment,
    Fragment,
    IntermediateFragment,
    NamePlusRecord,
    ReadyRecord,
    StartingFragment,
)

# Octets of a retrieval record around its content, and of a response around its records: more than
# they ever are, so that a message is never larger than agreed.
AROUND_RECORD = 64
AROUND_RECORDS = 128

_LEAST_SEGMENT = 1024  # octets; an origin that asks for less gets this
_LEAST_FRAGMENT = 256  # octets of a record that are worth beginning with


@dataclass(frozen=True, slots=True)
class Plan:
    """``size``: octets of one message. ``count``: of messages, the response being the last; 1 is
    no segmentation. ``fragments``: level 2. ``record_size``: octets of one record at level 2.
    """

    size: int
    count: int = 1
    fragments: bool = False
    record_size: int = 0


def plan(options: Options, request: PresentRequest, message_size: int, limits: Limits) -> Plan:
    """What ``options`` of Init and the request allow.

    An origin that sets no maximum of segments takes as many as come (3.3.2); ours has one, of
    octets. Maximum record size is level 2's, and takes the place of the exceptional record size.
    """
    level_2 = Options.LEVEL_2_SEGMENTATION in options
    if not level_2 and Options.LEVEL_1_SEGMENTATION not in options:
        return Plan(message_size)
    size = message_size
    if request.max_segment_size is not None:
        least = _LEAST_SEGMENT if level_2 else limits.min_message_size
        size = max(least, min(size, request.max_segment_size))
    most = max(limits.response // size, 1)
    wanted = most if request.max_segment_count is None else request.max_segment_count
    count = max(1, min(wanted, most))
    largest = count * size
    if request.max_record_size is not None and request.max_record_size > 0:
        largest = min(largest, request.max_record_size)
    return Plan(size, count, level_2 and count > 1, largest)


def size_of(record: NamePlusRecord) -> int:
    """Octets that ``record`` takes in a message, or a few more."""
    if isinstance(record, ReadyRecord):
        return record.size
    body = record.record
    if isinstance(body, Fragment):
        body = body.content
    if isinstance(body, External):
        content = len(body.octets or b"") + len(body.single or b"")
    else:
        content = 4 * len(body.addinfo)
    return content + _around(record)


def _around(record: NamePlusRecord) -> int:
    return 4 * len(record.name or "") + AROUND_RECORD


@dataclass(slots=True)
class Segments:
    """Messages that fill one after the other. ``messages``: the records of each."""

    plan: Plan
    messages: list[list[NamePlusRecord]] = field(default_factory=lambda: [[]])
    _room: int = 0

    def __post_init__(self) -> None:
        self._room = self._whole

    @property
    def _whole(self) -> int:
        return self.plan.size - AROUND_RECORDS

    def add(self, record: NamePlusRecord) -> bool:
        """Whether there was room for ``record``, whole or in fragments. The first always finds
        it: who asks for one record gets one.
        """
        size = size_of(record)
        content = record.record
        if self.plan.fragments and size > self._whole and isinstance(content, External):
            return self._add_fragments(record, content)
        if size > self._room and self.messages[-1] and not self._next():
            return False
        self._put(record, size)
        return True

    def _put(self, record: NamePlusRecord, size: int) -> None:
        self.messages[-1].append(record)
        self._room -= size

    def _next(self) -> bool:
        if len(self.messages) >= self.plan.count:
            return False
        self.messages.append([])
        self._room = self._whole
        return True

    def _add_fragments(self, record: NamePlusRecord, content: External) -> bool:
        """One starting fragment, intermediate ones that fill their segments, a final one."""
        octets = content.octets if content.octets is not None else content.single or b""
        around = _around(record)
        here = self._room - around
        if here < _LEAST_FRAGMENT:
            here = 0
        each = self._whole - around
        if len(octets) > here + each * (self.plan.count - len(self.messages)):
            return False
        at = 0
        while at < len(octets):
            room = self._room - around
            if room < _LEAST_FRAGMENT and self.messages[-1]:
                self._next()
                continue
            piece = External(
                direct_reference=content.direct_reference, octets=octets[at : at + room]
            )
            kind = _kind(at, at + room >= len(octets))
            at += room
            name = record.name if kind is StartingFragment else None
            cut = NamePlusRecord(name=name, record=kind(piece))
            self._put(cut, size_of(cut))
        return True


def _kind(at: int, last: bool) -> type[Fragment]:
    if at == 0:
        return StartingFragment
    return FinalFragment if last else IntermediateFragment


def segments(request: PresentRequest, messages: Sequence[list[NamePlusRecord]]) -> list[Segment]:
    """A Segment of each of ``messages``. It counts the records that begin in it (3.2.3.2.2)."""
    return [
        Segment(
            reference_id=request.reference_id,
            number_of_records_returned=sum(map(begins, records)),
            segment_records=tuple(records),
        )
        for records in messages
    ]


def begins(record: NamePlusRecord) -> bool:
    """Whether this is a record, or the first of its fragments."""
    return not isinstance(record.record, IntermediateFragment | FinalFragment)
