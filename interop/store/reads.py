"""What the store asks: every SELECT, built once at import (building one per request costs more than
running it), and the rows made into the nouns of ``interop.model``.

Lists are ranges of keys: ``seq`` between two bounds, in order, with a limit. Dates become such
bounds first, which the datestamps allow because they never fall as ``seq`` rises.
"""

from collections.abc import Iterator, Sequence
from functools import cache, lru_cache
from typing import Any, TypeVar

from sqlalchemy import Connection, Select, and_, bindparam, exists, func, select

from interop.model.record import UNION, RecordId, Stored
from interop.store import tables

FIRST_SEQ, LAST_SEQ = 1, 2**63 - 1
IN_LIMIT = 10_000  # values in one IN list; SQLite takes 32,766 parameters

_r, _s = tables.record.c, tables.record_set.c

HEADER = (_r.rid, _r.database, _r.local, _r.seq, _r.datestamp, _r.deleted, _r.sets)

WITH_MARC = (*HEADER, tables.marc.c.data)
_with_marc = tables.record.outerjoin(tables.marc, tables.marc.c.rid == _r.rid)
_rids = _r.rid.in_(bindparam("values", expanding=True))
_locals = and_(
    _r.database == bindparam("database"), _r.local.in_(bindparam("values", expanding=True))
)
BY_RID = select(*HEADER).where(_rids)
BY_RID_MARC = select(*HEADER, tables.marc.c.data).select_from(_with_marc).where(_rids)
BY_LOCAL = select(*HEADER).where(_locals)
BY_LOCAL_MARC = select(*HEADER, tables.marc.c.data).select_from(_with_marc).where(_locals)
HEADS = select(_r.local, _r.rid, _r.digest, _r.deleted, _r.sets, _r.seq, _r.datestamp).where(
    _locals
)

RENDERED = select(tables.rendered.c.rid, tables.rendered.c.data).where(
    tables.rendered.c.format == bindparam("format"),
    tables.rendered.c.rid.in_(bindparam("values", expanding=True)),
    tables.rendered.c.version == bindparam("version"),
)
RAW = select(tables.raw.c.data, tables.raw.c.format, tables.raw.c.warnings).where(
    tables.raw.c.rid == bindparam("rid")
)

# Greatest and least seq of a span of dates, whatever the database.
FIRST_SINCE = (
    select(_r.seq).where(_r.datestamp >= bindparam("from")).order_by(_r.datestamp, _r.seq).limit(1)
)
LAST_UNTIL = (
    select(_r.seq)
    .where(_r.datestamp <= bindparam("until"))
    .order_by(_r.datestamp.desc(), _r.seq.desc())
    .limit(1)
)


FEW = 32  # records of one page, for which a statement is worth having for each number of them


@cache
def by_few_rids(number: int, marc: bool) -> Select[Any]:
    """As ``BY_RID`` and ``BY_RID_MARC``, of the rids ``v0`` and on: text that does not change."""
    columns, source = (HEADER, tables.record) if not marc else (WITH_MARC, _with_marc)
    values: list[Any] = [bindparam(f"v{place}") for place in range(number)]
    return select(*columns).select_from(source).where(_r.rid.in_(values))


@cache
def few_rendered(number: int) -> Select[Any]:
    """As ``RENDERED``, of the rids ``v0`` and on."""
    column = tables.rendered.c
    values: list[Any] = [bindparam(f"v{place}") for place in range(number)]
    return select(column.rid, column.data).where(
        column.format == bindparam("format"),
        column.rid.in_(values),
        column.version == bindparam("version"),
    )


@cache
def few_shown(number: int) -> Select[Any]:
    """``HEADER`` and the kept rendering, where there is one, of the rids ``v0`` and on."""
    body = tables.rendered.c
    wanted = and_(
        body.format == bindparam("format"),
        body.rid == _r.rid,
        body.version == bindparam("version"),
    )
    values: list[Any] = [bindparam(f"v{place}") for place in range(number)]
    source = tables.record.outerjoin(tables.rendered, wanted)
    return select(*HEADER, body.data).select_from(source).where(_r.rid.in_(values))


def _in_database() -> Any:
    return and_(
        _r.database == bindparam("database"),
        _r.seq.between(bindparam("first"), bindparam("last")),
    )


def _in_set() -> Any:
    return and_(
        _s.database == bindparam("database"),
        _s.spec == bindparam("spec"),
        _s.seq.between(bindparam("first"), bindparam("last")),
    )


def _page(of_set: bool, with_bodies: bool) -> Select[Any]:
    """A page of headers, in feed order, perhaps of one set, perhaps with stored renderings."""
    source = tables.record_set.join(tables.record, _r.rid == _s.rid) if of_set else tables.record
    columns: tuple[Any, ...] = HEADER
    if with_bodies:
        body = tables.rendered.c
        columns = (*HEADER, body.data)
        wanted = and_(
            body.format == bindparam("format"),
            body.rid == _r.rid,
            body.version == bindparam("version"),
        )
        source = source.outerjoin(tables.rendered, wanted)
    return (
        select(*columns)
        .select_from(source)
        .where(_in_set() if of_set else _in_database())
        .order_by(_s.seq if of_set else _r.seq)
        .limit(bindparam("limit"))
    )


PAGE = {
    (of_set, bodies): _page(of_set, bodies) for of_set in (False, True) for bodies in (False, True)
}


def _nth(seq: Any, condition: Any) -> Select[Any]:
    """The seq that stands ``offset`` places after the first one."""
    return select(seq).where(condition).order_by(seq).limit(1).offset(bindparam("offset"))


COUNT = select(func.count()).select_from(tables.record).where(_in_database())
COUNT_SET = select(func.count()).select_from(tables.record_set).where(_in_set())
NTH = _nth(_r.seq, _in_database())
NTH_SET = _nth(_s.seq, _in_set())

_total, _set_total = tables.database_total.c, tables.set_total.c
TOTAL = select(_total.records).where(_total.database == bindparam("database"))
SET_TOTAL = select(_set_total.records).where(
    _set_total.database == bindparam("database"), _set_total.spec == bindparam("spec")
)
EARLIEST = select(_total.earliest).where(_total.database == bindparam("database"))
LATEST = (
    select(_r.datestamp)
    .where(_r.database == bindparam("database"))
    .order_by(_r.seq.desc())
    .limit(1)
)
LIVE = select(_total.database, _total.live).order_by(_total.database)
SETS = (
    select(_set_total.spec)
    .where(_set_total.database == bindparam("database"), _set_total.direct)
    .order_by(_set_total.spec)
)

CHANGES = (
    select(_r.seq, _r.rid, _r.deleted)
    .where(_r.seq > bindparam("after"))
    .order_by(_r.seq)
    .limit(bindparam("limit"))
)
ORIGINS = select(tables.origin.c.rid, tables.origin.c.chain).where(
    tables.origin.c.rid.in_(bindparam("values", expanding=True))
)
ANY_ORIGIN = select(tables.origin.c.rid).limit(1)
COUNTER = select(tables.counter.c.value).where(tables.counter.c.name == bindparam("name"))
STATE = select(tables.state.c.value).where(tables.state.c.name == bindparam("name"))
REDIRECT = select(tables.redirect.c.successor).where(
    tables.redirect.c.database == bindparam("database"),
    tables.redirect.c.local == bindparam("local"),
)
_q = tables.quarantine.c
QUARANTINED = (
    select(_q.database, _q.source, _q.position, _q.reason, _q.raw)
    .where(_q.database == bindparam("database"))
    .order_by(_q.source, _q.position, _q.at, _q.digest)
)
_m = tables.cluster_member.c
MEMBERS = (
    select(_m.cluster, _m.rid)
    .where(_m.cluster.in_(bindparam("values", expanding=True)))
    .order_by(_m.cluster, _m.rid)
)

# A member and the union record that joins it alone, as one looked up for the other: a join would be
# done from the side that is not asked for, through all of the union.
_union = tables.record.alias("union_record").c
_other = tables.cluster_member.alias("other").c
_is_alone = ~exists().where(_other.cluster == _m.cluster, _other.rid != _m.rid)
_union_of = select(_union.rid).where(_union.database == UNION, _union.local == _m.cluster)
UNIONS_OF = select(_m.rid, _union_of.scalar_subquery()).where(
    _m.rid.in_(bindparam("values", expanding=True)), _is_alone
)
_member_of = select(_m.rid).where(_r.database == UNION, _m.cluster == _r.local, _is_alone)
MEMBERS_OF = select(_member_of.correlate(tables.record).scalar_subquery(), _r.rid).where(_rids)

V = TypeVar("V")


def rows_in(
    connection: Connection, statement: Select[Any], values: Sequence[V], **parameters: Any
) -> Iterator[Any]:
    """Rows of ``statement`` for its IN list ``values``, which may be longer than SQL allows."""
    for start in range(0, len(values), IN_LIMIT):
        part = values[start : start + IN_LIMIT]
        yield from connection.execute(statement, {**parameters, "values": part}).all()


def by_database(ids: Sequence[RecordId]) -> dict[str, list[str]]:
    """Local identifiers of ``ids`` by database. Those that no text column can hold are left out."""
    found: dict[str, list[str]] = {}
    for id in ids:
        if is_storable(id.database) and is_storable(id.local):
            found.setdefault(id.database, []).append(id.local)
    return found


def is_storable(text: str) -> bool:
    """Whether a text column takes it: no NUL (PostgreSQL), no lone surrogate (UTF-8)."""
    try:
        return b"\0" not in text.encode()
    except UnicodeEncodeError:
        return False


def stored(row: Any, marc: bytes | None = None) -> Stored:
    """A row that begins with ``HEADER``, be it SQLAlchemy's or the driver's."""
    rid, database, local, seq, datestamp, deleted, sets = row[:7]
    id = RecordId(database, local)
    return Stored(rid, id, seq, datestamp, bool(deleted), _specs(sets), marc)


def listed(rows: Sequence[tuple[Any, ...]]) -> tuple[Stored, ...]:
    """Rows of the driver that begin with ``HEADER``, made as ``stored`` does, a page at once:
    without the constructors, which would take half as long again."""
    new, specs = tuple.__new__, _specs
    return tuple(
        [
            new(
                Stored,
                (row[0], new(RecordId, row[1:3]), row[3], row[4], row[5] != 0, specs(row[6]), None),
            )
            for row in rows
        ]
    )


@lru_cache(maxsize=4096)
def _specs(sets: str) -> tuple[str, ...]:
    """Cached: most records share a few combinations, and so they share the tuples too."""
    return tuple(sets.split())
