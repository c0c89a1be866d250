"""What counts for a query."""

from interop.index.relevance import MAX_WORDS, reasons
from interop.query.ast import All, And, Mask, Not, Or, Prox, Range, Term


def _any(*tokens, **more):
    return Term("any", tokens, "all", **more)


def places(query):
    return {(reason.ap, reason.place, reason.tokens) for reason in reasons(query)}


def test_words_of_any_field_count_in_the_fields_that_matter():
    found = places(_any("truyen", "kieu"))
    assert ("title", "complete", ("truyen", "kieu")) in found
    assert ("author", "complete", ("truyen", "kieu")) in found
    assert {("title", "word", (word,)) for word in ("truyen", "kieu")} <= found
    assert ("any", "complete", ("truyen", "kieu")) not in found


def test_words_of_all_parts_are_one_title():
    query = And((Term("title", ("viet",)), Or((Term("title", ("nam",)), All()))))
    assert ("title", "phrase", ("viet", "nam")) in places(query)


def test_what_is_excluded_or_has_no_words_counts_for_nothing():
    title = Term("title", ("a",))
    assert places(Not(title, Term("title", ("b",)))) == places(title)
    assert reasons(Range("date", 1, 2)) == reasons(Mask("title", ("a",))) == reasons(All()) == []
    assert places(Prox(title, Term("title", ("b",)), exclude=True)) == set()
    assert ("title", "phrase", ("a", "b")) in places(Prox(title, Term("title", ("b",))))
    assert places(Term("title", ("a", "b"), trunc="right")) == places(title)
    assert reasons(Term("language", ("vie",), "key")) == []


def test_a_long_query_is_ranked_by_its_beginning():
    found = reasons(_any(*(f"w{n}" for n in range(100))))
    assert max(len(reason.tokens) for reason in found) == MAX_WORDS
