"""Harvesting our own OAI-PMH server whole: ``interop harvest`` beside ``sickle``.

sickle hands each record to the program that uses it and keeps nothing. Our harvest is measured
twice: fetching and reading alone (``--dry-run``), and into an empty node, which archives what was
received, stores, merges and indexes.
"""

from importlib.util import find_spec

from bench import node
from bench.context import Context
from bench.machine import say
from bench.programs import Failed, command, python
from bench.stats import Sample, interleave
from bench.table import Row, rows

NAME = "harvest"
ROUNDS = 3
SICKLE = {"sickle": "sickle, records iterated, nothing kept"}


def run(context: Context) -> list[Row]:
    """Records per second, programs started and ended; CPU is the harvester's."""
    records = context.records.count
    with node.serving(context.node(), "--only", "http") as running:
        url = f"http://127.0.0.1:{running.port}{node.OAI_PATH}"

        def ours(*options: str) -> Sample:
            made = node.create(context.fresh("harvest"), url)
            return node.harvest(made, *options).sample(records)

        def sickle() -> Sample:
            done = command(python("bench.peers.sickle_harvest", url, "marcxml"))
            if int(done.output.split()[-1]) != records:
                raise Failed(f"sickle harvested {done.output.strip()} of {records:,} records")
            return done.sample(records)

        sides = {"dry": lambda: ours("--dry-run"), "whole": ours}
        if find_spec("sickle") is not None:
            sides["sickle"] = sickle
        figures = interleave(min(context.rounds, ROUNDS), sides)
    say("  " + ", ".join(f"{name} {found.rate:,.0f}/s" for name, found in figures.items()))
    what = "OAI-PMH harvest of our server"
    return [
        *rows(f"{what}, read only (--dry-run)", "records", figures, SICKLE, "dry"),
        *rows(f"{what}, until searchable", "records", figures, SICKLE, "whole"),
    ]
