"""Which characters are Han, and in which script a text is written."""

import pytest

from interop.text.hannom import HAN_RANGES, is_han, is_private, script


@pytest.mark.parametrize(
    "ch",
    [
        "喃",
        "㐀",
        "豈",
        "⼀",
        "⺀",
        "々",
        "〇",
        "𠀀",
        "𪜀",
        "𫝀",
        "𫠠",
        "𬺰",
        "𮯰",
        "丽",
        "𰀀",
        "𱍐",
    ],
)
def test_han(ch):
    assert is_han(ch)


def test_extension_j_is_han_before_the_interpreter_knows_it():
    assert is_han("\U000323b0")


@pytest.mark.parametrize(
    "ch", ["a", "đ", " ", "。", "あ", "한", "\ue000", "\U000f0000", "\U0002fffd"]
)
def test_not_han(ch):
    assert not is_han(ch)


def test_every_range_holds_its_ends_and_no_more():
    for first, last in HAN_RANGES:
        assert is_han(chr(first))
        assert is_han(chr(last))
    ends = {last + 1 for _, last in HAN_RANGES} - {first for first, _ in HAN_RANGES}
    assert not any(is_han(chr(point)) for point in ends)


def test_ranges_ascend():
    points = [point for pair in HAN_RANGES for point in pair]
    assert points == sorted(points)


@pytest.mark.parametrize("ch", ["\ue000", "\uf8ff", "\U000f0000", "\U0010fffd"])
def test_private(ch):
    assert is_private(ch)


@pytest.mark.parametrize("ch", ["\ud7ff", "豈", "\U000ffffe", "喃"])
def test_not_private(ch):
    assert not is_private(ch)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Truyện Kiều", "Latn"),
        ("傳翹 = Kiều", "Latn"),
        ("傳翹新譯 (A)", "Hani"),
        ("\U000f0123\U000f0124", "Hani"),
        ("日本の歴史", "Jpan"),
        ("한국 歷史", "Kore"),
        ("Война и мир", "Cyrl"),
        ("ភាសាខ្មែរ", "Khmr"),
        ("ꨌꩌ", "Cham"),
        ("2020, [3]", None),
        ("", None),
    ],
)
def test_script(text, code):
    assert script(text) == code


def test_every_character_alone_has_the_script_that_it_has_among_others():
    """The short way for texts without other scripts knows the same letters."""
    for point in range(0xFFFF):
        alone = script(chr(point))
        beside = script(chr(point) * 3 + "\u0411")  # a Cyrillic letter
        assert beside == (alone or "Cyrl"), hex(point)
