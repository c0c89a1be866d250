"""How the store talks to SQLite: one engine, two kinds of transaction, errors in one line.

Everything that is SQLite's alone stands in this file. A read transaction is a plain ``BEGIN``
(one snapshot, no lock); a write transaction is ``BEGIN IMMEDIATE`` (the one writer's lock, taken
at once), because a read transaction that turns into a write may fail where waiting cannot help.
"""

import os
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import lru_cache
from itertools import count
from operator import itemgetter
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Dialect, Engine, Select, create_engine, event
from sqlalchemy.dialects import sqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, DisconnectionError, TimeoutError

from interop.store.errors import StoreError

BUSY_SECONDS = 30  # how long a writer waits for another one before it gives up
PAGE_BYTES = 8192  # counts only when the file is made
WAL_ATTEMPTS = 20

# synchronous=NORMAL in WAL mode: a killed process loses nothing; a power failure may lose the last
# commits, never the file's integrity. FULL would keep them too, at one disk flush a commit.
PRAGMAS = (
    f"PRAGMA busy_timeout = {BUSY_SECONDS * 1000}",
    f"PRAGMA page_size = {PAGE_BYTES}",
    "PRAGMA synchronous = NORMAL",
    "PRAGMA foreign_keys = OFF",  # the writer keeps the tables together; checks per row cost
)

_WRITES = "interop_writes"

# Connections that a forked child found in its copy of the pool. They belong to the parent: a child
# must neither use nor close them (SQLite, "How To Corrupt", section 2.6), so they are kept here.
_inherited: list[Any] = []

_ordinals = count(1)

_RIGHTS = ": the file and its folder must belong to the user who runs this"
_HINTS = {
    "readonly database": _RIGHTS,
    "unable to open database": ": it must be a file, in a folder of the user who runs this",
    "disk I/O error": ": see the system's log; the disk may be full or failing",
}


def open_engine(url: str) -> tuple[Engine, str]:
    """Engine for ``sqlite:///FILE`` and the file's name; its folder is made where it is missing.

    No connection is opened. Raises ``StoreError`` for any other kind of address.
    """
    try:
        parsed = make_url(url)
    except ArgumentError:
        raise StoreError(f"store {url!r}: not an address of the form sqlite:///FILE") from None
    file = _file(parsed, url)
    try:
        Path(file).resolve().parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        reason = error.strerror or "cannot be made"
        raise StoreError(f"store {file}: its folder: {reason}") from None
    engine = create_engine(parsed, pool_size=8, max_overflow=-1)
    event.listen(engine, "connect", _prepare)
    event.listen(engine, "checkout", _leave_inherited)
    event.listen(engine, "begin", _begin)
    return engine, file


def writing(engine: Engine) -> Engine:
    """The same engine, whose transactions take the writer's lock when they begin."""
    return engine.execution_options(**{_WRITES: True})


def _file(url: URL, text: str) -> str:
    file = url.database
    if url.get_backend_name() != "sqlite" or not file or file == ":memory:":
        raise StoreError(f"store {text!r}: not an address of the form sqlite:///FILE")
    return file


def _prepare(connection: Any, entry: Any) -> None:
    """Set up a new driver connection; transactions are ours to begin, not the driver's."""
    connection.isolation_level = None
    for pragma in PRAGMAS:
        connection.execute(pragma).close()
    _use_wal(connection)
    entry.info["pid"] = os.getpid()


def _use_wal(connection: Any) -> None:
    """Switch the file to a write-ahead log, if it has none yet.

    While two processes do it to a new file, SQLite refuses one of them at once, without waiting.
    An empty write transaction does wait, until the other one is through.
    """
    for _ in range(WAL_ATTEMPTS):
        try:
            connection.execute("PRAGMA journal_mode = WAL").close()
            return
        except sqlite3.OperationalError as error:
            if "locked" not in str(error):
                raise
            connection.execute("BEGIN IMMEDIATE").close()
            connection.execute("COMMIT").close()
    connection.execute("PRAGMA journal_mode = WAL").close()


def _leave_inherited(connection: Any, entry: Any, proxy: Any) -> None:
    """In a forked child, make the pool open its own connection instead of the parent's."""
    if entry.info["pid"] != os.getpid():
        _inherited.append(connection)
        entry.dbapi_connection = proxy.dbapi_connection = None
        raise DisconnectionError("the connection belongs to the parent process")


def _begin(connection: Connection) -> None:
    writes = connection.get_execution_options().get(_WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


@dataclass(frozen=True, slots=True)
class _Watching:
    """A connection that is kept, the process that opened it, and its number among all of them."""

    connection: Any
    owner: int
    ordinal: int


class Watch:
    """Tells whether another connection, in whatever process, has committed anything.

    A connection of its own is kept for it: SQLite counts the commits of others for each one.
    Threads share it without a lock, as SQLite's serialized mode allows.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._kept: _Watching | None = None

    def number(self) -> int:
        """Another number than before when there was a commit in between; perhaps when not.

        Raises ``sqlite3.Error`` and what opening a connection raises.
        """
        kept = self._kept
        if kept is None or kept.owner != os.getpid():
            if kept is not None:
                _inherited.append(kept)
            kept = _Watching(self._engine.raw_connection(), os.getpid(), next(_ordinals))
            self._kept = kept
        [row] = kept.connection.driver_connection.execute("PRAGMA data_version").fetchall()
        return kept.ordinal << 32 | int(row[0])

    def close(self) -> None:
        """Give the connection back; asking again opens another."""
        kept, self._kept = self._kept, None
        if kept is not None and kept.owner == os.getpid():
            kept.connection.close()


def run_many(connection: Connection, statement: Any, rows: Sequence[Mapping[str, Any]]) -> None:
    """Run ``statement`` for all of ``rows``, which have the same keys; not at all when there are
    none. Handed to the driver as it takes them: a third of the time that the library's own way
    needs, which looks at each value of each row.
    """
    if rows:
        sql, values = _driver_form(statement, connection.dialect, tuple(rows[0]))
        connection.exec_driver_sql(sql, list(map(values, rows)))


@lru_cache(maxsize=256)
def _driver_form(
    statement: Any, dialect: Dialect, names: tuple[str, ...]
) -> tuple[str, Callable[[Mapping[str, Any]], tuple[Any, ...]]]:
    """``statement`` as SQL of the driver, and what makes the driver's values from a row. Only for
    types that SQLite's driver knows itself: numbers, truth values, text, bytes.
    """
    compiled = statement.compile(dialect=dialect, column_keys=list(names))
    order: Sequence[str] = compiled.positiontup or ()
    if len(order) == 1:
        return str(compiled), lambda row: (row[order[0]],)
    return str(compiled), itemgetter(*order)


def fetch(
    connection: Connection, statement: Select[Any], parameters: Mapping[str, object]
) -> list[tuple[Any, ...]]:
    """All rows of ``statement`` as the driver gives them (a Boolean is 0 or 1), in the transaction
    of ``connection``: for pages of lists, where SQLAlchemy's rows cost as much as SQLite's work.

    Raises ``sqlite3.Error``.
    """
    text, constants = _text(statement)
    driver: Any = connection.connection.driver_connection
    found: list[tuple[Any, ...]] = driver.execute(text, {**constants, **parameters}).fetchall()
    return found


_NAMED = sqlite.dialect(paramstyle="named")


@lru_cache(maxsize=64)
def _text(statement: Select[Any]) -> tuple[str, Mapping[str, object]]:
    """SQL, and the values that the statement itself brings along. Statements are made once, at
    import, so that few are ever kept here."""
    compiled = statement.compile(dialect=_NAMED)
    return str(compiled), dict(compiled.params)


@contextmanager
def one_line_errors(place: str) -> Iterator[None]:
    """Turn what the driver or the pool raises into a ``StoreError`` that names ``place``."""
    try:
        yield
    except DBAPIError as error:
        raise StoreError(f"store {place}: {_reason(error)}") from error
    except sqlite3.Error as error:  # from the driver itself
        raise StoreError(f"store {place}: {_said(error)}") from error
    except TimeoutError as error:
        raise StoreError(f"store {place}: no free connection") from error


def is_locked(error: DBAPIError) -> bool:
    """Whether another process held the writer's lock for too long."""
    return "locked" in str(error.orig)


def _reason(error: DBAPIError) -> str:
    if is_locked(error):
        return f"locked by another writer for more than {BUSY_SECONDS} s"
    return _said(error.orig)


def _said(error: BaseException | None) -> str:
    """SQLite's words, and where they do not say what to do, that too."""
    words = " ".join(str(error).split())
    hint = next((hint for part, hint in _HINTS.items() if part in words), "")
    return f"{words}{hint}"
