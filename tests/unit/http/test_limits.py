"""Buckets, slots, and whom a request is counted for."""

import threading

import pytest

from interop.http.limits import Held, Limits, Rate, Slots, client_of, peer_of


def test_a_client_that_asks_too_often_is_told_when_to_come_again() -> None:
    rate = Rate(2, burst=2.0)
    assert [rate.admit("a", 0.0) for _ in range(5)] == [0, 0, 0, 0, 1]
    assert rate.admit("b", 0.0) == 0, "clients do not pay for each other"
    assert rate.admit("a", 0.4) == 1
    assert rate.admit("a", 0.5) == 0
    assert [rate.admit("a", 100.0) for _ in range(5)] == [0, 0, 0, 0, 1], "no more than the burst"


def test_whoever_waits_as_told_is_admitted() -> None:
    rate, now = Rate(1, burst=1.0), 0.0
    for _ in range(20):
        wait = rate.admit("a", now)
        if wait:
            now += wait
            assert rate.admit("a", now) == 0


def test_no_rate_admits_everything_and_a_clock_that_stands_still_harms_nobody() -> None:
    assert not any(Rate(0).admit("a", 0.0) for _ in range(1000))
    rate = Rate(1, burst=1.0)
    assert rate.admit("a", 5.0) == 0 and rate.admit("a", 4.0) == 1


def test_clients_that_are_remembered_are_bounded() -> None:
    rate = Rate(1, burst=1.0, clients=3)
    for number in range(100):
        rate.admit(f"client {number}", 0.0)
    assert len(rate._buckets) == 3
    assert rate.admit("client 99", 0.0) == 1 and rate.admit("client 0", 0.0) == 0


def test_slots_of_all_and_of_one_client() -> None:
    slots = Slots(Limits(slots=3, client_slots=2, waiting=1), patience=0.0)
    assert [slots.take("a") for _ in range(3)] == [True, True, False]
    assert [slots.take("b") for _ in range(2)] == [True, False]
    slots.give("a")
    assert slots.take("b") and slots.taken == 3


def test_who_finds_too_many_waiting_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    slots = Slots(Limits(slots=1, client_slots=1, waiting=0), patience=30.0)

    def waited(*_: object) -> None:
        raise AssertionError("it waited")

    monkeypatch.setattr(slots._changed, "wait_for", waited)
    assert slots.take("a")
    assert not slots.take("b")


def test_a_waiting_request_gets_the_slot_that_becomes_free() -> None:
    slots = Slots(Limits(slots=1, client_slots=1, waiting=1), patience=30.0)
    assert slots.take("a")
    got: list[bool] = []
    waiting = threading.Thread(target=lambda: got.append(slots.take("b")))
    waiting.start()
    while slots._waiting == 0:
        assert waiting.is_alive()
    assert not slots.take("c"), "as many wait as may"
    slots.give("a")
    waiting.join(30)
    assert got == [True]


def test_a_body_gives_back_once_however_it_ends() -> None:
    for use in (list, Held.close, lambda held: (list(held), held.close(), held.close())):
        done: list[int] = []
        use(Held((b"a", b"b"), lambda done=done: done.append(1)))
        assert done == [1]
    assert b"".join(Held((b"a", b"b"), lambda: None)) == b"ab"


@pytest.mark.parametrize(
    ("environ", "proxies", "client"),
    [
        ({"REMOTE_ADDR": "192.0.2.7"}, 0, "192.0.2.7"),
        ({"REMOTE_ADDR": "192.0.2.7", "HTTP_X_FORWARDED_FOR": "198.51.100.1"}, 0, "192.0.2.7"),
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "1.2.3.4, 5.6.7.8"}, 1, "5.6.7.8"),
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "1.2.3.4, 5.6.7.8"}, 2, "1.2.3.4"),
        ({"REMOTE_ADDR": "10.0.0.1", "HTTP_X_FORWARDED_FOR": "1.2.3.4"}, 2, "10.0.0.1"),
        ({"REMOTE_ADDR": "10.0.0.1"}, 1, "10.0.0.1"),
        ({}, 0, ""),
    ],
)
def test_client_of(environ: dict[str, str], proxies: int, client: str) -> None:
    assert client_of(environ, proxies) == client


def test_the_addresses_of_one_ipv6_network_are_one_client() -> None:
    def client(address: str) -> str:
        return client_of({"REMOTE_ADDR": address})

    assert client("2001:db8:0:1::1") == client("2001:db8:0:1:ffff::2") != client("2001:db8:0:2::1")
    assert client("not:an:address") == "not:an:address"


def test_an_ipv4_peer_of_a_dual_stack_socket_is_itself():
    """Else all of them would be counted as one network."""
    environ = {"REMOTE_ADDR": "::ffff:192.0.2.7"}
    assert peer_of(environ) == client_of(environ) == "192.0.2.7"
    assert peer_of({"REMOTE_ADDR": "2001:db8::7"}) == "2001:db8::7"
    assert peer_of({}) == ""
