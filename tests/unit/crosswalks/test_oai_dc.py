"""Dublin Core out and in: the rules one by one, and what stays out."""

import pytest
from lxml import etree

from interop.crosswalks.oai_dc import CROSSWALK, NAMESPACE, read
from interop.marc.record import DataField, MarcRecord
from tests.unit.crosswalks.mrk import LEADER, record, text

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


def dc(*content):
    return (
        f'<oai_dc:dc xmlns:oai_dc="{NAMESPACE}" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"{''.join(content)}</oai_dc:dc>"
    ).encode()


# As DSpace sends it: dates of accession and availability before the date of issue.
DSPACE = dc(
    "<dc:title>Nghiên cứu văn học\n  Việt Nam</dc:title>",
    "<dc:title>Vietnamese literature</dc:title>",
    "<dc:creator>Nguyễn, Văn A</dc:creator><dc:creator>Trần Thị B</dc:creator>",
    "<dc:contributor>Lê C</dc:contributor>",
    "<dc:subject>Văn học--Lịch sử</dc:subject><dc:subject>Thơ</dc:subject>",
    "<dc:subject>ddc:895.922</dc:subject>",
    "<dc:description>Tóm tắt &amp; kết luận</dc:description>",
    "<dc:date>2019-01-02T03:04:05Z</dc:date><dc:date>2018-05</dc:date>",
    "<dc:type>Thesis</dc:type><dc:publisher>ĐHQG</dc:publisher>",
    "<dc:identifier>https://hdl.handle.net/11126/3</dc:identifier>",
    "<dc:identifier>urn:isbn:9780198526636</dc:identifier>",
    "<dc:identifier>ISSN 0317-8471</dc:identifier>",
    "<dc:identifier>http://kho.vn/1</dc:identifier><dc:identifier>LA-17</dc:identifier>",
    "<dc:language>vi_VN</dc:language><dc:language>en</dc:language><dc:language>?</dc:language>",
    "<dc:format>application/pdf</dc:format><dc:format>120 tr.</dc:format>",
    "<dc:relation>http://kho.vn/2</dc:relation><dc:relation>Bộ sách</dc:relation>",
    "<dc:source>Báo cũ</dc:source><dc:coverage>Huế</dc:coverage><dc:rights>Mở</dc:rights>",
    "<!-- nothing --><dc:title> </dc:title><other>x</other>",
)


def test_read_dspace():
    assert read(DSPACE).leader == "00000nam a2200000uu 4500"
    assert text(read(DSPACE)).split("\n")[1:] == [
        r"=008  000000s2018\\\\xx\|||||||||||||||||vie|d",
        r"=020  \\$a9780198526636",
        r"=022  \\$a0317-8471",
        r"=024  7\$a11126/3$2hdl",
        r"=024  8\$aLA-17",
        r"=041  \\$avie$aeng",
        r"=082  04$a895.922",
        r"=100  1\$aNguyễn, Văn A",
        r"=245  10$aNghiên cứu văn học Việt Nam",
        r"=246  3\$aVietnamese literature",
        r"=264  \1$bĐHQG$c2018-05",
        r"=300  \\$a120 tr.",
        r"=347  \\$bapplication/pdf",
        r"=520  \\$aTóm tắt & kết luận",
        r"=522  \\$aHuế",
        r"=540  \\$aMở",
        r"=546  \\$a?",
        r"=650  \4$aVăn học$xLịch sử",
        r"=653  \\$aThơ",
        r"=655  \4$aThesis",
        r"=700  0\$aTrần Thị B$4cre",
        r"=700  0\$aLê C$4ctb",
        r"=786  0\$nBáo cũ",
        r"=787  0\$nBộ sách",
        r"=856  40$uhttp://kho.vn/1",
        r"=856  42$uhttp://kho.vn/2",
    ]


@pytest.mark.parametrize(
    ("kind", "leader"),
    [
        ("Article", "00000nab a2200000uu 4500"),
        ("http://purl.org/dc/dcmitype/StillImage", "00000nkm a2200000uu 4500"),
        ("Luận văn", "00000nam a2200000uu 4500"),
        ("unheard of", "00000nam a2200000uu 4500"),
    ],
)
def test_read_type(kind, leader):
    assert read(dc("<dc:title>A</dc:title><dc:type>Text</dc:type>", f"<dc:type>{kind}</dc:type>")
    ).leader == leader  # fmt: skip


def test_fixed_field_has_forty_characters():
    assert len(read(dc("<dc:title>A</dc:title>")).control("008")) == 40
    assert len(read(DSPACE).control("008")) == 40


def test_read_restores_the_pair_of_scripts():
    lines = "=008  " + "\\" * 35 + "vie\n=245  00$6880-01$aKim Vân Kiều\n=880  00$6245-01$a金雲翹"
    written = write(record(lines))
    assert write(read(written)) == written
    assert [field.tag for field in read(written).fields[1:]] == ["245", "880"]


def test_only_dates_with_a_time_of_day():
    marc = read(dc("<dc:date>2019-01-02T03:04:05Z</dc:date>"))
    assert marc.control("008")[7:11] == "2019"


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"<dc", "not well-formed"),
        (dc(), "holds no Dublin Core element"),
        (dc("<dc:title>  </dc:title>"), "holds no Dublin Core element"),
        (b"<dc xmlns='urn:other'/>", "root element is {urn:other}dc"),
        (b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>" + dc("<dc:title>&e;</dc:title>"),
         "document type"),
    ],
)  # fmt: skip
def test_refusals(data, message):
    with pytest.raises(ValueError, match=message) as caught:
        read(data)
    assert "\n" not in str(caught.value)
