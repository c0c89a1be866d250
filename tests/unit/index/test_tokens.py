"""Limits on single tokens."""

import pytest

from interop.index.tokens import BOUNDARY, FILLER, MAX_TOKEN, clean


@pytest.mark.parametrize(
    ("token", "expected"),
    [
        ("sách", "sách"),
        ("x" * (MAX_TOKEN + 5), "x" * MAX_TOKEN),
        ("đ" * (MAX_TOKEN + 5), "đ" * MAX_TOKEN),
        (f"a{BOUNDARY}{FILLER}b\U0010ffff", "ab"),
        ("a\ud800b", "a?b"),
        ("\ue000\U000f0000", "\ue000\U000f0000"),  # Nôm fonts
        ("", ""),
    ],
)
def test_clean(token, expected):
    assert clean(token) == expected
