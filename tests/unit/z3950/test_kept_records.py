"""What is kept between Presents is sent for as long as it is true, and to whoever may have it."""

import pytest

from interop.diagnostics import Diagnostic
from interop.marc.iso2709 import decode
from interop.model.access import Access, Rights
from interop.model.record import Incoming
from interop.z3950 import apdu, ber
from interop.z3950.apdu import InitializeRequest, PresentRequest, PresentResponse, ProtocolVersion
from interop.z3950.association import Limits
from interop.z3950.common import NAME_PLUS_RECORD, External, NamePlusRecord, ReadyRecord
from interop.z3950.kept_records import KeptRecords
from interop.z3950.record_syntaxes import RECORD_SYNTAXES
from interop.z3950.segmentation import size_of
from interop.z3950.target import OPTIONS, VERSIONS, Target
from tests.unit.z3950.fakes import FakeCatalogue, marc
from tests.unit.z3950.library import SEGMENTS, book, opened, search

USMARC = RECORD_SYNTAXES["usmarc"].oids[0]


def target(catalogue, kept, version=VERSIONS, address="192.0.2.1") -> Target:
    made = Target(catalogue, Limits(), kept=kept)
    made.connected(address)
    request = InitializeRequest(protocol_version=version, options=OPTIONS & ~SEGMENTS)
    assert made.handle(request).result
    return made


def present(target: Target, count: int = 1, **more: object) -> PresentResponse:
    """The first records, as the origin reads them from the octets."""
    request = PresentRequest(
        result_set_id="default",
        result_set_start_point=1,
        number_of_records_requested=count,
        **more,
    )
    return apdu.decode(apdu.encode(target.handle(request)))


def titles(answer: PresentResponse) -> list[str]:
    return [
        next(decode(each.record.octets).data("245")).first("a") or ""
        for each in answer.response_records
    ]


class Counting(FakeCatalogue):
    """Notes which records were read."""

    def records(self, rids):
        self.asked = [*getattr(self, "asked", []), *rids]
        return super().records(rids)


def test_what_one_association_was_sent_is_not_read_again_for_another():
    catalogue, kept = Counting(), KeptRecords()
    first, second = target(catalogue, kept), target(catalogue, kept)
    for each in (first, second):
        each.handle(search("kieu", "hue"))
    assert present(first) == present(second) == present(target_with(catalogue, None, "hue"))
    assert len(catalogue.asked) == 2  # for the first, and for the one that keeps nothing


def target_with(catalogue, kept, database: str) -> Target:
    made = target(catalogue, kept)
    made.handle(search("kieu", database))
    return made


def test_only_those_that_are_not_there_are_read():
    catalogue, kept = Counting(), KeptRecords()
    made = target(catalogue, kept)
    made.handle(search("@attr 1=1016 nguyen", "union"))
    one, all_ = present(made), present(made, 3)
    assert all_.response_records[0] == one.response_records[0]
    assert len(catalogue.asked) == len(set(catalogue.asked)) == 3


def test_a_record_that_has_changed_is_sent_as_it_is_now(tmp_path):
    node, kept = opened(tmp_path), KeptRecords()
    made = target_with(node.catalogue, kept, "hue")
    assert titles(present(made)) == ["Truyện Kiều"]
    other = book("b1", "Nguyễn Du", "Đoạn trường tân thanh", "1972")
    node.catalogue.ingest("hue", [Incoming("b1", other)])
    assert titles(present(made)) == ["Đoạn trường tân thanh"]  # the set is as it was
    node.close()


def test_a_record_that_was_deleted_is_a_diagnostic_in_its_place(tmp_path):
    node, kept = opened(tmp_path), KeptRecords()
    made = target_with(node.catalogue, kept, "hue")
    assert titles(present(made)) == ["Truyện Kiều"]
    node.catalogue.ingest("hue", [Incoming("b1", None)])
    [only] = present(made).response_records
    assert only.record.condition == 1028
    node.catalogue.ingest("hue", [Incoming("b1", book("b1", "", "Kiều", "1972"))])
    assert titles(present(made)) == ["Kiều"]
    node.close()


def test_what_is_kept_opens_nothing_to_those_who_may_not_come_in():
    inside = Access("hue")  # for nobody
    catalogue, kept = FakeCatalogue(), KeptRecords()
    assert present(target_with(catalogue, kept, "hue")).response_records
    catalogue.rights = Rights([inside])
    catalogue.allows = catalogue.rights.allows
    closed = target(catalogue, kept)
    refused = closed.handle(search("kieu", "hue"))
    assert refused.non_surrogate_diagnostic.condition == 236
    assert present(closed).non_surrogate_diagnostic.condition == 30


def test_each_name_syntax_and_version_has_its_own():
    catalogue, kept = FakeCatalogue(), KeptRecords()
    upper, lower = target_with(catalogue, kept, "HUE"), target_with(catalogue, kept, "hue")
    assert present(upper).response_records[0].name == "HUE"
    assert present(lower).response_records[0].name == "hue"
    versions = {ProtocolVersion.V3: "v3_addinfo", ProtocolVersion.V2: "v2_addinfo"}
    origins = [(target(catalogue, kept, version), form) for version, form in versions.items()]
    for origin, _ in origins:
        origin.handle(search("kieu", "hue"))
    catalogue.delete(5)
    for origin, form in origins:
        [only] = present(origin).response_records
        assert getattr(only.record, form) is not None


@pytest.mark.parametrize("content", ["x", "x" * 127, "x" * 128, "x" * 70_000])
def test_a_ready_record_is_written_counted_and_told_as_the_record_is(content):
    plain = NamePlusRecord(
        name="hue", record=External(direct_reference=USMARC, octets=content.encode())
    )
    octets = NAME_PLUS_RECORD.encode(ber.SEQUENCE, plain)
    ready = ReadyRecord.of(plain, octets, size_of(plain))
    for tag in (ber.SEQUENCE, 3):
        assert NAME_PLUS_RECORD.encode(tag, ready) == NAME_PLUS_RECORD.encode(tag, plain)
    assert NAME_PLUS_RECORD.show(ready) == NAME_PLUS_RECORD.show(plain)
    assert size_of(ready) == size_of(plain)


class Clock:
    """A store that counts its commits."""

    def __init__(self) -> None:
        self.now = 0

    def generation(self) -> int:
        return self.now


def record(text: str) -> NamePlusRecord:
    return NamePlusRecord(record=External(direct_reference=USMARC, octets=text.encode()))


def test_what_was_read_before_a_commit_is_not_kept_beyond_it():
    """Also where another thread asks, after the commit, while the first still makes its records."""
    store, kept = Clock(), KeptRecords()

    def slowly(rids):
        store.now = 1
        assert kept.records(store, ("k",), [2], lambda _: [record("two")])
        return [record("old")]

    kept.records(store, ("k",), [1], slowly)
    [new] = kept.records(store, ("k",), [1], lambda _: [record("new")])
    assert new.record.octets == b"new"


def test_it_has_a_bound():
    store, kept = Clock(), KeptRecords(largest=1000)
    made: list[int] = []

    def make(rids):
        made.extend(rids)
        return [record("x" * 400) for _ in rids]

    for rid in (1, 2, 1, 2):
        kept.records(store, ("k",), [rid], make)
    assert made == [1, 2]
    for rid in (3, 1):  # the third is too much: it all begins anew
        kept.records(store, ("k",), [rid], make)
    assert made == [1, 2, 3, 1]


def test_a_very_large_record_is_sent_and_not_kept():
    store, kept = Clock(), KeptRecords()
    large = marc("l1", "Sách", "Nguyễn", *["x" * 9_000] * 9)
    plain = NamePlusRecord(record=External(direct_reference=USMARC, octets=large))
    for _ in range(2):
        made = kept.records(store, ("k",), [1], lambda _: [plain])
        assert made[0].record.octets == large
    with pytest.raises(Diagnostic):
        kept.records(store, ("k",), [1], failing)


def failing(rids):
    raise Diagnostic("system_error")
