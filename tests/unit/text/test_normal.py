"""Unicode repair: every way of typing a Vietnamese letter becomes its one composed form."""

import re
from itertools import permutations
from unicodedata import is_normalized, normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.text.normal import normalise

VOWELS = "aăâeêioôơuưy"
TONES = "\u0300\u0301\u0303\u0309\u0323"
LETTERS = [normalize("NFC", v + t) for v in VOWELS + VOWELS.upper() for t in TONES]

vietnamese = st.text(st.sampled_from("abcđðÐ þæ" + VOWELS + TONES + "\u0302\u0306\u031b\u0327"))


@pytest.mark.parametrize("letter", LETTERS)
def test_every_order_of_marks_gives_the_letter(letter):
    base, *marks = normalize("NFD", letter)
    for order in permutations(marks):
        assert normalise(base + "".join(order)) == letter


def test_tone_before_circumflex_is_put_in_order():
    # As Library of Congress records carry it after a trip through MARC-8.
    assert normalise("Tra\u0300\u0302n") == "Trần"
    assert normalise("Tr\u00e0\u0302n") == "Trần"


def test_horn_precomposed_and_tone_apart():
    assert normalise("Tr\u01b0\u01a1\u0300ng") == "Trường"


def test_other_languages_keep_their_order():
    assert normalise("k\u0301\u0302") == "\u1e31\u0302"


def test_eth_beside_vietnamese_letters_is_d_with_stroke():
    assert normalise("Ðường Ðinh") == "Đường Đinh"


@pytest.mark.parametrize("text", ["Guðrún", "Ðorðr", "maðr þæt ê", "Eð"])
def test_eth_elsewhere_stays(text):
    assert normalise(text) == normalize("NFC", text)


def test_nom_characters_stay():
    text = "\U000f0123\U00100456\ue123\U0006360a𢆥𰀀"
    assert normalise(text) == text


@given(st.text() | vietnamese)
def test_is_composed_and_idempotent(text):
    once = normalise(text)
    assert is_normalized("NFC", once)
    assert normalise(once) == once


@given(st.text() | vietnamese)
def test_decomposed_input_gives_the_same(text):
    assert normalise(normalize("NFD", text)) == normalise(text)


_ABOVE = "\u0300\u0301\u0303\u0309\u0302\u0306"


@given(st.text(st.sampled_from("aeoAEOxdằ\u0323\u0327 " + _ABOVE), max_size=8))
def test_the_short_cut_misses_nothing(text):
    """Marks are looked at where a shape stands alone in NFC; that is as good as looking always."""

    def in_order(run):
        shapes = "".join(mark for mark in run[0] if mark in "\u0302\u0306")
        return shapes + "".join(mark for mark in run[0] if mark not in shapes)

    decomposed = normalize("NFD", text)
    if re.search("[\u0300\u0301\u0303\u0309][\u0302\u0306]", decomposed):
        decomposed = re.sub(f"(?<=[aeoAEO])[{_ABOVE}]{{2,}}", in_order, decomposed)
    assert normalise(text) == normalize("NFC", decomposed)
