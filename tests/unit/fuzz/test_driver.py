"""The fuzzer finds what is planted, is guided by lines, and our readers survive a short run."""

from random import Random

import pytest

from fuzz import driver
from fuzz.__main__ import TARGETS
from fuzz.driver import Session
from fuzz.mutate import LONGEST, mutated
from fuzz.target import Target
from interop.marc import legal


def rounds(number: int):
    left = iter(range(number))
    return lambda: next(left, None) is None


def breaks_at_x(data: bytes) -> None:
    if b"x" in data:
        raise KeyError("planted")
    raise ValueError("documented")


def test_what_is_planted_is_found() -> None:
    target = Target(breaks_at_x, (ValueError,), lambda: [b"seed"], (b"x",))
    found = list(Session(target, Random(1)).findings(rounds(200)))
    assert found
    assert all(b"x" in data and what == "KeyError: 'planted'" for data, what in found)


def test_a_time_that_is_not_linear_is_found() -> None:
    ticks = iter(range(0, 10**6, 60))
    target = Target(lambda data: None, (), lambda: [b"seed"])
    session = Session(target, Random(1), clock=lambda: next(ticks))
    assert [what for _, what in session.findings(lambda: True)] == ["slow: 60.0 s for 4 bytes"]


def test_inputs_that_reach_new_lines_are_kept() -> None:
    target = Target(lambda data: legal.indicator("A" if b"q" in data else " "), (), lambda: [b""],
                    (b"q",))  # fmt: skip
    session = Session(target, Random(1))
    assert list(session.findings(rounds(100))) == []
    assert len(session.kept) == 2 and session.kept[0] == b"" and b"q" in session.kept[1]
    assert all(file.startswith(driver._OURS) for file, _ in session.reached)


def test_mutations_are_bounded_and_repeatable() -> None:
    first, second = Random(7), Random(7)
    for _ in range(50):
        one = mutated(first, b"abc" * 9_000, [b"other"], [b"token"])
        assert one == mutated(second, b"abc" * 9_000, [b"other"], [b"token"])
        assert len(one) <= LONGEST


@pytest.mark.parametrize("name", TARGETS)
def test_targets_survive_a_short_run(name: str) -> None:
    assert list(Session(TARGETS[name], Random(2)).findings(rounds(40))) == []
