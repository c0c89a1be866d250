"""What people and programs see of a harvest: a live table, plain lines, or nothing but the end.

Messages say the same in Vietnamese and in English, shortly, for a librarian.
"""

import sys
from collections.abc import Callable
from dataclasses import asdict
from types import TracebackType
from typing import Any, TextIO

from rich.console import Console
from rich.progress import Progress, SpinnerColumn, TaskID, TextColumn, TimeElapsedColumn

from harvester.reasons import in_two_languages
from harvester.worker import Result

OUTCOMES = {
    "complete": "hoàn tất / complete",
    "partial": "dở dang / partial",
    "failed": "không thành / failed",
    "hold": "tạm giữ, chờ người xem / on hold",
}
EVERY = 5.0  # seconds between plain lines of one source


class Silent:
    """Tells nothing on the way."""

    def __enter__(self) -> "Silent":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        return None

    def page(self, result: Result) -> None:
        """A page was stored."""

    def waiting(self, result: Result, seconds: float, reason: str) -> None:
        """The source is asked again after ``seconds``."""

    def note(self, result: Result, text: str) -> None:
        """Something the operator should know."""


class Lines(Silent):
    """Plain lines on a stream that is no terminal, at most one in ``EVERY`` seconds per source."""

    def __init__(self, stream: TextIO, clock: Callable[[], float]) -> None:
        self._stream, self._clock = stream, clock
        self._began: dict[str, float] = {}
        self._told: dict[str, float] = {}

    def page(self, result: Result) -> None:
        now = self._clock()
        began = self._began.setdefault(result.source, now)
        if now - self._told.setdefault(result.source, now) >= EVERY:
            self._told[result.source] = now
            self._line(f"{result.source}: {_progress(result, now - began)}")

    def waiting(self, result: Result, seconds: float, reason: str) -> None:
        self._line(f"{result.source}: {_waiting(seconds, reason)}")

    def note(self, result: Result, text: str) -> None:
        self._line(f"{result.source}: lưu ý / note: {text}")

    def _line(self, text: str) -> None:
        print(text, file=self._stream, flush=True)


class Live(Silent):
    """A table on a terminal: one row per source with records, pages and rate."""

    def __init__(self, console: Console, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._progress = Progress(
            SpinnerColumn(),
            TextColumn("{task.description}", markup=False),
            TextColumn("{task.fields[text]}", markup=False),
            TimeElapsedColumn(),
            console=console,
        )
        self._tasks: dict[str, tuple[TaskID, float]] = {}

    def __enter__(self) -> "Live":
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()

    def page(self, result: Result) -> None:
        task, began = self._task(result)
        self._progress.update(task, text=_progress(result, self._clock() - began))

    def waiting(self, result: Result, seconds: float, reason: str) -> None:
        self._progress.update(self._task(result)[0], text=_waiting(seconds, reason))

    def note(self, result: Result, text: str) -> None:
        self._progress.console.print(
            f"{result.source}: lưu ý / note: {text}", markup=False, highlight=False
        )

    def _task(self, result: Result) -> tuple[TaskID, float]:
        if result.source not in self._tasks:
            task = self._progress.add_task(result.source, total=None, text="")
            self._tasks[result.source] = (task, self._clock())
        return self._tasks[result.source]


def choose(hidden: bool, clock: Callable[[], float]) -> Silent:
    """The reporter for this terminal."""
    if hidden:
        return Silent()
    if sys.stderr.isatty():
        return Live(Console(stderr=True), clock)
    return Lines(sys.stderr, clock)


def summary(result: Result, dry: bool = False) -> str:
    """One line: how the source's harvest ended, and what came of it."""
    counts = result.counts
    parts = [
        f"{counts.added:,} mới / added",
        f"{counts.changed:,} sửa / changed",
        f"{counts.unchanged + counts.duplicates:,} như cũ / unchanged",
        f"{counts.deleted:,} xóa / deleted",
    ]
    if counts.quarantined:
        parts.append(f"{counts.quarantined:,} cách ly / quarantined")
    line = f"{result.source}: {OUTCOMES[result.outcome]}"
    if result.reason:
        line += f" ({in_two_languages(result.reason)})"
    trial = " [chạy thử / dry run]" if dry else ""
    return f"{line}: {counts.seen:,} biểu ghi / records: {', '.join(parts)}{trial}"


def as_json(results: list[Result]) -> dict[str, Any]:
    """The whole harvest for a program."""
    return {
        "complete": all(result.outcome == "complete" for result in results),
        "sources": [asdict(result) for result in results],
    }


def _progress(result: Result, seconds: float) -> str:
    counts = result.counts
    rate = f", {counts.seen / seconds:,.0f}/s" if seconds > 0 else ""
    return f"{counts.seen:,} biểu ghi / records, {counts.pages:,} trang / pages{rate}"


def _waiting(seconds: float, reason: str) -> str:
    why = f" ({in_two_languages(reason)})" if reason else ""
    return f"chờ / waiting {max(seconds, 0):,.0f} s{why}"
