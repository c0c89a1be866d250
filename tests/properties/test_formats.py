"""Any bytes, read as each format: no exception but the documented one, XML out well-formed."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from fuzz.targets.reading import TARGET
from interop.formats import FORMATS, Good, read_records, write_records
from interop.marc import iso2709, marcxml
from interop.marc.holdings import read_holdings
from interop.marc.record import ControlField, DataField, MarcError, MarcRecord

# Good records of every format, cut up and mixed with what their grammars are made of.
PIECES = st.lists(
    st.sampled_from([*TARGET.tokens, *TARGET.seeds()[:11]]) | st.binary(max_size=6), max_size=12
).map(b"".join)


@pytest.mark.parametrize("name", ["auto", *FORMATS])
@settings(max_examples=25)
@given(data=PIECES | st.binary(max_size=200))
def test_any_bytes(name: str, data: bytes) -> None:
    try:
        results = list(read_records(io.BytesIO(data), format=name))
    except MarcError as error:
        assert "\n" not in str(error)
        return
    assert [result.position for result in results] == list(range(1, len(results) + 1))
    for result in results:
        if isinstance(result, Good):
            read_holdings(result.record, "VN-X")
            written = iso2709.encode(result.record)
            assert iso2709.decode(written).fields == result.record.fields
            etree.fromstring(marcxml.from_canonical(written))
        else:
            assert result.reason and "\n" not in result.reason
    assert_written_alike(data, name, results)


def assert_written_alike(data, name, results):
    """What is written without being read is what reading and writing gives."""
    written = write_records(io.BytesIO(data), marcxml.write, marcxml.from_cut, format=name)
    for result, quick in zip(results, written, strict=True):
        if isinstance(result, Good):
            assert quick == (result.position, marcxml.write(result.record), result.warnings)
        else:
            assert quick == result


_VALUES = st.text(
    st.sampled_from(
        "aeoAEOuyđĐÐð \u0300\u0301\u0302\u0306\u0323\u031b\u0309\u0998\u1ea5ếơ"
        "&<>\r\n^'?.喃𡨸\xa0\x88Ã©Â»º\ufffd\uffff"
    ),
    max_size=12,
)


@given(
    st.lists(
        st.lists(st.tuples(st.sampled_from("abcx6$&"), _VALUES), min_size=1, max_size=4),
        min_size=1,
        max_size=4,
    ),
    st.sampled_from(["245", "200", "952", "880"]),
)
def test_sound_records_are_written_alike(fields, tag):
    found = [DataField(tag, "1", "0", tuple(subfields)) for subfields in fields]
    record = MarcRecord("00000nam a2200000   4500", (ControlField("001", "1"), *found))
    data = iso2709.encode(record) * 2
    assert_written_alike(data, "auto", list(read_records(io.BytesIO(data))))
