"""searchRetrieve and explain without HTTP and XML."""

from urllib.parse import quote

import pytest

from interop.catalogue import Database
from interop.query.ast import SortKey
from interop.sru.operations import ExplainResponse, SearchRetrieveResponse, respond
from interop.sru.request import parse
from tests.unit.sru.fakes import FakeCatalogue, FakeSets


@pytest.fixture
def catalogue():
    return FakeCatalogue()


def ask(catalogue, text, database="", sets=None):
    return respond(catalogue, database, parse(text.encode()), sets)


def test_first_page(catalogue):
    response = ask(catalogue, "query=cql.allRecords%3D1")
    assert (response.number_of_records, response.next_record_position) == (25, 11)
    assert [record.position for record in response.records] == list(range(1, 11))
    assert response.diagnostic is None


def test_last_page_has_no_next_position(catalogue):
    response = ask(catalogue, "query=cql.allRecords%3D1&startRecord=21")
    assert [record.position for record in response.records] == [21, 22, 23, 24, 25]
    assert response.next_record_position is None


def test_pages_are_the_whole_result(catalogue):
    seen, start = [], 1
    while start:
        text = f"query=cql.allRecords%3D1&startRecord={start}&maximumRecords=7"
        response = ask(catalogue, text)
        seen += [record.data for record in response.records]
        start = response.next_record_position
    assert len(set(seen)) == 25


def test_no_records_wanted(catalogue):
    response = ask(catalogue, "query=Title%3Dkieu&maximumRecords=0")
    assert (response.number_of_records, response.records) == (10, ())
    assert response.next_record_position == 1


def test_no_hits(catalogue):
    response = ask(catalogue, "query=nothing")
    assert (response.number_of_records, response.records, response.diagnostic) == (0, (), None)
    assert response.next_record_position is None


@pytest.mark.parametrize("query", ["cql.allRecords%3D1", "nothing"])
def test_past_the_end_keeps_the_hits(catalogue, query):
    total = ask(catalogue, f"query={query}").number_of_records
    response = ask(catalogue, f"query={query}&startRecord=26")
    assert (response.number_of_records, response.records) == (total, ())
    assert (response.diagnostic.condition.sru, response.diagnostic.details) == (61, "26")


def test_records_that_cannot_be_shown_are_surrogates(catalogue):
    catalogue.deleted.add(2)
    catalogue.broken.add(3)
    catalogue.gone.add(4)
    response = ask(catalogue, "query=cql.allRecords%3D1&maximumRecords=5")
    first, deleted, broken, gone, last = (record.data for record in response.records)
    assert b"Truy" in first and b"245" in last
    assert (deleted.condition.sru, deleted.details) == (65, "2")
    assert (broken.condition.sru, broken.details) == (67, "marcxml")
    assert (gone.condition.sru, gone.details) == (65, "4")


def test_sort(catalogue):
    ask(catalogue, "query=a+sortBy+title/descending")
    ask(catalogue, "query=a&sortKeys=date,,0")
    assert catalogue.asked == [(SortKey("title", False),), (SortKey("date", False),)]
    both = ask(catalogue, "query=a+sortBy+title&sortKeys=date")
    assert both.diagnostic.condition.sru == 80


def test_schema(catalogue):
    ask(catalogue, "query=a&recordSchema=DC")
    assert catalogue.rendered == ["dc"]


@pytest.mark.parametrize(
    ("query", "number"), [("a+b", 10), ("foo.a%3Db", 15), ("dc.foo%3Db", 16), ("", 10)]
)
def test_query_diagnostics_come_alone(catalogue, query, number):
    response = ask(catalogue, f"query={query}")
    assert response.diagnostic.condition.sru == number
    assert (response.number_of_records, response.records) == (0, ())


def test_databases(catalogue):
    assert ask(catalogue, "query=cql.allRecords%3D1", "VN-QTI").number_of_records == 0
    unknown = ask(catalogue, "query=a", "nowhere")
    assert isinstance(unknown, SearchRetrieveResponse)
    assert (unknown.diagnostic.condition.sru, unknown.diagnostic.details) == (235, "nowhere")


def test_explain(catalogue):
    response = ask(catalogue, "", "vn-qti")
    assert isinstance(response, ExplainResponse)
    assert response.description.title == "Thư viện tỉnh Quảng Trị"
    assert response.diagnostic is None
    unknown = ask(catalogue, "operation=explain", "nowhere")
    assert (unknown.description, unknown.diagnostic.condition.sru) == (None, 235)


def test_unknown_operation_is_answered_with_explain(catalogue):
    response = ask(catalogue, "operation=update")
    assert isinstance(response, ExplainResponse)
    assert response.description.database == "union"
    assert (response.diagnostic.condition.sru, response.diagnostic.details) == (4, "update")
    nowhere = ask(catalogue, "operation=update", "nowhere")
    assert nowhere.diagnostic.condition.sru == 235


# result sets


def test_a_set_is_kept_when_it_is_asked_for(catalogue):
    sets = FakeSets()
    assert ask(catalogue, "query=kieu", sets=sets).result_set_id is None
    assert ask(catalogue, "query=nothing&resultSetTTL=60", sets=sets).result_set_id is None
    assert ask(catalogue, "query=kieu&resultSetTTL=60").result_set_id is None
    response = ask(catalogue, "query=kieu&resultSetTTL=60", sets=sets)
    assert response.result_set_id == "set-1"


def test_a_set_by_itself_is_as_it_was(catalogue):
    sets = FakeSets()
    ask(catalogue, "query=kieu+sortBy+title/descending&resultSetTTL=60", sets=sets)
    searches = len(catalogue.asked)
    catalogue.titles[99] = "Kiều"
    text = "query=cql.resultSetId%3Dset-1&startRecord=2&maximumRecords=2"
    catalogue.gone.add(20)
    response = ask(catalogue, text, sets=sets)
    assert (response.number_of_records, response.result_set_id) == (10, "set-1")
    assert len(catalogue.asked) == searches
    assert [record.data.condition.sru for record in response.records[1:]] == [65]


def test_a_set_is_an_operand(catalogue):
    sets = FakeSets()
    ask(catalogue, "query=kieu&resultSetTTL=60", sets=sets)
    response = ask(catalogue, "query=cql.resultSetId%3Dset-1+not+truyen", sets=sets)
    assert response.number_of_records == 5
    assert (
        ask(catalogue, "query=cql.resultSetId%3Dset-1", "vn-qti", sets=sets).number_of_records == 0
    )
    typed = ask(catalogue, "queryType=pqf&query=@and+@set+set-1+truyen", sets=sets)
    assert typed.number_of_records == 5


@pytest.mark.parametrize("name", ["set-1", "other"])
def test_a_set_whose_time_is_over(catalogue, name):
    sets = FakeSets()
    ask(catalogue, "query=kieu&resultSetTTL=60", sets=sets)
    sets.ended.add("set-1")
    response = ask(catalogue, f"query=cql.resultSetId%3D{name}", sets=sets)
    assert (response.diagnostic.condition.sru, response.diagnostic.details) == (51, name)


# query types


@pytest.mark.parametrize(
    "text",
    [
        "queryType=CQL&query=kieu",
        "queryType=pqf&query=@attr+1%3D4+kieu",
        "queryType=searchTerms&query=kieu",
        "queryType=xcql&query=<searchClause><term>kieu</term></searchClause>",
    ],
)
def test_query_types(catalogue, text):
    assert ask(catalogue, text).number_of_records == 10


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("queryType=pqf&query=@and+a", (10, "position 7: end of query: a term was expected")),
        ("queryType=pqf&query=@attr+1%3D999+a", (16, "999")),
        ("queryType=xcql&query=<a/>", (10, "XCQL: line 1: a: searchClause or triple expected")),
        ("query=viet+nam+lich", (10, "position 6: nam: relation expected; put a term of several "
                                 "words in double quotes")),
    ],
)  # fmt: skip
def test_faults_of_queries(catalogue, text, expected):
    found = ask(catalogue, text).diagnostic
    assert (found.condition.sru, found.details) == expected


# scan


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("title%3Dkieu&maximumTerms=2", ["kieu inner", "ky inner"]),
        ("title%3Dkj&maximumTerms=1&responsePosition=2", ["kieu inner"]),
        ("title%3Dkieu&maximumTerms=1&responsePosition=0", ["ky inner"]),
        ("title%3Dkj&maximumTerms=1&responsePosition=0", ["ky inner"]),
        ("title%3Da&responsePosition=3&maximumTerms=2", ["de first", "do inner"]),
        ('title%3D""&maximumTerms=1', ["de first"]),
        ("title%3D%3D%22S%22&maximumTerms=1", ["Số đỏ inner"]),
        ("title%3Dzzz&responsePosition=2&maximumTerms=9", ["van inner", "傳 inner"]),
        ("kieu&maximumTerms=1", ["kieu inner"]),
        ("title%3D龍龍", []),
    ],
)
def test_scan(catalogue, text, terms):
    response = ask(catalogue, f"operation=scan&scanClause={text}")
    assert response.diagnostic is None
    shown = [f"{term.value} {term.where}" for term in response.terms]
    assert shown[: len(terms)] == terms if terms else not shown


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("title%3Ca", (19, "<")),
        ("title+within+a", (19, "within")),
        ("title+any/stem+a", (20, "stem")),
        ("a+or+b", (37, "or")),
        ("foo.a%3Db", (15, "foo")),
        ("dc.foo%3Db", (16, "dc.foo")),
        ("title%3Da*", (28, "a*")),
        ("a&responsePosition=22", (120, "22")),
        ("a&maximumTerms=1001", (121, "1000")),
        ("a&maximumTerms=x", (6, "maximumTerms")),
        ("a&responsePosition=-1", (6, "responsePosition")),
    ],
)
def test_scan_refused(catalogue, text, expected):
    found = ask(catalogue, f"operation=scan&scanClause={text}").diagnostic
    assert (found.condition.sru, found.details) == expected


def test_scan_needs_its_clause(catalogue):
    found = ask(catalogue, "operation=scan").diagnostic
    assert (found.condition.sru, found.details) == (7, "scanClause")


# facets


def test_facets(catalogue):
    response = ask(catalogue, "query=kieu&facetLimit=1:dc.subject&maximumRecords=0")
    ((facet,),) = (response.facets,)
    assert [(term.value, term.hits) for term in facet.terms] == [("Truyện Kiều", 5)]
    again = ask(catalogue, f"query={quote(facet.terms[0].query)}")
    assert again.number_of_records == 5
    assert ask(catalogue, "query=nothing&facetLimit=1:dc.subject").facets == ()


def test_facets_keep_the_prefixes_and_drop_the_order_of_the_query(catalogue):
    text = quote('> x = "info:srw/cql-context-set/1/dc-v1.1" x.title = kieu sortBy title')
    ((facet,),) = (ask(catalogue, f"query={text}&facetLimit=1:dc.subject").facets,)
    assert ask(catalogue, f"query={quote(facet.terms[0].query)}").number_of_records == 5


def test_a_province_is_described_by_what_is_found_there(catalogue):
    catalogue.databases = lambda: [Database("vn-qti", "", None, 0)]
    catalogue.title = str.upper
    description = ask(catalogue, "", "union").description
    assert (description.title, description.records) == ("UNION", 25)
