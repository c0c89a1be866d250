"""Schema versions of the store: made and upgraded with Alembic when a store is opened.

Opening must be quick and happens in every process, so Alembic is only imported when there is
something to do. All steps run in one write transaction: a kill leaves the old schema or the new.
"""

from pathlib import Path

from sqlalchemy import Column, Connection, Engine, MetaData, Table, Text, inspect, select

from interop.store.connection import writing
from interop.store.errors import StoreError

FOLDER = Path(__file__).parent / "migrations"
HEAD = "0002"  # the newest of migrations/versions

VERSION_TABLE = "alembic_version"
_version = Table(VERSION_TABLE, MetaData(), Column("version_num", Text))
_CURRENT = select(_version.c.version_num)


def prepare(engine: Engine, place: str) -> None:
    """Make or upgrade the tables. Raises ``StoreError`` when the store is not ours or is newer."""
    with engine.connect() as connection:
        version = current(connection, place)
    if version != HEAD:
        with writing(engine).begin() as connection:
            # Another process may have done it while this one waited for the lock.
            if current(connection, place) != HEAD:
                _upgrade(connection)


def current(connection: Connection, place: str) -> str | None:
    """Schema version of the store, ``None`` for an empty one. Raises ``StoreError``."""
    tables = inspect(connection).get_table_names()
    if not tables:
        return None
    if VERSION_TABLE not in tables:
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


def _upgrade(connection: Connection) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config(attributes={"connection": connection})
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    command.upgrade(config, "head")
