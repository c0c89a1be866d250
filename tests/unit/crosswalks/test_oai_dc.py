"""Dublin Core: the rules one by one, and what stays out."""

import pytest
from lxml import etree

from interop.crosswalks.oai_dc import CROSSWALK
from interop.marc.record import DataField, MarcRecord
from tests.unit.crosswalks.mrk import LEADER, record

write = CROSSWALK.write
XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"


def elements(lines, name):
    """Values of the elements ``name`` that the record in ``lines`` gives, with xml:lang if any."""
    root = etree.fromstring(write(record(lines)))
    return [
        (child.text, child.get(XML_LANG)) if child.get(XML_LANG) else child.text
        for child in root
        if etree.QName(child).localname == name
    ]


@pytest.mark.parametrize(
    ("lines", "name", "values"),
    [
        ("=245  10$aNhan đề /$cTác giả", "title", ["Nhan đề"]),
        ("=245  10$aA\n=246  3\\$aB\n=130  0\\$aC", "title", ["A", "B", "C"]),
        ("=100  1\\$aTô, Hoài,$eauthor", "creator", ["Tô, Hoài"]),
        ("=700  1\\$aTô, Hoài,$edịch", "creator", []),
        ("=700  1\\$aTô, Hoài,$edịch", "contributor", ["Tô, Hoài"]),
        ("=700  12$aTô, Hoài.$tDế mèn", "contributor", []),
        ("=700  12$aTô, Hoài.$tDế mèn", "relation", ["Tô, Hoài. Dế mèn"]),
        ("=650  \\4$aThơ$zViệt Nam$vTuyển tập.", "subject", ["Thơ--Việt Nam--Tuyển tập"]),
        ("=651  \\4$aHuế$xLịch sử", "subject", ["Huế--Lịch sử"]),
        ("=651  \\4$aHuế$xLịch sử", "coverage", ["Huế"]),
        ("=653  \\\\$aThơ$aVăn", "subject", ["Thơ", "Văn"]),
        ("=082  04$a895.922/1 NG$214", "subject", ["ddc:895.9221"]),
        ("=082  04$akhông rõ", "subject", []),
        ("=264  \\1$aHà Nội :$bVăn học,$c[c1999]", "publisher", ["Văn học"]),
        ("=264  \\1$aHà Nội :$bVăn học,$c[c1999]", "date", ["1999"]),
        ("=264  \\4$c©1998", "date", []),
        ("=264  \\2$bB\n=260  \\\\$bC\n=264  \\1$bA", "publisher", ["A"]),
        ("=264  \\2$bB\n=260  \\\\$bC$bD\n=264  \\1$aA", "publisher", ["C", "D"]),
        ("=264  \\3$bIn\n=264  \\2$bB", "publisher", ["B"]),
        ("=020  \\\\$a0198526636 (pbk.) : {dollar}12", "identifier", ["urn:isbn:9780198526636"]),
        ("=020  \\\\$a17\n=020  \\\\$z0198526636", "identifier", []),
        ("=022  \\\\$a0317-8471", "identifier", ["urn:issn:0317-8471"]),
        ("=024  7\\$a10.1000/1$2doi", "identifier", ["doi:10.1000/1"]),
        ("=024  7\\$adoi:10.1000/1$2doi", "identifier", ["doi:10.1000/1"]),
        ("=856  40$uhttp://a.vn/1", "identifier", ["http://a.vn/1"]),
        ("=856  42$uhttp://a.vn/1", "relation", ["http://a.vn/1"]),
        ("=041  0\\$avieeng", "language", ["vie", "eng"]),
        ("=546  \\\\$aTiếng Việt", "language", []),
        ("=520  \\\\$aTóm tắt.\n=520  \\\\$aTóm tắt.", "description", ["Tóm tắt."]),
        ("=773  0\\$tTạp chí$gSố 3", "relation", ["Tạp chí. Số 3"]),
        ("=655  \\7$aThơ$2x", "type", ["Text", "Thơ"]),
        ("=LDR  00000nem a2200000 a 4500", "type", ["StillImage"]),
        ("=LDR  00000npc a2200000 a 4500", "type", ["Collection"]),
        ("=500  \\\\$a   ", "description", []),
    ],
)
def test_rule(lines, name, values):
    assert elements(lines, name) == values


def test_original_script_is_an_element_of_its_own():
    lines = (
        "=008  " + "\\" * 35 + "vie\n=245  10$6880-01$aKim Vân Kiều\n=880  10$6245-01$a金雲翹 =$b𢆥"
    )
    assert elements(lines, "title") == [("Kim Vân Kiều", "vi-Latn"), ("金雲翹 = 𢆥", "vi-Hani")]


def test_unlinked_880_of_another_language():
    assert elements("=880  10$6245-00$aВойна", "title") == [("Война", "und-Cyrl")]


def test_the_same_bytes_pretty_printed_or_not():
    plain, spread = (
        MarcRecord(LEADER, (DataField("100", "1", " ", (("a", name),)),))
        for name in ("Tô, Hoài", "\n    Tô,\n      Hoài\n  ")
    )
    assert write(spread) == write(plain)


def test_schema_location_pairs_the_oai_dc_namespace_with_its_schema():
    assert (
        b'xsi:schemaLocation="http://www.openarchives.org/OAI/2.0/oai_dc/ '
        b'http://www.openarchives.org/OAI/2.0/oai_dc.xsd"'
    ) in write(record("=245  00$aA"))
