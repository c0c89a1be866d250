"""A follower that kills itself with SIGKILL at a named point: ``FOLDER ENGINE POINT COUNT``.

``COUNT``: at which pass of the point. ``none``: it follows to the end and exits with 0.
"""

import os
import signal
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from interop.index import engines
from interop.index.follower import Follower, read_again
from interop.index.tables import Tables
from interop.store.store import Store

BATCH = 20


def open_all(folder: Path, engine: str) -> tuple[Store, Tables, Any]:
    store = Store(f"sqlite:///{folder / 'store.sqlite'}", lambda: 1_700_000_000)
    tables = Tables(folder / "tables.sqlite")
    read = partial(read_again, store)
    return store, tables, engines.by_name(engine).open(folder / "index", tables, read)


def deadly(function: Callable[..., Any], count: int, *, after: bool) -> Callable[..., Any]:
    """``function``, killing the process before or after its ``count``-th call has worked."""
    calls = 0

    def call(*args: Any, **more: Any) -> Any:
        nonlocal calls
        calls += 1
        if calls == count and not after:
            os.kill(os.getpid(), signal.SIGKILL)
        result = function(*args, **more)
        if calls == count and after:
            os.kill(os.getpid(), signal.SIGKILL)
        return result

    return call


def main(folder: str, engine: str, point: str, count: str) -> None:
    store, tables, index = open_all(Path(folder), engine)
    if point == "before tables":
        tables.put = deadly(tables.put, int(count), after=False)
    elif point == "between tables and engine":
        tables.put = deadly(tables.put, int(count), after=True)
    elif point == "before the commit":
        index._add = deadly(index._add, int(count) * BATCH, after=True)
    elif point == "between engine and progress":
        tables.publish = deadly(tables.publish, int(count), after=False)
    follower = Follower(store, tables, index)
    while follower.step(BATCH):
        print(index.checkpoint(), flush=True)
    index.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
