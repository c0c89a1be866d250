"""Targets for examinations: a socket server whose answers a function gives, wrong ones too."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from interop.z3950 import apdu
from interop.z3950.apdu import Apdu
from interop.z3950.ber import FrameScanner

# What is sent in answer to a request: an APDU, octets as they are, or ``None`` to hang up.
Answer = Callable[[Apdu], Apdu | bytes | None]


@contextmanager
def target(answer: Answer) -> Iterator[tuple[str, int]]:
    """Address of a target that answers one association after the other."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        thread = threading.Thread(target=_serve, args=(listening, answer), daemon=True)
        thread.start()
        yield listening.getsockname()
        listening.shutdown(socket.SHUT_RDWR)
        thread.join()


def _serve(listening: socket.socket, answer: Answer) -> None:
    while True:
        try:
            connection, _ = listening.accept()
        except OSError:
            return
        with connection:
            _converse(connection, answer)


def _converse(connection: socket.socket, answer: Answer) -> None:
    scanner = FrameScanner(1 << 20)
    while octets := connection.recv(1 << 16):
        scanner.feed(octets)
        while (frame := scanner.next_frame()) is not None:
            reply = answer(apdu.decode(frame))
            if reply is None:
                return
            connection.sendall(reply if isinstance(reply, bytes) else apdu.encode(reply))
