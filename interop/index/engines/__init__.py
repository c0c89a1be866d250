"""Engines, one file each; the file's name is the name in the configuration (``index.engine``).

Unlike other plug-ins they are imported only when named, because each may need a client library
that is not installed.
"""

import importlib
import pkgutil
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from interop.index.base import BUDGET, Budget, Reread, SearchIndex
from interop.index.tables import Tables

__all__ = ["EngineFactory", "EngineUnavailable", "by_name", "names"]


@dataclass(frozen=True, slots=True)
class EngineFactory:
    """What an engine's file defines as ``ENGINE``.

    ``make``: see ``open``. ``durable``: other processes and later handles see what this one
    committed.
    """

    name: str
    make: Callable[[Path, Tables, Reread, Budget], SearchIndex]
    durable: bool

    def open(
        self, directory: Path, tables: Tables, reread: Reread, budget: Budget = BUDGET
    ) -> SearchIndex:
        """A handle on the index in ``directory``, made where there is none; nothing is read before
        the first call on it. ``reread`` is for what an index of words does not know.
        """
        return self.make(directory, tables, reread, budget)


class EngineUnavailable(Exception):
    """No such engine, or its client library is not installed."""


def names() -> list[str]:
    """Every engine that has a file, in alphabetical order; none is imported."""
    modules = (module.name for module in pkgutil.iter_modules(__path__))
    return sorted(name for name in modules if not name.startswith("_"))


def by_name(name: str) -> EngineFactory:
    """The engine of that name. Raises ``EngineUnavailable``, ``TypeError`` for a half-written
    engine.
    """
    if name not in names():
        raise EngineUnavailable(f"unknown index engine {name!r}; known: {', '.join(names())}")
    try:
        module = importlib.import_module(f"{__name__}.{name}")
    except ImportError as error:
        raise EngineUnavailable(f"index engine {name!r} cannot be used: {error}") from error
    factory = getattr(module, "ENGINE", None)
    if not isinstance(factory, EngineFactory):
        raise TypeError(f"{__name__}.{name} must define ENGINE: EngineFactory")
    return factory
