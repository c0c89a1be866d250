"""Files as libraries send them: what is detected, what is split, what is refused."""

import gzip
import io
import re
import tarfile
import zlib
from collections.abc import Iterator

import pytest

from interop.crosswalks import XML_CROSSWALKS
from interop.formats import Bad, Good, ReadResult, read_records
from interop.marc import iso2709, marcxml, split
from interop.marc.holdings import read_holdings
from interop.marc.reader import read_iso2709
from interop.marc.record import ControlField, DataField, MarcError, MarcRecord
from tests.unit.crosswalks.mrk import record as mrk

RECORD = MarcRecord(
    "00000nam a2200000 a 4500",
    (ControlField("001", "vn1"), DataField("245", "1", "0", (("a", "Truyện Kiều"),))),
)
ISO = iso2709.encode(RECORD)
XML = marcxml.write(RECORD)
COLLECTION = b"<?xml version='1.0'?>\n<collection>%s</collection>"


def read(data: bytes) -> list[ReadResult]:
    return list(read_records(io.BytesIO(data)))


def shown(data: bytes) -> list[bool | str]:
    """Whether each result is our record, or why it is bad."""
    return [
        result.record == RECORD if isinstance(result, Good) else result.reason
        for result in read(data)
    ]


def archive(*files: bytes) -> bytes:
    """A tar archive of these files, after a folder that holds them."""
    packed = io.BytesIO()
    with tarfile.open(fileobj=packed, mode="w", format=tarfile.PAX_FORMAT) as tar:
        folder = tarfile.TarInfo("thư mục")
        folder.type = tarfile.DIRTYPE
        tar.addfile(folder)
        for number, content in enumerate(files):
            info = tarfile.TarInfo(f"biểu ghi {number}")
            info.size = len(content)
            tar.addfile(info, io.BytesIO(content))
    return packed.getvalue()


def test_a_good_result() -> None:
    assert read(ISO) == [Good(1, RECORD, ISO, "iso2709", ())]
    assert read(COLLECTION % XML) == [Good(1, RECORD, XML, "marcxml", ())]


def test_a_bad_result() -> None:
    assert read(ISO + b"rubbish\x1d" + ISO)[1] == (
        Bad(2, b"rubbish\x1d", "no field terminator, so no directory (at byte 8)")
    )


@pytest.mark.parametrize(
    "data",
    [
        ISO * 2,
        b"\r\n" + ISO + b"\r\n" + ISO + b"\r\n\x1a",
        b"\xef\xbb\xbf" + ISO + b"\0\0" + ISO,
        gzip.compress(ISO) + gzip.compress(ISO),
        gzip.compress(ISO * 2) + b"\0" * 20,
        XML * 2,
        b"\xef\xbb\xbf" + COLLECTION % (XML * 2),
        gzip.compress(COLLECTION % (XML * 2)),
        (b"<?xml version='1.0' encoding='utf-16'?><c>" + XML * 2).decode().encode("utf-16"),
        archive(ISO, b"", XML),
        gzip.compress(archive(gzip.compress(COLLECTION % (XML * 2)))),
        (b"<c>" + XML * 2).decode().encode("utf-16-be"),
        (b"<?xml version='1.0' encoding='cp1258'?><c>" + XML * 2).decode().encode(
            "cp1258", "xmlcharrefreplace"
        ),
        b"<m:collection xmlns:m='x'>" + re.sub(b"<(/?)", rb"<\1m:", XML * 2),
        b"<OAI-PMH><record><header/><metadata>%s</metadata></record>" % XML
        + b"<record><metadata>%s</metadata></record>" % XML,
        b"<collection><!-- <!-- never closed" + XML * 2,
        COLLECTION % (b"<!-- <record><leader> </record> -->" + XML + b"<record/>" + XML),
    ],
)  # fmt: skip
def test_two_records_in_every_dress(data: bytes) -> None:
    assert shown(data) == [True, True]


@pytest.mark.parametrize(
    ("data", "results"),
    [
        (b"", []),
        (b"\r\n \x1a", []),
        (b"<collection/>", []),
        (ISO + b"junk" + ISO, [True, "no leader and directory: bytes between two records", True]),
        (ISO[:-1] + ISO, [True, True]),  # its terminator lost
        (ISO + ISO[:40], [True, "no field terminator, so no directory (at byte 40)"]),
        (ISO + b"\x1d" + ISO, [True, "no field terminator, so no directory (at byte 1)", True]),
        (XML + XML[:-9] + XML, [True, "end tag of the record missing", True]),
        (XML + XML[49:] + XML, [True, "start tag of the record missing", True]),
        (XML + XML[:-20], [True, "cut off at its end"]),
        (XML + XML.replace(b"</subfield>", b"") + XML, [True, "not well-formed", True]),
        (XML + b"<record></record>" + XML, [True, "no field of MARC in the record element", True]),
    ],
)
def test_one_bad_record_costs_one_record(data: bytes, results: list[bool | str]) -> None:
    found = shown(data)
    assert [r if r is True else str(r).partition(": Opening")[0] for r in found] == results


def test_a_reason_is_one_line() -> None:
    """libxml2 quotes the text after a section that is not finished."""
    (result,) = read(COLLECTION % XML.replace(b"</leader>", b"</leader><![CDATA[a\nb\nc"))
    assert isinstance(result, Bad) and "\n" not in result.reason


def test_a_record_terminator_inside_text_is_text_when_the_length_says_so() -> None:
    field = ISO.replace(b"Truy", b"T\x1dru")
    (first, second) = read(field + ISO)
    assert isinstance(first, Good) and isinstance(second, Good)
    assert next(first.record.data("245")).first("a") == "Truện Kiều"
    assert first.warnings == ("control characters removed",)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"LDR  0", "no format of records that is known: begins with 'LDR  0' (at byte 0)"),
        (b"PK\x03\x04xl/workbook.xml", "an Excel file: save it as MARC (at byte 0)"),
        (b"PK\x03\x04" + ISO, "a ZIP archive: unpack it first (at byte 0)"),
        (b"f".ljust(257, b"\0") + b"ustar" + b" " * 250, "the tar archive is damaged"),
        (archive(ISO)[:700], "the tar archive is cut off"),
        (b"<html>&nbsp;</html>", "XML without a record of MARC"),
        (gzip.compress(ISO)[:-4], "the gzip data is cut off"),
        (gzip.compress(ISO * 9)[:20] + b"x" * 9, "the gzip data is damaged"),
    ],
)  # fmt: skip
def test_files_that_are_no_records(data: bytes, reason: str) -> None:
    with pytest.raises(MarcError) as caught:
        read(data)
    assert str(caught.value).startswith(reason)


def test_records_before_the_damage_of_a_gzip_file_are_read() -> None:
    """Good records of a file cut off in transfer are not lost."""
    results = read_records(io.BytesIO(gzip.compress(ISO * 9_999)[:-20]))
    seen = 0
    with pytest.raises(MarcError, match="cut off"):
        for result in results:
            seen += isinstance(result, Good)
    assert seen > 9_000


class Endless(io.BytesIO):
    """A stream that gives ``block`` ``times`` over and counts what was taken."""

    def __init__(self, start: bytes, block: bytes, times: int) -> None:
        super().__init__()
        self._blocks: Iterator[bytes] = iter([start] + [block] * times)

    def read(self, _: int | None = -1) -> bytes:
        return next(self._blocks, b"")


@pytest.mark.parametrize(("start", "end"), [(ISO, b"\x1d" + ISO), (XML + b"<record><leader>", XML)])
def test_memory_is_bounded(start: bytes, end: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(split, "LONGEST", 1 << 18)
    stream = Endless(start, b"x" * (1 << 16), 8)
    stream._blocks = iter([*stream._blocks, end])
    results = list(read_records(stream))
    reasons = [result.reason for result in results if isinstance(result, Bad)]
    assert reasons == ["longer than 16 MiB without an end"]
    assert all(len(result.raw) <= split.SAMPLE for result in results)
    assert [isinstance(result, Good) for result in results] == [True, False, True]


@pytest.mark.parametrize("block", [b"<!--", b"<![CDATA[", b"<record>", b"<a:record ", b"</record"])
def test_hostile_xml_takes_linear_time(block: bytes) -> None:
    """Half a minute and more, when it does not (see pytest's timeout)."""
    data = b"<collection>" + XML + block * 200_000
    assert shown(data)[0] is True


@pytest.mark.parametrize("block", [b"\x1e", b"001000400000", b"00714cam a22002055a 4500", b"\x1d"])
def test_hostile_iso2709_takes_linear_time(block: bytes) -> None:
    data = ISO + b"00000nam a2200000 a 4500" + block * 60_000 + b"\x1e" + block * 60_000
    assert shown(data)[0] is True


def test_a_bomb_is_refused() -> None:
    packer = zlib.compressobj(9, wbits=31)
    bomb = packer.compress(ISO)
    for _ in range(100):
        bomb += packer.compress(b"\0" * (1 << 20))
    bomb += packer.flush()
    with pytest.raises(MarcError, match="unpacks to more than 200 times"):
        read(bomb)


def test_the_fast_way_normalises() -> None:
    fields = (
        DataField("245", " ", " ", (("a", "Trà\u0302n\x0b"),)),
        DataField("500", " ", " ", ()),
    )
    data = iso2709.encode(MarcRecord(RECORD.leader, fields))
    record, warnings = read_iso2709(data)
    assert record.fields == (DataField("245", " ", " ", (("a", "Trần"),)),)
    assert warnings == ("control characters removed", "empty field 500 left out")
    assert record.leader == RECORD.leader


def test_holdings_of_alma_leave_with_the_record():
    """AVA has letters in its tag and stays, so what it tells of places is said in 852 too."""
    marc = mrk("=245  00$aSách\n=AVA  \\\\$aTVT$bMAIN$cKho$d895.9 K$eavailable$k1")
    [result] = read_records(io.BytesIO(marcxml.write(marc)))
    assert isinstance(result, Good)
    harvested = XML_CROSSWALKS["marcxml"].write(result.record)
    assert b"AVA" not in harvested
    [again] = read_records(io.BytesIO(harvested))
    [held] = read_holdings(again.record, "VN-TVT")
    assert (held.library, held.call_number, held.location) == ("VN-TVT", "895.9 K", "Kho")
    assert (held.status, held.available) == ("available", True)
    assert len([*result.record.data("852")]) == 1


def test_electronic_portfolios_of_alma_leave_with_the_record():
    marc = mrk("=245  00$aBáo\n=AVE  \\\\$uhttp://x.vn/1$sTừ 1990$nchỉ trong trường")
    [result] = read_records(io.BytesIO(marcxml.write(marc)))
    assert isinstance(result, Good)
    harvested = XML_CROSSWALKS["marcxml"].write(result.record)
    [again] = read_records(io.BytesIO(harvested))
    assert isinstance(again, Good)
    assert again.record.fields[-1] == DataField(
        "856", "4", "0", (("u", "http://x.vn/1"), ("3", "Từ 1990"), ("z", "chỉ trong trường"))
    )
    for each in (result.record, again.record):
        [held] = read_holdings(each, "VN-TVT")
        assert held.url == "http://x.vn/1"
