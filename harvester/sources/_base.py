"""What a harvest protocol is: how to ask a server, and how to read what it answers.

One file per protocol in this package; it defines ``PROTOCOL``. Nothing here does I/O: a protocol
turns an ``Ask`` into an address, and the bytes of an answer into a ``Reply``.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from interop.model.origin import Origin


class BadPage(ValueError):
    """The bytes are not a whole, valid answer; one line says why. The page is asked for again."""


@dataclass(frozen=True, slots=True)
class AskIdentity:
    """Who are you, and how fine are your datestamps?"""


@dataclass(frozen=True, slots=True)
class AskFormats:
    """In which formats do you have your records?"""


@dataclass(frozen=True, slots=True)
class AskList:
    """The beginning of a list. ``from_``: UTC, a day or a second; ``None``: from the first record.

    There is no ``until``: the end of the window is the moment of the first answer.
    """

    prefix: str
    from_: str | None = None
    set_: str | None = None


@dataclass(frozen=True, slots=True)
class AskMore:
    """The next page of a list, by the token exactly as it was received."""

    token: str


Ask: TypeAlias = AskIdentity | AskFormats | AskList | AskMore


@dataclass(frozen=True, slots=True)
class Identity:
    """``seconds``: whether datestamps have seconds (else whole days)."""

    name: str
    seconds: bool


@dataclass(frozen=True, slots=True)
class Formats:
    """``offered``: pairs of metadataPrefix and namespace, in the order of the answer."""

    offered: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Received:
    """One record of a page as it came.

    ``position``: from 1, in its page. ``identifier``: opaque, exact; empty when it is missing.
    ``datestamp``: as sent. ``raw``: the metadata element as UTF-8 XML, empty where there is none.
    ``problem``: why the record cannot be used, else empty. ``warnings``: what was repaired.
    ``earlier``: the way that the sender says the record came to it.
    """

    position: int
    identifier: str
    datestamp: str = ""
    deleted: bool = False
    raw: bytes = b""
    problem: str = ""
    warnings: tuple[str, ...] = ()
    earlier: Origin | None = None


@dataclass(frozen=True, slots=True)
class ListPage:
    """A page of a list. ``token``: ``None`` at the end of the list. ``digest``: 32 bytes over the
    records and the token; ``content``: the same without the token. ``size``: completeListSize
    where the server gave one. ``repairs``: how many bytes or references had to be replaced.
    """

    records: tuple[Received, ...]
    token: str | None
    response_date: datetime | None
    digest: bytes
    content: bytes
    size: int | None = None
    repairs: int = 0
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class EmptyList:
    """The server says that no record matches (OAI-PMH 2.0 section 3.6: noRecordsMatch)."""

    response_date: datetime | None


@dataclass(frozen=True, slots=True)
class BadToken:
    """The server does not know the token, or no longer (badResumptionToken)."""

    message: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """The server refuses the request. ``code``: the protocol's own."""

    code: str
    message: str


Reply: TypeAlias = Identity | Formats | ListPage | EmptyList | BadToken | Refusal


@dataclass(frozen=True, slots=True)
class HarvestProtocol:
    """``name``: as in the configuration. ``url(base, ask)``: the address that asks.

    ``read(ask, body)``: the answer to that question; raises ``BadPage``, and nothing else, for
    bytes that are no answer to it.
    """

    name: str
    url: Callable[[str, Ask], str]
    read: Callable[[Ask, bytes], Reply]
