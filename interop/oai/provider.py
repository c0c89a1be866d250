"""The six verbs: a request in, the content of its answer out.

No HTTP, no XML and no clock: ``now`` is an argument, taken before anything is read, because a
harvester may continue from the responseDate (OAI-PMH 2.0 2.7.1). Order, headers and deletions
come from the store's feed through the catalogue, never from a search index.

Promises: deletions are persistent and keep their sets; granularity is seconds; every registered
crosswalk is a format of every record. A record that a crosswalk cannot write is withheld and
logged, and is never sent as deleted.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from interop.crosswalks import XML_CROSSWALKS, Crosswalk
from interop.model.record import UNION, RecordId, Stored
from interop.oai.answers import (
    Answer,
    Content,
    Format,
    GetRecord,
    Identify,
    ListIdentifiers,
    ListMetadataFormats,
    ListPart,
    ListRecords,
    ListSets,
    Resumption,
)
from interop.oai.extras import NO_EXTRAS, Extras
from interop.oai.lists import Keeper, Listed, Lists
from interop.oai.protocol import Errors, OaiError, Request
from interop.oai.sets import listing
from interop.oai.token import LIFETIME, Position, Signer, issue


@dataclass(frozen=True, slots=True)
class PageSizes:
    """Elements in a page of each list. Not part of a token's meaning: other sizes give other pages
    from the same position.
    """

    records: int = 100
    headers: int = 500
    sets: int = 500


STANDARD_SIZES = PageSizes()


class Catalogue(Listed, Protocol):
    """What this front end asks of ``interop.catalogue.Catalogue``."""

    @property
    def domain(self) -> str: ...
    @property
    def base_url(self) -> str: ...
    @property
    def admin_email(self) -> tuple[str, ...]: ...
    def database(self, name: str) -> str: ...
    def title(self, database: str) -> str: ...
    def library_name(self, code: str) -> str: ...
    def find(self, database: str, local: str) -> Stored | None: ...
    def render(self, records: Sequence[Stored], prefix: str) -> Sequence[bytes | None]: ...
    def sets(self, database: str) -> Sequence[str]: ...
    def earliest(self, database: str) -> int | None: ...
    def successor(self, id: RecordId) -> RecordId | None: ...
    def parse_identifier(self, text: str) -> RecordId | None: ...


# --- the provider ---------------------------------------------------------------------------------

# oai-identifier.xsd, repositoryIdentifierType and sampleIdentifierType.
_OAI_IDENTIFIER = re.compile(
    r"oai:[A-Za-z][A-Za-z0-9-]*(\.[A-Za-z][A-Za-z0-9-]*)+:[A-Za-z0-9\-_.!~*'();/?:@&=+$,%]+"
)


class Provider:
    """Answers requests over a catalogue. All that it holds are parts of lists in ``keeper``, which
    any other process would write alike.
    """

    def __init__(
        self,
        catalogue: Catalogue,
        signer: Signer,
        *,
        formats: Mapping[str, Crosswalk] = XML_CROSSWALKS,
        sizes: PageSizes = STANDARD_SIZES,
        extras: Extras = NO_EXTRAS,
        keeper: Keeper | None = None,
    ) -> None:
        self._catalogue = catalogue
        self._signer = signer
        self._formats = {crosswalk.prefix: crosswalk for crosswalk in formats.values()}
        self._sizes = sizes
        self._extras = extras
        self._lists = Lists(catalogue, extras, keeper)

    def respond(self, database: str, request: Request | Errors, now: int) -> Answer:
        """The answer to a parsed request. ``database``: canonical name of an existing database;
        ``now``: seconds since 1970.
        """
        base_url = self._base_url(database)
        if isinstance(request, Errors):
            return Answer(now, base_url, None, request)
        try:
            content = self._content(database, request, now)
        except OaiError as error:
            content = Errors((error,))
        return Answer(now, base_url, request, content)

    def _content(self, database: str, request: Request, now: int) -> Content:
        match request.verb:
            case "GetRecord":
                return self._get_record(database, request)
            case "Identify":
                return self._identify(database, now)
            case "ListIdentifiers":
                return self._list_identifiers(database, request, now)
            case "ListMetadataFormats":
                return self._list_metadata_formats(database, request)
            case "ListRecords":
                return self._list_records(database, request, now)
            case _:
                return self._list_sets(database, request, now)

    def _base_url(self, database: str) -> str:
        root = self._catalogue.base_url.rstrip("/") + "/oai"
        return root if database == UNION else f"{root}/{database}"

    # Identify, OAI-PMH 2.0 4.2

    def _identify(self, database: str, now: int) -> Identify:
        """Reads one row, whatever the size of the store."""
        earliest = self._catalogue.earliest(database)
        return Identify(
            repository_name=self._catalogue.title(database),
            base_url=self._base_url(database),
            admin_email=self._catalogue.admin_email,
            # An empty repository has no datestamp below the present: what comes, comes later.
            earliest_datestamp=now if earliest is None else earliest,
            domain=self._catalogue.domain,
            sample_identifier=self._sample(database),
            descriptions=tuple(self._extras.descriptions(database)),
        )

    def _sample(self, database: str) -> str | None:
        """The identifier of the oldest record; in an empty repository, one as it would look."""
        page = self._catalogue.page(
            database, after=0, from_=None, until=None, set_=None, limit=1, prefix=None
        )
        record_id = page.records[0].id if page.records else RecordId(database, "1")
        sample = self._catalogue.identifier(record_id)
        return sample if _OAI_IDENTIFIER.fullmatch(sample) else None

    # ListMetadataFormats, OAI-PMH 2.0 4.4

    def _list_metadata_formats(self, database: str, request: Request) -> ListMetadataFormats:
        """All formats; of one record, those that it can be written in. A deleted record keeps all:
        under persistent deletions it exists.
        """
        prefixes = list(self._formats)
        if request.identifier is not None:
            stored = self._find(database, request.identifier)
            if not stored.deleted:
                prefixes = [p for p in prefixes if self._catalogue.render([stored], p)[0]]
            if not prefixes:
                raise OaiError("noMetadataFormats", "No format can show this record at present.")
        return ListMetadataFormats(tuple(_format(self._formats[prefix]) for prefix in prefixes))

    # ListSets, OAI-PMH 2.0 4.6

    def _list_sets(self, database: str, request: Request, now: int) -> ListSets:
        """Pages by the last setSpec delivered, as other lists do by ``seq``."""
        everything = listing(self._catalogue.sets(database), self._catalogue.library_name)
        if not everything:
            raise OaiError("noSetHierarchy", "This repository has no sets.")
        position = Position(database, "ListSets")
        if request.resumption_token is not None:
            position = self._resume(request.resumption_token, position, now)
        rest = [each for each in everything if each.spec > (position.set_spec or "")]
        page = rest[: self._sizes.sets]
        if not page:
            raise OaiError("badResumptionToken", "No set is left after those delivered.")
        resumption = self._resumption(
            position,
            len(page),
            max(position.size, len(everything)),
            now,
            set_spec=page[-1].spec,
            more=len(rest) > len(page),
        )
        return ListSets(tuple(page), resumption)

    # GetRecord, OAI-PMH 2.0 4.1

    def _get_record(self, database: str, request: Request) -> GetRecord | Errors:
        assert request.identifier is not None and request.metadata_prefix is not None
        problems = self._unknown_format(request.metadata_prefix)
        try:
            stored = self._find(database, request.identifier)
        except OaiError as error:
            return Errors((*problems, error))
        if problems:
            return Errors(problems)
        if stored.deleted:
            merged = self._catalogue.successor(stored.id)
            successor = self._catalogue.identifier(merged) if merged is not None else None
            return GetRecord(self._lists.record(stored), successor)
        metadata = self._catalogue.render([stored], request.metadata_prefix)[0]
        if metadata is None:
            self._lists.withhold(stored, request.metadata_prefix)
            raise OaiError(
                "cannotDisseminateFormat",
                f"The record cannot be shown in {request.metadata_prefix} at present.",
            )
        [about] = self._extras.about([stored], request.metadata_prefix)
        return GetRecord(self._lists.record(stored, metadata, about))

    # ListIdentifiers and ListRecords, OAI-PMH 2.0 4.3 and 4.5

    def _list_identifiers(
        self, database: str, request: Request, now: int
    ) -> ListIdentifiers | Errors:
        position = self._start(database, request, now)
        if isinstance(position, Errors):
            return position
        part = self._lists.part(position, self._sizes.headers)
        if not part.count:
            return self._nothing(position)
        return ListIdentifiers(part, self._after(position, part, now))

    def _list_records(self, database: str, request: Request, now: int) -> ListRecords | Errors:
        position = self._start(database, request, now)
        if isinstance(position, Errors):
            return position
        part = self._lists.part(position, self._sizes.records)
        if not part.count:
            return self._nothing(position)
        return ListRecords(part, self._after(position, part, now))

    def _start(self, database: str, request: Request, now: int) -> Position | Errors:
        """Where the list begins: after what the token says was delivered, or before the first."""
        if request.resumption_token is not None:
            wanted = Position(database, request.verb)
            position = self._resume(request.resumption_token, wanted, now)
            if position.metadata_prefix not in self._formats:
                raise OaiError("badResumptionToken", "The token's format is no longer offered.")
            return position
        assert request.metadata_prefix is not None
        position = Position(
            database,
            request.verb,
            request.metadata_prefix,
            request.set_spec,
            request.from_,
            request.until,
        )
        if problems := self._unknown_format(request.metadata_prefix):
            return Errors((*problems, *self._without_sets(position)))
        return position

    def _nothing(self, position: Position) -> Errors:
        """No record, or none left: what remained may have moved out of the window meanwhile."""
        if problems := self._without_sets(position):
            return Errors(problems)
        return Errors((OaiError("noRecordsMatch", "No record matches these arguments."),))

    def _after(self, position: Position, part: ListPart, now: int) -> Resumption | None:
        """The resumptionToken element that follows a page."""
        size = position.size
        if part.more and not size:
            # Counted once, after the page: a list that fits on one page is never counted.
            size = self._lists.size(position)
        return self._resumption(position, part.count, size, now, seq=part.last, more=part.more)

    # parts of several verbs

    def _resume(self, token: str, wanted: Position, now: int) -> Position:
        return self._signer.decode(token, database=wanted.database, verb=wanted.verb, now=now)

    def _resumption(
        self,
        position: Position,
        sent: int,
        size: int,
        now: int,
        *,
        more: bool,
        seq: int = 0,
        set_spec: str | None = None,
    ) -> Resumption | None:
        """OAI-PMH 2.0 3.5: a complete list has no token, the last part of one an empty token.

        ``position``: where this page began; ``seq`` or ``set_spec``: where it ended, when ``more``
        follows. The size of the list is never said to be smaller than what was delivered of it.
        """
        delivered = position.delivered + sent
        if not more:
            if position.delivered == 0:
                return None
            return Resumption("", position.delivered, max(size, delivered), None)
        size = max(size, delivered + 1)
        following = Position(
            position.database,
            position.verb,
            position.metadata_prefix,
            set_spec or position.set_spec,
            position.from_,
            position.until,
            seq,
            delivered,
            size,
            issue(now),
        )
        token = self._signer.encode(following)
        return Resumption(token, position.delivered, size, following.issued + LIFETIME)

    def _find(self, database: str, identifier: str) -> Stored:
        """The record of this repository with that identifier, deleted ones included."""
        record_id = self._catalogue.parse_identifier(identifier)
        stored = None
        if record_id is not None and record_id.database == database:
            stored = self._catalogue.find(database, record_id.local)
        if stored is None:
            raise OaiError("idDoesNotExist", "No record of this repository has that identifier.")
        return stored

    def _unknown_format(self, prefix: str) -> tuple[OaiError, ...]:
        if prefix in self._formats:
            return ()
        known = ", ".join(self._formats)
        return (OaiError("cannotDisseminateFormat", f"The formats of this repository: {known}."),)

    def _without_sets(self, position: Position) -> tuple[OaiError, ...]:
        """The condition noSetHierarchy, when a set is asked of a repository that has none."""
        if position.set_spec is None or self._catalogue.sets(position.database):
            return ()
        return (OaiError("noSetHierarchy", "This repository has no sets."),)


def _format(crosswalk: Crosswalk) -> Format:
    """``schema_location`` may be written as in ``xsi:schemaLocation``, namespace first."""
    schema = crosswalk.schema_location.split()[-1]
    return Format(crosswalk.prefix, schema, crosswalk.namespace)
