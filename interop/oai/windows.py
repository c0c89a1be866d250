"""A database in pieces that do not depend on one another: ranges of places in the change feed.

A record that changes moves to the end of the feed, so of a range that lies before the end records
only ever leave. The same number of rows then means the same rows: a piece made before still holds.
ResourceSync documents and dumps are made of such pieces.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Protocol

from interop.model.record import Page, Stored

PAGE = 500  # records read at once


class Listed(Protocol):
    """What this asks of ``interop.catalogue.Catalogue``."""

    def page(self, database: str, *, after: int, limit: int, prefix: str | None = None) -> Page: ...
    def count_between(self, database: str, first: int, last: int) -> int: ...


@dataclass(frozen=True, slots=True)
class Window:
    """Places ``number * size + 1`` to ``(number + 1) * size``. ``start``: datestamp of its first
    row."""

    number: int
    size: int
    start: int

    @property
    def first(self) -> int:
        return self.number * self.size + 1

    @property
    def last(self) -> int:
        return (self.number + 1) * self.size


def windows(catalogue: Listed, database: str, size: int) -> list[Window]:
    """The windows that hold a record or tombstone of the database, in order: one row read each."""
    found: list[Window] = []
    after = 0
    while page := catalogue.page(database, after=after, limit=1).records:
        window = Window((page[0].seq - 1) // size, size, page[0].datestamp)
        found.append(window)
        after = window.last
    return found


def rows(
    catalogue: Listed, database: str, window: Window, prefix: str
) -> Iterator[tuple[Stored, bytes | None]]:
    """Its records in order with their bodies; ``None`` for a deletion and for what cannot be
    written."""
    after = window.first - 1
    while True:
        page = catalogue.page(database, after=after, limit=PAGE, prefix=prefix)
        for stored, body in zip(page.records, page.bodies, strict=True):
            if stored.seq > window.last:
                return
            yield stored, body
        if not page.more:
            return
        after = page.records[-1].seq
