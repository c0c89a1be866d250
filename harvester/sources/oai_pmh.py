"""OAI-PMH 2.0 as a harvester speaks it: requests out, pages in.

A page is read whole or not at all (``BadPage``); inside a valid page one bad record costs one
record. Elements are found by local name, because providers leave the namespace out or prefix it
in every possible way, and that harms nobody; it is said in the page's warnings.
"""

import hashlib
from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode, urlsplit, urlunsplit

from lxml import etree

from harvester.sources import _xml
from harvester.sources._base import (
    Ask,
    AskFormats,
    AskIdentity,
    AskList,
    AskMore,
    BadPage,
    BadToken,
    EmptyList,
    Formats,
    HarvestProtocol,
    Identity,
    ListPage,
    Received,
    Refusal,
    Reply,
)
from harvester.sources._provenance import told

NAMESPACE = "http://www.openarchives.org/OAI/2.0/"
REPAIRED = "characters that XML does not allow were replaced by U+FFFD"


def url(base: str, ask: Ask) -> str:
    """The request as an address (OAI-PMH 2.0 section 3.1.1); the base's own query is kept."""
    parts = urlsplit(base)
    query = urlencode(_arguments(ask))
    return urlunsplit(parts._replace(query=f"{parts.query}&{query}" if parts.query else query))


def _arguments(ask: Ask) -> dict[str, str]:
    match ask:
        case AskIdentity():
            return {"verb": "Identify"}
        case AskFormats():
            return {"verb": "ListMetadataFormats"}
        case AskMore(token):
            # resumptionToken is an exclusive argument (section 3.5).
            return {"verb": "ListRecords", "resumptionToken": token}
        case AskList(prefix, from_, set_):
            arguments = {"verb": "ListRecords", "metadataPrefix": prefix}
            if from_ is not None:
                arguments["from"] = from_
            if set_ is not None:
                arguments["set"] = set_
            return arguments


def read(ask: Ask, body: bytes) -> Reply:
    """The answer to ``ask``. Raises ``BadPage``."""
    root, repairs = _xml.parse(body, "OAI-PMH")
    response_date = parse_date(_xml.text_of(next(iter(_xml.children(root, "responseDate")), None)))
    errors = _xml.children(root, "error")
    if errors:
        return _error(ask, errors, response_date)
    if isinstance(ask, AskIdentity):
        return _identity(_only(root, "Identify"))
    if isinstance(ask, AskFormats):
        return _formats(_only(root, "ListMetadataFormats"))
    return _page(root, _only(root, "ListRecords"), response_date, repairs)


def parse_date(text: str) -> datetime | None:
    """A UTCdatetime (section 3.3) in UTC, or ``None``.

    Fractions, offsets and a missing zone are read too: real servers send all three.
    """
    try:
        found = datetime.fromisoformat(text)
        if found.tzinfo is None:
            found = found.replace(tzinfo=UTC)
        return found.astimezone(UTC).replace(microsecond=0)
    except (ValueError, OverflowError):
        return None


def _only(root: etree._Element, name: str) -> etree._Element:
    found = _xml.children(root, name)
    if len(found) != 1:
        raise BadPage(f"<OAI-PMH> holds {len(found)} <{name}> elements instead of one")
    return found[0]


def _error(ask: Ask, errors: list[etree._Element], response_date: datetime | None) -> Reply:
    """Section 3.6: an answer may hold several errors; the one that decides most comes first."""
    codes = [error.get("code", "") for error in errors]
    messages = [_xml.text_of(error)[:200] for error in errors]
    if not isinstance(ask, AskIdentity):
        if "badResumptionToken" in codes:
            return BadToken(messages[codes.index("badResumptionToken")])
        if codes == ["noRecordsMatch"]:
            return EmptyList(response_date)
    return Refusal(codes[0] or "error without a code", messages[0])


def _identity(element: etree._Element) -> Identity:
    """Section 4.2. A granularity that cannot be read counts as days, which every server accepts."""
    granularity = _xml.text_of(next(iter(_xml.children(element, "granularity")), None))
    name = _xml.text_of(next(iter(_xml.children(element, "repositoryName")), None))
    return Identity(name, "hh" in granularity.lower())


def _formats(element: etree._Element) -> Formats:
    """Section 4.4: each with its prefix, schema and namespace."""
    offered = []
    for format in _xml.children(element, "metadataFormat"):
        names = ("metadataPrefix", "metadataNamespace")
        prefix, space = (_xml.text_of(next(iter(_xml.children(format, n)), None)) for n in names)
        if prefix:
            offered.append((prefix, space))
    return Formats(tuple(offered))


def _page(
    root: etree._Element, listed: etree._Element, response_date: datetime | None, repairs: int
) -> ListPage:
    records = tuple(_records(listed, repairs > 0))
    token, size = _token(listed)
    content = hashlib.sha256()
    for record in records:
        for part in (record.identifier.encode(), record.datestamp.encode(), record.raw):
            content.update(b"%d:" % len(part) + part)
        content.update(b"d" if record.deleted else b"l")
    digest = content.copy()
    digest.update((token or "").encode())
    warnings = []
    if _xml.namespace(root) != NAMESPACE:
        warnings.append(f"wrong namespace {_xml.namespace(root)!r}")
    if response_date is None:
        warnings.append("no readable responseDate")
    if repairs:
        warnings.append(f"{repairs} characters or references repaired")
    return ListPage(
        records,
        token,
        response_date,
        digest.digest(),
        content.digest(),
        size,
        repairs,
        tuple(warnings),
    )


def _token(listed: etree._Element) -> tuple[str | None, int | None]:
    """Section 3.5: an absent, empty or blank token ends the list. The token itself is opaque.

    completeListSize is advice: nonsense is ignored.
    """
    found = _xml.children(listed, "resumptionToken")
    if not found:
        return None, None
    text = "".join(found[0].itertext())
    size = found[0].get("completeListSize", "").strip()
    number = int(size) if size.isascii() and size.isdigit() and len(size) < 16 else None
    return (text.strip() or None), number


def _records(listed: etree._Element, repaired: bool) -> Iterator[Received]:
    for position, element in enumerate(_xml.children(listed, "record"), 1):
        yield _record(position, element, repaired)


def _record(position: int, element: etree._Element, repaired: bool) -> Received:
    """Section 2.5: header, metadata unless deleted, about (what it tells of the way here)."""
    header = next(iter(_xml.children(element, "header")), None)
    if header is None:
        return Received(
            position, "", raw=_xml.serialise(element), problem="record without a header"
        )
    identifier = _xml.text_of(next(iter(_xml.children(header, "identifier")), None))
    datestamp = _xml.text_of(next(iter(_xml.children(header, "datestamp")), None))
    # Some servers write the status in capitals.
    deleted = header.get("status", "").strip().lower() == "deleted"
    metadata = next(iter(_xml.children(element, "metadata")), None)
    body = None if metadata is None else next((e for e in metadata if _xml.local_name(e)), None)
    problem = ""
    if not identifier:
        problem = "record without an identifier"
    elif not deleted and body is None:
        problem = "record without metadata that is not marked deleted"
    if problem:
        return Received(position, identifier, datestamp, deleted, _xml.serialise(element), problem)
    raw = b"" if deleted or body is None else _xml.serialise(body)
    warnings = (REPAIRED,) if repaired and _xml.REPLACEMENT in raw else ()
    return Received(
        position, identifier, datestamp, deleted, raw, warnings=warnings, earlier=told(element)
    )


PROTOCOL = HarvestProtocol("oai-pmh", url, read)
