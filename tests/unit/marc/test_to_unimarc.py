"""MARC 21 to UNIMARC: rules one by one, there and back, and nothing lost of real records."""

import re
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.marc import iso2709
from interop.marc.reader import read_iso2709
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.marc.to_unimarc import encode, to_unimarc
from interop.marc.unimarc import ROWS, is_unimarc, to_marc21
from tests.unit.marc.test_unimarc import field, written

LEADER = "00000nam a2200000 a 4500"
TITLE = DataField("245", "1", "0", (("a", "Truyện Kiều"),))
BOOK = "200131s2020    vm a   j b    001 1 vie d"
MADE = ("100", "101", "102", "105", "200")  # of every record


def converted(*texts: str) -> list[str]:
    record = MarcRecord(LEADER, (ControlField("008", BOOK), TITLE, *map(field, texts)))
    return [line for line in written(to_unimarc(record)) if line[:3] not in MADE]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("020 __ $a9786049000010$qbìa cứng$c50000đ", "010 __ $a9786049000010$bbìa cứng$d50000đ"),
        ("022 __ $a0866-7349$z1", "011 __ $a0866-7349$z1"),
        ("024 3_ $a893", "073 __ $a893"),
        ("024 7_ $a10.1/x$2doi", "017 __ $a10.1/x$2doi"),
        ("035 __ $a(OCoLC)1", "035 __ $a(OCoLC)1"),
        ("040 __ $aNLV$bvie$eaacr2", "801 _0 $bNLV$gaacr2"),
        ("080 __ $a895.922", "675 __ $a895.922"),
        ("082 04 $a895.9221$223", "676 __ $a895.9221$v23"),
        ("100 1_ $aHugo, Victor,$d1802-1885.$4aut", "700 _1 $aHugo$bVictor$f1802-1885$4070"),
        ("100 0_ $aNguyễn Du,$d1765-1820", "700 _0 $aNguyễn Du$f1765-1820"),
        ("100 3_ $aNgô gia văn phái", "720 __ $aNgô gia văn phái"),
        ("110 2_ $aViện Văn học.$bPhòng A", "710 02 $aViện Văn học.$bPhòng A"),
        ("111 2_ $aHội nghị$n(2 :$d2020 :$cHuế)", "710 12 $aHội nghị$d(2$f2020$eHuế)"),
        ("240 10 $aKim Vân Kiều$lvie", "500 _1 $aKim Vân Kiều$mvie"),
        ("246 3_ $aĐoạn trường tân thanh", "517 __ $aĐoạn trường tân thanh"),
        ("246 31 $aTale of Kieu", "510 __ $aTale of Kieu"),
        ("250 __ $aIn lần 2 /$bcó sửa", "205 __ $aIn lần 2$bcó sửa"),
        ("260 __ $aHà Nội :$bVăn học,$c2020.", "210 __ $aHà Nội$cVăn học$d2020"),
        ("264 _1 $aHuế :$bThuận Hóa,$c2019", "210 __ $aHuế$cThuận Hóa$d2019"),
        ("264 _0 $aHuế :$bSở,$c2019", "214 _1 $aHuế$cSở$d2019"),
        ("300 __ $a200 tr. :$bảnh ;$c21 cm", "215 __ $a200 tr.$cảnh$d21 cm"),
        ("490 1_ $aTủ sách ;$v3", "225 0_ $aTủ sách$v3"),
        ("500 __ $aGhi chú", "300 __ $aGhi chú"),
        ("520 __ $aTóm tắt.$bThêm", "330 __ $aTóm tắt. Thêm"),
        ("546 __ $aTiếng Việt", "302 __ $aTiếng Việt"),
        ("600 10 $aHugo, Victor$xThơ", "600 _1 $aHugo$bVictor$xThơ$2lc"),
        ("610 24 $aNLV", "601 02 $aNLV"),
        ("650 _7 $aThơ$zViệt Nam$yTK 19$2bktvqg", "606 __ $aThơ$yViệt Nam$zTK 19$2bktvqg"),
        ("651 _4 $aHuế$vBản đồ", "607 __ $aHuế$jBản đồ"),
        ("653 __ $athơ nôm", "610 __ $athơ nôm"),
        ("655 _4 $aTruyện thơ", "608 __ $aTruyện thơ"),
        ("700 1_ $aHugo, V.,$edịch", "701 _1 $aHugo$bV.$4730"),
        ("710 2_ $aNLV,$eai đó", "711 02 $aNLV$4570"),
        ("773 0_ $tTạp chí,$gSố 1", "463 _0 $tTạp chí$vSố 1"),
        ("780 00 $tBáo cũ", "430 _0 $tBáo cũ"),
        ("785 07 $tBáo mới", "447 _0 $tBáo mới"),
        ("830 _0 $aTủ sách ;$v3", "410 _0 $tTủ sách$v3"),
        ("852 __ $aNLV$bKho$jVN1$p77", "995 __ $bNLV$cKho$f77$kVN1"),
        ("856 40 $uhttp://x", "856 40 $uhttp://x"),
        ("336 __ $atext$2rda", "886 2_ $2usmarc$a336$b  $atext$2rda"),
        ("901 __ $ax", "901 __ $ax"),
    ],
)  # fmt: skip
def test_one_field(ours, theirs):
    assert converted(ours) == [theirs]


def test_what_introduces_a_variant_title_is_a_note():
    assert converted("246 1_ $iGáy sách:$aKiều") == ["312 __ $aGáy sách: Kiều", "517 __ $aKiều"]


def test_a_name_with_a_title_stays_whole_beside_the_name():
    assert converted("700 12 $aHugo, Victor.$tThơ") == [
        "701 _1 $aHugo$bVictor",
        "886 2_ $2usmarc$a700$b12$aHugo, Victor.$tThơ",
    ]


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        ("$aTruyện Kiều :$bthơ /$cNguyễn Du ; dịch A", "$aTruyện Kiều$ethơ$fNguyễn Du$gdịch A"),
        ("$aKiều =$bTale of Kieu : a poem", "$aKiều$dTale of Kieu$ea poem"),
        ("$aKiều.$n2,$pThơ$h[bản nói] /$cA", "$aKiều.$h2$iThơ$bbản nói$fA"),
    ],
)
def test_titles(ours, theirs):
    record = MarcRecord(LEADER, (field(f"245 10 {ours}"),))
    assert f"200 1_ {theirs}" in written(to_unimarc(record))


def test_coded_data():
    """100, 101, 102 and 105 out of 008 and 041; 003 and 001 as a number of another system."""
    record = MarcRecord(
        LEADER,
        (ControlField("001", "7"), ControlField("003", "NLV"), ControlField("008", BOOK), TITLE,
         field("040 __ $aNLV$bvie"), field("041 1_ $avie$hfre")),
    )  # fmt: skip
    assert written(to_unimarc(record))[:6] == [
        "001 7",
        "035 __ $a(NLV)7",
        "100 __ $a20200131d2020    a  y0viey50      ba",
        "101 1_ $avie$cfre",
        "102 __ $aVN",
        "105 __ $aa   b   001ay",
    ]
    (general,) = to_unimarc(MarcRecord(LEADER, (TITLE,))).data("100")
    assert len(general.first("a")) == 36


def test_the_octets_have_the_leader_of_unimarc():
    octets = encode(MarcRecord(LEADER, (ControlField("008", BOOK), TITLE)))
    assert octets[5:12] == b"nam  22" and octets[17:24] == b"   450 "
    assert int(octets[:5]) == len(octets)
    record, problems = read_iso2709(octets)
    assert is_unimarc(record)
    assert "Truyện Kiều".encode() in octets


@pytest.mark.parametrize("tag", sorted({row.tag for row in ROWS.values()} - {"245", "264", "490"}))
def test_rows_are_read_in_both_directions(tag):
    """What a row brings into MARC 21 the same rows take to UNIMARC and back again."""
    row = next(row for row in ROWS.values() if row.tag == tag)
    value = field(f"{tag} {row.indicators.replace(' ', '_')} ${next(iter(row.codes.values()))}Xy")
    there = to_unimarc(MarcRecord(LEADER, (TITLE, value)))
    back = to_marc21(there)
    assert [f.subfields for f in back.data(tag)] == [value.subfields]


def test_nothing_is_lost_of_real_records(corpus):
    """Every word of them is somewhere, but relators ($e), which become codes, and holdings."""
    pieces = (corpus / "blacklight" / "test_data.utf8.mrc").read_bytes().split(b"\x1d")[:-1]
    assert len(pieces) > 20
    for piece in pieces:
        record, _ = read_iso2709(piece + b"\x1d")
        found = {
            word
            for each in to_unimarc(record).fields
            if isinstance(each, DataField)
            for _, value in each.subfields
            for word in re.findall(r"\w+", value)
        }
        for each in record.fields:
            if isinstance(each, DataField) and each.tag not in ("040", "041", "852"):
                for code, value in each.subfields:
                    if code.isalpha() and code != "e":
                        assert set(re.findall(r"\w+", value)) <= found, (each.tag, code, value)


@pytest.mark.corpus
def test_real_unimarc_comes_back_through_marc_21(corpus):
    """Of its subfields, in their place; what MARC 21 has no place for is most of the rest: dates of
    entry, codes of 105 and 110, the technique of 801.
    """
    whole = (corpus / "unimarc_periouni" / "periouni.mrc").read_bytes()
    total = back = 0
    for piece in whole.split(b"\x1d")[:400]:
        theirs = iso2709.decode(piece.lstrip() + b"\x1d")
        before, after = counted(theirs), counted(to_unimarc(to_marc21(theirs)))
        total += sum(before.values())
        back += sum((before & after).values())
    assert total > 10_000
    assert back / total > 0.84


def counted(record: MarcRecord) -> Counter[tuple[str, str, str]]:
    """Control fields and subfields without the punctuation at their end."""
    return Counter(
        (each.tag, code, value.strip(" /:;=,."))
        for each in record.fields
        for code, value in (
            [("", each.value)] if isinstance(each, ControlField) else each.subfields
        )
    )


TAGS = st.sampled_from(
    "010 020 024 040 041 100 110 111 240 245 246 260 264 300 490 500 600 610 650 651 700 710 773 "
    "780 785 830 852 880 952".split()
)
SUBFIELDS = st.lists(
    st.tuples(st.sampled_from("abcdehnptvxz04258"), st.text(max_size=8)), max_size=4
).map(tuple)
FIELDS = st.builds(DataField, TAGS, st.sampled_from(" 0123"), st.sampled_from(" 01279"), SUBFIELDS)
LEADERS = st.text("acdmnost |#0157", min_size=24, max_size=24)


@given(LEADERS, st.text(max_size=42), st.lists(FIELDS, max_size=6))
def test_any_record_is_converted_and_written(leader, fixed, fields):
    record = MarcRecord(leader, (ControlField("008", fixed), *fields))
    octets = encode(record)
    assert octets[20:24] == b"450 "
    iso2709.decode(octets)
    assert all(f.subfields for f in to_unimarc(record).fields if isinstance(f, DataField))


@pytest.mark.parametrize("leader", ["", "0", "24a22", "\ud800" * 24, "x" * 30])
def test_a_leader_of_any_length_is_made_one(leader):
    """Found by the fuzzer: records reach a crosswalk with any text in this place."""
    assert len(to_unimarc(MarcRecord(leader, (TITLE,))).leader) == 24
    assert encode(MarcRecord(leader, (TITLE,)))[:5].isdigit()
