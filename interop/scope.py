"""Which records a search looks at: from the names of databases to what the index holds.

Every library has a database in the index, and so has the union. Other names stand for these:

* a library that was merged away, and the one that took it over, under either name: both libraries'
  own records;
* a province: what the union says of its libraries, each publication once;
* several databases in one search: the same, so that a publication that several of them hold is one
  hit and not one each. The union beside others is the union.
"""

from collections.abc import Collection, Mapping, Sequence

from interop.model.library import Library, province_database
from interop.model.record import UNION
from interop.query import normalise
from interop.query.ast import And, Or, Query, Term


class Scopes:
    """``libraries``: those of the configuration; others are known by their database alone."""

    def __init__(self, libraries: Sequence[Library]) -> None:
        known = {library.database: library for library in libraries}
        self._last = {name: _successor(library, known) for name, library in known.items()}
        self._provinces: dict[str, tuple[str, list[str]]] = {}
        for library in libraries:
            name = province_database(library.province)
            if name and name != UNION and name not in known:
                self._provinces.setdefault(name, (library.province, []))[1].append(library.database)
        self._names = {name: province for name, (province, _) in self._provinces.items()}
        self._families = {name: self._family(name) for name in self._last}

    def provinces(self) -> Mapping[str, str]:
        """Names of the databases of provinces, and the names of the provinces for people."""
        return self._names

    def libraries(self, province: str) -> list[str]:
        """Databases of the libraries of the province that has the database ``province``."""
        return list(self._provinces[province][1])

    def resolve(self, databases: Sequence[str], query: Query) -> tuple[Sequence[str], Query]:
        """The databases of the index to search for canonical ``databases``, and the query there."""
        if len(databases) == 1 and databases[0] not in self._provinces:
            return self.family(databases[0]), query
        if UNION in databases:
            return [UNION], query
        members = {each for name in databases for each in self._members(name)}
        held = [_held_by(database) for database in sorted(members)]
        return [UNION], And((query, held[0] if len(held) == 1 else Or(tuple(held))))

    def home(self, databases: Sequence[str], holders: Collection[str]) -> str | None:
        """The first of ``databases`` that stands for one of ``holders``, databases of libraries."""
        held = set(holders)
        return next((name for name in databases if held.intersection(self._members(name))), None)

    def _members(self, name: str) -> Sequence[str]:
        """Databases of the libraries that ``name`` stands for."""
        if name in self._provinces:
            names = self._provinces[name][1]
            return [each for library in names for each in self.family(library)]
        return self.family(name)

    def family(self, database: str) -> Sequence[str]:
        """``database`` and those of the libraries that became one with its own, itself first."""
        return self._families.get(database) or [database]

    def _family(self, database: str) -> list[str]:
        last = self._last[database]
        return [database, *(n for n, end in self._last.items() if end == last and n != database)]


def _successor(library: Library, known: dict[str, Library]) -> str:
    """The database at the end of the mergers; the configuration has no circles."""
    while library.successor is not None:
        library = known[library.successor.lower()]
    return library.database


def _held_by(database: str) -> Term:
    return Term("library", (normalise.key("code", database) or database,), "key")
