"""Responses as JSON."""

import json

from lxml import etree

from interop.sru import json_form
from interop.sru.operations import respond
from interop.sru.request import parse
from tests.unit.sru.fakes import FakeCatalogue, FakeSets


def ask(text, catalogue=None, database=""):
    request = parse(f"version=2.0&{text}".encode())
    response = respond(catalogue or FakeCatalogue(), database, request, FakeSets())
    return json.loads(b"".join(json_form.write(response)))


def test_search_retrieve():
    found = ask("query=kieu&maximumRecords=1&resultSetTTL=9&facetLimit=1:dc.subject")
    assert (found["numberOfRecords"], found["nextRecordPosition"]) == (10, 2)
    assert (found["resultSetId"], found["resultSetTTL"]) == ("set-1", 9)
    (record,) = found["records"]
    assert (record["recordSchema"], record["recordPosition"]) == ("marcxml", 1)
    assert etree.fromstring(record["recordData"]).tag.endswith("record")
    ((facet,),) = (found["facetedResults"],)
    assert facet["terms"][0]["count"] == 5


def test_surrogates_and_diagnostics():
    catalogue = FakeCatalogue()
    catalogue.deleted.add(1)
    (record,) = ask("query=truyen&maximumRecords=1", catalogue)["records"]
    assert record["recordSchema"] == "info:srw/schema/1/diagnostics-v1.1"
    found = ask("query=foo.a%3Db")
    assert found["diagnostics"] == [
        {
            "uri": "info:srw/diagnostic/1/15",
            "details": "foo",
            "message": "Context set not supported",
        }
    ]


def test_scan_and_explain():
    assert ask("scanClause=title%3Dkieu&maximumTerms=1")["terms"] == [
        {"value": "kieu", "numberOfRecords": 10, "displayTerm": "KIEU", "whereInList": "inner"}
    ]
    assert "indexInfo" in ask("")["record"]["recordData"]
    assert ask("", database="nowhere")["diagnostics"][0]["details"] == "nowhere"
