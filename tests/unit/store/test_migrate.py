"""Migrations make exactly the tables of ``tables.py``; what is not ours is left alone."""

import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from interop.model.record import RecordId
from interop.store import migrate, tables
from interop.store.connection import open_engine, writing
from interop.store.store import Store, StoreError

from .conftest import Clock


def test_migrations_make_exactly_what_a_new_store_has(
    store: Store, url: str, tmp_path: Path
) -> None:
    engine = create_engine(url)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, tables.metadata) == []
    engine.dispose()
    migrated = made_by_migrations(tmp_path)
    assert definitions(url) == definitions(migrated)
    assert list(rows(url)) == list(rows(migrated)) == [(migrate.HEAD,), *counters()]


def made_by_migrations(folder: Path) -> str:
    url = f"sqlite:///{folder}/migrated.db"
    engine, _ = open_engine(url)
    with writing(engine).begin() as connection:
        migrate.upgrade(connection)
    engine.dispose()
    return url


def counters() -> list[tuple[str, int]]:
    return [(name, 0) for name in sorted(tables.COUNTERS)]


def rows(url: str) -> Iterator[tuple[object, ...]]:
    """What stands in a store without records."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    for name in sorted(definitions(url)):
        if name in tables.metadata.tables or name == migrate.VERSION_TABLE:
            yield from connection.execute(f"SELECT * FROM {name} ORDER BY 1")
    connection.close()


def definitions(url: str) -> dict[str, str]:
    """Every table and index with the SQL that made it, blanks evened out."""
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    found = connection.execute(
        "SELECT name, sql FROM sqlite_master WHERE sql IS NOT NULL"
    ).fetchall()
    connection.close()
    return {name: " ".join(sql.split()).replace("( ", "(") for name, sql in found}


def test_every_counter_has_its_row(store: Store, url: str) -> None:
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    rows = connection.execute("SELECT name, value FROM counter").fetchall()
    connection.close()
    assert dict(rows) == dict.fromkeys(tables.COUNTERS, 0)


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(migrate.FOLDER))
    script = ScriptDirectory.from_config(config)
    assert script.get_current_head() == migrate.HEAD
    assert {revision.revision for revision in script.walk_revisions()} == migrate.revisions()


def test_a_row_number_is_the_key_of_the_record_table(store: Store, url: str) -> None:
    """A column of any type but INTEGER would cost a second tree (SQLite, "Rowid Tables")."""
    engine = create_engine(url)
    columns = {column["name"]: column for column in inspect(engine).get_columns("record")}
    engine.dispose()
    assert str(columns["rid"]["type"]) == "INTEGER"


def test_opening_a_store_of_this_version_needs_no_alembic(store: Store, url: str) -> None:
    assert_no_alembic(url)


def assert_no_alembic(url: str) -> None:
    code = (
        "import sys; from interop.store.store import Store; "
        f"Store({url!r}, lambda: 0); print('alembic' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


def test_opening_keeps_what_is_there(store: Store, url: str, clock: Clock) -> None:
    with store.write() as writer:
        writer.put(RecordId("a", "1"), b"m", sets=[])
    again = Store(url, clock)
    assert again.count("a") == 1
    again.dispose()


def test_a_store_of_the_first_version_is_upgraded_and_keeps_its_records(
    url: str, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Store(url, clock).write() as writer:
        writer.put(RecordId("a", "1"), b"m", sets=["x"])
    connection = sqlite3.connect(tmp_path / "interop.db")
    connection.execute("DROP TABLE origin")
    connection.execute("UPDATE alembic_version SET version_num = '0001'")
    connection.commit()
    connection.close()
    upgraded = Store(url, clock)
    (found,) = upgraded.find([RecordId("a", "1")])
    assert found is not None and found.marc == b"m" and not upgraded.has_origins()
    assert definitions(url) == definitions(made_by_migrations(tmp_path))
    upgraded.dispose()


def test_a_newer_store_is_refused(store: Store, url: str, clock: Clock, tmp_path: Path) -> None:
    store.dispose()
    connection = sqlite3.connect(tmp_path / "interop.db")
    connection.execute("UPDATE alembic_version SET version_num = '0999'")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match=r"^store .*interop.db: has schema version 0999, .*newer"):
        Store(url, clock)


def test_a_database_of_another_program_is_refused_and_untouched(
    url: str, clock: Clock, tmp_path: Path
) -> None:
    connection = sqlite3.connect(tmp_path / "interop.db")
    connection.execute("CREATE TABLE biblio (n)")
    connection.commit()
    connection.close()
    with pytest.raises(StoreError, match="interop.db: holds tables of another program"):
        Store(url, clock)
    assert list(definitions(url)) == ["biblio"]


def test_a_migration_that_fails_leaves_nothing(
    url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alembic.op.bulk_insert", lambda *_: 1 / 0)
    engine, _ = open_engine(url)
    with pytest.raises(ZeroDivisionError), writing(engine).begin() as connection:
        migrate.upgrade(connection)
    engine.dispose()
    assert definitions(url) == {}
    Store(url, clock).dispose()
    assert set(tables.metadata.tables) <= set(definitions(url))


def test_a_store_that_cannot_be_made_whole_is_not_begun(
    url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tables, "COUNTERS", ("rid", "rid"))
    with pytest.raises(StoreError):
        Store(url, clock)
    assert definitions(url) == {}


def test_making_a_store_needs_no_alembic(url: str) -> None:
    assert_no_alembic(url)
