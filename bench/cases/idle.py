"""Z39.50: what ten thousand associations that say nothing cost one process."""

import resource
import socket
from contextlib import ExitStack

from bench import node
from bench.context import Context
from bench.machine import say
from bench.programs import Failed, Server
from bench.table import Row
from bench.z3950_client import INIT, LIMIT, Answer, ask, question

NAME = "idle"
ASSOCIATIONS = 10_000
SPARE = 64  # files of this program beside the connections


def run(context: Context) -> list[Row]:
    """A fact, no row: memory of the process that serves, before and with the associations."""
    count = _within_open_files(ASSOCIATIONS)
    roomy = node.for_associations(context.node(), count + 1)
    with ExitStack() as stack:
        running = stack.enter_context(node.serving(roomy))
        asked = Server(running.process, roomy.z3950)
        _answers(context, asked)  # index and store are open, as they are in a working server
        before = asked.largest()
        for _ in range(count):
            stack.enter_context(_open(asked))
        after = asked.largest()
        _answers(context, asked)
        each = (after - before) / count
        told = (
            f"{after / 1e6:.0f} MB in memory, {before / 1e6:.0f} MB without them "
            f"({each / 1000:.1f} kB each), and the next association is answered"
        )
    context.facts[f"{count:,} idle Z39.50 associations, one process"] = told
    say(f"  {count:,} idle associations: {told}")
    return []


def _within_open_files(count: int) -> int:
    """How many of ``count`` connections the hard limit of open files leaves us."""
    _, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
    return count if hard == resource.RLIM_INFINITY else min(count, hard - SPARE)


def _open(server: Server) -> socket.socket:
    """A connection after Init. Raises ``Failed``."""
    sock = socket.create_connection(server.address, timeout=LIMIT)
    sock.sendall(INIT.request)
    if not sock.recv(4096).startswith(INIT.expect):
        raise Failed("Init was refused")
    return sock


def _answers(context: Context, server: Server) -> Answer:
    """One more association that searches. Raises ``Failed`` when it finds nothing."""
    word = context.records.words[0]
    (answer,) = ask(server.address, [question(node.DATABASE, 4, word, 1)])
    if not answer.records:
        raise Failed(f"no record among {ASSOCIATIONS:,} associations: {answer}")
    return answer
