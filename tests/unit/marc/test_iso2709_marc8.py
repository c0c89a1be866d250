"""ISO 2709 in MARC-8: honest structure, 066, and what other readers make of it."""

import json
import subprocess
import unicodedata
from pathlib import Path

import pymarc
import pytest
from hypothesis import given

from interop.marc import iso2709_marc8, legal
from interop.marc.reader import read_iso2709
from interop.marc.record import ControlField, DataField, MarcError, MarcRecord
from tests.properties.strategies import marc_records
from tests.vietnamese import both_forms

SCRIPTS = ["乒乓 / A", "достоевский Ґґ", "ΑΒΓ ἀλφά", "שָׁלוֹם", "السلام ڀگ", "H₂O x² 한글 か"]


def record(*values: str) -> MarcRecord:
    subfields = tuple(("a", value) for value in values)
    return MarcRecord(
        legal.BLANK_LEADER, (ControlField("001", "1"), DataField("245", "1", "0", subfields))
    )


def composed(text: str) -> str:
    return unicodedata.normalize("NFC", text)


def test_vietnamese_needs_no_other_set() -> None:
    data = iso2709_marc8.encode(record("Truyện Kiều"))
    assert data == (
        b"00072nam  2200049   4500001000200000245002000002\x1e"
        b"1\x1e10\x1faTruy\xe3\xf2en Ki\xe3\xe1eu\x1e\x1d"
    )


def test_066_names_the_other_sets_in_its_place() -> None:
    read, _ = read_iso2709(iso2709_marc8.encode(record("乒 Зв Ґ", "α")))
    assert [field.tag for field in read.fields] == ["001", "066", "245"]
    assert read.fields[1] == DataField(
        "066", " ", " ", (("c", "$1"), ("c", "(N"), ("c", ")Q"), ("c", "(S"))
    )


def test_066_as_received_is_replaced() -> None:
    stale = record("Dế mèn")
    stale = MarcRecord(stale.leader, (DataField("066", " ", " ", (("c", "(N"),)), *stale.fields))
    read, _ = read_iso2709(iso2709_marc8.encode(stale))
    assert [field.tag for field in read.fields] == ["001", "245"]


def test_what_is_not_legal_is_refused() -> None:
    for field in (
        ControlField("245", ""),
        DataField("24", " ", " ", (("a", ""),)),
        DataField("245", "é", " ", (("a", ""),)),
        DataField("245", " ", " ", (("|", ""),)),
    ):
        with pytest.raises(MarcError):
            iso2709_marc8.encode(MarcRecord(legal.BLANK_LEADER, (field,)))


@given(marc_records())
def test_structure_is_honest(any_record: MarcRecord) -> None:
    data = iso2709_marc8.encode(any_record)
    assert int(data[:5]) == len(data)
    assert data[9:10] == b" "
    base = int(data[12:17])
    assert data[base - 1 : base] == b"\x1e"
    for at in range(24, base - 1, 12):
        end = base + int(data[at + 7 : at + 12]) + int(data[at + 3 : at + 7])
        assert data[end - 1 : end] == b"\x1e"


def test_pymarc_reads_it() -> None:
    read = pymarc.Record(iso2709_marc8.encode(record(*both_forms(), *SCRIPTS[:-1])))
    assert read["245"].get_subfields("a") == [composed(t) for t in (*both_forms(), *SCRIPTS[:-1])]


@pytest.mark.peer
def test_yaz_reads_it(peer, tmp_path: Path) -> None:
    file = tmp_path / "record.mrc"
    texts = [*both_forms(), *SCRIPTS]
    file.write_bytes(iso2709_marc8.encode(record(*texts)))
    command = [peer("yaz-marcdump"), "-f", "marc-8", "-t", "utf-8", "-o", "json", str(file)]
    read = json.loads(subprocess.run(command, capture_output=True, check=True, timeout=30).stdout)
    title = next(field["245"] for field in read["fields"] if "245" in field)
    values = [composed(subfield["a"]) for subfield in title["subfields"]]
    assert values == [composed(text) for text in texts]
