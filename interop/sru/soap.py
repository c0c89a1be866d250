"""SRW: SRU in SOAP 1.1 and 1.2 messages, in the namespaces of SRU 1.x and 2.0.

A request element becomes the same parameters that a URL would have, so there is one meaning for
both; the response element is put into an envelope of the version that came.
"""

from dataclasses import dataclass

from lxml import etree

from interop.diagnostics import Diagnostic
from interop.query import cql_ast, xcql
from interop.sru.parameters import Pairs, spelled
from interop.sru.request import Operation, Version
from interop.text import xml_in
from interop.text.xml import escape

SOAP_1_1 = "http://schemas.xmlsoap.org/soap/envelope/"
SOAP_1_2 = "http://www.w3.org/2003/05/soap-envelope"
MEDIA_TYPES = {SOAP_1_1: "text/xml", SOAP_1_2: "application/soap+xml"}
REQUEST_1 = "http://www.loc.gov/zing/srw/"
REQUEST_2 = "http://docs.oasis-open.org/ns/search-ws/sruRequest"
SCAN_2 = "http://docs.oasis-open.org/ns/search-ws/scan"

_OPERATIONS: dict[str, Operation] = {
    "searchRetrieveRequest": "searchRetrieve",
    "scanRequest": "scan",
    "explainRequest": "explain",
}
# Elements that hold another element where the parameter of a URL holds text.
_STRUCTURED = {"xQuery": "query", "xScanClause": "scanClause", "xSortKeys": "sortKeys"}


@dataclass(frozen=True, slots=True)
class Message:
    """``envelope``: namespace of its SOAP version; ``version``: what the namespace of the request
    tells, ``None`` for that of 1.x, in which the request tells it itself. ``fault``: why its XCQL
    cannot be read, if so.
    """

    envelope: str
    operation: Operation
    parameters: Pairs
    version: Version | None
    fault: Diagnostic | None = None


class Fault(Exception):
    """A message that SOAP itself refuses: no request could be read. One line for a person."""

    def __init__(self, text: str, envelope: str = SOAP_1_1, code: str = "Client") -> None:
        self.envelope, self.code = envelope, code
        super().__init__(text)


def is_xml(media_type: str) -> bool:
    """Whether a body of this type may be a message."""
    return media_type in ("text/xml", "application/xml", "application/soap+xml")


def read(body: bytes) -> Message:
    """The request in an envelope. Raises ``Fault``."""
    try:
        root = xml_in.parse(body)
    except etree.XMLSyntaxError as error:
        raise Fault(f"not well-formed: {error}") from None
    if xml_in.has_doctype(root):  # SOAP 1.1 section 3, 1.2 part 1 section 5
        raise Fault("a SOAP message has no document type")
    name = etree.QName(root)
    if name.localname != "Envelope":
        raise Fault(f"{name.localname}: a SOAP envelope was expected")
    envelope = name.namespace or ""
    if envelope not in MEDIA_TYPES:
        raise Fault(f"unknown version of SOAP: {envelope}", code="VersionMismatch")
    _check_header(root, envelope)
    body_element = root.find(f"{{{envelope}}}Body")
    requests = list(body_element) if body_element is not None else []
    if len(requests) != 1:
        raise Fault(f"one request expected in the message, found {len(requests)}", envelope)
    return _message(requests[0], envelope)


def _check_header(root: etree._Element, envelope: str) -> None:
    """No header is understood here, so one that must be is a fault."""
    for entry in root.iterfind(f"{{{envelope}}}Header/*"):
        if entry.get(f"{{{envelope}}}mustUnderstand", "").strip() in ("1", "true"):
            name = etree.QName(entry).localname
            raise Fault(f"{name} is not understood", envelope, "MustUnderstand")


def _message(request: etree._Element, envelope: str) -> Message:
    name = etree.QName(request)
    operation = _OPERATIONS.get(name.localname)
    if operation is None or name.namespace not in (REQUEST_1, REQUEST_2, SCAN_2):
        raise Fault(f"{{{name.namespace or ''}}}{name.localname} is no request", envelope)
    version: Version | None = None if name.namespace == REQUEST_1 else "2.0"
    parameters: Pairs = [("operation", operation)]
    try:
        for child in request:
            parameters += _parameter(child)
    except Diagnostic as diagnostic:
        return Message(envelope, operation, parameters, version, diagnostic)
    return Message(envelope, operation, parameters, version)


def _parameter(child: etree._Element) -> Pairs:
    name = etree.QName(child).localname
    if name in _STRUCTURED:
        return _structured(name, child)
    if name == "extraRequestData":
        inner = (etree.tostring(each, encoding="unicode", with_tail=False) for each in child)
        return [(name, (child.text or "").strip() + "".join(inner))]
    return [(spelled(name), "".join(child.itertext()))]


def _structured(name: str, child: etree._Element) -> Pairs:
    """XCQL as the CQL text that it stands for; sort keys as their text. Raises ``Diagnostic``."""
    inner = next(iter(child), None)
    if name == "xSortKeys":
        return [("sortKeys", " ".join(map(_sort_key, child)))]
    # The content is that of an xcql element, or the element itself.
    known = inner is not None and etree.QName(inner).localname in ("xcql", "searchClause", "triple")
    tree = xcql.from_element(inner if known and inner is not None and len(child) == 1 else child)
    return [(_STRUCTURED[name], cql_ast.show(tree))]


def _sort_key(key: etree._Element) -> str:
    names = ("path", "schema", "ascending", "caseSensitive", "missingValue")
    found = {etree.QName(each).localname: (each.text or "").strip() for each in key}
    return ",".join(found.get(name, "") for name in names).rstrip(",")


def wrap(chunks: list[bytes], envelope: str) -> list[bytes]:
    """A response element in an envelope."""
    head = f'<?xml version="1.0" encoding="UTF-8"?>\n<S:Envelope xmlns:S="{envelope}"><S:Body>\n'
    return [head.encode(), *chunks, b"</S:Body></S:Envelope>\n"]


def fault(found: Fault) -> list[bytes]:
    """The message that tells a fault (SOAP 1.1 section 4.4, SOAP 1.2 part 1 section 5.4)."""
    text = escape(str(found))
    if found.envelope == SOAP_1_1:
        inside = f"<faultcode>S:{found.code}</faultcode><faultstring>{text}</faultstring>"
    else:
        code = {"Client": "Sender"}.get(found.code, found.code)
        inside = (
            f"<S:Code><S:Value>S:{code}</S:Value></S:Code>"
            f'<S:Reason><S:Text xml:lang="en">{text}</S:Text></S:Reason>'
        )
    return wrap([f"<S:Fault>{inside}</S:Fault>\n".encode()], found.envelope)
