"""A process that keeps the index up to date while this one takes records in.

Reading and joining records needs one core, analysing and indexing them another; the index is then
level a moment after the last record.
"""

import multiprocessing
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event

from interop.config import Config, ConfigError
from interop.node import engine_of, open_node
from interop.store.errors import StoreError

PAUSE = 0.2  # seconds between looks at the feed when there is nothing new, or another one follows


@contextmanager
def following(config: Config) -> Iterator[Callable[[], None]]:
    """While the block runs, a process of its own follows the store of ``config``, from when the
    block calls what it is given.

    Begin the block before anything of the store is open here: the process is a fork, which has all
    modules at once, and SQLite counts the locks of what it finds open as its own ("How To Corrupt",
    section 2.6).

    The process ends with the block, also after a failure of its own: whoever needs a level index
    calls ``Node.follow`` afterwards, which then has little to do and tells what is wrong. Raises
    ``ConfigError`` for an engine that is not there.
    """
    engine_of(config)  # its modules too
    context = multiprocessing.get_context("fork")
    begun, ended = context.Event(), context.Event()
    args = (config, begun, ended)
    process = context.Process(target=_follow, args=args, name="follower", daemon=True)
    process.start()
    try:
        yield begun.set
    finally:
        ended.set()
        process.join()


def _follow(config: Config, begun: Event, ended: Event) -> None:
    parent = multiprocessing.parent_process()

    def goes_on() -> bool:
        return not ended.is_set() and (parent is None or parent.is_alive())  # it may be killed

    try:
        while not begun.wait(PAUSE):
            if not goes_on():
                return
        node = open_node(config)
        try:
            while goes_on():
                node.follow()
                ended.wait(PAUSE)
        finally:
            node.close()
    except (ConfigError, StoreError, KeyboardInterrupt):
        pass  # the parent meets it too, or got the same Ctrl-C, and tells of it
