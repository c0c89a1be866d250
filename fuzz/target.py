"""What a target is."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True)
class Target:
    """``run``: is given any bytes, and may raise nothing but ``documented``. ``seeds``: good inputs
    to begin with. ``tokens``: pieces that the grammar of the input is made of.
    """

    run: Callable[[bytes], object]
    documented: tuple[type[Exception], ...]
    seeds: Callable[[], list[bytes]]
    tokens: tuple[bytes, ...] = ()
