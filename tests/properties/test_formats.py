"""Any bytes, read as each format: no exception but the documented one, XML out well-formed."""

import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from lxml import etree

from fuzz.targets.reading import TARGET
from interop.formats import FORMATS, Good, read_records
from interop.marc import iso2709, marcxml
from interop.marc.holdings import read_holdings
from interop.marc.record import MarcError

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
