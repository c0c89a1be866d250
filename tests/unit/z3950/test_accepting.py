"""Connections are taken one at a time, from a socket that stays the caller's, on either loop."""

import asyncio
import errno
import logging
import socket
import sys
from collections.abc import Iterator

import pytest

from interop.z3950 import accepting
from interop.z3950.accepting import Acceptor


@pytest.fixture(params=["uvloop", "asyncio"])
def runner(request, monkeypatch) -> Iterator[asyncio.Runner]:
    if request.param == "asyncio":
        monkeypatch.setitem(sys.modules, "uvloop", None)  # it cannot be imported
    with asyncio.Runner(loop_factory=accepting.new_loop) as made:
        assert type(made.get_loop()).__module__.startswith(request.param)
        yield made


@pytest.fixture
def sock() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as made:
        yield made


class Greeting(asyncio.Protocol):
    """Says its number and hangs up."""

    def __init__(self, met: list["Greeting"]) -> None:
        self.met = met
        self.lost: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport) -> None:
        self.met.append(self)
        transport.write(b"%d" % len(self.met))
        transport.close()

    def connection_lost(self, exc) -> None:
        self.lost.set_result(None)


async def greeted(met: list[Greeting], count: int) -> None:
    async with asyncio.timeout(10):
        while len(met) < count:
            await asyncio.sleep(0)
        for each in met:
            await each.lost


def test_every_connection_that_waits_gets_a_protocol(runner, sock):
    met: list[Greeting] = []
    clients = [socket.create_connection(sock.getsockname()) for _ in range(5)]

    async def serve() -> None:
        door = Acceptor(sock, lambda: Greeting(met), backlog=16)
        await greeted(met, 5)
        door.close()
        door.close()

    runner.run(serve())
    assert sorted(client.recv(16) for client in clients) == [b"1", b"2", b"3", b"4", b"5"]
    for client in clients:
        client.close()
    assert sock.fileno() >= 0
    with socket.create_connection(sock.getsockname()):  # it listens still
        pass


def test_one_is_taken_at_a_time_and_others_are_left_to_other_processes(runner, sock):
    met: list[Greeting] = []
    clients = [socket.create_connection(sock.getsockname()) for _ in range(3)]

    async def serve() -> None:
        door = Acceptor(sock, lambda: Greeting(met), backlog=16)
        door._accept()  # the socket is readable: as when the loop comes round
        door.close()
        await greeted(met, 1)

    runner.run(serve())
    assert len(met) == 1
    sock.setblocking(False)
    for _ in range(2):
        sock.accept()[0].close()
    for client in clients:
        client.close()


def test_without_room_for_files_connections_wait(runner, sock, monkeypatch, caplog):
    """The reader is off meanwhile: a loop that cannot accept would come round for nothing else."""
    monkeypatch.setattr(accepting, "_AGAIN", 0.01)
    met: list[Greeting] = []

    class Full:
        """A socket in a process with all its files open, once."""

        def __init__(self, inner: socket.socket) -> None:
            self.inner, self.fileno, self.close = inner, inner.fileno, inner.close
            self.refused = False

        def accept(self):
            if not self.refused:
                self.refused = True
                raise OSError(errno.EMFILE, "Too many open files")
            return self.inner.accept()

    async def serve() -> None:
        door = Acceptor(sock, lambda: Greeting(met), backlog=16)
        door._sock = Full(door._sock)
        with socket.create_connection(sock.getsockname()):
            await greeted(met, 1)
        door.close()

    with caplog.at_level(logging.ERROR):
        runner.run(serve())
    assert "Too many open files" in caplog.text


def test_a_socket_that_cannot_be_listened_on_is_told(runner):
    async def serve() -> None:
        with socket.socket() as closed:
            closed.bind(("127.0.0.1", 0))
            closed.close()
            Acceptor(closed, asyncio.Protocol, backlog=1)

    with pytest.raises(OSError, match="Bad file"):
        runner.run(serve())
