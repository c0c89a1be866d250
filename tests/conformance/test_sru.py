"""SRU as a client sees it: the table of cases that servers in the field get wrong."""

from urllib.parse import quote

import flask
import pytest

from interop.sru import views
from tests.unit.sru import documents
from tests.unit.sru.documents import SCAN2, SRU2, SRW
from tests.unit.sru.fakes import FakeCatalogue

pytestmark = pytest.mark.official


@pytest.fixture(scope="module")
def client():
    app = flask.Flask(__name__)
    app.register_blueprint(views.blueprint(views.Endpoint(FakeCatalogue())))
    return app.test_client()


@pytest.fixture
def ask(client, official_xsd):
    """``ask("query=a")``: the answer as a tree, valid by the official schema of its version."""

    def get(query, path="/sru"):
        response = client.get(f"{path}?{query}")
        assert response.status_code == 200
        assert response.headers["Content-Type"].startswith("text/xml")
        root = documents.parse([response.data])
        documents.validate(official_xsd, root)
        return root

    return get


SEARCH = "operation=searchRetrieve&version=1.2&query="


@pytest.mark.parametrize(
    ("query", "root"),
    [
        ("", f"{{{SRW}}}explainResponse"),
        ("version=1.1", f"{{{SRW}}}explainResponse"),
        ("version=2.0", f"{{{SRU2}}}explainResponse"),
        ("operation=explain&version=1.1", f"{{{SRW}}}explainResponse"),
        ("query=a", f"{{{SRW}}}searchRetrieveResponse"),
        ("operation=searchRetrieve&query=a", f"{{{SRW}}}searchRetrieveResponse"),
        ("version=2.0&query=a", f"{{{SRU2}}}searchRetrieveResponse"),
        ("query=a&recordXMLEscaping=xml", f"{{{SRU2}}}searchRetrieveResponse"),
        ("operation=scan&version=1.1&scanClause=a", f"{{{SRW}}}scanResponse"),
        ("scanClause=a", f"{{{SRW}}}scanResponse"),
        ("version=2.0&scanClause=a", f"{{{SCAN2}}}scanResponse"),
    ],
)
def test_which_answer(ask, query, root):
    assert ask(query).tag == root


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("version=9.9&operation=searchRetrieve&query=a", (5, "2.0")),
        ("version=1.2&operation=searchRetrieve", (7, "query")),
        (SEARCH, (10, "position 1: end of query: search term expected")),
        (SEARCH + "a+and", (10, "position 6: end of query: search term expected")),
        (SEARCH + "%ff%fe", (10, "position 1: not UTF-8")),
        (SEARCH + "foo.title%3Da", (15, "foo")),
        (SEARCH + "dc.foo%3Da", (16, "dc.foo")),
        (SEARCH + "title+encloses+x", (22, "title encloses")),
        (SEARCH + "title+any/foo+x", (20, "foo")),
        (SEARCH + "a&maximumRecords=-1", (6, "maximumRecords")),
        (SEARCH + "a&maximumRecords=abc", (6, "maximumRecords")),
        (SEARCH + "a&startRecord=0", (6, "startRecord")),
        (SEARCH + "cql.allRecords%3D1&startRecord=99", (61, "99")),
        (SEARCH + "a&recordPacking=bogus", (71, "bogus")),
        (SEARCH + "a+sortBy+foo", (16, "foo")),
        (SEARCH + "a+sortBy+isbn", (88, "isbn")),
        (SEARCH + "a&foo=1", (8, "foo")),
        ("operation=update&version=1.2", (4, "update")),
        (SEARCH + "(" * 3000, (38, "more than 50 levels of parentheses")),
    ],
)
def test_diagnostics(ask, query, expected):
    assert documents.diagnostics(ask(query)) == [expected]


@pytest.mark.parametrize("path", ["/sru/nowhere", "/sru/union/x"])
def test_unknown_database(ask, path):
    database = path.removeprefix("/sru/")
    assert documents.diagnostics(ask("query=a", path)) == [(235, database)]
    assert documents.diagnostics(ask("version=2.0", path)) == [(235, database)]


# What clients are known to send.
@pytest.mark.parametrize(
    ("query", "hits"),
    [
        (SEARCH + quote('(dc.author=x OR (dc.title="truyen kieu"))'), 5),
        ("version=1.1&operation=searchRetrieve&query=bath.ISBN%3D^9786041000001", 0),
        ("version=1.1&operation=searchRetrieve&query=" + quote('title="kiều" NOT rec.id=7'), 10),
        ("version=2.0&query=bath.isbn%3D1+or+bath.isbn%3D2", 0),
        ("operation=searchRetrieve&query=" + quote("Title=Kiều"), 10),
        (SEARCH + quote("bib.isbn adj '978'"), 0),
        (SEARCH + "cql.allRecords%3D1&maximumRecords=10000&recordSchema=mods", 25),
        (SEARCH + "cql.allRecords%3D1&resultSetTTL=300&x-username=a&x-password=b", 25),
        (SEARCH + "cql.allRecords%3D1&recordSchema=info:srw/schema/1/marcxml-v1.1", 25),
        (SEARCH + quote("Kie\u0302\u0300u"), 10),
        (SEARCH + "kieu+SORTBY+dc.title", 10),
        ("version=1.1&operation=searchRetrieve&query=kieu&sortKeys=title,,0&maximumRecords=", 10),
    ],
)
def test_requests_of_clients(ask, query, hits):
    root = ask(query)
    assert documents.diagnostics(root) == []
    namespace = SRU2 if root.tag.startswith(f"{{{SRU2}}}") else SRW
    assert root.findtext(f"{{{namespace}}}numberOfRecords") == str(hits)
