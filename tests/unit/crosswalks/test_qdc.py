"""Qualified Dublin Core: what is told apart that simple Dublin Core mixes."""

import pytest
from lxml import etree

from interop.crosswalks import qdc
from tests.unit.crosswalks.mrk import record


def test_kinds_of_title_date_and_relation():
    marc = record(
        "=245  10$6880-01$aTruyện Kiều\n=246  3\\$aĐoạn trường tân thanh\n=264  \\4$c©2021\n"
        "=264  \\1$bVăn học,$c2020\n=490  0\\$aVăn học cổ\n=505  0\\$aMục lục\n"
        "=880  10$6245-01$a傳翹\n=041  0\\$avie"
    )
    root = etree.fromstring(qdc.CROSSWALK.write(marc))
    found = [(etree.QName(e).localname, e.text) for e in root]
    assert found == [
        ("title", "Truyện Kiều"),
        ("title", "傳翹"),
        ("alternative", "Đoạn trường tân thanh"),
        ("tableOfContents", "Mục lục"),
        ("publisher", "Văn học"),
        ("issued", "2020"),
        ("dateCopyrighted", "2021"),
        ("type", "Text"),
        ("language", "vie"),
        ("isPartOf", "Văn học cổ"),
    ]
    assert root[1].get("{http://www.w3.org/XML/1998/namespace}lang") == "vi-Hani"


XSI_TYPE = "{http://www.w3.org/2001/XMLSchema-instance}type"


@pytest.mark.parametrize(
    ("lines", "element", "schemes"),
    [
        ("=650  \\0$aPoetry", "subject", ["LCSH"]),
        ("=650  \\2$aLung", "subject", ["MESH"]),
        ("=650  \\7$aThơ$2LCSH", "subject", ["LCSH"]),
        ("=650  \\7$aThơ$2bnf\n=650  \\4$aVăn", "subject", [None, None]),
        ("=082  04$a895.922\n=050  \\4$aPL1\n=080  \\\\$a8", "subject", ["DDC", "LCC", "UDC"]),
        ("=264  \\1$c2001", "issued", ["W3CDTF"]),
        ("=008  990405e20030501", "issued", ["W3CDTF"]),
        ("=008  990405e20030231", "issued", [None]),  # there is no such day
        ("=008  990405m19982001", "issued", [None]),
        ("=264  \\4$c©2001", "dateCopyrighted", ["W3CDTF"]),
        ("=041  0\\$avie$aeng", "language", ["ISO639-2"] * 2),
        ("=655  \\4$aThơ", "type", ["DCMIType", None]),
        (
            "=856  40$uhttps://a.vn/b?c=%C4%83#d\n=856  40$uhttp://a.vn:80",
            "identifier",
            ["URI"] * 2,
        ),
        (
            "=856  40$uhttp://a.vn/ă\n=856  40$uhttp://a.vn:x/\n=856  40$ua",
            "identifier",
            [None] * 3,
        ),
        ("=020  \\\\$a0198526636\n=024  7\\$a10.1/2<3>$2doi", "identifier", ["URI", None]),
        ("=856  42$uhttp://a.vn/2\n=787  0\\$tA", "relation", [None, "URI"]),
        ("=856  40$qapplication/pdf\n=856  40$qPDF", "medium", ["IMT", None]),
    ],
)
def test_schemes(lines, element, schemes):
    root = etree.fromstring(qdc.CROSSWALK.write(record(lines)))
    found = [each.get(XSI_TYPE) for each in root.iterfind(f"{{*}}{element}")]
    assert found == [f"dcterms:{scheme}" if scheme else None for scheme in schemes]


def test_a_value_has_a_scheme_or_a_language():
    """The schema of the DCMI allows no language where a scheme is named."""
    marc = record("=650  \\0$6880-01$aTruyện Nôm\n=880  \\0$6650-01$a傳喃\n=041  0\\$avie")
    root = etree.fromstring(qdc.CROSSWALK.write(marc))
    assert [dict(each.attrib) for each in root.iterfind("{*}subject")] == [
        {"{http://www.w3.org/XML/1998/namespace}lang": tag} for tag in ("vi-Latn", "vi-Hani")
    ]
