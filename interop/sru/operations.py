"""searchRetrieve and explain: a request to a response, with no HTTP and no XML in sight.

Every ``Diagnostic`` that a request causes becomes part of the response here, in one place: alone
with no records when nothing could be done, beside the number of hits when only the page is out of
range, in place of a record when only that record cannot be shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol, TypeAlias

from interop.catalogue import Database
from interop.diagnostics import Diagnostic
from interop.index.base import ResultSet
from interop.model.record import Stored
from interop.query import cql
from interop.query.ast import Query, SortKey
from interop.sru.explain import Description
from interop.sru.request import Refused, Request, Version


class Catalogue(Protocol):
    """What SRU needs of ``interop.catalogue.Catalogue``."""

    base_url: str
    admin_email: tuple[str, ...]

    def database(self, name: str) -> str: ...

    def databases(self) -> list[Database]: ...

    def search(
        self, databases: Sequence[str], query: Query, sort: Sequence[SortKey] = ()
    ) -> ResultSet: ...

    def records(self, rids: Sequence[int]) -> list[Stored | None]: ...

    def render(self, records: Sequence[Stored], prefix: str) -> list[bytes | None]: ...


@dataclass(frozen=True, slots=True)
class Record:
    """``position``: 1-based in the result. ``data``: one XML element, or why there is none."""

    position: int
    data: bytes | Diagnostic


@dataclass(frozen=True, slots=True)
class SearchRetrieveResponse:
    """``request`` is ``None`` when it could not be read."""

    version: Version
    request: Request | None
    number_of_records: int = 0
    records: tuple[Record, ...] = ()
    next_record_position: int | None = None
    diagnostic: Diagnostic | None = None


@dataclass(frozen=True, slots=True)
class ExplainResponse:
    """``description`` is ``None`` for a database that does not exist."""

    version: Version
    description: Description | None
    request: Request | None = None
    diagnostic: Diagnostic | None = None


Response: TypeAlias = SearchRetrieveResponse | ExplainResponse


def respond(catalogue: Catalogue, database: str, request: Request | Refused) -> Response:
    """The response to a request; ``database`` is the name in the address, empty for the union."""
    if isinstance(request, Refused):
        return refuse(catalogue, database, request)
    try:
        if request.operation == "explain":
            description = _describe(catalogue, catalogue.database(database))
            return ExplainResponse(request.version, description, request)
        return _search_retrieve(catalogue, catalogue.database(database), request)
    except Diagnostic as diagnostic:
        if request.operation == "explain":
            return ExplainResponse(request.version, None, request, diagnostic)
        return SearchRetrieveResponse(request.version, request, diagnostic=diagnostic)


def refuse(catalogue: Catalogue, database: str, refused: Refused) -> Response:
    """SRU 1.2, explain: what cannot be understood is answered with a description of the server."""
    if refused.operation == "searchRetrieve":
        return SearchRetrieveResponse(refused.version, None, diagnostic=refused.diagnostic)
    try:
        description = _describe(catalogue, catalogue.database(database))
    except Diagnostic as diagnostic:
        return ExplainResponse(refused.version, None, diagnostic=diagnostic)
    return ExplainResponse(refused.version, description, diagnostic=refused.diagnostic)


def _search_retrieve(
    catalogue: Catalogue, database: str, request: Request
) -> SearchRetrieveResponse:
    query, sort = cql.compile(request.query)
    if sort and request.sort:
        raise Diagnostic("unsupported_sort", "sortBy and sortKeys")
    result = catalogue.search([database], query, sort or request.sort)
    start = request.start_record
    if start > max(result.total, 1):
        return SearchRetrieveResponse(
            request.version,
            request,
            result.total,
            diagnostic=Diagnostic("present_out_of_range", str(start)),
        )
    rids = result.page(start - 1, request.maximum_records)
    records = _records(catalogue, rids, start, request.record_schema)
    following = start + len(rids)
    return SearchRetrieveResponse(
        request.version,
        request,
        result.total,
        records,
        following if following <= result.total else None,
    )


def _records(
    catalogue: Catalogue, rids: Sequence[int], start: int, schema: str
) -> tuple[Record, ...]:
    """One entry for each row id; surrogate diagnostics for what is gone or cannot be written."""
    stored = catalogue.records(rids)
    live = [record for record in stored if record is not None and not record.deleted]
    bodies = dict(zip((r.rid for r in live), catalogue.render(live, schema), strict=True))
    records = []
    for position, (rid, record) in enumerate(zip(rids, stored, strict=True), start):
        body = bodies.get(rid)
        if body is not None:
            records.append(Record(position, body))
        elif record is None or record.deleted:
            records.append(Record(position, Diagnostic("record_deleted", str(position))))
        else:
            records.append(Record(position, Diagnostic("record_not_in_syntax", schema)))
    return tuple(records)


def _describe(catalogue: Catalogue, name: str) -> Description:
    for database in catalogue.databases():
        if database.name == name:
            return Description(
                name, database.title, database.records, catalogue.base_url, catalogue.admin_email
            )
    raise Diagnostic("unknown_database", name)
