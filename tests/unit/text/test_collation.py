"""Sort keys: the order of a Vietnamese dictionary."""

import re
import subprocess
from pathlib import Path
from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.text.collation import sort_key


@pytest.mark.parametrize(
    "ordered",
    [
        "a ă â b c d đ e ê g h i k l m n o ô ơ p q r s t u ư v x y",
        "ma mà mả mã má mạ mă mằ mẳ mẵ mắ mặ mâ mầ mẩ mẫ mấ mậ",
        "a A à À ă Ă â Â",
        "ao ão áp ăn ân",
        "dung dũng đau",
        "út ước",
        "an anh ánh",
        "1 10 2 a",
        "oi øj ok øm ôm",
        "zebra 傳 喃 𢆥",
    ],
)
def test_order(ordered):
    words = ordered.split()
    assert sorted(reversed(words), key=sort_key) == words


def test_words_before_letters():
    titles = ["Ba", "Ba bà", "Ba má", "Bà", "Bác"]
    assert sorted(reversed(titles), key=sort_key) == ["Ba", "Bà", "Ba bà", "Ba má", "Bác"]


def test_tones_decide_after_all_letters():
    # CLDR: a tone in the first word weighs less than any letter of the second.
    assert sort_key("hoà an") < sort_key("hoa binh")


def test_punctuation_counts_as_one_blank():
    assert sort_key("«Văn học», tập 1") == sort_key("Văn học tập 1")
    assert sort_key("...") == sort_key("") == b"\0\0"


def test_tone_on_a_consonant_belongs_to_it():
    assert sort_key("m") < sort_key("m\u0300") < sort_key("n")


@given(st.text(), st.text())
def test_keys_are_bytes_without_stray_separators(left, right):
    assert sort_key(left).count(b"\0") == 2
    assert (sort_key(left) < sort_key(right)) or (sort_key(left) >= sort_key(right))


@given(st.text())
def test_canonically_equivalent_texts_have_one_key(text):
    assert sort_key(normalize("NFD", text)) == sort_key(normalize("NFC", text))


@given(st.text(st.sampled_from("abzăđô ")), st.text(st.sampled_from("abzăđô "), min_size=1))
def test_a_beginning_sorts_first(head, tail):
    assert sort_key(head) <= sort_key(head + tail)


@given(st.text(st.characters(max_codepoint=0x7F)))
def test_ascii_is_sorted_as_it_is_among_other_letters(text: str) -> None:
    weightless = " \u0327"  # a mark that belongs to no letter: only the way to the key is another
    assert sort_key(text) == sort_key(text + weightless)


_CLDR = """
use Unicode::Collate::Locale; binmode STDIN, ":utf8";
my $order = Unicode::Collate::Locale->new(locale => "vi", variable => "non-ignorable");
while (<STDIN>) { chomp; print unpack("H*", $order->getSortKey($_)), "\\n" }
"""


@pytest.mark.peer
@pytest.mark.corpus
@pytest.mark.parametrize("name", ["title_words_vi.tsv", "authors_vi.tsv"])
def test_the_order_of_cldr(corpus: Path, peer, name: str) -> None:
    """Words of titles and names of authors as Perl's Unicode::Collate::Locale orders them, blanks
    counting and punctuation apart (it is a blank here).
    """
    lines = (corpus / "vi" / name).read_text(encoding="utf-8").splitlines()
    texts = [line.split("\t")[0] for line in lines]
    words = [text for text in texts if re.fullmatch(r"[^\W_]+( [^\W_]+)*", text)]
    assert len(words) > 6_000
    ran = subprocess.run(
        [peer("perl"), "-e", _CLDR],
        input="\n".join(words).encode(),
        capture_output=True,
        check=True,
    )
    keys = dict(zip(words, ran.stdout.decode().split(), strict=True))
    ordered = sorted(words, key=sort_key)
    wrong = [
        (first, second)
        for first, second in zip(ordered, ordered[1:], strict=False)
        if keys[first] > keys[second] and sort_key(first) != sort_key(second)
    ]
    assert wrong == []
