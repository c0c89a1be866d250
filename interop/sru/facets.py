"""Facet parameters of SRU 2.0 to facets of the index, and the CQL that follows one term of them.

SRU 2.0 part 3, faceted results::

    facetLimit, facetStart, facetCount = item { "," item }        item = number [ ":" index ]
    facetSort                          = sort { "," sort }
    sort       = ( "recordCount" | "alphanumeric" ) { "," word } [ ":" index ]
    word       = "ascending" | "descending" | "caseInsensitive"

An item without an index is for all facets; ``facetLimit=5`` alone asks for the usual ones. A facet
by ranges: ``facetRangeField`` names the index, ``facetLowValue`` and ``facetHighValue`` the years
between which ``facetCount`` ranges lie.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeAlias

from interop.diagnostics import Diagnostic
from interop.query.access_points import BY_CQL, AccessPoint
from interop.query.ast import Range
from interop.query.context_sets import Names
from interop.query.printers import quoted
from interop.sru.parameters import ONLY_2_0, natural

Order: TypeAlias = Literal["count", "value"]

MAXIMUM_TERMS = 1000  # of one facet in one answer
DEFAULT_TERMS = 10
MAXIMUM_RANGES = 100
USUAL = ("dc.subject", "dc.creator", "dc.date", "dc.language", "dc.type")

_PARAMETERS = frozenset(name for name in ONLY_2_0 if name.startswith("facet"))
_ITEM = re.compile(r"\s*([0-9]{1,9})\s*(?::\s*(\S+)\s*)?")
_ORDERS: dict[str, Order] = {
    "recordcount": "count",
    "count": "count",
    "alphanumeric": "value",
    "value": "value",
}
# The direction that each order has by itself, and the other one.
_USUAL_DIRECTION = {"count": "descending", "value": "ascending"}
_DIRECTIONS = ("ascending", "descending")


@dataclass(frozen=True, slots=True)
class FacetRequest:
    """``index``: its name as the client wrote it. ``start``: 1-based."""

    index: str
    point: AccessPoint
    limit: int = DEFAULT_TERMS
    start: int = 1
    order: Order = "count"
    ranges: tuple[Range, ...] = ()
    reverse: bool = False


def parse(values: Mapping[str, str]) -> tuple[FacetRequest, ...]:
    """The facets that the parameters ask for.

    Raises ``Diagnostic``: ``unsupported_parameter_value`` with the parameter, ``unsupported_use``
    and ``unsupported_context_set`` with the index.
    """
    if _PARAMETERS.isdisjoint(values):
        return ()
    by_ranges = _by_ranges(values)
    limits = _numbers(values, "facetLimit", minimum=0)
    starts = _numbers(values, "facetStart", minimum=1)
    orders = _orders(values.get("facetSort", ""))
    names = [name for name in dict.fromkeys((*limits, *starts, *orders)) if name]
    if not names and limits:
        names = list(USUAL)
    found = []
    for name in names:
        limit = limits.get(name, limits.get("", DEFAULT_TERMS))
        if limit:
            start = starts.get(name, starts.get("", 1))
            order, reverse = orders.get(name, orders.get("", ("count", False)))
            point = Names().access_point(name)
            if not point.facet:
                raise Diagnostic("unsupported_use", name)
            limit = min(limit, MAXIMUM_TERMS)
            found.append(FacetRequest(name, point, limit, start, order, reverse=reverse))
    return (*found, *by_ranges)


def _numbers(values: Mapping[str, str], parameter: str, minimum: int) -> dict[str, int]:
    """Index (empty for all) to number."""
    text = values.get(parameter, "").strip()
    found: dict[str, int] = {}
    for item in text.split(",") if text else ():
        match = _ITEM.fullmatch(item)
        if match is None or int(match[1]) < minimum:
            raise Diagnostic("unsupported_parameter_value", parameter)
        found[match[2] or ""] = int(match[1])
    return found


def _orders(text: str) -> dict[str, tuple[Order, bool]]:
    """Index (empty for all) to order, and whether it is the other way than usual. Words that
    follow an order belong to it; the index stands behind one of them.
    """
    found: dict[str, tuple[Order, bool]] = {}
    order: Order | None = None
    reverse, index = False, ""
    for item in text.split(",") if text.strip() else ():
        word, _, behind = (part.strip() for part in item.partition(":"))
        word = word.lower()
        if word in _ORDERS:
            if order is not None:
                found[index] = order, reverse
            order, reverse, index = _ORDERS[word], False, behind
            continue
        if order is None or word not in (*_DIRECTIONS, "caseinsensitive"):
            raise Diagnostic("unsupported_parameter_value", "facetSort")
        if word in _DIRECTIONS:
            reverse = word != _USUAL_DIRECTION[order]
        index = behind or index
    if order is not None:
        found[index] = order, reverse
    return found


def _by_ranges(values: Mapping[str, str]) -> tuple[FacetRequest, ...]:
    index = values.get("facetRangeField", "").strip()
    given = [
        n for n in ("facetLowValue", "facetHighValue", "facetCount") if values.get(n, "").strip()
    ]
    if not index:
        if given:
            raise Diagnostic("missing_parameter", "facetRangeField")
        return ()
    point = Names().access_point(index)
    if point.kind != "year":
        raise Diagnostic("unsupported_relation_index", f"{index} within")
    for name in ("facetLowValue", "facetHighValue"):
        if name not in given:
            raise Diagnostic("missing_parameter", name)
    low, high = natural(values, "facetLowValue", 0), natural(values, "facetHighValue", 0)
    count = natural(values, "facetCount", DEFAULT_TERMS, minimum=1)
    if low > high or high > 9999:
        raise Diagnostic("unsupported_parameter_value", "facetHighValue")
    count = min(count, MAXIMUM_RANGES, high - low + 1)
    edges = [low + (high - low + 1) * number // count for number in range(count + 1)]
    pairs = zip(edges, edges[1:], strict=False)
    ranges = tuple(Range(point.name, first, after - 1) for first, after in pairs)
    return (FacetRequest(index, point, count, 1, "value", ranges),)


def clause(facet: FacetRequest, value: str) -> tuple[str, str]:
    """Relation and CQL clause of the records that one term of ``facet`` counts. ``value``: as in
    ``base.FacetCount``.
    """
    if facet.ranges:
        return "within", f"{facet.index} within {quoted(value.replace('..', ' '))}"
    if facet.point.kind == "text":  # values are told apart by their marks
        return "==", f"{facet.index} ==/respectAccents {quoted(value)}"
    return "=", f"{facet.index} = {quoted(value)}"


def known() -> tuple[str, ...]:
    """The usual facets, each an index of the table."""
    return tuple(name for name in USUAL if name in BY_CQL)
