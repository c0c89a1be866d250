"""Parameters of three versions: what is understood, and with which number the rest is refused."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.diagnostics import Diagnostic
from interop.query.ast import SortKey
from interop.sru.request import Refused, Request, parse, sort_keys


def ask(text: str) -> Request:
    request = parse(text.encode())
    assert isinstance(request, Request), request
    return request


def refusal(text: str) -> tuple[int, str]:
    refused = parse(text.encode())
    assert isinstance(refused, Refused), refused
    return refused.diagnostic.condition.sru, refused.diagnostic.details


def test_everything_asked_for():
    assert ask(
        "version=1.1&operation=searchRetrieve&query=dc.title%3D%22Ki%E1%BB%81u%22&startRecord=3"
        "&maximumRecords=5&recordSchema=dc&recordPacking=string&sortKeys=title,,0&resultSetTTL=60"
        "&x-info=1&x-info=2&extraRequestData=y"
    ) == Request(
        "searchRetrieve",
        "1.1",
        'dc.title="Kiều"',
        3,
        5,
        "dc",
        "string",
        (SortKey("title", ascending=False),),
        ttl=60,
        extensions={"x-info": "2"},
        extra="y",
        sort_keys="title,,0",
    )


def test_nothing_asked_for_is_explain_in_the_default_version():
    assert ask("") == Request("explain", "1.2")


def test_defaults():
    assert ask("query=a") == Request("searchRetrieve", "1.2", "a", 1, 10, "marcxml", "xml")


def test_empty_values_are_no_values():
    text = (
        "version=&operation=&query=a&startRecord=&maximumRecords=&recordSchema=&recordPacking="
        "&sortKeys=&stylesheet=&recordXPath=&queryType=&httpAccept="
    )
    assert ask(text) == Request("searchRetrieve", "2.0", "a")


def test_form_and_query_string_are_one_request():
    assert parse(b"version=1.1", b"query=a+b&maximumRecords=2") == Request(
        "searchRetrieve", "1.1", "a b", maximum_records=2
    )


@pytest.mark.parametrize(
    ("text", "version"),
    [
        ("version=1.1&query=a", "1.1"),
        ("version=1.2&query=a", "1.2"),
        ("version=1.3&query=a", "1.2"),
        ("version=2.0&query=a", "2.0"),
        ("version=2&query=a", "2.0"),
        ("query=a", "1.2"),
        ("query=a&queryType=cql", "2.0"),
        ("query=a&recordXMLEscaping=string", "2.0"),
        ("query=a&recordPacking=packed", "2.0"),
        ("query=a&recordPacking=string", "1.2"),
        ("query=a&httpAccept=application/xml", "2.0"),
        ("version=1.2&query=a&recordXMLEscaping=string", "1.2"),
        ("query=a&facetLimit=5", "2.0"),
    ],
)
def test_version(text, version):
    assert ask(text).version == version


@pytest.mark.parametrize(
    ("text", "schema"),
    [
        ("recordSchema=MARCXML", "marcxml"),
        ("recordSchema=info:srw/schema/1/marcxml-v1.1", "marcxml"),
        ("recordSchema=http://www.loc.gov/MARC21/slim", "marcxml"),
        ("recordSchema=+dc+", "dc"),
        ("recordSchema=info%3Asrw%2Fschema%2F1%2Fdc-v1.1", "dc"),
        ("recordSchema=mods", "mods"),
        ("recordSchema=http://www.openarchives.org/OAI/2.0/oai_dc/", "oai_dc"),
        ("recordSchema=http://www.openarchives.org/OAI/2.0/oai_dc", "oai_dc"),
        ("recordSchema=MARC-XML", "marcxml"),
        ("recordSchema=info:srw/schema/1/mods-v3.6", "mods"),
        ("recordSchema=mods3.6", "mods"),
        ("recordSchema=srw_dc", "dc"),
        ("recordSchema=info:srw/schema/8/unimarcxml-v0.1", "unimarcxml"),
        ("recordSchema=http://www.loc.gov/MARC21/slim/", "marcxml"),
    ],
)
def test_schemas_by_every_name(text, schema):
    assert ask(f"query=a&{text}").record_schema == schema


@pytest.mark.parametrize(
    ("text", "escaping"),
    [
        ("recordPacking=XML", "xml"),
        ("recordPacking=String", "string"),
        ("version=2.0&recordXMLEscaping=string&recordPacking=packed", "string"),
        ("version=2.0&recordPacking=string", "string"),
    ],
)
def test_escaping(text, escaping):
    assert ask(f"query=a&{text}").escaping == escaping


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("maximumrecords=7&QUERY=a", (1, 7)),
        ("query=a&maximumRecords=0", (1, 0)),
        ("query=a&maximumRecords=+20", (1, 20)),
        ("query=a&maximumRecords=10000", (1, 1000)),
        ("query=a&startRecord=99999999999&maximumRecords=007", (99999999999, 7)),
        ("query=a&startRecord=2&startRecord=2", (2, 10)),
    ],
)
def test_numbers_and_spelling_are_forgiven(text, expected):
    request = ask(text)
    assert (request.start_record, request.maximum_records) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("version=9.9&query=a", (5, "2.0")),
        ("version=1.0&query=a", (5, "2.0")),
        ("version=x&query=a", (5, "2.0")),
        ("operation=searchRetrieve", (7, "query")),
        ("query=%ff%fe", (10, "position 1: not UTF-8")),
        ("query=a&recordSchema=%ff", (6, "recordSchema")),
        ("query=a&maximumRecords=-1", (6, "maximumRecords")),
        ("query=a&maximumRecords=abc", (6, "maximumRecords")),
        ("query=a&startRecord=0", (6, "startRecord")),
        ("query=a&startRecord=%D9%A1", (6, "startRecord")),
        ("query=a&query=b", (6, "query is repeated")),
        ("query=a&foo=1", (8, "foo")),
        ("query=a&maximumTerms=10", (8, "maximumTerms")),
        ("query=a&recordPacking=bogus", (71, "bogus")),
        ("version=2.0&query=a&recordXMLEscaping=bogus", (71, "bogus")),
        ("query=a&recordXPath=/a", (72, "/a")),
        ("query=a&stylesheet=/a.xsl", (110, "/a.xsl")),
        ("query=a&queryType=lucene", (11, "lucene")),
        ("query=a&renderedBy=server", (6, "renderedBy")),
        ("query=a&httpAccept=text/html", (6, "httpAccept")),
        ("query=a&responseType=x", (6, "responseType")),
        ("operation=update", (4, "update")),
        ("operation=scan", (7, "scanClause")),
        ("scanClause=a&maximumTerms=1001", (121, "1000")),
        ("scanClause=a&maximumTerms=2&responsePosition=4", (120, "4")),
        ("query=a&resultSetTTL=soon", (6, "resultSetTTL")),
        ("query=a&facetLimit=x", (6, "facetLimit")),
        ("version=1.2&query=a&httpAccept=application/json", (6, "httpAccept")),
        ("query=a&sortKeys=isbn", (88, "isbn")),
        ("query=a&sortKeys=colour", (16, "colour")),
    ],
)
def test_refused(text, expected):
    assert refusal(text) == expected


def test_bytes_that_are_no_text_are_answered_as_what_they_came_for():
    refused = parse(b"query=%ff")
    assert (refused.operation, refused.diagnostic.condition.sru) == ("searchRetrieve", 10)
    assert parse(b"scanClause=%ff").operation == "scan"


def test_facets_have_no_place_in_answers_of_1():
    refused = parse(b"version=1.2&query=a&facetLimit=3:dc.date")
    assert (refused.diagnostic.condition.sru, refused.diagnostic.details) == (8, "facetLimit")
    assert parse(b"version=1.2&query=a&facetLimit=").facets == ()
    assert parse(b"query=a&facetLimit=3:dc.date").version == "2.0"


def test_unknown_schema_names_the_known_ones():
    number, details = refusal("query=a&recordSchema=picaxml")
    assert number == 66 and details.startswith("picaxml (known: ") and "marcxml" in details


def test_a_refusal_comes_in_the_form_that_was_asked_for():
    refused = parse(b"version=2.0&query=a&foo=1")
    assert isinstance(refused, Refused)
    assert (refused.operation, refused.version) == ("searchRetrieve", "2.0")
    assert parse(b"operation=update").operation == "explain"


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("title", (SortKey("title"),)),
        ("title,dc,1 date,,0", (SortKey("title"), SortKey("date", ascending=False))),
        ("dc.title,,true,0,omit", (SortKey("title", missing="omit"),)),
        ("date,,1,0,lowValue", (SortKey("date", missing="first"),)),
        ("date,,0,0,highValue", (SortKey("date", False, "first"),)),
        ('"title",,1', (SortKey("title"),)),
        ("title,,1,0,abort date", (SortKey("title", missing="fail"), SortKey("date"))),
        ('title,,1,0,"Kiều, Truyện"', (SortKey("title", instead="Kiều, Truyện"),)),
        ('date,,0,0,"1945"', (SortKey("date", False, instead="1945"),)),
        ("title,info:srw/cql-context-set/1/dc-v1.1", (SortKey("title"),)),
        ("title,info:srw/schema/1/dc-v1.1,1", (SortKey("title"),)),
    ],
)
def test_sort_keys(text, keys):
    assert sort_keys(text) == keys


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("title,,2", 90),
        ("title,,1,1", 91),
        ("date,,1,0,xa", 92),
        (",,1", 88),
        ("/dc/title", 88),
        ("title,foo", 87),
    ]
    + [("title,,,,,,", 88), ("title title,,0", 85), ("title " * 11, 84)],
)
def test_sort_keys_refused(text, number):
    with pytest.raises(Diagnostic) as raised:
        sort_keys(text)
    assert raised.value.condition.sru == number


@given(st.binary(), st.binary())
def test_any_bytes_are_a_request_or_a_refusal(query, body):
    assert isinstance(parse(query, body), Request | Refused)
