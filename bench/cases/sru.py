"""SRU searchRetrieve, ten MARCXML records, beside ``zebrasrv``, which speaks SRU itself.

Every question is asked once before anything is timed and its answer read whole; both servers run as
their default configuration runs them.
"""

from contextlib import ExitStack
from urllib.parse import quote

from lxml import etree

from bench import http_load, node
from bench.context import Context
from bench.machine import say
from bench.peers import zebra
from bench.programs import Failed, Server
from bench.stats import Sample, interleave
from bench.table import Row, rows

NAME = "sru"
CONNECTIONS = (1, 8)
RECORDS = 10
PEERS = {"dom": zebra.KINDS["dom"]}  # the built-in reader has no XML to hand out

_SRW = "{http://www.loc.gov/zing/srw/}"
_MARC = "{http://www.loc.gov/MARC21/slim}"


def run(context: Context) -> list[Row]:
    """Answers per second over one and several connections."""
    with ExitStack() as stack:
        say("  starting the servers")
        running = {"ours": stack.enter_context(node.serving(context.node(), "--only", "http"))}
        if zebra.installed():
            served = zebra.serving("dom", context.register("dom"))
            running["dom"] = stack.enter_context(served)
        asked = {name: _requests(context, server, name) for name, server in running.items()}
        return [
            row
            for connections in CONNECTIONS
            for row in _measure(context, running, asked, connections)
        ]


def _requests(context: Context, server: Server, name: str) -> list[bytes]:
    """The questions for a server, each answered once. Raises ``Failed`` for an answer that brings
    fewer records than it should; hits are told.
    """
    path = f"/sru/{node.DATABASE}" if name == "ours" else f"/{zebra.DATABASE}"
    found, hits = [], 0
    for word in context.records.words:
        query = quote(f'dc.title="{word}"')
        request = http_load.get(
            f"127.0.0.1:{server.port}",
            f"{path}?version=1.2&operation=searchRetrieve&query={query}"
            f"&maximumRecords={RECORDS}&recordSchema=marcxml",
        )
        [body] = http_load.ask(server.address, [request])
        root = etree.fromstring(body)
        total = int(root.findtext(f"{_SRW}numberOfRecords") or 0)
        shown = len(list(root.iter(f"{_MARC}record")))
        if not total or shown != min(total, RECORDS):
            raise Failed(f"{name}: {word}: {shown} records of {total}: {body[:500]!r}")
        hits += total
        found.append(request)
    say(f"  {name}: {len(found)} questions, {hits:,} hits")
    return found


def _measure(
    context: Context,
    running: dict[str, Server],
    asked: dict[str, list[bytes]],
    connections: int,
) -> list[Row]:
    def sample(name: str) -> Sample:
        server = running[name]
        before = server.cpu()
        count, seconds = http_load.load(server.address, asked[name], context.seconds, connections)
        return Sample(count, seconds, server.cpu() - before)

    figures = interleave(context.rounds, {name: lambda name=name: sample(name) for name in running})
    where = f"{connections} connection{'s' if connections > 1 else ''}"
    what = f"SRU searchRetrieve, {RECORDS} marcxml, {where}"
    say(f"  {what}: " + ", ".join(f"{k} {f.rate:,.0f}/s" for k, f in figures.items()))
    return rows(what, "answers", figures, PEERS, "ours")
