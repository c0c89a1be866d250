"""CDS/ISIS exports: wrapped lines, other terminators, tags of their own."""

import io

import pytest

from interop.formats import Good, read_records
from interop.formats.cdsisis import parse_mapping, read
from interop.marc.record import ControlField, DataField, MarcError

FIELDS = [
    ("024", "<The> Controlled climate in the plant chamber"),
    ("026", "^aHà Nội^bGiáo dục^c1975"),
    ("030", "^ap. 247-257^billus."),
    ("069", "<plant physiology><water>"),
    ("070", "Magalhaes, A.C."),
    ("070", "<Mc=mac>Franco, C.M."),
    ("099", "local"),
]


def export(fields: list[tuple[str, str]], end: bytes = b"#", codec: str = "utf-8") -> bytes:
    directory = body = b""
    for tag, value in fields:
        data = value.encode(codec) + end
        directory += f"{tag}{len(data):04}{len(body):05}".encode()
        body += data
    base = 24 + len(directory) + 1
    last = b"#" if end == b"#" else b"\x1d"
    head = f"{base + len(body) + 1:05}0000000{base:05}0004500".encode()
    return head + directory + end + body + last


def wrapped(data: bytes, line_end: bytes = b"\r\n") -> bytes:
    return b"".join(data[at : at + 80] + line_end for at in range(0, len(data), 80))


EXPECTED = (
    ControlField("008", "000000s1975    xx |||||||||||||||||und|d"),
    DataField("100", "1", " ", (("a", "Magalhaes, A.C."),)),
    DataField("245", "1", "4", (("a", "The Controlled climate in the plant chamber"),)),
    DataField("260", " ", " ", (("a", "Hà Nội"), ("b", "Giáo dục"), ("c", "1975"))),
    DataField("300", " ", " ", (("a", "p. 247-257"), ("b", "illus."))),
    DataField("653", " ", " ", (("a", "plant physiology"),)),
    DataField("653", " ", " ", (("a", "water"),)),
    DataField("700", "1", " ", (("a", "McFranco, C.M."),)),
)


@pytest.mark.parametrize("end", [b"#", b"\x1e"])
@pytest.mark.parametrize("wrap", [wrapped, lambda data: wrapped(data, b"\n"), lambda data: data])
def test_every_way_of_wrapping(end, wrap) -> None:
    data = wrap(export(FIELDS, end)) * 3
    results = list(read_records(io.BytesIO(data)))
    assert [r.record.fields for r in results if isinstance(r, Good)] == [EXPECTED] * 3
    assert {r.raw_format for r in results if isinstance(r, Good)} == {"cdsisis"}
    assert isinstance(results[0], Good)
    assert results[0].warnings == (
        "tags read as those of cds (CDS/ISIS)",
        "field 99 has no meaning in the mapping: left out",
    )


def test_a_wrong_length_costs_nothing() -> None:
    record = export(FIELDS)
    data = record + b"00017" + record[5:] + record
    results = list(read_records(io.BytesIO(data)))
    assert [isinstance(result, Good) for result in results] == [True] * 3


@pytest.mark.parametrize(
    ("codec", "note"),
    [("cp850", "not UTF-8, read as code page 850"), ("cp1252", "not UTF-8, read as Latin-1")],
)
def test_code_pages(codec: str, note: str) -> None:
    record, warnings = read(export([("024", "Économie de la forêt à côté")], codec=codec))
    assert next(record.data("245")).first("a") == "Économie de la forêt à côté"
    assert note in warnings


def test_lilacs_is_known_by_its_tags() -> None:
    fields = [("012", "Título^ies"), ("010", "Silva, J^1USP"), ("030", "Rev"), ("031", "7")]
    fields += [("064", "1999"), ("066", "Lima"), ("040", "Es"), ("002", "17")]
    record, _ = read(export(fields))
    assert record.control("001") == "17"
    assert record.leader[7] == "b"
    assert [str(f.subfields) for f in record.data("260", "773")] == [
        "(('a', 'Lima'), ('c', '1999'))",
        "(('g', '7'), ('t', 'Rev'))",
    ]
    assert record.control("008")[7:11] == "1999" and record.control("008")[35:38] == "spa"


def test_tags_of_marc_stay() -> None:
    record, _ = read(export([("001", "7"), ("245", "10^aNhan đề^ccủa ai"), ("650", "Thơ")]))
    assert record.fields == (
        ControlField("001", "7"),
        DataField("245", "1", "0", (("a", "Nhan đề"), ("c", "của ai"))),
        DataField("650", " ", " ", (("a", "Thơ"),)),
    )


def test_a_mapping_of_the_source() -> None:
    mapping = {"5": "245 00 a n:p", "7": "001", "9": "260+ __ c"}
    data = export([("005", "Nhan đề^nPhần"), ("007", "x1"), ("009", "2001")])
    (result,) = read_records(io.BytesIO(data), format="cdsisis", mapping=mapping)
    assert isinstance(result, Good)
    assert [field.tag for field in result.record.fields] == ["008", "001", "245", "260"]
    assert next(result.record.data("245")).subfields == (("a", "Nhan đề"), ("p", "Phần"))
    with pytest.raises(MarcError, match="takes no mapping"):
        list(read_records(io.BytesIO(b"<record/>"), format="marcxml", mapping=mapping))


@pytest.mark.parametrize("row", ["", "24", "245", "245 10", "001 10 a", "245 10 a b", "2450 10 a"])
def test_rows_that_are_none(row: str) -> None:
    with pytest.raises(ValueError, match="expected a line like|control fields"):
        parse_mapping({"24": row})


def test_damage() -> None:
    with pytest.raises(MarcError, match="cut off"):
        read(export(FIELDS)[:150])
    with pytest.raises(MarcError, match="no directory"):
        read(b"x" * 40)
