"""The catalogue: the one contract through which OAI-PMH, SRU and Z39.50 see the records.

It joins the store (the truth), the index (a follower of it) and the crosswalks, and knows no
protocol. Every error that a query can cause leaves here as a ``Diagnostic``.
"""

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime

from interop.config import Config
from interop.crosswalks import CROSSWALKS, NOWHERE, Context, Crosswalk
from interop.diagnostics import Diagnostic
from interop.index.base import (
    Facet,
    FacetCount,
    IndexStale,
    MissingSortValue,
    QueryError,
    QueryTooComplex,
    QueryTooCostly,
    ResultSet,
    Scan,
    ScanKind,
    SearchIndex,
    SetTooLarge,
    TooBusy,
    TooManyTerms,
    UnsupportedAccessPoint,
    UnsupportedAttribute,
)
from interop.ingest import NO_RECORDS, IngestReport, ingest
from interop.marc.record import MarcRecord
from interop.model import oai_identifier
from interop.model.library import Libraries, Library
from interop.model.logins import Logins, Policy
from interop.model.origin import Origin
from interop.model.record import UNION, Incoming, Page, RecordId, Stored
from interop.own_rules import Crosswalks, of_the_software
from interop.query import normalise
from interop.query.access_points import BY_NAME
from interop.query.ast import All, Query, SortKey
from interop.query.variants import with_variants
from interop.revise import Rules, revise
from interop.scope import Scopes
from interop.store.store import Store

log = logging.getLogger(__name__)

_DIAGNOSTICS: dict[type[QueryError], str] = {
    UnsupportedAccessPoint: "unsupported_use",
    UnsupportedAttribute: "unsupported_search",
    TooManyTerms: "too_many_terms",
    QueryTooComplex: "too_many_operators",
    QueryTooCostly: "query_too_costly",
    SetTooLarge: "set_too_large",
    TooBusy: "temporary_system_error",
    MissingSortValue: "sort_missing_value",
}


@dataclass(frozen=True, slots=True)
class Database:
    """What all three protocols expose under one name. ``records``: live records."""

    name: str
    title: str
    library: Library | None
    records: int


class Catalogue:
    """The records of a node. ``index`` is ``None`` for a process that only takes records in;
    ``crosswalks``: where databases have rules of their own (``interop.own_rules``).
    """

    def __init__(
        self,
        config: Config,
        store: Store,
        index: SearchIndex | None = None,
        *,
        today: date | None = None,
        crosswalks: Crosswalks | None = None,
    ) -> None:
        self.crosswalks = crosswalks or of_the_software()
        self.store = store
        self.index = index
        self.name = config.server.name
        self.domain = config.server.domain
        self._no_origins: int | None = None
        self.base_url = config.server.base_url.rstrip("/")
        self.admin_email = config.server.admin_email
        self.rights = config.rights
        self.logins = Logins(
            self.rights, Policy(config.server.login_guesses, float(config.server.login_wait))
        )
        self._libraries = {library.database: library for library in config.libraries}
        self.libraries = Libraries(config.libraries, today or datetime.now(UTC).date())
        self._aliases = {
            f"library:{old}": f"library:{heir}" for old, heir in self.libraries.heirs().items()
        }
        self._scopes = Scopes(config.libraries)
        self._folds_i_y = config.index.fold_i_y
        self._codes = {
            key: library.code
            for library in config.libraries
            if (key := normalise.key(BY_NAME["library"].kind, library.code))
        }

    # databases

    def database(self, name: str) -> str:
        """Canonical name of a database: lower case; no name and ``Default`` are the union.

        Raises ``Diagnostic`` ``unknown_database``.
        """
        wanted = name.strip().lower()
        if wanted in ("", "default", UNION):
            return UNION
        if wanted in self._libraries or wanted in self.store.databases():
            return wanted
        raise Diagnostic("unknown_database", name)

    def searchable(self, name: str) -> str:
        """Canonical name of what can be searched: a database, or a province (``quang-tri``).

        Raises ``Diagnostic`` ``unknown_database``.
        """
        wanted = name.strip().lower()
        return wanted if wanted in self._scopes.provinces() else self.database(name)

    def allows(self, database: str, address: str, user: str | None = None) -> bool:
        """Whether ``user`` (authenticated, or ``None``) at ``address`` may use what ``database``,
        a canonical name, shows.

        A merged library's database shows the records of all that became one, so the row of each
        counts. A province is read from the union: without a row of its own, that of the union does.
        """
        if database in self._scopes.provinces() and not self.rights.names(database):
            database = UNION
        return all(
            self.rights.allows(each, address, user) for each in self._scopes.family(database)
        )

    def databases(self) -> list[Database]:
        """The union, then every library in the order of the configuration, then others by name."""
        counts = self.store.databases()
        return [
            Database(name, self.title(name), self._libraries.get(name), counts.get(name, 0))
            for name in self.names()
        ]

    def names(self) -> list[str]:
        """Canonical names of the databases that are listed, in the same order."""
        others = sorted(self.store.databases().keys() - self._libraries.keys() - {UNION})
        return [UNION, *self._libraries, *others]

    def provinces(self) -> dict[str, list[str]]:
        """Names of the databases of provinces, and the databases of the libraries of each."""
        return {name: self._scopes.libraries(name) for name in self._scopes.provinces()}

    def title(self, database: str) -> str:
        """Name of a database for people."""
        if database == UNION:
            return self.name
        if database in (provinces := self._scopes.provinces()):
            return provinces[database]
        library = self._libraries.get(database)
        return library.name if library else database.upper()

    def library_name(self, code: str) -> str:
        """Name of a library; its code when the configuration does not know it."""
        library = self._libraries.get(code.lower())
        return library.name if library else code

    # searching

    def search(
        self,
        databases: Sequence[str],
        query: Query,
        sort: Sequence[SortKey] = (),
        sets: dict[str, ResultSet] | None = None,
    ) -> ResultSet:
        """Search canonical ``databases`` (``interop.scope`` says what several of them, provinces
        and merged libraries are); ``sets`` resolves references to result sets.

        Raises ``Diagnostic``.
        """
        index = self._index(databases)
        places, query = self._scopes.resolve(databases, query)
        if self._folds_i_y:
            query = with_variants(query)
        try:
            return index.search(places, query, sort, sets)
        except (QueryError, IndexStale) as error:
            raise _as_diagnostic(error) from None

    def scan(
        self,
        databases: Sequence[str],
        ap: str,
        text: str,
        *,
        kind: ScanKind = "word",
        before: int,
        after: int,
        step: int = 0,
        exact: bool = False,
    ) -> Scan:
        """Terms of an access point around ``text`` as the client typed it; empty is the start.

        ``word``: single words, of which the first of ``text`` counts; ``heading``: whole values.
        ``exact``: counts of searches that heed marks. Raises ``Diagnostic``.
        """
        index = self._index(databases)
        places, within = self._scopes.resolve(databases, All())
        with _as_diagnostics():
            term = _scan_term(ap, text, kind)
            found = index.scan(
                places, ap, term, kind=kind, before=before, after=after, step=step,
                exact=exact, within=within,
            )  # fmt: skip
        if ap != "library":
            return found
        entries = (replace(each, display=self._display(ap, each.term)) for each in found.entries)
        return replace(found, entries=tuple(entries))

    def facets(self, result: ResultSet, facets: Sequence[Facet]) -> list[tuple[FacetCount, ...]]:
        """Exact counts over a result set. Raises ``Diagnostic``."""
        index = self._index(sorted(result.databases))
        with _as_diagnostics():
            found = index.facets(result, facets)
        return [
            tuple(replace(each, display=self._display(facet.ap, each.value)) for each in counts)
            if facet.ap == "library"
            else counts
            for facet, counts in zip(facets, found, strict=True)
        ]

    def _display(self, ap: str, key: str) -> str:
        """A key for people: libraries by their code as the configuration writes it."""
        return self._codes.get(key, key) if ap == "library" else key

    def sort(self, results: Sequence[ResultSet], keys: Sequence[SortKey]) -> ResultSet:
        """The union of result sets in another order. Raises ``Diagnostic``."""
        index = self._index([name for result in results for name in sorted(result.databases)])
        with _as_diagnostics():
            return index.sort(results, keys)

    def _index(self, databases: Sequence[str]) -> SearchIndex:
        if self.index is None:
            raise Diagnostic("database_unavailable", ", ".join(databases))
        return self.index

    def records(self, rids: Sequence[int], prefix: str = "") -> list[Stored | None]:
        """Records by row id, in order; ``None`` for an id that the store does not know. ``prefix``:
        for ``render`` in this schema alone, which needs no MARC where renderings are kept.
        """
        return self.store.get(rids, marc=not self._keeps(prefix))

    def shown_records(
        self, rids: Sequence[int], prefix: str
    ) -> list[tuple[Stored | None, bytes | None]]:
        """``records`` with what ``render`` makes of them; kept renderings come with their records.

        Raises ``KeyError`` for an unknown ``prefix``.
        """
        if not self._keeps(prefix):
            stored = self.records(rids, prefix)
            bodies = self.render([each for each in stored if each is not None], prefix)
            left = iter(bodies)
            return [(each, None if each is None else next(left)) for each in stored]
        version = CROSSWALKS[prefix].version
        found = self.store.shown(rids, prefix, version)
        for place, (record, body) in enumerate(found):
            if record is None or record.deleted:
                found[place] = (record, None)
            elif body is None or self.crosswalks.of(record.id.database, prefix).version != version:
                found[place] = (record, self.render([record], prefix)[0])
        return found

    def _keeps(self, prefix: str) -> bool:
        crosswalk = CROSSWALKS.get(prefix)
        return crosswalk is not None and crosswalk.stored

    def homes(self, databases: Sequence[str], records: Sequence[Stored]) -> list[str | None]:
        """For each record that a search of canonical ``databases`` found, the one it is from.

        A record of the union, where provinces and several databases are searched, is from the first
        of them that holds the publication; ``None`` when none does any more.
        """
        if len(databases) == 1:
            return [databases[0]] * len(records)
        unions = [each for each in records if each.id.database == UNION]
        holders = {} if UNION in databases else self._holders(unions)
        return [
            record.id.database
            if record.id.database in databases
            else self._scopes.home(databases, holders.get(record.rid, (record.id.database,)))
            for record in records
        ]

    def _holders(self, unions: Sequence[Stored]) -> dict[int, set[str]]:
        """rid of a union record -> databases of the libraries whose records it joins."""
        members = self.store.members([each.id.local for each in unions])
        rids = sorted({rid for found in members.values() for rid in found})
        databases = {each.rid: each.id.database for each in self.store.get(rids) if each}
        return {
            each.rid: {databases[rid] for rid in members[each.id.local] if rid in databases}
            for each in unions
        }

    def render(self, records: Sequence[Stored], prefix: str) -> list[bytes | None]:
        """The records in a schema of the registry: kept renderings in one query, others written.

        ``None`` for a deleted record and for one that cannot be written, which is logged; one bad
        record never spoils the page. Raises ``KeyError`` for an unknown ``prefix``.
        """
        databases = {record.id.database for record in records} or {UNION}
        shown = {name: self.crosswalks.of(name, prefix) for name in databases}
        kept: dict[int, bytes] = {}
        for version in {each.version for each in shown.values() if each.stored}:
            rids = [r.rid for r in records if shown[r.id.database].version == version]
            kept |= self.store.rendered(rids, prefix, version)
        return [
            None
            if record.deleted
            else kept[record.rid]
            if record.rid in kept
            else self._write(record, shown[record.id.database])
            for record in records
        ]

    def _write(self, record: Stored, crosswalk: Crosswalk) -> bytes | None:
        if record.marc is None:
            record = self.store.get([record.rid])[0] or record
        if record.marc is None:
            return None
        try:
            return self.shown(record.id, record.marc, crosswalk)
        except Exception:  # a fault of ours in a crosswalk costs one record, never a page
            log.exception("%s cannot be written as %s", record.id, crosswalk.prefix)
            return None

    def shown(self, id: RecordId, marc: bytes, crosswalk: Crosswalk) -> bytes:
        """The canonical bytes ``marc`` of a record in a format that need not be kept.

        Raises what the crosswalk raises.
        """
        context = NOWHERE if crosswalk.placed is None else self.context(id)
        return crosswalk.from_canonical(marc, context)

    def context(self, id: RecordId) -> Context:
        """What is known of a record beside itself: who keeps it, and its address on the Web."""
        library = self._libraries.get(id.database)
        union = id.database == UNION
        return Context(
            library="" if union else library.code if library else id.database.upper(),
            name=self.title(id.database),
            provider=self.name,
            address=self.address(id),
            rights=library.rights if library else "",
        )

    def _harvested(self) -> bool:
        """Whether any record has an origin: a node that harvests nothing asks once a commit."""
        generation = self.store.generation()
        if self._no_origins == generation:
            return False
        found = self.store.has_origins()
        self._no_origins = None if found else generation
        return found

    def origins(self, records: Sequence[Stored]) -> dict[int, list[Origin]]:
        """Where records were harvested, by rid; of a union record, where its members were."""
        if not self._harvested():
            return {}
        clusters = {each.id.local: each.rid for each in records if each.id.database == UNION}
        owners = {each.rid: each.rid for each in records if each.id.database != UNION}
        if clusters:
            for cluster, rids in self.store.members(list(clusters)).items():
                owners |= dict.fromkeys(rids, clusters[cluster])
        found: dict[int, list[Origin]] = {}
        for rid, origin in sorted(self.store.origins(list(owners)).items()):
            found.setdefault(owners[rid], []).append(origin)
        return found

    # lists

    def page(
        self,
        database: str,
        *,
        after: int = 0,
        from_: int | None = None,
        until: int | None = None,
        set_: str | None = None,
        limit: int,
        prefix: str | None = None,
    ) -> Page:
        """A page of the list of a database in feed order, with bodies in the format ``prefix``."""
        crosswalk = self.crosswalks.of(database, prefix) if prefix else None
        page = self.store.list(
            database,
            after=after,
            from_=from_,
            until=until,
            set_=self._alias(set_),
            limit=limit,
            fmt=crosswalk.prefix if crosswalk and crosswalk.stored else None,
            version=crosswalk.version if crosswalk else 1,
        )
        if crosswalk is None:
            return page
        absent = [
            index
            for index, (record, body) in enumerate(zip(page.records, page.bodies, strict=True))
            if body is None and not record.deleted
        ]
        if not absent:
            return page
        bodies = list(page.bodies)
        full = self.store.get([page.records[index].rid for index in absent])
        for index, record in zip(absent, full, strict=True):
            bodies[index] = self._write(record, crosswalk) if record else None
        return Page(page.records, tuple(bodies), page.more)

    def find(self, database: str, local: str) -> Stored | None:
        """One record by its identifier inside a database."""
        return self.store.find([RecordId(database, local)])[0]

    def count(
        self,
        database: str,
        *,
        from_: int | None = None,
        until: int | None = None,
        set_: str | None = None,
    ) -> int:
        """Length of a list, tombstones included."""
        return self.store.count(database, from_=from_, until=until, set_=self._alias(set_))

    def count_between(self, database: str, first: int, last: int, set_: str | None = None) -> int:
        """Records of a list between two places of the feed, both included."""
        return self.store.count_between(database, first, last, self._alias(set_))

    def generation(self) -> int:
        """A number that changes with every commit; see ``Store.generation``."""
        return self.store.generation()

    def settled_before(self) -> int:
        """Place in the feed below which datestamps are final; see ``Store.settled_before``."""
        return self.store.settled_before()

    def sets(self, database: str) -> list[str]:
        """setSpecs in use, parents not included, and those of libraries that merged into one whose
        set is in use: they answer as that one does."""
        found = self.store.sets(database)
        return sorted({*found, *(old for old, heir in self._aliases.items() if heir in found)})

    def _alias(self, set_: str | None) -> str | None:
        return set_ if set_ is None else self._aliases.get(set_, set_)

    def successor(self, id: RecordId) -> RecordId | None:
        """The record that a deleted one was merged into, at the end of all mergers."""
        local = self.store.redirect(id.database, id.local)
        return None if local is None else RecordId(id.database, local)

    def revise(self) -> int:
        """One batch of what a change of rules makes of the records; see ``interop.revise``."""
        rules = Rules.of(self.libraries, self.crosswalks.own)
        return revise(self.store, rules, crosswalks=self.crosswalks)

    def earliest(self, database: str) -> int | None:
        """Lowest datestamp of a database, tombstones included."""
        return self.store.earliest(database)

    def latest(self, database: str) -> int | None:
        """Datestamp of the last change in what is searched under a name; a province is read from
        the union.
        """
        return self.store.latest(UNION if database in self._scopes.provinces() else database)

    # identifiers

    def identifier(self, id: RecordId) -> str:
        """The OAI identifier of a record; see ``interop.model.oai_identifier``."""
        return oai_identifier.write(self.domain, id)

    def address(self, id: RecordId) -> str:
        """Where people read a record: its answer of OAI-PMH, which browsers show as a page."""
        folder = "/oai" if id.database == UNION else f"/oai/{id.database}"
        identifier = oai_identifier.in_a_query(self.identifier(id))
        asked = f"verb=GetRecord&metadataPrefix=oai_dc&identifier={identifier}"
        return f"{self.base_url}{folder}?{asked}"

    def identifiers(self, ids: Sequence[RecordId]) -> list[str]:
        """The OAI identifiers of the records of a page."""
        return oai_identifier.write_all(self.domain, ids)

    def parse_identifier(self, text: str) -> RecordId | None:
        """The record that an OAI identifier of this node names, or ``None`` for any other text."""
        return oai_identifier.read(self.domain, text)

    # taking records in

    def ingest(
        self,
        database: str,
        incoming: Sequence[Incoming],
        *,
        state: tuple[str, str] | None = None,
        read: Mapping[bytes, MarcRecord] = NO_RECORDS,
    ) -> IngestReport:
        """Take a page of a library's records in, one transaction; see ``interop.ingest``."""
        library = self._libraries.get(database)
        code = library.code if library else database.upper()
        return ingest(
            self.store, database, code, incoming,
            state=state, libraries=self.libraries, crosswalks=self.crosswalks, read=read,
        )  # fmt: skip

    def quarantine(self, database: str, source: str, bad: Sequence[tuple[int, str, bytes]]) -> None:
        """Keep records that could not be taken in: (position in the source, reason, bytes)."""
        if bad:
            with self.store.write() as writer:
                for position, reason, raw in bad:
                    writer.quarantine(database, source, position, reason, raw)


@contextmanager
def _as_diagnostics() -> Iterator[None]:
    """What an engine refuses becomes what a client is told."""
    try:
        yield
    except (QueryError, IndexStale) as error:
        raise _as_diagnostic(error) from None


def _as_diagnostic(error: QueryError | IndexStale) -> Diagnostic:
    if isinstance(error, IndexStale):
        log.warning("%s", error)
        return Diagnostic("database_unavailable", "the index is being rebuilt")
    name = next(
        (name for kind, name in _DIAGNOSTICS.items() if isinstance(error, kind)),
        "unsupported_search",
    )
    return Diagnostic(name, error.details)


def _scan_term(ap: str, text: str, kind: ScanKind) -> str:
    """``text`` as the terms of the access point are written."""
    point = BY_NAME.get(ap)
    if point is None:
        raise UnsupportedAccessPoint(ap)
    if point.kind == "text":
        tokens = normalise.exact_tokens(text)
        return " ".join(tokens if kind == "heading" else tokens[:1])
    if point.kind == "year":
        year = normalise.year(text)
        if year is None and text.strip():
            raise Diagnostic("malformed_term", text)
        return "" if year is None else str(year)
    return normalise.key(point.kind, text) or ""
