"""Terms whose last record is gone leave the tables, and come back with a record."""

import pytest

from interop.index import engines, ghosts, plan
from interop.index.base import TooManyTerms
from interop.index.tables import Tables
from interop.query.ast import ANY, Mask, Term
from tests.contracts.index_samples import document


@pytest.fixture(params=engines.names())
def held(request, tmp_path):
    tables = Tables(tmp_path / "words.sqlite")
    index = engines.by_name(request.param).open(tmp_path / "index", tables, lambda rids: [])
    yield tables, index
    index.close()
    tables.close()


def put(held, *documents, gone=()):
    tables, index = held
    tables.write(documents, gone)
    index.apply(documents, gone, tables_seq(held) + 1, wait=True)


def tables_seq(held):
    return held[1].checkpoint()


def sweep(held):
    tables, index = held
    steps = 0
    while ghosts.sweep(tables, index.unanswered):
        steps += 1
    return steps


def words(tables, ap="title", *, exact=False):
    return tables.words(ap, (ANY,), exact=exact)


def headings(tables, ap="title"):
    found = tables.entries(ap, "heading", "", below=False, limit=99, offset=0)
    return [display for _, display in found]


def test_nothing_is_looked_at_where_nothing_went(held):
    put(held, document(1, "Sông Hương"))
    assert not held[0].may_have_ghosts() and sweep(held) == 0


def test_words_headings_keys_and_years_go_with_their_last_record(held):
    tables = held[0]
    put(
        held,
        document(1, "Sông Hương", keys={"language": ["vie"]}, years=[1990]),
        document(2, "Sông Hồng", keys={"language": ["fre"]}, years=[1991]),
    )
    put(held, document(1, "Núi Ngự"), gone=(2,))
    assert tables.may_have_ghosts()
    assert sweep(held) > 0
    assert not tables.may_have_ghosts()
    assert words(tables) == ["ngu", "nui"]
    assert words(tables, exact=True) == ["ngự", "núi"]
    assert headings(tables) == ["Núi Ngự"]
    assert words(tables, "language") == []
    for ap in ("title", "date"):
        assert len(tables.entries(ap, "word", "", below=False, limit=9, offset=0)) == (
            2 if ap == "title" else 0
        )


def test_what_went_comes_back_with_a_record(held):
    tables, index = held
    put(held, document(1, "Sông Hương"), document(2, "Núi"))
    put(held, gone=(1,))
    sweep(held)
    put(held, document(3, "Sông Hương"))
    assert words(tables) == ["huong", "nui", "song"]
    assert headings(tables) == ["Núi", "Sông Hương"]
    assert index.search(["union"], Term("title", ("hu",), trunc="right")).total == 1


def test_another_process_that_had_written_a_word_writes_it_again(held):
    tables, index = held
    put(held, document(1, "Sông Hương"))
    other = Tables(tables.path)
    other.write([document(1, "Sông Hương")], ())
    put(held, gone=(1,))
    sweep(held)
    other.write([document(2, "Sông Hương")], ())
    assert words(other) == ["huong", "song"]
    assert headings(other) == ["Sông Hương"]
    other.close()


def test_a_walk_goes_on_where_it_was_left(held, monkeypatch):
    monkeypatch.setattr(ghosts, "WORDS_AT_ONCE", 2)
    monkeypatch.setattr(ghosts, "HEADINGS_AT_ONCE", 1)
    tables = held[0]
    put(held, *(document(n, f"tên{n} chung") for n in range(1, 8)))
    put(held, gone=(1, 2, 3, 5))
    for _ in range(3):
        ghosts.sweep(Tables(tables.path), held[1].unanswered)
    sweep(held)
    assert words(tables) == ["chung", "ten4", "ten6", "ten7"]
    assert headings(tables) == ["tên4 chung", "tên6 chung", "tên7 chung"]


def test_few_removals_among_many_records_wait(held, monkeypatch):
    put(held, *(document(n, "chung") for n in range(1, 250)))
    put(held, gone=(1, 2))
    assert held[0].may_have_ghosts() and sweep(held) == 0
    put(held, gone=(3,))
    assert sweep(held) > 0


def test_ghosts_are_no_words_that_a_mask_stands_for(held, monkeypatch):
    index = held[1]
    monkeypatch.setattr(plan, "MAX_EXPANSIONS", 4)
    put(held, *(document(n, f"tên{n}") for n in range(1, 9)))
    query = Mask("title", ("ten", ANY))
    with pytest.raises(TooManyTerms):
        index.search(["union"], query)
    put(held, gone=(1, 2, 3))
    with pytest.raises(TooManyTerms):
        index.search(["union"], query)
    put(held, gone=(4,))
    assert index.search(["union"], query).page(0, 9) == [5, 6, 7, 8]


def test_a_heading_is_shown_as_the_latest_record_has_it(held):
    tables = held[0]
    put(held, document(1, "Sông Hương"))
    put(held, document(2, "SÔNG HƯƠNG"))
    assert headings(tables) == ["SÔNG HƯƠNG"]
    put(held, document(3, "Sông Hương"))
    assert headings(tables) == ["Sông Hương"]
