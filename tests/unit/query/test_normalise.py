"""Keys and years: the same for a record and for a query."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from interop.query.access_points import ACCESS_POINTS
from interop.query.normalise import exact_tokens, key, text_tokens, year
from interop.text.folding import RESERVED

KINDS = ("key", "code", "isbn", "issn", "lccn", "oclc", "class", "date")


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [
        ("key", " Ocm00123 ", "Ocm00123"),
        ("class", "005.133  py 22", "005.133 PY 22"),
        ("class", " 895.922 1\tđ-n", "895.922 1 Đ-N"),
        ("code", "VIE", "vie"),
        ("code", "VN-QTI", "vnqti"),
        ("code", "0-19-852663-6 (pbk.)", "9780198526636"),
        ("code", "0317-8471 (print)", "03178471"),
        ("code", "ISSN 1050-124X", "1050124x"),
        ("code", "ocm03178471", "ocm03178471"),
        ("isbn", "0-19-852663-6", "9780198526636"),
        ("isbn", "978-0-19", "978019"),
        ("issn", "0317-8471", "03178471"),
        ("issn", "0317", "0317"),
        ("lccn", "n78-89035", "n78089035"),
        ("lccn", "N78", "n78"),
        ("oclc", "(OCoLC)ocm00123456", "123456"),
        ("oclc", "00123456", "123456"),
        ("oclc", "ocm", "ocm"),
        ("date", "1980/01/05", "19800105"),
        ("date", "960423", "19960423"),
        ("date", "260519", "20260519"),
        ("date", "2026-05-19T10:00:00Z", "20260519"),
        ("date", "20260519103000.0", None),
        ("date", "2026", None),
        *((kind, " ", None) for kind in KINDS),
        *((kind, RESERVED, None) for kind in KINDS),
    ],
)
def test_key(kind, value, expected):
    assert key(kind, value) == expected


@pytest.mark.parametrize("kind", ["text", "year", "colour"])
def test_kinds_without_keys(kind):
    with pytest.raises(ValueError, match=kind):
        key(kind, "x")


def test_every_key_kind_of_the_table_has_keys():
    for point in ACCESS_POINTS:
        if point.kind not in ("text", "year", "span"):
            assert key(point.kind, "12345678")


@pytest.mark.parametrize(
    ("value", "expected"),
    [("2020", 2020), (" 975 ", 975), ("[1999?]", 1999), ("2003-05-01", 2003), ("c1993.", 1993)]
    + [("", None), ("19", 19), ("199u", None), ("20030501", None), ("٢٠٢٠", None)],
)
def test_year(value, expected):
    assert year(value) == expected


def test_tokens_are_those_of_the_search_forms():
    assert text_tokens("Nguyễn Dữ") == ["nguyen", "du"]
    assert exact_tokens("Nguyễn Dữ") == ["nguyễn", "dữ"]


@given(st.sampled_from(KINDS), st.text())
@example("code", "\u0339 \u0334")
def test_keys_are_fixed_points(kind, value):
    result = key(kind, value)
    assert result is None or key(kind, result) == result
