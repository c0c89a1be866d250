"""Words whose letters are gone: mended where only one is possible, never in right text."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.text.mending import may_be_damaged, mended, replaced
from interop.text.syllables import is_syllable


@pytest.mark.parametrize(
    ("received", "wanted", "doubtful"),
    [
        # A thesis: thụng and rừ are words too.
        (
            "những thụng tin rừ ràng về tỏc giả, và tiờu đề chủ đề",
            "những thụng tin rừ ràng về tác giả, và tiêu đề chủ đề",
            ("thụng", "rừ"),
        ),
        # A report of 2007: lu and ngời are words too.
        (
            "Khổ mẫu th mục … lu trữ … Những ngời … Phơng pháp",
            "Khổ mẫu thư mục … lu trữ … Những ngời … Phương pháp",
            ("lu", "ngời"),
        ),
        ("Trơng Chơng, nhà nớc", "Trương Chương, nhà nước", ()),
        ("Nghiên cứu tớnh thớch nghi, cỏch mạng", "Nghiên cứu tính thích nghi, cách mạng", ()),
    ],
)
def test_damaged_texts(received: str, wanted: str, doubtful: tuple[str, ...]) -> None:
    assert may_be_damaged(received)
    found = mended(received)
    assert found is not None
    assert replaced(received, found.words) == wanted
    assert found.doubtful == doubtful


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Phơng",  # one word proves nothing
        "tỏc giả",
        "Những thông tin rõ ràng về tác giả, và tiêu đề chủ đề",
        "200 tr. ; 21 cm, Nxb. Th. Nguyễn, TP HCM, ThS. PTTH",
        "Über die Möglichkeit größerer Veränderungen für Schüler, Straße, Gebäude",
        "Études françaises : où l'été s'achève, naïveté des garçons, âme, rôle, goût, bientôt",
        "Łódź i Kraków : święta, źródła, żółć, główny, król",
        "Los niños de España : según Ángel Muñoz, corazón, jóvenes",
        "Coração, põe, irmão, você, avó",
    ],
)
def test_what_is_left_alone(text: str) -> None:
    assert mended(text) is None


GOOD = {
    "vi": "Truyện Kiều và những vấn đề của văn học trung đại Việt Nam người phương thư lưu nước",
    "en": "the history of a small library and its readers naïve café résumé",
    "fr": "l'évolution des bibliothèques françaises où l'été être hôtel forêt âge cœur",
    "de": "über die Möglichkeit größerer Veränderungen für Schüler in München Straße",
}


@given(
    st.sampled_from(sorted(GOOD)).flatmap(
        lambda language: st.lists(st.sampled_from(GOOD[language].split()), max_size=30)
    )
)
def test_right_text_is_never_touched(words: list[str]) -> None:
    assert mended(" ".join(words)) is None


@given(st.text(max_size=60))
def test_what_is_mended_is_a_syllable(text: str) -> None:
    if (found := mended(text)) is not None:
        assert all(is_syllable(word) for word in found.words.values())


@pytest.mark.corpus
def test_real_titles_stay(corpus: Path) -> None:
    """None is taken for damaged, and hardly any looked at twice."""
    lines = (corpus / "vi" / "titles_vi.tsv").read_text(encoding="utf-8").splitlines()
    titles = [line.split("\t")[0] for line in lines]
    assert [title for title in titles if mended(title)] == []
    assert sum(map(may_be_damaged, titles)) < len(titles) / 100
