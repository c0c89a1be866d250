"""What the union keeps between ingests: match keys, clusters, redirects.

The store only remembers; which keys a record has and what belongs together is decided in
``interop.union``. Keys and members are collected and written together before the next question.
"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Connection, bindparam, delete, exists, insert, select

from interop.model.record import UNION
from interop.store import tables
from interop.store.commit import Counters
from interop.store.connection import run_many
from interop.store.reads import rows_in

_key, _member, _redirect = tables.match_key, tables.cluster_member, tables.redirect
_departed = tables.departed_member


def _values() -> Any:
    return bindparam("values", expanding=True)


_KEYS_OF = select(_key.c.rid, _key.c.key).where(_key.c.rid.in_(_values()))
_WITH_KEYS = select(_key.c.rid).where(_key.c.key.in_(_values()))
_DROP_KEYS = delete(_key).where(_key.c.rid == bindparam("of"))
_ADD_KEYS = insert(_key)
_CLUSTERS_OF = select(_member.c.rid, _member.c.cluster).where(_member.c.rid.in_(_values()))
_MEMBERS_OF = select(_member.c.cluster, _member.c.rid).where(_member.c.cluster.in_(_values()))
_DROP_MEMBER = delete(_member).where(_member.c.rid == bindparam("of"))
_ADD_MEMBER = insert(_member)
_REMEMBER = insert(_departed).from_select(
    ["rid", "cluster"],
    select(_member.c.rid, _member.c.cluster).where(_member.c.rid == bindparam("of")),
)
_FORGET = delete(_departed).where(_departed.c.rid == bindparam("of"))
_FORMER = select(_departed.c.rid, _departed.c.cluster).where(
    _departed.c.rid.in_(_values()),
    ~exists().where(_member.c.cluster == _departed.c.cluster),
    ~exists().where(_redirect.c.database == UNION, _redirect.c.local == _departed.c.cluster),
)
_DROP_REDIRECTS = delete(_redirect).where(
    _redirect.c.database == UNION, _redirect.c.local.in_(_values())
)
_ADD_REDIRECT = insert(_redirect)


class UnionBookkeeping:
    """The union's part of a ``Writer``. Every answer includes what this transaction has set."""

    def __init__(self, connection: Connection, counters: Counters) -> None:
        self._connection = connection
        self._counters = counters
        self._new_keys: dict[int, frozenset[str]] = {}
        self._new_clusters: dict[int, str | None] = {}

    def keys_of(self, rids: Collection[int]) -> dict[int, set[str]]:
        """Match keys of each of ``rids``; an empty set for a record that has none."""
        self._write_keys()
        found: dict[int, set[str]] = {rid: set() for rid in rids}
        for rid, key in rows_in(self._connection, _KEYS_OF, list(found)):
            found[rid].add(key)
        return found

    def set_keys(self, rid: int, keys: Collection[str]) -> None:
        """``keys`` are the match keys of ``rid`` from now on, and no others."""
        self._new_keys[rid] = frozenset(keys)

    def rids_with_keys(self, keys: Collection[str]) -> set[int]:
        """Records that have at least one of ``keys``."""
        self._write_keys()
        return {row.rid for row in rows_in(self._connection, _WITH_KEYS, sorted(set(keys)))}

    def clusters_of(self, rids: Collection[int]) -> dict[int, str]:
        """Cluster of each of ``rids`` that is in one."""
        self._write_clusters()
        rows = rows_in(self._connection, _CLUSTERS_OF, sorted(set(rids)))
        return {row.rid: row.cluster for row in rows}

    def members_of(self, clusters: Collection[str]) -> dict[str, set[int]]:
        """Records in each of ``clusters``; an empty set for a cluster without any."""
        self._write_clusters()
        found: dict[str, set[int]] = {cluster: set() for cluster in clusters}
        for cluster, rid in rows_in(self._connection, _MEMBERS_OF, list(found)):
            found[cluster].add(rid)
        return found

    def former_clusters(self, rids: Collection[int]) -> dict[int, str]:
        """The cluster that each of ``rids`` was in when it was assigned to none, if that cluster
        has no member now and was not merged into another.
        """
        self._write_clusters()
        rows = rows_in(self._connection, _FORMER, sorted(set(rids)))
        return {row.rid: row.cluster for row in rows}

    def assign(self, rid: int, cluster: str | None) -> None:
        """``rid`` belongs to ``cluster`` from now on, or to none (the last one is remembered)."""
        self._new_clusters[rid] = cluster

    def new_cluster(self) -> str:
        """An opaque union identifier, never given before: ``u`` and at least nine digits."""
        return f"u{self._counters.next('cluster'):09d}"

    def add_redirect(self, old: str, new: str) -> None:
        """The union record ``old`` was merged into ``new``.

        ``new`` itself is redirected no longer, so that no chain of redirects can close to a ring.
        """
        if old == new:
            raise ValueError(f"{old} cannot be merged into itself")
        self._connection.execute(_DROP_REDIRECTS, {"values": [old, new]})
        self._connection.execute(_ADD_REDIRECT, {"database": UNION, "local": old, "successor": new})

    def _write_keys(self) -> None:
        edits, self._new_keys = self._new_keys, {}
        self._replace(
            _DROP_KEYS,
            _ADD_KEYS,
            list(edits),
            [{"key": key, "rid": rid} for rid, keys in edits.items() for key in sorted(keys)],
        )

    def _write_clusters(self) -> None:
        edits, self._new_clusters = self._new_clusters, {}
        gone = [{"of": rid} for rid, name in edits.items() if name is None]
        back = [{"of": rid} for rid, name in edits.items() if name is not None]
        run_many(self._connection, _FORGET, gone + back)
        run_many(self._connection, _REMEMBER, gone)
        self._replace(
            _DROP_MEMBER,
            _ADD_MEMBER,
            list(edits),
            [{"rid": rid, "cluster": name} for rid, name in edits.items() if name is not None],
        )

    def _replace(
        self, drop: Any, add: Any, rids: Sequence[int], rows: list[dict[str, object]]
    ) -> None:
        run_many(self._connection, drop, [{"of": rid} for rid in rids])
        run_many(self._connection, add, rows)
