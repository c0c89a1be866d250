"""gzip members from parts, with both compressors."""

import gzip
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.http import deflate as module
from interop.http.deflate import combine, crc32, deflate, inflate, member, stored

PARTS = st.lists(st.tuples(st.booleans(), st.binary(max_size=400)), max_size=6)


@pytest.fixture(params=["isal", "zlib"], scope="module")
def library(request):
    if request.param == "isal" and module._fast is None:
        pytest.skip("isal is not installed for this machine")
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "zlib":
            patch.setattr(module, "_fast", None)
        yield request.param


def one_member(packed: bytes) -> bytes:
    """The content of the first member, which must be all there is."""
    reader = zlib.decompressobj(16 + zlib.MAX_WBITS)
    content = reader.decompress(packed) + reader.flush()
    assert reader.eof and reader.unused_data == b""
    return content


@given(parts=PARTS)
def test_parts_make_one_member_whatever_they_are(library: str, parts) -> None:
    for packed in (True, False):
        made = [deflate(p) if packed and d else stored(p) for d, p in parts]
        content = b"".join(part for _, part in parts)
        assert one_member(b"".join(member(made))) == content
        assert gzip.decompress(b"".join(member(made))) == content


def test_a_part_can_stand_anywhere_and_comes_back(library) -> None:
    page = b"<record>M\xe1\xbb\x99t</record>" * 20_000
    part = deflate(page)
    assert len(part.blocks) < len(page) / 50 and inflate(part) == page
    for parts in ([part], [part, part], [stored(b"<a>"), part, stored(b"</a>"), part]):
        content = b"".join(inflate(each) for each in parts)
        assert one_member(b"".join(member(parts))) == content


def test_a_stored_part_may_be_longer_than_a_block(library) -> None:
    long = bytes(200_000)
    assert one_member(b"".join(member([stored(long)]))) == long


@given(first=st.binary(max_size=300), second=st.binary(max_size=300))
def test_combine_is_the_crc_of_both(library: str, first: bytes, second: bytes) -> None:
    assert combine(zlib.crc32(first), zlib.crc32(second), len(second)) == zlib.crc32(first + second)


@given(data=st.binary(max_size=300))
def test_both_compressors_give_the_crc_of_gzip(library: str, data: bytes) -> None:
    assert crc32(data) == zlib.crc32(data) == deflate(data).crc == stored(data).crc


def test_combine_over_a_long_part(library) -> None:
    first, second = b"head", bytes(3_000_000)
    assert combine(zlib.crc32(first), zlib.crc32(second), len(second)) == zlib.crc32(first + second)
