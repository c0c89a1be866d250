"""Whether memory grows: the level of the second quarter of a run beside that of the last."""

from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from statistics import median

GROWTH, LEAST = 1.3, 30 << 20  # as much more than it was, and bytes


def growth(samples: Sequence[int]) -> tuple[int, int]:
    """Bytes of the second and of the last quarter of ``samples``, medians; the first quarter is
    for filling what is kept.
    """
    if not samples:
        return 0, 0
    quarter = max(len(samples) // 4, 1)
    return int(median(samples[quarter : 2 * quarter] or samples)), int(median(samples[-quarter:]))


def grows(samples: Sequence[int]) -> bool:
    """Whether that is more than noise and caches that are still filling."""
    early, late = growth(samples)
    return late > early * GROWTH and late - early > LEAST


def resident(pid: int) -> int:
    """Bytes of a process's own memory now, without files that it has mapped, which are the page
    cache's (``RssAnon`` of proc_pid_status(5)); 0 when it has gone.
    """
    with suppress(OSError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("RssAnon:"):
                return int(line.split()[1]) << 10
    return 0


def children(pid: int) -> list[int]:
    """Processes that ``pid`` started and that run, the oldest first."""
    found: list[int] = []
    for task in Path(f"/proc/{pid}/task").iterdir():
        with suppress(OSError):
            found += map(int, (task / "children").read_text().split())
    return sorted(found)
