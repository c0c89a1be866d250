"""Z39.50: Search and Present of ten records, and whole associations, beside ``zebrasrv``.

Every question is asked once before anything is timed, and the answers are read whole: a server that
answers wrongly is not fast. Both servers run as their default configuration runs them.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import ExitStack
from itertools import cycle, islice

from bench import node
from bench.context import Context
from bench.machine import say
from bench.peers import zebra
from bench.programs import Failed, Server
from bench.stats import Sample, interleave
from bench.table import Row, rows
from bench.z3950_client import Question, Script, ask, associations, drive, question, searching

NAME = "z3950"
CONNECTIONS = (1, 8)
PRESENT = 10

Maker = Callable[[Iterable[Question], Callable[[], None]], Script]


def run(context: Context) -> list[Row]:
    """Operations per second over one and over eight connections."""
    with ExitStack() as stack:
        say("  starting the servers")
        servers = {"ours": _ours(stack.enter_context(node.serving(context.node())), context)}
        if zebra.installed():
            for kind in zebra.KINDS:
                running = zebra.serving(kind, context.register(kind))
                servers[kind] = stack.enter_context(running)
        searches = _questions(context, servers, PRESENT)
        known = _questions(context, servers, 1)
        found: list[Row] = []
        for connections in CONNECTIONS:
            where = f"{connections} connection{'s' if connections > 1 else ''}"
            found += _measure(
                context, servers, searching, searches,
                f"Z39.50 Search + Present {PRESENT}, {where}", "searches", connections,
            )  # fmt: skip
            found += _measure(
                context, servers, associations, known,
                f"Z39.50 connect, Init, Search, Present 1, Close, {where}",
                "associations", connections,
            )  # fmt: skip
        return found


def _ours(running: Server, context: Context) -> Server:
    """The same processes, asked at their other port."""
    return Server(running.process, context.node().z3950)


def _questions(
    context: Context, servers: dict[str, Server], records: int
) -> dict[str, list[Question]]:
    """The questions for each server, answered once by each. Raises ``Failed`` for an answer that
    brings fewer records than it should; hits that differ are told.
    """
    asked = [(4, word) for word in context.records.words] if records > 1 else context.records.known
    found, hits = {}, {}
    for name, running in servers.items():
        database = node.DATABASE if name == "ours" else zebra.DATABASE
        found[name] = [question(database, use, term, records) for use, term in asked]
        answers = ask(running.address, found[name])
        for item, answer in zip(found[name], answers, strict=True):
            if answer.records != min(records, answer.hits) or answer.hits == 0 or answer.problem:
                raise Failed(f"{name}: {item.text}: {answer}")
        hits[name] = [answer.hits for answer in answers]
    for name in hits.keys() - {"ours"}:
        pairs = list(zip(hits["ours"], hits[name], strict=True))
        alike = sum(a == b for a, b in pairs)
        say(f"  {name}: {len(pairs)} questions, the same number of hits in {alike}; "
            f"{sum(hits['ours']):,} hits with us, {sum(hits[name]):,} there")  # fmt: skip
    return found


def _measure(
    context: Context,
    servers: dict[str, Server],
    maker: Maker,
    questions: dict[str, list[Question]],
    what: str,
    unit: str,
    connections: int,
) -> list[Row]:
    sides = {
        name: lambda name=name: _sample(
            servers[name], maker, questions[name], connections, context.seconds
        )
        for name in servers
    }
    figures = interleave(context.rounds, sides)
    say(f"  {what}: " + ", ".join(f"{k} {f.rate:,.0f}/s" for k, f in figures.items()))
    return rows(what, unit, figures, zebra.KINDS, "ours")


def _sample(
    server: Server, maker: Maker, questions: Sequence[Question], connections: int, seconds: float
) -> Sample:
    count = 0

    def done() -> None:
        nonlocal count
        count += 1

    shift = max(1, len(questions) // connections)  # connections ask different questions at a time
    scripts = [
        maker(islice(cycle(questions), number * shift, None), done) for number in range(connections)
    ]
    before = server.cpu()
    elapsed = drive(server.address, scripts, seconds)
    return Sample(count, elapsed, server.cpu() - before)
