"""The tables of the store. Migrations (``migrations/``) make them; this file says what they are.

``record`` is header and change feed in one: a record's ``seq`` moves with every change, so the
feed names each record once, with its last change. Blobs stand apart, so that headers stay dense.
Everything here is the truth; what can be derived from it belongs to the index.

Types: integers are 64 bits everywhere (SQLite's INTEGER already is; only a column declared
exactly INTEGER becomes the row's address there). Blobs are compressed (``compress``).
"""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    Table,
    Text,
    UniqueConstraint,
)

metadata = MetaData()

Long = BigInteger().with_variant(Integer(), "sqlite")

# Named numbers that only a write transaction moves: rid, seq, datestamp and cluster are the last
# ones given; unsettled is the first seq whose datestamp is not confirmed yet (see commit.settle).
counter = Table(
    "counter",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Long, nullable=False),
    sqlite_with_rowid=False,
)

# sets: setSpecs in order, divided by one space. digest: of the canonical and the received bytes.
record = Table(
    "record",
    metadata,
    Column("rid", Long, primary_key=True, autoincrement=False),
    Column("database", Text, nullable=False),
    Column("local", Text, nullable=False),
    Column("seq", Long, nullable=False, unique=True),
    Column("datestamp", Long, nullable=False),
    Column("deleted", Boolean, nullable=False),
    Column("sets", Text, nullable=False),
    Column("digest", LargeBinary, nullable=False),
    UniqueConstraint("database", "local"),
    Index("record_database_seq", "database", "seq"),
    Index("record_datestamp_seq", "datestamp", "seq"),
)

# One row for each set of a record and for each set above it (OAI-PMH 2.0 section 2.6: an item of
# a set is in every set above it), so that the list of any set is one range of keys.
record_set = Table(
    "record_set",
    metadata,
    Column("database", Text, primary_key=True),
    Column("spec", Text, primary_key=True),
    Column("seq", Long, primary_key=True, autoincrement=False),
    Column("rid", Long, nullable=False),
    sqlite_with_rowid=False,
)

# records: rows of record, tombstones included; live: those not deleted. earliest: datestamp of the
# database's first record, which never moves (OAI-PMH 2.0 section 4.2, earliestDatestamp).
database_total = Table(
    "database_total",
    metadata,
    Column("database", Text, primary_key=True),
    Column("records", Long, nullable=False),
    Column("live", Long, nullable=False),
    Column("earliest", Long, nullable=False),
    sqlite_with_rowid=False,
)

# records: rows of record_set. direct: whether a record has or had the set itself, not only one
# below it.
set_total = Table(
    "set_total",
    metadata,
    Column("database", Text, primary_key=True),
    Column("spec", Text, primary_key=True),
    Column("records", Long, nullable=False),
    Column("direct", Boolean, nullable=False),
    sqlite_with_rowid=False,
)

# Canonical MARC 21; no row for a tombstone.
marc = Table(
    "marc",
    metadata,
    Column("rid", Long, primary_key=True, autoincrement=False),
    Column("data", LargeBinary, nullable=False),
)

# Bytes as received, kept for a tombstone too; no row where nothing was received (union records).
# warnings: JSON list of texts.
raw = Table(
    "raw",
    metadata,
    Column("rid", Long, primary_key=True, autoincrement=False),
    Column("format", Text, nullable=False),
    Column("warnings", Text, nullable=False),
    Column("data", LargeBinary, nullable=False),
)

# Where a harvested record came from (``interop.model.origin``), written with the record itself; no
# row for a tombstone, nor for what was not harvested.
origin = Table(
    "origin",
    metadata,
    Column("rid", Long, primary_key=True, autoincrement=False),
    Column("chain", Text, nullable=False),
)

# Ready-made elements of the crosswalks whose lists are hot; version is the crosswalk's.
rendered = Table(
    "rendered",
    metadata,
    Column("format", Text, primary_key=True),
    Column("rid", Long, primary_key=True, autoincrement=False),
    Column("version", Integer, nullable=False),
    Column("data", LargeBinary, nullable=False),
    sqlite_with_rowid=False,
)

# Union: which records share which match keys, which cluster (union local id) each belongs to.
match_key = Table(
    "match_key",
    metadata,
    Column("key", Text, primary_key=True),
    Column("rid", Long, primary_key=True, autoincrement=False),
    Index("match_key_rid", "rid"),
    sqlite_with_rowid=False,
)

cluster_member = Table(
    "cluster_member",
    metadata,
    Column("rid", Long, primary_key=True, autoincrement=False),
    Column("cluster", Text, nullable=False),
    Index("cluster_member_cluster", "cluster"),
)

# The cluster that a deleted record was in last: should it return, it finds its union record again.
departed_member = Table(
    "departed_member",
    metadata,
    Column("rid", Long, primary_key=True, autoincrement=False),
    Column("cluster", Text, nullable=False),
)

redirect = Table(
    "redirect",
    metadata,
    Column("database", Text, primary_key=True),
    Column("local", Text, primary_key=True),
    Column("successor", Text, nullable=False),
    sqlite_with_rowid=False,
)

state = Table(
    "state",
    metadata,
    Column("name", Text, primary_key=True),
    Column("value", Text, nullable=False),
    sqlite_with_rowid=False,
)

# at: epoch seconds at which the bytes came first. digest: of the bytes.
quarantine = Table(
    "quarantine",
    metadata,
    Column("database", Text, primary_key=True),
    Column("source", Text, primary_key=True),
    Column("position", Long, primary_key=True, autoincrement=False),
    Column("digest", LargeBinary, primary_key=True),
    Column("reason", Text, nullable=False),
    Column("at", Long, nullable=False),
    Column("raw", LargeBinary, nullable=False),
)

COUNTERS = ("rid", "seq", "datestamp", "cluster", "unsettled")
