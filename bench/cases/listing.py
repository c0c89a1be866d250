"""OAI-PMH ListRecords, pages of 100 MARCXML records, beside the ``oaipmh`` package and beside an
application that only returns the same pages ready made: three servers, one gunicorn set-up.

Then our own lists against each other, with nothing kept: the end against the start, headers,
windows and sets. Of a long list only the first and the last pages are held, so that any number of
records can be measured (``--scale``).
"""

import re
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from importlib.util import find_spec
from itertools import islice
from typing import TypeAlias

from bench import http_client, node
from bench.context import Context
from bench.machine import say
from bench.peers import wsgi
from bench.programs import Failed, Server, free_port, python, server
from bench.stats import Sample, interleave
from bench.table import Row, rows

NAME = "oai"
CONNECTIONS = 4
EDGE = 10  # pages at the beginning and at the end of the list
PREFIX = "marcxml"

OAIPMH = {"oaipmh": "oaipmh package, records ready in memory"}
BARE = {"bare": "bare WSGI, pages ready in memory"}
START = {"start": "the same server, first pages of the list"}
_KINDS = {
    "end": "last pages",
    "window": "last pages of a window (from, until)",
    "set": "last pages of a set",
}

_IDENTIFIER = re.compile(rb"<identifier>(oai:[^<]+)</identifier>")


@dataclass(frozen=True, slots=True)
class Edges:
    """Query and body of the first and the last pages of a list of ``records`` records.

    The very last page is shorter than the others and left out where there are enough of them.
    """

    first: dict[str, bytes]
    last: dict[str, bytes]
    records: int

    @property
    def pages(self) -> dict[str, bytes]:
        return self.first | self.last


Asked: TypeAlias = tuple[Server, str, Edges]  # a server, the path, and the pages to ask it for


def run(context: Context) -> list[Row]:
    """Pages per second: the first pages, the last ones, the first compressed, and all that again
    where no page is kept."""
    with ExitStack() as stack:
        ours = stack.enter_context(node.serving(context.node(), "--only", "http"))
        say("  walking our list")
        edges = _walk(context, ours)
        file = context.fresh("pages")
        wsgi.save(edges.pages, file)
        environment = {"BENCH_PAGES": str(file)}
        bare = stack.enter_context(_gunicorn(context, "prebuilt", environment))
        peers: dict[str, Asked] = {"bare": (bare, "/", edges)}
        if find_spec("oaipmh") is not None:
            other = stack.enter_context(_gunicorn(context, "oaipmh_server", environment))
            say("  walking the list of the oaipmh package")
            theirs = _edges(http_client.walk(other.port, "/", PREFIX))
            _compare(edges, theirs)
            peers["oaipmh"] = (other, "/", theirs)
        size = sum(map(len, edges.pages.values())) / len(edges.pages)
        what = f"OAI-PMH ListRecords, 100 records ({size / 1000:.0f} kB)"
        servers: dict[str, Asked] = {"ours": (ours, node.OAI_PATH, edges), **peers}
        names = OAIPMH | BARE
        found = _measure(context, servers, f"{what}, first pages", "first", names, False)
        found += _measure(context, servers, f"{what}, last pages", "last", names, False)
        servers.pop("oaipmh", None)  # it does not compress
        found += _measure(context, servers, f"{what}, gzip", "first", BARE, True)
        anew = stack.enter_context(
            node.serving(node.keeping_nothing(context.node()), "--only", "http")
        )
        servers = {"ours": (anew, node.OAI_PATH, edges), **peers}
        found += _measure(context, servers, f"{what}, nothing kept", "first", names, False)
        servers.pop("oaipmh", None)
        found += _measure(context, servers, f"{what}, nothing kept, gzip", "first", BARE, True)
        return found + _our_own(context, anew)


def _walk(context: Context, ours: Server) -> Edges:
    """Our whole list, page by page; what memory the server took on the way is a fact of the run.

    Raises ``Failed`` when a record of the run is missing or comes twice.
    """
    sizes: list[float] = []
    found: set[bytes] = set()
    count = 0
    began = time.monotonic()

    def watched() -> Iterator[tuple[str, bytes]]:
        nonlocal count
        for number, page in enumerate(http_client.walk(ours.port, node.OAI_PATH, PREFIX)):
            if number % 50 == 0:
                sizes.append(ours.memory() / 1e6)
            names = _IDENTIFIER.findall(page[1])
            count += len(names)
            found.update(names)
            yield page
        sizes.append(ours.memory() / 1e6)

    edges = _edges(watched())
    seconds = time.monotonic() - began
    if not count == len(found) == context.records.count:
        raise Failed(f"{count:,} records, {len(found):,} of them distinct, in our list")
    context.facts["a whole list"] = (
        f"{count:,} records, each once, {count / seconds:,.0f} a second with a client that only"
        " reads tokens and identifiers"
    )
    context.facts["memory of the server over a whole list"] = (
        f"{sizes[0]:.0f} MB at its start, {sizes[len(sizes) // 10]:.0f} MB after a tenth,"
        f" {sizes[len(sizes) // 2]:.0f} MB in the middle, {sizes[-1]:.0f} MB at its end,"
        f" at most {max(sizes):.0f} MB (all processes of the server, shared pages counted in each)"
    )
    return edges


def _edges(pages: Iterator[tuple[str, bytes]]) -> Edges:
    first = dict(islice(pages, EDGE))
    records = sum(body.count(b"<header>") for body in first.values())
    end: deque[tuple[str, bytes]] = deque(maxlen=EDGE + 1)
    for query, body in pages:
        records += body.count(b"<header>")
        end.append((query, body))
    last = dict(list(end)[-EDGE - 1 : -1]) if len(end) > EDGE else dict(end)
    return Edges(first, last or first, records)


def _compare(ours: Edges, theirs: Edges) -> None:
    """Both must list the same records before either is timed. Raises ``Failed``."""
    wanted = sum(page.count(b"<header>") for page in ours.pages.values())
    if wanted != theirs.records:
        raise Failed(f"ListRecords gave {wanted:,} records with us, {theirs.records:,} with oaipmh")


def _our_own(context: Context, ours: Server) -> list[Row]:
    """Lists of all kinds against the first pages of the plain one, every page made anew."""

    def edges(arguments: str = "", verb: str = "ListRecords") -> Edges:
        say(f"  walking {verb} {arguments}")
        pages = http_client.walk(ours.port, node.OAI_PATH, PREFIX, arguments, verb)
        return _edges(pages)

    window, of_set = "&from=2000-01-01&until=2999-12-31", "&set=library"
    found: list[Row] = []
    for verb in ("ListRecords", "ListIdentifiers"):
        plain = edges(verb=verb)
        lists = {
            "start": plain.first,
            "end": plain.last,
            "window": edges(window, verb).last,
            "set": edges(of_set, verb).last,
        }
        found += _compared(context, ours, lists, f"OAI-PMH {verb}, nothing kept", _KINDS)
    return found


def _compared(
    context: Context,
    ours: Server,
    lists: dict[str, dict[str, bytes]],
    what: str,
    kinds: dict[str, str],
) -> list[Row]:
    def sample(name: str) -> Sample:
        return _load(context, ours, node.OAI_PATH, list(lists[name]), False)

    figures = interleave(context.rounds, {name: lambda name=name: sample(name) for name in lists})
    say(f"  {what}: " + ", ".join(f"{k} {f.rate:,.0f}/s" for k, f in figures.items()))
    return [
        Row(f"{what}, {kind}", "pages", START["start"], figures[name], figures["start"])
        for name, kind in kinds.items()
        if name in figures
    ]


@contextmanager
def _gunicorn(context: Context, application: str, environment: dict[str, str]) -> Iterator[Server]:
    """A peer's application in gunicorn as ``interop serve`` sets it up."""
    port = free_port()
    arguments = python(
        "gunicorn", "--worker-class", "gthread", "--threads", str(node.THREADS),
        "--workers", str(node.WORKERS), "--bind", f"127.0.0.1:{port}", "--timeout", "120",
        "--no-control-socket", "--log-level", "warning", f"bench.peers.wsgi:{application}()",
    )  # fmt: skip
    log = context.fresh(f"{application}.log")
    with server(arguments, port, log, environment) as running:
        yield running


def _measure(
    context: Context,
    servers: dict[str, Asked],
    what: str,
    part: str,
    peers: dict[str, str],
    gzip: bool,
) -> list[Row]:
    def sample(name: str) -> Sample:
        running, path, edges = servers[name]
        return _load(context, running, path, list(getattr(edges, part)), gzip)

    figures = interleave(context.rounds, {name: lambda name=name: sample(name) for name in servers})
    say(f"  {what}: " + ", ".join(f"{k} {f.rate:,.0f}/s" for k, f in figures.items()))
    return rows(what, "pages", figures, peers, "ours")


def _load(context: Context, running: Server, path: str, queries: list[str], gzip: bool) -> Sample:
    before = running.cpu()
    count, seconds = http_client.load(
        running.port, path, queries, context.seconds, CONNECTIONS, gzip
    )
    return Sample(count, seconds, running.cpu() - before)
