"""The origin that measures plays its scripts and reads the clocks at the right moment."""

import socket
from itertools import repeat

from bench import z3950_client
from bench.z3950_client import asking, drive, question
from interop.query import pqf
from interop.z3950 import apdu
from interop.z3950.server import Listener
from tests.unit.z3950.fakes import FakeCatalogue


def test_the_end_is_told_while_connections_are_open(monkeypatch):
    """A server with a process for each connection has used its CPU in those processes."""
    said: list[str] = []
    close = z3950_client._Player.close

    def closing(player) -> None:
        if player._sock is not None:
            said.append("closed")
        close(player)

    monkeypatch.setattr(z3950_client._Player, "close", closing)
    asked = question("hue", 4, "kieu", 1, 1)
    waits: list[float] = []  # how many there are, the machine decides
    with socket.create_server(("127.0.0.1", 0)) as sock:
        listener = Listener(FakeCatalogue(), [sock])
        listener.start()

        work = [repeat((asked.search, asked.present)) for _ in range(2)]
        scripts = [asking(each, waits.append) for each in work]
        drive(sock.getsockname(), scripts, 0.01, lambda: said.append("ended"))
        listener.stop()
    assert said == ["ended", "closed", "closed"]


def test_a_search_for_either_of_two_words():
    asked = question("hue", 4, "kieu", 1, 1, other="van")
    query = apdu.decode(asked.search.request).query
    assert pqf.show(query) == asked.text == "@or @attr 1=4 kieu @attr 1=4 van"
