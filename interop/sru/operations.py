"""searchRetrieve, scan and explain: a request to a response, with no HTTP and no XML in sight.

Every ``Diagnostic`` that a request causes becomes part of the response here, in one place: alone
with no records when nothing could be done, beside the number of hits when only the page is out of
range, in place of a record when only that record cannot be shown.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, Protocol, TypeAlias

from interop.catalogue import Database
from interop.diagnostics import Diagnostic
from interop.index.base import Facet, FacetCount, ResultSet, Scan, ScanKind
from interop.model.record import Stored
from interop.query import clause, cql, cql_ast, normalise, pqf, printers, rpn, scan_clause, xcql
from interop.query.access_points import BY_CQL
from interop.query.ast import All, Query, SetRef, SortKey
from interop.sru.explain import Description
from interop.sru.facets import FacetRequest
from interop.sru.facets import clause as clause_of
from interop.sru.request import Refused, Request, Version
from interop.sru.result_sets import KeptSet, ResultSets


class Catalogue(Protocol):
    """What SRU needs of ``interop.catalogue.Catalogue``."""

    base_url: str
    admin_email: tuple[str, ...]

    def searchable(self, name: str) -> str: ...

    def title(self, database: str) -> str: ...

    def databases(self) -> list[Database]: ...

    def latest(self, database: str) -> int | None: ...

    def search(
        self,
        databases: Sequence[str],
        query: Query,
        sort: Sequence[SortKey] = (),
        sets: dict[str, ResultSet] | None = None,
    ) -> ResultSet: ...

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
    ) -> Scan: ...

    def facets(
        self, result: ResultSet, facets: Sequence[Facet]
    ) -> list[tuple[FacetCount, ...]]: ...

    def shown_records(
        self, rids: Sequence[int], prefix: str
    ) -> list[tuple[Stored | None, bytes | None]]: ...


# Our extension: a request with this parameter is told how its query was understood.
UNDERSTOOD = "x-interop-understood"

Where: TypeAlias = Literal["first", "last", "only", "inner"]


@dataclass(frozen=True, slots=True)
class Record:
    """``position``: 1-based in the result. ``data``: one XML element, or why there is none."""

    position: int
    data: bytes | Diagnostic


@dataclass(frozen=True, slots=True)
class Understood:
    """``text``: CQL of the query without its order, for the terms of facets."""

    query: Query
    sort: tuple[SortKey, ...]
    text: str


@dataclass(frozen=True, slots=True)
class FacetTerm:
    """``query``: CQL of the same search, restricted to the records that are counted."""

    value: str
    hits: int
    relation: str
    query: str


@dataclass(frozen=True, slots=True)
class FacetResult:
    request: FacetRequest
    terms: tuple[FacetTerm, ...]


@dataclass(frozen=True, slots=True)
class SearchRetrieveResponse:
    """``request`` is ``None`` when it could not be read, ``understood`` when its query was not."""

    version: Version
    request: Request | None
    number_of_records: int = 0
    records: tuple[Record, ...] = ()
    next_record_position: int | None = None
    diagnostic: Diagnostic | None = None
    result_set_id: str | None = None
    facets: tuple[FacetResult, ...] = ()
    understood: Understood | None = None


@dataclass(frozen=True, slots=True)
class ScanTerm:
    """``value``: as it is searched for; ``where``: whether the list begins or ends with it."""

    value: str
    display: str
    hits: int
    where: Where


@dataclass(frozen=True, slots=True)
class ScanResponse:
    """``request`` is ``None`` when it could not be read."""

    version: Version
    request: Request | None
    terms: tuple[ScanTerm, ...] = ()
    diagnostic: Diagnostic | None = None


@dataclass(frozen=True, slots=True)
class ExplainResponse:
    """``description`` is ``None`` for a database that does not exist."""

    version: Version
    description: Description | None
    request: Request | None = None
    diagnostic: Diagnostic | None = None


Response: TypeAlias = SearchRetrieveResponse | ScanResponse | ExplainResponse


def respond(
    catalogue: Catalogue,
    database: str,
    request: Request | Refused,
    keeper: ResultSets | None = None,
    now: int = 0,
) -> Response:
    """The response to a request; ``database`` is the name in the address, empty for the union.

    ``keeper``: where result sets are kept, ``None`` for nowhere; ``now``: seconds since 1970.
    """
    if isinstance(request, Refused):
        return refuse(catalogue, database, request)
    version = request.version
    try:
        name = catalogue.searchable(database)
        match request.operation:
            case "explain":
                return ExplainResponse(version, _describe(catalogue, name), request)
            case "scan":
                return _scan(catalogue, name, request)
            case "searchRetrieve":
                return _search_retrieve(catalogue, name, request, _Sets(keeper, now))
    except Diagnostic as diagnostic:
        match request.operation:
            case "explain":
                return ExplainResponse(version, None, request, diagnostic)
            case "scan":
                return ScanResponse(version, request, diagnostic=diagnostic)
            case "searchRetrieve":
                return SearchRetrieveResponse(version, request, diagnostic=diagnostic)


def refuse(catalogue: Catalogue, database: str, refused: Refused) -> Response:
    """SRU 1.2, explain: what cannot be understood is answered with a description of the server."""
    if refused.operation == "searchRetrieve":
        return SearchRetrieveResponse(refused.version, None, diagnostic=refused.diagnostic)
    if refused.operation == "scan":
        return ScanResponse(refused.version, None, diagnostic=refused.diagnostic)
    try:
        description = _describe(catalogue, catalogue.searchable(database))
    except Diagnostic as diagnostic:
        return ExplainResponse(refused.version, None, diagnostic=diagnostic)
    return ExplainResponse(refused.version, description, diagnostic=refused.diagnostic)


class _Sets:
    """The kept result sets as one request sees them: those that it names, and the one it makes."""

    def __init__(self, keeper: ResultSets | None, now: int) -> None:
        self._keeper, self._now = keeper, now
        self.found: dict[str, KeptSet] = {}

    def __contains__(self, name: object) -> bool:
        if self._keeper is None or not isinstance(name, str):
            return False
        if name not in self.found and (result := self._keeper.find(name, self._now)) is not None:
            self.found[name] = result
        return name in self.found

    def keep(self, query: Query, result: ResultSet, scope: str, ttl: int) -> str | None:
        """The id to tell: that of the set which was asked for, or of a new one for ``result``."""
        if isinstance(query, SetRef) and self.found.get(query.name) is result:
            return query.name
        if not ttl or self._keeper is None or not result.total:
            return None
        return self._keeper.keep(result, scope, ttl, self._now)


def _search_retrieve(
    catalogue: Catalogue, database: str, request: Request, sets: _Sets
) -> SearchRetrieveResponse:
    understood = _understood(request, sets)
    if understood.sort and request.sort:
        raise Diagnostic("unsupported_sort", "sortBy and sortKeys")
    sort = understood.sort or request.sort
    result = _result(catalogue, database, understood.query, sort, sets)
    start = request.start_record
    if start > max(result.total, 1):
        return SearchRetrieveResponse(
            request.version,
            request,
            result.total,
            diagnostic=Diagnostic("present_out_of_range", str(start)),
        )
    result_set_id = sets.keep(understood.query, result, database, request.ttl)
    try:
        rids = result.page(start - 1, request.maximum_records)
    except KeyError:  # its time was over between the first look and this one
        raise Diagnostic("result_set_gone", result_set_id or "") from None
    following = start + len(rids)
    return SearchRetrieveResponse(
        request.version,
        request,
        result.total,
        _records(catalogue, rids, start, request.record_schema),
        following if following <= result.total else None,
        result_set_id=result_set_id,
        facets=_facets(catalogue, database, request, understood, result),
        understood=understood,
    )


def _understood(request: Request, sets: _Sets) -> Understood:
    """The query, whichever language it is in. Raises ``Diagnostic``."""
    match request.query_type:
        case "cql":
            tree = cql.parse(request.query, request.limits)
            query, sort = cql.resolve(tree, sets=sets, text=request.query)
        case "xcql":
            tree = xcql.read(request.query.encode("utf-8", "replace"), request.limits)
            query, sort = cql.resolve(tree, sets=sets)
        case "pqf":
            query = _type_1(request.query, sets)
            return Understood(query, (), printers.cql(query))
        case "searchTerms":
            words = clause.Clause(BY_CQL["cql.serverchoice"], (request.query,), "all")
            query = clause.search(words)
            return Understood(query, (), printers.cql(query))
    text = cql_ast.show(cql_ast.CqlQuery(tree.root)) if request.facets else ""
    return Understood(query, sort, text)


def _type_1(text: str, sets: _Sets) -> Query:
    try:
        query = pqf.parse(text)
    except pqf.PqfError as error:
        raise Diagnostic("malformed_query", str(error)) from None
    waiting, named = [query.root], set[str]()
    while waiting:
        item = waiting.pop()
        if isinstance(item, rpn.Operation):
            waiting += (item.left, item.right)
        elif isinstance(item, rpn.ResultSetOperand) and item.name in sets:
            named.add(item.name)
    return rpn.resolve(query, sets=frozenset(named))


def _result(
    catalogue: Catalogue, database: str, query: Query, sort: Sequence[SortKey], sets: _Sets
) -> ResultSet:
    """A kept set by itself is as it was; anything else is a search."""
    if isinstance(query, SetRef) and not sort:
        kept = sets.found[query.name]
        if kept.scope == database:
            return kept
    return catalogue.search([database], query, sort, {**sets.found})


def _facets(
    catalogue: Catalogue,
    database: str,
    request: Request,
    understood: Understood,
    result: ResultSet,
) -> tuple[FacetResult, ...]:
    if not request.facets or not result.total:
        return ()
    wanted = [
        Facet(each.point.name, each.limit, each.start, each.order, each.ranges, each.reverse)
        for each in request.facets
    ]
    found = []
    for facet, counts in zip(request.facets, catalogue.facets(result, wanted), strict=True):
        terms = tuple(
            FacetTerm(each.display, each.hits, *_restricted(facet, each, understood))
            for each in counts
            if each.hits
        )
        if terms:
            found.append(FacetResult(facet, terms))
    return tuple(found)


def _restricted(facet: FacetRequest, count: FacetCount, understood: Understood) -> tuple[str, str]:
    """Relation and query that follow one term of a facet."""
    text = facet.ranges or facet.point.kind == "text"  # other values are asked for as shown
    relation, restriction = clause_of(facet, count.value if text else count.display)
    return relation, f"({understood.text}) and {restriction}"


def _scan(catalogue: Catalogue, database: str, request: Request) -> ScanResponse:
    wanted = scan_clause.compile(request.scan_clause)
    before = max(request.response_position - 1, 0)
    found = catalogue.scan(
        [database],
        wanted.point.name,
        wanted.text,
        kind=wanted.kind,
        before=before,
        after=request.maximum_terms + 1,
    )
    first = found.position - 1
    if request.response_position == 0:  # the term stands just before the list
        is_there = first < len(found.entries) and _same(wanted, found.entries[first].term)
        first += is_there
    begin = max(first - before, 0)
    last = len(found.entries) - 1
    terms = []
    for place in range(begin, min(begin + request.maximum_terms, last + 1)):
        entry = found.entries[place]
        at_start = found.at_start and place == 0
        at_end = found.at_end and place == last
        where: Where = (
            "only"
            if at_start and at_end
            else "first"
            if at_start
            else "last"
            if at_end
            else "inner"
        )
        terms.append(ScanTerm(entry.term, entry.display, entry.hits, where))
    return ScanResponse(request.version, request, tuple(terms))


def _same(wanted: scan_clause.ScanClause, term: str) -> bool:
    if wanted.point.kind == "text":
        return normalise.text_tokens(wanted.text) == normalise.text_tokens(term)
    if wanted.point.kind == "year":
        return wanted.text == term
    return normalise.key(wanted.point.kind, wanted.text) == term


def _records(
    catalogue: Catalogue, rids: Sequence[int], start: int, schema: str
) -> tuple[Record, ...]:
    """One entry for each row id; surrogate diagnostics for what is gone or cannot be written."""
    records = []
    for position, (record, body) in enumerate(catalogue.shown_records(rids, schema), start):
        if body is not None:
            records.append(Record(position, body))
        elif record is None or record.deleted:
            records.append(Record(position, Diagnostic("record_deleted", str(position))))
        else:
            records.append(Record(position, Diagnostic("record_not_in_syntax", schema)))
    return tuple(records)


def _describe(catalogue: Catalogue, name: str) -> Description:
    counts = {database.name: database.records for database in catalogue.databases()}
    records = counts.get(name)
    if records is None:  # what is only searched, such as a province
        records = catalogue.search([name], All()).total
    title, url = catalogue.title(name), catalogue.base_url
    return Description(
        name, title, records, url, catalogue.admin_email, catalogue.latest(name) or 0
    )
