"""Schema versions of the store: it is made, or upgraded with Alembic, when it is opened.

Opening must be quick and happens in every process, so Alembic is only imported when there is
something to upgrade; a new store is made of ``tables`` at once, which is what the migrations make.
All steps run in one write transaction: a kill leaves the old schema or the new.
"""

from pathlib import Path

from sqlalchemy import (
    Column,
    Connection,
    Engine,
    MetaData,
    PrimaryKeyConstraint,
    String,
    Table,
    insert,
    inspect,
    select,
)

from interop.store import tables
from interop.store.connection import writing
from interop.store.errors import StoreError

FOLDER = Path(__file__).parent / "migrations"
HEAD = "0002"  # the newest of migrations/versions

VERSION_TABLE = "alembic_version"
# As Alembic makes it.
_version = Table(
    VERSION_TABLE,
    MetaData(),
    Column("version_num", String(32), nullable=False),
    PrimaryKeyConstraint("version_num", name="alembic_version_pkc"),
)
_CURRENT = select(_version.c.version_num)


def prepare(engine: Engine, place: str) -> None:
    """Make or upgrade the tables. Raises ``StoreError`` when the store is not ours or is newer."""
    with engine.connect() as connection:
        version = current(connection, place)
    if version != HEAD:
        with writing(engine).begin() as connection:
            # Another process may have done it while this one waited for the lock.
            version = current(connection, place)
            if version is None:
                _make(connection)
            elif version != HEAD:
                upgrade(connection)


def current(connection: Connection, place: str) -> str | None:
    """Schema version of the store, ``None`` for an empty one. Raises ``StoreError``."""
    there = inspect(connection).get_table_names()
    if not there:
        return None
    if VERSION_TABLE not in there:
        raise StoreError(f"store {place}: holds tables of another program")
    version: str | None = connection.execute(_CURRENT).scalar_one_or_none()
    if version not in revisions():
        raise StoreError(
            f"store {place}: has schema version {version}, this software knows up to {HEAD}; "
            "use the newer software that wrote it"
        )
    return version


def revisions() -> set[str]:
    """Schema versions that this software knows: the files of ``migrations/versions``."""
    return {path.name.partition("_")[0] for path in (FOLDER / "versions").glob("[0-9]*.py")}


def _make(connection: Connection) -> None:
    tables.metadata.create_all(connection)
    _version.create(connection)
    counters = [{"name": name, "value": 0} for name in tables.COUNTERS]
    connection.execute(insert(tables.counter), counters)
    connection.execute(insert(_version).values(version_num=HEAD))


def upgrade(connection: Connection) -> None:
    """Every step from the version of the store, or from nothing, to ``HEAD``."""
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    command.upgrade(config, "head")
