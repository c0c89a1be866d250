"""Which sources are due, who goes next, and that no source is harvested twice at the same time."""

import fcntl
import heapq
import os
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from harvester.state import SourceState
from interop.config import Source


class AlreadyRunning(Exception):
    """Another process harvests this source."""


def due(sources: Sequence[Source], states: Mapping[str, SourceState], now: float) -> list[Source]:
    """The sources whose interval has passed since their last run ended, never run ones, and ones
    whose last run was stopped (it left a position that no end has recorded).
    """
    return [source for source in sources if _is_due(source, states[source.id], now)]


def _is_due(source: Source, state: SourceState, now: float) -> bool:
    last = state.last
    if last is None:
        return True
    interrupted = state.position is not None and last.outcome != "partial"
    return interrupted or last.ended + source.every <= now


@contextmanager
def lock(folder: Path, source: str) -> Iterator[None]:
    """Hold the source's lock. Raises ``AlreadyRunning``.

    The kernel gives the lock back when the process ends in whatever way, so a killed harvest
    leaves nothing to clean up.
    """
    folder.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(folder / f"{source}.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(source) from None
        yield
    finally:
        os.close(descriptor)


T = TypeVar("T")


def interleave(
    tasks: Mapping[str, Generator[float, None, T]],
    clock: Callable[[], float],
    sleep: Callable[[float], object],
    failed: Callable[[str, Exception], T],
) -> dict[str, T]:
    """Run all tasks to their end in one thread; a task yields the time at which it goes on.

    The one that waits least goes next, in the order of ``tasks`` among equals; sleep only when
    all of them wait. ``failed`` makes the result of a task that raised, so that one source never
    stops the others.
    """
    results: dict[str, T] = {}
    queue = [(0.0, turn, name) for turn, name in enumerate(tasks)]
    turns = len(queue)
    while queue:
        at, _, name = heapq.heappop(queue)
        if (delay := at - clock()) > 0:
            sleep(delay)
        try:
            again = next(tasks[name])
        except StopIteration as end:
            results[name] = end.value
        except Exception as error:
            results[name] = failed(name, error)
        else:
            turns += 1
            heapq.heappush(queue, (again, turns, name))
    return {name: results[name] for name in tasks}
