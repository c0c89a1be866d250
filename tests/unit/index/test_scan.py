"""The walk over terms: what it costs and where it stops. What it finds: the contract suite."""

import pytest

from interop.index import scan as module
from interop.index.base import QueryTooComplex
from interop.index.scan import scan
from interop.query.ast import All


class Numbers:
    """Tables whose terms are the numbers below ``size``; ``asked``: pages that were read."""

    def __init__(self, size):
        self.terms = [f"{number:06d}" for number in range(size)]
        self.asked = []

    def entries(self, ap, kind, term, *, below, limit, offset):
        self.asked.append(limit)
        if below:
            found = [each for each in reversed(self.terms) if each < term]
        else:
            found = [each for each in self.terms if each >= term]
        return [(each, each) for each in found[offset : offset + limit]]


def _scan(tables, alive, **more):
    asked = {"before": 2, "after": 2, "step": 0, "exact": False, "few": lambda: None} | more

    def count(query, _):
        more_asked.append(query)
        return True if query == All() else any(map(alive, query.tokens))

    more_asked = tables.questions = []
    return scan(tables, count, "control-number", "000500", "word", **asked)


def test_dead_terms_are_passed_over_in_growing_pages():
    tables = Numbers(1_000)
    found = _scan(tables, lambda term: int(term) % 100 == 50)
    assert [entry.term for entry in found.entries] == ["000350", "000450", "000550", "000650"]
    assert (found.position, found.at_start, found.at_end) == (3, False, False)
    assert len(tables.asked) < 20
    assert len(tables.questions) < 100  # for 600 terms: many at once where none is


def test_few_terms_are_looked_at_where_there_is_no_record():
    tables = Numbers(1_000)
    looked_at = []

    def count(query, _):
        looked_at.append(query)
        return 0

    found = scan(
        tables, count, "control-number", "000500", "word",
        before=2, after=2, step=0, exact=False, few=lambda: None,
    )  # fmt: skip
    assert (found.entries, found.at_start, found.at_end) == ((), True, True)
    assert len(looked_at) < 20 and len(tables.asked) < 10


def test_everything_is_not_searched_for_where_terms_are_found():
    """It costs more than the whole scan."""
    tables = Numbers(1_000)
    _scan(tables, lambda term: True)
    assert All() not in tables.questions


def test_a_walk_over_too_many_dead_terms_is_cut_off(monkeypatch):
    monkeypatch.setattr(module, "MAX_LOOKED_AT", 30)
    with pytest.raises(QueryTooComplex):
        _scan(Numbers(1_000), lambda term: 0)
    assert _scan(Numbers(200), lambda term: 0).entries == ()
