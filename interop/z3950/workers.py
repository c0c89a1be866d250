"""A few threads that run operations for an event loop, and that nobody has to wait for.

``concurrent.futures`` joins its threads when the interpreter ends, however long the query that one
of them is busy with; these are daemons. There is no future either: what an operation has to say,
it tells its loop itself.
"""

import logging
import threading
from collections.abc import Callable
from contextlib import suppress
from queue import Empty, SimpleQueue

log = logging.getLogger(__name__)


class Workers:
    """``count`` threads, started with the first operation. Operations must not raise."""

    def __init__(self, count: int) -> None:
        self._count = count
        self._queue: SimpleQueue[Callable[[], None] | None] = SimpleQueue()
        self._threads: list[threading.Thread] = []

    def submit(self, operation: Callable[[], None]) -> None:
        """Run ``operation`` as soon as a thread is free, in the order of submission."""
        self._queue.put(operation)
        while len(self._threads) < self._count:
            name = f"z3950-{len(self._threads)}"
            thread = threading.Thread(target=self._work, name=name, daemon=True)
            self._threads.append(thread)
            thread.start()

    def stop(self) -> None:
        """Start nothing more. What runs is left to end by itself."""
        with suppress(Empty):
            while True:
                self._queue.get_nowait()
        for _ in self._threads:
            self._queue.put(None)

    def _work(self) -> None:
        while (operation := self._queue.get()) is not None:
            try:
                operation()
            except Exception:  # the thread must outlive it
                log.exception("an operation failed")
