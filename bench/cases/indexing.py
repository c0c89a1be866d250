"""A file of ISO 2709 until it can be searched: ``interop load`` beside ``zebraidx update``.

Ours includes everything that serving three protocols needs: store with the received bytes, union
records, stored renderings for OAI-PMH, then the index. Zebra's is its one register.
"""

import shutil

from bench import node
from bench.context import Context
from bench.machine import say
from bench.node import size
from bench.peers import zebra
from bench.stats import Sample, interleave
from bench.table import Row, rows

NAME = "index"
ROUNDS = 3  # a round takes seconds, not a fixed time


def run(context: Context) -> list[Row]:
    """Records per second, programs started and ended."""
    file, records = context.records.file, context.records.count

    def ours() -> Sample:
        made = node.create(context.fresh("node"))
        done = node.load(made, file, records)
        context.keep_node(made)
        say(f"  interop load: {done.seconds:.1f} s")
        return done.sample(records)

    def theirs(kind: str) -> Sample:
        folder = context.fresh(f"zebra-{kind}")
        done = zebra.index(kind, folder, file)
        context.keep_register(kind, folder)
        say(f"  zebraidx {kind}: {done.seconds:.1f} s")
        return done.sample(records)

    sides = {"ours": ours}
    if zebra.installed():
        sides |= {kind: lambda kind=kind: theirs(kind) for kind in zebra.KINDS}
    figures = interleave(min(context.rounds, ROUNDS), sides)
    context.facts["bytes on disk per record"] = "; ".join(_on_disk(context, records))
    _drop_older(context)
    return rows("ISO 2709 file until searchable", "records", figures, zebra.KINDS, "ours")


def _on_disk(context: Context, records: int) -> list[str]:
    """What each keeps of a record, in bytes, once its programs have ended."""
    whole, index = context.node().size(), size(context.node().index)
    said = [f"ours {whole // records:,} (store {(whole - index) // records:,}, "
            f"index {index // records:,})"]  # fmt: skip
    if zebra.installed():
        for kind, name in zebra.KINDS.items():
            said.append(f"{name} {size(context.register(kind)) // records:,}")
    return said


def _drop_older(context: Context) -> None:
    """Only the last of each is used again; thousands of records on disk need not stay."""
    kept = {context.node().folder}
    if zebra.installed():
        kept |= {context.register(kind) for kind in zebra.KINDS}
    for folder in context.folder.iterdir():
        if folder.is_dir() and folder not in kept:
            shutil.rmtree(folder)
