"""Responses to bytes, in the namespaces and the element order of each version.

Every value enters through ``escape``; records are copied as they were rendered. Nothing is parsed.
"""

from interop.diagnostics import Diagnostic
from interop.sru import explain
from interop.sru.operations import ExplainResponse, Record, Response, SearchRetrieveResponse
from interop.sru.request import Request, Version
from interop.text.xml import escape

RESPONSE_1 = "http://www.loc.gov/zing/srw/"
RESPONSE_2 = "http://docs.oasis-open.org/ns/search-ws/sruResponse"
DIAGNOSTIC_1 = "http://www.loc.gov/zing/srw/diagnostic/"
DIAGNOSTIC_2 = "http://docs.oasis-open.org/ns/search-ws/diagnostic"
SURROGATE_SCHEMA = "info:srw/schema/1/diagnostics-v1.1"

_DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def write(response: Response) -> list[bytes]:
    """The document in a few chunks of UTF-8. Elements are prefixed, so that a record without a
    namespace of its own would not fall into ours.
    """
    if isinstance(response, ExplainResponse):
        name, inside = "explainResponse", _explain(response)
    else:
        name, inside = "searchRetrieveResponse", _search_retrieve(response)
    namespace = RESPONSE_2 if response.version == "2.0" else RESPONSE_1
    head = f'{_DECLARATION}<zs:{name} xmlns:zs="{namespace}">\n{_version(response.version)}'
    tail = f"{_diagnostics(response.diagnostic, response.version)}</zs:{name}>\n"
    return [head.encode(), inside, tail.encode()]


def _version(version: Version) -> str:
    return "" if version == "2.0" else f"<zs:version>{version}</zs:version>\n"


def _search_retrieve(response: SearchRetrieveResponse) -> bytes:
    parts = [f"<zs:numberOfRecords>{response.number_of_records}</zs:numberOfRecords>\n".encode()]
    if response.records and response.request:
        parts.append(b"<zs:records>\n")
        for record in response.records:
            parts += _record(record, response.request)
        parts.append(b"</zs:records>\n")
    rest = ""
    if response.next_record_position is not None:
        position = response.next_record_position
        rest = f"<zs:nextRecordPosition>{position}</zs:nextRecordPosition>\n"
    if response.request:
        rest += _echoed(response.request)
    return b"".join((*parts, rest.encode()))


def _record(record: Record, request: Request) -> tuple[bytes, ...]:
    if isinstance(record.data, Diagnostic):
        data = _diagnostic(record.data, request.version).encode()
        return _framed(data, SURROGATE_SCHEMA, request, record.position)
    return _framed(record.data, request.record_schema, request, record.position)


def _framed(data: bytes, schema: str, request: Request, position: int | None) -> tuple[bytes, ...]:
    """SRU 1.2 and 2.0, record: an element, or with escaping ``string`` the text of one."""
    if request.escaping == "string":
        data = escape(data.decode()).encode()
    packing = (
        f"<zs:recordXMLEscaping>{request.escaping}</zs:recordXMLEscaping>"
        if request.version == "2.0"
        else f"<zs:recordPacking>{request.escaping}</zs:recordPacking>"
    )
    place = f"<zs:recordPosition>{position}</zs:recordPosition>" if position is not None else ""
    return (
        f"<zs:record><zs:recordSchema>{escape(schema)}</zs:recordSchema>{packing}"
        "<zs:recordData>".encode(),
        data,
        f"</zs:recordData>{place}</zs:record>\n".encode(),
    )


def _echoed(request: Request) -> str:
    packing = (
        f"<zs:recordXMLEscaping>{request.escaping}</zs:recordXMLEscaping>"
        if request.version == "2.0"
        else f"<zs:recordPacking>{request.escaping}</zs:recordPacking>"
    )
    return (
        f"<zs:echoedSearchRetrieveRequest><zs:version>{request.version}</zs:version>"
        f"<zs:query>{escape(request.query)}</zs:query>"
        f"<zs:startRecord>{request.start_record}</zs:startRecord>"
        f"<zs:maximumRecords>{request.maximum_records}</zs:maximumRecords>{packing}"
        f"<zs:recordSchema>{escape(request.record_schema)}</zs:recordSchema>"
        "</zs:echoedSearchRetrieveRequest>\n"
    )


def _explain(response: ExplainResponse) -> bytes:
    """SRU 2.0 wants a record in every explainResponse, so that one that describes nothing holds
    the diagnostic.
    """
    request = response.request or Request("explain", response.version)
    if response.description is not None:
        data = explain.write(response.description, response.version)
        return b"".join(_framed(data.encode(), explain.NAMESPACE, request, None))
    if response.diagnostic is None:
        return b""
    data = _diagnostic(response.diagnostic, response.version)
    return b"".join(_framed(data.encode(), SURROGATE_SCHEMA, request, None))


def _diagnostics(diagnostic: Diagnostic | None, version: Version) -> str:
    if diagnostic is None:
        return ""
    return f"<zs:diagnostics>\n{_diagnostic(diagnostic, version)}\n</zs:diagnostics>\n"


def _diagnostic(diagnostic: Diagnostic, version: Version) -> str:
    namespace = DIAGNOSTIC_2 if version == "2.0" else DIAGNOSTIC_1
    condition = diagnostic.condition
    details = f"<details>{escape(diagnostic.details)}</details>" if diagnostic.details else ""
    return (
        f'<diagnostic xmlns="{namespace}"><uri>info:srw/diagnostic/1/{condition.sru}</uri>'
        f"{details}<message>{escape(condition.text)}</message></diagnostic>"
    )
