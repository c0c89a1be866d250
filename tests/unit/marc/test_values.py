"""Which encoding a value is in, whatever leader/09 says, and what is noted."""

import pytest

from interop.marc.record import ControlField, DataField
from interop.marc.values import Repairs, Values

UTF8 = "Nguyễn".encode()
MARC8 = b"Nguy\xe3\xe4en"
LATIN = b"caf\xe9 au lait"

SAYS_MARC8 = "leader/09 says MARC-8, the bytes are UTF-8"
AS_MARC8 = "leader/09 says UTF-8, the bytes are read as MARC-8"
AS_LATIN = "leader/09 says UTF-8, the bytes are read as Latin-1"
REPLACED = "invalid UTF-8 replaced by U+FFFD"
LOST = "text holds U+FFFD: characters were lost before or while reading"


@pytest.mark.parametrize(
    ("data", "ucs", "text", "notes"),
    [
        (b"plain", True, "plain", []),
        (UTF8, True, "Nguyễn", []),
        (UTF8, False, "Nguyễn", [SAYS_MARC8]),
        (MARC8, False, "Nguyễn", []),
        (MARC8, True, "Nguyễn", [AS_MARC8]),
        (LATIN, True, "café au lait", [AS_LATIN]),
        (LATIN, False, "caf \u030cau lait", ["bytes that are not MARC-8"]),
        ("Nguyễn Đình Chiểu".encode()[:-2] + b" x", True, "Nguyễn Đình Chi\ufffd x",
         [REPLACED, LOST]),
        (b"\x1b$1!0B\x1b(B", False, "乒", []),
        (b"\x1b$1!0B\x1b(B", True, "乒", []),  # no UTF-8 holds escape sequences
        (b"&#x1EC5;", False, "ễ", []),
        (b"&#x1EC5;", True, "&#x1EC5;", []),  # in UTF-8 it is what somebody typed
        ("e\u0302\u0303 \ufffd".encode(), True, "ễ \ufffd", [LOST]),
        ("\u0098The \u009cx\x1f\x00".encode(), True, "\u0098The \u009cx",
         ["control characters removed"]),
    ],
)  # fmt: skip
def test_values(data: bytes, ucs: bool, text: str, notes: list[str]) -> None:
    repairs = Repairs()
    assert Values(data, ucs, repairs).decode(data) == text
    assert list(repairs.warnings()) == notes


def test_one_record_may_hold_both() -> None:
    """880 fields are often added in UTF-8 to an old record."""
    repairs = Repairs()
    values = Values(MARC8 + UTF8, False, repairs)
    assert [values.decode(MARC8), values.decode(UTF8)] == ["Nguyễn", "Nguyễn"]
    assert repairs.warnings() == ()


def test_the_whole_record_decides_between_marc8_and_latin1() -> None:
    """Alone, each of these bytes could be a mark on the letter that follows."""
    repairs = Repairs()
    values = Values(b"\x1e".join([b"G\xe9n\xe9ral", LATIN]), True, repairs)
    assert values.decode(b"G\xe9n\xe9ral") == "Général"
    assert repairs.warnings() == (AS_LATIN,)


def test_a_note_is_kept_once() -> None:
    repairs = Repairs()
    for what in ("b", "a", "b"):
        repairs.note(what)
    assert repairs.warnings() == ("b", "a")


@pytest.mark.parametrize(
    ("tag", "ind1", "ind2", "counted"),
    [
        ("245", "1", "0", ("1", "4")),
        ("245", "1", " ", ("1", "4")),
        ("245", "1", "2", ("1", "2")),  # somebody counted already
        ("730", "0", " ", ("4", " ")),
        ("200", "1", " ", ("1", "4")),  # UNIMARC
        ("500", " ", " ", (" ", " ")),
    ],
)
@pytest.mark.parametrize("value", ["\x98The \x9cend", "\x88The \x89end"])
def test_marks_of_non_sorting_text(tag, ind1, ind2, counted, value):
    repairs = Repairs()
    field = DataField(tag, ind1, ind2, (("a", repairs.text(value)), ("b", "c")))
    (found,) = repairs.fields([field])
    assert found == DataField(tag, *counted, (("a", "The end"), ("b", "c")))


def test_stray_marks_go():
    repairs = Repairs()
    fields = [
        ControlField("001", repairs.text("x\x98y")),
        DataField("245", " ", " ", (("a", repairs.text("\x9cThe end")),)),
    ]
    assert repairs.fields(fields) == (
        ControlField("001", "xy"),
        DataField("245", " ", " ", (("a", "The end"),)),
    )
