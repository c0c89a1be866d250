"""Search forms: what is one word, what is equal in plain form, what stays apart in exact form."""

from unicodedata import normalize

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from interop.text import folding
from interop.text.folding import RESERVED, both, both_of_each, exact, fold

texts = st.text() | st.text(
    st.sampled_from("hoaàáòóuúyýqgi ĐđðÐ'’\u0301\u0300\u0302\u031b喃𢆥\U000f0001ខ្មែរ\u200b½ﬁİßꞵ_ʼ")
)


@pytest.mark.parametrize(
    ("text", "plain", "marked"),
    [
        ("Nguyễn Dữ", "nguyen du", "nguyễn dữ"),
        ("ĐẶNG Thai", "dang thai", "đặng thai"),
        ("Ðà Nẵng", "da nang", "đà nẵng"),
        ("Hoà hòa", "hoa hoa", "hoà hoà"),
        ("thúy Thuý", "thuy thuy", "thuý thuý"),
        ("qúy quý gía giá", "quy quy gia gia", "quý quý giá giá"),
        ("khủyu khuỷu", "khuyu khuyu", "khuỷu khuỷu"),
        ("của giếng gì", "cua gieng gi", "của giếng gì"),
        ("résumé où", "resume ou", "résumé où"),
        ("Toán học, tập 2: A-B", "toan hoc tap 2 a b", "toán học tập 2 a b"),
        ("snake_case", "snake case", "snake case"),
        ("Łódź Straße Ærø", "lodz strasse aero", "łódź strasse ærø"),
        ("１９９９ CO₂ ﬁn", "1999 co2 fin", "1999 co2 fin"),
        ("ភាសា\u200bខ្មែរ", "ភស ខមរ", "ភាសា ខ្មែរ"),
        ("ꨌꩌ ꨀꨪ", "ꨌꩌ ꨀ", "ꨌꩌ ꨀꨪ"),
        ("", "", ""),
        (" .,;\u0301", "", ""),
    ],
)
def test_tokens(text, plain, marked):
    assert exact(text) == normalize("NFC", marked).split()
    if text[:1] != "ꨌ":  # Cham finals are marks: plain form drops them
        assert fold(text) == normalize("NFC", plain).split()


def test_cham_marks_stay_in_exact_form_only():
    assert exact("ꨌꩌ") == ["ꨌꩌ"]
    assert fold("ꨌꩌ") == ["ꨌ"]


def test_han_characters_are_words_of_their_own():
    text = "傳翹Kiều𢆥𪜀𬺰𰀀𲎰\U000323b0豈々"
    expected = ["傳", "翹", "kieu", "𢆥", "𪜀", "𬺰", "𰀀", "𲎰", "\U000323b0", "豈", "々"]
    assert fold(text) == [normalize("NFC", token) for token in expected]


def test_private_use_and_unassigned_nom_is_kept():
    text = "a\U000f0123\U00100456\ue123\U0006360ab"
    assert fold(text) == exact(text) == ["a", *text[1:-1], "b"]


def test_ideographic_variation_selector_does_not_split_a_match():
    assert fold("喃\U000e0101字") == ["喃", "字"]


def test_radicals_are_the_characters_they_stand_for():
    assert fold("\u2f08") == ["人"]


@pytest.mark.parametrize(
    ("text", "tokens"),
    [
        ("M'Nông M’nông Mnông", ["mnong", "mnong", "mnong"]),
        ("O'Brien", ["obrien"]),
        ("l'Annam", ["l", "annam"]),
        ("de l’Indochine", ["de", "l", "indochine"]),
        ("jusqu'à l'aube", ["jusqu", "a", "l", "aube"]),
        ("'quoted' rock 'n' roll", ["quoted", "rock", "n", "roll"]),
    ],
)
def test_apostrophes(text, tokens):
    assert fold(text) == tokens


def test_invisible_characters_do_not_split_words():
    assert fold("thư\u00ad viện ki\u200dều \ufeffa \u202bb ʻAbd Kʻrim") == (
        "thu vien kieu a b abd krim".split()
    )


def test_tones_and_shapes_stay_apart_in_exact_form():
    assert len({exact(word)[0] for word in "ma má mà mả mã mạ mă mâ".split()}) == 8


@given(texts)
@example("\u0345a")
@example("ͺ")
@example("ﱞ")
def test_both_forms_have_the_same_places(text):
    assert len(fold(text)) == len(exact(text))


@given(texts)
def test_tokens_are_whole_words(text):
    for token in fold(text) + exact(text):
        assert token
        assert not set(token) & set(RESERVED + " \t\n'_-\u200b")
        assert not any("\ud800" <= ch <= "\udfff" for ch in token)


@given(texts)
def test_composed_and_decomposed_are_equal(text):
    assert fold(normalize("NFD", text)) == fold(text)
    assert exact(normalize("NFD", text)) == exact(text)


@given(texts)
def test_folding_tokens_again_changes_nothing(text):
    tokens = fold(text)
    assert fold(" ".join(tokens)) == tokens
    marked = exact(text)
    assert exact(" ".join(marked)) == marked


@given(texts)
def test_plain_form_of_exact_form_is_plain_form(text):
    assert fold(" ".join(exact(text))) == fold(text)


@given(st.text(st.sampled_from("aB9é喃 ")))
def test_case_does_not_matter(text):
    assert fold(text.upper()) == fold(text.lower())
    assert exact(text.upper()) == exact(text.lower())


def test_reserved_code_points_never_enter_a_token():
    assert fold(f"{RESERVED[0]}a{RESERVED[1]}b") == ["a", "b"]


@given(
    st.lists(
        st.text(st.sampled_from("aA0'’ -Ððđăéạấ\u0301\u0306\u0323ơ傳Ωßﬁ\u200d\x1f㍿\u0345")),
        max_size=4,
    )
)
def test_texts_looked_at_together_give_the_same(texts):
    plain, marked = both_of_each(texts)
    assert list(zip(plain, marked, strict=True)) == [both(text) for text in texts]
    for one, other in zip(plain, marked, strict=True):
        assert one is other or not all(map(str.isascii, other))


@given(st.text(st.characters(max_codepoint=0x2FF)))
def test_latin_words_are_cut_as_all_words_are(text):
    composed = folding._composed(text)
    assert folding._LATIN_WORDS.findall(composed) == folding._WORDS.findall(composed) or (
        folding._BEYOND_LATIN.search(composed)
    )


def test_words_are_kept_up_to_a_limit(monkeypatch):
    monkeypatch.setattr(folding, "_WORDS_KEPT", 2)
    kept = folding._Kept(str.upper)
    assert [kept[word] for word in ("a", "b", "a", "c", "b")] == ["A", "B", "A", "C", "B"]
    assert len(kept) <= 2
