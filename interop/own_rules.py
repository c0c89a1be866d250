"""Which crosswalks a database is shown by: those of the software, or with its own rules over them.

Rules of one's own are named in the configuration (``[[crosswalk]]``), read and compiled once when
a node opens, so that a fault in them is told before anything is served.
"""

from collections.abc import Mapping
from functools import cache

from interop.config import Config, ConfigError
from interop.crosswalks import CROSSWALKS, Crosswalk
from interop.crosswalks._rules import RuleError
from interop.crosswalks._rules import load as load_rules


class Crosswalks:
    """``known``: by prefix; ``own``: those that a database has instead, by database and prefix."""

    def __init__(
        self,
        known: Mapping[str, Crosswalk] = CROSSWALKS,
        own: Mapping[tuple[str, str], Crosswalk] | None = None,
    ) -> None:
        self._known = known
        self.own: Mapping[tuple[str, str], Crosswalk] = own or {}
        self._kept: dict[str, tuple[Crosswalk, ...]] = {}

    def of(self, database: str, prefix: str) -> Crosswalk:
        """How ``database`` is shown in a format. Raises ``KeyError`` for one that is not known."""
        return self.own.get((database, prefix)) or self._known[prefix]

    def kept(self, database: str) -> tuple[Crosswalk, ...]:
        """Those whose renderings are made at ingest and kept."""
        found = self._kept.get(database)
        if found is None:
            found = tuple(self.of(database, p) for p, each in self._known.items() if each.stored)
            self._kept[database] = found
        return found


@cache
def of_the_software() -> Crosswalks:
    """No rules of one's own."""
    return Crosswalks()


def load(config: Config) -> Crosswalks:
    """The crosswalks of a node. Raises ``ConfigError``: one line with file, line and fault."""
    own = {}
    for row in config.own_rules:
        where = f"{config.file}: crosswalk[{row.database}]"
        crosswalk = CROSSWALKS.get(row.prefix)
        if crosswalk is None:
            known = ", ".join(name for name, each in CROSSWALKS.items() if each.ruled)
            raise ConfigError(f"{where}.format: there is no format {row.prefix!r}; known: {known}")
        try:
            own[row.database, row.prefix] = crosswalk.with_own_rules(
                load_rules(row.file, str(row.file))
            )
        except RuleError as error:
            raise ConfigError(str(error)) from None
        except OSError as error:
            raise ConfigError(f"{row.file}: cannot be read: {error.strerror}") from None
    return Crosswalks(own=own) if own else of_the_software()
