"""Clients of a soak see what is wrong, and only that."""

import threading
from random import Random

from soak.load import Clients, Tally
from soak.origin import Cut
from soak.records import Shelf


def clients() -> Clients:
    return Clients(Shelf(1, 1), 0, 0, Tally(), threading.Event())


def run(made: Clients, outcomes: list[Exception | None]) -> Tally:
    left = iter(outcomes)

    def client(_: Random) -> None:
        outcome = next(left, StopIteration)
        if outcome is StopIteration:
            made.over.set()
        elif isinstance(outcome, Exception):
            made.over.wait = lambda _: made.over.is_set()  # no pause between tries
            raise outcome

    made.run("client", client, Random(1))
    return made.tally


def test_a_cut_connection_is_no_fault():
    tally = run(clients(), [None, Cut(), None])
    assert (tally.done["client"], tally.cut["client"], tally.faults) == (3, 1, [])


def test_anything_else_is():
    tally = run(clients(), [ValueError("x")])
    assert tally.faults == ["client: ValueError: x"]


def test_expectations_are_told_in_words():
    tally = Tally()
    tally.expect(True, "right")
    tally.expect(False, "wrong")
    assert tally.faults == ["wrong"]
