"""Sort keys by row id: files of cells for each sortable access point, read through the page cache.

A cell holds the beginning of a record's sort key, so that tens of thousands of hits are put in
order without a query. Keys that begin alike are told apart by the whole keys, which stand in SQL.
Beside the cells their first four bytes stand as numbers, which sort many records into groups.
The files are derived and belong to one state of the tables: its identity is in their names.
"""

import mmap
import os
import re
import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from operator import itemgetter
from pathlib import Path

WIDTH = 24  # bytes of a cell: 23 letters and whether this is the whole key
_WHOLE, _CUT = b"\x01", b"\x00"
_EMPTY = bytes(WIDTH)

# A letter of a collation key is its base letter and a byte for its shape (interop.text.collation);
# one byte holds both. 0x21 to 0x8c, above the blank and below the lead bytes of other scripts.
_PAIR = re.compile(rb"[0-9a-z][\x01-\x03]")
_BASES = b"0123456789abcdefghijklmnopqrstuvwxyz"
_CODES = {
    bytes((base, shape)): bytes((0x21 + 3 * place + shape - 1,))
    for place, base in enumerate(_BASES)
    for shape in (1, 2, 3)
}


def cell(key: bytes) -> bytes:
    """The cell of a sort key. Cells are ordered as their keys are, or equal."""
    letters, separator, _ = key.partition(b"\0")
    if not separator:
        start = letters[: WIDTH - 1]
        whole = _WHOLE if len(letters) < WIDTH else _CUT
    else:
        packed = _PAIR.sub(lambda pair: _CODES[pair[0]], letters[: 4 * WIDTH])
        start, whole = packed[: WIDTH - 1], _CUT
    return (start or b"\x01").ljust(WIDTH - 1, b"\0") + whole


def is_whole(found: bytes) -> bool:
    """Whether records with this cell have the same key."""
    return found[-1:] == _WHOLE


HEAD = 4  # bytes of a cell, which are as many letters: enough to tell most groups apart


def head(found: bytes) -> int:
    """The beginning of a cell as a number in the same order; 0 for an empty one."""
    return int.from_bytes(found[:HEAD], "big")


class Columns:
    """The files in ``folder``. Any number of processes read, one writes."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._maps: dict[tuple[str, str, str], mmap.mmap] = {}

    def write(self, identity: str, ap: str, keys: Iterable[tuple[int, bytes | None]]) -> None:
        """Put the cells of row ids; ``None`` is no key. Durable on return."""
        made: dict[bytes | None, tuple[bytes, bytes]] = {None: (_EMPTY, _head(_EMPTY))}
        both: dict[int, tuple[bytes, bytes]] = {}
        for rid, key in keys:  # two records of a document have one key
            found = made.get(key)
            if found is None:
                of_key = cell(key) if key else _EMPTY
                found = made[key] = of_key, _head(of_key)
            both[rid] = found
        if not both:
            return
        cells = {rid: found for rid, (found, _) in both.items()}
        heads = {rid: head for rid, (_, head) in both.items()}
        self._put(self._path(identity, ap), cells, WIDTH)
        self._put(self._path(identity, ap, "heads"), heads, HEAD)

    def _put(self, path: Path, cells: dict[int, bytes], width: int) -> None:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o644)
        try:
            for first, run in _runs(cells):
                os.pwrite(file, run, first * width)
            os.fdatasync(file)
        finally:
            os.close(file)

    def read(self, identity: str, ap: str, rids: Sequence[int]) -> list[bytes]:
        """The cell of each of ``rids``; empty without a key."""
        if not rids:
            return []
        cells = self._map(identity, ap, (max(rids) + 1) * WIDTH)
        if cells is None:
            return [b""] * len(rids)
        found = [cells[at : at + WIDTH] for at in map(WIDTH.__mul__, rids)]
        return [b"" if each == _EMPTY else each for each in found] if _EMPTY in found else found

    def heads(self, identity: str, ap: str, rids: Sequence[int]) -> Sequence[int]:
        """The first ``HEAD`` bytes of the cell of each of ``rids``, which ascend, as a number in
        the same order; 0 without a key.
        """
        if not rids:
            return ()
        numbers = self._map(identity, ap, (rids[-1] + 1) * HEAD, "heads")
        if numbers is None:
            return [0] * len(rids)
        with memoryview(numbers) as octets, octets.cast("I") as held:
            if len(rids) > 1:
                with suppress(IndexError):
                    found: tuple[int, ...] = itemgetter(*rids)(held)
                    return found
            return [held[rid] if rid < len(held) else 0 for rid in rids]

    def remove_others(self, identity: str) -> None:
        """Files of states that are gone. Who has one open keeps it."""
        for path in self._folder.glob("sort-*.*s"):
            if not path.name.startswith(f"sort-{identity}-"):
                path.unlink(missing_ok=True)

    def _map(self, identity: str, ap: str, size: int, kind: str = "cells") -> mmap.mmap | None:
        """The file as memory, mapped anew when it has grown."""
        held = self._maps.get((identity, ap, kind))
        if held is not None and len(held) >= size:
            return held
        try:
            with self._path(identity, ap, kind).open("rb") as file:
                if os.fstat(file.fileno()).st_size == 0:
                    return None
                held = mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)
        except FileNotFoundError:
            return None
        self._maps = {each: m for each, m in self._maps.items() if each[0] == identity}
        self._maps[identity, ap, kind] = held
        return held

    def _path(self, identity: str, ap: str, kind: str = "cells") -> Path:
        return self._folder / f"sort-{identity}-{ap}.{kind}"


def _head(found: bytes) -> bytes:
    """In the order of bytes of this machine, whose files these are."""
    return head(found).to_bytes(HEAD, sys.byteorder)


def _runs(cells: dict[int, bytes]) -> Iterable[tuple[int, bytes]]:
    """Cells of neighbouring row ids in one piece, with the first row id."""
    rids = sorted(cells)
    starts = [at for at, rid in enumerate(rids) if not at or rid != rids[at - 1] + 1]
    for start, end in zip(starts, [*starts[1:], len(rids)], strict=True):
        yield rids[start], b"".join([cells[rid] for rid in rids[start:end]])
