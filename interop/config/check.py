"""What no single setting can tell: names used twice, references to nothing."""

import difflib

from interop.config.config import Config, store_path
from interop.config.kinds import split_address
from interop.config.place import Place
from interop.model.access import EVERY
from interop.model.library import Library, province_database


def check(config: Config, place: Place) -> None:
    """Raises ``ConfigError``."""
    _unique([library.database for library in config.libraries], "library.code", place)
    _unique([source.id for source in config.sources], "source.id", place)
    shown = [database.name.lower() for database in config.z3950_databases]
    _unique(shown, "z3950_database.name", place)
    for row in config.z3950_databases if config.libraries else ():  # without, any code is taken
        where = f"z3950_database[{row.name}].{'of' if row.of else 'name'}"
        named = (row.of or row.name).lower()
        _check_database(where, named, {"default", *_known_databases(config)}, place)
    for library in config.libraries:
        if library.successor is not None and config.library(library.successor) is None:
            raise place.error(
                f"library[{library.code}].successor",
                f"no library has the code {library.successor!r}",
            )
        _follow_successors(config, library, place)
    for source in config.sources:
        if config.library(source.library) is None:
            raise place.error(
                f"source[{source.id}].library", f"no library has the code {source.library!r}"
            )
    # Records of a library are told apart by the identifiers of its source: two sources that use the
    # same ones would overwrite and delete each other's records.
    _unique([s.library.lower() for s in config.sources], "source.library", place)
    _check_access(config, place)
    _check_own_rules(config, place)
    _check_addresses(config, place)
    if config.z3950.tls and not config.z3950.certificate:
        raise place.error("z3950.tls", "TLS needs z3950.certificate, a PEM file")
    store_path(config.store.url)


def _check_addresses(config: Config, place: Place) -> None:
    taken: dict[str, str] = {}
    for where, address in (
        ("server.http", config.server.http),
        ("server.z3950", config.server.z3950),
        ("z3950.tls", config.z3950.tls),
    ):
        other = taken.setdefault(address, where)
        if address and other != where and split_address(address)[1]:  # port 0: any that is free
            raise place.error(where, f"{address} is {other} already; choose another port")


def _known_databases(config: Config) -> set[str]:
    """Names under which there is something to search: provinces too."""
    known = {"union", *(library.database for library in config.libraries)}
    return known | {province_database(library.province) for library in config.libraries} - {""}


def _check_access(config: Config, place: Place) -> None:
    _unique([row.database for row in config.access], "access.database", place)
    _unique([user.name for user in config.users], "user.name", place)
    known = {EVERY, *_known_databases(config)}
    users = {user.name for user in config.users}
    for row in config.access:
        where = f"access[{row.database}]"
        _check_database(f"{where}.database", row.database, known, place)
        for name in row.users:
            if name not in users:
                raise place.error(f"{where}.users", f"no user has the name {name!r}")


def _check_own_rules(config: Config, place: Place) -> None:
    known = {"union", *(library.database for library in config.libraries)}
    for row in config.own_rules:
        _check_database(f"crosswalk[{row.database}].database", row.database, known, place)
    pairs = [f"{row.database} {row.prefix}" for row in config.own_rules]
    _unique(pairs, "crosswalk.format", place)


def _check_database(where: str, name: str, known: set[str], place: Place) -> None:
    if name not in known:
        near = difflib.get_close_matches(name, sorted(known), 1, 0.5)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise place.error(where, f"no database has this name{hint}")


def _follow_successors(config: Config, library: Library, place: Place) -> None:
    seen = {library.database}
    step: Library | None = library
    while step is not None and step.successor is not None:
        step = config.library(step.successor)
        if step is not None and step.database in seen:
            raise place.error(f"library[{library.code}].successor", "the successors form a circle")
        if step is not None:
            seen.add(step.database)


def _unique(names: list[str], where: str, place: Place) -> None:
    for name in names:
        if names.count(name) > 1:
            raise place.error(where, f"{name!r} is there twice, and may be there once")
