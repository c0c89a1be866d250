"""A file in, a file out: every record is written or named."""

from io import BytesIO

import pytest

from interop.convert import convert
from interop.crosswalks import CROSSWALKS
from interop.formats import Bad
from interop.marc.iso2709 import encode
from interop.marc.record import MarcError, MarcRecord
from tests.unit.crosswalks.mrk import record

GOOD = record("=001  q1\n=245  10$aTruyện Kiều /$cNguyễn Du\n=590  \\\\$akho")


def converted(data: bytes, prefix: str) -> tuple[bytes, list[Bad | None]]:
    out = BytesIO()
    results = list(convert(BytesIO(data), prefix, out))
    return out.getvalue(), results


@pytest.mark.parametrize("prefix", ["marcxml", "mods", "iso2709", "bibtex"])
def test_each_record_as_its_crosswalk_writes_it(prefix: str) -> None:
    written, results = converted(encode(GOOD) * 2, prefix)
    assert results == [None, None]
    assert written.count(CROSSWALKS[prefix].write(GOOD)) == 2
    assert b"kho" not in written


def test_what_cannot_be_read_or_held_is_told() -> None:
    long = record("=245  10$a" + "x" * 10_000)
    written, results = converted(encode(long) + b"junk\x1d" + encode(GOOD), "iso2709")
    assert [None if each is None else each.position for each in results] == [1, 2, None]
    assert isinstance(results[0], Bad) and "do not fit ISO 2709" in results[0].reason
    assert written == CROSSWALKS["iso2709"].write(GOOD)


def test_a_file_of_something_else() -> None:
    with pytest.raises(MarcError):
        converted(b"nothing of the kind", "marcxml")


def test_xml_without_records_is_a_document() -> None:
    written, results = converted(b"", "marcxml")
    assert results == []
    assert written.endswith(b"</collection>\n")


def test_records_that_need_repair_are_repaired() -> None:
    data = encode(GOOD).replace(b"10\x1fa", b"X0\x1fa")
    written, results = converted(data, "marcxml")
    assert results == [None]
    expected = CROSSWALKS["marcxml"].write(
        MarcRecord(GOOD.leader, (GOOD.fields[0], GOOD.fields[1]._replace(ind1="x")))
    )
    assert expected in written
