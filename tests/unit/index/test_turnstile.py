"""Few dear searches at one time."""

import threading

import pytest

from interop.index.base import TooBusy
from interop.index.turnstile import Turnstile


class Held:
    """A thread that stays inside until it is let go."""

    def __init__(self, turnstile: Turnstile) -> None:
        self.inside, self._leave = threading.Event(), threading.Event()
        self._turnstile = turnstile
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        with self._turnstile.passing():
            self.inside.set()
            self._leave.wait()

    def leave(self) -> None:
        self._leave.set()
        self._thread.join()


def test_so_many_at_once_and_the_next_when_one_leaves():
    turnstile = Turnstile(at_once=1, waiting=1)
    first = Held(turnstile)
    assert first.inside.wait(30)
    second = Held(turnstile)
    assert not second.inside.is_set()
    first.leave()
    assert second.inside.wait(30)
    second.leave()


def test_nobody_waits_in_vain():
    turnstile = Turnstile(at_once=1, waiting=0)
    first = Held(turnstile)
    assert first.inside.wait(30)
    with pytest.raises(TooBusy), turnstile.passing():
        pass
    with turnstile.passing(dear=False):
        pass
    first.leave()
    with turnstile.passing():
        pass


def test_patience_ends():
    turnstile = Turnstile(at_once=1, waiting=1, patience=0.001)
    first = Held(turnstile)
    assert first.inside.wait(30)
    for _ in range(3):  # who gave up leaves its place to others
        with pytest.raises(TooBusy, match="within"), turnstile.passing():
            pass
    first.leave()


def test_an_error_inside_frees_the_place():
    turnstile = Turnstile(at_once=1, waiting=0)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), turnstile.passing():
            raise ZeroDivisionError
