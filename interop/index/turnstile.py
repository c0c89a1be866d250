"""Few dear searches at one time, so that those of everybody else find a thread and a processor.

A search that is running cannot be stopped. What may take long goes through here: as many at once
as there is room for, some more wait, and further ones are told to come again.
"""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from interop.index.base import TooBusy

AT_ONCE = 2
WAITING = 6  # with those inside a quarter of a server process's threads
PATIENCE = 15.0  # seconds


class Turnstile:
    """``at_once`` inside, ``waiting`` before it for ``patience`` seconds."""

    def __init__(
        self, at_once: int = AT_ONCE, waiting: int = WAITING, patience: float = PATIENCE
    ) -> None:
        self._room = threading.BoundedSemaphore(at_once)
        self._places = threading.BoundedSemaphore(at_once + waiting)
        self._patience = patience

    @contextmanager
    def passing(self, dear: bool = True) -> Iterator[None]:
        """For the time of one search; nothing to one that is not ``dear``. Raises ``TooBusy``.
        One that is inside must not pass again: it would wait for itself.
        """
        if not dear:
            yield
            return
        if not self._places.acquire(blocking=False):
            raise TooBusy("too many dear searches at one time")
        try:
            if not self._room.acquire(timeout=self._patience):
                raise TooBusy(f"no room for a dear search within {self._patience:g} s")
            try:
                yield
            finally:
                self._room.release()
        finally:
            self._places.release()
