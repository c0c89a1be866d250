"""Qualified Dublin Core: what is told apart that simple Dublin Core mixes."""

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
