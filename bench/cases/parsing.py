"""CQL: text to its tree, and on to the query that engines see, in this process.

The queries are the kinds that clients send: Koha's, Zotero's, VuFind's, a portal's. Every round
reads all of them anew; nothing is remembered between two.
"""

import time
from collections.abc import Callable

from bench.context import Context
from bench.machine import say
from bench.stats import Sample, interleave
from bench.table import Row, rows
from interop.query import cql

NAME = "cql"
GOAL = 100_000  # queries a second of CPU, to a tree

QUERIES = (
    "kieu",
    '"nguyen du"',
    "Title=Kiều",
    'Title="Truyện Kiều"',
    "bath.isbn=9786041000001",
    "bath.ISBN=^9786041000001",
    "rec.id=u000000001",
    'dc.title="truyen kieu" and dc.creator="nguyen du"',
    'title="kieu" NOT rec.id=7',
    "bath.isbn=9786041000001 or bath.isbn=6041000001",
    '(dc.author=author AND (dc.title="title(s)" OR dc.title=another))',
    'dc.creator all "nguyen tran" and dc.date >= 1990',
    'dc.subject any "tho van" and dc.date within "1990 2000"',
    "dc.title = truy* sortBy dc.date/sort.descending",
    'dc.title ==/respectAccents "Truyện Kiều"',
    "cql.allRecords = 1 sortBy title",
)
PEER = {"compiled": "ours too, on to the query that engines see"}


def run(context: Context) -> list[Row]:
    """Queries per second; CPU is this process's."""
    sides = {"parsed": lambda: _sample(cql.parse, context.seconds),
             "compiled": lambda: _sample(cql.compile, context.seconds)}  # fmt: skip
    figures = interleave(context.rounds, sides)
    parsed = figures["parsed"].cpu_rate or 0.0
    say(f"  CQL to a tree: {parsed:,.0f} queries per CPU second, {parsed / GOAL:.1f} x the goal")
    return rows("CQL text to its tree", "queries", figures, PEER, "parsed")


def _sample(read: Callable[[str], object], seconds: float) -> Sample:
    count, before, begin = 0, time.process_time(), time.perf_counter()
    while time.perf_counter() - begin < seconds:
        for _ in range(20):
            for query in QUERIES:
                read(query)
        count += 20 * len(QUERIES)
    return Sample(count, time.perf_counter() - begin, time.process_time() - before)
