"""Z39.50: Search, Present, Scan and whole associations, beside ``zebrasrv``.

Every question is asked once before anything is timed, and the answers are read whole: a server that
answers wrongly is not fast. Both servers run as their default configuration runs them.
"""

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from itertools import combinations, cycle, islice
from random import Random

from bench import node
from bench.context import Context
from bench.machine import say
from bench.peers import zebra
from bench.programs import Failed, Server
from bench.records import SEED
from bench.stats import Sample, interleave, percentile
from bench.table import Row, rows
from bench.z3950_client import (
    SCANNED,
    Done,
    Question,
    Script,
    Send,
    ask,
    asking,
    associating,
    drive,
    question,
)

NAME = "z3950"
CONNECTIONS = (1, 8, 32)
TIMED = (1, 8)  # connections at which waiting times are told
PRESENT = 10
PAGE = 20
TRIED = 50  # of the questions that are never the same again

Asked = Mapping[str, Sequence[Question]]


@dataclass(frozen=True, slots=True)
class Work:
    """What is timed. ``requests``: of one operation; ``script``: how they are sent."""

    what: str
    unit: str
    requests: Callable[[Question], Sequence[Send]]
    script: Callable[..., Script] = asking


SEARCH = Work("Search", "searches", lambda asked: (asked.search,))
NEW = Work("Search, never the same again", "searches", lambda asked: (asked.search,))
SHOWN = Work(f"Search + Present {PRESENT}", "searches", lambda asked: (asked.search, asked.present))
SINGLES = Work(
    f"Search + {PAGE} Presents of 1", "pages", lambda asked: (asked.search, *asked.singles)
)
SCAN = Work(f"Scan {SCANNED}", "scans", lambda asked: (asked.scan,))
WHOLE = Work(
    "connect, Init, Search, Present 1, Close",
    "associations",
    lambda asked: (asked.search, asked.present),
    associating,
)


def run(context: Context) -> list[Row]:
    """Operations per second over one and several connections."""
    with ExitStack() as stack:
        say("  starting the servers")
        servers = {"ours": _ours(stack.enter_context(node.serving(context.node())), context)}
        if zebra.installed():
            for kind in zebra.KINDS:
                running = zebra.serving(kind, context.register(kind))
                servers[kind] = stack.enter_context(running)
        words = _questions(context, servers, PRESENT)
        known = _questions(context, servers, 1)
        pairs = _pairs(context, servers)
        work = [(SEARCH, words), (NEW, pairs)]
        work += [(each, words) for each in (SHOWN, SINGLES, SCAN)] + [(WHOLE, known)]
        return [
            row
            for connections in CONNECTIONS
            for each, asked in work
            for row in _measure(context, servers, each, asked, connections)
        ]


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
        found[name] = [question(database, use, term, records, PAGE) for use, term in asked]
        answers = ask(running.address, found[name])
        for item, answer in zip(found[name], answers, strict=True):
            wanted = (min(records, answer.hits), min(PAGE, answer.hits))
            short = (answer.records, answer.single) != wanted or not answer.terms
            if short or answer.hits == 0 or answer.problem:
                raise Failed(f"{name}: {item.text}: {answer}")
        hits[name] = [answer.hits for answer in answers]
    for name in hits.keys() - {"ours"}:
        pairs = list(zip(hits["ours"], hits[name], strict=True))
        alike = sum(a == b for a, b in pairs)
        say(f"  {name}: {len(pairs)} questions, the same number of hits in {alike}; "
            f"{sum(hits['ours']):,} hits with us, {sum(hits[name]):,} there")  # fmt: skip
    return found


def _pairs(context: Context, servers: dict[str, Server]) -> dict[str, list[Question]]:
    """Either of two words, all pairs of them: so many that an answer or a parsed query that a
    server keeps is forgotten before it is asked for again. Some are asked once by each. Raises
    ``Failed``.
    """
    pairs = list(combinations(context.records.words, 2))
    Random(SEED).shuffle(pairs)
    found = {}
    for name, running in servers.items():
        database = node.DATABASE if name == "ours" else zebra.DATABASE
        found[name] = [question(database, 4, a, 1, 1, other=b) for a, b in pairs]
        for item, answer in zip(
            found[name], ask(running.address, found[name][:TRIED]), strict=False
        ):
            if answer.hits == 0 or answer.problem:
                raise Failed(f"{name}: {item.text}: {answer}")
    return found


def _measure(
    context: Context, servers: Mapping[str, Server], work: Work, asked: Asked, connections: int
) -> list[Row]:
    waits: dict[str, list[float]] = {name: [] for name in servers}
    sides = {
        name: lambda name=name: _sample(
            servers[name], work, asked[name], connections, context.seconds, waits[name]
        )
        for name in servers
    }
    figures = interleave(context.rounds, sides)
    where = f"{connections} connection{'s' if connections > 1 else ''}"
    what = f"Z39.50 {work.what}, {where}"
    say(f"  {what}: " + ", ".join(f"{k} {f.rate:,.0f}/s" for k, f in figures.items()))
    if connections in TIMED:
        told = [f"{name} {_waiting(seconds)}" for name, seconds in waits.items()]
        context.facts[f"waiting, {what}"] = "; ".join(told)
    return rows(what, work.unit, figures, zebra.KINDS, "ours")


def _waiting(seconds: Sequence[float]) -> str:
    """How long an operation takes for the one who waits for it."""
    middle, high = percentile(seconds, 50), percentile(seconds, 99)
    return f"p50 {middle * 1000:.2f} ms, p99 {high * 1000:.2f} ms ({high / middle:.1f} x)"


def _sample(
    server: Server,
    work: Work,
    questions: Sequence[Question],
    connections: int,
    seconds: float,
    waits: list[float],
) -> Sample:
    """One round; ``waits`` gets the seconds of each operation."""
    already = len(waits)
    done: Done = waits.append
    shift = max(1, len(questions) // connections)  # connections ask different questions at a time
    requests = [work.requests(each) for each in questions]
    scripts = [
        work.script(islice(cycle(requests), number * shift, None), done)
        for number in range(connections)
    ]
    before = server.cpu()
    after: list[float] = []
    elapsed = drive(server.address, scripts, seconds, lambda: after.append(server.cpu()))
    return Sample(len(waits) - already, elapsed, after[0] - before)
