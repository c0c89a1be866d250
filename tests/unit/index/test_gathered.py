"""What documents have for the tables, gathered part by part."""

from interop.index.base import Document, Own
from interop.index.gathered import BOTH, EXACT, FOLDED, YEARS, Gathered


def document(rid, folded=(), marked=(), **more):
    texts, exact = {"title": (folded,)}, {"title": (marked,)}
    fields = {"keys": {}, "years": {}, "sort": {}} | more
    return Document(rid, "tv1", texts, exact, **fields)


def test_a_word_stands_once_however_often_and_in_whichever_form_it_comes():
    gathered = Gathered()
    gathered.add([document(1, ("a", "b"), ("a", "b")), document(2, ("a", "da"), ("a", "đá"))], [])
    gathered.add([document(3, ("c", "dau"), ("c", "đau")), document(4, ("c",), ("ç",))], [])
    words = gathered.words()
    assert words["title", BOTH] == {"a", "b", "c"}
    assert words["title", FOLDED] == {"da", "dau"}
    assert words["title", EXACT] == {"đá", "đau", "ç"}


def test_keys_and_years_are_words_of_their_own_kind():
    gathered = Gathered()
    gathered.add([document(1, keys={"isbn": ("1", "2")}, years={"date": (1990, 2000)})], [])
    words = gathered.words()
    assert (words["isbn", FOLDED], words["isbn", BOTH]) == ({"1", "2"}, set())
    assert words["date", YEARS] == {"1990", "2000"}


def test_what_a_record_of_two_says_by_itself_is_there():
    own = [
        Own(rid, name, {"any": (("x",),)}, {"any": (("x",),)}, {"control-number": (str(rid),)})
        for rid, name in ((1, "tv1"), (2, "union"))
    ]
    gathered = Gathered()
    gathered.add([document(1, ("a",), ("a",), sort={"title": b"a"}, pair=tuple(own))], [7])
    words = gathered.words()
    assert words["any", BOTH] == {"x"}
    assert words["control-number", FOLDED] == {"1", "2"}
    assert gathered.sorts == [((1, 2), {"title": b"a"})]
    assert gathered.deleted == [7]


def test_the_last_record_says_how_a_heading_is_shown():
    gathered = Gathered()
    for shown in ("Kiều", "KIỀU"):
        displays = {"title": (shown,)}
        gathered.add([document(1, ("kieu",), ("kiều",), displays=displays)], [])
    assert gathered.headings == {"title": {"kiều": "KIỀU"}}
