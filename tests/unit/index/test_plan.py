"""The normal form keeps the meaning; limits are counted before anything walks the tree."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interop.index import plan
from interop.index.base import MAX_DISTANCE, MAX_OPERATORS, QueryTooComplex
from interop.index.tables import Tables
from interop.index.tokens import MAX_TOKEN
from interop.query.ast import ANY, All, And, Mask, Not, Or, Prox, Range, SetRef, Term

leaves = st.sampled_from([SetRef(name) for name in "abc"] + [All()])
trees = st.recursive(
    leaves,
    lambda inner: st.one_of(
        st.builds(And, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Or, st.lists(inner, max_size=3).map(tuple)),
        st.builds(Not, inner, inner),
    ),
    max_leaves=12,
)
everything = frozenset(range(8))
members = {name: frozenset(n for n in everything if n >> bit & 1) for bit, name in enumerate("abc")}


def _meaning(query):
    match query:
        case SetRef(name):
            return members[name]
        case All():
            return everything
        case And(parts):
            return everything.intersection(*map(_meaning, parts))
        case Or(parts):
            return frozenset().union(*map(_meaning, parts))
        case Not(left, right):
            return _meaning(left) - _meaning(right)


def _is_flat(query):
    match query:
        case And(parts) | Or(parts):
            inner = all(not isinstance(part, type(query)) and _is_flat(part) for part in parts)
            return inner and len(parts) != 1
        case Not(left, right):
            return not isinstance(left, Not) and _is_flat(left) and _is_flat(right)
        case _:
            return True


@given(trees)
def test_flat_trees_mean_the_same(query):
    flat = plan.flatten(query)
    assert _is_flat(flat)
    assert _meaning(flat) == _meaning(query)


@pytest.fixture
def tables(tmp_path):
    opened = Tables(tmp_path / "tables.sqlite")
    yield opened
    opened.close()


def test_chain_is_one_level(tables):
    chain = Term("title", ("a",))
    for _ in range(MAX_OPERATORS):
        chain = Or((chain, Term("title", ("b",))))
    assert len(plan.prepare(chain, tables).parts) == MAX_OPERATORS + 1


def test_single_operands_count_too(tables):
    query = All()
    for _ in range(100_000):
        query = And((query,))
    with pytest.raises(QueryTooComplex):
        plan.prepare(query, tables)


def test_tokens_are_cleaned(tables):
    long = "x" * (MAX_TOKEN + 1)
    assert plan.prepare(Term("title", (long,)), tables).tokens == (long[:-1],)
    assert plan.prepare(Mask("title", ("\ud800", ANY)), tables).pattern == ("?", ANY)
    assert plan.prepare(Range("lccn", "\ud800", None), tables) == Range("lccn", "?", None)


@pytest.mark.parametrize(
    ("relation", "distance", "expected"),
    [
        ("lt", 3, [1, 2]),
        ("le", 3, [1, 2, 3]),
        ("eq", 3, [3]),
        ("eq", 0, []),
        ("ge", MAX_DISTANCE - 1, [MAX_DISTANCE - 1, MAX_DISTANCE]),
        ("gt", MAX_DISTANCE - 1, [MAX_DISTANCE]),
        ("ne", 1, list(range(2, MAX_DISTANCE + 1))),
    ],
)
def test_distances(relation, distance, expected):
    word = Term("title", ("a",))
    assert plan.distances(Prox(word, word, distance, relation=relation)) == expected
