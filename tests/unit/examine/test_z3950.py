"""Examinations of targets: our own passes, and each kind of wrong one is told."""

import socket

import pytest

from interop.config import load
from interop.examine.z3950 import SYNTAXES, USMARC, Subject, examine
from interop.marc.iso2709 import encode
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.model.record import Incoming
from interop.node import open_node
from interop.z3950 import apdu, common
from interop.z3950.server import Listener
from interop.z3950.term_lists import ListEntries, TermInfo
from tests.unit.examine.targets import target


def record(number: int, title: str, author: str, year: int) -> MarcRecord:
    return MarcRecord(
        "00000nam a2200000 a 4500",
        (
            ControlField("001", str(number)),
            ControlField("008", f"150701s{year}    vm                  vie d"),
            DataField("020", " ", " ", (("a", f"978604900{number:03}X"),)),
            DataField("100", "0", " ", (("a", author),)),
            DataField("245", "1", "0", (("a", title),)),
        ),
    )


MARC = encode(record(1, "Truyện Kiều bằng tranh", "Nguyễn Du", 1995))


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    """Address of our own target over a few records."""
    folder = tmp_path_factory.mktemp("node")
    file = folder / "interop.toml"
    text = f'[store]\nurl = "sqlite:///{folder}/x.db"\n[index]\nengine = "memory"\n'
    file.write_text(text, encoding="utf-8")
    node = open_node(load(file, environ={}))
    titles = ("Truyện Kiều bằng tranh", "Tranh Đông Hồ", "Tranh")
    node.catalogue.ingest(
        "lib",
        [
            Incoming(str(n), encode(record(n, title, "Nguyễn Du", 1990 + n)))
            for n, title in enumerate(titles)
        ],
    )
    node.follow()
    with socket.create_server(("127.0.0.1", 0)) as sock:
        listener = Listener(node.catalogue, [sock])
        listener.start()
        yield sock.getsockname()
        listener.stop(timeout=1)
    node.close()


def faults(subject: Subject) -> dict[str, list[str]]:
    """Faults by check, in English."""
    found: dict[str, list[str]] = {}
    for finding in examine(subject):
        if finding.level == "fault":
            found.setdefault(finding.check, []).append(finding.en)
    return found


def test_our_own_target_has_no_fault(ours):
    assert faults(Subject(ours, "lib")) == {}


def test_a_password_is_in_no_repr(ours):
    assert "geheim" not in repr(Subject(ours, "lib", user="reader", password="geheim"))
    assert "geheim" not in repr(apdu.IdPass(user_id="reader", password="geheim"))


def test_everything_is_examined(ours):
    told = list(examine(Subject(ours, "lib")))
    checks = {each.check for each in told}
    assert {"attributes", "record syntaxes", "scan", "sort", "page of results"} <= checks
    assert not [each.en for each in told if each.check in ("scan", "sort") and each.level != "good"]
    assert any("complete field" in each.en and each.level == "good" for each in told)
    assert any("NFD" in each.en and each.level == "good" for each in told)


def test_a_database_that_does_not_exist_ends_it(ours):
    told = list(examine(Subject(ours, "nowhere")))
    assert told[-1].level == "fault" and told[-1].check == "known item"
    assert "[235] database does not exist: nowhere" in told[-1].en
    assert "[235] không có cơ sở dữ liệu này: nowhere" in told[-1].vi
    assert f"127.0.0.1:{ours[1]}/nowhere" in told[-1].request


class Wrong:
    """A target that accepts everything and answers as its fields say."""

    def __init__(
        self,
        total=lambda query: 7,
        octets=MARC,
        syntax=lambda asked: asked,
        terms=(("truyen", 7),),
        sorted_=lambda request: apdu.SortResponse(sort_status=apdu.SortResponse.SUCCESS),
    ) -> None:
        self.total, self.octets, self.syntax = total, octets, syntax
        self.terms, self.sorted = terms, sorted_

    def __call__(self, request):
        match request:
            case apdu.InitializeRequest():
                return apdu.InitializeResponse(
                    protocol_version=request.protocol_version,
                    options=request.options,
                    preferred_message_size=1 << 20,
                    exceptional_record_size=1 << 20,
                    result=True,
                )
            case apdu.SearchRequest():
                return apdu.SearchResponse(
                    result_count=self.total(request.query),
                    number_of_records_returned=0,
                    next_result_set_position=1,
                    search_status=True,
                )
            case apdu.PresentRequest():
                oid = self.syntax(request.preferred_record_syntax)
                octets = self.octets
                if callable(octets):
                    octets = octets(request.result_set_start_point)
                item = common.External(direct_reference=oid, octets=octets)
                return apdu.PresentResponse(
                    number_of_records_returned=1,
                    next_result_set_position=0,
                    present_status=apdu.PresentStatus.SUCCESS,
                    response_records=(common.NamePlusRecord(record=item),),
                )
            case apdu.ScanRequest():
                entries = tuple(
                    TermInfo(term=term.encode(), global_occurrences=hits)
                    for term, hits in self.terms
                )
                return apdu.ScanResponse(
                    scan_status=apdu.ScanResponse.SUCCESS,
                    number_of_entries_returned=len(entries),
                    entries=ListEntries(entries=entries),
                )
            case apdu.SortRequest():
                return self.sorted(request)
        return None


def wrong(answer) -> dict[str, list[str]]:
    with target(answer) as address:
        return faults(Subject(address, "x"))


def test_a_target_that_leaves_attributes_out_of_account():
    found = wrong(Wrong())
    said = " ".join(found["attributes"])
    for what in (
        "Use 5999",
        "complete field",
        "first in field",
        "phrase",
        "truncation",
        "relation",
    ):
        assert what in said
    assert "diagnostic 13" in found["result sets"][0]


def test_a_target_that_does_not_find_what_it_holds():
    any_only = Wrong(total=lambda query: 7 if query.root.attributes[0].value == 1016 else 0)
    found = wrong(any_only)
    assert len(found["access points"]) >= 4


def test_records_whose_leader_lies():
    lying = MARC[:9] + b" " + MARC[10:]
    assert "leader/09 is wrong (MARC-8 declared" in wrong(Wrong(octets=lying))["character sets"][0]


def test_another_syntax_than_asked_is_a_warning():
    with target(Wrong(syntax=lambda asked: USMARC)) as address:
        told = list(examine(Subject(address, "x")))
    warned = [
        each.en for each in told if each.check == "record syntaxes" and each.level == "warning"
    ]
    assert len(warned) == len(SYNTAXES) - 1


def test_a_target_that_hangs_up_in_one_check_is_examined_by_the_others():
    def hangs_up_on_use_31(query):
        if any(each.value == 31 for each in query.root.attributes):
            raise ConnectionError
        return 7

    inner = Wrong(total=hangs_up_on_use_31)

    def answer(request):
        try:
            return inner(request)
        except ConnectionError:
            return None

    found = wrong(answer)
    assert any("stopped in the middle" in text for text in found["access points"])
    assert "result sets" in found


def said(answer, check: str) -> list[tuple[str, str]]:
    """Level and words of the findings of one check, in English."""
    with target(answer) as address:
        told = list(examine(Subject(address, "x")))
    return [(each.level, each.en) for each in told if each.check == check]


@pytest.mark.parametrize(
    ("terms", "finding"),
    [
        ((), ("fault", "the list of words of titles is empty")),
        ((("aaa", 7),), ("fault", "begins at 'aaa' and not at a word of its own, 'Truyện'")),
        ((("TRUYỆN", 7),), ("good", "TRUYỆN: 7 records in the list, 7 found")),
        ((("truyen", 9),), ("warning", "truyen: 9 records in the list, 7 found")),
        ((("truyen", None),), ("note", "the list has no counts")),
    ],
)
def test_lists_of_words(terms, finding):
    assert said(Wrong(terms=terms), "scan")[-1] == finding


def test_a_refused_scan_is_honest():
    def refused(request):
        if not isinstance(request, apdu.ScanRequest):
            return Wrong()(request)
        reason = common.DefaultDiagnostic(condition=114, v3_addinfo="4")
        return apdu.ScanResponse(
            scan_status=apdu.ScanResponse.FAILURE,
            number_of_entries_returned=0,
            entries=ListEntries(nonsurrogate_diagnostics=(reason,)),
        )

    assert said(refused, "scan") == [("note", "title: [114] access point (Use) not supported: 4")]


def test_sets_that_are_not_in_order():
    """Years fall with the position, whichever order was asked for."""
    falling = Wrong(octets=lambda position: encode(record(position, "Sách", "A", 2000 - position)))
    ((level, words),) = said(falling, "sort")
    assert level == "fault"
    assert words.startswith("year ascending: out of order (1999 1998")


def test_a_sort_that_loses_records():
    done = apdu.SortResponse(sort_status=apdu.SortResponse.SUCCESS, result_count=3)
    assert said(Wrong(sorted_=lambda _: done), "sort") == [
        ("fault", "year ascending: 3 records, there were 7")
    ]


def test_a_refused_sort_is_a_note():
    reason = common.DefaultDiagnostic(condition=207, v3_addinfo="31")
    refused = apdu.SortResponse(sort_status=apdu.SortResponse.FAILURE, diagnostics=(reason,))
    assert said(Wrong(sorted_=lambda _: refused), "sort") == [
        ("note", "year: [207] cannot sort by this key: 31")
    ]
    silent = apdu.SortResponse(sort_status=apdu.SortResponse.FAILURE)
    assert said(Wrong(sorted_=lambda _: silent), "sort") == [("warning", "year: ?")]


@pytest.mark.parametrize(
    ("reply", "vi", "en"),
    [
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "HTTP (web)", "speaks HTTP (web), not Z39.50"),
        (b"\x15\x03\x01\x00\x02\x02\x46", "thêm --tls", "add --tls"),
        (None, "dùng TLS? (--tls)", "hung up instead of answering; is it TLS? (--tls)"),
    ],
)
def test_a_port_that_speaks_something_else(reply, vi, en):
    with target(lambda request: reply) as address:
        (told,) = examine(Subject(address, "x"))
    assert told.level == "fault" and vi in told.vi and en in told.en
    assert told.request == f"yaz-client 127.0.0.1:{address[1]}/x"


def test_an_address_of_ipv6_is_in_brackets():
    assert Subject(("::1", 210), "x").link("init") == "yaz-client [::1]:210/x"


def test_a_closed_port_in_both_languages():
    with socket.create_server(("127.0.0.1", 0)) as free:
        address = free.getsockname()
    (told,) = examine(Subject(address, "x"))
    assert "không có máy chủ nào ở cổng này" in told.vi
    assert "nothing listens at this port" in told.en
