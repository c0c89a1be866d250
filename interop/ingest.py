"""What happens to a page of records on its way into the store, in one transaction.

A record of a library is rendered, put and keyed; then the clusters it touches are computed again
and their union records are put beside it. Everything commits together, the sender's position
(``state``) included, so that a kill at any moment leaves whole pages or nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from interop.batches import without_collector
from interop.crosswalks import Crosswalk
from interop.marc.iso2709 import decode, encode
from interop.marc.material import format_code, language_code
from interop.marc.record import MarcRecord
from interop.model.library import Libraries
from interop.model.origin import dump
from interop.model.record import UNION, Incoming, RecordId, Stored
from interop.own_rules import Crosswalks, of_the_software
from interop.store.commit import Head
from interop.store.store import Store
from interop.store.writer import Writer, content_digest
from interop.union.cluster import Regrouping, regroup
from interop.union.keys import keys_of
from interop.union.merge import Member, union_bytes, union_record

Renderings = dict[str, tuple[int, bytes]]  # crosswalk -> (version, bytes)

NO_LIBRARIES = Libraries()
NO_RECORDS: Mapping[bytes, MarcRecord] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class _Touched:
    """A record that this page added or changed, and how it is rendered."""

    record: MarcRecord
    rendered: Renderings


@dataclass(frozen=True, slots=True)
class IngestReport:
    """Counts of one page: ``read = added + changed + unchanged + deleted + duplicates``.

    ``duplicates``: records whose id stands once more later in the same page (the last one wins).
    ``deleted`` counts deletions asked for, of records unknown or gone already too.
    ``union_changed``: union records added, changed or dissolved.
    """

    read: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    duplicates: int = 0
    union_changed: int = 0

    def __add__(self, other: "IngestReport") -> "IngestReport":
        return IngestReport(
            self.read + other.read,
            self.added + other.added,
            self.changed + other.changed,
            self.unchanged + other.unchanged,
            self.deleted + other.deleted,
            self.duplicates + other.duplicates,
            self.union_changed + other.union_changed,
        )


def ingest(
    store: Store,
    database: str,
    library: str,
    incoming: Sequence[Incoming],
    *,
    state: tuple[str, str] | None = None,
    libraries: Libraries = NO_LIBRARIES,
    crosswalks: Crosswalks | None = None,
    read: Mapping[bytes, MarcRecord] = NO_RECORDS,
) -> IngestReport:
    """Take a page of records of ``library`` into ``database`` and the union.

    ``libraries``: which library merged into which; records stand in the set of the heir, while
    their holdings keep the code of the library that sent them.
    ``crosswalks``: those of the node, where databases have rules of their own.
    ``read``: what canonical bytes among ``incoming`` are decoded to, where that is at hand.
    ``state``: a named state written in the same transaction. Raises ``StoreError`` when the
    store cannot be written; then nothing of the page is kept.
    """
    known = crosswalks or of_the_software()
    with without_collector():  # what was made in between is gone when the collector is back
        return _ingest(store, database, library, incoming, state, libraries, known, read)


def _ingest(
    store: Store,
    database: str,
    library: str,
    incoming: Sequence[Incoming],
    state: tuple[str, str] | None,
    libraries: Libraries,
    crosswalks: Crosswalks,
    read: Mapping[bytes, MarcRecord],
) -> IngestReport:
    kept = crosswalks.kept(database)
    last = {record.local: record for record in incoming}
    with store.write() as writer:
        counts = {"added": 0, "changed": 0, "unchanged": 0, "deleted": 0}
        touched: dict[int, _Touched | None] = {}
        ids = {local: RecordId(database, local) for local in last}
        heads = writer.heads(list(ids.values()))
        for local, record in last.items():
            head = heads.get(ids[local])
            heir = libraries.heir(library)
            outcome = _put(writer, ids[local], heir, record, head, touched, kept, read)
            counts[outcome] += 1
        changed = _update_union(writer, touched, libraries, crosswalks.kept(UNION))
        if state is not None:
            writer.set_state(*state)
    return IngestReport(
        read=len(incoming),
        duplicates=len(incoming) - len(last),
        union_changed=changed,
        **counts,
    )


def _put(
    writer: Writer,
    id: RecordId,
    library: str,
    incoming: Incoming,
    head: Head | None,
    touched: dict[int, _Touched | None],
    kept: tuple[Crosswalk, ...],
    read: Mapping[bytes, MarcRecord],
) -> str:
    """Write one record; returns the count it belongs to and notes it in ``touched``."""
    if incoming.marc is None:
        rid = writer.delete(id)
        if rid is not None:
            touched[rid] = None
        return "deleted"
    live = head is not None and not head.deleted
    if live and head is not None and head.digest == content_digest(incoming.marc, incoming.raw):
        return "unchanged"
    record = read.get(incoming.marc) or decode(incoming.marc)
    rendered = render(incoming.marc, kept)
    rid = writer.put(
        id,
        incoming.marc,
        sets=sets_of(record, [library]),
        raw=incoming.raw,
        raw_format=incoming.raw_format,
        rendered=rendered,
        warnings=incoming.warnings,
        origin=dump(incoming.origin),
    )
    if rid is None:
        return "unchanged"
    touched[rid] = _Touched(record, rendered)
    return "changed" if live else "added"


def sets_of(record: MarcRecord, libraries: Iterable[str]) -> tuple[str, ...]:
    """setSpecs of a record: its libraries, its type of material, its language."""
    specs = [f"library:{code}" for code in sorted(set(libraries))]
    if kind := format_code(record):
        specs.append(f"type:{kind}")
    if language := language_code(record):
        specs.append(f"language:{language}")
    return tuple(specs)


def render(marc: bytes, kept: Iterable[Crosswalk], member: Renderings | None = None) -> Renderings:
    """The renderings kept with a record: list pages are joined from them.

    ``marc``: its canonical bytes. ``kept``: the crosswalks of its database. ``member``: the
    renderings of the only member of a union record, which shares what tells of the publication
    alone and is shown by the same rules.
    """
    return {
        crosswalk.prefix: member[crosswalk.prefix]
        if member is not None
        and crosswalk.descriptive
        and member[crosswalk.prefix][0] == crosswalk.version
        else (
            crosswalk.version,
            crosswalk.from_canonical(marc),
        )
        for crosswalk in kept
    }


def _update_union(
    writer: Writer,
    touched: dict[int, _Touched | None],
    libraries: Libraries,
    kept: tuple[Crosswalk, ...],
) -> int:
    """Compute the touched clusters again and put their union records; how many changed."""
    if not touched:
        return 0
    for rid, edit in touched.items():
        writer.set_keys(rid, keys_of(edit.record) if edit is not None else ())
    regrouping = _regroup(writer, touched)
    for cluster, rids in regrouping.members.items():
        for rid in rids:
            writer.assign(rid, cluster)
    for rid, edit in touched.items():
        if edit is None:
            writer.assign(rid, None)
    changed = 0
    for old, new in regrouping.redirects.items():
        writer.add_redirect(old, new)
        changed += writer.delete(RecordId(UNION, old)) is not None
    for gone in regrouping.dissolved:
        changed += writer.delete(RecordId(UNION, gone)) is not None
    return changed + _put_union_records(writer, regrouping, touched, libraries, kept)


def _regroup(writer: Writer, touched: dict[int, _Touched | None]) -> Regrouping:
    """New clusters of everything that the touched records were or are joined with."""
    own = writer.keys_of(touched)
    neighbours = writer.rids_with_keys({key for keys in own.values() for key in keys})
    before = writer.clusters_of(neighbours | set(touched))
    members = writer.members_of(set(before.values()))
    everyone = {rid for rids in members.values() for rid in rids} | set(touched)
    before = {rid: cluster for cluster, rids in members.items() for rid in rids}
    live = [rid for rid in everyone if touched.get(rid, True) is not None]
    keys = writer.keys_of(live)
    former = writer.former_clusters([rid for rid in touched if rid not in before])

    given: set[str] = set()

    def name(part: frozenset[int]) -> str:
        """A record that returns finds the union record that dissolved when it went."""
        found = sorted({former[rid] for rid in part & former.keys()} - given)
        cluster = found[0] if found else writer.new_cluster()
        given.add(cluster)
        return cluster

    return regroup({rid: keys.get(rid, ()) for rid in live}, before, name)


def _put_union_records(
    writer: Writer,
    regrouping: Regrouping,
    touched: dict[int, _Touched | None],
    libraries: Libraries,
    kept: tuple[Crosswalk, ...],
) -> int:
    rids = {rid for members in regrouping.members.values() for rid in members}
    stored = {record.rid: record for record in writer.stored(sorted(rids))}
    writer.heads([RecordId(UNION, cluster) for cluster in regrouping.members])
    changed = 0
    for cluster, members in regrouping.members.items():
        sources = [_member(stored[rid], touched.get(rid), libraries) for rid in sorted(members)]
        only = touched.get(min(members)) if len(members) == 1 else None
        marc = union_bytes(cluster, sources[0], stored[min(members)].marc or b"") if only else None
        if marc is None:
            record = union_record(cluster, sources)
            marc = encode(record)
        else:
            record = sources[0].record  # kind and language of both are the same
        changed += (
            writer.put(
                RecordId(UNION, cluster),
                marc,
                sets=sets_of(record, [libraries.heir(member.library) for member in sources]),
                rendered=render(marc, kept, only.rendered if only else None),
            )
            is not None
        )
    return changed


def _member(stored: Stored, edit: _Touched | None, libraries: Libraries) -> Member:
    """A member record and the library that sent it: that of its database, or of its set where the
    configuration knows none."""
    record = edit.record if edit else decode(stored.marc or b"")
    library = libraries.code(stored.id.database)
    if library is None:
        library = next(spec[8:] for spec in stored.sets if spec.startswith("library:"))
    return Member(stored.rid, library, stored.id.local, record)
