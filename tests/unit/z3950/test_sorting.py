"""Sort: keys, input sets, missing values, and what is refused."""

import pytest

from interop.marc.iso2709 import decode
from interop.query.rpn import BIB1, Attribute
from interop.z3950.apdu import PresentRequest, SortRequest
from interop.z3950.common import Specification
from interop.z3950.sort_keys import (
    DatabaseSpecific,
    MissingValue,
    SortAttributes,
    SortKeySpec,
)
from tests.unit.z3950.library import node, search, started

__all__ = ["node"]


def use(number: int) -> SortAttributes:
    return SortAttributes(id=BIB1, list=(Attribute(1, number),))


def sort(*keys: SortKeySpec, inputs=("default",), output="sorted") -> SortRequest:
    return SortRequest(
        reference_id=b"s",
        input_result_set_names=inputs,
        sorted_result_set_name=output,
        sort_sequence=keys,
    )


def controls(target, name: str, number: int) -> list[str]:
    answer = target.handle(
        PresentRequest(
            result_set_id=name, result_set_start_point=1, number_of_records_requested=number
        )
    )
    return [decode(r.record.octets).control("001") for r in answer.response_records]


@pytest.fixture
def target(node):
    """With all five records in ``default``."""
    target = started(node)
    assert target.handle(search("@attr 2=103 x")).result_count == 5
    return target


@pytest.mark.parametrize(
    ("keys", "order"),
    [
        ((SortKeySpec(use(4)),), ["b5", "b3", "b2", "b1", "b4"]),
        ((SortKeySpec("title", 1, 0),), ["b4", "b1", "b2", "b3", "b5"]),
        ((SortKeySpec(use(31)),), ["b2", "b3", "b1", "b4", "b5"]),
        ((SortKeySpec("dc.date", 1),), ["b4", "b1", "b3", "b2", "b5"]),
        ((SortKeySpec(use(1003)), SortKeySpec(use(31), 1)), ["b3", "b4", "b1", "b2", "b5"]),
        ((SortKeySpec(use(31), 0, 1, MissingValue.NULL),), ["b2", "b3", "b1", "b4", "b5"]),
        ((SortKeySpec(use(31), 0, 1, b"1000"),), ["b5", "b2", "b3", "b1", "b4"]),
    ],
)
def test_keys(target, keys, order):
    """By attributes or by name, both ways, the first key deciding; no value: last, or as asked."""
    answer = target.handle(sort(*keys))
    assert (answer.reference_id, answer.sort_status, answer.result_count) == (b"s", 0, 5)
    assert controls(target, "sorted", 5) == order


def test_several_sets_become_one_and_may_replace_an_input(target):
    """A record that is in both comes once."""
    target.handle(search("@attr 1=1003 du", result_set_name="a"))
    target.handle(search("@attr 1=4 van", result_set_name="b"))
    answer = target.handle(sort(SortKeySpec(use(4)), inputs=("a", "b", "a"), output="a"))
    assert answer.result_count == 3
    assert controls(target, "a", 3) == ["b2", "b1", "b4"]


def test_an_empty_set(target):
    """Sorted, and said to be empty."""
    target.handle(search("nothing", result_set_name="e"))
    answer = target.handle(sort(SortKeySpec(use(4)), inputs=("e",)))
    assert (answer.sort_status, answer.result_set_status, answer.result_count) == (0, 1, 0)


@pytest.mark.parametrize(
    ("request_", "diagnostic"),
    [
        (sort(SortKeySpec(use(4)), inputs=("none",)), (30, "none")),
        (sort(SortKeySpec(use(4)), inputs=()), (237, "no result set named")),
        (sort(), (237, "no sort key")),
        (sort(SortKeySpec(use(4)), output=""), (208, "")),
        (sort(SortKeySpec(use(4)), output="x" * 1001), (128, "x" * 1000)),
        (sort(SortKeySpec(use(4)), inputs=("default",) * 17), (230, "16")),
        (sort(*[SortKeySpec(use(4))] * 9), (211, "8")),
        (sort(SortKeySpec(use(4)), SortKeySpec("title")), (212, "title")),
        (sort(SortKeySpec(use(7))), (207, "isbn")),
        (sort(SortKeySpec(use(9999))), (114, "9999")),
        (sort(SortKeySpec("colour")), (207, "colour")),
        (sort(SortKeySpec(SortAttributes(id="1.2.3", list=(Attribute(1, 4),)))), (121, "1.2.3")),
        (
            sort(SortKeySpec(SortAttributes(id=BIB1, list=(Attribute(1, 4), Attribute(4, 1))))),
            (207, "4=1"),
        ),
        (sort(SortKeySpec(Specification(element_spec="F"))), (207, "F")),
        (sort(SortKeySpec(DatabaseSpecific())), (210, "")),
        (sort(SortKeySpec(use(4), 2)), (214, "2")),
        (sort(SortKeySpec(use(4), 3)), (207, "relation 3")),
        (sort(SortKeySpec(use(4), 0, 2)), (215, "2")),
        (sort(SortKeySpec(use(4), 0, 1, b"...")), (213, "...")),
        (sort(SortKeySpec(use(31), 0, 1, MissingValue.ABORT)), (207, "date")),
    ],
)
def test_refused(target, request_, diagnostic):
    """Failure, the sets unchanged, the offending value."""
    answer = target.handle(request_)
    assert (answer.sort_status, answer.result_set_status) == (2, 3)
    assert [(d.condition, d.addinfo) for d in answer.diagnostics] == [diagnostic]
    assert controls(target, "default", 5) == ["b1", "b2", "b3", "b4", "b5"]


def test_abort_when_every_record_has_a_value(target):
    """Nothing is missing."""
    target.handle(search("@attr 1=1003 du", result_set_name="a"))
    answer = target.handle(sort(SortKeySpec(use(31), 0, 1, MissingValue.ABORT), inputs=("a",)))
    assert answer.sort_status == 0
