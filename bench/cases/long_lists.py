"""Lists of very many records (``--lists N``): what a page costs at their end, and what memory a
whole list takes.

The same measurements as in a usual run (``listing``), on a store that ``bench.filling`` made.
"""

import time
from pathlib import Path

from bench import filling, node
from bench.cases import listing
from bench.context import Context
from bench.machine import machine, say, versions
from bench.records import Records
from bench.table import facts_list, markdown

SECTION = "lists"  # of the document of figures
ROUNDS, SECONDS = 5, 1.0


def run(folder: Path, count: int) -> str:
    """The section for a store of ``count`` records. Raises ``Failed`` when a list is incomplete."""
    begin = time.monotonic()
    facts = machine()
    made = node.create(folder / "node")
    say(f"  making a store of {count:,} records")
    filling.fill(made, count)
    facts["records"] = (
        f"{count:,}: {filling.HOW}; made in {time.monotonic() - begin:.0f} s,"
        f" {made.size() / count:,.0f} bytes on disk each"
    )
    context = Context(folder, Records(folder, count, 0, (), (), filling.HOW), ROUNDS, SECONDS)
    context.keep_node(made)
    table = markdown(listing.run(context))
    facts["duration"] = f"{time.monotonic() - begin:.0f} s"
    facts["versions"] = ", ".join(f"{name} {version}" for name, version in versions().items())
    return (
        f"## Lists of {count:,} records\n\n"
        f"Written by `python -m bench --lists {count}`; read as the table of a"
        f" usual run.\n\n{facts_list(facts | context.facts)}\n{table}\n"
    )
