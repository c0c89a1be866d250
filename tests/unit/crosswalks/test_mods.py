"""MODS 3.8: where each part of a MARC record goes."""

import pytest
from lxml import etree

from interop.crosswalks.mods import CROSSWALK, NAMESPACE
from tests.unit.crosswalks.mrk import record


def found(lines, path):
    """Texts or attribute values at ``path`` (prefix m) in the MODS of the record in ``lines``."""
    root = etree.fromstring(CROSSWALK.write(record(lines)))
    hits = root.xpath(path, namespaces={"m": NAMESPACE})
    return [hit if isinstance(hit, str) else hit.text for hit in hits]


@pytest.mark.parametrize(
    ("lines", "path", "values"),
    [
        ("=245  14$aThe tale :$bpoem", "m:titleInfo/m:nonSort", ["The"]),
        ("=245  14$aThe tale :$bpoem", "m:titleInfo/m:title", ["tale"]),
        ("=245  14$aThe", "m:titleInfo/m:title", ["The"]),
        ("=245  10$aA :$bB", "m:titleInfo/m:subTitle", ["B"]),
        ("=245  10$aSử.$nTập 1,$pB", "m:titleInfo/*", ["Sử", "Tập 1", "B"]),
        ("=245  10$aA /$cNguyễn Du.", "m:note[@type='statement of responsibility']", ["Nguyễn Du"]),
        ("=246  3\\$aB", "m:titleInfo[@type='alternative']/m:title", ["B"]),
        ("=100  1\\$aTô, Hoài,$d1920-,$eauthor", "m:name/m:namePart", ["Tô, Hoài", "1920-"]),
        ("=100  1\\$aTô, Hoài$4aut", "m:name/m:role/m:roleTerm/@authority", ["marcrelator"]),
        ("=110  2\\$aBộ Y tế", "m:name/@type", ["corporate"]),
        ("=100  0\\$aA\n=700  0\\$aB", "m:name[@usage='primary']/m:namePart", ["A"]),
        ("=LDR  00000ncm a2200000 a 4500", "m:typeOfResource", ["notated music"]),
        ("=264  \\1$aHà Nội :$bA,$c2001", "m:originInfo/@eventType", ["publication"]),
        ("=264  \\1$aHà Nội] :$bA,$c2001", "m:originInfo/m:place/m:placeTerm", ["Hà Nội"]),
        ("=264  \\4$c©2001", "m:originInfo/m:copyrightDate", ["©2001"]),
        ("=008  990405q19501959vm", "m:originInfo/m:dateIssued/@qualifier", ["questionable"] * 2),
        ("=250  \\\\$aTái bản.", "m:originInfo/m:edition", ["Tái bản"]),
        ("=041  1\\$avieeng$hchi", "m:language/m:languageTerm", ["vie", "eng", "chi"]),
        ("=041  1\\$avieeng$hchi", "m:language/@objectPart", ["original"]),
        ("=300  \\\\$a252 tr. ;$c19 cm", "m:physicalDescription/m:extent", ["252 tr. ; 19 cm"]),
        ("=520  \\\\$aTóm tắt", "m:abstract", ["Tóm tắt"]),
        ("=505  0\\$aChương 1", "m:tableOfContents", ["Chương 1"]),
        ("=502  \\\\$aLuận án", "m:note[@type='thesis']", ["Luận án"]),
        ("=650  \\0$aThơ$xA$yB$zC$vD", "m:subject/*", ["Thơ", "A", "B", "C", "D"]),
        ("=650  \\7$aThơ$2bnf", "m:subject/@authority", ["bnf"]),
        ("=651  \\4$aHuế", "m:subject/m:geographic", ["Huế"]),
        ("=600  00$aNguyễn Du$tKiều", "m:subject/m:titleInfo/m:title", ["Kiều"]),
        ("=653  \\\\$aA$aB", "m:subject/m:topic", ["A", "B"]),
        ("=752  \\\\$aViệt Nam$dHuế", "m:subject/m:hierarchicalGeographic/*", ["Việt Nam", "Huế"]),
        ("=082  04$a895.922/1$214", "m:classification[@edition='14']", ["895.9221"]),
        ("=084  \\\\$aV5$2bbk", "m:classification[@authority='bbk']", ["V5"]),
        ("=490  0\\$aTủ sách ;$v3", "m:relatedItem[@type='series']/m:titleInfo/m:title",
         ["Tủ sách"]),
        ("=490  0\\$aTủ sách ;$v3", "m:relatedItem[@type='series']//m:partNumber", ["3"]),
        ("=830  \\0$aTủ sách", "m:relatedItem/m:titleInfo[@type='uniform']/m:title", ["Tủ sách"]),
        ("=773  0\\$tTạp chí$gSố 3$x0317-8471", "m:relatedItem[@type='host']//m:text", ["Số 3"]),
        ("=700  12$aA.$tB", "m:relatedItem[@type='constituent']/m:titleInfo/m:title", ["B"]),
        ("=700  12$aA.$tB", "m:name", []),
        ("=020  \\\\$a0198526636 (pbk.)", "m:identifier[@type='isbn']", ["0198526636"]),
        ("=020  \\\\$a978-0-19-852663-6", "m:identifier[@type='isbn']", ["9780198526636"]),
        ("=020  \\\\$z17", "m:identifier[@invalid='yes']", ["17"]),
        ("=020  \\\\$a17", "m:identifier", []),
        ("=010  \\\\$a   85153773 ", "m:identifier[@type='lccn']", ["85153773"]),
        ("=024  7\\$a10.1/2$2doi", "m:identifier[@type='doi']", ["10.1/2"]),
        ("=856  40$uhttp://a.vn/ă b%zz", "m:location/m:url", ["http://a.vn/%C4%83%20b%25zz"]),
        ("=856  40$ukhông phải", "m:location/m:url", []),
        ("=852  \\\\$aQTI$bKho$h895$iN", "m:location/m:physicalLocation", ["QTI"]),
        ("=852  \\\\$aQTI$bKho$h895$iN", "m:location//m:shelfLocator", ["895 N"]),
        ("=001  x1\n=003  QTI", "m:recordInfo/m:recordIdentifier[@source='QTI']", ["x1"]),
        ("=040  \\\\$aQTI$bvie$erda", "m:recordInfo/m:descriptionStandard", ["rda"]),
    ],
)  # fmt: skip
def test_mapping(lines, path, values):
    assert found(lines, path) == values


def test_fields_of_a_pair_share_a_group():
    lines = "=245  10$6880-02$aKim Vân Kiều\n=880  10$6245-02$a金雲翹"
    assert found(lines, "m:titleInfo/@altRepGroup") == ["02", "02"]
    assert found(lines, "m:titleInfo/@script") == ["Latn", "Hani"]
