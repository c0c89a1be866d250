"""A process that keeps the index up to date while this one takes records in.

Reading and joining records needs one core, analysing and indexing them another; the index is then
level a moment after the last record.
"""

import multiprocessing
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event

from interop.config import Config
from interop.node import open_node

PAUSE = 0.2  # seconds between looks at the feed when there is nothing new, or another one follows


@contextmanager
def following(config: Config) -> Iterator[None]:
    """While the block runs, a process of its own follows the store of ``config``.

    It ends with the block, also after a failure of its own: whoever needs a level index calls
    ``Node.follow`` afterwards, which then has little to do and tells what is wrong.
    """
    context = multiprocessing.get_context("spawn")  # nothing that this process has open is shared
    ended = context.Event()
    process = context.Process(target=_follow, args=(config, ended), name="follower", daemon=True)
    process.start()
    try:
        yield
    finally:
        ended.set()
        process.join()


def _follow(config: Config, ended: Event) -> None:
    parent = multiprocessing.parent_process()
    node = open_node(config)
    try:
        while not ended.is_set() and (parent is None or parent.is_alive()):  # it may be killed
            node.follow()
            ended.wait(PAUSE)
    except KeyboardInterrupt:
        pass  # Ctrl-C reaches the whole group; the parent tells of it
    finally:
        node.close()
