"""The nouns of the store: which record, in which database, in which state.

Sizes: ``rid`` and ``seq`` are positive integers below 2**63; ``datestamp`` is whole seconds
since 1970-01-01T00:00:00Z (OAI-PMH 2.0 section 3.3: UTC, seconds granularity).

What a page of a list has hundreds of is a named tuple, which is made in a third of the time that a
frozen dataclass takes.
"""

from dataclasses import dataclass
from typing import NamedTuple

from interop.model.origin import Origin

UNION = "union"


class RecordId(NamedTuple):
    """``database``: lower case name of a database; ``local``: opaque identifier inside it."""

    database: str
    local: str


@dataclass(frozen=True, slots=True)
class Incoming:
    """One record as a reader, a dump or a harvest delivers it.

    ``marc``: canonical MARC 21 (``interop.marc.iso2709.encode``), or ``None`` for a deletion.
    ``raw``: the bytes received, never altered; ``raw_format``: ``iso2709``, ``marcxml``,
    ``oai_dc`` ... (the name of the reader). ``warnings``: what was repaired on the way.
    ``origin``: where it was harvested, if it was.
    """

    local: str
    marc: bytes | None
    raw: bytes = b""
    raw_format: str = ""
    warnings: tuple[str, ...] = ()
    origin: Origin | None = None


class Stored(NamedTuple):
    """A record as the store holds it. ``marc`` is ``None`` when it was not asked for or is deleted.

    ``rid`` is stable for the life of the record and never reused; ``seq`` is its place in the
    change feed and moves with every change; ``sets``: setSpecs, parents not included.
    """

    rid: int
    id: RecordId
    seq: int
    datestamp: int
    deleted: bool
    sets: tuple[str, ...]
    marc: bytes | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """One row of the change feed. The feed names records, not versions: read the record itself."""

    seq: int
    rid: int
    deleted: bool


@dataclass(frozen=True, slots=True)
class Page:
    """A page of a list in feed order. ``bodies[i]`` belongs to ``records[i]``; ``None`` when that
    record has no stored body (deleted, or not rendered in that format). ``more``: whether a
    record follows the last one.
    """

    records: tuple[Stored, ...]
    bodies: tuple[bytes | None, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Quarantined:
    """A record that could not be taken in: its bytes and the reason, kept for the library."""

    database: str
    source: str
    position: int
    reason: str
    raw: bytes
