"""What may stand more than once: libraries, sources, rights, users, own rules, Z39.50 databases.

Each row of ``[[name]]`` becomes a dataclass by the function that ``ROWS`` names.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from typing import Any

from interop.config.kinds import parse_interval
from interop.config.place import Place
from interop.model.access import Access, User
from interop.model.library import CODE, Library

PROTOCOLS = ("oai-pmh",)
# Of records that do not say, or say wrongly, what they are in; what each is stands in docs/text.md.
ENCODINGS = (
    "utf-8", "marc-8", "windows-1252",
    "bkhcm2", "cp1258", "iso5426", "tcvn3", "tcvn5712", "viqr", "viscii", "vni", "vps",
)  # fmt: skip
RESERVED = {"union", "default"}  # names of databases that are not a library's
SYNTAXES = (
    "usmarc",
    "unimarc",
    "xml",
    "sutrs",
    "opac",
    "grs1",
)  # of Z39.50, those that may be a default
CHARSETS = ("utf-8", "marc-8")
TERM_CHARSETS = ("latin-1", "marc-8")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a library's records are harvested from. ``every``: seconds between harvests.
    ``encoding``: as of a library, for what comes from here.
    """

    id: str
    library: str
    protocol: str
    url: str
    prefix: str = "marcxml"
    every: int = 3600
    set: str | None = None
    encoding: str = ""


@dataclass(frozen=True, slots=True)
class Z3950Database:
    """How Z39.50 shows a database to clients that do not say what they want.

    ``name``: what clients call it; ``of``: the database that it shows, when that has another name.
    ``syntax``, ``element_set``: when none is asked for; ``charset``: of MARC records without
    negotiation; ``terms``: of search terms that are no UTF-8.
    """

    name: str
    of: str = ""
    syntax: str = "usmarc"
    charset: str = "utf-8"
    element_set: str = ""
    terms: str = ""


@dataclass(frozen=True, slots=True)
class OwnRules:
    """A rule file that a database has over the rules of a format (docs/crosswalks.md).

    ``database``: ``union`` or that of a library; ``prefix``: name of the format.
    """

    database: str
    prefix: str
    file: Path


def rows(data: dict[str, Any], name: str, place: Place) -> tuple[Any, ...]:
    """All rows of ``[[name]]``. Raises ``ConfigError``."""
    tables = data.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise place.error(name, f"write each one under [[{name}]]")
    return tuple(ROWS[name](table, place) for table in tables)


def _fields(
    table: dict[str, Any],
    kind: str,
    place: Place,
    required: tuple[str, ...],
    optional: tuple[str, ...],
) -> dict[str, Any]:
    """The table's values, each known and of the right type: ``since`` is a date, ``networks`` and
    ``users`` are lists of texts, others text."""
    names = (table.get(name) for name in ("code", "id", "database", "name"))
    label = f"{kind}[{next(filter(None, names), '?')}]"
    for name, value in table.items():
        where = f"{label}.{name}"
        if name not in (*required, *optional):
            raise place.unknown(where, [*required, *optional])
        if name == "since":
            if not isinstance(value, date):
                raise place.error(where, f"expected a date such as 2025-07-01, found {value!r}")
        elif name in ("networks", "users"):
            if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
                raise place.error(where, f"expected a list of texts, found {value!r}")
        elif name == "password" and not isinstance(value, str):
            raise place.error(where, "expected a text")  # errors are logged: never what it is
        else:
            place.value(where, "text", value)
    for name in required:
        if name not in table:
            raise place.error(label, f"{name!r} is missing")
    return dict(table)


def _library(table: dict[str, Any], place: Place) -> Library:
    optional = ("province", "successor", "since", "encoding", "rights")
    fields = _fields(table, "library", place, ("code", "name"), optional)
    _check_encoding(f"library[{fields['code']}]", fields, place)
    if not CODE.fullmatch(fields["code"]) or fields["code"].lower() in RESERVED:
        raise place.error(
            f"library[{fields['code']}].code",
            "a code has at most 16 letters, digits and hyphens, and is not "
            + " or ".join(sorted(RESERVED)),
        )
    if "rights" in fields:
        place.value(f"library[{fields['code']}].rights", "url", fields["rights"])
    return Library(**fields)


def _source(table: dict[str, Any], place: Place) -> Source:
    optional = ("protocol", "prefix", "every", "set", "encoding")
    fields = _fields(table, "source", place, ("id", "library", "url"), optional)
    where = f"source[{fields['id']}]"
    _check_encoding(where, fields, place)
    fields.setdefault("protocol", PROTOCOLS[0])
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", fields["id"]):
        raise place.error(f"{where}.id", "use letters, digits, '.', '_' and '-'")
    if fields["protocol"] not in PROTOCOLS:
        raise place.error(f"{where}.protocol", f"known: {', '.join(PROTOCOLS)}")
    if not re.match(r"https?://[^/\s]+", fields["url"]):
        raise place.error(
            f"{where}.url", "expected an address that begins with http:// or https://"
        )
    if "@" in re.split(r"[/?#]", fields["url"].partition("://")[2])[0]:  # it is logged and shown
        raise place.error(f"{where}.url", "no user or password may stand in an address")
    if "every" in fields:
        try:
            fields["every"] = parse_interval(fields["every"])
        except ValueError as error:
            raise place.error(f"{where}.every", str(error)) from None
    return Source(**fields)


def _access(table: dict[str, Any], place: Place) -> Access:
    fields = _fields(table, "access", place, ("database",), ("networks", "users"))
    where = f"access[{fields['database']}]"
    networks = []
    for text in fields.get("networks", []):
        try:
            networks.append(ip_network(text))
        except ValueError as error:
            raise place.error(f"{where}.networks", str(error)) from None
    return Access(fields["database"].lower(), tuple(networks), tuple(fields.get("users", [])))


def _user(table: dict[str, Any], place: Place) -> User:
    """A user; the password stands here or, alone, in the file that ``password_file`` names."""
    fields = _fields(table, "user", place, ("name",), ("password", "password_file"))
    where = f"user[{fields['name']}]"
    if ("password" in fields) == ("password_file" in fields):
        raise place.error(where, "give either 'password' or 'password_file'")
    password = fields.get("password")
    if password is None:
        try:
            password = Path(fields["password_file"]).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            name = fields["password_file"]
            raise place.error(f"{where}.password_file", f"{name} cannot be read") from None
        if not password:
            raise place.error(f"{where}.password_file", f"{fields['password_file']} is empty")
    return User(fields["name"], password)


def _z3950_database(table: dict[str, Any], place: Place) -> Z3950Database:
    optional = ("of", "syntax", "charset", "element_set", "terms")
    fields = _fields(table, "z3950_database", place, ("name",), optional)
    where = f"z3950_database[{fields['name']}]"
    known = {"syntax": SYNTAXES, "charset": CHARSETS, "terms": TERM_CHARSETS}
    for name, values in known.items():
        if fields.get(name, values[0]) not in values:
            raise place.error(f"{where}.{name}", f"known: {', '.join(values)}")
    return Z3950Database(**fields)


def _own_rules(table: dict[str, Any], place: Place) -> OwnRules:
    """The file is looked for beside the configuration."""
    fields = _fields(table, "crosswalk", place, ("database", "format", "rules"), ())
    file = (place.file.parent if place.file else Path()) / fields["rules"]
    if not file.is_file():
        where = f"crosswalk[{fields['database']}].rules"
        raise place.error(where, f"there is no file {file}")
    return OwnRules(fields["database"].lower(), fields["format"], file)


def _check_encoding(where: str, fields: dict[str, Any], place: Place) -> None:
    encoding = fields.get("encoding", "")
    if encoding and encoding not in ENCODINGS:
        raise place.error(f"{where}.encoding", f"known: {', '.join(ENCODINGS)}")


ROWS: dict[str, Callable[[dict[str, Any], Place], Any]] = {
    "library": _library,
    "source": _source,
    "access": _access,
    "user": _user,
    "crosswalk": _own_rules,
    "z3950_database": _z3950_database,
}
