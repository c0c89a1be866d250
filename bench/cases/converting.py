"""One record to Dublin Core and to MODS: ours beside the stylesheets of the Library of Congress.

Each side starts from the bytes that it reads: ISO 2709 here, MARCXML there, the same records.
"""

import time
from collections.abc import Callable, Sequence

from bench.context import Context
from bench.machine import say
from bench.peers import loc_xslt
from bench.stats import Sample, interleave
from bench.table import Row, rows
from interop.crosswalks import CROSSWALKS
from interop.marc import iso2709, marcxml

NAME = "convert"
RECORDS = 1_000  # a round of the slower side takes seconds
_WHAT = {"dc": "MARC 21 to Dublin Core (SRU)", "mods": "MARC 21 to MODS"}


def run(context: Context) -> list[Row]:
    """Records per second, one process."""
    found = context.records.file.read_bytes().split(b"\x1d")[:RECORDS]
    records = [iso2709.decode(each + b"\x1d") for each in found if each.strip()]
    iso = [iso2709.encode(record) for record in records]
    xml = [marcxml.write(record) for record in records]
    table: list[Row] = []
    for prefix, what in _WHAT.items():
        sides = {"ours": _measured(CROSSWALKS[prefix].from_canonical, iso)}
        if loc_xslt.installed(prefix):
            sides["loc"] = _measured(loc_xslt.writer(prefix), xml)
        figures = interleave(context.rounds, sides)
        say(f"  {what}: " + ", ".join(f"{k} {f.rate:,.0f}/s" for k, f in figures.items()))
        peers = {"loc": loc_xslt.SHEETS[prefix][1]}
        table += rows(what, "records", figures, peers, "ours")
    return table


def _measured(convert: Callable[[bytes], bytes], data: Sequence[bytes]) -> Callable[[], Sample]:
    def sample() -> Sample:
        begin, cpu = time.perf_counter(), time.process_time()
        for each in data:
            convert(each)
        return Sample(len(data), time.perf_counter() - begin, time.process_time() - cpu)

    return sample
