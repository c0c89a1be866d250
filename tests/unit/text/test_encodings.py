"""Legacy encodings: every letter both ways, known bytes, real damaged texts, other programs."""

import json
import subprocess
import unicodedata
from pathlib import Path

import pytest

from interop.text.detection import unread
from interop.text.encodings import (
    ENCODINGS,
    bkhcm2,
    cp1258,
    iso5426,
    tcvn3,
    tcvn5712,
    viqr,
    viscii,
    vni,
    vps,
)
from interop.text.encodings._base import WINDOWS_1252, table
from tests.vietnamese import LETTERS, SMALL

COMPLETE = (bkhcm2, cp1258, iso5426, tcvn5712, viscii, vni, vps)


@pytest.mark.parametrize("module", COMPLETE, ids=lambda module: module.__name__)
def test_every_letter_is_written_and_read(module) -> None:
    encoding = module.ENCODING
    for letter in LETTERS:
        for text in (letter, f"a{letter}b", letter * 2, unicodedata.normalize("NFD", letter)):
            assert encoding.decode(encoding.encode(text)) == unicodedata.normalize("NFC", text)


def test_pairs_of_letters() -> None:
    """Where a letter is two bytes, what follows it must not be taken for its mark."""
    for module in (vni, bkhcm2):
        text = "".join(first + second for first in LETTERS for second in LETTERS)
        assert module.ENCODING.decode(module.ENCODING.encode(text)) == text


@pytest.mark.parametrize(
    ("module", "data", "text"),
    [
        (tcvn3, b"Th\xad vi\xd6n Qu\xe8c gia Vi\xd6t Nam", "Thư viện Quốc gia Việt Nam"),
        (tcvn3, b"TH\xa6 VI\xd6N", "THƯ VIỆN"),  # capital font: the bytes of small letters
        (tcvn3, b"H\xb5 N\xe9i", "Hà Nội"),  # one capital of ASCII proves nothing
        (tcvn3, b"NG\xa4 \xb8O", "NGÔ ÁO"),
        (vni, b"Nguye\xe3n Tra\xf5i", "Nguyễn Trãi"),
        (vni, b"A\xc8A\xc9", "ẰẮ"),  # recode has these two the wrong way round
        (viscii, b"\x1e Vi\xaet", "Ỵ Việt"),
        (vps, b"\x1d Vi\x8ct", "Ữ Việt"),
        (bkhcm2, b"\xcf\xe5\xcf\xc5", "ỆỆ"),
        (cp1258, b"Nguy\xea\xden", "Nguyễn"),
        (tcvn5712, b"\xb8\x80", "áÀ"),
        (iso5426, b"Nguy\xc3\xc4en \xb0\xe8", "Nguyễn ʻŁ"),
        (iso5426, b"\xe0\xdc", "\ufffd\ufffd"),
        (viqr, b"Truye^.n Kie^`u. DDo+`i nay", "Truyện Kiều. Đời nay"),
        (viqr, b"va(n ho.c (1975)", "văn học (1975)"),
        (viqr, b"http://a.vn/index.html ho?i gi`?", "http://a.vn/index.html hỏi gì?"),
        (viqr, b"nu+o+'c ta\\.", "nước ta."),
        (viqr, b"no.", "nọ"),
        (viqr, b"Ho. me.", "Họ mẹ"),
        (viqr, b"no. 3", "no. 3"),
        (viqr, b"Ta.p chi' no.12", "Tạp chí no.12"),
        (viqr, b"Bulletin of Asia, series no.", "Bulletin of Asia, series no."),
        (viqr, b"Bulletin ve^` me.", "Bulletin về mẹ"),
    ],
)
def test_known_bytes(module, data: bytes, text: str) -> None:
    assert module.ENCODING.decode(data) == text


@pytest.mark.parametrize("name", sorted(ENCODINGS))
def test_what_an_encoding_lacks_is_an_error(name: str) -> None:
    with pytest.raises(UnicodeEncodeError):
        ENCODINGS[name].encode("喃")


@pytest.mark.parametrize("name", sorted(ENCODINGS))
def test_every_byte_is_read(name: str) -> None:
    text = ENCODINGS[name].decode(bytes(range(256)) * 2)
    assert text == unicodedata.normalize("NFC", text)


def test_ascii_is_ascii() -> None:
    ascii_text = "".join(map(chr, range(0x20, 0x7F)))
    for name, encoding in ENCODINGS.items():
        if name != "viqr":
            assert encoding.decode(ascii_text.encode()) == ascii_text
            assert encoding.encode(ascii_text) == ascii_text.encode()


def test_viqr_words_are_written_and_read() -> None:
    text = "đường phố ngoài trời (1975) - ăn, uống \\ hỏi đáp? có!"
    assert viqr.ENCODING.decode(viqr.ENCODING.encode(text)).replace("\\", "") == text.replace(
        "\\", ""
    )


def test_letters_among_control_characters_are_told() -> None:
    assert 0x1E in viscii.ENCODING.controls
    assert 0x1D in vps.ENCODING.controls
    assert not tcvn3.ENCODING.controls
    assert not tcvn5712.ENCODING.automatic


def test_real_texts_that_were_read_as_windows_1252() -> None:
    """An article on Koha and one on AACR2."""
    koha = (
        "PHÊÌN MÏÌM QUAÃN TRÕ THÛ VIÏÅN TÑCH HÚÅP MAÄ NGUÖÌN MÚÃ KOHA CHO HÏÅ THÖËNG "
        "THÛ VIÏÅN VIÏÅT NAM"
    )
    assert bkhcm2.ENCODING.decode(koha.encode("cp1252")) == (
        "PHẦN MỀM QUẢN TRỊ THƯ VIỆN TÍCH HỢP MÃ NGUỒN MỞ KOHA CHO HỆ THỐNG THƯ VIỆN VIỆT NAM"
    )
    aacr2 = (
        "Nh÷ng nguyªn t¾c cÇn tu©n thñ khi ¸p dông chuÈn biªn môc Anh Mü (AACR2) t¹i "
        "Th\xad viÖn Khoa häc x· héi"
    )
    assert tcvn3.ENCODING.decode(aacr2.encode("cp1252")) == (
        "Những nguyên tắc cần tuân thủ khi áp dụng chuẩn biên mục Anh Mỹ (AACR2) tại "
        "Thư viện Khoa học xã hội"
    )

    newsletter = "Bän tin cûa H¶i H‡ Tr® ThÜ ViŚn và Giáo Døc ViŚt Nam"  # Ś is windows-1250
    assert vps.ENCODING.decode(unread(newsletter) or b"") == (
        "Bản tin của Hội Hỗ Trợ Thư Viện và Giáo Dục Việt Nam"
    )


def test_rows_of_a_table() -> None:
    assert table("A1 ĂÂ\n 41C0 Ầ") == {b"\xa1": "Ă", b"\xa2": "Â", b"A\xc0": "Ầ"}
    assert len(WINDOWS_1252) == 256


@pytest.mark.peer
@pytest.mark.parametrize(
    ("module", "program", "name"),
    [
        (viscii, "iconv", "VISCII"),
        (tcvn3, "iconv", "TCVN5712-1"),
        (tcvn5712, "iconv", "TCVN5712-1"),
        (cp1258, "iconv", "CP1258"),
        (iso5426, "yaz-iconv", "iso5426"),
    ],
)
def test_other_programs_read_the_same(peer, tmp_path: Path, module, program, name) -> None:
    letters = SMALL if module is tcvn3 else LETTERS
    file = tmp_path / "letters"
    for letter in letters:
        file.write_bytes(module.ENCODING.encode(letter) + b" ")
        command = [peer(program), "-f", name, "-t", "utf-8", str(file)]
        read = subprocess.run(command, capture_output=True, check=True, timeout=30).stdout
        assert unicodedata.normalize("NFC", read.decode()).strip() == letter


@pytest.mark.corpus
def test_tables_are_those_of_the_study(corpus: Path) -> None:
    """Beside the real records lies a study of the encodings, read from five independent tables."""
    file = corpus.parent / "reference" / "legacy-encodings.json"
    if not file.exists():
        pytest.skip("no study beside the real records")
    tables = json.loads(file.read_text(encoding="utf-8"))
    for name, module in (
        ("tcvn3", tcvn3),
        ("viscii", viscii),
        ("vps", vps),
        ("vni_win", vni),
        ("bkhcm2", bkhcm2),
    ):
        for code, letter in tables[name].items():
            assert module.ENCODING.encode(letter) == bytes.fromhex(code)
            assert module.ENCODING.decode(bytes.fromhex(code)) == letter
