"""UNIMARC as a file: what it is known by, and what never leaves."""

from interop.crosswalks import unimarc
from interop.marc.iso2709 import decode
from interop.marc.unimarc import is_unimarc
from tests.unit.crosswalks.mrk import record


def test_is_unimarc_without_what_is_private():
    marc = record("=100  0\\\\$aNguyễn Du\n=245  10$aTruyện Kiều\n=590  \\\\$aSECRET")
    written = unimarc.write(marc)
    assert int(written[:5]) == len(written) and written[20:24] == b"450 "
    assert is_unimarc(decode(written)) and "Truyện Kiều".encode() in written
    assert b"SECRET" not in written
