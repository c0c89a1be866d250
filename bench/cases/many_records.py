"""Z39.50 among many records (``--z3950 N``): the questions of a usual run (``searching``), asked of
servers that hold so many, real ones multiplied with numbers of their own.
"""

import time
from pathlib import Path

from bench import node, records
from bench.cases import searching
from bench.context import Context
from bench.machine import machine, say, versions
from bench.peers import zebra
from bench.table import facts_list, markdown

SECTION = "z3950"  # of the document of figures
ROUNDS, SECONDS = 3, 0.8  # loading takes longer than all of them


def run(folder: Path, count: int) -> str:
    """The section for ``count`` records. Raises ``Failed`` when an answer is wrong."""
    begin = time.monotonic()
    facts = machine()
    say(f"  multiplying records to {count:,}")
    prepared = records.multiplied(folder, count)
    context = Context(folder, prepared, ROUNDS, SECONDS)
    made = node.create(folder / "node")
    say("  loading them into our node")
    loaded = node.load(made, prepared.file, count)
    context.keep_node(made)
    facts["records"] = f"{count:,} ({prepared.bytes / 1e6:.0f} MB): {prepared.origin}"
    facts["questions"] = f"{len(prepared.words)} title words, {len(prepared.known)} items by ISBN"
    took = [f"ours {loaded.seconds:.0f} s"]
    for kind, name in zebra.KINDS.items() if zebra.installed() else ():
        say(f"  indexing them with zebraidx ({kind})")
        register = folder / f"zebra-{kind}"
        took.append(f"{name} {zebra.index(kind, register, prepared.file).seconds:.0f} s")
        context.keep_register(kind, register)
    facts["until searchable"] = ", ".join(took)
    table = markdown(searching.run(context))
    facts["duration"] = f"{time.monotonic() - begin:.0f} s"
    facts["versions"] = ", ".join(f"{name} {version}" for name, version in versions().items())
    return (
        f"## Z39.50 among {count:,} records\n\n"
        f"Written by `python -m bench --z3950 {count}`; read as the table of a usual run.\n\n"
        f"{facts_list(facts | context.facts)}\n{table}\n"
    )
