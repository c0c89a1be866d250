"""Documents of every version: right namespaces, right order, valid by the official schemas."""

import pytest
from lxml import etree

from interop.sru import xml
from interop.sru.operations import respond
from interop.sru.request import VERSIONS, parse
from tests.unit.sru import documents
from tests.unit.sru.documents import SRU2, SRW
from tests.unit.sru.fakes import FakeCatalogue

REQUESTS = [
    "query=cql.allRecords%3D1",
    "query=cql.allRecords%3D1&recordPacking=string",
    "query=cql.allRecords%3D1&recordSchema=dc&startRecord=24",
    "query=cql.allRecords%3D1&recordSchema=mods&maximumRecords=3",
    "query=cql.allRecords%3D1&startRecord=99",
    "query=nothing",
    "query=%3Cb%3E%26%22%01",
    "query=a&maximumRecords=0",
    "query=a&foo=%3C%01%EF%BF%BF",
    "query=",
    "operation=searchRetrieve",
    "operation=explain",
    "operation=explain&recordPacking=string",
    "operation=scan",
]


def ask(text, database="", catalogue=None):
    response = respond(catalogue or FakeCatalogue(), database, parse(text.encode()))
    return documents.parse(xml.write(response))


@pytest.fixture
def holes():
    catalogue = FakeCatalogue()
    catalogue.deleted.add(1)
    catalogue.broken.add(2)
    return catalogue


@pytest.mark.official
@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("text", REQUESTS)
@pytest.mark.parametrize("database", ["", "nowhere"])
def test_official_schema(official_xsd, holes, version, text, database):
    root = ask(f"version={version}&{text}", database, holes)
    documents.validate(official_xsd, root)
    assert etree.QName(root).namespace == (SRU2 if version == "2.0" else SRW)


@pytest.mark.official
def test_the_official_schema_would_object(official_xsd):
    root = ask("version=1.2&query=a")
    root.remove(root[1])
    with pytest.raises(etree.DocumentInvalid):
        documents.validate(official_xsd, root)


def test_version_is_an_element_of_1_x_only():
    assert ask("version=1.1&query=a").findtext(f"{{{SRW}}}version") == "1.1"
    assert ask("version=2.0&query=a").find(f"{{{SRU2}}}version") is None


def test_records_of_1_2():
    root = ask("query=cql.allRecords%3D1&maximumRecords=1")
    (record,) = root.findall(f"{{{SRW}}}records/{{{SRW}}}record")
    assert [etree.QName(child).localname for child in record] == [
        "recordSchema",
        "recordPacking",
        "recordData",
        "recordPosition",
    ]
    assert record.findtext(f"{{{SRW}}}recordSchema") == "marcxml"
    (marc,) = record.find(f"{{{SRW}}}recordData")
    assert marc.tag == "{http://www.loc.gov/MARC21/slim}record"
    assert root.findtext(f"{{{SRW}}}nextRecordPosition") == "2"


def test_string_is_the_same_record_escaped():
    by_xml = ask("query=cql.allRecords%3D1&maximumRecords=5")
    by_string = ask("query=cql.allRecords%3D1&maximumRecords=5&recordPacking=string")
    path = f"{{{SRW}}}records/{{{SRW}}}record/{{{SRW}}}recordData"
    for element, text in zip(by_xml.findall(path), by_string.findall(path), strict=True):
        assert len(text) == 0
        inside = etree.fromstring(text.text)
        assert etree.tostring(inside, method="c14n") == etree.tostring(
            etree.fromstring(etree.tostring(element[0], with_tail=False)),
            method="c14n",
            exclusive=True,
        )


def test_escaping_of_2_0():
    root = ask("version=2.0&query=cql.allRecords%3D1&recordXMLEscaping=string&maximumRecords=1")
    record = root.find(f"{{{SRU2}}}records/{{{SRU2}}}record")
    assert record.findtext(f"{{{SRU2}}}recordXMLEscaping") == "string"
    assert record.find(f"{{{SRU2}}}recordPacking") is None


@pytest.mark.parametrize(("version", "namespace"), [("1.1", SRW), ("2.0", SRU2)])
def test_surrogates(holes, version, namespace):
    root = ask(f"version={version}&query=cql.allRecords%3D1&maximumRecords=3", "", holes)
    schemas = [each.text for each in root.iter(f"{{{namespace}}}recordSchema")]
    assert schemas[:3] == [xml.SURROGATE_SCHEMA, xml.SURROGATE_SCHEMA, "marcxml"]
    inner = documents.DIAGNOSTIC[namespace]
    uris = [each.text for each in root.iter(f"{{{inner}}}uri")]
    assert uris == ["info:srw/diagnostic/1/65", "info:srw/diagnostic/1/67"]
    assert documents.diagnostics(root) == []


def test_the_request_is_echoed():
    root = ask("query=%3Ca%3E%26&maximumRecords=5000")
    echoed = root.find(f"{{{SRW}}}echoedSearchRetrieveRequest")
    assert echoed.findtext(f"{{{SRW}}}query") == "<a>&"
    assert echoed.findtext(f"{{{SRW}}}maximumRecords") == "1000"


def test_diagnostic_in_the_order_of_2_0():
    root = ask("version=2.0&query=dc.foo%3Da")
    (diagnostic,) = root.find(f"{{{SRU2}}}diagnostics")
    assert [etree.QName(child).localname for child in diagnostic] == ["uri", "details", "message"]
    assert documents.diagnostics(root) == [(16, "dc.foo")]


def test_explain_of_an_unknown_database_describes_nothing():
    root = ask("operation=explain", "nowhere")
    assert documents.diagnostics(root) == [(235, "nowhere")]
    schema = root.findtext(f"{{{SRW}}}record/{{{SRW}}}recordSchema")
    assert schema == xml.SURROGATE_SCHEMA
