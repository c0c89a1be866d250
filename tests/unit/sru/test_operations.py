"""searchRetrieve and explain without HTTP and XML."""

import pytest

from interop.query.ast import SortKey
from interop.sru.operations import ExplainResponse, SearchRetrieveResponse, respond
from interop.sru.request import parse
from tests.unit.sru.fakes import FakeCatalogue


@pytest.fixture
def catalogue():
    return FakeCatalogue()


def ask(catalogue, text, database=""):
    return respond(catalogue, database, parse(text.encode()))


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
    response = ask(catalogue, "operation=scan&scanClause=a")
    assert isinstance(response, ExplainResponse)
    assert response.description.database == "union"
    assert (response.diagnostic.condition.sru, response.diagnostic.details) == (4, "scan")
    nowhere = ask(catalogue, "operation=scan", "nowhere")
    assert nowhere.diagnostic.condition.sru == 235
