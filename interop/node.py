"""A node put together from its configuration: store, index, catalogue, follower.

The only place that chooses an engine. Front ends, commands and the harvester open a node and
work with its catalogue. Open it after a fork, never before.
"""

import re
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy.exc import SQLAlchemyError

from interop import own_rules
from interop.catalogue import Catalogue
from interop.config import Config, ConfigError, store_path
from interop.index.base import Budget, IndexBusy, IndexStale, SearchIndex
from interop.index.engines import EngineFactory, EngineUnavailable, by_name, names
from interop.index.follower import Difference, Follower, audit, read_again
from interop.index.tables import Tables
from interop.store.errors import StoreError
from interop.store.store import Store

EMBEDDED = "tantivy"

# What a system says when the fault is not in the files themselves.
OUTSIDE = (
    "No space left",
    "Disk quota",
    "Permission denied",
    "Read-only file system",
    "disk is full",
    "readonly database",
    "Too many open files",
)
OUTSIDE_ADVICE = "the records are safe; mend that, and the index is brought up to them"
DAMAGED_ADVICE = "stop what uses it and remove the folder: it is made again from the store"


@dataclass(frozen=True, slots=True)
class Node:
    """``close()`` gives back files and locks."""

    config: Config
    store: Store
    index: SearchIndex
    follower: Follower
    catalogue: Catalogue
    _tables: Tables

    @property
    def result_sets(self) -> Path:
        """The file in which result sets are kept for clients; it may be removed at any time."""
        return _index_folder(self.config) / "resultsets.db"

    def follow(self) -> bool:
        """Bring the index up to the store; ``False`` when another process does that.

        Raises ``StoreError`` when the files of the index cannot be used; the records are safe.
        """
        try:
            with self._usable_index():
                while self.follower.step():
                    pass
                self.follower.tidy()
        except IndexBusy:
            return False
        return True

    def reindex(self) -> bool:
        """Make the index again from the store; ``False``, and nothing done, when another process
        writes it. Raises ``StoreError`` as ``follow``.
        """
        with self._usable_index():
            try:
                self.index.lock()
            except IndexBusy:
                return False
            except IndexStale:
                pass  # of another version: it is replaced all the more
            self._tables.clear()
            self.index.clear()
        return self.follow()

    def audit(self) -> list[Difference]:
        """Everything in which the index differs from the store. Raises ``IndexStale``, and
        ``StoreError`` as ``follow``.
        """
        with self._usable_index():
            return list(audit(self.store, self.index))

    @contextmanager
    def _usable_index(self) -> Iterator[None]:
        """What the engine raises when its files cannot be used, as a ``StoreError`` of one line."""
        try:
            yield
        except (OSError, ValueError, SQLAlchemyError) as error:  # ValueError is tantivy's
            first = str(error).splitlines()[0]
            reason = re.sub(r" at path \"[^\"]*\"", "", first)  # of a file that has another name
            outside = any(part in reason for part in OUTSIDE)  # each time
            advice = OUTSIDE_ADVICE if outside else DAMAGED_ADVICE
            place = _index_folder(self.config)
            raise StoreError(f"index {place}: {reason}; {advice}") from error

    def close(self) -> None:
        self.index.close()
        self._tables.close()
        self.store.dispose()


def clock() -> int:
    """Now, in whole seconds since 1970-01-01T00:00:00Z."""
    return int(time.time())


def engine_of(config: Config) -> EngineFactory:
    """The engine that is configured. Raises ``ConfigError`` for one that is not there."""
    name = EMBEDDED if config.index.engine == "embedded" else config.index.engine
    if name not in names():
        known = ", ".join(sorted({"embedded", *names()} - {EMBEDDED}))
        raise ConfigError(f"index.engine: there is no engine {name!r}; known: {known}")
    try:
        return by_name(name)
    except EngineUnavailable as error:
        raise ConfigError(f"index.engine: {error}") from None


def open_node(config: Config) -> Node:
    """Open or create the store and the index of a node.

    Raises ``ConfigError`` for an engine that is not there or rules with a fault, and
    ``StoreError`` for a store that cannot be used.
    """
    engine = engine_of(config)
    crosswalks = own_rules.load(config)
    try:
        # Records of closed databases and the key of tokens are in it: not for all on the machine.
        config.data_dir.mkdir(mode=0o750, parents=True, exist_ok=True)
    except OSError as error:
        raise ConfigError(f"store.url: {config.data_dir}: {error.strerror}") from None
    store = Store(config.store.url, clock)
    folder = _index_folder(config)
    tables = Tables(folder / "words.db")
    limits = config.index
    budget = Budget(limits.search_steps * 1_000_000, limits.dear_searches, limits.sorted_records)
    index = engine.open(folder, tables, partial(read_again, store), budget)
    follower = Follower(store, tables, index)
    catalogue = Catalogue(config, store, index, crosswalks=crosswalks)
    if not store.last_seq():
        catalogue.revise()  # the first records of a store follow the rules of the present
    return Node(config, store, index, follower, catalogue, tables)


def _index_folder(config: Config) -> Path:
    return store_path(config.store.url).with_suffix(".index")
