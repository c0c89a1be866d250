"""Which coding a client gets, and that it can read it."""

import gzip

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st

from interop.http.coding import Part, choose, encode, raw_frame


@pytest.mark.parametrize(
    ("header", "coding"),
    [
        ("", "identity"),
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("deflate, gzip;q=0.5, br", "gzip"),
        ("x-gzip", "gzip"),
        ("*", "gzip"),
        ("*;q=0", "identity"),
        ("gzip;q=0", "identity"),
        ("gzip; q=0.000", "identity"),
        ("gzip;q=0, *", "identity"),
        ("identity, gzip;q=0.5", "identity"),
        ("identity;q=0.5, gzip", "gzip"),
        ("gzip;q=junk", "identity"),
        ("gzip;q=nan", "identity"),
        ("gzip;q=2", "identity"),
        ("identity", "identity"),
        ("deflate, br", "identity"),
        (",;=,", "identity"),
        ("gzip, deflate, br, zstd", "gzip"),
        ("zstd", "zstd"),
        ("zstd, gzip;q=0.9", "zstd"),
        ("zstd;q=0.1, gzip;q=0.9", "gzip"),
        ("zstd;q=0, *;q=0.1", "gzip"),
    ],
)
def test_choose(header: str, coding: str) -> None:
    assert choose(header) == coding


@given(st.text(max_size=40))
def test_any_header_gives_a_coding(header: str) -> None:
    assert choose(header) in ("gzip", "zstd", "identity")


def unzstd(body: bytes) -> bytes:
    """All frames of a body."""
    with zstandard.ZstdDecompressor().stream_reader(body, read_across_frames=True) as reader:
        return reader.read()


CHUNKS = st.lists(st.tuples(st.booleans(), st.binary(max_size=300)), max_size=5)


@given(CHUNKS)
def test_a_body_is_the_same_in_every_coding(chunks) -> None:
    content = b"".join(data for _, data in chunks)
    made = [Part(data) if is_part else data for is_part, data in chunks]
    assert b"".join(encode(made, "identity")) == content
    assert gzip.decompress(b"".join(encode(made, "gzip"))) == content
    assert unzstd(b"".join(encode(made, "zstd"))) == content
    assert b"".join(encode(made, "identity")) == content  # parts have given up their plain bytes


def test_a_part_costs_what_its_readers_use() -> None:
    page = b"<record/>" * 10_000
    part = Part(page)
    assert part.held == len(page)
    packed = part.deflated()
    assert part.held == len(packed.blocks) and part.deflated() is packed
    part.zstd()
    assert part.held < len(page) / 50
    assert part.plain() == page and part.held > len(page)
    only = Part(page)
    only.zstd()
    assert only.plain() == page


@pytest.mark.parametrize("size", [0, 1, 128 * 1024, 128 * 1024 + 1, 300_000])
def test_a_raw_frame_holds_any_size(size: int) -> None:
    data = bytes(size)
    assert unzstd(raw_frame(data)) == data
    assert zstandard.get_frame_parameters(raw_frame(data)).content_size == size
