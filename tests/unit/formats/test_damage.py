"""Every damage that files of libraries are known for, by its name: read, and what was done noted.

Each stands between two good records: it costs nothing but itself, and this one not even that.
"""

import io
import re
from collections.abc import Callable

import pytest
from lxml import etree

from interop.formats import Bad, Good, read_records
from interop.marc import iso2709, marcxml
from interop.marc.record import ControlField, DataField, MarcRecord
from tests.unit.formats.test_cdsisis import EXPECTED, FIELDS, export, wrapped

RECORD = MarcRecord(
    "00000nam a2200000 a 4500",
    (
        ControlField("001", "vn1"),
        DataField("100", "1", " ", (("a", "Nguyễn Du"),)),
        DataField("245", "1", "0", (("a", "Truyện Kiều"),)),
    ),
)
ISO = iso2709.encode(RECORD)
XML = marcxml.write(RECORD)
END = ISO.index(b"\x1e")


def patched(at: int, new: bytes, data: bytes = ISO) -> bytes:
    return data[:at] + new + data[at + len(new) :]


def honest(data: bytes) -> bytes:
    return patched(0, b"%05d" % len(data), data)


def large(size: int) -> MarcRecord:
    """A record with contents of ``size`` bytes in fields of 9,000."""
    notes = tuple(
        DataField("500", " ", " ", (("a", f"{number:04} {'x' * 8_990}"),))
        for number in range(size // 9_000)
    )
    return MarcRecord(RECORD.leader, (*RECORD.fields, *notes))


LARGE = large(120_000)
LONG = MarcRecord(
    RECORD.leader, (*RECORD.fields, DataField("520", " ", " ", (("a", "y" * 12_345),)))
)


def wide_entry() -> bytes:
    """A field of more than 9,999 bytes whose length takes five digits of the directory."""
    data = iso2709.encode(LONG)
    at = data.index(b"5209999")
    length = b"%05d" % (12_345 + 5)
    wide = data[: at + 3] + length + data[at + 7 :]
    return honest(patched(12, b"%05d" % (wide.index(b"\x1e") + 1), wide))


def in_marc8(leader_09: bytes) -> bytes:
    """The record in MARC-8, whatever its leader says: combining marks before their letters."""
    bodies = [b"vn1", b"1 \x1faNguy\xe4\xe3en Du", b"10\x1faTruy\xf2\xe3en Ki\xe1\xe3eu"]
    directory = b""
    start = 0
    for tag, body in zip((b"001", b"100", b"245"), bodies, strict=True):
        directory += tag + b"%04d%05d" % (len(body) + 1, start)
        start += len(body) + 1
    base = 24 + len(directory) + 1
    leader = b"%05dnam %b22%05d a 4500" % (base + start + 1, leader_09, base)
    return leader + directory + b"\x1e" + b"".join(body + b"\x1e" for body in bodies) + b"\x1d"


ISO_2709: dict[str, tuple[bytes, MarcRecord, tuple[str, ...]]] = {
    "record length too small": (patched(0, b"00030"), RECORD, ()),
    "record length too large": (patched(0, b"00500"), RECORD, ()),
    "record length no number": (patched(0, b"?????"), RECORD, ()),
    "base address too small": (patched(12, b"00024"), RECORD, ("base address of data is wrong",)),
    "base address too large": (patched(12, b"00900"), RECORD, ("base address of data is wrong",)),
    "base address no number": (patched(12, b"     "), RECORD, ("base address of data is wrong",)),
    "directory with a wrong length": (
        patched(24 + 12 + 3, b"0003"), RECORD, ()),  # terminators are believed before lengths
    "directory with a wrong start": (
        patched(24 + 12 + 7, b"00001"), RECORD, ()),
    "directory counted in characters": (
        patched(24 + 12 + 3, b"0014"), RECORD, ()),
    "directory with letters for numbers": (
        patched(24 + 12 + 3, b"xxxxxxxxx"), RECORD,
        ("directory is damaged", "lengths in the directory are wrong")),
    "directory with an entry too many": (
        ISO[:END] + b"500000900100" + ISO[END:], RECORD,
        ("lengths in the directory are wrong", "4 entries in the directory, 3 fields")),
    "record of more than 99,999 bytes": (iso2709.encode(LARGE), LARGE, ()),
    "field of more than 9,999 bytes": (iso2709.encode(LONG), LONG, ()),
    "length of five digits in the directory": (wide_entry(), LONG, ("directory is damaged",)),
    "leader says MARC-8, bytes are UTF-8": (
        patched(9, b" "), RECORD, ("leader/09 says MARC-8, the bytes are UTF-8",)),
    "leader says UTF-8, bytes are MARC-8": (
        in_marc8(b"a"), RECORD, ("leader/09 says UTF-8, the bytes are read as MARC-8",)),
    "record terminator missing": (honest(ISO[:-1]), RECORD, ("record terminator missing",)),
    "last field terminator missing": (
        honest(ISO[:-2] + b"\x1d"), RECORD,
        ("last field terminator missing", "lengths in the directory are wrong")),
    "field terminator in a value": (
        honest(ISO.replace(b"Nguy", b"Ngu\x1e", 1)),
        MarcRecord(RECORD.leader, (
            RECORD.fields[0],
            DataField("100", "1", " ", (("a", "Ngu ễn Du"),)),
            RECORD.fields[2],
        )),
        ("lengths in the directory are wrong",)),
}  # fmt: skip


@pytest.mark.parametrize("name", ISO_2709)
def test_iso2709(name: str) -> None:
    data, wanted, notes = ISO_2709[name]
    results = list(read_records(io.BytesIO(ISO + data + ISO)))
    assert [type(result) for result in results] == [Good] * 3, results
    before, damaged, after = results
    assert isinstance(before, Good) and isinstance(damaged, Good) and isinstance(after, Good)
    assert before.record == after.record == RECORD
    assert damaged.record == wanted
    assert set(notes) <= set(damaged.warnings)


@pytest.mark.parametrize(
    "filler",
    [b"\n", b"\r\n", b"\0" * 100, b"\x1a", b" \r\n ", b"\xef\xbb\xbf", b"\t"],
    ids=repr,
)
def test_iso2709_with_filler_between_records(filler: bytes) -> None:
    results = list(read_records(io.BytesIO(filler.join([b"", ISO, ISO, ISO, b""]))))
    assert [r.record for r in results if isinstance(r, Good)] == [RECORD] * 3
    assert len(results) == 3


CDS_ISIS: dict[str, bytes] = {
    "terminators are #": export(FIELDS, b"#"),
    "terminators are those of ISO 2709": export(FIELDS, b"\x1e"),
    "wrapped at 80 with CR LF": wrapped(export(FIELDS)),
    "wrapped at 80 with LF": wrapped(export(FIELDS), b"\n"),
    "# inside a value": export([*FIELDS, ("099", "C# and F#")]),
}


@pytest.mark.parametrize("name", CDS_ISIS)
def test_cdsisis(name: str) -> None:
    results = list(read_records(io.BytesIO(CDS_ISIS[name] * 2)))
    assert [r.record.fields for r in results if isinstance(r, Good)] == [EXPECTED] * 2
    assert len(results) == 2


Change = Callable[[bytes], bytes]
TITLE = RECORD.fields[2]
assert isinstance(TITLE, DataField)


def changed(**what: object) -> MarcRecord:
    assert isinstance(TITLE, DataField)
    return MarcRecord(RECORD.leader, (*RECORD.fields[:2], TITLE._replace(**what)))


MARCXML: dict[str, tuple[Change, MarcRecord, str]] = {
    "leader too short": (
        lambda data: data.replace(b"00000nam a2200000 a 4500", b"nam a22 a 4500"),
        MarcRecord(RECORD.leader, RECORD.fields), "leader is 14 characters long"),
    "leader with collapsed blanks": (
        lambda data: data.replace(b"00000nam a2200000 a 4500", b"00000nam 2200000 a 4500"),
        RECORD, "leader is 23 characters long"),
    "leader missing": (
        lambda data: re.sub(b"<leader>.*</leader>", b"", data),
        MarcRecord("00000nam a2200000   4500", RECORD.fields), "leader missing"),
    "indicator missing": (
        lambda data: data.replace(b' ind1="1" ind2="0"', b""),
        changed(ind1=" ", ind2=" "), "indicators of field 245 repaired"),
    "subfield code missing": (
        lambda data: data.replace(b'<subfield code="a">Truy', b"<subfield>Truy"),
        changed(subfields=(("9", "Truyện Kiều"),)),
        "illegal or missing subfield code in field 245"),
    "tag missing": (
        lambda data: data.replace(b' tag="245"', b""),
        MarcRecord(RECORD.leader, RECORD.fields[:2]), "field without a tag left out"),
    "U+001F inside": (
        lambda data: data.replace("Kiều".encode(), "\x1fKiều".encode()),
        RECORD, "control characters removed"),
    "reference to U+001F inside": (
        lambda data: data.replace("Kiều".encode(), "&#x1f;Kiều".encode()),
        RECORD, "references to characters or entities repaired"),
    "undeclared prefix": (
        lambda data: re.sub(b"<(/?)", rb"<\1marc:", data.replace(marcxml.START_TAG, b"<record>")),
        RECORD, ""),
    "undeclared entity": (
        lambda data: data.replace("ề".encode(), b"&ecirc;&#x300;"),
        RECORD, "references to characters or entities repaired"),
    "bytes that are not UTF-8": (
        lambda data: data.replace("Truyện".encode(), b"Truy\xean"),
        changed(subfields=(("a", "Truy\ufffdn Kiều"),)), "invalid UTF-8 replaced by U+FFFD"),
}  # fmt: skip


@pytest.mark.parametrize("name", MARCXML)
def test_marcxml(name: str) -> None:
    """Of a file with one such record none is refused."""
    change, wanted, note = MARCXML[name]
    document = b"<?xml version='1.0'?><collection>" + XML + change(XML) + XML + b"</collection>"
    results = list(read_records(io.BytesIO(document)))
    assert not [result.reason for result in results if isinstance(result, Bad)]
    before, damaged, after = (result for result in results if isinstance(result, Good))
    assert before.record == after.record == RECORD
    assert damaged.record == wanted
    assert any(note in warning for warning in damaged.warnings) if note else not damaged.warnings
    etree.fromstring(marcxml.write(damaged.record))
