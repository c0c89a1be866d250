"""Lists and the feed are ranges of keys: no query sorts or walks a table."""

from typing import Any

import pytest
from sqlalchemy import Select, event
from sqlalchemy.dialects import postgresql

from interop.model.record import RecordId
from interop.store import reads
from interop.store.connection import open_engine
from interop.store.store import Store

ALL = {
    "database": "a",
    "spec": "x",
    "first": 1,
    "last": 9,
    "format": "dc",
    "version": 1,
    "limit": 9,
    "offset": 9,
    "from": 0,
    "until": 9,
    "after": 0,
    "rid": 1,
    "values": [1, 2],
    "name": "seq",
    "local": "1",
    **{f"v{place}": place for place in range(4)},
}
STATEMENTS = {
    "few rids": reads.by_few_rids(4, marc=False),
    "few rids with MARC": reads.by_few_rids(4, marc=True),
    **{f"page of_set={key[0]} bodies={key[1]}": page for key, page in reads.PAGE.items()},
    **{
        name: getattr(reads, name)
        for name in (
            "BY_RID BY_RID_MARC BY_LOCAL BY_LOCAL_MARC HEADS RENDERED RAW FIRST_SINCE LAST_UNTIL "
            "COUNT COUNT_SET NTH NTH_SET TOTAL SET_TOTAL EARLIEST SETS CHANGES COUNTER STATE "
            "REDIRECT MEMBERS"
        ).split()
    },
}


def plan(url: str, statement: Select[Any]) -> list[str]:
    """SQLite's query plan, one line per step."""
    sent: list[tuple[str, Any]] = []
    engine, _ = open_engine(url)

    @event.listens_for(engine, "before_cursor_execute")
    def remember(connection, cursor, text, parameters, context, many) -> None:
        sent.append((text, parameters))

    with engine.connect() as connection:
        connection.execute(statement, ALL).all()
        rows = connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {sent[-1][0]}", sent[-1][1]).all()
    engine.dispose()
    return [row[3] for row in rows]


@pytest.mark.parametrize("name", STATEMENTS)
def test_no_statement_walks_or_sorts_a_table(store: Store, url: str, name: str) -> None:
    steps = plan(url, STATEMENTS[name])
    assert steps
    assert not [step for step in steps if "SCAN" in step or "TEMP B-TREE" in step], steps


@pytest.mark.parametrize("name", STATEMENTS)
def test_every_statement_is_sql_that_postgresql_understands(name: str) -> None:
    text = str(STATEMENTS[name].compile(dialect=postgresql.dialect()))
    assert text.startswith("SELECT") and "PRAGMA" not in text


def test_identifiers_that_no_column_holds_are_left_out() -> None:
    ids = [RecordId("a", "1"), RecordId("b", "\0"), RecordId("a", "\udfff"), RecordId("a", "2")]
    assert reads.by_database(ids) == {"a": ["1", "2"]}


def test_long_lists_of_values_are_asked_in_parts(
    store: Store, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reads, "IN_LIMIT", 2)
    with store.write() as writer:
        rids = [writer.put(RecordId("a", str(n)), b"m", sets=[]) for n in range(5)]
    engine, _ = open_engine(url)
    with engine.connect() as connection:
        found = [row[0] for row in reads.rows_in(connection, reads.BY_RID, rids)]
    engine.dispose()
    assert found == rids


@pytest.mark.parametrize("marc", [True, False])
def test_any_number_of_records_comes_in_the_order_asked_for(store: Store, marc: bool) -> None:
    with store.write() as writer:
        rids = [writer.put(RecordId("a", str(n)), b"%d" % n, sets=["s"]) for n in range(70)]
    by_local = store.find([RecordId("a", str(n)) for n in range(70)], marc=marc)
    assert store.get([], marc=marc) == []
    for number in (1, 2, 3, 5, 8, 20, 31, 32, 33, 70):
        assert store.get(rids[:number], marc=marc) == by_local[:number]
    absent = max(rids) + 1
    asked = [rids[3], absent, rids[0], rids[3]]
    assert store.get(asked, marc=marc) == [by_local[3], None, by_local[0], by_local[3]]


def test_rows_of_a_page_are_made_as_rows_alone_are() -> None:
    rows: list[tuple[Any, ...]] = [
        (1, "vn-qti", "a", 7, 99, 0, "language:vie type:book", b"body"),
        (2, "vn-qti", "b", 8, 99, 1, "", None),
    ]
    assert reads.listed(rows) == tuple(reads.stored(row) for row in rows)
    assert [type(each.id) for each in reads.listed(rows)] == [RecordId, RecordId]
    assert [each.deleted for each in reads.listed(rows)] == [False, True]
