"""Sort, Z39.50-1995 section 3.2.7: one or several result sets become one in another order."""

from interop.diagnostics import Diagnostic
from interop.query import rpn
from interop.query.access_points import BY_CQL, BY_NAME, AccessPoint
from interop.query.ast import SortKey
from interop.query.cql import instead
from interop.z3950.apdu import SortRequest, SortResponse
from interop.z3950.common import DefaultDiagnostic, Specification
from interop.z3950.session import Held, HeldExplain, Session
from interop.z3950.sort_keys import (
    CASE_INSENSITIVE,
    CASE_SENSITIVE,
    DatabaseSpecific,
    MissingValue,
    SortAttributes,
    SortKeySpec,
    SortRelation,
)
from interop.z3950.sort_keys import SortKey as WireKey
from interop.z3950.type1 import UnservedQuery

MAX_KEYS = 8
MAX_SETS = 16


def sort(session: Session, request: SortRequest) -> SortResponse:
    """The answer. Raises ``Diagnostic``; then all sets are as they were (3.2.7.1.6)."""
    inputs = _inputs(session, request)
    name = request.sorted_result_set_name
    if not name:
        raise Diagnostic("no_sort_output")
    session.check_name(name, replace=True)
    keys = _keys(request.sort_sequence)
    names = {name: asked for held in inputs for name, asked in held.names.items()}
    results = [held.result for held in inputs]
    result = session.catalogue.sort(results, keys)
    session.sets[name] = Held.of(result, names)
    return SortResponse(
        reference_id=request.reference_id,
        sort_status=SortResponse.SUCCESS,
        result_set_status=None if result.total else SortResponse.EMPTY,
        result_count=result.total if session.counts_sorted else None,
    )


def refuse(request: SortRequest, diagnostic: DefaultDiagnostic) -> SortResponse:
    """The answer when nothing was sorted."""
    return SortResponse(
        reference_id=request.reference_id,
        sort_status=SortResponse.FAILURE,
        result_set_status=SortResponse.UNCHANGED,
        diagnostics=(diagnostic,),
    )


def _inputs(session: Session, request: SortRequest) -> list[Held]:
    if not request.input_result_set_names:
        raise Diagnostic("illegal_sort", "no result set named")
    if len(request.input_result_set_names) > MAX_SETS:
        raise Diagnostic("too_many_input_sets", str(MAX_SETS))
    inputs: list[Held] = []
    for name in dict.fromkeys(request.input_result_set_names):
        held = session.held(name)
        if isinstance(held, HeldExplain):
            raise Diagnostic("illegal_sort", name)
        inputs.append(held)
    return inputs


def _keys(specs: tuple[SortKeySpec, ...]) -> list[SortKey]:
    if not specs:
        raise Diagnostic("illegal_sort", "no sort key")
    if len(specs) > MAX_KEYS:
        raise Diagnostic("too_many_sort_keys", str(MAX_KEYS))
    keys = [_key(spec) for spec in specs]
    seen: set[str] = set()
    for key in keys:
        if key.ap in seen:
            raise Diagnostic("duplicate_sort_key", key.ap)
        seen.add(key.ap)
    return keys


def _key(spec: SortKeySpec) -> SortKey:
    """Letters, then tones, then case: the order of a Vietnamese dictionary, small before capital.
    A difference in case decides last of all, which keeps what either caseSensitivity promises.
    """
    point = _point(spec.sort_element)
    if spec.sort_relation in (
        SortRelation.ASCENDING_BY_FREQUENCY,
        SortRelation.DESCENDING_BY_FREQUENCY,
    ):
        raise Diagnostic("unsupported_sort", f"relation {spec.sort_relation}")
    if spec.sort_relation not in (SortRelation.ASCENDING, SortRelation.DESCENDING):
        raise Diagnostic("unsupported_sort_direction", str(spec.sort_relation))
    if spec.case_sensitivity not in (CASE_SENSITIVE, CASE_INSENSITIVE):
        raise Diagnostic("unsupported_sort_case", str(spec.case_sensitivity))
    ascending = spec.sort_relation == SortRelation.ASCENDING
    if isinstance(spec.missing_value, bytes):
        text = spec.missing_value.decode("utf-8", "replace")
        return SortKey(point.name, ascending, instead=instead(point, text))
    if spec.missing_value is MissingValue.ABORT:
        return SortKey(point.name, ascending, "fail")
    return SortKey(point.name, ascending)


def _point(key: WireKey | DatabaseSpecific) -> AccessPoint:
    """By Use attribute, or by name as a sortfield."""
    if isinstance(key, DatabaseSpecific):
        raise Diagnostic("database_specific_sort")
    if isinstance(key, Specification):
        raise Diagnostic("unsupported_sort_key", str(key.element_spec or key.schema_oid or ""))
    if isinstance(key, SortAttributes):
        point = _by_attributes(key)
    else:
        found = BY_NAME.get(key.casefold()) or BY_CQL.get(key.casefold())
        if found is None:
            raise Diagnostic("unsupported_sort_key", key)
        point = found
    if not point.sort:
        raise Diagnostic("unsupported_sort_key", point.name)
    return point


def _by_attributes(key: SortAttributes) -> AccessPoint:
    if isinstance(key.list, UnservedQuery):
        raise Diagnostic(key.list.condition, key.list.details)
    if any(attribute.type != rpn.USE for attribute in key.list):
        details = " ".join(f"{a.type}={a.value}" for a in key.list if a.type != rpn.USE)
        raise Diagnostic("unsupported_sort_key", details)
    return rpn.access_point(rpn.Operand(key.list, b""), key.id)
