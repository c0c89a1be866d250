"""Valid syllables: by example, and on the words of real titles."""

from pathlib import Path

import pytest

from interop.text.syllables import is_syllable


@pytest.mark.parametrize(
    "word",
    "nguyễn NGHIÊNG quốc quyển giếng gì giữa khuỷu thuở hoà hòa nghệch xoong yêu ý ăn đặc "
    "việt Quý quí ngoằn khuya huơ boong uống".split(),
)
def test_syllables(word: str) -> None:
    assert is_syllable(word)


@pytest.mark.parametrize(
    "word", "ngi cê ghang việtt tìc mặch đfg straße café naïve phaàn töø qăng ệ̀ été ŋa".split()
)
def test_no_syllables(word: str) -> None:
    assert not is_syllable(word)


@pytest.mark.corpus
def test_words_of_real_titles(corpus: Path) -> None:
    """Words with a mark in 14,352 titles: loan words, abbreviations and French are the rest."""
    total = good = 0
    for line in (corpus / "vi" / "title_words_vi.tsv").read_text(encoding="utf-8").splitlines():
        word, times = line.split("\t")
        if not word.isascii():
            total += int(times)
            good += int(times) * is_syllable(word)
    assert good / total > 0.99
