"""``SETTINGS`` is the one list of settings: the reader, the environment overrides, the README table
and the commented file all come from it. The dataclasses below it are what the sections become.
"""

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Setting:
    """``kind``: text, domain, emails, integer (above 0), count (from 0), address,
    switch, url, urls. ``help``: one sentence for operators.
    """

    section: str
    name: str
    kind: str
    default: Any
    help: str


SETTINGS: tuple[Setting, ...] = (
    Setting("server", "name", "text", "Interop", "Name of the repository, shown to harvesters."),
    Setting("server", "domain", "domain", "interop.example.org", "Domain used in OAI identifiers."),
    Setting("server", "base_url", "url", "http://127.0.0.1:8210", "Address as clients see it."),
    Setting("server", "admin_email", "emails", ("admin@example.org",), "Whom harvesters write to."),
    Setting("server", "http", "address", "127.0.0.1:8210", "Where HTTP listens."),
    Setting("server", "z3950", "address", "127.0.0.1:9999", "Where Z39.50 listens."),
    Setting("server", "workers", "integer", 2, "Server processes."),
    Setting("server", "proxies", "count", 0, "Reverse proxies in front that name the client."),
    Setting("store", "url", "text", "sqlite:///interop-data/interop.db", "Where records are kept."),
    Setting(
        "index", "engine", "text", "embedded", "Search engine: embedded (no server) or memory."
    ),
    Setting(
        "index",
        "fold_i_y",
        "switch",
        False,
        "Whether i and y are one letter to searches where both are written (kĩ thuật, kỹ thuật).",
    ),
    Setting(
        "index",
        "search_steps",
        "integer",
        100,
        "Millions of steps that one search may take, at 13 ns each; above that a diagnostic.",
    ),
    Setting("index", "dear_searches", "integer", 2, "Long searches at once in a server process."),
    Setting("index", "sorted_records", "integer", 2_000_000, "Records of a result that is sorted."),
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
    Setting(
        "server",
        "login_guesses",
        "count",
        5,
        "Wrong passwords of a user from one address before there is a wait; 0: never one.",
    ),
    Setting("server", "login_wait", "interval", "5m", "The longest wait after wrong passwords."),
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
    login_guesses: int
    login_wait: int


@dataclass(frozen=True, slots=True)
class StoreConfig:
    url: str


@dataclass(frozen=True, slots=True)
class IndexConfig:
    """The last three: see ``interop.index.base.Budget``; ``search_steps`` in millions."""

    engine: str
    fold_i_y: bool
    search_steps: int
    dear_searches: int
    sorted_records: int


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
