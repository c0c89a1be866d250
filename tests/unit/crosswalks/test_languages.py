"""Language codes between MARC, ISO 639-1, BCP 47 and what people write."""

import pytest

from interop.crosswalks._languages import bcp47, marc_code, split_codes


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("vie", ["vie"]),
        ("vieeng", ["vie", "eng"]),
        ("viechieng", ["vie", "chi", "eng"]),
        ("ENG ", ["eng"]),
        ("   ", []),
        ("|||", []),
        ("und", []),
        ("vi", []),
        ("v1e", []),
    ],
)
def test_split(value, codes):
    assert split_codes(value) == codes


@pytest.mark.parametrize(
    ("value", "code"),
    [("vi", "vie"), ("vi_VN", "vie"), ("vi-Hani", "vie"), ("vie", "vie"), ("Tiếng Việt", "vie")]
    + [("Vietnamese", "vie"), ("fr", "fre"), ("fra", "fre"), ("fre", "fre"), ("zh-Hant", "chi")]
    + [("hmn", "hmn"), ("", None), ("und", None), ("other language", None), ("N/A", None)],
)
def test_marc_code(value, code):
    assert marc_code(value) == code


@pytest.mark.parametrize(
    ("code", "tag"), [("vie", "vi"), ("chi", "zh"), ("khm", "km"), ("hmn", "hmn"), ("", "und")]
)
def test_bcp47(code, tag):
    assert bcp47(code) == tag
