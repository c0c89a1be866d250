"""How far a command is, for people at a terminal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager


@contextmanager
def bar() -> Iterator[Callable[[float, float, str], None]]:
    """A bar on standard error, moved by ``(done, whole, words)``."""
    # Here and not above: a server is started by the same command, and needs none of its 3 MB.
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        Progress,
        TaskProgressColumn,
        TextColumn,
        TimeRemainingColumn,
    )

    with Progress(
        BarColumn(), TaskProgressColumn(), TextColumn("{task.description}"),
        TimeRemainingColumn(), console=Console(stderr=True),
    ) as shown:  # fmt: skip
        task = shown.add_task("")

        def move(done: float, whole: float, words: str) -> None:
            shown.update(task, completed=done, total=whole, description=words)

        yield move
