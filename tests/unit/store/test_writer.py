"""The digest that tells versions apart."""

from hypothesis import given
from hypothesis import strategies as st

from interop.store.writer import DIGEST_BYTES, content_digest


@given(first=st.tuples(st.binary(), st.binary()), second=st.tuples(st.binary(), st.binary()))
def test_equal_digests_mean_equal_parts(
    first: tuple[bytes, bytes], second: tuple[bytes, bytes]
) -> None:
    assert (content_digest(*first) == content_digest(*second)) == (first == second)
    assert len(content_digest(*first)) == DIGEST_BYTES


def test_the_border_between_the_parts_counts() -> None:
    assert content_digest(b"ab", b"c") != content_digest(b"a", b"bc")
