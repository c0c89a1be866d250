"""Simple Dublin Core in: what repositories that have no MARC send."""

import pytest

from interop.crosswalks.oai_dc import CROSSWALK, NAMESPACE
from interop.formats.oai_dc import FORMAT
from interop.marc.record import MarcError
from tests.unit.crosswalks.mrk import record, text

write = CROSSWALK.write


def read(data):
    return FORMAT.read(data)[0]


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
        (b"<dc xmlns='urn:other'/>", "holds no Dublin Core element"),
        (b"<!DOCTYPE x [<!ENTITY e SYSTEM 'file:///etc/passwd'>]>" + dc("<dc:title>&e;</dc:title>"),
         "invalid element name"),
    ],
)  # fmt: skip
def test_refusals(data, message):
    with pytest.raises(MarcError, match=message) as caught:
        read(data)
    assert "\n" not in str(caught.value)
