"""A whole database as one file, ``dump.xml.gz``: a MARCXML collection, made of pieces.

A piece is a gzip member with the records of one window of the feed; members in a row are one gzip
file (RFC 1952 2.2). A refresh counts the rows of each window and writes only those pieces whose
records changed or left: what is unchanged is not read again. A manifest names the pieces; it is
replaced in one step, and pieces of the manifest before it stay until the next refresh, so that a
download under way can end.
"""

import fcntl
import gzip
import hashlib
import json
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TypeAlias

from interop.crosswalks import CROSSWALKS
from interop.oai.windows import Listed, Window, rows, windows

PREFIX = "marcxml"
SIZE = 1000  # places of the feed in a piece
_BEGIN = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="http://www.loc.gov/MARC21/slim">\n'
)
_END = b"</collection>\n"
_CHUNK = 256 * 1024

Source: TypeAlias = bytes | Path


@dataclass(frozen=True, slots=True)
class Piece:
    """``rows``, ``last`` and ``stamp``: how many rows the window had, deletions too, and seq and
    datestamp of its last; ``records``: live ones in it; ``file``: name, made of what is in it."""

    window: int
    rows: int
    last: int
    records: int
    file: str
    size: int
    stamp: int = -1


@dataclass(frozen=True, slots=True)
class Manifest:
    """``at``: when the refresh began; ``version``: of the crosswalk."""

    at: int
    version: int
    pieces: tuple[Piece, ...]

    @property
    def etag(self) -> str:
        names = "\n".join(piece.file for piece in self.pieces)
        return f'"{hashlib.sha256(names.encode()).hexdigest()[:32]}"'

    @property
    def records(self) -> int:
        return sum(piece.records for piece in self.pieces)


class Busy(Exception):
    """Another process refreshes this dump."""


class Dump:
    """The dump of one database in ``folder``."""

    def __init__(self, catalogue: Listed, database: str, folder: Path, size: int = SIZE) -> None:
        self._catalogue = catalogue
        self._database = database
        self._folder = folder
        self._size = size

    def manifest(self) -> Manifest | None:
        """The present one; ``None`` when there was no refresh yet, or its file cannot be read."""
        try:
            data = json.loads((self._folder / "manifest.json").read_text("utf-8"))
            pieces = tuple(Piece(**each) for each in data.pop("pieces"))
            return Manifest(**data, pieces=pieces)
        except (OSError, ValueError, TypeError, KeyError):
            return None

    def refresh(self, now: int) -> tuple[Manifest, int]:
        """Bring the dump up to the store; the manifest, and how many pieces were written.

        ``now``: seconds since 1970. Raises ``Busy``, and ``OSError`` when the folder cannot be
        written; then the dump before it stands.
        """
        self._folder.parent.mkdir(parents=True, exist_ok=True)
        self._folder.mkdir(mode=0o700, exist_ok=True)  # a closed database has one too
        with self._lock():
            before = self.manifest()
            version = CROSSWALKS[PREFIX].version
            known = {}
            if before is not None and before.version == version:
                known = {piece.window: piece for piece in before.pieces}
            pieces, written = [], 0
            for window in windows(self._catalogue, self._database, self._size):
                piece = known.get(window.number)
                if piece is None or not self._holds(piece, window):
                    piece, written = self._write(window), written + 1
                pieces.append(piece)
            manifest = Manifest(now, version, tuple(pieces))
            _replace(self._folder / "manifest.json", json.dumps(asdict(manifest)).encode())
            self._sweep({p.file for m in (manifest, before) if m for p in m.pieces})
        return manifest, written

    def _holds(self, piece: Piece, window: Window) -> bool:
        """Of a window before the end rows only leave; at the end one may leave and come again, and
        then it is the last. In a store that was restored from a backup other records have taken
        the places of those that were lost; they are younger, and so is the last of the window."""
        count = self._catalogue.count_between
        end = self._catalogue.page(self._database, after=piece.last - 1, limit=1).records
        return (
            [(row.seq, row.datestamp) for row in end] == [(piece.last, piece.stamp)]
            and count(self._database, window.first, window.last) == piece.rows
            and count(self._database, piece.last + 1, window.last) == 0
            and (self._folder / piece.file).is_file()
        )

    def _write(self, window: Window) -> Piece:
        number = last = stamp = records = 0
        temporary = self._folder / f".{window.number}.part"
        digest = hashlib.sha256()
        with temporary.open("wb") as raw, gzip.GzipFile("", "wb", 1, raw, mtime=0) as file:
            for stored, body in rows(self._catalogue, self._database, window, PREFIX):
                number, last, stamp = number + 1, stored.seq, stored.datestamp
                if body is not None:
                    records += 1
                    digest.update(body)
                    file.write(body + b"\n")
        name = f"{window.number:08d}-{digest.hexdigest()[:16]}.gz"
        size = temporary.stat().st_size
        os.replace(temporary, self._folder / name)
        return Piece(window.number, number, last, records, name, size, stamp)

    def _sweep(self, needed: set[str]) -> None:
        for file in self._folder.glob("*.gz"):
            if file.name not in needed:
                file.unlink(missing_ok=True)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        with (self._folder / ".lock").open("wb") as file:
            try:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                raise Busy(self._database) from None
            yield

    # reading

    def size(self, manifest: Manifest) -> int:
        """Bytes of the whole file."""
        return sum(size for _, size in self._sources(manifest))

    def read(self, manifest: Manifest, start: int, end: int) -> Iterator[bytes]:
        """The bytes from ``start`` up to but not including ``end``. Raises ``OSError`` when a
        piece is gone: two refreshes were made since the manifest was read."""
        place = 0
        for source, size in self._sources(manifest):
            first, last = max(start, place), min(end, place + size)
            if first < last:
                yield from _slice(source, first - place, last - place)
            place += size

    def _sources(self, manifest: Manifest) -> Iterator[tuple[Source, int]]:
        for text in (_BEGIN, None, _END):
            if text is None:
                yield from ((self._folder / p.file, p.size) for p in manifest.pieces)
            else:
                packed = gzip.compress(text, 1, mtime=0)
                yield packed, len(packed)


def _slice(source: Source, first: int, last: int) -> Iterator[bytes]:
    if isinstance(source, bytes):
        yield source[first:last]
        return
    with source.open("rb") as file:
        file.seek(first)
        while first < last:
            chunk = file.read(min(_CHUNK, last - first))
            if not chunk:
                raise OSError(f"{source} is shorter than it was")
            first += len(chunk)
            yield chunk


def _replace(file: Path, data: bytes) -> None:
    temporary = file.with_suffix(".part")
    temporary.write_bytes(data)
    os.replace(temporary, file)
