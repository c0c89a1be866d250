"""Lists read from the catalogue, a page at a time, written once and kept.

Nothing here may show a page as it was: before a kept part is used, the store is asked whether
anything was committed since (microseconds), and if so, whether the rows of this part are all
still in their places (one count over a key). A change moves a record to the end of the feed and
nothing ever comes in before the end, so the same number of rows means the same rows. A part is
not kept beyond the next commit when its datestamps are not final yet or the list ends in it.
"""

import logging
from collections.abc import Hashable, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from interop.http.coding import Part
from interop.http.deflate import crc32
from interop.model.record import Page, RecordId, Stored
from interop.oai import xml
from interop.oai.answers import ListPart, Record
from interop.oai.extras import NO_EXTRAS, Extras
from interop.oai.token import Position

log = logging.getLogger(__name__)

SIZES = 1024  # sizes of lists remembered until the next commit


class Listed(Protocol):
    """What lists ask of ``interop.catalogue.Catalogue``."""

    def page(
        self,
        database: str,
        *,
        after: int,
        from_: int | None,
        until: int | None,
        set_: str | None,
        limit: int,
        prefix: str | None,
    ) -> Page: ...
    def count(
        self, database: str, *, from_: int | None, until: int | None, set_: str | None
    ) -> int: ...
    def count_between(
        self, database: str, first: int, last: int, set_: str | None = None
    ) -> int: ...
    def generation(self) -> int: ...
    def settled_before(self) -> int: ...
    def identifier(self, id: RecordId) -> str: ...
    def identifiers(self, ids: Sequence[RecordId]) -> list[str]: ...


@dataclass(slots=True)
class Kept:
    """A part and what is needed to see whether it still holds.

    ``generation``: the store's, when that was last seen to be so. ``first``: seq of its first row;
    ``rows``: how many it was made of, those withheld included; ``firm``: whether its datestamps
    were final and rows followed it, so that only rows that leave can change it.
    """

    part: ListPart
    generation: int
    first: int
    rows: int
    firm: bool


class Keeper(Protocol):
    """Where parts are kept, by what was asked (``interop.oai.kept``)."""

    def get(self, key: Hashable) -> Kept | None: ...
    def put(self, key: Hashable, kept: Kept) -> None: ...


class Lists:
    """``keeper``: none when every part is to be made anew."""

    def __init__(
        self, catalogue: Listed, extras: Extras = NO_EXTRAS, keeper: Keeper | None = None
    ) -> None:
        self._catalogue = catalogue
        self._extras = extras
        self._keeper = keeper
        self._sizes: dict[Hashable, tuple[int, int]] = {}

    def part(self, position: Position, limit: int) -> ListPart:
        """The next part of a list: records when ``position`` is of ListRecords, else headers.

        It is empty only when nothing is left that can be sent.
        """
        key = (*position.list, position.seq, limit)
        generation = self._catalogue.generation()  # before anything is read
        kept = self._keeper.get(key) if self._keeper is not None else None
        if kept is not None:
            if kept.generation == generation:
                return kept.part
            if kept.firm and self._still(kept, position):
                kept.generation = generation
                return kept.part
        part, rows = self._read(position, limit)
        if rows and self._keeper is not None:
            firm = part.more and part.last < self._catalogue.settled_before()
            firm = firm and self._catalogue.generation() == generation
            self._keeper.put(key, Kept(part, generation, rows[0].seq, len(rows), firm))
        return part

    def _still(self, kept: Kept, position: Position) -> bool:
        found = self._catalogue.count_between(
            position.database, kept.first, kept.part.last, position.set_spec
        )
        return found == kept.rows

    def size(self, position: Position) -> int:
        """Elements of the complete list, counted once for each state of the store."""
        key = position.list[2:]
        generation = self._catalogue.generation()
        known = self._sizes.get(key)
        if known is not None and known[0] == generation:
            return known[1]
        size = self._catalogue.count(
            position.database,
            from_=position.from_,
            until=position.until,
            set_=position.set_spec,
        )
        if len(self._sizes) >= SIZES:
            self._sizes = {}
        self._sizes[key] = generation, size
        return size

    def _read(self, position: Position, limit: int) -> tuple[ListPart, list[Stored]]:
        """A part made anew, and the rows it was made of.

        A list of nothing but a token is not valid (OAI-PMH.xsd, ListRecordsType), and some
        clients stop there, so pages of which nothing can be sent are passed over.
        """
        prefix = position.metadata_prefix if position.verb == "ListRecords" else None
        rows: list[Stored] = []
        while True:
            page = self._catalogue.page(
                position.database,
                after=position.seq,
                from_=position.from_,
                until=position.until,
                set_=position.set_spec,
                limit=limit,
                prefix=prefix,
            )
            rows += page.records
            count, pieces = self._headers(page) if prefix is None else self._records(page, prefix)
            if count or not page.more:
                break
            position = replace(position, seq=page.records[-1].seq)
        last = rows[-1].seq if rows else position.seq
        body = b"".join(pieces)
        tag = f"{crc32(body):08x}-{last:x}"
        return ListPart(Part(body), count, last, page.more, tag), rows

    def _headers(self, page: Page) -> tuple[int, list[bytes]]:
        """How many headers, and their bytes as they stand in ListIdentifiers."""
        heads = self._heads(page)
        return len(heads), ["".join([f"{head}\n" for head in heads]).encode()]

    def _heads(self, page: Page) -> list[str]:
        identifiers = self._catalogue.identifiers([stored.id for stored in page.records])
        return xml.headers(identifiers, page.records)

    def _records(self, page: Page, prefix: str) -> tuple[int, list[bytes]]:
        """How many records can be sent, and their bytes in pieces."""
        page = self._sendable(page, prefix)
        abouts = self._extras.about(page.records, prefix)
        return len(page.records), xml.elements_of(self._heads(page), page.bodies, abouts)

    def _sendable(self, page: Page, prefix: str) -> Page:
        """The page without the records that cannot be written."""
        if None not in page.bodies:
            return page
        sent = []
        for stored, body in zip(page.records, page.bodies, strict=True):
            if stored.deleted or body is not None:
                sent.append((stored, None if stored.deleted else body))
            else:
                self.withhold(stored, prefix)
        records, bodies = zip(*sent, strict=True) if sent else ((), ())
        return Page(records, bodies, page.more)

    def record(
        self, stored: Stored, metadata: bytes | None = None, about: Sequence[bytes] = ()
    ) -> Record:
        """What is sent of a record, its metadata where it is shown."""
        return Record(
            self._catalogue.identifier(stored.id),
            stored.datestamp,
            stored.deleted,
            stored.sets,
            metadata,
            tuple(about),
        )

    def withhold(self, stored: Stored, prefix: str) -> None:
        """Tell the operator of a record that cannot be written; it is never sent as deleted."""
        log.warning(
            "withheld from OAI-PMH: %s cannot be written in %s",
            self._catalogue.identifier(stored.id),
            prefix,
        )
