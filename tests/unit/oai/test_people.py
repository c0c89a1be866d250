"""Pages for people: who gets one, what stands on it, and that nothing on it can run."""

from importlib.resources import files

import pytest
from lxml import etree, html

from interop.http.reply import Asked
from interop.oai.people import language, readable, render, wants_page
from tests.unit.oai.fakes import filled

CHROMIUM = "text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,*/*;q=0.8"
FIRST = "oai:opac.example.vn:union/u000000000"


@pytest.fixture(scope="module")
def ask():
    from interop.oai.views import handler

    catalogue = filled(25)
    inner = handler(catalogue, lambda: catalogue.time, b"s")
    answer = readable(inner)

    def get(query: str, accept: str = CHROMIUM, **more):
        status, headers, body = answer(Asked("GET", "", query.encode(), accept=accept, **more))
        return status, dict(headers), b"".join(body)

    return get


@pytest.mark.parametrize(
    ("accept", "page"),
    [
        (CHROMIUM, True),
        ("text/html,application/xhtml+xml,*/*;q=0.8", True),
        ("", False),
        ("*/*", False),
        ("text/xml, application/xml;q=0.9, */*;q=0.1", False),
        ("text/html, image/gif, image/jpeg, *; q=.2, */*; q=.2", False),  # Java's old default
        ("text/html;q=junk,application/xhtml+xml", False),
        ("application/xml,text/html;q=0.9,application/xhtml+xml;q=0.9", False),
    ],
)
def test_only_a_browser_gets_a_page(accept, page) -> None:
    assert wants_page(accept) is page


@pytest.mark.parametrize(
    ("accepted", "cookie", "expected"),
    [
        ("", "", "vi"),
        ("en-US,en;q=0.9", "", "en"),
        ("fr,en;q=0.5", "", "en"),
        ("fr", "", "vi"),
        ("en", "a=b; lang=vi", "vi"),
        ("vi", "lang=en", "en"),
        ("vi", "lang=<script>", "vi"),
    ],
)
def test_language(accepted, cookie, expected) -> None:
    assert language(Asked("GET", accept_language=accepted, cookie=cookie)) == expected


def test_harvesters_get_what_they_always_got(ask) -> None:
    status, headers, body = ask("verb=Identify", accept="*/*")
    assert status == 200 and headers["Content-Type"] == "text/xml; charset=utf-8"
    assert headers["Vary"] == "Accept, Accept-Encoding" and body.startswith(b"<?xml")


@pytest.mark.parametrize(
    "query",
    [
        "verb=Identify",
        "verb=ListSets",
        "verb=ListMetadataFormats",
        "verb=ListIdentifiers&metadataPrefix=oai_dc",
        "verb=ListRecords&metadataPrefix=oai_dc",
        "verb=ListRecords&metadataPrefix=marcxml",
        "verb=ListRecords&metadataPrefix=mods",
        f"verb=GetRecord&metadataPrefix=marcxml&identifier={FIRST}",
        "verb=junk",
        "",
    ],
)
def test_every_answer_is_a_page_in_both_languages(ask, query) -> None:
    status, headers, body = ask(query)
    assert status == 200 and headers["Content-Type"] == "text/html; charset=utf-8"
    assert int(headers["Content-Length"]) == len(body)
    page = html.fromstring(body.decode())
    assert page.xpath("//span[@class='vi'][.='Bộ']") and page.xpath("//span[@class='en'][.='Sets']")
    vi = page.xpath("count(//span[@class='vi'])")
    assert vi == page.xpath("count(//span[@class='en'])") > 10


def test_records_sets_and_identifiers_can_be_clicked(ask) -> None:
    page = html.fromstring(ask("verb=ListRecords&metadataPrefix=oai_dc")[2].decode())
    links = set(page.xpath("//a/@href"))
    base = "http://localhost/oai?verb"
    assert f"{base}=GetRecord&metadataPrefix=oai_dc&identifier={FIRST}" in links
    assert f"{base}=ListRecords&metadataPrefix=oai_dc&set=library:VN-QTI" in links
    assert len(page.xpath("//article")) == 25
    assert len(page.xpath("//strong[@class='deleted']")) == 2
    assert "Truyện Kiều, tập 0" in page.text_content()
    sets = html.fromstring(ask("verb=ListSets")[2].decode())
    assert f"{base}=ListRecords&metadataPrefix=oai_dc&set=type:book" in sets.xpath("//a/@href")


def test_the_next_page_is_a_click_away() -> None:
    document = (
        b'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/"><responseDate>x</responseDate>'
        b'<request verb="ListIdentifiers">http://localhost/oai/a</request><ListIdentifiers><header>'
        b"<identifier>oai:x:a/%20&amp;+#</identifier><datestamp>d</datestamp></header>"
        b'<resumptionToken cursor="0" completeListSize="9">ab.cd</resumptionToken>'
        b"</ListIdentifiers></OAI-PMH>"
    )
    page = html.fromstring(render(document, "en").decode())
    (following,) = page.xpath("//a[@rel='next']/@href")
    assert following == "http://localhost/oai/a?verb=ListIdentifiers&resumptionToken=ab.cd"
    assert page.xpath("//form/@action")[0] == "http://localhost/search/a"
    assert any(
        each.endswith("identifier=oai:x:a/%2520%26%2B%23") for each in page.xpath("//a/@href")
    )
    assert page.get("lang") == "en" and page.xpath("//body/@class") == ["en"]


def test_nothing_that_a_client_or_record_says_becomes_markup(ask) -> None:
    _, headers, body = ask(
        "verb=GetRecord&metadataPrefix=oai_dc&identifier=%3Cscript%3Ex%22onclick"
    )
    assert b"<script>x" not in body and "script-src" in headers["Content-Security-Policy"]
    assert b"javascript:" not in body


def test_other_statuses_pass_and_head_has_no_body(ask) -> None:
    assert ask("a" * 9000)[0] == 414
    catalogue = filled(3)
    from interop.oai.views import handler

    answer = readable(handler(catalogue, lambda: catalogue.time, b"s"))
    status, headers, body = answer(Asked("HEAD", "", b"verb=Identify", accept=CHROMIUM))
    assert status == 200 and list(body) == [] and int(dict(headers)["Content-Length"]) > 1000


def test_the_stylesheet_is_xslt_1_0_without_extensions() -> None:
    root = etree.fromstring(files("interop.oai").joinpath("people.xsl").read_bytes())
    assert root.get("version") == "1.0" and root.get("extension-element-prefixes") is None
    assert b"document(" not in etree.tostring(root)
