"""A store in a fresh folder, and a clock that only tests move."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from interop.store.store import Store

NOW = 1_700_000_000


class Clock:
    """Stands still. ``script``: what the next readings are, before it stands still again."""

    def __init__(self) -> None:
        self.now = NOW
        self.script: list[int] = []

    def __call__(self) -> int:
        if self.script:
            self.now = self.script.pop(0)
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def url(tmp_path: Path) -> str:
    return f"sqlite:///{tmp_path}/interop.db"


@pytest.fixture
def store(url: str, clock: Clock) -> Iterator[Store]:
    opened = Store(url, clock)
    yield opened
    opened.dispose()
