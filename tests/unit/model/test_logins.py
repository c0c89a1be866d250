"""Waits after wrong passwords: who waits, how long, and who does not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.model.access import Access, Rights, User
from interop.model.logins import ENTRIES, MEMORY, Backoff, Logins, Policy, TooSoon

RIGHTS = Rights([Access("union", (), ("nlv", "hue"))], [User("nlv", "x"), User("hue", "y")])
HERE, THERE = "192.0.2.1", "192.0.2.2"


class Door:
    """Logins at a time that a test sets."""

    def __init__(self, guesses: int = 3, longest: float = 60.0) -> None:
        self.now = 0.0
        self.logins = Logins(RIGHTS, Policy(guesses, longest))

    def tried(self, name: str, password: str, address: str = HERE) -> str:
        try:
            user = self.logins.authenticate([(name, password)], address, self.now)
        except TooSoon as error:
            return str(error)
        return user or "wrong"

    def wrong(self, count: int, name: str = "nlv", address: str = HERE) -> None:
        """``count`` wrong passwords, each as soon as it is heard."""
        for _ in range(count):
            while self.tried(name, "?", address) != "wrong":
                self.now += 1


@pytest.fixture
def door():
    return Door()


def test_a_few_are_free_and_then_each_waits_twice_as_long(door):
    door.wrong(3)
    assert door.tried("nlv", "x") == "1 s"
    waits = []
    for _ in range(8):
        start = door.now
        door.wrong(1)
        waits.append(door.now - start)
    assert waits == [1, 2, 4, 8, 16, 32, 60, 60]


def test_a_try_that_comes_too_soon_does_not_count(door):
    door.wrong(3)
    assert [door.tried("nlv", "?") for _ in range(50)] == ["1 s"] * 50
    door.now = 1.0
    assert door.tried("nlv", "x") == "nlv"


def test_the_right_password_ends_it(door):
    door.wrong(3)
    door.now = 1.0
    assert door.tried("nlv", "x") == "nlv"
    assert door.tried("nlv", "?") == "wrong"
    assert door.tried("nlv", "x") == "nlv"


def test_what_was_long_ago_is_forgotten(door):
    door.wrong(5)
    door.now += MEMORY
    assert door.tried("nlv", "x") == "nlv"


def test_unknown_users_are_answered_as_known_ones(door):
    for name in ("nobody", "hue"):
        seen = Door()
        seen.wrong(3, name)
        assert seen.tried(name, "?") == "1 s"


def test_one_address_that_tries_many_names(door):
    for number in range(12):
        assert door.tried(f"user{number}", "?") == "wrong"
    assert door.tried("nlv", "x") == "1 s"
    assert door.tried("nlv", "x", THERE) == "nlv"


def test_one_user_that_many_addresses_try(door):
    for number in range(30):
        assert door.tried("nlv", "?", f"198.51.100.{number}") == "wrong"
    assert door.tried("nlv", "x", THERE) == "1 s"
    assert door.tried("hue", "y", THERE) == "hue"


def test_who_logged_in_here_lately_is_not_held_up_by_others(door):
    """Behind one proxy, and when somebody tries their name elsewhere."""
    assert door.tried("nlv", "x") == "nlv"
    for number in range(12):
        door.tried(f"user{number}", "?")
    for number in range(30):
        door.tried("nlv", "?", f"198.51.100.{number}")
    assert door.tried("hue", "y") == "1 s"
    assert door.tried("nlv", "x") == "nlv"
    door.wrong(3)
    assert door.tried("nlv", "x") == "1 s"


def test_version_6_counts_by_network():
    fresh = Door()
    for number in range(3):
        fresh.tried("nlv", "?", f"2001:db8::{number + 1:x}")
    assert fresh.tried("nlv", "x", "2001:db8::ffff") == "1 s"
    assert fresh.tried("nlv", "x", "2001:db8:0:1::1") == "nlv"


def test_readings_of_one_login_are_one_try(door):
    login = [("group", "nlv/?"), ("nlv", "?")]
    for _ in range(3):
        assert door.logins.authenticate(login, HERE, 0) is None
    with pytest.raises(TooSoon):
        door.logins.authenticate(login, HERE, 0)
    assert door.logins.authenticate([], THERE, 0) is None


def test_it_can_be_switched_off():
    door = Door(guesses=0)
    assert [door.tried("nlv", "?") for _ in range(100)] == ["wrong"] * 100
    assert door.tried("nlv", "x") == "nlv"


def test_what_is_kept_is_bounded(door):
    for number in range(ENTRIES + 50):
        door.logins.authenticate([(f"user{number}", "?")], f"10.{number >> 8}.{number & 255}.1", 0)
    assert max(map(len, (door.logins._pairs, door.logins._addresses, door.logins._users))) == (
        ENTRIES
    )


@given(st.lists(st.integers(0, 50), max_size=30), st.integers(1, 4), st.integers(1, 100))
def test_a_wait_is_never_negative_nor_longer_than_the_longest(pauses, free, longest):
    backoff, now = Backoff(free, longest), 0.0
    for pause in pauses:
        now += pause
        backoff.failed("k", now)
        assert 0 <= backoff.wait("k", now) <= longest
        assert backoff.wait("other", now) == 0
    assert backoff.wait("k", now + longest) == 0
