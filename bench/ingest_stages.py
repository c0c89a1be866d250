"""Where the time of a load goes: CPU per record of each stage, in one process, one after the other.

``python -m bench.ingest_stages [FILE]`` loads a file into a node of its own (by default the records
of a usual run) and then indexes it. A stage counts what it calls. `interop load` does both halves
at once, in two processes.
"""

import argparse
import functools
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from bench import node, records
from interop import ingest, load
from interop.config import load as load_config
from interop.index.engines.tantivy import TantivyIndex
from interop.index.follower import Follower
from interop.index.gathered import Gathered
from interop.index.tables import Tables
from interop.node import open_node
from interop.store.store import Store
from interop.store.writer import Writer

# (where a function stands, its name, what it does for a record)
STAGES: tuple[tuple[Any, str, str], ...] = (
    (load, "canonical", "canonical bytes"),
    (ingest, "render", "renderings, of library and union"),
    (ingest, "keys_of", "match keys"),
    (ingest, "_put_union_records", "union record, with its renderings"),
    (Writer, "flush", "blobs compressed, rows written"),
    (Store, "get", "read again"),
    (Follower, "_read", "read again and analysed"),
    (Gathered, "add", "words gathered"),
    (Tables, "put", "words, headings and sort keys written"),
    (TantivyIndex, "_add", "documents handed to the engine"),
)


@contextmanager
def timed(stages: Sequence[tuple[Any, str, str]]) -> Iterator[Counter[str]]:
    """While the block runs, the seconds of CPU that this thread spends in each stage."""
    spent: Counter[str] = Counter()
    whole = [(owner, name, getattr(owner, name)) for owner, name, _ in stages]
    for (owner, name, label), (_, _, function) in zip(stages, whole, strict=True):
        setattr(owner, name, _counted(function, label, spent))
    try:
        yield spent
    finally:
        for owner, name, function in whole:
            setattr(owner, name, function)


def _counted(function: Callable[..., Any], label: str, spent: Counter[str]) -> Callable[..., Any]:
    @functools.wraps(function)
    def counted(*args: Any, **more: Any) -> Any:
        before = time.thread_time()
        try:
            return function(*args, **more)
        finally:
            spent[label] += time.thread_time() - before

    return counted


def measure(folder: Path, file: Path) -> tuple[int, dict[str, float]]:
    """Records, and the seconds of each stage of both halves, in a new node in ``folder``."""
    opened = open_node(load_config(node.create(folder).config, environ={}))
    report = load.LoadReport()
    try:
        with timed(STAGES) as spent:
            start = time.process_time()
            load.Loader(opened.catalogue, node.DATABASE, lambda _: None, report).load(file)
            middle = time.process_time()
            opened.follow()
            end = time.process_time()
    finally:
        opened.close()
    return report.read, {
        "**taken in**": middle - start,
        **{label: spent[label] for _, _, label in STAGES[:5]},
        "**indexed**, with the threads of the engine": end - middle,
        **{label: spent[label] for _, _, label in STAGES[5:]},
    }


def table(count: int, seconds: dict[str, float]) -> str:
    """Markdown: microseconds of CPU per record."""
    rows = [f"| {label} | {spent / count * 1e6:,.0f} |" for label, spent in seconds.items()]
    return "\n".join(("| stage | µs of CPU per record |", "|---|---:|", *rows))


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m bench.ingest_stages", description=__doc__)
    parser.add_argument("file", type=Path, nargs="?", help="ISO 2709 or another format")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as made:
        folder = Path(made)
        file = asked.file or records.prepare(folder, None).file
        print(table(*measure(folder / "node", file)))


if __name__ == "__main__":
    main()
