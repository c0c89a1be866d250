"""Search, Z39.50-1995 section 3.2.2: a query becomes a result set, small ones bring their records.

Type-1, Type-101 and CQL (Type-104) all become the same query nodes.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from interop.diagnostics import Diagnostic
from interop.query import cql, rpn
from interop.query.ast import And, Not, Or, Query, SortKey, Term
from interop.z3950 import explain, retrieval
from interop.z3950.apdu import PresentStatus, ResultSetStatus, SearchRequest, SearchResponse
from interop.z3950.common import DefaultDiagnostic
from interop.z3950.session import Held, HeldExplain, Session
from interop.z3950.type1 import CqlQuery, UnservedQuery

_QUICK_WORDS = 8  # of a query that is answered at once
_SHORT, _FEW = 256, 8  # octets of a term and attributes, of an operand that is kept


def search(
    session: Session, request: SearchRequest, told: Callable[[Exception], Diagnostic]
) -> SearchResponse:
    """The answer. ``told``: what the origin hears of an error while records are packed, when the
    search itself has succeeded. Raises ``Diagnostic``.
    """
    name = request.result_set_name
    session.check_name(name, request.replace_indicator)
    try:
        held = _run(session, request)
    except Exception:
        # With replaceIndicator on, the old set is gone even if there is no new one.
        session.sets.pop(name, None)
        raise
    session.sets[name] = held
    return _with_records(session, request, held, told)


def refuse(request: SearchRequest, diagnostic: DefaultDiagnostic) -> SearchResponse:
    """The answer to a search that failed: no result set (3.2.2.1.10)."""
    return SearchResponse(
        reference_id=request.reference_id,
        result_count=0,
        number_of_records_returned=0,
        next_result_set_position=0,
        search_status=False,
        result_set_status=ResultSetStatus.NONE,
        present_status=PresentStatus.FAILURE,
        non_surrogate_diagnostic=diagnostic,
    )


def _run(session: Session, request: SearchRequest) -> Held | HeldExplain:
    asked, session.looked_at = session.looked_at, None
    if isinstance(request.query, UnservedQuery):
        raise Diagnostic(request.query.condition, request.query.details)
    if len(request.database_names) == 1 and explain.is_explain(request.database_names[0]):
        if not isinstance(request.query, rpn.RpnQuery):
            raise Diagnostic("unsupported_query_type", "104")
        records = explain.records(
            session.catalogue, session.limits, session.allows, session.nicknames()
        )
        return HeldExplain(explain.search(records, request.query))
    names = session.databases(request.database_names)
    if asked is None or asked.request is not request:
        asked = compiled(session, request)
    result = session.catalogue.search(list(names), asked.query, asked.sort, session.operands())
    return Held.of(result, names)


@dataclass(frozen=True, slots=True)
class Compiled:
    """The query nodes and the order that the query of ``request`` asks for."""

    request: SearchRequest
    query: Query
    sort: Sequence[SortKey] = ()


def compiled(session: Session, request: SearchRequest) -> Compiled:
    """Raises ``Diagnostic``."""
    query = request.query
    if isinstance(query, CqlQuery):
        found, sort = cql.compile(query.text, sets=frozenset(session.operands()))
        return Compiled(request, found, sort)
    if isinstance(query, UnservedQuery):
        raise Diagnostic(query.condition, query.details)
    decode = session.decoder(next(iter(request.database_names), ""))
    if isinstance(query.root, rpn.Operand) and _is_short(query.root):
        return Compiled(request, _resolve_once(query, decode))
    for name in rpn.sets_of(query):
        if isinstance(session.sets.get(name), HeldExplain):
            raise Diagnostic("result_set_as_operand", name)
    sets = frozenset(session.operands())
    return Compiled(request, rpn.resolve(query, sets=sets, decode=decode))


# Most searches are one operand that many ask.


def _is_short(operand: rpn.Operand) -> bool:
    term = operand.term
    return isinstance(term, bytes) and len(term) <= _SHORT and len(operand.attributes) <= _FEW


@lru_cache(maxsize=512)
def _resolve_once(query: rpn.RpnQuery, decode: rpn.Decode) -> Query:
    """What a query without result sets means, which depends on nothing else."""
    return rpn.resolve(query, decode=decode)


def _with_records(
    session: Session,
    request: SearchRequest,
    held: Held | HeldExplain,
    told: Callable[[Exception], Diagnostic],
) -> SearchResponse:
    """Records in the Search response, by the size of the set (3.2.2.1.4 to 3.2.2.1.6)."""
    total = held.total
    wanted, elements = 0, request.medium_set_element_set_names
    if total <= request.small_set_upper_bound:
        wanted, elements = total, request.small_set_element_set_names
    elif total < request.large_set_lower_bound:
        wanted = max(0, min(total, request.medium_set_present_number))
    page = retrieval.Page(PresentStatus.SUCCESS, next_position=1 if total else 0)
    failure: DefaultDiagnostic | None = None
    if wanted:
        try:
            asked = retrieval.Asked(request.preferred_record_syntax, elements)
            page = retrieval.retrieve(session, held, [(1, wanted)], asked, alone=False)
        except Exception as error:  # the search itself has succeeded
            page = retrieval.Page(PresentStatus.FAILURE, next_position=1)
            failure = session.diagnostic(told(error))
    return SearchResponse(
        reference_id=request.reference_id,
        result_count=total,
        number_of_records_returned=len(page.records),
        next_result_set_position=page.next_position,
        search_status=True,
        present_status=page.status if wanted else None,
        response_records=tuple(page.records),
        non_surrogate_diagnostic=failure,
    )


# what is answered at once


def is_quick(session: Session, request: SearchRequest) -> bool:
    """Whether a search costs next to nothing, whatever is in the catalogue."""
    if request.small_set_upper_bound > 0 or request.medium_set_present_number > 0:
        return False  # records may come with it
    if any(map(explain.is_explain, request.database_names)):
        return False  # its records are made anew, of every database
    try:
        asked = compiled(session, request)
    except Exception:  # ``search`` meets it again, and tells
        return True
    session.looked_at = asked  # which ``search`` does next, with the same result sets
    return not asked.sort and _is_lookup(asked.query)


def _is_lookup(query: Query) -> bool:
    """Whether a query is a few whole words and keys, without truncation, phrases, ranges or sets:
    lookups in the index and no more.
    """
    words = 0
    waiting: list[Query] = [query]
    while waiting:
        match waiting.pop():
            case Term(
                tokens=tokens, structure=structure, position="any", complete=False, trunc="none"
            ) if structure in ("all", "any") or len(tokens) == 1:
                words += len(tokens)
            case And(parts) | Or(parts):
                waiting += parts
            case Not(left, right):
                waiting += (left, right)
            case _:
                return False
        if words + len(waiting) > _QUICK_WORDS:
            return False
    return True
