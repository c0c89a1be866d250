"""When records are rendered: at ingest and kept, or when a page asks for them. In this process, so
that nothing but the two ways differs; every figure is of CPU time.
"""

import time
from collections.abc import Callable
from functools import partial
from unittest import mock

from bench import node
from bench.context import Context
from bench.machine import say
from bench.programs import Failed
from bench.stats import Sample, interleave
from bench.table import Row, rows
from interop.catalogue import Catalogue
from interop.config import load
from interop.crosswalks import CROSSWALKS
from interop.marc.iso2709 import decode
from interop.model.record import Incoming, Stored
from interop.own_rules import Crosswalks
from interop.store.store import Store

NAME = "rendering"
RECORDS = 2_000
PAGE = 100


def run(context: Context) -> list[Row]:
    """Records per second taken in with and without rendering; pages from what is kept and not."""
    raw = [data + b"\x1d" for data in context.records.file.read_bytes().split(b"\x1d") if data]
    incoming = [Incoming(f"r{n}", data) for n, data in enumerate(raw[:RECORDS])]
    if not incoming:
        raise Failed("no records to render")
    found = _ingest(context, incoming)
    return found + _pages(context, incoming)


def _catalogue(context: Context, name: str) -> Catalogue:
    made = node.create(context.fresh(name))
    config = load(made.config, environ={})
    return Catalogue(config, Store(config.store.url, lambda: int(time.time())))


def _timed(count: int, work: Callable[[], object]) -> Sample:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Sample(count, time.perf_counter() - wall, time.process_time() - cpu)


def _ingest(context: Context, incoming: list[Incoming]) -> list[Row]:
    def take(name: str) -> Sample:
        catalogue = _catalogue(context, name)

        def work() -> None:
            for start in range(0, len(incoming), 500):
                catalogue.ingest(node.DATABASE, incoming[start : start + 500])

        sample = _timed(len(incoming), work)
        catalogue.store.dispose()
        return sample

    def bare() -> Sample:
        with mock.patch.object(Crosswalks, "kept", return_value=()):
            return take("unrendered")

    figures = interleave(context.rounds, {"ours": lambda: take("rendered"), "none": bare})
    say("  ingest: " + ", ".join(f"{k} {f.rate:,.0f}/s" for k, f in figures.items()))
    what = "take records in, rendered at ingest (marcxml, oai_dc)"
    return rows(what, "records", figures, {"none": "nothing rendered at ingest"}, "ours")


def _pages(context: Context, incoming: list[Incoming]) -> list[Row]:
    catalogue = _catalogue(context, "pages")
    for start in range(0, len(incoming), 500):
        catalogue.ingest(node.DATABASE, incoming[start : start + 500])
    count = -(-len(incoming) // PAGE)
    found = []
    for prefix in ("marcxml", "oai_dc"):
        kept, written = partial(_kept, catalogue, prefix), partial(_written, catalogue, prefix)
        sides = {"ours": partial(_timed, count, kept), "use": partial(_timed, count, written)}
        figures = interleave(context.rounds, sides)
        say(f"  {prefix}: " + ", ".join(f"{k} {f.rate:,.0f}/s" for k, f in figures.items()))
        what = f"bodies of a page of {PAGE}, {prefix}, kept since ingest"
        found += rows(what, "pages", figures, {"use": "rendered at each use"}, "ours")
    catalogue.store.dispose()
    return found


def _kept(catalogue: Catalogue, prefix: str) -> None:
    """Every page, from what was rendered at ingest."""
    after, more = 0, True
    while more:
        page = catalogue.page(node.DATABASE, after=after, limit=PAGE, prefix=prefix)
        b"".join(body or b"" for body in page.bodies)
        after, more = page.records[-1].seq, page.more


def _written(catalogue: Catalogue, prefix: str) -> None:
    """Every page, rendered now."""
    write = CROSSWALKS[prefix].write
    after, more = 0, True
    while more:
        page = catalogue.store.list(node.DATABASE, after=after, limit=PAGE)
        full = catalogue.store.get([record.rid for record in page.records])
        b"".join(_write(record, write) for record in full)
        after, more = page.records[-1].seq, page.more


def _write(record: Stored | None, write: Callable) -> bytes:
    return write(decode(record.marc)) if record is not None and record.marc is not None else b""
