"""MARC-8: by hand from the code tables, and against pymarc on real records."""

import contextlib
import io
import re
import unicodedata
from pathlib import Path

import pymarc.marc8
import pytest

from interop.marc import marc8
from interop.text.normal import normalise


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
