"""Search for people: words, hits, pages, and nothing that a query can break."""

import pytest
from lxml import html

from interop.app import create_app
from interop.config import load
from interop.model.record import Incoming
from tests.unit.test_ingest import marc


@pytest.fixture(scope="module")
def http(tmp_path_factory):
    folder = tmp_path_factory.mktemp("search")
    app = create_app(load(environ={"INTEROP_STORE_URL": f"sqlite:///{folder}/x.db"}))
    node = app.extensions["interop"]
    bodies = [marc(str(number), [], title=f"Số đỏ tập {number}") for number in range(25)]
    node.catalogue.ingest("a", [Incoming(str(n), b, b, "x") for n, b in enumerate(bodies)])
    assert node.follow()
    yield app.test_client()
    node.close()


def page(http, address: str):
    answer = http.get(address)
    assert answer.status_code == 200 and answer.mimetype == "text/html"
    assert "script-src" in answer.headers["Content-Security-Policy"]
    return html.fromstring(answer.data.decode())


def test_hits_can_be_read_and_turned_over(http) -> None:
    first = page(http, "/search/a?query=so+do")  # without marks, as people type
    assert len(first.xpath("//article")) == 20
    assert "25" in first.xpath("string(//p[@class='found'])")
    (following,) = first.xpath("//a[@rel='next']/@href")
    second = page(http, following.removeprefix("http://127.0.0.1:8210"))
    assert len(second.xpath("//article")) == 5 and not second.xpath("//a[@rel='next']")
    assert first.xpath("//a[contains(@href, 'verb=GetRecord')]")
    assert first.xpath("//input[@name='query']/@value") == ["so do"]


def test_the_form_of_every_page_leads_here(http) -> None:
    browser = {"Accept": "text/html,application/xhtml+xml,application/xml;q=0.9"}
    for address, action in (("/oai", "/search/union"), ("/oai/a", "/search/a")):
        found = html.fromstring(http.get(address, headers=browser).data.decode())
        assert found.xpath("//form/@action")[0].endswith(action)


@pytest.mark.parametrize(
    "query",
    ["", "nothing-of-the-kind", "%22%3C%26%27", "a" * 5000, "%00", "%FF", "*", "x&start=99999",
     "x&start=-1", "x&start=%D9%A3"],
)  # fmt: skip
def test_whatever_is_asked_there_is_a_page(http, query) -> None:
    found = page(http, f"/search/union?query={query}")
    assert not found.xpath("//article")


def test_a_province_is_searched_and_its_pages_stay_in_it(tmp_path) -> None:
    file = tmp_path / "interop.toml"
    library = '[[library]]\ncode = "{0}"\nname = "{0}"\nprovince = "{1}"\n'
    rows = library.format("QT", "Quảng Trị") + library.format("HN", "Hà Nội")
    file.write_text(f'[store]\nurl = "sqlite:///{tmp_path}/x.db"\n{rows}', encoding="utf-8")
    app = create_app(load(file, environ={}))
    node = app.extensions["interop"]
    bodies = [marc(str(number), [], title=f"Truyện {number}") for number in range(22)]
    node.catalogue.ingest("qt", [Incoming(str(n), b, b, "x") for n, b in enumerate(bodies[1:])])
    node.catalogue.ingest("hn", [Incoming("0", bodies[0], bodies[0], "x")])
    assert node.follow()
    found = page(app.test_client(), "/search/quang-tri?query=truyen")
    node.close()
    assert "21" in found.xpath("string(//p[@class='found'])")
    assert "/search/quang-tri?" in found.xpath("//a[@rel='next']/@href")[0]
    assert found.xpath("//form/@action")[0].endswith("/search/quang-tri")
    assert all("/oai?" in link for link in found.xpath("//a/@href") if "verb=GetRecord" in link)


def test_no_such_database(http) -> None:
    assert http.get("/search/nobody?query=x").status_code == 404
