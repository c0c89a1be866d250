"""Result sets that clients come back to (SRU 1.2, result sets; SRU 2.0, resultSetTTL).

A set is the row ids of its records in order, written once to an SQLite file beside the index, so
that every server process finds it and a page of it costs the reading of that page. It is a
snapshot: what writers do meanwhile changes neither its members nor their order. It lives as long as
it is used within its time; the oldest go first when there is no room for a new one.
"""

import secrets
import sqlite3
from array import array
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Protocol

from interop.index.base import ResultSet

MAXIMUM_RECORDS = 500_000  # of one set; a larger one is not kept, which SRU allows
MAXIMUM_BYTES = 256 * 1024 * 1024  # of all row ids together
MAXIMUM_SETS = 10_000
_WIDTH = array("q").itemsize

_SCHEMA = """
CREATE TABLE IF NOT EXISTS result_set (
    id TEXT PRIMARY KEY,
    ttl INTEGER NOT NULL,       -- seconds without use
    expires INTEGER NOT NULL,
    scope TEXT NOT NULL,
    seq INTEGER NOT NULL,
    databases TEXT NOT NULL,
    total INTEGER NOT NULL,
    rids BLOB NOT NULL          -- 64 bits each
) WITHOUT ROWID;
CREATE INDEX IF NOT EXISTS result_set_expires ON result_set (expires);
"""


class KeptSet(ResultSet, Protocol):
    """A result set and ``scope``, the name of the database in which it was searched for."""

    scope: str


class ResultSets(Protocol):
    """What ``operations`` needs. ``now``: seconds since 1970."""

    def keep(self, result: ResultSet, scope: str, ttl: int, now: int) -> str | None:
        """The id of the set, or ``None`` when it is too large to be kept."""
        ...

    def find(self, id: str, now: int) -> KeptSet | None:
        """The set, which is used now; ``None`` when its time is over or it never was."""
        ...


class StoredSet:
    """A set in the file. Keeps ``KeptSet``; raises ``KeyError`` when it went meanwhile."""

    def __init__(
        self,
        file: "ResultSetFile",
        id: str,
        scope: str,
        total: int,
        seq: int,
        databases: frozenset[str],
    ) -> None:
        self._file, self._id, self.scope = file, id, scope
        self.total, self.seq, self.databases = total, seq, databases

    def page(self, start: int, count: int) -> list[int]:
        return self._file.rids(self._id, max(start, 0), max(count, 0)).tolist()

    def ids(self) -> "array[int]":
        return self._file.rids(self._id, 0, self.total)


class ResultSetFile:
    """The file of one node. Keeps ``ResultSets``."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def keep(self, result: ResultSet, scope: str, ttl: int, now: int) -> str | None:
        if result.total > MAXIMUM_RECORDS:
            return None
        id = secrets.token_urlsafe(12)
        rids = result.ids().tobytes()
        names = " ".join(sorted(result.databases))
        with self._connection() as connection:
            connection.execute("DELETE FROM result_set WHERE expires <= ?", (now,))
            self._make_room(connection, len(rids))
            connection.execute(
                "INSERT INTO result_set VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                (id, ttl, now + ttl, scope, result.seq, names, result.total, rids),
            )
        return id

    def _make_room(self, connection: sqlite3.Connection, needed: int) -> None:
        rows = connection.execute("SELECT id, total FROM result_set ORDER BY expires DESC")
        taken = needed
        for number, (id, total) in enumerate(rows.fetchall(), 2):
            taken += total * _WIDTH
            if taken > MAXIMUM_BYTES or number > MAXIMUM_SETS:
                connection.execute("DELETE FROM result_set WHERE id = ?", (id,))

    def find(self, id: str, now: int) -> KeptSet | None:
        with self._connection() as connection:
            row = connection.execute(
                "UPDATE result_set SET expires = ? + ttl WHERE id = ? AND expires > ?"
                " RETURNING scope, total, seq, databases",
                (now, id, now),
            ).fetchone()
        if row is None:
            return None
        scope, total, seq, databases = row
        return StoredSet(self, id, scope, total, seq, frozenset(databases.split()))

    def rids(self, id: str, start: int, count: int) -> "array[int]":
        """Row ids of a part of a set. Raises ``KeyError``."""
        with self._connection() as connection:
            row = connection.execute(
                "SELECT substr(rids, ?, ?) FROM result_set WHERE id = ?",
                (start * _WIDTH + 1, count * _WIDTH, id),
            ).fetchone()
        if row is None:
            raise KeyError(id)
        found = array("q")
        found.frombytes(row[0])
        return found

    @contextmanager
    def _connection(self) -> Iterator[sqlite3.Connection]:
        """Made for each use: processes fork and threads come and go, and a set is used seldom."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with closing(sqlite3.connect(self._path, timeout=10)) as connection:
            connection.execute("PRAGMA journal_mode = WAL")
            connection.execute("PRAGMA synchronous = OFF")  # a power cut may cost a set
            connection.executescript(_SCHEMA)
            with connection:
                yield connection
