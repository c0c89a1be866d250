"""MARC-8: by hand from the code tables, and against pymarc on real records."""

import contextlib
import io
import re
import unicodedata
from pathlib import Path

import pymarc.marc8
import pytest

from interop.marc import marc8
from interop.marc.character_sets import SETS, eacc
from interop.text.normal import normalise
from tests.vietnamese import both_forms


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"Nguy\xe3\xe4en Du", "Nguyễn Du"),  # shape first, then tone
        (b"Nguy\xe4\xe3en Du", "Nguyễn Du"),  # LoC: tone first
        (b"\xb3\xbc\xf2\xbdng \xac\xad", "đơựng ƠƯ"),
        (b"\x1b$1!0B!0C\x1b(B / A", "乒乓 / A"),
        (b"\x1b$1!0B !0C\x1b(B", "乒 乓"),  # a blank is a blank in EACC too
        (b"\x1b(NDOSTOEWSKIJ\x1b(B", "достоевский"),
        (b"\x1b)N\xc4\xcf\x1b)E", "до"),  # the same set as G1
        (b"\x1bgabc\x1bs", "αβγ"),
        (b"H\x1bb2\x1bsO x\x1bp2\x1bs", "H₂O x²"),
        (b"\x1b(!E\x62\x1b(Ba \x1b$)1\xa1\xb0\xc2", "á 乒"),  # ANSEL as G0, EACC as G1
        (b"Trang &#x20BB7;&#xD846;&#xDE38;", "Trang 𠮷𡨸"),
        (b"a\x88The \x89b\x8d", "a\u0098The \u009cb\u200d"),
        (b"", ""),
    ],
)
def test_clean_values(data: bytes, text: str) -> None:
    decoded = marc8.decode(data)
    assert normalise(decoded.text) == normalise(text)
    assert decoded.clean


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"caf\xe9", "caf\u030c"),  # Latin-1: a mark with nothing after it
        (b"caf\xe9 au", "caf \u030cau"),
        (b"M\xfcller", "M\ufffdller"),
        (b"\x1b$1!0", "\ufffd"),
        (b"\x1b$1\x7f\x7f\x7f\x1b(B", "\ufffd"),
        (b"a\x1bb", "a"),
        (b"a\x1b(~b", "ab"),
        (b"a\x1b", "a"),
        (b"&#x110000; &#xD800; &#x1F;", "&#x110000; &#xD800; &#x1F;"),
        (b"\x1b$1!0B!0\x1b(B", "\u4e52\ufffd"),
    ],
)
def test_unclean_values(data: bytes, text: str) -> None:
    decoded = marc8.decode(data)
    assert decoded.text == text
    assert not decoded.clean or data == b"a\x1bb"


@pytest.mark.corpus
def test_pymarc_decodes_the_same(corpus: Path) -> None:
    """The University of Virginia's records, apart from controls, which pymarc drops."""
    data = (corpus / "uva" / "uva_001_2000.mrc").read_bytes()
    values = {v for v in re.split(rb"[\x1d-\x1f]", data) if not v.isascii() or b"\x1b" in v}
    assert len(values) > 500
    for value in values:
        decoded = marc8.decode(value[1:])
        if decoded.clean and b"&#x" not in value:
            theirs = pymarc.marc8.marc8_to_unicode(value[1:], hide_utf8_warnings=True)
            assert unicodedata.normalize("NFC", decoded.text) == theirs


@pytest.mark.corpus
def test_nothing_is_written_to_the_terminal(corpus: Path) -> None:
    noise = io.StringIO()
    with contextlib.redirect_stderr(noise), contextlib.redirect_stdout(noise):
        for path in sorted((corpus / "nasty_charset").iterdir()):
            for value in re.split(rb"[\x1d-\x1f]", path.read_bytes()):
                marc8.decode(value)
    assert noise.getvalue() == ""


# --- writing ---


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


@pytest.mark.parametrize("letter", both_forms())
def test_vietnamese_letters_survive_here_and_in_pymarc(letter: str) -> None:
    data = marc8.encode(letter)
    assert b"\x1b" not in data and b"&" not in data
    assert marc8.decode(data) == (marc8.decode(data).text, True)
    assert normalise(marc8.decode(data).text) == composed(letter)
    assert pymarc.marc8.marc8_to_unicode(data) == composed(letter)


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("Truyện Kiều", b"Truy\xe3\xf2en Ki\xe3\xe1eu"),
        ("ế", b"\xe3\xe2e"),  # shape, tone, letter
        ("đường", b"\xb3\xbd\xe1\xbcng"),
        ("乒乓 / A", b"\x1b$1!0B!0C\x1b(B / A"),
        ("乒 乓", b"\x1b$1!0B\x1b(B \x1b$1!0C\x1b(B"),
        ("достоевский", b"\x1b(NDOSTOEWSKIJ\x1b(B"),
        ("Ґ", b"\x1b)Q\xe0\x1b)E"),
        ("ἀλφά", b"\xfe\x1b(Sanz\xe2a\x1b(B"),
        ("H₂O x²", b"H\x1bb2\x1bsO x\x1bp2\x1bs"),
        ("₂²", b"\x1bb2\x1bs\x1bp2\x1bs"),
        ("₂Д", b"\x1bb2\x1bs\x1b(Nd\x1b(B"),
        ("한글", b"\x1b$1o\\eoJ0\x1b(B"),
        ("𡨸", b"&#x21A38;"),  # one reference, not two surrogates
        ("\U000f0123", b"&#xF0123;"),
        ("t͡s", b"\xebt\xecs"),
        ("&#x1EBF;", b"&#x26;#x1EBF;"),
        ("a\x1b\x1f\ud800", b"a&#xFFFD;&#xFFFD;&#xFFFD;"),
        ("é\x7f", b"\xe2e&#x007F;"),
        ("\u0301a", b"&#x0301;a"),  # a mark on nothing
        ("ḿ\u0483\u0301", b"\xe2m&#x0483;&#x0301;"),  # order of marks is kept
        ("", b""),
    ],
)
def test_written(text: str, data: bytes) -> None:
    assert marc8.encode(text) == data


def test_every_character_of_every_set_is_written_and_read_back() -> None:
    for ch in {*eacc().values(), *(ch for found in SETS.values() for ch in found.codes.values())}:
        text = f"a{ch}b"
        decoded = marc8.decode(marc8.encode(text))
        assert normalise(decoded.text) == normalise(text), hex(ord(ch))
        assert decoded.clean


@pytest.mark.corpus
def test_lines_that_pymarc_is_tested_with(corpus: Path) -> None:
    """1,515 lines with what pymarc makes of them; the differences are meant and all here."""
    folder = corpus / "nasty_pymarc"
    pairs = zip(
        (folder / "test_marc8.txt").read_bytes().split(b"\n"),
        (folder / "test_utf8.txt").read_bytes().split(b"\n"),
        strict=True,
    )
    differing = []
    for marc, utf8 in pairs:
        decoded = composed(marc8.decode(marc).text)
        if decoded != composed(utf8.decode()):
            differing.append(marc)
    assert differing == []
