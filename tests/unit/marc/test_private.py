"""What stays in the library, and that everything else goes as it is."""

import pytest
from hypothesis import given

from interop.marc.cut import cut
from interop.marc.iso2709 import encode
from interop.marc.private import is_private, public, public_cut
from interop.marc.record import DataField
from tests.properties.strategies import marc_records
from tests.unit.crosswalks.mrk import record


@pytest.mark.parametrize(
    ("line", "stays"),
    [
        ("=541  0\\$aNguồn", True),
        ("=541  1\\$aNguồn", False),
        ("=561  \\\\$aLịch sử", False),
        ("=583  0\\$aXử lý", True),
        ("=590  \\\\$aKho", True),
        ("=596  \\\\$a2 14", True),
        ("=600  10$aNguyễn Du", False),
        ("=880  \\\\$6590-01$a喃", True),
        ("=880  0\\$6561-01$a喃", True),
        ("=880  10$6245-01$a喃", False),
        ("=901  \\\\$a1", True),
        ("=999  \\\\$c1", True),
        ("=952  \\\\$p1", False),
        ("=AVA  \\\\$bX$eavailable", True),
        ("=CAT  \\\\$aTHU", True),
        ("=LKR  \\\\$b000000001", True),
        ("=a1b  \\\\$b1", True),
        ("=880  \\\\$6AVA-01$a喃", True),
        ("=880  \\\\$a喃", False),
        ("=852  \\\\$a1", False),
    ],
)
def test_which_fields_stay(line, stays):
    (field,) = record(line).fields
    assert is_private(field) is stays


def test_nonpublic_notes_of_holdings_stay():
    marc = record(
        "=245  10$aA$xB\n=852  \\\\$aX$xmật$zcông khai\n=952  \\\\$xmật\n=866  \\0$a1-2$xm"
    )
    expected = record("=245  10$aA$xB\n=852  \\\\$aX$zcông khai\n=866  \\0$a1-2")
    assert public(marc) == expected


def test_nothing_private_means_the_same_record():
    marc = record("=001  a\n=245  10$aA\n=852  \\\\$aX")
    assert public(marc) is marc


def fields_of(parts):
    """Without the leader, which has the lengths of the whole."""
    return parts[1:]


@given(record=marc_records())
def test_a_cut_record_loses_the_same(record):
    parts = cut(encode(record))
    expected = public(record)
    if parts is not None and any(isinstance(field, DataField) for field in expected.fields):
        assert fields_of(public_cut(parts)) == fields_of(cut(encode(expected)))


@pytest.mark.parametrize(
    "lines",
    [
        "=541  0\\$aX",
        "=561  1\\$aX",
        "=590  \\\\$aX",
        "=880  \\\\$6590-01$a喃",
        "=880  \\\\$6喃590-01$a喃",
        "=880  0\\$6561-01$a喃",
        "=880  \\\\$6852-01$a喃$xmật",
        "=880  \\\\$a喃",
        "=880  \\\\$6CAT-01$6245-01$a喃",
        "=852  \\\\$aX$xmật$zcông khai$xy",
        "=852  x1$xmật",
        "=952  \\\\$p1$xmật",
        "=999  \\\\$a1",
    ],
)
def test_a_cut_record_loses_each_of_them(lines):
    whole = record(f"=001  a\n{lines}\n=900  \\\\$a1\n=245  10$aA")
    parts = cut(encode(whole))
    assert parts is not None
    assert fields_of(public_cut(parts)) == fields_of(cut(encode(public(whole))))


def test_a_cut_record_without_anything_private_is_the_same():
    parts = cut(encode(record("=001  a\n=245  10$aA\n=650  \\\\$aX")))
    assert parts is not None
    assert public_cut(parts) is parts
