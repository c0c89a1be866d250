"""Documents and query trees for the contract of the engines, by hand and at random."""

from dataclasses import replace

from hypothesis import strategies as st

from interop.index import spans
from interop.index.base import MAX_DISTANCE, Document, Own
from interop.query import normalise
from interop.query.access_points import BY_NAME
from interop.query.ast import (
    ANY,
    ONE,
    All,
    And,
    Mask,
    MaskedPhrase,
    Not,
    Or,
    Prox,
    ProxOperand,
    Query,
    Range,
    SetRef,
    SortKey,
    Span,
    Term,
)
from interop.text.collation import sort_key


def document(rid: int, *titles: str, database: str = "union", **more: object) -> Document:
    """A document from texts as a record has them. ``more``: values of other text
    access points, ``keys``, ``years``.
    """
    fields = {"title": titles}
    fields |= {ap: more[ap] for ap in ("author", "subject", "notes", "any") if ap in more}
    texts, exact = {}, {}
    for ap, values in fields.items():
        if values:
            texts[ap] = tuple(tuple(normalise.text_tokens(value)) for value in values)
            exact[ap] = tuple(tuple(normalise.exact_tokens(value)) for value in values)
    keys = {ap: tuple(values) for ap, values in more.get("keys", {}).items()}
    years = tuple(more.get("years", ()))
    sort = {"title": sort_key(titles[0])} if titles else {}
    if years:
        sort["date"] = b"%04d" % years[0]
    displays = {ap: tuple(fields[ap]) for ap in exact if BY_NAME[ap].headings}
    dates = {"date": years} if years else {}
    return Document(rid, database, texts, exact, keys, dates, sort, displays)


# A small vocabulary, so that random trees match something; with characters that mean something to
# a regular expression, to GLOB or to a query language.
WORDS = (
    "a",
    "b",
    "ab",
    "abc",
    "ba",
    "du",
    "đu",
    "中",
    "國",
    "a.b",
    "[x]",
    "x*",
    "?",
    "(",
    "\\",
    "#",
)
KEYS = ("005.1", "005.13", "5 A", "QA76 .B", "vie", "TO", "*", "đ", "{", 'a"b', "中")
DATABASES = ("union", "tv1", "tv2")

words = st.sampled_from(WORDS)
# Now and then so long that no phrase reaches from one end to the other.
repetition = st.tuples(
    st.lists(words, min_size=1, max_size=7), st.sampled_from((1, 1, 1, 1, 1, 1, 1, 6))
).map(lambda drawn: tuple(drawn[0] * drawn[1]))
repetitions = st.lists(repetition, max_size=3).map(tuple)
texts = st.fixed_dictionaries({}, optional={"title": repetitions, "any": repetitions})
some_keys = st.lists(st.sampled_from(KEYS), max_size=2, unique=True).map(tuple)
SPAN_YEARS = (-9999, -500, -1, 1, 1945, 1954, 1975, 1986, 9999)
pairs_of_years = st.tuples(st.sampled_from(SPAN_YEARS), st.sampled_from(SPAN_YEARS)).map(
    lambda years: (min(years), max(years))
)
some_spans = st.lists(pairs_of_years.map(spans.key), max_size=3, unique=True).map(tuple)
keys = st.fixed_dictionaries(
    {},
    optional={
        "classification": some_keys,
        "language": some_keys,
        "date-span": some_spans,
        "coverage-span": some_spans,
    },
)
years = st.lists(st.integers(1, 2100), max_size=2, unique=True).map(tuple)
labels = st.sampled_from((b"a", b"a\x00b", b"b", b"\xff"))


scopes = st.sampled_from((DATABASES[:1], DATABASES[1:], DATABASES))
own_texts = st.fixed_dictionaries({}, optional={"any": repetitions})
own_keys = st.fixed_dictionaries({}, optional={"classification": some_keys})


@st.composite
def _paired(draw: st.DrawFn, made: Document) -> Document:
    """``made`` as the document of two records; the row id of the other is 100 higher."""
    pair = [
        Own(rid, database, draw(own_texts), draw(own_texts), draw(own_keys))
        for rid, database in ((made.rid, "tv1"), (made.rid + 100, "union"))
    ]
    keys = {ap: values for ap, values in made.keys.items() if ap != "classification"}
    return replace(made, database="tv1", keys=keys, pair=(pair[0], pair[1]))


@st.composite
def documents(draw: st.DrawFn) -> list[Document]:
    rids = draw(st.lists(st.integers(1, 40), min_size=1, max_size=12, unique=True))
    made = [
        Document(
            rid,
            draw(st.sampled_from(DATABASES)),
            draw(texts),
            draw(texts),
            draw(keys),
            draw(st.fixed_dictionaries({}, optional={"date": years})),
            draw(st.dictionaries(st.sampled_from(("title", "author", "date")), labels)),
        )
        for rid in rids
    ]
    return [draw(_paired(each)) if draw(st.booleans()) else each for each in made]


truncations = st.sampled_from(("none", "none", "right", "left", "both"))
aps = st.sampled_from(("title", "any"))


@st.composite
def text_terms(draw: st.DrawFn, ap: str | None = None, exact: bool | None = None) -> Term:
    placed = ap is None
    return Term(
        draw(aps) if ap is None else ap,
        tuple(draw(st.lists(words, min_size=1, max_size=3))),
        draw(st.sampled_from(("word", "phrase", "all", "any") if placed else ("word", "phrase"))),
        draw(st.sampled_from(("any", "any", "first"))) if placed else "any",
        draw(st.booleans()) if placed else False,
        draw(truncations),
        draw(st.booleans()) if exact is None else exact,
    )


key_terms = st.builds(
    Term,
    st.sampled_from(("classification", "language")),
    st.lists(st.sampled_from(KEYS), min_size=1, max_size=2).map(tuple),
    st.sampled_from(("key", "word", "all", "any")),
    trunc=truncations,
)
year_terms = st.builds(
    Term, st.just("date"), st.integers(1, 2100).map(lambda year: (str(year),)), st.just("key")
)
patterns = st.lists(words | st.sampled_from((ANY, ONE)), min_size=1, max_size=4).map(tuple)
mask_nodes = st.builds(
    Mask, st.sampled_from(("title", "any", "classification")), patterns, st.booleans()
)
text_ranges = st.builds(
    Range,
    st.just("classification"),
    st.none() | st.sampled_from(KEYS) | st.just(""),
    st.none() | st.sampled_from(KEYS) | st.just(""),
    st.booleans(),
    st.booleans(),
)
year_ranges = st.builds(
    Range,
    st.just("date"),
    st.none() | st.integers(-1, 2200),
    st.none() | st.integers(-1, 2200) | st.just(2**70),
    st.booleans(),
    st.booleans(),
)


span_nodes = st.builds(
    lambda ap, years, relation: Span(ap, *years, relation),
    st.sampled_from(("date-span", "coverage-span")),
    pairs_of_years,
    st.sampled_from(("encloses", "within", "equal")),
)


words_masked = st.lists(patterns, min_size=1, max_size=3).map(tuple)
masked_phrases = st.builds(
    MaskedPhrase,
    aps,
    words_masked,
    st.sampled_from(("any", "any", "first")),
    st.booleans(),
    st.booleans(),
)


def _prox_leaves(ap: str, exact: bool) -> st.SearchStrategy[ProxOperand]:
    return st.one_of(
        text_terms(ap, exact),
        st.builds(Mask, st.just(ap), patterns, st.just(exact)),
        st.builds(MaskedPhrase, st.just(ap), words_masked, exact=st.just(exact)),
    )


@st.composite
def inner_prox_nodes(draw: st.DrawFn, ap: str, exact: bool) -> Prox:
    """Near, so that a proximity of proximities is not thousands of phrases in every example."""
    return Prox(
        draw(_prox_leaves(ap, exact)),
        draw(_prox_leaves(ap, exact)),
        draw(st.integers(1, 3)),
        draw(st.booleans()),
        draw(st.sampled_from(("le", "eq"))),
        draw(st.integers(1, 20)) == 1,
    )


@st.composite
def prox_nodes(draw: st.DrawFn) -> Prox:
    ap, exact = draw(aps), draw(st.booleans())
    leaf = _prox_leaves(ap, exact)
    return Prox(
        draw(leaf | inner_prox_nodes(ap, exact)),
        draw(leaf),
        draw(st.integers(0, 6) | st.just(MAX_DISTANCE)),
        draw(st.booleans()),
        draw(st.sampled_from(("lt", "le", "eq", "ge", "gt", "ne"))),
        draw(st.booleans()),
    )


@st.composite
def field_prox_nodes(draw: st.DrawFn) -> Prox:
    ap, exact = draw(aps), draw(st.booleans())
    inner: Prox | Term = draw(_prox_leaves(ap, exact))
    for _ in range(draw(st.sampled_from((1, 1, 2)))):
        right = draw(_prox_leaves(ap, exact))
        inner = Prox(inner, right, draw(st.sampled_from((0, 0, 0, 1))), draw(st.booleans()))
        inner = replace(inner, relation=draw(st.sampled_from(("le", "eq"))), unit="field")
    return replace(inner, exclude=draw(st.booleans()))


leaves: st.SearchStrategy[Query] = st.one_of(
    text_terms(),
    key_terms,
    year_terms,
    mask_nodes,
    masked_phrases,
    text_ranges,
    year_ranges,
    span_nodes,
    prox_nodes(),
    field_prox_nodes(),
    st.just(All()),
    st.sampled_from((SetRef("1"), SetRef("2"))),
)


def _nodes(children: st.SearchStrategy[Query]) -> st.SearchStrategy[Query]:
    parts = st.lists(children, max_size=3).map(tuple)
    return st.one_of(
        st.builds(And, parts), st.builds(Or, parts), st.builds(Not, children, children)
    )


queries = st.recursive(leaves, _nodes, max_leaves=8)
sorts = st.lists(
    st.builds(
        SortKey,
        st.sampled_from(("title", "author", "date")),
        st.booleans(),
        st.sampled_from(("first", "last", "omit")),
    ),
    max_size=2,
)
