"""The reading of MARC fields that Dublin Core and MODS share."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.crosswalks import _fields
from interop.crosswalks._fields import Fields
from interop.marc.iso2709 import encode
from interop.marc.record import MarcError
from tests.unit.crosswalks.mrk import record


def field(line):
    return record(line).fields[0]


@pytest.mark.parametrize(
    ("text", "chopped"),
    [
        ("Truyện Kiều /", "Truyện Kiều"),
        ("Title :", "Title"),
        ("Title = ", "Title"),
        ("Sandburg, Carl,", "Sandburg, Carl"),
        ("Hà Nội]", "Hà Nội"),
        ("[Hà Nội]", "[Hà Nội]"),
        ("c1993.", "c1993"),
        ("Bác Hồ.", "Bác Hồ"),
        ("詩.", "詩"),
        ("Tolkien, J. R. R.", "Tolkien, J. R. R."),
        ("King, Martin Luther, Jr.", "King, Martin Luther, Jr."),
        ("252 tr.", "252 tr."),
        ("A Corp.", "A Corp."),
        ("and so on...", "and so on..."),
        ("1926-", "1926-"),
        ("  two\n lines ", "two lines"),
        (" / ", ""),
        (".", "."),
    ],
)
def test_chop(text, chopped):
    assert _fields.chop(text) == chopped


@given(st.text())
def test_chop_is_total_and_on_one_line(text):
    assert len(_fields.chop(text).splitlines()) <= 1 or "\x85" in text or "\u2028" in text


@pytest.mark.parametrize(
    ("line", "title"),
    [
        ("=245  10$aTruyện Kiều :$bthơ /$cNguyễn Du.", "Truyện Kiều: thơ"),
        ("=245  10$aTruyện Kiều =$bThe tale of Kieu", "Truyện Kiều = The tale of Kieu"),
        ("=245  10$aHồi ký ;$bTùy bút", "Hồi ký; Tùy bút"),
        ("=245  10$aLịch sử.$nTập 2,$pCận đại /$cA.", "Lịch sử. Tập 2, Cận đại"),
        ("=245  10$aLịch sử.$pCận đại.", "Lịch sử. Cận đại"),
        ("=245  10$bchỉ có phụ đề", "chỉ có phụ đề"),
        ("=245  10$cNguyễn Du", ""),
    ],
)
def test_title(line, title):
    assert _fields.title(field(line)) == title


@pytest.mark.parametrize(
    ("line", "name"),
    [
        ("=100  1\\$aSandburg, Carl,$d1878-1967,$eauthor.$4aut$01234", "Sandburg, Carl, 1878-1967"),
        ("=100  0\\$aNguyễn Du", "Nguyễn Du"),
        ("=110  2\\$aBộ Y tế.$bVụ Điều trị.", "Bộ Y tế. Vụ Điều trị"),
        ("=111  2\\$aHội nghị$n(2 :$d1999 :$cHà Nội)", "Hội nghị (2 : 1999 : Hà Nội)"),
        ("=720  \\\\$aTên,$edịch", "Tên"),
    ],
)
def test_name(line, name):
    assert _fields.name(field(line)) == name


@pytest.mark.parametrize(
    ("line", "creator"),
    [
        ("=100  0\\$aA", True),
        ("=100  0\\$aA,$echủ biên", False),
        ("=100  0\\$aA,$echủ trì", True),
        ("=110  2\\$aA$4edt", False),
        ("=700  0\\$aA", False),
        ("=700  0\\$aA,$etác giả", True),
        ("=700  0\\$aA$4http://id.loc.gov/vocabulary/relators/aut", True),
        ("=700  0\\$aA,$etranslator$4trl", False),
        ("=700  0\\$aA$4aut$4ill", True),
        ("=711  2\\$aA$jauthor", True),
        ("=711  2\\$aA$eauthor", False),
        ("=880  0\\$6100-01$a阮攸", True),
        ("=880  0\\$6700-01$a阮攸", False),
    ],
)
def test_role_decides(line, creator):
    assert _fields.is_creator(field(line)) is creator


@pytest.mark.parametrize(
    ("fixed", "dates"),
    [
        ("990405s1999    vm", ("1999", "")),
        ("990405r19991872vm", ("1999", "")),
        ("990405m19982001vm", ("1998", "2001")),
        ("990405d19851999vm", ("1985", "1999")),
        ("990405q19501959vm", ("1950", "1959")),
        ("990405c19859999vm", ("1985", "")),
        ("990405m19989999vm", ("1998", "")),
        ("990405e20030501vm", ("2003-05-01", "")),
        ("990405e20031399vm", ("2003", "")),
        ("990405s199u    vm", ("1997", "")),
        ("990405s9999    vm", ("1997", "")),
        ("990405nuuuuuuuuvm", ("1997", "")),
        ("", ("1997", "")),
    ],
)
def test_dates(fixed, dates):
    marc = record(
        f"=008  {fixed.replace(' ', chr(92))}\n=264  \\4$c©1990\n=264  \\2$c1996\n"
        "=264  \\1$c[c1997?]"
    )
    assert _fields.dates(marc) == dates


def test_languages():
    marc = record("=008  " + "\\" * 35 + "mul\n=041  0\\$avieeng$achi$hfre$dVIE\n=041  07$axx$2x")
    assert _fields.languages(marc) == ["vie", "eng", "chi"]
    assert _fields.original_languages(marc) == ["fre"]


def test_subject_parts():
    assert _fields.subject(field("=650  \\0$aThơ.$xLịch sử$vTuyển tập.$2x$01$eend")) == [
        "Thơ", "Lịch sử", "Tuyển tập"
    ]  # fmt: skip


def test_880_stands_behind_its_field_and_both_know_their_script():
    marc = record(
        "=008  " + "\\" * 35 + "vie\n=880  10$6245-01$a金雲翹\n=245  10$6880-01$aKim Vân Kiều\n"
        "=246  3\\$aKhác"
    )
    fields = Fields.of_record(marc)
    found = [(f.first("a"), fields.language_tag(f)) for f in fields.get("245", "246")]
    assert found == [("Kim Vân Kiều", "vi-Latn"), ("金雲翹", "vi-Hani"), ("Khác", "")]


def test_traced_series_is_told_once():
    marc = record("=490  1\\$aTủ sách A ;$v3\n=490  0\\$aKhông truy\n=830  \\0$aTủ sách A ;$v3.")
    titles = [_fields.series_title(f) for f in _fields.series(Fields.of_record(marc))]
    assert titles == ["Không truy", "Tủ sách A, 3"]


def test_the_fields_of_canonical_bytes_are_those_of_the_record():
    marc = record(
        "=001  1\n=001  2\n=008  ab\n=245  10$6880-01$aKiều\n"
        "=541  0\\$aX\n=541  1\\$aY\n=590  \\\\$aX\n"
        "=880  10$6245-01$a翹\n=880  0\\$6541-02$a翹\n=952  \\\\$p1\n=CAT  \\\\$aX\n=245  00$aHai"
    )
    fast, slow = Fields.of_canonical(encode(marc)), Fields.of_record(marc)
    assert fast.by_tag == slow.by_tag
    assert fast.by_tag.keys() == {"245", "541", "952"}
    assert fast.links == slow.links == {"245-01"}
    assert [fast.control(tag) for tag in ("001", "008", "005")] == ["1", "ab", ""]
    with pytest.raises(MarcError):
        Fields.of_canonical(b"nothing")


def test_fields_that_are_not_wanted_are_left_out_but_for_880():
    marc = record(
        "=001  1\n=040  \\\\$aX\n=245  10$6880-01$aKiều\n=541  1\\$aY\n=590  \\\\$aX\n"
        "=880  \\\\$6040-02$a翹\n=880  10$6245-01$a翹\n=590  \\\\$aX"
    )
    some = Fields.of_canonical(encode(marc), frozenset({"245", "590"}))
    all_of_them = Fields.of_record(marc)
    assert some.by_tag["245"] == all_of_them.by_tag["245"]
    assert [field[0] for field in some.by_tag["040"]] == ["880"]
    assert "590" not in some.by_tag
    assert some.links == all_of_them.links
    assert some.control("001") == "1"
