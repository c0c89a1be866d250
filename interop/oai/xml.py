"""Answers to bytes: strings put together, metadata copied as it was rendered.

Every value enters through ``escape`` or ``attribute``. No tree is built and nothing is parsed: a
page is as valid as the bodies that the crosswalks wrote.
"""

import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain

from interop.http.coding import Part
from interop.model.record import Stored
from interop.oai.answers import (
    Answer,
    Content,
    Format,
    GetRecord,
    Identify,
    ListIdentifiers,
    ListMetadataFormats,
    ListRecords,
    ListSets,
    Record,
    Resumption,
)
from interop.oai.protocol import GRANULARITY, PROTOCOL_VERSION, Errors, format_datestamp
from interop.oai.sets import Set
from interop.text.xml import attribute, escape

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'
_ROOT = (
    '<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"'
    ' xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
    ' xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/'
    ' http://www.openarchives.org/OAI/2.0/OAI-PMH.xsd">\n'
)
_TAIL = b"</OAI-PMH>\n"
_DELETED = ' status="deleted"'
SMALL = 1400  # bytes below which compressing an answer saves no packet

_OAI_IDENTIFIER = (
    '<oai-identifier xmlns="http://www.openarchives.org/OAI/2.0/oai-identifier"'
    ' xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai-identifier'
    ' http://www.openarchives.org/OAI/2.0/oai-identifier.xsd">'
)


@dataclass(frozen=True, slots=True)
class Document:
    """``chunks``: the document in order; parts of it that stand in other answers too are ``Part``.
    ``tag``: another text when anything but the time of the answer is another; empty for errors.
    """

    chunks: tuple[bytes | Part, ...]
    tag: str


def write(answer: Answer, stylesheet: str = "") -> Document:
    """The document: envelope, content, end. Never a chunk per record.

    ``stylesheet``: address of an XSLT that browsers show the document with.
    """
    style = ""
    if stylesheet:
        style = f'<?xml-stylesheet type="text/xsl" href="{attribute(stylesheet)}"?>\n'
    head = (
        f"{_DECLARATION}{style}{_ROOT}<responseDate>{format_datestamp(answer.response_date)}"
        f"</responseDate>\n{_request(answer)}\n"
    )
    match answer.content:
        case ListRecords(part, resumption) | ListIdentifiers(part, resumption):
            verb = type(answer.content).__name__
            end = f"{_resumption(resumption)}\n</{verb}>\n</OAI-PMH>\n"
            chunks = (f"{head}<{verb}>\n".encode(), part.body, end.encode())
            return Document(chunks, f"{part.tag}-{_state(resumption, answer.response_date)}")
        case Errors():
            return Document((head.encode() + _content(answer.content) + _TAIL,), "")
        case _:
            body = _content(answer.content)
            tag = f"{zlib.crc32(body):08x}-{len(body):x}"
            if len(body) < SMALL:
                return Document((head.encode() + body + _TAIL,), tag)
            return Document((head.encode(), Part(body), _TAIL), tag)


def records(found: Iterable[Record]) -> bytes:
    """``record`` elements in a row."""
    elements = (elements_of([header(*each[:4])], [each[4]], [each[5]]) for each in found)
    return b"".join(chain.from_iterable(elements))


def _state(resumption: Resumption | None, now: int) -> str:
    """What tells one resumption from another, but for the token, whose time of issue counts as a
    day: a copy that a client keeps must not hold a token that has expired meanwhile."""
    if resumption is None:
        return "all"
    return f"{resumption.cursor:x}-{resumption.size:x}-{now // 86400:x}"


def _request(answer: Answer) -> str:
    """OAI-PMH 2.0 3.2: the arguments as attributes, but none after badVerb and badArgument."""
    content = answer.content
    refused = isinstance(content, Errors) and any(
        error.code in ("badVerb", "badArgument") for error in content.errors
    )
    attributes = ""
    if answer.request is not None and not refused:
        pairs = answer.request.arguments
        attributes = "".join(f' {name}="{attribute(value)}"' for name, value in pairs)
    return f"<request{attributes}>{escape(answer.base_url)}</request>"


def _content(content: Content) -> bytes:
    match content:
        case GetRecord(record=found):
            return b"<GetRecord>\n%b</GetRecord>\n" % records([found])
        case ListSets(sets, resumption):
            return _element("ListSets", "\n".join(map(_set, sets)), _resumption(resumption))
        case ListMetadataFormats(formats):
            return _element("ListMetadataFormats", "\n".join(map(_format, formats)))
        case Identify():
            return _element("Identify", _identify(content))
        case Errors(errors):
            lines = (f'<error code="{e.code}">{escape(e.message)}</error>\n' for e in errors)
            return "".join(lines).encode()
        case _:
            raise TypeError(content)


def _element(verb: str, *parts: str) -> bytes:
    inside = "\n".join(part for part in parts if part)
    return f"<{verb}>\n{inside}\n</{verb}>\n".encode()


def elements_of(
    headers: Sequence[str],
    metadata: Sequence[bytes | None],
    abouts: Sequence[Sequence[bytes]],
) -> list[bytes]:
    """``record`` elements in pieces, to be joined: metadata are copied once, into the page.

    All three as long as each other; metadata ``None``: the record is its header alone.
    """
    pieces: list[bytes] = []
    for head, body, about in zip(headers, metadata, abouts, strict=True):
        if body is None:
            pieces.append(f"<record>{head}</record>\n".encode())
        else:
            pieces += (f"<record>{head}<metadata>".encode(), body, _end(about))
    return pieces


def _end(about: Sequence[bytes]) -> bytes:
    """A record after its metadata."""
    if not about:
        return b"</metadata></record>\n"
    said = b"".join([b"<about>%b</about>" % each for each in about])
    return b"</metadata>%b</record>\n" % said


def headers(identifiers: Sequence[str], records: Sequence[Stored]) -> list[str]:
    """``header`` elements of a page, which has hundreds: looked through at once, and no object
    made on the way."""
    together = "".join(identifiers)
    if escape(together) != together:
        identifiers = [escape(each) for each in identifiers]
    return [
        f"<header{_DELETED if deleted else ''}><identifier>{identifier}{_rest(datestamp, sets)}"
        for identifier, (_, _, _, datestamp, deleted, sets, _) in zip(
            identifiers, records, strict=True
        )
    ]


def header(identifier: str, datestamp: int, deleted: bool, sets: tuple[str, ...]) -> str:
    """A ``header`` element."""
    status = _DELETED if deleted else ""
    return f"<header{status}><identifier>{escape(identifier)}{_rest(datestamp, sets)}"


@lru_cache(maxsize=4096)
def _rest(datestamp: int, specs: tuple[str, ...]) -> str:
    """A header after its identifier. Cached: the records of one load share a few datestamps, and
    most records of a library a few combinations of sets.
    """
    return (
        f"</identifier><datestamp>{format_datestamp(datestamp)}</datestamp>"
        + "".join(f"<setSpec>{escape(spec)}</setSpec>" for spec in specs)
        + "</header>"
    )


def _resumption(resumption: Resumption | None) -> str:
    """OAI-PMH 2.0 3.5, resumptionToken and its attributes."""
    if resumption is None:
        return ""
    expires = ""
    if resumption.expires is not None:
        expires = f' expirationDate="{format_datestamp(resumption.expires)}"'
    attributes = f'{expires} completeListSize="{resumption.size}" cursor="{resumption.cursor}"'
    if not resumption.token:
        return f"<resumptionToken{attributes}/>"
    return f"<resumptionToken{attributes}>{resumption.token}</resumptionToken>"


def _set(each: Set) -> str:
    return (
        f"<set><setSpec>{escape(each.spec)}</setSpec><setName>{escape(each.name)}</setName></set>"
    )


def _format(each: Format) -> str:
    return (
        f"<metadataFormat><metadataPrefix>{escape(each.metadata_prefix)}</metadataPrefix>"
        f"<schema>{escape(each.schema)}</schema>"
        f"<metadataNamespace>{escape(each.namespace)}</metadataNamespace></metadataFormat>"
    )


def _identify(identify: Identify) -> str:
    """OAI-PMH 2.0 4.2, in the order that the schema demands."""
    lines = [
        f"<repositoryName>{escape(identify.repository_name)}</repositoryName>",
        f"<baseURL>{escape(identify.base_url)}</baseURL>",
        f"<protocolVersion>{PROTOCOL_VERSION}</protocolVersion>",
        *(f"<adminEmail>{escape(email)}</adminEmail>" for email in identify.admin_email),
        f"<earliestDatestamp>{format_datestamp(identify.earliest_datestamp)}</earliestDatestamp>",
        "<deletedRecord>persistent</deletedRecord>",
        f"<granularity>{GRANULARITY}</granularity>",
        "<compression>gzip</compression>",
    ]
    if identify.sample_identifier is not None:
        lines.append(
            f"<description>{_OAI_IDENTIFIER}<scheme>oai</scheme>"
            f"<repositoryIdentifier>{escape(identify.domain)}</repositoryIdentifier>"
            f"<delimiter>:</delimiter><sampleIdentifier>{escape(identify.sample_identifier)}"
            "</sampleIdentifier></oai-identifier></description>"
        )
    further = (f"<description>{each.decode()}</description>" for each in identify.descriptions)
    return "\n".join([*lines, *further])
