"""MODS to MARC 21: rule by rule, and what our own writer wrote comes back."""

import io

import pytest

from interop.crosswalks import CROSSWALKS
from interop.formats import Good, read_records
from interop.formats.mods import read
from interop.marc.record import ControlField, DataField, MarcError, MarcRecord
from tests.unit.crosswalks.mrk import record as mrk


def written(record: MarcRecord) -> list[str]:
    return [
        f"{f.tag} {f.value}"
        if isinstance(f, ControlField)
        else f"{f.tag} {(f.ind1 + f.ind2).replace(' ', '_')} "
        + "".join(f"${code}{value}" for code, value in f.subfields)
        for f in record.fields
    ]


def converted(content: str) -> list[str]:
    record, _ = read(f'<mods xmlns="http://www.loc.gov/mods/v3">{content}</mods>'.encode())
    return [line for line in written(record) if not line.startswith("008")]


@pytest.mark.parametrize(
    ("content", "fields"),
    [
        ("<titleInfo><nonSort>The</nonSort><title>end</title><subTitle>x</subTitle></titleInfo>",
         ["245 04 $aThe end$bx"]),
        ("<titleInfo><nonSort>L'</nonSort><title>été</title></titleInfo>", ["245 02 $aL'été"]),
        ("<titleInfo type='alternative'><title>A</title></titleInfo>", ["246 3_ $aA"]),
        ("<titleInfo><title>A</title><partNumber>2</partNumber></titleInfo>", ["245 00 $aA$n2"]),
        ("<name type='personal' usage='primary'><namePart>Tô, Hoài</namePart>"
         "<namePart type='date'>1920-</namePart></name>", ["100 1_ $aTô, Hoài$d1920-"]),
        ("<name type='personal'><namePart type='family'>Hugo</namePart>"
         "<namePart type='given'>Victor</namePart>"
         "<role><roleTerm type='code'>trl</roleTerm></role></name>",
         ["700 1_ $aHugo, Victor$4trl"]),
        ("<name type='corporate'><namePart>ONU</namePart><namePart>Ban</namePart></name>",
         ["710 2_ $aONU$bBan"]),
        ("<name><namePart>Ai</namePart></name>", ["720 __ $aAi"]),
        ("<originInfo><place><placeTerm type='text'>Huế</placeTerm></place><publisher>X</publisher>"
         "<dateIssued>1999</dateIssued><copyrightDate>1998</copyrightDate></originInfo>",
         ["260 __ $aHuế$bX$c1999", "264 _4 $c1998"]),
        ("<originInfo><edition>2</edition></originInfo>", ["250 __ $a2"]),
        ("<physicalDescription><extent>12 tr.</extent></physicalDescription>", ["300 __ $a12 tr."]),
        ("<abstract>A</abstract><tableOfContents>B</tableOfContents>",
         ["505 0_ $aB", "520 __ $aA"]),
        ("<note type='thesis'>A</note><note>B</note>", ["500 __ $aB", "502 __ $aA"]),
        ("<subject authority='lcsh'><topic>A</topic><geographic>B</geographic></subject>",
         ["650 _0 $aA$zB"]),
        ("<subject><geographic>Huế</geographic></subject>", ["651 _4 $aHuế"]),
        ("<subject authority='ram'><name type='personal'><namePart>A</namePart></name></subject>",
         ["600 17 $aA$2ram"]),
        ("<subject><topic>thơ</topic></subject>", ["653 __ $athơ"]),
        ("<classification authority='ddc' edition='23'>895</classification>",
         ["082 04 $a895$223"]),
        ("<relatedItem type='host'><titleInfo><title>Báo</title></titleInfo><part>"
         "<detail type='volume'><number>7</number></detail></part>"
         "<identifier type='issn'>0317-8471</identifier></relatedItem>",
         ["773 0_ $tBáo$g7$x0317-8471"]),
        ("<relatedItem type='series'><titleInfo><title>A ; 7</title></titleInfo></relatedItem>",
         ["490 0_ $aA$v7"]),
        ("<identifier type='isbn'>9780198526636</identifier>", ["020 __ $a9780198526636"]),
        ("<identifier type='doi'>10.1/x</identifier>", ["024 7_ $a10.1/x$2doi"]),
        ("<location><url>http://x.vn</url></location>", ["856 40 $uhttp://x.vn"]),
        ("<accessCondition type='restriction on access'>A</accessCondition>", ["506 __ $aA"]),
        ("<genre authority='gsafd'>A</genre>", ["655 _7 $aA$2gsafd"]),
        ("<recordInfo><recordIdentifier source='X'>7</recordIdentifier></recordInfo><note>A</note>",
         ["001 7", "003 X", "500 __ $aA"]),
        ("<titleInfo altRepGroup='1' script='Latn'><title>Kiều</title></titleInfo>"
         "<titleInfo altRepGroup='1' script='Hani'><title>翹</title></titleInfo>",
         ["245 00 $6880-01$aKiều", "880 00 $6245-01$a翹"]),
    ],
)  # fmt: skip
def test_rules(content: str, fields: list[str]) -> None:
    assert converted(content) == fields


def test_coded_values() -> None:
    record, _ = read(
        b"<mods><typeOfResource>cartographic</typeOfResource><originInfo><place><placeTerm "
        b'type="code" authority="marccountry">vm</placeTerm></place><dateIssued encoding="w3cdtf" '
        b'point="start">1990</dateIssued><dateIssued encoding="w3cdtf" point="end">1995'
        b"</dateIssued>"
        b"<issuance>serial</issuance></originInfo><language><languageTerm>vi</languageTerm>"
        b"</language><language objectPart='original'><languageTerm>fre</languageTerm></language>"
        b"<titleInfo><title>A</title></titleInfo></mods>"
    )
    assert record.leader[6:8] == "es"
    assert record.control("008") == "000000m19901995vm |||||||||||||||||vie|d"
    assert [str(field.subfields) for field in record.data("041")] == [
        "(('a', 'vie'), ('h', 'fre'))"
    ]


def test_a_collection_costs_one_record() -> None:
    one = "<mods><titleInfo><title>A</title></titleInfo></mods>"
    data = f"<modsCollection>{one}<mods><titleInfo></mods>{one}</modsCollection>".encode()
    results = list(read_records(io.BytesIO(data)))
    assert [isinstance(result, Good) for result in results] == [True, False, True]
    with pytest.raises(MarcError, match="no element of MODS"):
        read(b"<mods><titleInfo/></mods>")


def test_what_we_write_comes_back() -> None:
    lines = r"""
=008  000000s2018\\\\vm\|||||||||||||||||vie|d
=020  \\$a9780198526636
=082  04$a895.922$223
=100  1\$aNguyễn, Du,$d1766-1820
=245  14$aThe Kiều /$cNguyễn Du
=264  \1$aHuế :$bThuận Hóa,$c2018
=300  \\$a120 tr.
=490  0\$aTủ sách
=520  \\$aTóm tắt
=650  \0$aPoetry$zVietnam
=700  1\$aTrần, A$4trl
=856  40$uhttp://x.vn/1
"""
    original = mrk(lines)
    back, warnings = read(CROSSWALKS["mods"].write(original))
    values = [
        (f.tag, f.first("a") or f.first("u")) for f in back.fields if isinstance(f, DataField)
    ]
    assert values == [
        ("020", "9780198526636"), ("082", "895.922"), ("100", "Nguyễn, Du"), ("245", "The Kiều"),
        ("264", "Huế"), ("300", "120 tr."), ("490", "Tủ sách"), ("520", "Tóm tắt"),
        ("650", "Poetry"), ("700", "Trần, A"), ("856", "http://x.vn/1"),
    ]  # fmt: skip
    assert next(back.data("245"))[:3] == ("245", "1", "4")
    assert warnings == ()


@pytest.mark.parametrize(
    "line",
    [
        r"=010  \\$a79012345 //r86",
        r"=015  \\$aGBA0-W8409",
        r"=020  \\$a0198526636 (pbk.)",
        r"=020  \\$a0198526636$qbìa cứng",
        r"=020  \\$c45.000 đ",
        r"=028  32$aDH-5023$bDihavina",
        r"=034  \\$aa$dE1050000$eE1060000$fN0220000$gN0210000",
        r"=035  \\$z(OCoLC)17",
        r"=037  \\$bLibrary of Congress -- Jakarta",
        r"=041  1\$avie$aeng$bfre$hchi",
        r"=050  \4$aE523.5 48th$b.B5",
        r"=060  \4$aWM 300$b.T989c 1984",
        r"=070  0\$aQH603.M44$bD87",
        r"=082  04$a895.9/22$223",
        r"=088  \\$aNASA-RP-1124",
        r"=255  \\$aTỷ lệ 1:50.000$bGauss$c(E 105°--E 106°)",
        r"=263  \\$a2608",
        r"=336  \\$avăn bản$2rdacontent",
        r"=541  1\$aTặng phẩm",
        r"=580  \\$aTách từ: Tạp chí A",
        r"=650  \0$aPoetry$0http://id.loc.gov/authorities/subjects/sh85103704",
        r"=700  1\$aSmith, J.$0http://id.loc.gov/authorities/names/n1",
        r"=776  08$iBản in$tTruyện$w(DLC)74644886",
        r"=020  \\$z17",
        r"=022  \\$a0317-8471",
        r"=037  \\$a240-951$bGPO",
        r"=040  \\$aDLC$bvie$erda$cVN-QTI$dVN-QB$dVN-QTI",
        r"=042  \\$apcc",
        r"=043  \\$aa-vt---$aa-cc---",
        r"=050  \4$aHD1698.P3$bR34 1999",
        r"=086  0\$aGA 1.13:98",
        r"=110  2\$aBộ Văn hóa$bVụ Thư viện",
        r"=246  3\$iTên bìa$aTruyện",
        r"=300  \\$avii, 221 tr.$bminh hoạ$c19 cm$e1 đĩa",
        r"=300  \\$a221 tr.$c19 cm",
        r"=362  \\$aTập 1-",
        r"=490  0\$aTủ sách$v3$x0317-8471",
        r"=530  \\$aCó bản điện tử",
        r"=600  10$aSmith, J.$q(John)$d1900-$0x",
        r"=700  1\$aSmith, J.$q(John)",
        r"=700  12$aTô, Hoài$tDế mèn$nTập 1",
        r"=710  2\$aQuốc hội$tHiến pháp",
        r"=730  02$aKinh Thi$pQuốc phong",
        r"=800  1\$aTô, Hoài$tTruyện đồng thoại$v3",
        r"=830  \0$aTủ sách$v3",
        r"=856  42$uhttp://a.vn/1$3Mục lục$zMở",
        r"=866  \0$at.1-3 (1979-1983)",
    ],
)
def test_a_field_comes_back_in_its_place(line: str) -> None:
    [field] = (f for f in mrk(line.replace("$0x", "")).fields if isinstance(f, DataField))
    back, _ = read(CROSSWALKS["mods"].write(mrk(line + "\n=245  00$aSách")))
    assert field.tag in [f.tag for f in back.fields]
    found = next(f for f in back.data(field.tag) if f.tag == field.tag)
    assert sorted(found.subfields) == sorted(field.subfields)


def test_titles_come_back_with_what_belongs_to_them() -> None:
    lines = """
=100  0\\$aNguyễn Du
=240  10$aTruyện Kiều
=245  10$6880-01$aTruyện Kiều$h[microform]$cNguyễn Du
=880  10$6245-01$a傳翹$c阮攸"""
    back, _ = read(CROSSWALKS["mods"].write(mrk(lines)))
    assert next(back.data("245")).subfields[1:] == (
        ("a", "Truyện Kiều"), ("h", "[microform]"), ("c", "Nguyễn Du"),
    )  # fmt: skip
    assert next(back.data("240")).first("a") == "Truyện Kiều"
    assert [f.first("c") for f in back.fields if f.tag == "880"] == ["阮攸"]
