"""i and y in open syllables: which words have two spellings, and what becomes of a query."""

from dataclasses import replace

import pytest

from interop.query import variants
from interop.query.ast import All, And, Mask, Not, Or, Prox, Range, SetRef, Term
from interop.query.variants import spellings, with_variants
from interop.text.folding import exact, fold


@pytest.mark.parametrize(
    ("one", "other"),
    [
        *[("kĩ", "kỹ"), ("mĩ", "mỹ"), ("hi", "hy"), ("lí", "lý"), ("quí", "quý"), ("sĩ", "sỹ")],
        *[("tỉ", "tỷ"), ("vị", "vỵ")],
    ],
)
def test_two_spellings_with_marks_and_without(one, other):
    for forms in (exact, fold):
        ((first,), (second,)) = forms(one), forms(other)
        assert spellings(first) == (first, second)
        assert spellings(second) == (second, first)


@pytest.mark.parametrize(
    "word",
    ["thi", "kim", "kinh", "my'", "chi", "di", "quit", "huy", "mỹ2", "y", "i", "喃", "", "qi"],
)
def test_words_of_one_spelling(word):
    assert spellings(word) == (word,)


KY_THUAT = Term("title", ("kỹ", "thuật"), "phrase", exact=True)
KI_THUAT = replace(KY_THUAT, tokens=("kĩ", "thuật"))


def test_a_word_or_phrase_is_asked_for_in_each_spelling():
    assert with_variants(KY_THUAT) == Or((KY_THUAT, KI_THUAT))
    hy = Term("any", ("hy",))
    assert with_variants(hy) == Or((hy, Term("any", ("hi",))))
    plain = Term("any", ("thư", "viện"), "all")
    assert with_variants(plain) is not None and with_variants(plain) == plain


def test_any_of_several_words_takes_them_all():
    asked = Term("title", ("mỹ", "thuật", "mĩ"), "any", exact=True)
    assert with_variants(asked) == replace(asked, tokens=("mỹ", "mĩ", "thuật"))


def test_operators_and_proximity_hold_the_spellings():
    thuat = Term("title", ("thuật",), exact=True)
    near = Prox(Term("title", ("mỹ",), exact=True), thuat)
    other = replace(near, left=Term("title", ("mĩ",), exact=True))
    assert with_variants(near) == Or((near, other))
    assert with_variants(Not(And((KY_THUAT, thuat)), Or((KY_THUAT,)))) == Not(
        And((Or((KY_THUAT, KI_THUAT)), thuat)), Or((Or((KY_THUAT, KI_THUAT)),))
    )


@pytest.mark.parametrize(
    "query",
    [
        All(),
        SetRef("1"),
        Range("year", 1990, None),
        Mask("title", ("mỹ",)),
        Term("isbn", ("my",), "key"),
        Term("title", ("mỹ",), trunc="right"),
        Term("title", ("mỹ",), trunc="left"),
        Term("title", ("mỹ",), trunc="both"),
    ],
)
def test_what_has_no_whole_words_stays(query):
    assert with_variants(query) == query


def test_the_end_that_is_not_cut_off_has_its_spellings():
    asked = Term("title", ("kỹ", "th"), "phrase", trunc="right", exact=True)
    assert with_variants(asked) == Or((asked, replace(asked, tokens=("kĩ", "th"))))


def test_spellings_are_bounded():
    many = Term("title", ("mỹ",) * 30, "phrase", exact=True)
    found = with_variants(many)
    assert isinstance(found, Or) and len(found.parts) == variants._MOST
    near = Prox(many, many)
    assert len(with_variants(near).parts) == variants._MOST
    assert len(set(with_variants(near).parts)) == variants._MOST
