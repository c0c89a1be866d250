"""Aleph sequential."""

import io

import pytest

from interop.formats import Good, read_records
from interop.formats.aleph import read
from interop.marc.record import ControlField, DataField, MarcError

FIXED = "050601s1921    xx " + "|" * 14 + " ||vie  "
TWO = """\
000000002 FMT   L BK
000000002 LDR   L 00000nam^a2200301^i^4500
000000002 008   L 050601s1921^^^^xx^||||||||||||||^||vie^^
000000002 24510 L $$aTruyện Kiều$$cNguyễn Du
000000003 LDR   L 00000nam^a2200301^i^4500
000000003 001   L 7
000000003 650 0 L $$aPerl
"""


def test_two_records() -> None:
    results = list(read_records(io.BytesIO(TWO.encode())))
    assert [r.record.fields for r in results if isinstance(r, Good)] == [
        (
            ControlField("001", "000000002"),
            ControlField(
                "008",
                "050601s1921    xx ||||||||||||||||||vie  ".replace(
                    "|" * 18, "||||||||||||||" + " ||"
                ),
            ),
            DataField("245", "1", "0", (("a", "Truyện Kiều"), ("c", "Nguyễn Du"))),
        ),
        (ControlField("001", "7"), DataField("650", " ", "0", (("a", "Perl"),))),
    ]
    assert [r.warnings for r in results if isinstance(r, Good)] == [(), ()]


def test_latin_bytes_and_damage() -> None:
    record, warnings = read("000000002 24510 L $$acaf\xe9\nrubbish".encode("latin-1"))
    assert next(record.data("245")).first("a") == "café"
    assert warnings == (
        "not UTF-8, read as Latin-1",
        "line 'rubbish' left out",
        "leader missing",
    )
    with pytest.raises(MarcError, match="no line of Aleph"):
        read(b"rubbish")
