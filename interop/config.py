"""Configuration: ``interop.toml`` and the environment, read once into frozen dataclasses.

``SETTINGS`` is the one list of settings: the reader, the environment overrides, the README table
and the commented file all come from it. An unknown or ill-typed setting is an error that names
file, line and the nearest known name; nothing is ever ignored.
"""

import difflib
import os
import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from ipaddress import ip_network
from pathlib import Path
from typing import Any, TypeVar

from interop.model.access import EVERY, Access, Rights, User
from interop.model.library import CODE, Library, province_database

DEFAULT_FILE = "interop.toml"
PROTOCOLS = ("oai-pmh",)
# Of records that do not say, or say wrongly, what they are in; what each is stands in docs/text.md.
ENCODINGS = (
    "utf-8", "marc-8", "windows-1252",
    "bkhcm2", "cp1258", "iso5426", "tcvn3", "tcvn5712", "viqr", "viscii", "vni", "vps",
)  # fmt: skip
SRU_VERSIONS = ("1.1", "1.2", "2.0")
RESERVED = {"union", "default"}  # names of databases that are not a library's
# What may stand more than once.
TABLES = ("library", "source", "access", "user", "crosswalk", "z3950_database")


class ConfigError(Exception):
    """The configuration cannot be used. One line: what, where, and the nearest known name."""


@dataclass(frozen=True, slots=True)
class Setting:
    """``kind``: text, domain, emails, integer (above 0), count (from 0), address,
    url, urls. ``help``: one sentence for operators.
    """

    section: str
    name: str
    kind: str
    default: Any
    help: str


# OAI-PMH.xsd emailType and oai-identifier.xsd repositoryIdentifierType: what Identify may say.
_EMAIL = re.compile(r"\S+@(?:\S+\.)+\S+")
_URL = re.compile(r"https?://[^\s/?#@<>\"]+(?:/[^\s<>\"]*)?")
_DOMAIN = re.compile(r"[a-zA-Z][a-zA-Z0-9-]*(?:\.[a-zA-Z][a-zA-Z0-9-]*)+")

SETTINGS: tuple[Setting, ...] = (
    Setting("server", "name", "text", "Interop", "Name of the repository, shown to harvesters."),
    Setting("server", "domain", "domain", "interop.example.org", "Domain used in OAI identifiers."),
    Setting("server", "base_url", "text", "http://127.0.0.1:8210", "Address as clients see it."),
    Setting("server", "admin_email", "emails", ("admin@example.org",), "Whom harvesters write to."),
    Setting("server", "http", "address", "127.0.0.1:8210", "Where HTTP listens."),
    Setting("server", "z3950", "address", "127.0.0.1:9999", "Where Z39.50 listens."),
    Setting("server", "workers", "integer", 2, "Server processes."),
    Setting("server", "proxies", "count", 0, "Reverse proxies in front that name the client."),
    Setting("store", "url", "text", "sqlite:///interop-data/interop.db", "Where records are kept."),
    Setting(
        "index", "engine", "text", "embedded", "Search engine: embedded (no server) or memory."
    ),
    Setting("z3950", "tls", "address?", "", "Where Z39.50 over TLS listens; empty: nowhere."),
    Setting("z3950", "certificate", "text?", "", "Certificate chain for it, a PEM file."),
    Setting("z3950", "key", "text?", "", "Its private key, a PEM file; empty: with the chain."),
    Setting("z3950", "associations", "integer", 10_000, "Associations of a server process."),
    Setting("z3950", "address_associations", "integer", 256, "Of these, from one address."),
    Setting("z3950", "idle", "interval", "15m", "Without a request for so long: Close."),
    Setting("z3950", "total", "interval", "1d", "The longest life of an association."),
    Setting("z3950", "result_sets", "integer", 64, "Result sets of one association."),
    Setting("z3950", "databases", "integer", 100, "Databases in one search."),
    Setting("z3950", "pdu_kb", "integer", 16_384, "Largest PDU that is read, in KiB."),
    Setting("z3950", "message_kb", "integer", 4096, "Largest message or record sent, in KiB."),
    Setting("z3950", "workers", "integer", 4, "Operations that a server process runs at once."),
    Setting("z3950", "transcript", "text?", "", "File for every PDU in words; empty: none."),
    Setting("oai", "client_rate", "count", 200, "Requests a second of one client; 0: any number."),
    Setting("oai", "lists", "integer", 16, "Lists that a server process makes at one time."),
    Setting("oai", "client_lists", "integer", 8, "Of these, lists for one client."),
    Setting("oai", "rights", "url?", "", "Address of the statement on the rights in the records."),
    Setting("oai", "icon", "url?", "", "Address of the image that stands for the repository."),
    Setting("oai", "friends", "urls", (), "Base URLs of other repositories, named in Identify."),
    Setting("oai", "cache_mb", "count", 64, "Ready pages that a server process keeps, in MB."),
    Setting(
        "server",
        "client_rate",
        "count",
        200,
        "Searches and copies a second of one client over HTTP, OAI-PMH apart; 0: any number.",
    ),  # fmt: skip
    Setting("sru", "default_version", "version", "1.2", "SRU version for requests that name none."),
    Setting("sru", "stylesheets", "words", "", "Addresses of stylesheets, beside our own site's."),
    Setting("sru", "result_set_ttl", "integer", 3600, "Seconds that a result set is kept unused."),
    Setting("sru", "query_length", "integer", 20_000, "Characters of a CQL query."),
    Setting("sru", "query_operators", "integer", 200, "Boolean operators of a CQL query."),
    Setting("sru", "query_depth", "integer", 50, "Parentheses inside one another in a CQL query."),
)


@dataclass(frozen=True, slots=True)
class Server:
    """``http`` and ``z3950``: ``host:port``."""

    name: str
    domain: str
    base_url: str
    admin_email: tuple[str, ...]
    http: str
    z3950: str
    workers: int
    proxies: int
    client_rate: int


@dataclass(frozen=True, slots=True)
class StoreConfig:
    url: str


@dataclass(frozen=True, slots=True)
class IndexConfig:
    engine: str


@dataclass(frozen=True, slots=True)
class OaiConfig:
    """Limits and memory of each server process (see ``interop.http.limits``); what Identify and
    ``about`` say beyond the least.
    """

    client_rate: int
    lists: int
    client_lists: int
    rights: str
    icon: str
    friends: tuple[str, ...]
    cache_mb: int


@dataclass(frozen=True, slots=True)
class Z3950Config:
    """``tls``: ``host:port``, or empty. ``certificate``, ``key``, ``transcript``: files, or
    empty. ``idle``, ``total``: seconds. The rest are limits, see
    ``interop.z3950.association.Limits``.
    """

    tls: str
    certificate: str
    key: str
    associations: int
    address_associations: int
    idle: int
    total: int
    result_sets: int
    databases: int
    pdu_kb: int
    message_kb: int
    workers: int
    transcript: str


@dataclass(frozen=True, slots=True)
class SruConfig:
    """``stylesheets``: beginnings of addresses, blanks between them."""

    default_version: str
    stylesheets: str
    result_set_ttl: int
    query_length: int
    query_operators: int
    query_depth: int


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


@dataclass(frozen=True, slots=True)
class Config:
    server: Server
    store: StoreConfig
    index: IndexConfig
    oai: OaiConfig
    z3950: Z3950Config
    sru: SruConfig
    libraries: tuple[Library, ...] = ()
    sources: tuple[Source, ...] = ()
    access: tuple[Access, ...] = ()
    users: tuple[User, ...] = ()
    z3950_databases: tuple[Z3950Database, ...] = ()
    own_rules: tuple[OwnRules, ...] = ()
    file: Path | None = None

    @property
    def rights(self) -> Rights:
        """Who may use which database."""
        return Rights(self.access, self.users)

    @property
    def data_dir(self) -> Path:
        """Folder of the store; the index and archives stand beside it."""
        return store_path(self.store.url).parent

    def library(self, code: str) -> Library | None:
        """The library with this code, whatever the case of its letters."""
        wanted = code.lower()
        return next((known for known in self.libraries if known.database == wanted), None)


def store_path(url: str) -> Path:
    """The file of an ``sqlite:///`` address. Raises ``ConfigError`` for any other."""
    prefix = "sqlite:///"
    if not url.startswith(prefix) or len(url) == len(prefix):
        raise ConfigError(f"store.url: {url!r} is not an address of the form sqlite:///FILE")
    return Path(url[len(prefix) :])


def split_address(address: str) -> tuple[str, int]:
    """``host:port`` (``[v6]:port``) as a pair. Raises ``ConfigError``."""
    host, _, port = address.rpartition(":")
    if not host or not port.isdigit() or not 0 <= int(port) <= 65535:
        raise ConfigError(f"{address!r} is not an address of the form host:port")
    return host.strip("[]"), int(port)


_UNITS = {"s": 1, "m": 60, "h": 3600, "d": 86400}


def parse_interval(text: str) -> int:
    """``30s``, ``15m``, ``1h`` or ``1d`` in seconds. Raises ``ValueError``."""
    match = re.fullmatch(r"([1-9]\d{0,5})([smhd])", text)
    if not match:
        raise ValueError(f"{text!r} is not an interval such as 15m, 1h or 1d")
    return int(match[1]) * _UNITS[match[2]]


@dataclass
class _Reader:
    """Turns parsed TOML into dataclasses and says where a wrong setting stands."""

    text: str
    file: Path | None

    def error(self, where: str, message: str) -> ConfigError:
        line = self._line(where)
        place = f"{self.file}:{line}" if self.file and line else str(self.file or "configuration")
        return ConfigError(f"{place}: {where}: {message}")

    def _line(self, where: str) -> int | None:
        name = re.escape(where.rpartition(".")[2])
        pattern = re.compile(rf"^\s*(?:\[+\s*)?[\"']?{name}[\"']?\s*[=\].]")
        section = where.partition(".")[0].partition("[")[0]
        inside = "." not in where
        fallback = None
        for number, line in enumerate(self.text.splitlines(), 1):
            header = re.match(r"\s*\[+\s*([A-Za-z0-9_-]+)", line)
            if header:
                inside = "." not in where or header[1] == section
            if pattern.match(line):
                if inside:
                    return number
                fallback = fallback or number
        return fallback

    def unknown(self, where: str, known: list[str]) -> ConfigError:
        name = where.rpartition(".")[2]
        near = difflib.get_close_matches(name, known, 1, 0.5)
        hint = f"; did you mean {near[0]!r}?" if near else f"; known: {', '.join(sorted(known))}"
        return self.error(where, f"unknown setting{hint}")

    def value(self, where: str, kind: str, value: Any) -> Any:
        if kind == "integer":
            if isinstance(value, bool) or not isinstance(value, int) or value < 1:
                raise self.error(where, f"expected a whole number above 0, found {value!r}")
            return value
        if kind == "count":
            if isinstance(value, bool) or not isinstance(value, int) or value < 0:
                raise self.error(where, f"expected a whole number from 0, found {value!r}")
            return value
        if kind == "interval":
            try:
                return parse_interval(value)
            except (TypeError, ValueError):
                message = f"expected an interval such as 15m, 1h or 1d, found {value!r}"
                raise self.error(where, message) from None
        if kind.endswith("?"):
            if value == "":
                return value
            kind = kind[:-1]
        if kind == "urls":
            urls = [value] if isinstance(value, str) else value
            if not isinstance(urls, list | tuple):
                raise self.error(where, f"expected a list of addresses, found {value!r}")
            return tuple(self.value(where, "url", each) for each in urls)
        if kind == "emails":
            emails = [value] if isinstance(value, str) else value
            if not isinstance(emails, list | tuple) or not emails:
                raise self.error(where, f"expected a list of mail addresses, found {value!r}")
            for email in emails:
                if not isinstance(email, str) or not _EMAIL.fullmatch(email):
                    raise self.error(where, f"{email!r} is not a mail address (name@example.org)")
            return tuple(emails)
        if kind == "words" and value == "":
            return value
        if not isinstance(value, str) or not value:
            raise self.error(where, f"expected a text, found {value!r}")
        if kind == "url" and not _URL.fullmatch(value):
            raise self.error(where, f"{value!r} is not an address such as https://example.org/a")
        if kind == "version" and value not in SRU_VERSIONS:
            raise self.error(where, f"expected one of {', '.join(SRU_VERSIONS)}, found {value!r}")
        if kind == "domain" and not _DOMAIN.fullmatch(value):
            raise self.error(where, f"{value!r} is not a domain name such as nlv.example.vn")
        if kind == "address":
            try:
                split_address(value)
            except ConfigError as error:
                raise self.error(where, str(error)) from None
        return value


def load(path: str | Path | None = None, environ: Mapping[str, str] = os.environ) -> Config:
    """The configuration of a node.

    ``path``: ``--config``; else ``INTEROP_CONFIG``; else ``./interop.toml`` where there is one;
    else the embedded defaults. Every setting of ``SETTINGS`` can be overridden by
    ``INTEROP_<SECTION>_<NAME>`` or by a file named in ``INTEROP_<SECTION>_<NAME>_FILE``.
    Raises ``ConfigError``.
    """
    chosen = path or environ.get("INTEROP_CONFIG") or None
    file = Path(chosen) if chosen else Path(DEFAULT_FILE)
    if chosen is None and not file.exists():
        return _build({}, _Reader("", None), environ)
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "is not UTF-8 text"
        raise ConfigError(f"{file}: cannot be read: {reason}") from None
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{file}: not valid TOML: {error}") from None
    return _build(data, _Reader(text, file), environ)


def _build(data: dict[str, Any], reader: _Reader, environ: Mapping[str, str]) -> Config:
    sections = sorted({setting.section for setting in SETTINGS})
    for name in data:
        if name not in (*sections, *TABLES):
            raise reader.unknown(name, [*sections, *TABLES])
    values: dict[str, dict[str, Any]] = {name: {} for name in sections}
    for section in sections:
        table = data.get(section, {})
        if not isinstance(table, dict):
            raise reader.error(section, "expected a section")
        known = [setting.name for setting in SETTINGS if setting.section == section]
        for name in table:
            if name not in known:
                raise reader.unknown(f"{section}.{name}", known)
    for setting in SETTINGS:
        where = f"{setting.section}.{setting.name}"
        given = data.get(setting.section, {}).get(setting.name)
        override = _override(setting, environ)
        if override is not None:
            given = override
        values[setting.section][setting.name] = reader.value(
            where, setting.kind, setting.default if given is None else given
        )
    libraries = _tables(data, "library", reader, _library)
    sources = _tables(data, "source", reader, _source)
    access = _tables(data, "access", reader, _access)
    users = _tables(data, "user", reader, _user)
    z3950_databases = _tables(data, "z3950_database", reader, _z3950_database)
    own_rules = _tables(data, "crosswalk", reader, _own_rules)
    config = Config(
        Server(**values["server"]),
        StoreConfig(**values["store"]),
        IndexConfig(**values["index"]),
        OaiConfig(**values["oai"]),
        Z3950Config(**values["z3950"]),
        SruConfig(**values["sru"]),
        libraries,
        sources,
        access,
        users,
        z3950_databases,
        own_rules,
        reader.file,
    )
    _check(config, reader)
    return config


def _override(setting: Setting, environ: Mapping[str, str]) -> Any:
    """The value from the environment, or ``None``. A ``_FILE`` variable names a file with it."""
    variable = f"INTEROP_{setting.section}_{setting.name}".upper()
    text = environ.get(variable)
    if text is None and (secret := environ.get(f"{variable}_FILE")):
        try:
            text = Path(secret).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            raise ConfigError(f"{variable}_FILE: {secret} cannot be read") from None
    if text is None:
        return None
    if setting.kind in ("integer", "count"):
        if not text.isascii() or not text.isdigit():
            raise ConfigError(f"{variable}: expected a whole number, found {text!r}")
        return int(text)
    if setting.kind in ("emails", "urls"):
        return [part.strip() for part in text.split(",") if part.strip()]
    return text


T = TypeVar("T")


def _tables(
    data: dict[str, Any], name: str, reader: _Reader, make: Callable[[dict[str, Any], _Reader], T]
) -> tuple[T, ...]:
    tables = data.get(name, [])
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        raise reader.error(name, f"write each one under [[{name}]]")
    return tuple(make(table, reader) for table in tables)


def _fields(
    table: dict[str, Any],
    kind: str,
    reader: _Reader,
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
            raise reader.unknown(where, [*required, *optional])
        if name == "since":
            if not isinstance(value, date):
                raise reader.error(where, f"expected a date such as 2025-07-01, found {value!r}")
        elif name in ("networks", "users"):
            if not isinstance(value, list) or not all(isinstance(each, str) for each in value):
                raise reader.error(where, f"expected a list of texts, found {value!r}")
        elif name == "password" and not isinstance(value, str):
            raise reader.error(where, "expected a text")  # errors are logged: never what it is
        else:
            reader.value(where, "text", value)
    for name in required:
        if name not in table:
            raise reader.error(label, f"{name!r} is missing")
    return dict(table)


def _library(table: dict[str, Any], reader: _Reader) -> Library:
    optional = ("province", "successor", "since", "encoding", "rights")
    fields = _fields(table, "library", reader, ("code", "name"), optional)
    _check_encoding(f"library[{fields['code']}]", fields, reader)
    if not CODE.fullmatch(fields["code"]) or fields["code"].lower() in RESERVED:
        raise reader.error(
            f"library[{fields['code']}].code",
            "a code has at most 16 letters, digits and hyphens, and is not "
            + " or ".join(sorted(RESERVED)),
        )
    if "rights" in fields:
        reader.value(f"library[{fields['code']}].rights", "url", fields["rights"])
    return Library(**fields)


def _source(table: dict[str, Any], reader: _Reader) -> Source:
    optional = ("protocol", "prefix", "every", "set", "encoding")
    fields = _fields(table, "source", reader, ("id", "library", "url"), optional)
    where = f"source[{fields['id']}]"
    _check_encoding(where, fields, reader)
    fields.setdefault("protocol", PROTOCOLS[0])
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}", fields["id"]):
        raise reader.error(f"{where}.id", "use letters, digits, '.', '_' and '-'")
    if fields["protocol"] not in PROTOCOLS:
        raise reader.error(f"{where}.protocol", f"known: {', '.join(PROTOCOLS)}")
    if not re.match(r"https?://[^/\s]+", fields["url"]):
        raise reader.error(
            f"{where}.url", "expected an address that begins with http:// or https://"
        )
    if "every" in fields:
        try:
            fields["every"] = parse_interval(fields["every"])
        except ValueError as error:
            raise reader.error(f"{where}.every", str(error)) from None
    return Source(**fields)


def _access(table: dict[str, Any], reader: _Reader) -> Access:
    fields = _fields(table, "access", reader, ("database",), ("networks", "users"))
    where = f"access[{fields['database']}]"
    networks = []
    for text in fields.get("networks", []):
        try:
            networks.append(ip_network(text))
        except ValueError as error:
            raise reader.error(f"{where}.networks", str(error)) from None
    return Access(fields["database"].lower(), tuple(networks), tuple(fields.get("users", [])))


def _user(table: dict[str, Any], reader: _Reader) -> User:
    """A user; the password stands here or, alone, in the file that ``password_file`` names."""
    fields = _fields(table, "user", reader, ("name",), ("password", "password_file"))
    where = f"user[{fields['name']}]"
    if ("password" in fields) == ("password_file" in fields):
        raise reader.error(where, "give either 'password' or 'password_file'")
    password = fields.get("password")
    if password is None:
        try:
            password = Path(fields["password_file"]).read_text(encoding="utf-8").strip()
        except (OSError, UnicodeDecodeError):
            name = fields["password_file"]
            raise reader.error(f"{where}.password_file", f"{name} cannot be read") from None
        if not password:
            raise reader.error(f"{where}.password_file", f"{fields['password_file']} is empty")
    return User(fields["name"], password)


def _z3950_database(table: dict[str, Any], reader: _Reader) -> Z3950Database:
    optional = ("of", "syntax", "charset", "element_set", "terms")
    fields = _fields(table, "z3950_database", reader, ("name",), optional)
    where = f"z3950_database[{fields['name']}]"
    known = {"syntax": SYNTAXES, "charset": CHARSETS, "terms": TERM_CHARSETS}
    for name, values in known.items():
        if fields.get(name, values[0]) not in values:
            raise reader.error(f"{where}.{name}", f"known: {', '.join(values)}")
    return Z3950Database(**fields)


def _own_rules(table: dict[str, Any], reader: _Reader) -> OwnRules:
    """The file is looked for beside the configuration."""
    fields = _fields(table, "crosswalk", reader, ("database", "format", "rules"), ())
    file = (reader.file.parent if reader.file else Path()) / fields["rules"]
    if not file.is_file():
        where = f"crosswalk[{fields['database']}].rules"
        raise reader.error(where, f"there is no file {file}")
    return OwnRules(fields["database"].lower(), fields["format"], file)


def _check_encoding(where: str, fields: dict[str, Any], reader: _Reader) -> None:
    encoding = fields.get("encoding", "")
    if encoding and encoding not in ENCODINGS:
        raise reader.error(f"{where}.encoding", f"known: {', '.join(ENCODINGS)}")


def _check(config: Config, reader: _Reader) -> None:
    """What no single setting can tell: names used twice, references to nothing."""
    _unique([library.database for library in config.libraries], "library.code", reader)
    _unique([source.id for source in config.sources], "source.id", reader)
    shown = [database.name.lower() for database in config.z3950_databases]
    _unique(shown, "z3950_database.name", reader)
    for library in config.libraries:
        if library.successor is not None and config.library(library.successor) is None:
            raise reader.error(
                f"library[{library.code}].successor",
                f"no library has the code {library.successor!r}",
            )
        _follow_successors(config, library, reader)
    for source in config.sources:
        if config.library(source.library) is None:
            raise reader.error(
                f"source[{source.id}].library", f"no library has the code {source.library!r}"
            )
    # Records of a library are told apart by the identifiers of its source: two sources that use the
    # same ones would overwrite and delete each other's records.
    _unique([s.library.lower() for s in config.sources], "source.library", reader)
    _check_access(config, reader)
    _check_own_rules(config, reader)
    if config.z3950.tls and not config.z3950.certificate:
        raise reader.error("z3950.tls", "TLS needs z3950.certificate, a PEM file")
    store_path(config.store.url)


def _check_access(config: Config, reader: _Reader) -> None:
    _unique([row.database for row in config.access], "access.database", reader)
    _unique([user.name for user in config.users], "user.name", reader)
    known = {EVERY, "union", *(library.database for library in config.libraries)}
    known |= {province_database(library.province) for library in config.libraries} - {""}
    users = {user.name for user in config.users}
    for row in config.access:
        where = f"access[{row.database}]"
        _check_database(f"{where}.database", row.database, known, reader)
        for name in row.users:
            if name not in users:
                raise reader.error(f"{where}.users", f"no user has the name {name!r}")


def _check_own_rules(config: Config, reader: _Reader) -> None:
    known = {"union", *(library.database for library in config.libraries)}
    for row in config.own_rules:
        _check_database(f"crosswalk[{row.database}].database", row.database, known, reader)
    pairs = [f"{row.database} {row.prefix}" for row in config.own_rules]
    _unique(pairs, "crosswalk.format", reader)


def _check_database(where: str, name: str, known: set[str], reader: _Reader) -> None:
    if name not in known:
        near = difflib.get_close_matches(name, sorted(known), 1, 0.5)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise reader.error(where, f"no database has this name{hint}")


def _follow_successors(config: Config, library: Library, reader: _Reader) -> None:
    seen = {library.database}
    step: Library | None = library
    while step is not None and step.successor is not None:
        step = config.library(step.successor)
        if step is not None and step.database in seen:
            raise reader.error(f"library[{library.code}].successor", "the successors form a circle")
        if step is not None:
            seen.add(step.database)


def _unique(names: list[str], where: str, reader: _Reader) -> None:
    for name in names:
        if names.count(name) > 1:
            raise reader.error(where, f"{name!r} is there twice, and may be there once")
