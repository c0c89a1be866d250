"""Derived tables: words, sort keys, progress."""

import os
import tempfile
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interop.index import base
from interop.index.base import Document
from interop.index.tables import Tables, entry_key
from interop.query.ast import ANY, ONE
from interop.text.collation import sort_key


@pytest.fixture
def tables(tmp_path):
    opened = Tables(tmp_path / "index" / "tables.sqlite")
    yield opened
    opened.close()


def _document(rid, words=(), exact=(), keys=(), **sort):
    return Document(
        rid,
        "union",
        {"title": (tuple(words),)},
        {"title": (tuple(exact),)},
        {"language": tuple(keys)},
        {},
        {ap.replace("_", "-"): key for ap, key in sort.items()},
    )


def test_words(tables):
    tables.write([_document(1, ("du", "dua"), ("dù", "dừa"), ("vie",))], [])
    tables.write([_document(2, ("du", "ada"))], [])
    assert tables.words("title", ("du", ANY), exact=False) == ["du", "dua"]
    assert tables.words("title", ("d", ANY), exact=True) == ["dù", "dừa"]
    assert tables.words("title", (ANY, "a"), exact=False) == ["ada", "dua"]
    assert tables.words("title", ("d", ONE), exact=False) == ["du"]
    assert tables.words("title", (ANY,), exact=False, limit=2) == ["ada", "du"]
    assert tables.words("language", ("v", ANY), exact=False) == ["vie"]
    assert tables.words("notes", (ANY,), exact=False) == []
    assert tables.count_words("title", (ANY,), exact=False, limit=10) == 3
    assert tables.count_words("title", (ANY,), exact=False, limit=2) == 2


def test_capitals_differ(tables):
    tables.write([_document(1, keys=("QA", "qa"))], [])
    assert tables.words("language", ("q", ANY), exact=False) == ["qa"]


def test_sort_keys_are_replaced_and_dropped(tables):
    tables.write([_document(rid, title=b"t", date=b"d") for rid in (1, 2, 3)], [])
    tables.write([_document(1, title=b"new")], [3])
    assert tables.sort_keys("title", [1, 2, 3, 4]) == {1: b"new", 2: b"t"}
    assert tables.sort_keys("date", [1, 2, 3]) == {2: b"d"}
    assert tables.sort_keys("title", []) == {}


def test_entries_of_words_in_the_order_of_the_dictionary(tables):
    tables.write([_document(1, ("da", "da", "dz"), ("đá", "dạ", "dz"))], [])

    def words(term, *, below=False, limit=9, offset=0):
        found = tables.entries("title", "word", term, below=below, limit=limit, offset=offset)
        return [term for term, _ in found]

    assert words("") == ["dạ", "dz", "đá"]
    assert words("da") == words("dạ") == ["dạ", "dz", "đá"]
    assert words("dz", offset=1) == ["đá"]
    assert words("đá", below=True) == ["dz", "dạ"]
    assert words("đá", below=True, limit=1) == ["dz"]
    assert words("", below=True) == []


def test_headings_keep_how_people_read_them(tables):
    document = replace(
        _document(1), exact={"subject": (("hà", "nội"),)}, displays={"subject": ("Hà Nội",)}
    )
    tables.write([document], [])
    found = tables.entries("subject", "heading", "", below=False, limit=9, offset=0)
    assert found == [("hà nội", "Hà Nội")]
    assert tables.display("subject", "hà nội") == "Hà Nội"
    assert tables.display("subject", "huế") == "huế"


def test_cells_go_with_the_tables(tables):
    tables.write([_document(1, date=b"1999"), _document(2)], [])
    assert [bool(cell) for cell in tables.cells("date", [1, 2, 3])] == [True, False, False]
    tables.write([], [1])
    assert tables.cells("date", [1]) == [b""]
    tables.write([_document(1, date=b"1999")], [])
    tables.clear()
    assert tables.cells("date", [1]) == [b""]


def test_progress(tables):
    tables.publish("tantivy", 5, 1)
    tables.publish("tantivy", 9, 1)
    tables.publish("memory", 2, 3)
    assert tables.progress() == {"tantivy": (9, 1), "memory": (2, 3)}


def test_what_is_written_stays(tables):
    tables.write([_document(1, ("a",), title=b"t")], [])
    identity = tables.identity()
    again = Tables(tables.path)
    assert again.identity() == identity
    assert again.words("title", (ANY,), exact=False) == ["a"]
    again.close()


def test_clear_gives_a_new_identity_and_forgets_what_was_written(tables):
    tables.write([_document(1, ("a",), title=b"t")], [])
    tables.publish("tantivy", 5, 1)
    identity = tables.identity()
    other = Tables(tables.path)
    other.clear()
    other.close()
    assert tables.identity() != identity
    assert tables.progress() == tables.sort_keys("title", [1]) == {}
    tables.write([_document(1, ("a",))], [])  # not remembered as written before
    assert tables.words("title", (ANY,), exact=False) == ["a"]


def test_failed_write_is_not_remembered(tables):
    wrong = _document(2, ("b",), title="a text is no key".encode)
    with pytest.raises(Exception, match="title|type|bind"):
        tables.write([_document(1, ("a",)), wrong], [])
    tables.write([_document(1, ("a",))], [])
    assert tables.words("title", (ANY,), exact=False) == ["a"]


def test_another_analysis_empties_the_tables(tables, monkeypatch):
    tables.write([_document(1, ("a",))], [])
    identity = tables.identity()
    tables.close()
    monkeypatch.setattr(base, "ANALYSIS_VERSION", base.ANALYSIS_VERSION + 1)
    assert tables.words("title", (ANY,), exact=False) == []
    assert tables.identity() != identity


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_fork(tables):
    tables.write([_document(1, ("a",))], [])
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        tables.write([_document(2, ("a", "b"))], [])
        os.write(writing, " ".join(tables.words("title", (ANY,), exact=False)).encode())
        os._exit(0)
    assert os.waitpid(child, 0)[1] == 0
    assert os.read(reading, 100) == b"a b"
    os.close(reading)
    os.close(writing)
    assert tables.words("title", (ANY,), exact=False) == ["a", "b"]


def test_threads_share_what_was_opened(tmp_path):
    for attempt in range(10):
        shared = Tables(tmp_path / str(attempt) / "tables.sqlite")
        with ThreadPoolExecutor(8) as pool:
            identities = set(pool.map(lambda _, tables=shared: tables.identity(), range(32)))
        assert len(identities) == 1
        shared.close()


odd = st.text(st.sampled_from("abdz09đăáạ ÁA.-中éİß·"), min_size=1, max_size=4).map(
    lambda text: text.replace(" ", "") or "a"
)


@settings(max_examples=60)
@given(st.lists(odd, max_size=12, unique=True), st.lists(odd | st.just(""), min_size=1, max_size=6))
def test_words_are_listed_in_the_order_of_the_dictionary(words, terms):
    """Those that stand in one table with those that stand in the other, from any place on."""
    in_order = sorted((sort_key(word), word) for word in words)
    with tempfile.TemporaryDirectory() as folder:
        tables = Tables(Path(folder) / "tables.sqlite")
        tables.write([_document(1, ("folded",), words)], [])
        for term in (*terms, *words):
            place = (entry_key("title", term), term)
            wanted = {
                False: [word for key, word in in_order if (key, word) >= place],
                True: [word for key, word in in_order[::-1] if (key, word) < place],
            }
            for below, expected in wanted.items():
                for offset, limit in ((0, 20), (1, 2)):
                    found = tables.entries(
                        "title", "word", term, below=below, limit=limit, offset=offset
                    )
                    assert [one for one, _ in found] == expected[offset : offset + limit]
        tables.close()
