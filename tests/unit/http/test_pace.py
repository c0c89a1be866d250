"""The pace of one client: what is counted, for whom, and when it may come again."""

from interop.http.limits import BURST_SECONDS
from interop.http.pace import paced

RATE = 2
BURST = int(RATE * BURST_SECONDS)


def inside(environ, start):
    start("200 OK", [])
    return [b"inside"]


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def ask(application, path: str, address: str = "192.0.2.1") -> tuple[int, dict[str, str]]:
    told: list = []
    list(application({"PATH_INFO": path, "REMOTE_ADDR": address}, lambda *args: told.extend(args)))
    return int(told[0][:3]), dict(told[1])


def test_a_client_that_asks_too_fast_is_told_when_to_come_again():
    clock = Clock()
    application = paced(inside, RATE, clock=clock)
    assert {ask(application, "/sru/union")[0] for _ in range(BURST)} == {200}
    status, headers = ask(application, "/search/union")
    assert status == 503 and int(headers["Retry-After"]) >= 1
    clock.now += int(headers["Retry-After"])
    assert ask(application, "/sru")[0] == 200


def test_others_and_what_costs_nothing_are_not_held_up():
    application = paced(inside, RATE, clock=Clock())
    while ask(application, "/resourcesync/union/changelist.xml")[0] == 200:
        pass
    assert ask(application, "/sru", "192.0.2.2")[0] == 200
    for path in ("/", "/health/live", "/oai", "/metrics", "/sruz"):
        assert ask(application, path)[0] == 200
    assert ask(application, "//SRU/union")[0] == 503


def test_no_rate_is_no_pace():
    assert paced(inside, 0) is inside
