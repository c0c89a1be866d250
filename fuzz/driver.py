"""Runs a target on mutated inputs; what reaches new lines of our code is kept and mutated further.

A finding is an exception that is not documented, or a time that no linear program takes.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from types import FrameType
from typing import Any

from fuzz.mutate import mutated
from fuzz.target import Target

# Far above what tracing costs: seconds for an input of any size, and for each byte of it.
SLOW, SLOW_PER_BYTE = 5.0, 1e-3
_OURS = (f"{Path(__file__).parents[1] / 'interop'}/", f"{Path(__file__).parents[1] / 'harvester'}/")


@dataclass
class Session:
    """One target: inputs worth keeping, the lines they reached, and what was found. ``corpus``:
    inputs to begin with beside the target's seeds.
    """

    target: Target
    random: Random
    clock: Callable[[], float] = time.process_time
    kept: list[bytes] = field(default_factory=list)
    reached: set[tuple[str, int]] = field(default_factory=set)
    runs: int = 0
    corpus: list[bytes] = field(default_factory=list)

    def findings(self, is_over: Callable[[], bool]) -> Iterator[tuple[bytes, str]]:
        """Inputs that broke the target, with one line each, until ``is_over``."""
        for seed in [*self.target.seeds(), *self.corpus]:
            if (found := self._try(seed)) is not None:
                yield seed, found
        while not is_over():
            start = self.random.choice(self.kept) if self.kept else b""
            data = mutated(self.random, start, self.kept, self.target.tokens)
            if (found := self._try(data)) is not None:
                yield data, found

    def reach(self, data: bytes) -> set[tuple[str, int]]:
        """The lines of our own code that ``data`` comes through."""
        lines: set[tuple[str, int]] = set()
        with suppress(Exception):
            _traced(lambda: self.target.run(data), lines)
        return lines

    def _try(self, data: bytes) -> str | None:
        lines: set[tuple[str, int]] = set()
        begin = self.clock()
        self.runs += 1
        try:
            _traced(lambda: self.target.run(data), lines)
        except self.target.documented:
            pass
        except Exception as error:
            return f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"
        took = self.clock() - begin
        if took > SLOW + SLOW_PER_BYTE * len(data):
            return f"slow: {took:.1f} s for {len(data)} bytes"
        if not lines <= self.reached:
            self.reached |= lines
            self.kept.append(data)
        return None


def _traced(run: Callable[[], object], lines: set[tuple[str, int]]) -> None:
    """Run it and add the lines of our own code that it came through."""

    def local(frame: FrameType, event: str, _: Any) -> Any:
        if event == "line":
            lines.add((frame.f_code.co_filename, frame.f_lineno))
        return local

    def enter(frame: FrameType, _: str, __: Any) -> Any:
        return local if frame.f_code.co_filename.startswith(_OURS) else None

    before = sys.gettrace()
    sys.settrace(enter)
    try:
        run()
    finally:
        sys.settrace(before)
