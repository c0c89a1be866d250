"""Responses to bytes, in the namespaces and the element order of each version.

Every value enters through ``escape``; records are copied as they were rendered. Nothing is parsed
but XML that the client itself sent along.
"""

from lxml import etree

from interop.diagnostics import Diagnostic
from interop.query import cql_parser, printers, xcql
from interop.sru import explain
from interop.sru.operations import (
    UNDERSTOOD,
    ExplainResponse,
    FacetResult,
    FacetTerm,
    Record,
    Response,
    ScanResponse,
    ScanTerm,
    SearchRetrieveResponse,
    Understood,
)
from interop.sru.parameters import is_secret
from interop.sru.request import Request, Version
from interop.text import xml_in
from interop.text.xml import attribute, escape

RESPONSE_1 = "http://www.loc.gov/zing/srw/"
RESPONSE_2 = "http://docs.oasis-open.org/ns/search-ws/sruResponse"
SCAN_2 = "http://docs.oasis-open.org/ns/search-ws/scan"
FACETS_2 = "http://docs.oasis-open.org/ns/search-ws/facetedResults"
DIAGNOSTIC_1 = "http://www.loc.gov/zing/srw/diagnostic/"
DIAGNOSTIC_2 = "http://docs.oasis-open.org/ns/search-ws/diagnostic"
SURROGATE_SCHEMA = "info:srw/schema/1/diagnostics-v1.1"
EXACT = "info:srw/vocabulary/resultCountPrecision/1/exact"
EXTRA = "urn:x-interop:sru"  # of what we say beside the standard

_OWN = frozenset({RESPONSE_1, RESPONSE_2, SCAN_2})
# Printed CQL is longer than what it was read from, by names and marks of every part.
_PRINTED = cql_parser.Limits(length=1_000_000, operators=10_000, depth=100)

DECLARATION = '<?xml version="1.0" encoding="UTF-8"?>\n'


def write(response: Response, stylesheet: str = "") -> list[bytes]:
    """The document in a few chunks of UTF-8; ``stylesheet``: how browsers are to show it."""
    head = DECLARATION
    if stylesheet:
        head += f'<?xml-stylesheet type="text/xsl" href="{attribute(stylesheet)}"?>\n'
    return [head.encode(), *element(response)]


def element(response: Response) -> list[bytes]:
    """The root element alone. Elements are prefixed, so that a record without a namespace of its
    own would not fall into ours.
    """
    version = response.version
    second = version == "2.0"
    match response:
        case ExplainResponse():
            name, inside = "explainResponse", _explain(response)
        case ScanResponse():
            name, inside = "scanResponse", _scan(response).encode()
        case SearchRetrieveResponse():
            name, inside = "searchRetrieveResponse", _search_retrieve(response)
    namespace = RESPONSE_1
    if second:
        namespace = SCAN_2 if name == "scanResponse" else RESPONSE_2
    head = f'<zs:{name} xmlns:zs="{namespace}">\n'
    if not second:
        head += f"<zs:version>{version}</zs:version>\n"
    tail = f"</zs:{name}>\n"
    return [head.encode(), inside, (_after(response) + tail).encode()]


def _after(response: Response) -> str:
    """What follows the diagnostics, which follow everything else."""
    text = _diagnostics(response.diagnostic, response.version)
    if not isinstance(response, SearchRetrieveResponse):
        return text
    request = response.request
    if response.understood is not None and request and UNDERSTOOD in request.extensions:
        text += _understood(response.understood, response.version)
    if response.version == "2.0":
        if request is not None and response.result_set_id is not None and request.ttl:
            text += f"<zs:resultSetTTL>{request.ttl}</zs:resultSetTTL>\n"
        if response.diagnostic is None or response.number_of_records:
            text += f"<zs:resultCountPrecision>{EXACT}</zs:resultCountPrecision>\n"
        text += _facets(response)
    return text


# searchRetrieve


def _search_retrieve(response: SearchRetrieveResponse) -> bytes:
    head = f"<zs:numberOfRecords>{response.number_of_records}</zs:numberOfRecords>\n"
    request = response.request
    if response.result_set_id is not None:
        head += f"<zs:resultSetId>{escape(response.result_set_id)}</zs:resultSetId>\n"
        if response.version != "2.0" and request is not None and request.ttl:
            head += f"<zs:resultSetIdleTime>{request.ttl}</zs:resultSetIdleTime>\n"
    parts = [head.encode()]
    if response.records and request:
        parts.append(b"<zs:records>\n")
        before, after = _frame(request.record_schema, request)
        plain = request.escaping == "xml"
        for record in response.records:
            if plain and isinstance(record.data, bytes):
                parts += (before, record.data, after % record.position)
            else:
                parts += _record(record, request)
        parts.append(b"</zs:records>\n")
    rest = ""
    if response.next_record_position is not None:
        position = response.next_record_position
        rest = f"<zs:nextRecordPosition>{position}</zs:nextRecordPosition>\n"
    if request:
        rest += _echoed(request)
    return b"".join((*parts, rest.encode()))


def _record(record: Record, request: Request) -> tuple[bytes, ...]:
    if isinstance(record.data, Diagnostic):
        data = diagnostic(record.data, request.version).encode()
        return _framed(data, SURROGATE_SCHEMA, request, record.position)
    return _framed(record.data, request.record_schema, request, record.position)


def _frame(schema: str, request: Request) -> tuple[bytes, bytes]:
    """What stands before and after the data of every record in one schema; ``%d``: its position."""
    head = f"<zs:record><zs:recordSchema>{escape(schema)}</zs:recordSchema>{_packing(request)}"
    tail = b"</zs:recordData><zs:recordPosition>%d</zs:recordPosition></zs:record>\n"
    return f"{head}<zs:recordData>".encode(), tail


def _framed(data: bytes, schema: str, request: Request, position: int | None) -> tuple[bytes, ...]:
    """SRU 1.2 and 2.0, record: an element, or with escaping ``string`` the text of one."""
    if request.escaping == "string":
        data = escape(data.decode()).encode()
    place = f"<zs:recordPosition>{position}</zs:recordPosition>" if position is not None else ""
    return (
        f"<zs:record><zs:recordSchema>{escape(schema)}</zs:recordSchema>{_packing(request)}"
        "<zs:recordData>".encode(),
        data,
        f"</zs:recordData>{place}</zs:record>\n".encode(),
    )


def _packing(request: Request) -> str:
    if request.version == "2.0":
        return f"<zs:recordXMLEscaping>{request.escaping}</zs:recordXMLEscaping>"
    return f"<zs:recordPacking>{request.escaping}</zs:recordPacking>"


def _echoed(request: Request) -> str:
    """SRU 1.2 and 2.0 have the same elements in the same order but for what each has alone."""
    second = request.version == "2.0"
    query_type = f"<zs:queryType>{request.query_type}</zs:queryType>" if second else ""
    rest = ""
    if second and request.ttl:
        rest += f"<zs:resultSetTTL>{request.ttl}</zs:resultSetTTL>"
    if request.sort_keys:
        rest += f"<zs:sortKeys>{escape(request.sort_keys)}</zs:sortKeys>"
    if not second:
        rest += _extra_request_data(request)
    if second and request.stylesheet:
        rest += f"<zs:stylesheet>{escape(request.stylesheet)}</zs:stylesheet>"
    if second:
        rest += "".join(
            f"<zs:extraRequestParameter>{escape(f'{name}={value}')}</zs:extraRequestParameter>"
            for name, value in request.extensions.items()
            if not is_secret(name)
        )
    return (
        f"<zs:echoedSearchRetrieveRequest><zs:version>{request.version}</zs:version>{query_type}"
        f"<zs:query>{escape(request.query)}</zs:query>"
        f"<zs:startRecord>{request.start_record}</zs:startRecord>"
        f"<zs:maximumRecords>{request.maximum_records}</zs:maximumRecords>{_packing(request)}"
        f"<zs:recordSchema>{escape(request.record_schema)}</zs:recordSchema>{rest}"
        "</zs:echoedSearchRetrieveRequest>\n"
    )


def _extra_request_data(request: Request) -> str:
    """extraRequestData as it came, when it is elements of other namespaces; SRU knows no other."""
    try:
        data = xml_in.parse(f"<extra>{request.extra}</extra>".encode()) if request.extra else ()
    except etree.XMLSyntaxError:
        return ""
    if not len(data) or any(etree.QName(each).namespace in (None, *_OWN) for each in data):
        return ""
    inside = "".join(etree.tostring(each, encoding="unicode", with_tail=False) for each in data)
    return f"<zs:extraRequestData>{inside}</zs:extraRequestData>"


def _understood(understood: Understood, version: Version) -> str:
    """Our answer to ``x-interop-understood``: the query as it is searched for, in CQL, as XCQL of
    the version, and in PQF.
    """
    query, sort = understood.query, understood.sort
    text = printers.cql(query, sort)
    tree = xcql.write(cql_parser.parse(text, _PRINTED), "2" if version == "2.0" else "1")
    try:
        type_1 = f"<pqf>{escape(printers.pqf(query))}</pqf>"
    except printers.Unprintable:
        type_1 = ""
    return (
        f'<zs:extraResponseData><understood xmlns="{EXTRA}">'
        f"<cql>{escape(text)}</cql>{tree}{type_1}"
        "</understood></zs:extraResponseData>\n"
    )


# facets


def _facets(response: SearchRetrieveResponse) -> str:
    """The outer element is declared with the responses, what is in it with the facets."""
    if not response.facets:
        return ""
    inside = "\n".join(map(_facet, response.facets))
    return f'<zs:facetedResults xmlns:f="{FACETS_2}">\n{inside}\n</zs:facetedResults>\n'


def _facet(facet: FacetResult) -> str:
    request = facet.request
    terms = "\n".join(map(_facet_term, facet.terms))
    return (
        f"<f:facet><f:facetDisplayLabel>{escape(request.point.title_vi)}</f:facetDisplayLabel>"
        f"<f:facetDescription>{escape(request.point.title_en)}</f:facetDescription>"
        f"<f:index>{escape(request.index)}</f:index>"
        f"<f:relation>{escape(facet.terms[0].relation)}</f:relation>"
        f"<f:terms>\n{terms}\n</f:terms></f:facet>"
    )


def _facet_term(term: FacetTerm) -> str:
    return (
        f"<f:term><f:actualTerm>{escape(term.value)}</f:actualTerm>"
        f"<f:query>{escape(term.query)}</f:query><f:count>{term.hits}</f:count></f:term>"
    )


# scan


def _scan(response: ScanResponse) -> str:
    text = ""
    if response.terms:
        # YAZ counts the white space between terms as terms without a value.
        rows = "".join(map(_scan_term, response.terms))
        text = f"<zs:terms>{rows}</zs:terms>\n"
    if response.request is not None:
        text += _echoed_scan(response.request)
    return text


def _scan_term(term: ScanTerm) -> str:
    return (
        f"<zs:term><zs:value>{escape(term.value)}</zs:value>"
        f"<zs:numberOfRecords>{term.hits}</zs:numberOfRecords>"
        f"<zs:displayTerm>{escape(term.display)}</zs:displayTerm>"
        f"<zs:whereInList>{term.where}</zs:whereInList></zs:term>"
    )


def _echoed_scan(request: Request) -> str:
    """SRU 2.0 has no version in it."""
    first = request.version != "2.0"
    version = f"<zs:version>{request.version}</zs:version>" if first else ""
    return (
        f"<zs:echoedScanRequest>{version}"
        f"<zs:scanClause>{escape(request.scan_clause)}</zs:scanClause>"
        f"<zs:responsePosition>{request.response_position}</zs:responsePosition>"
        f"<zs:maximumTerms>{request.maximum_terms}</zs:maximumTerms>{_extra_request_data(request)}"
        "</zs:echoedScanRequest>\n"
    )


# explain


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
    data = diagnostic(response.diagnostic, response.version)
    return b"".join(_framed(data.encode(), SURROGATE_SCHEMA, request, None))


# diagnostics


def _diagnostics(found: Diagnostic | None, version: Version) -> str:
    if found is None:
        return ""
    return f"<zs:diagnostics>\n{diagnostic(found, version)}\n</zs:diagnostics>\n"


def diagnostic(found: Diagnostic, version: Version) -> str:
    """One diagnostic as an element of the version's namespace."""
    namespace = DIAGNOSTIC_2 if version == "2.0" else DIAGNOSTIC_1
    condition = found.condition
    details = f"<details>{escape(found.details)}</details>" if found.details else ""
    return (
        f'<diagnostic xmlns="{namespace}"><uri>info:srw/diagnostic/1/{condition.sru}</uri>'
        f"{details}<message>{escape(condition.text)}</message></diagnostic>"
    )
