"""Facets: from counts of values to the page that was asked for, the same for every engine."""

from collections.abc import Mapping, Sequence

from interop.index import plan
from interop.index.base import (
    MAX_FACET,
    Facet,
    FacetCount,
    UnsupportedAccessPoint,
    UnsupportedAttribute,
)
from interop.index.tables import Tables, entry_key
from interop.query.access_points import BY_NAME
from interop.query.ast import Range


def check(facets: Sequence[Facet], tables: Tables) -> None:
    """Raises ``UnsupportedAccessPoint``, ``UnsupportedAttribute``."""
    for facet in facets:
        point = BY_NAME.get(facet.ap)
        if point is None or not (point.facet or facet.ranges):
            raise UnsupportedAccessPoint(facet.ap)
        if facet.start < 1 or not 0 <= facet.limit <= MAX_FACET:
            raise UnsupportedAttribute(f"facet from {facet.start}, at most {facet.limit}")
        for each in facet.ranges:
            if each.ap != facet.ap:
                raise UnsupportedAttribute(f"range of {each.ap} in a facet of {facet.ap}")
            plan.prepare(each, tables)


def page(facet: Facet, counts: Mapping[str, int], tables: Tables) -> tuple[FacetCount, ...]:
    """The values that ``facet`` asks for out of all that have a count."""
    begin, end = facet.start - 1, facet.start - 1 + facet.limit
    if facet.order == "value":
        in_order = _in_order(facet.ap, list(counts))
        chosen = (in_order[::-1] if facet.reverse else in_order)[begin:end]
    else:
        chosen = _by_frequency(facet, counts, end)[begin:end]
    heading = BY_NAME[facet.ap].kind == "text"
    return tuple(
        FacetCount(value, tables.display(facet.ap, value) if heading else value, counts[value])
        for value in chosen
    )


def _in_order(ap: str, values: list[str]) -> list[str]:
    return sorted(values, key=lambda value: (entry_key(ap, value), value))


def _by_frequency(facet: Facet, counts: Mapping[str, int], wanted: int) -> list[str]:
    """The first ``wanted``. Only those that tie at the end and before it need their order."""
    by_count: dict[int, list[str]] = {}
    for value, hits in counts.items():
        by_count.setdefault(hits, []).append(value)
    chosen: list[str] = []
    for hits in sorted(by_count, reverse=not facet.reverse):
        if len(chosen) >= wanted:
            break
        chosen += _in_order(facet.ap, by_count[hits])
    return chosen[:wanted]


def name(wanted: Range) -> str:
    """The value of a range: ``1990..1999``, an open end empty."""
    low = "" if wanted.lo is None else str(wanted.lo)
    return f"{low}..{'' if wanted.hi is None else wanted.hi}"


def of_range(wanted: Range, hits: int) -> FacetCount:
    """The count of one range."""
    return FacetCount(name(wanted), name(wanted).replace("..", "–"), hits)
