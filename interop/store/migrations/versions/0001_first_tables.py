"""The first tables: records and their feed, blobs, union bookkeeping, states, quarantine.

Written out rather than taken from ``tables.py``: a migration says what was true on its day.
"""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None

LONG = sa.BigInteger().with_variant(sa.Integer(), "sqlite")


def upgrade() -> None:
    _totals()
    _records()
    _blobs()
    _union()
    _states()


def _totals() -> None:
    counter = op.create_table(
        "counter",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", LONG, nullable=False),
        sqlite_with_rowid=False,
    )
    names = ("rid", "seq", "datestamp", "cluster", "unsettled")
    op.bulk_insert(counter, [{"name": name, "value": 0} for name in names])
    op.create_table(
        "database_total",
        sa.Column("database", sa.Text, primary_key=True),
        sa.Column("records", LONG, nullable=False),
        sa.Column("live", LONG, nullable=False),
        sa.Column("earliest", LONG, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "set_total",
        sa.Column("database", sa.Text, primary_key=True),
        sa.Column("spec", sa.Text, primary_key=True),
        sa.Column("records", LONG, nullable=False),
        sa.Column("direct", sa.Boolean, nullable=False),
        sqlite_with_rowid=False,
    )


def _records() -> None:
    op.create_table(
        "record",
        sa.Column("rid", LONG, primary_key=True, autoincrement=False),
        sa.Column("database", sa.Text, nullable=False),
        sa.Column("local", sa.Text, nullable=False),
        sa.Column("seq", LONG, nullable=False, unique=True),
        sa.Column("datestamp", LONG, nullable=False),
        sa.Column("deleted", sa.Boolean, nullable=False),
        sa.Column("sets", sa.Text, nullable=False),
        sa.Column("digest", sa.LargeBinary, nullable=False),
        sa.UniqueConstraint("database", "local"),
    )
    op.create_index("record_database_seq", "record", ["database", "seq"])
    op.create_index("record_datestamp_seq", "record", ["datestamp", "seq"])
    op.create_table(
        "record_set",
        sa.Column("database", sa.Text, primary_key=True),
        sa.Column("spec", sa.Text, primary_key=True),
        sa.Column("seq", LONG, primary_key=True, autoincrement=False),
        sa.Column("rid", LONG, nullable=False),
        sqlite_with_rowid=False,
    )


def _blobs() -> None:
    op.create_table(
        "marc",
        sa.Column("rid", LONG, primary_key=True, autoincrement=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "raw",
        sa.Column("rid", LONG, primary_key=True, autoincrement=False),
        sa.Column("format", sa.Text, nullable=False),
        sa.Column("warnings", sa.Text, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
    )
    op.create_table(
        "rendered",
        sa.Column("format", sa.Text, primary_key=True),
        sa.Column("rid", LONG, primary_key=True, autoincrement=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sqlite_with_rowid=False,
    )


def _union() -> None:
    op.create_table(
        "match_key",
        sa.Column("key", sa.Text, primary_key=True),
        sa.Column("rid", LONG, primary_key=True, autoincrement=False),
        sqlite_with_rowid=False,
    )
    op.create_index("match_key_rid", "match_key", ["rid"])
    op.create_table(
        "cluster_member",
        sa.Column("rid", LONG, primary_key=True, autoincrement=False),
        sa.Column("cluster", sa.Text, nullable=False),
    )
    op.create_index("cluster_member_cluster", "cluster_member", ["cluster"])
    op.create_table(
        "departed_member",
        sa.Column("rid", LONG, primary_key=True, autoincrement=False),
        sa.Column("cluster", sa.Text, nullable=False),
    )
    op.create_table(
        "redirect",
        sa.Column("database", sa.Text, primary_key=True),
        sa.Column("local", sa.Text, primary_key=True),
        sa.Column("successor", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )


def _states() -> None:
    op.create_table(
        "state",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
        sqlite_with_rowid=False,
    )
    op.create_table(
        "quarantine",
        sa.Column("database", sa.Text, primary_key=True),
        sa.Column("source", sa.Text, primary_key=True),
        sa.Column("position", LONG, primary_key=True, autoincrement=False),
        sa.Column("digest", sa.LargeBinary, primary_key=True),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("at", LONG, nullable=False),
        sa.Column("raw", sa.LargeBinary, nullable=False),
    )
