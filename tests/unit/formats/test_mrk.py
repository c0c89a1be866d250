"""MARCMaker text: names in braces, backslashes, MARC-8 and UTF-8."""

import io

import pytest

from interop.formats import Good, read_records
from interop.formats.mrk import read
from interop.marc.record import ControlField, DataField, MarcError


def test_a_file_of_two_records() -> None:
    text = (
        "=LDR  00755cam  22002414a 4500\r\n=001  vn1\\\r\n=245  10$aTruy\u1ec7n Ki\u1ec1u$h[s]\r\n"
        "that goes on\r\n\r\n=LDR  00755cam  22002414a 4500\r\n=500  \\\\$aCost {dollar}5 {lcub}x"
    )
    results = list(read_records(io.BytesIO(text.encode())))
    assert [r.raw_format for r in results if isinstance(r, Good)] == ["mrk", "mrk"]
    assert [r.record.fields for r in results if isinstance(r, Good)] == [
        (
            ControlField("001", "vn1 "),
            DataField("245", "1", "0", (("a", "Truyện Kiều"), ("h", "[s] that goes on"))),
        ),
        (DataField("500", " ", " ", (("a", "Cost $5 {x"),)),),
    ]


@pytest.mark.parametrize(
    ("value", "text"),
    [
        ("caf{acute}e", "café"),
        ("{circ}{acute}e", "ế"),
        ("{eacute}t{eacute}", "été"),
        ("{Dstrok}{dotb}ai", "Đại"),
        ("{uhorn}{grave}a {text} {bsol}", "ưà {text} \\"),
        ("{pound}5", "£5"),
        ("ễ {dollar}5 {acute}e", "ễ $5 é"),
    ],
)
def test_names_of_characters(value: str, text: str) -> None:
    record, _ = read(f"=LDR  00755cam  22002414a 4500\n=245  00$a{value}".encode())
    assert next(record.data("245")).first("a") == text


def test_bytes_of_marc8() -> None:
    record, warnings = read(b"=LDR  00755cam  22002414a 4500\n=245  00$a\xe3\xe2e {acute}e")
    assert next(record.data("245")).first("a") == "ế é"
    assert warnings == ()


def test_what_is_wrong_is_noted() -> None:
    record, warnings = read(b"junk\n=LDR  0\n=245  00no subfield")
    assert record.fields == (DataField("245", "0", "0", (("a", "no subfield"),)),)
    assert warnings == (
        "text before the first field left out",
        "text before the first subfield of field 245",
        "leader is 1 characters long",
    )
    with pytest.raises(MarcError, match="no field of MARC"):
        read(b"=LDR  00755cam  22002414a 4500")
