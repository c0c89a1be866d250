"""Which sets a record counts in."""

import pytest

from interop.store.totals import with_ancestors


@pytest.mark.parametrize(
    ("specs", "expected"),
    [
        ((), set()),
        (("a",), {"a"}),
        (("a:b:c",), {"a", "a:b", "a:b:c"}),
        (("a:b", "a:c", "a"), {"a", "a:b", "a:c"}),
        ((":odd", "a:"), {":odd", "a", "a:"}),
    ],
)
def test_every_set_above_counts_too(specs: tuple[str, ...], expected: set[str]) -> None:
    assert with_ancestors(specs) == expected
