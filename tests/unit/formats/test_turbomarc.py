"""TurboMARC."""

import io

import pytest

from interop.formats import Good, read_records
from interop.formats.turbomarc import read
from interop.marc.record import ControlField, DataField, MarcError

RECORD = (
    '<r xmlns="http://www.indexdata.com/turbomarc"><l>00492nam a22001455a 4500</l><c001>7</c001>'
    '<d245 i1="1" i2="0"><sa>Truyện Kiều</sa><s code="-">x</s></d245></r>'
)


def test_a_collection() -> None:
    data = f"<collection>{RECORD}<r><l>0</l>{RECORD}</collection>".encode()
    results = list(read_records(io.BytesIO(data)))
    assert [r.record.fields for r in results if isinstance(r, Good)] == [
        (ControlField("001", "7"), DataField("245", "1", "0", (("a", "Truyện Kiều"), ("-", "x"))))
    ] * 2
    assert len(results) == 3


def test_the_namespace_may_stand_around_the_records() -> None:
    inner = RECORD.replace(' xmlns="http://www.indexdata.com/turbomarc"', "")
    data = f'<collection xmlns="http://www.indexdata.com/turbomarc">\n{inner}</collection>'
    (result,) = read_records(io.BytesIO(data.encode()))
    assert isinstance(result, Good) and result.raw_format == "turbomarc"


def test_nothing_in_it() -> None:
    with pytest.raises(MarcError, match="no field"):
        read(b"<r><l>00492nam a22001455a 4500</l></r>")
