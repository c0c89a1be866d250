"""What the answers of OAI-PMH 2.0 hold, as the provider gives it and the writer takes it.

Datestamps: whole seconds since 1970-01-01T00:00:00Z. No bytes of the envelope, no clock.
"""

from dataclasses import dataclass
from typing import NamedTuple, TypeAlias

from interop.http.coding import Part
from interop.oai.protocol import Errors, Request
from interop.oai.sets import Set


@dataclass(frozen=True, slots=True)
class Identify:
    """OAI-PMH 2.0 4.2. ``sample_identifier`` is ``None`` when the repository's identifiers do not
    follow the oai-identifier scheme (a domain without a dot). ``descriptions``: further elements,
    each the one child of a ``description``.
    """

    repository_name: str
    base_url: str
    admin_email: tuple[str, ...]
    earliest_datestamp: int
    domain: str
    sample_identifier: str | None
    descriptions: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class Format:
    """``schema``: address of the XSD."""

    metadata_prefix: str
    schema: str
    namespace: str


@dataclass(frozen=True, slots=True)
class ListMetadataFormats:
    formats: tuple[Format, ...]


@dataclass(frozen=True, slots=True)
class Resumption:
    """``token`` is empty on the last page of a sequence, and then has no ``expires``. ``cursor``:
    elements delivered before this page; ``size``: elements of the complete list.
    """

    token: str
    cursor: int
    size: int
    expires: int | None


@dataclass(frozen=True, slots=True)
class ListSets:
    sets: tuple[Set, ...]
    resumption: Resumption | None


class Record(NamedTuple):
    """A header, and ``metadata`` (one XML element as bytes) where the answer shows it; ``about``:
    elements about that metadata, each the one child of an ``about`` (OAI-PMH 2.0 2.5).
    """

    identifier: str
    datestamp: int
    deleted: bool
    sets: tuple[str, ...]
    metadata: bytes | None = None
    about: tuple[bytes, ...] = ()


@dataclass(frozen=True, slots=True)
class ListPart:
    """The elements of one page as they are sent, in one body. ``count``: how many; ``last``: seq
    of the last row that they were made of; ``more``: whether a row follows it; ``tag``: another
    text when the body is another.
    """

    body: Part
    count: int
    last: int
    more: bool
    tag: str


@dataclass(frozen=True, slots=True)
class ListIdentifiers:
    part: ListPart
    resumption: Resumption | None


@dataclass(frozen=True, slots=True)
class ListRecords:
    part: ListPart
    resumption: Resumption | None


@dataclass(frozen=True, slots=True)
class GetRecord:
    """``successor``: identifier of the record that a deleted one was merged into, if it was."""

    record: Record
    successor: str | None = None


Content: TypeAlias = (
    Errors | Identify | ListMetadataFormats | ListSets | ListIdentifiers | ListRecords | GetRecord
)


@dataclass(frozen=True, slots=True)
class Answer:
    """``request`` is ``None`` when the arguments could not be read or may not be repeated."""

    response_date: int
    base_url: str
    request: Request | None
    content: Content
