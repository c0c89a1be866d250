"""The pages for people and the health of a node."""

import lxml.html
import pytest

from interop.app import create_app
from interop.config import load
from interop.model.record import Incoming
from tests.unit.test_ingest import marc


@pytest.fixture
def client(tmp_path):
    file = tmp_path / "interop.toml"
    file.write_text(
        f'[store]\nurl = "sqlite:///{tmp_path}/x.db"\n'
        '[[library]]\ncode = "VN-QTI"\nname = "Thư viện tỉnh Quảng Trị & <b>"\n',
        encoding="utf-8",
    )
    app = create_app(load(file, environ={}))
    yield app.test_client(), app.extensions["interop"]
    app.extensions["interop"].close()


def test_home_speaks_both_languages_and_escapes(client):
    http, _ = client
    vietnamese = http.get("/", headers={"Accept-Language": "vi"}).text
    english = http.get("/?lang=en").text
    assert "Cơ sở dữ liệu" in vietnamese and "Databases" in english
    assert "Quảng Trị &amp; &lt;b&gt;" in vietnamese


def test_home_searches_by_words_for_people(client):
    """The answer is a page: that of SRU is for programs."""
    http, node = client
    node.catalogue.ingest("vn-qti", [Incoming("1", marc("1"))])
    node.follow()
    form = lxml.html.fromstring(http.get("/").data).forms[0]
    form.fields["query"] = "nguyen"
    answer = http.get(form.action, query_string=dict(form.form_values()))
    assert (answer.status_code, answer.mimetype) == (200, "text/html")


def test_home_below_a_folder_of_a_site(client):
    http, node = client
    node.catalogue.base_url = "https://example.vn/lien-thong"
    page = lxml.html.fromstring(http.get("/").data)
    links = [link for _, _, link, _ in page.iterlinks() if not link.startswith("?")]
    assert links and all(link.startswith("/lien-thong/") for link in links)


def test_a_closed_database_is_named_to_those_alone_who_may_use_it(tmp_path):
    file = tmp_path / "interop.toml"
    file.write_text(
        f'[store]\nurl = "sqlite:///{tmp_path}/x.db"\n'
        '[[library]]\ncode = "VN-QTI"\nname = "Quảng Trị"\n'
        '[[access]]\ndatabase = "vn-qti"\nnetworks = ["10.1.0.0/16"]\n',
        encoding="utf-8",
    )
    app = create_app(load(file, environ={}))
    http = app.test_client()
    answer = http.get("/", environ_overrides={"REMOTE_ADDR": "10.1.2.3"})
    assert answer.headers["Cache-Control"] == "private, no-cache"
    inside = answer.text
    outside = http.get("/", environ_overrides={"REMOTE_ADDR": "192.0.2.1"}).text
    app.extensions["interop"].close()
    assert "Quảng Trị" in inside and "union" in inside
    assert "Quảng Trị" not in outside and "vn-qti" not in outside and "union" in outside


def test_an_unknown_language_is_no_error(client):
    http, _ = client
    assert http.get("/?lang=xx").status_code == 200


def test_ready_means_that_the_index_has_caught_up(client):
    http, node = client
    assert http.get("/health/live").status_code == 200
    assert http.get("/health/ready").status_code == 200
    body = marc("1")
    node.catalogue.ingest("vn-qti", [Incoming("1", body, body, "iso2709")])
    assert http.get("/health/ready").status_code == 503
    assert node.follow()
    assert http.get("/health/ready").status_code == 200


def test_a_node_that_cannot_tell_is_not_ready(client, monkeypatch, caplog):
    http, node = client
    monkeypatch.setattr(type(node.index), "refresh", lambda self: 1 // 0)
    answer = http.get("/health/ready")
    assert answer.status_code == 503 and "Traceback" not in answer.text
    assert "ZeroDivisionError" in caplog.text
    assert http.get("/health/live").status_code == 200
