"""When memory counts as growing."""

import os

import pytest

from soak.memory import children, grows, growth, resident

MB = 1 << 20


@pytest.mark.parametrize(
    ("samples", "grown"),
    [
        ([100 * MB] * 40, False),
        ([mb * MB for mb in range(10, 110)][:25] + [200 * MB] * 75, False),
        ([(100 + n) * MB for n in range(100)], True),
        ([(10 + n // 10) * MB for n in range(100)], False),
        ([100 * MB], False),
        ([], False),
    ],
)
def test_growth(samples, grown):
    assert grows(samples) is grown


def test_one_peak_is_no_growth():
    samples = [100 * MB] * 40
    samples[-3] = 900 * MB
    assert growth(samples) == (100 * MB, 100 * MB)


def test_this_process():
    assert resident(os.getpid()) > MB
    assert resident(2**30) == 0
    assert children(os.getpid()) == sorted(children(os.getpid()))
