"""Holdings as catalogues show them: by place, with the items of each.

The model behind the OPAC record of Z39.50 (Z39.50-1995 appendix REC.5), its form in XML and
ISO 20775: what was read by ``read_holdings``, grouped once for all of them.
"""

from collections.abc import Iterable
from typing import NamedTuple

from interop.model.holding import Holding

_ON_HOLD = "on hold"


class Place(NamedTuple):
    """One place and call number: ``items`` are what stands there, in the order of the record.

    ``note``: public note and address of a digital copy; ``parts``: what is held of something in
    parts, where the items do not say it themselves.
    """

    library: str
    branch: str
    location: str
    call_number: str
    copy: str
    note: str
    parts: str
    items: tuple[Holding, ...]

    @property
    def lent(self) -> tuple[Holding, ...]:
        """The items of which somebody said whether they can be had."""
        return tuple(item for item in self.items if item.available is not None)


def places(found: Iterable[Holding]) -> list[Place]:
    """The items of one place and call number together, in the order of their first."""
    grouped: dict[tuple[str, ...], list[Holding]] = {}
    for holding in found:
        key = (
            holding.library,
            holding.branch,
            holding.location,
            holding.call_number,
            holding.copy,
            holding.note,
            holding.url,
            holding.summary,
        )
        grouped.setdefault(key, []).append(holding)
    return [_place(tuple(items)) for items in grouped.values()]


def restrictions(item: Holding) -> str:
    """What stands in the way of a loan; of an item that cannot be had, at least its status."""
    return item.restrictions or ("" if item.available else item.status)


def on_hold(item: Holding) -> bool:
    """Whether another reader waits for it."""
    return _ON_HOLD in item.status.casefold()


def _place(items: tuple[Holding, ...]) -> Place:
    first = items[0]
    parts = first.summary
    if not parts and all(item.available is None for item in items):
        parts = "; ".join(dict.fromkeys(item.enumeration for item in items if item.enumeration))
    return Place(
        first.library,
        first.branch,
        first.location,
        first.call_number,
        first.copy,
        " ".join(text for text in (first.note, first.url) if text),
        parts,
        items,
    )
