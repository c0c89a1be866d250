"""Scan: which list, where in it, and how much of it."""

import pytest

from interop.query import pqf
from interop.z3950.apdu import ScanRequest, decode, encode
from interop.z3950.scanning import MAX_ENTRIES
from tests.unit.z3950.library import node, started

__all__ = ["node"]


def scan(query: str, number: int = 3, **elements: object) -> ScanRequest:
    operand = pqf.parse(query).root
    return ScanRequest(
        reference_id=b"s",
        database_names=("hue",),
        term_list_and_start_point=operand,
        number_of_terms_requested=number,
        **elements,
    )


def shown(answer) -> list[tuple[str, int]]:
    assert decode(encode(answer)) == answer
    return [(e.display_term, e.global_occurrences) for e in answer.entries.entries]


def told(answer) -> tuple[int, str]:
    assert (answer.scan_status, answer.number_of_entries_returned) == (6, 0)
    (diagnostic,) = answer.entries.nonsurrogate_diagnostics
    return diagnostic.condition, diagnostic.addinfo


def test_words_with_counts(node):
    """From the term on, each with the number of hits and the attributes of the request."""
    answer = started(node).handle(scan("@attr 1=4 @attr 4=2 ki"))
    assert answer.reference_id == b"s"
    entries = answer.entries.entries
    assert entries[0].term.decode() == "kiều"
    assert entries[0].global_occurrences == 2
    assert [(a.type, a.value) for a in entries[0].suggested_attributes] == [(1, 4), (4, 2)]
    assert (answer.scan_status, answer.position_of_term) == (0, 1)
    assert answer.number_of_entries_returned == 3


@pytest.mark.parametrize(
    "attributes", ["@attr 6=3", "@attr 4=1", "@attr 3=1", "@attr 4=1 @attr 3=1 @attr 6=3"]
)
def test_headings(node, attributes):
    """Bath exact-match scans list whole headings, by either sign of it."""
    answer = started(node).handle(scan(f"@attr 1=4 {attributes} truyen", 2))
    assert [text for text, _ in shown(answer)] == ["Truyện Kiều", "Truyện Kiều chú giải"]


def test_positions(node):
    """1 first, 2 one before it, 0 just before the first, n + 1 just behind the last."""
    target = started(node)
    words = [t for t, _ in shown(target.handle(scan("@attr 1=4 @attr 4=2 a", 50)))]
    at = words.index("kiều")
    assert [t for t, _ in shown(target.handle(scan("@attr 1=4 @attr 4=2 kiều", 3)))] == words[
        at : at + 3
    ]
    for position, start in ((2, at - 1), (3, at - 2), (4, at - 3)):
        request = scan("@attr 1=4 @attr 4=2 kiều", 3, preferred_position_in_response=position)
        answer = target.handle(request)
        assert [text for text, _ in shown(answer)] == words[start : start + 3]
        assert answer.position_of_term == position
    answer = target.handle(scan("@attr 1=4 @attr 4=2 kiều", 3, preferred_position_in_response=0))
    assert [text for text, _ in shown(answer)] == words[at + 1 : at + 4]
    assert answer.position_of_term == 0


def test_steps(node):
    """Terms left out between two."""
    target = started(node)
    words = [t for t, _ in shown(target.handle(scan("@attr 1=4 @attr 4=2 a", 50)))]
    answer = target.handle(scan("@attr 1=4 @attr 4=2 a", 3, step_size=1))
    assert answer.step_size == 1
    assert [text for text, _ in shown(answer)] == words[:6:2]


def test_the_end_of_the_list_is_partial_5(node):
    """Fewer than asked for."""
    answer = started(node).handle(scan("@attr 1=4 @attr 4=2 a", 100))
    assert answer.scan_status == 5
    assert 5 < answer.number_of_entries_returned < 100


def test_however_many_are_asked_for(node):
    """No more than the limit, and nothing is kept in proportion to the number."""
    answer = started(node).handle(scan("@attr 1=4 @attr 4=2 a", 2**31 - 1))
    assert answer.number_of_entries_returned < MAX_ENTRIES
    assert answer.scan_status == 5


@pytest.mark.parametrize(
    ("query", "elements", "diagnostic"),
    [
        ("@attr 1=9999 x", {}, (114, "9999")),
        ("@attr 1=4 @attr 4=2 @attr 6=3 x", {}, (123, "4=2 6=3")),
        ("@attr 1=4 @attr 2=1 x", {}, (117, "1")),
        ("@attr 1=4 @attr 5=2 x", {}, (120, "2")),
        ("@attr 1=4 @attr 4=999 x", {}, (118, "999")),
        ("@attr 7=1 x", {}, (113, "7")),
        ("@attr gils 1=4 x", {}, (121, "1.2.840.10003.3.5")),
        ("x", {"number": 0}, (228, "0 terms")),
        ("x", {"preferred_position_in_response": 5}, (233, "5")),
        ("x", {"preferred_position_in_response": -1}, (233, "-1")),
        ("x", {"step_size": -1}, (206, "-1")),
        ('"\\xff"', {}, (1072, "ff")),
        ("@attr 1=4 @term null x", {}, (124, "null")),
    ],
)
def test_what_cannot_be_listed(node, query, elements, diagnostic):
    """Its own response, with the offending value."""
    assert told(started(node).handle(scan(query, **elements))) == diagnostic
