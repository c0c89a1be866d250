"""Responses as JSON, for portals that ask for it by httpAccept or Accept (SRU 2.0 allows any form).

The names are those of the elements; a record is the text of its XML in ``recordData``, so that no
schema is lost in another notation.
"""

import json
from typing import Any

from interop.diagnostics import Diagnostic
from interop.sru import explain
from interop.sru.operations import (
    ExplainResponse,
    Record,
    Response,
    ScanResponse,
    ScanTerm,
    SearchRetrieveResponse,
)
from interop.sru.xml import SURROGATE_SCHEMA, diagnostic


def write(response: Response) -> list[bytes]:
    """One JSON object, UTF-8."""
    match response:
        case SearchRetrieveResponse():
            document = _search_retrieve(response)
        case ScanResponse():
            document = {"terms": [_term(term) for term in response.terms]}
        case ExplainResponse():
            document = _explain(response)
    if response.diagnostic is not None:
        document["diagnostics"] = [_diagnostic(response.diagnostic)]
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    return [text.encode("utf-8", "replace"), b"\n"]


def _search_retrieve(response: SearchRetrieveResponse) -> dict[str, Any]:
    document: dict[str, Any] = {"numberOfRecords": response.number_of_records}
    request = response.request
    if response.result_set_id is not None:
        document["resultSetId"] = response.result_set_id
        if request is not None and request.ttl:
            document["resultSetTTL"] = request.ttl
    schema = request.record_schema if request is not None else ""
    document["records"] = [_record(record, schema) for record in response.records]
    if response.next_record_position is not None:
        document["nextRecordPosition"] = response.next_record_position
    if response.facets:
        document["facetedResults"] = [
            {
                "index": facet.request.index,
                "facetDisplayLabel": facet.request.point.title_vi,
                "terms": [
                    {"actualTerm": term.value, "query": term.query, "count": term.hits}
                    for term in facet.terms
                ],
            }
            for facet in response.facets
        ]
    return document


def _record(record: Record, schema: str) -> dict[str, Any]:
    if isinstance(record.data, Diagnostic):
        schema, data = SURROGATE_SCHEMA, diagnostic(record.data, "2.0")
    else:
        data = record.data.decode()
    return {
        "recordSchema": schema,
        "recordXMLEscaping": "string",
        "recordData": data,
        "recordPosition": record.position,
    }


def _term(term: ScanTerm) -> dict[str, Any]:
    return {
        "value": term.value,
        "numberOfRecords": term.hits,
        "displayTerm": term.display,
        "whereInList": term.where,
    }


def _explain(response: ExplainResponse) -> dict[str, Any]:
    if response.description is None:
        return {}
    data = explain.write(response.description, response.version)
    return {"record": {"recordSchema": explain.NAMESPACE, "recordData": data}}


def _diagnostic(found: Diagnostic) -> dict[str, str]:
    return {
        "uri": f"info:srw/diagnostic/1/{found.condition.sru}",
        "details": found.details,
        "message": found.condition.text,
    }
