"""EDM: what is mandatory is always there; resources by class; what only the context says."""

import pytest
from lxml import etree

from interop.crosswalks import Context
from interop.crosswalks.edm import CROSSWALK
from tests.unit.crosswalks.mrk import record

NAMES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "edm": "http://www.europeana.eu/schemas/edm/",
    "ore": "http://www.openarchives.org/ore/terms/",
    "dc": "http://purl.org/dc/elements/1.1/",
}
CONTEXT = Context(
    library="VN-QTI",
    name="Thư viện tỉnh Quảng Trị",
    provider="Thư viện Quốc gia",
    address="https://a.vn/oai?verb=GetRecord&identifier=1",
    rights="https://creativecommons.org/publicdomain/zero/1.0/",
)


def found(lines, path, context=CONTEXT):
    root = etree.fromstring(CROSSWALK.show(record(lines), context))
    hits = root.xpath(path, namespaces=NAMES)
    return [hit if isinstance(hit, str) else hit.text for hit in hits]


def test_context_says_who_and_where():
    lines = "=001  1\n=245  00$aSách"
    aggregation = "ore:Aggregation/"
    assert found(lines, aggregation + "edm:dataProvider") == ["Thư viện tỉnh Quảng Trị"]
    assert found(lines, aggregation + "edm:provider") == ["Thư viện Quốc gia"]
    assert found(lines, aggregation + "edm:isShownAt/@rdf:resource") == [CONTEXT.address]
    assert found(lines, "edm:ProvidedCHO/@rdf:about") == [f"{CONTEXT.address}#object"]
    assert found(lines, "*/@rdf:about") == [
        f"{CONTEXT.address}#object",
        f"{CONTEXT.address}#aggregation",
    ]


def test_an_empty_record_has_all_that_is_mandatory():
    lines = "=500  \\\\$a "
    for path in (
        "edm:ProvidedCHO/dc:title", "edm:ProvidedCHO/dc:language", "edm:ProvidedCHO/dc:type",
        "edm:ProvidedCHO/edm:type", "ore:Aggregation/edm:dataProvider",
        "ore:Aggregation/edm:provider",
    ):  # fmt: skip
        [text] = found(lines, path, Context())
        assert text.strip(), path
    for name in ("aggregatedCHO", "isShownAt", "rights"):
        [uri] = found(lines, f"ore:Aggregation/edm:{name}/@rdf:resource", Context())
        assert ":" in uri


@pytest.mark.parametrize(
    ("said", "statement"),
    [
        ("$uhttps://creativecommons.org/licenses/by-nc/4.0/deed.vi", "licenses/by-nc/4.0/"),
        ("$uhttp://creativecommons.org/publicdomain/mark/1.0", "publicdomain/mark/1.0/"),
        ("$aGiấy phép CC BY-NC-ND 4.0", "licenses/by-nc-nd/4.0/"),
        ("$fhttps://rightsstatements.org/page/InC/1.0/?language=en", "vocab/InC/1.0/"),
        ("$aLiên hệ thư viện", "publicdomain/zero/1.0/"),
        ("$uhttp://evil.vn/creativecommons.org/licenses/by/4.0/", "publicdomain/zero/1.0/"),
    ],
)
def test_rights_are_a_known_statement(said, statement):
    [uri] = found(f"=540  \\\\{said}", "ore:Aggregation/edm:rights/@rdf:resource")
    assert uri.endswith(f".org/{statement}")


def test_rights_nobody_stated_are_not_evaluated():
    [uri] = found("=245  00$aA", "ore:Aggregation/edm:rights/@rdf:resource", Context())
    assert uri == "http://rightsstatements.org/vocab/CNE/1.0/"


def test_only_files_are_shown_by():
    lines = """=856  40$uhttp://a.vn/trang.html
=856  40$uhttp://a.vn/handle/1$qtext/html
=856  40$uhttp://a.vn/tai/1$qapplication/pdf
=856  41$uhttp://a.vn/2.PDF
=856  42$uhttp://a.vn/bia.jpg
=856  40$ukhông phải địa chỉ.pdf"""
    assert found(lines, "ore:Aggregation/edm:isShownBy/@rdf:resource") == ["http://a.vn/tai/1"]
    assert found(lines, "ore:Aggregation/edm:hasView/@rdf:resource") == ["http://a.vn/2.PDF"]
    assert len(found(lines, "edm:WebResource/@rdf:about")) == 4


def test_a_resource_is_described_once():
    uri = "http://id.loc.gov/authorities/names/n1"
    lines = f"=100  1\\$aTô, Hoài$0{uri}\n=700  1\\$aTô, Hoài$0{uri}$4ill\n=600  10$aTô$0{uri}"
    assert found(lines, "*[@rdf:about='" + uri + "']/@rdf:about") == [uri]


@pytest.mark.parametrize(
    ("leader", "kind"),
    [("a", "TEXT"), ("c", "TEXT"), ("e", "IMAGE"), ("g", "VIDEO"), ("j", "SOUND"), ("r", "3D"),
     ("#", "TEXT")],
)  # fmt: skip
def test_type(leader, kind):
    assert found(f"=LDR  00000n{leader}m a2200000 a 4500", "edm:ProvidedCHO/edm:type") == [kind]
