"""Which records are one publication: connected components of the graph record - key.

Membership depends on the present set of records and keys alone, never on the order in which they
came. Ids have a history: on a merge the oldest id stays, on a split the id stays with the larger
part; every id that goes is told where its records went.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Regrouping:
    """``members``: cluster id -> row ids, every touched cluster that lives. ``redirects``: id
    merged away -> its successor. ``dissolved``: ids with no record left.
    """

    members: dict[str, frozenset[int]]
    redirects: dict[str, str]
    dissolved: frozenset[str]


def components(keys: Mapping[int, Collection[str]]) -> list[frozenset[int]]:
    """Connected components of the records, joined by shared keys; ordered by their lowest rid."""
    parent = {rid: rid for rid in keys}

    def root(rid: int) -> int:
        while parent[rid] != rid:
            parent[rid] = parent[parent[rid]]
            rid = parent[rid]
        return rid

    first: dict[str, int] = {}
    for rid in sorted(keys):
        for key in keys[rid]:
            a, b = root(first.setdefault(key, rid)), root(rid)
            parent[max(a, b)] = min(a, b)
    groups: dict[int, set[int]] = {}
    for rid in keys:
        groups.setdefault(root(rid), set()).add(rid)
    return [frozenset(groups[low]) for low in sorted(groups)]


def regroup(
    keys: Mapping[int, Collection[str]],
    before: Mapping[int, str],
    name: Callable[[frozenset[int]], str],
) -> Regrouping:
    """New clusters of the touched records.

    ``keys``: every live record of every touched cluster with its keys now. ``before``: cluster
    of each record so far, records that are gone included. ``name``: gives an id to a part that
    inherits none.
    """
    parts = components(keys)
    part_of = {rid: index for index, part in enumerate(parts) for rid in part}
    owned: dict[int, list[str]] = {}
    dissolved = set()
    for cluster, former in _invert(before).items():
        heir = _heir([part_of[rid] for rid in former if rid in part_of], parts)
        if heir is None:
            dissolved.add(cluster)
        else:
            owned.setdefault(heir, []).append(cluster)
    members: dict[str, frozenset[int]] = {}
    redirects: dict[str, str] = {}
    for index, part in enumerate(parts):
        ids = sorted(owned.get(index, ()))
        chosen = ids[0] if ids else name(part)
        members[chosen] = part
        redirects.update((old, chosen) for old in ids[1:])
    return Regrouping(members, redirects, frozenset(dissolved))


def _invert(before: Mapping[int, str]) -> dict[str, list[int]]:
    clusters: dict[str, list[int]] = {}
    for rid, cluster in before.items():
        clusters.setdefault(cluster, []).append(rid)
    return clusters


def _heir(indexes: Iterable[int], parts: list[frozenset[int]]) -> int | None:
    """The part that keeps the id: most of the former records, then the lowest rid."""
    counts: dict[int, int] = {}
    for index in indexes:
        counts[index] = counts.get(index, 0) + 1
    return min(counts, key=lambda index: (-counts[index], min(parts[index])), default=None)
