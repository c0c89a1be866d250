"""OAI-PMH ListRecords, pages of 100 MARCXML records, beside the ``oaipmh`` package and beside an
application that only returns the same pages ready made: three servers, one gunicorn set-up.
"""

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from importlib.util import find_spec

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


def run(context: Context) -> list[Row]:
    """Pages per second: the first pages, the last ones, and the first compressed."""
    with ExitStack() as stack:
        ours = stack.enter_context(node.serving(context.node(), "--only", "http"))
        say("  walking our list")
        pages = dict(http_client.walk(ours.port, node.OAI_PATH, PREFIX))
        file = context.fresh("pages")
        wsgi.save(pages, file)
        environment = {"BENCH_PAGES": str(file)}
        servers = {"ours": (ours, node.OAI_PATH, list(pages))}
        bare = stack.enter_context(_gunicorn(context, "prebuilt", environment))
        servers["bare"] = (bare, "/", list(pages))
        if find_spec("oaipmh") is not None:
            other = stack.enter_context(_gunicorn(context, "oaipmh_server", environment))
            say("  walking the list of the oaipmh package")
            walked = dict(http_client.walk(other.port, "/", PREFIX))
            _compare(pages, walked)
            servers["oaipmh"] = (other, "/", list(walked))
        size = sum(map(len, pages.values())) / len(pages)
        what = f"OAI-PMH ListRecords, 100 records ({size / 1000:.0f} kB)"
        peers = OAIPMH | BARE
        found = _measure(context, servers, f"{what}, first pages", slice(EDGE), peers, False)
        # The last page is shorter; without it, where there are enough others.
        end = slice(-EDGE - 1, -1) if len(pages) > EDGE else slice(None)
        found += _measure(context, servers, f"{what}, last pages", end, peers, False)
        servers.pop("oaipmh", None)  # it does not compress
        return found + _measure(context, servers, f"{what}, gzip", slice(EDGE), BARE, True)


def _compare(ours: dict[str, bytes], theirs: dict[str, bytes]) -> None:
    """Both must list the same records before either is timed. Raises ``Failed``."""
    here, there = (
        sum(page.count(b"<header>") for page in pages.values()) for pages in (ours, theirs)
    )
    if here != there:
        raise Failed(f"ListRecords gave {here:,} records with us and {there:,} with oaipmh")


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
    servers: dict[str, tuple[Server, str, list[str]]],
    what: str,
    part: slice,
    peers: dict[str, str],
    gzip: bool,
) -> list[Row]:
    def sample(name: str) -> Sample:
        running, path, queries = servers[name]
        before = running.cpu()
        count, seconds = http_client.load(
            running.port, path, queries[part], context.seconds, CONNECTIONS, gzip
        )
        return Sample(count, seconds, running.cpu() - before)

    figures = interleave(context.rounds, {name: lambda name=name: sample(name) for name in servers})
    say(f"  {what}: " + ", ".join(f"{k} {f.rate:,.0f}/s" for k, f in figures.items()))
    return rows(what, "pages", figures, peers, "ours")
