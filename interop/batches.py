"""Work that makes very many objects at once, all of them needed until its end."""

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without_collector() -> Iterator[None]:
    """A batch without the cyclic garbage collector, which would walk its growing tuples again and
    again (a tenth to a fifth of the CPU of an ingest) and find nothing: reference counts free them.

    For work bounded by a page or a batch only. May overlap in several threads; whoever switched
    the collector off switches it on again, also after an exception.
    """
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()
