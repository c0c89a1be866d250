"""Documents of every version: right namespaces, right order, valid by the official schemas."""

from urllib.parse import quote

import pytest
from lxml import etree

from interop.query import cql, xcql
from interop.sru import xml
from interop.sru.operations import respond
from interop.sru.request import VERSIONS, parse
from tests.unit.sru import documents
from tests.unit.sru.documents import SCAN2, SRU2, SRW
from tests.unit.sru.fakes import FakeCatalogue, FakeSets

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
    "scanClause=title%3Dk",
    "scanClause=title%3D%3Dz&responsePosition=3",
    "scanClause=foo.a%3Db",
    "query=kieu&resultSetTTL=60",
    "query=kieu&x-interop-understood=1&x-token=secret&x-a=b",
    "version=2.0&query=kieu&facetLimit=2:dc.subject,1:dc.date",
]


def ask(text, database="", catalogue=None):
    catalogue = catalogue or FakeCatalogue()
    response = respond(catalogue, database, parse(text.encode()), FakeSets())
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
    second = SCAN2 if root.tag.endswith("scanResponse") else SRU2
    assert etree.QName(root).namespace == (second if root[0].text != version else SRW)


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


def test_scan():
    root = ask("version=1.1&scanClause=title%3Dk&maximumTerms=2")
    assert [etree.QName(each).localname for each in root] == [
        "version",
        "terms",
        "echoedScanRequest",
    ]
    terms = [[child.text for child in term] for term in root.find(f"{{{SRW}}}terms")]
    assert terms == [["kieu", "10", "KIEU", "inner"], ["ky", "5", "KY", "inner"]]


def test_result_sets_tell_their_time_where_their_version_does():
    first = ask("version=1.2&query=kieu&resultSetTTL=60")
    assert first.findtext(f"{{{SRW}}}resultSetId") == "set-1"
    assert first.findtext(f"{{{SRW}}}resultSetIdleTime") == "60"
    second = ask("version=2.0&query=kieu&resultSetTTL=60")
    assert second.findtext(f"{{{SRU2}}}resultSetTTL") == "60"
    assert second.find(f"{{{SRU2}}}resultSetIdleTime") is None


def test_facets():
    root = ask("version=2.0&query=kieu&facetLimit=1:dc.subject")
    facets = "{http://docs.oasis-open.org/ns/search-ws/facetedResults}"
    (term,) = root.iter(f"{facets}term")
    assert [child.text for child in term] == [
        "Truyện Kiều",
        '(kieu) and dc.subject ==/respectAccents "Truyện Kiều"',
        "5",
    ]


@pytest.mark.official
@pytest.mark.parametrize("version", ["1.1", "1.2"])
def test_the_request_is_echoed_with_what_came_along(version, official_xsd):
    extra = quote('<a xmlns="urn:x">đ<b/></a>')
    base = f"version={version}&query=a&sortKeys=title,,0"
    root = ask(f"{base}&extraRequestData={extra}")
    documents.validate(official_xsd, root)
    echoed = root.find("{*}echoedSearchRetrieveRequest")
    assert echoed.findtext("{*}sortKeys") == "title,,0"
    assert echoed.find("{*}extraRequestData")[0].tag == "{urn:x}a"
    for bad in ("<a", "text", "<a/>", f'<a xmlns="{documents.SRW}"/>', "<!DOCTYPE a><a/>"):
        assert ask(f"{base}&extraRequestData={quote(bad)}").find(".//{*}extraRequestData") is None


@pytest.mark.official
def test_a_query_is_shown_as_xcql_of_the_version(official_xsd):
    for version, form in (("1.2", xcql.NAMESPACE_1), ("2.0", xcql.NAMESPACE_2)):
        root = ask(f"version={version}&query=dc.title%3Dki%3F+and+b&x-interop-understood=1")
        documents.validate(official_xsd, root)
        understood = root.find("{*}extraResponseData/{*}understood")
        shown = next(each for each in understood if each.tag.startswith(f"{{{form}}}"))
        assert xcql.read(etree.tostring(shown)) == cql.parse(understood.findtext("{*}cql"))


def test_how_a_query_was_understood():
    root = ask("query=Title%3DKi%E1%BB%81u&x-interop-understood=1")
    assert [each.text for each in root.iter("{urn:x-interop:sru}*")][1:] == [
        'dc.title = "kieu"',
        "@attr 1=4 kieu",
    ]


def test_secrets_are_not_sent_back():
    text = etree.tostring(ask("version=2.0&query=a&x-password=geheim&x-a=b")).decode()
    assert "geheim" not in text and "x-a=b" in text


def test_stylesheet():
    response = respond(FakeCatalogue(), "", parse(b"query=a"))
    document = b"".join(xml.write(response, 'http://a.vn/b.xsl?c="&d'))
    assert b'<?xml-stylesheet type="text/xsl" href="http://a.vn/b.xsl?c=&quot;&amp;d"?>' in document
