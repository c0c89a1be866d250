"""Inputs that were found and are kept: ``corpus/<target>.txt``, one in base64 a line.

Those that reach lines of our code which the target's own seeds do not, the shortest first, and what
once broke something. Every run begins with them, and a test runs each of them once.
"""

import base64
from collections.abc import Callable, Iterable
from pathlib import Path

FOLDER = Path(__file__).resolve().parent / "corpus"
MOST, LONGEST = 64, 4096  # inputs of a target, and bytes of one

Lines = set[tuple[str, int]]


def read(name: str, folder: Path = FOLDER) -> list[bytes]:
    """The kept inputs of a target."""
    file = folder / f"{name}.txt"
    if not file.exists():
        return []
    return [base64.b64decode(line) for line in file.read_text("ascii").split()]


def write(name: str, inputs: Iterable[bytes], folder: Path = FOLDER) -> None:
    lines = [base64.b64encode(data).decode("ascii") for data in inputs]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.txt").write_text("".join(f"{line}\n" for line in lines), "ascii")


def chosen(
    seeds: Iterable[bytes], found: Iterable[bytes], reach: Callable[[bytes], Lines]
) -> list[bytes]:
    """Of ``found``, the few that together reach what ``seeds`` do not. ``reach``: the lines that
    an input comes through.
    """
    reached: Lines = set()
    for seed in seeds:
        reached |= reach(seed)
    kept: list[bytes] = []
    for data in sorted(set(found), key=lambda each: (len(each), each)):
        if len(data) > LONGEST or len(kept) >= MOST:
            break
        lines = reach(data)
        if not lines <= reached:
            reached |= lines
            kept.append(data)
    return kept
