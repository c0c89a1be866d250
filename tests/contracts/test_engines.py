"""What every engine must do (``interop.index.base``), and: every engine does what brute force does.

The suite finds engines by their files. An engine that is not durable lives in its process, and the
tests about other processes and later handles pass it by.
"""

import importlib
import multiprocessing
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from random import Random
from unittest import mock

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interop.index import base, cost, engines, plan, spans
from interop.index import scan as scanning
from interop.index.base import (
    MAX_DEPTH,
    MAX_DISTANCE,
    MAX_EXPANSIONS,
    MAX_OPERATORS,
    Budget,
    Document,
    Facet,
    IndexBusy,
    IndexStale,
    QueryError,
    QueryTooComplex,
    QueryTooCostly,
    ResultSet,
    Scan,
    SearchIndex,
    SetTooLarge,
    TooBusy,
    TooManyTerms,
    UnsupportedAccessPoint,
    UnsupportedAttribute,
    records_of,
)
from interop.index.engines.memory import matches
from interop.index.tables import Tables
from interop.index.turnstile import Turnstile
from interop.query import normalise
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
    Query,
    Range,
    SetRef,
    SortKey,
    Span,
    Term,
)
from tests.contracts import index_samples as samples
from tests.contracts.index_samples import document

# Where there is one: the tests of random records write thousands of small transactions.
MEMORY_DISK = next((path for path in ("/dev/shm",) if os.access(path, os.W_OK)), None)

DURABLE = [name for name in engines.names() if engines.by_name(name).durable]


class Shelf:
    """An index with its tables in a folder of its own."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name, self.folder = name, folder
        self.tables = Tables(folder / "tables.sqlite")
        self.held: dict[int, Document] = {}
        self.index = self.open()
        self.seq = 0

    def open(self) -> SearchIndex:
        return engines.by_name(self.name).open(self.folder / "index", self.tables, self._reread)

    def _reread(self, rids: Sequence[int]) -> list[Document]:
        return [self.held[rid] for rid in rids if rid in self.held]

    def put(self, *documents: Document, gone: tuple[int, ...] = ()) -> None:
        """Tables first, then the engine: as the follower does."""
        self.seq += len(documents) + len(gone)
        touched = [*gone, *(rid for each in documents for rid in each.rids)]
        self.held |= {record.rid: record for each in documents for record in records_of(each)}
        for rid in gone:
            self.held.pop(rid, None)
        left = set(self.index.partners(touched).values()).difference(touched)
        documents += tuple(self.held[rid] for rid in sorted(left))
        self.tables.write(documents, gone)
        self.index.apply(documents, gone, self.seq, wait=True)

    def find(self, query: Query, *sort: SortKey, **sets: ResultSet) -> list[int]:
        result = self.index.search(samples.DATABASES, query, sort, sets)
        rids = result.ids().tolist()
        assert result.total == len(rids)
        assert result.page(0, result.total) == rids
        return rids

    def close(self) -> None:
        self.index.close()
        self.tables.close()


@pytest.fixture(params=engines.names())
def shelf(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    opened = Shelf(request.param, tmp_path)
    yield opened
    opened.close()


@pytest.fixture(params=DURABLE)
def durable(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Shelf]:
    opened = Shelf(request.param, tmp_path)
    yield opened
    opened.close()


def title(text: str, structure: str = "phrase", **more: object) -> Term:
    tokens = normalise.exact_tokens if more.get("exact") else normalise.text_tokens
    return Term("title", tuple(tokens(text)), structure, **more)


# Totals, updates, replay


def test_empty_index(shelf: Shelf) -> None:
    assert shelf.find(All()) == []
    assert shelf.find(title("truyen")) == []
    assert shelf.index.checkpoint() == 0
    assert shelf.index.refresh() == 0
    assert shelf.index.rids().tolist() == []


@pytest.mark.feature("Exact totals, also after updates and deletions")
def test_exact_totals_after_updates_and_deletes(shelf: Shelf) -> None:
    shelf.put(*(document(rid, "sách cũ") for rid in range(1, 501)))
    shelf.put(*(document(rid, "sách mới") for rid in range(1, 101)))
    shelf.put(gone=tuple(range(401, 451)))
    shelf.put(document(1, "sách cũ"))
    shelf.put(document(450, "trở lại"))
    assert shelf.index.search(["union"], title("cu")).total == 301 + 50
    assert shelf.index.search(["union"], title("moi")).total == 99
    assert shelf.index.search(["union"], All()).total == 451
    assert shelf.find(title("tro lai")) == [450]
    assert len(shelf.index.rids()) == 451


@pytest.mark.feature("Exact totals, also after updates and deletions")
def test_old_terms_go_with_an_update(shelf: Shelf) -> None:
    shelf.put(document(7, "một", keys={"language": ["vie"]}, years=[1999]))
    shelf.put(document(7, "hai", keys={"language": ["fre"]}, years=[2001]))
    assert shelf.find(title("mot")) == []
    assert shelf.find(Term("language", ("vie",), "key")) == []
    assert shelf.find(Range("date", 1990, 2000)) == []
    assert shelf.find(And((title("hai"), Term("language", ("fre",), "key")))) == [7]


def test_replay_is_harmless(shelf: Shelf) -> None:
    batch = [document(rid, f"quyển {rid}") for rid in range(1, 20)]
    for _ in range(3):
        shelf.tables.write(batch, [3, 99])
        shelf.index.apply(batch, [99], 40, wait=True)
    assert shelf.find(All()) == list(range(1, 20))
    assert shelf.index.checkpoint() == shelf.index.refresh() == 40


def test_last_state_of_a_record_in_one_batch_wins(shelf: Shelf) -> None:
    shelf.put(document(1, "trước"), document(1, "sau"))
    assert shelf.find(title("truoc")) == []
    assert shelf.find(title("sau")) == [1]
    assert shelf.index.rids().tolist() == [1]


def test_checkpoint_and_seq_of_a_result(shelf: Shelf) -> None:
    shelf.put(document(1, "a"), document(2, "b"))
    assert shelf.index.search(["union"], All()).seq == shelf.index.checkpoint() == 2
    shelf.index.apply([], [], 9, wait=True)
    assert shelf.index.search(["union"], All()).seq == 9
    assert shelf.find(All()) == [1, 2]


def test_the_same_question_is_answered_from_the_last_commit(shelf: Shelf) -> None:
    """An engine may keep answers; a repair commits other records under the same seq."""

    def ask() -> tuple[list[int], list[tuple[str, int]]]:
        found = browse(shelf, "sach", 0, 3)
        return shelf.find(title("sach")), [(entry.term, entry.hits) for entry in found.entries]

    shelf.put(document(1, "sach"), document(2, "sach"))
    assert ask() == ask() == ([1, 2], [("sach", 2)])
    later = [document(2, "vo"), document(3, "sach"), document(4, "sach")]
    shelf.tables.write(later, ())
    shelf.index.apply(later, (), shelf.seq, wait=True)
    assert ask() == ask() == ([1, 3, 4], [("sach", 3), ("vo", 1)])


def test_the_same_question_after_a_commit_elsewhere(
    durable: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    module = sys.modules[type(durable.index).__module__]
    monkeypatch.setattr(module, "RELOAD_EVERY", -1.0)  # every search looks at the disk
    durable.put(document(1, "a"))
    other = durable.open()
    try:
        for rid in range(2, 6):
            before = list(range(1, rid))
            for _ in range(2):
                assert other.search(["union"], title("a")).ids().tolist() == before
            durable.put(document(rid, "a"))
    finally:
        other.close()


def test_a_kept_answer_is_not_changed_by_those_who_had_it(shelf: Shelf) -> None:
    shelf.put(*(document(rid, "a") for rid in range(1, 451)))
    first = shelf.index.search(["union"], title("a"))
    second = shelf.index.search(["union"], title("a"))
    assert first.ids().tolist() == second.ids().tolist() == list(range(1, 451))
    assert second.page(398, 4) == first.page(398, 4) == [399, 400, 401, 402]


def test_sentinel_is_never_visible(shelf: Shelf) -> None:
    shelf.index.apply([], [], 5, wait=True)
    for query in (
        All(),
        And(()),
        Not(All(), title("x")),
        Range("date", None, None),
        Mask("title", (ANY,)),
    ):
        assert shelf.find(query) == []
    assert shelf.index.rids().tolist() == []


def test_clear(shelf: Shelf) -> None:
    shelf.put(document(1, "a"))
    shelf.index.clear()
    assert shelf.index.checkpoint() == 0
    assert shelf.index.refresh() == 0
    assert shelf.find(All()) == []
    shelf.put(document(2, "b"))
    assert shelf.find(All()) == [2]


def test_refused_batch_leaves_nothing(durable: Shelf) -> None:
    durable.put(document(1, "a"))
    wrong = replace(document(2, "b"), years={"date": ("năm",)})
    with pytest.raises(ValueError):
        durable.index.apply([document(3, "c"), wrong], [1], 9, wait=True)
    durable.index.apply([], [], 10, wait=True)
    assert durable.find(All()) == [1]


# Databases


def test_databases(shelf: Shelf) -> None:
    shelf.put(document(1, "a"), document(2, "a", database="tv1"), document(3, "a", database="tv2"))
    assert shelf.index.search(["union"], title("a")).page(0, 9) == [1]
    assert shelf.index.search(["tv2", "tv1"], title("a")).page(0, 9) == [2, 3]
    assert shelf.index.search(["nowhere"], All()).total == 0
    assert shelf.index.search([], All()).total == 0


# Result sets


def test_pages(shelf: Shelf) -> None:
    shelf.put(*(document(rid, "a") for rid in range(1, 1001)))
    result = shelf.index.search(["union"], title("a"))
    assert result.page(0, 3) == [1, 2, 3]
    assert result.page(990, 20) == list(range(991, 1001))
    assert result.page(1000, 1) == []
    assert result.page(5, 0) == []
    assert result.page(199, 3) == [200, 201, 202]
    assert result.ids().typecode == "q"
    assert result.ids().tolist() == list(range(1, 1001))
    assert result.databases == frozenset({"union"})


def test_deep_pages(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine may find them in another way than the first ones."""
    module = sys.modules[type(shelf.index).__module__]
    for name, value in (("DEEP", 3), ("NUMBERS", 7), ("FIRST_IDS", 2)):
        if hasattr(module, name):
            monkeypatch.setattr(module, name, value)
    shelf.put(*(document(rid, "a" if rid % 3 else "b") for rid in range(5, 200)))
    shelf.put(*(document(rid, "a") for rid in range(1000, 1010)), gone=tuple(range(50, 60)))
    expected = [r for r in range(5, 200) if r % 3 and not 50 <= r < 60] + list(range(1000, 1010))
    result = shelf.index.search(["union"], title("a"))
    for start in range(0, len(expected) + 3, 2):
        for count in (1, 5, 40):
            assert result.page(start, count) == expected[start : start + count]


@pytest.mark.feature("Result sets that stay as they were while thousands of records change")
def test_result_set_is_stable_while_a_thousand_records_change(shelf: Shelf) -> None:
    shelf.put(*(document(rid, "a") for rid in range(1, 2001)))
    result = shelf.index.search(["union"], title("a"))
    for start in range(1, 1001, 250):
        shelf.put(
            *(document(rid, "b") for rid in range(start, start + 125)),
            gone=tuple(range(start + 125, start + 250)),
        )
    assert result.page(999, 2) == [1000, 1001]
    assert result.page(1999, 1) == [2000]
    assert result.page(0, 2) == [1, 2]
    assert result.total == 2000
    assert shelf.find(title("a")) == list(range(1001, 2001))
    # The set as an operand keeps what it held; what is combined with it is of today.
    assert shelf.find(SetRef("old"), old=result) == list(range(1, 2001))
    assert shelf.find(And((SetRef("old"), title("b"))), old=result)[:2] == [1, 2]
    assert len(shelf.find(Not(SetRef("old"), title("a")), old=result)) == 1000


@pytest.mark.feature("Result sets as operands of later searches")
def test_result_sets_as_operands(shelf: Shelf) -> None:
    shelf.put(*(document(rid, "chẵn" if rid % 2 == 0 else "lẻ") for rid in range(1, 11)))
    even = shelf.index.search(["union"], title("chan"))
    low = shelf.index.search(["union"], Or((title("chan"), title("le"))), [SortKey("title")])
    sets = {"even": even, "low": low}
    assert shelf.find(And((SetRef("even"), SetRef("low"))), **sets) == [2, 4, 6, 8, 10]
    assert shelf.find(Not(SetRef("low"), SetRef("even")), **sets) == [1, 3, 5, 7, 9]
    assert shelf.find(Or((SetRef("even"), title("le"))), **sets) == list(range(1, 11))
    assert shelf.find(Not(All(), SetRef("even")), **sets) == [1, 3, 5, 7, 9]
    assert shelf.find(SetRef("even"), SortKey("title", False), **sets) == [2, 4, 6, 8, 10]
    with pytest.raises(UnsupportedAttribute):
        shelf.find(SetRef("unknown"), **sets)


@pytest.mark.feature("Result sets as operands of later searches")
def test_set_of_other_databases_is_cut_down(shelf: Shelf) -> None:
    shelf.put(document(1, "a"), document(2, "a", database="tv1"))
    both = shelf.index.search(["union", "tv1"], title("a"))
    assert shelf.index.search(["tv1"], SetRef("both"), (), {"both": both}).page(0, 9) == [2]


# Phrases, position, completeness


@pytest.mark.feature("Phrases, never across repetitions of a field")
def test_phrases_never_cross_repetitions(shelf: Shelf) -> None:
    shelf.put(document(1, "lịch sử việt", "nam bộ"), document(2, "đất việt nam"))
    assert shelf.find(title("viet nam")) == [2]
    assert shelf.find(title("viet", "word")) == [1, 2]
    assert shelf.find(title("su viet nam")) == []
    assert shelf.find(title("viet nam", "all")) == [1, 2]
    assert shelf.find(title("su dat", "any")) == [1, 2]
    assert shelf.find(title("su dat", "all")) == []


def test_word_of_several_tokens_is_a_phrase(shelf: Shelf) -> None:
    shelf.put(document(1, "việt nam"), document(2, "nam việt"))
    assert shelf.find(title("viet nam", "word")) == [1]


@pytest.mark.feature("Phrases, never across repetitions of a field")
def test_repeated_word_in_a_phrase(shelf: Shelf) -> None:
    shelf.put(document(1, "xanh xanh"), document(2, "xanh"))
    assert shelf.find(title("xanh xanh")) == [1]


@pytest.mark.feature("First in field and whole field, on any repetition")
def test_first_in_field_on_every_repetition(shelf: Shelf) -> None:
    shelf.put(document(1, "sử ký", "đại việt sử ký"), document(2, "ký sự", "sử thi"))
    assert shelf.find(title("su", position="first")) == [1, 2]
    assert shelf.find(title("dai viet", position="first")) == [1]
    assert shelf.find(title("viet su", position="first")) == []
    assert shelf.find(title("su ky", position="first")) == [1]


@pytest.mark.feature("First in field and whole field, on any repetition")
def test_complete_field_on_every_repetition(shelf: Shelf) -> None:
    shelf.put(document(1, "việt nam sử lược", "sử việt"), document(2, "sử việt nam"))
    assert shelf.find(title("su viet", complete=True)) == [1]
    assert shelf.find(title("su viet nam", complete=True)) == [2]
    assert shelf.find(title("su", complete=True)) == []
    assert shelf.find(title("su vi", complete=True, trunc="right")) == [1]
    assert shelf.find(title("uoc", complete=True, trunc="left")) == []
    assert shelf.find(title("viet nam su luo", complete=True, trunc="right")) == [1]


# Truncation, masks, ranges


@pytest.mark.feature("Spans of years: enclosing a year or years, within years, the very span")
def test_spans(shelf: Shelf) -> None:
    held = {1: [(1990, 1995)], 2: [(1986, 9999)], 3: [(1945, 1954), (1955, 1975)], 4: [(-111, 39)]}
    shelf.put(
        document(5, "không năm"),
        *(
            document(rid, "a", keys={"date-span": list(map(spans.key, years))})
            for rid, years in held.items()
        ),
    )

    def found(low: int, high: int, relation: str = "encloses") -> list[int]:
        return shelf.find(Span("date-span", low, high, relation))

    assert found(1992, 1992) == [1, 2]
    assert found(1990, 1995) == [1, 2]
    assert found(1989, 1990) == found(2024, 2024) == [2]
    assert found(1950, 1960) == []  # two spans that meet are not one
    assert found(1945, 1945) == found(1975, 1975) == [3]
    assert found(-1, -1) == found(-111, 39) == [4]
    assert found(1980, 2000, "within") == [1]
    assert found(1955, 1999, "within") == [1, 3]
    assert found(-9999, 9999, "within") == [1, 2, 3, 4]
    assert found(1990, 1995, "equal") == [1]
    assert found(1990, 1994, "equal") == []
    shelf.put(gone=(1,))
    assert found(1992, 1992) == [2]


def test_spans_that_cannot_be_asked_for(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    shelf.put(*(document(n, "a", keys={"date-span": [spans.key((n, 1990))]}) for n in range(1, 6)))
    for wrong in (Span("date", 1, 2), Span("title", 1, 2), Span("date-span", 2, 1)):
        with pytest.raises(UnsupportedAttribute):
            shelf.find(wrong)
    monkeypatch.setattr(plan, "MAX_EXPANSIONS", 4)
    assert shelf.find(Span("date-span", 4, 4)) == [1, 2, 3, 4]
    with pytest.raises(TooManyTerms):
        shelf.find(Span("date-span", 5, 5))


@pytest.mark.feature("Truncation right, left and both, in phrases too")
def test_truncation(shelf: Shelf) -> None:
    shelf.put(document(1, "nguyễn du"), document(2, "nguyên tử"), document(3, "chí nguyện"))
    assert shelf.find(title("nguy", trunc="right")) == [1, 2, 3]
    assert shelf.find(title("yen", trunc="left")) == [1, 2, 3]
    assert shelf.find(title("guye", trunc="both")) == [1, 2, 3]
    assert shelf.find(title("guye", trunc="right")) == []
    assert shelf.find(title("nguyen d", trunc="right")) == [1]
    assert shelf.find(title("hi nguyen", trunc="left")) == [3]
    assert shelf.find(title("hi nguy", trunc="both")) == [3]
    assert shelf.find(title("nguyễ", trunc="right", exact=True)) == [1]
    assert shelf.find(title("nguy", position="first", trunc="right")) == [1, 2]
    assert shelf.find(title("du nguy", "all", trunc="right")) == [1]
    assert shelf.find(title("tu chi", "any", trunc="left")) == [2, 3]


@pytest.mark.feature("Masks inside words")
def test_masks(shelf: Shelf) -> None:
    shelf.put(document(1, "color"), document(2, "colour"), document(3, "colonel đá"))
    assert shelf.find(Mask("title", ("colo", ANY, "r"))) == [1, 2]
    assert shelf.find(Mask("title", ("colo", ONE, "r"))) == [2]
    assert shelf.find(Mask("title", (ONE, "olo", ONE))) == [1]
    assert shelf.find(Mask("title", (ANY, "ne", ANY))) == [3]
    assert shelf.find(Mask("title", (ONE, "á"), exact=True)) == [3]
    assert shelf.find(Mask("title", ("col", "or"))) == [1]
    assert shelf.find(Mask("title", (ANY,))) == [1, 2, 3]


@pytest.mark.feature("Masks inside words")
def test_signs_of_pattern_languages_are_letters(shelf: Shelf) -> None:
    odd = [
        "a.b",
        "a*b",
        "a?b",
        "[ab]",
        "a|b",
        "(a)",
        "a\\b",
        "^a$",
        "a{2}",
        "a+",
        "#a",
        "a-b",
        "&&",
    ]
    shelf.put(
        *(
            Document(rid, "union", {"title": ((word, "z"),)}, {}, {}, {}, {})
            for rid, word in enumerate(odd, 1)
        )
    )
    for rid, word in enumerate(odd, 1):
        assert shelf.find(Term("title", (word,))) == [rid]
        assert shelf.find(Term("title", (word,), trunc="right")) == [rid]
        assert shelf.find(Term("title", (word, "z"), "phrase", trunc="both")) == [rid]
        assert shelf.find(Mask("title", (word[0], ONE, word[2:]))) == [
            n for n, w in enumerate(odd, 1) if w[0] == word[0] and w[2:] == word[2:] and len(w) > 1
        ]


@pytest.mark.feature("Keys: numbers, codes, call numbers")
def test_keys(shelf: Shelf) -> None:
    shelf.put(
        document(1, "a", keys={"classification": ["005.1", "QA76 .B3"], "language": ["vie"]}),
        document(2, "b", keys={"classification": ["005.133"], "language": ["vie", "chi"]}),
    )
    assert shelf.find(Term("classification", ("QA76 .B3",), "key")) == [1]
    assert shelf.find(Term("classification", ("QA76",), "key")) == []
    assert shelf.find(Term("classification", ("005.1",), "key", trunc="right")) == [1, 2]
    assert shelf.find(Term("classification", ("3",), "key", trunc="left")) == [1, 2]
    assert shelf.find(Term("language", ("vie", "chi"), "all")) == [2]
    assert shelf.find(Term("language", ("vie", "chi"), "any")) == [1, 2]
    assert shelf.find(Term("language", ("vie",), "key", "first", True)) == [1, 2]
    assert shelf.find(Mask("classification", ("005.1", ONE, ONE))) == [2]


@pytest.mark.feature("Ranges of years and call numbers, open ends")
def test_ranges(shelf: Shelf) -> None:
    shelf.put(
        document(1, "a", years=[1945], keys={"classification": ["005"]}),
        document(2, "b", years=[1954, 1975], keys={"classification": ["005.1"]}),
        document(3, "c", keys={"classification": ["đ1"]}),
    )
    assert shelf.find(Range("date", 1945, 1954)) == [1, 2]
    assert shelf.find(Range("date", 1945, 1954, False, False)) == []
    assert shelf.find(Range("date", 1960, None)) == [2]
    assert shelf.find(Range("date", None, 1950)) == [1]
    assert shelf.find(Range("date", None, None)) == [1, 2]
    assert shelf.find(Range("date", 2000, 1900)) == []
    assert shelf.find(Not(All(), Range("date", None, None))) == [3]
    assert shelf.find(Term("date", ("1975",), "key")) == [2]
    assert shelf.find(Range("classification", "005", "005.1", False)) == [2]
    assert shelf.find(Range("classification", "005", "005.1", True, False)) == [1]
    assert shelf.find(Range("classification", "006", None)) == [3]
    assert shelf.find(Range("classification", None, "z")) == [1, 2]
    assert shelf.find(Range("classification", None, None)) == [1, 2, 3]


# Proximity


@pytest.mark.feature(
    "Proximity: ordered or not, all six relations, exclusion, repeated words, phrases"
)
def test_proximity(shelf: Shelf) -> None:
    shelf.put(document(1, "a x x b"), document(2, "b a"), document(3, "a", "b"), document(4, "a a"))
    a, b = title("a", "word"), title("b", "word")
    assert shelf.find(Prox(a, b, 3, True)) == [1]
    assert shelf.find(Prox(a, b, 2, True)) == []
    assert shelf.find(Prox(a, b, 3)) == [1, 2]
    assert shelf.find(Prox(a, b, 3, relation="lt")) == [2]
    assert shelf.find(Prox(a, b, 3, relation="eq")) == [1]
    assert shelf.find(Prox(a, b, 2, relation="ge")) == [1]
    assert shelf.find(Prox(a, b, 1, relation="gt")) == [1]
    assert shelf.find(Prox(a, b, 1, relation="ne")) == [1]
    assert shelf.find(Prox(a, b, 3, exclude=True)) == [3, 4]
    assert shelf.find(Prox(a, a, 5)) == [4]
    assert shelf.find(Prox(a, b, MAX_DISTANCE)) == [1, 2]
    assert shelf.find(Prox(title("a x"), title("x b"), 1, True)) == [1]
    assert shelf.find(Prox(a, b, 0)) == []


@pytest.mark.feature(
    "Proximity: ordered or not, all six relations, exclusion, repeated words, phrases"
)
def test_proximity_with_truncation(shelf: Shelf) -> None:
    shelf.put(document(1, "lịch sử việt nam"), document(2, "nam lịch"), document(3, "lịch"))
    left, right = title("li", "word", trunc="right"), title("am", "word", trunc="left")
    assert shelf.find(Prox(left, right, 3, True)) == [1]
    assert shelf.find(Prox(left, right, 3)) == [1, 2]
    assert shelf.find(Prox(left, right, 2, exclude=True)) == [1, 3]


@pytest.mark.feature(
    "Limits that end in a diagnostic: depth, operators, words a mask stands for, proximity"
)
def test_proximity_of_too_many_terms(shelf: Shelf) -> None:
    words = tuple(f"w{n}" for n in range(2000))
    shelf.put(Document(1, "union", {"title": (words,)}, {}, {}, {}, {}))
    left, right = Term("title", ("w",), trunc="right"), Term("title", ("w7",))
    assert shelf.find(Prox(left, right, 3)) == [1]
    with pytest.raises(TooManyTerms) as raised:
        shelf.find(Prox(left, right, MAX_DISTANCE))
    assert raised.value.details == "w* w7"


def _near(*words: str, distance: int = 1, **more: object) -> Prox:
    found = Prox(title(words[0]), title(words[1]), distance, **more)
    for word in words[2:]:
        found = Prox(found, title(word), distance, **more)
    return found


@pytest.mark.parametrize("judged", [0, 100])
def test_many_words_near_one_another_in_many_records(shelf: Shelf, monkeypatch, judged) -> None:
    """As brute force finds them, whichever way an engine takes."""
    engine = importlib.import_module(f"interop.index.engines.{shelf.name}")
    monkeypatch.setattr(engine, "MAX_JUDGED", judged, raising=False)
    random = Random(9)
    held = [document(n, " ".join(random.choices("abcdef", k=9))) for n in range(1, 150)]
    shelf.put(*held)
    for query in (
        _near(*"abcde", distance=1),
        _near(*"abcd", distance=2),
        _near(*"aab", distance=4),
        _near(*"abc", distance=4, ordered=True),
        _near(*"ab", distance=9),
        replace(_near(*"abc", distance=3), exclude=True),
        Not(All(), _near(*"abc", distance=3)),
    ):
        found = [each.rid for each in held if matches(each, query)]
        assert found and shelf.find(query) == found


def test_a_search_that_would_cost_too_much_is_refused(shelf: Shelf, monkeypatch) -> None:
    """By engines that have postings to go through; what costs little is still answered."""
    shelf.put(*(document(n, f"a{n % 40} b{n % 7} c") for n in range(1, 81)))
    dear = [
        Prox(title("a", trunc="right"), title("b", trunc="right"), MAX_DISTANCE),
        MaskedPhrase("title", (("a", ANY), ("b", ANY))),
        Or(tuple(title(f"b{n}", trunc="right") for n in range(7))),
    ]
    answers = [shelf.find(query) for query in dear]
    monkeypatch.setattr(shelf.index, "_budget", Budget(steps=40), raising=False)
    engine = importlib.import_module(f"interop.index.engines.{shelf.name}")
    monkeypatch.setattr(engine, "MAX_JUDGED", 0, raising=False)
    for query, answer in zip(dear, answers, strict=True):
        for asked in (query, And((title("c"), Not(All(), query)))):
            if shelf.name == "memory":
                assert shelf.find(query) == answer
            else:
                with pytest.raises(QueryTooCostly):
                    shelf.find(asked)
    assert shelf.find(title("b3", trunc="right")) == shelf.find(title("b3"))
    assert len(shelf.find(title("a1 b1"))) == len(shelf.find(Prox(title("a1"), title("b1"))))


def test_sets_that_are_too_large_are_neither_sorted_nor_combined(durable, monkeypatch) -> None:
    shelf = durable
    monkeypatch.setattr(shelf.index, "_budget", Budget(records=3))
    shelf.put(*(document(n, "a") for n in range(1, 5)))
    found = shelf.index.search(["union"], title("a"))
    assert found.total == 4 and found.page(3, 1) == [4]
    for ask in (
        lambda: shelf.find(title("a"), SortKey("title")),
        lambda: shelf.find(Not(SetRef("s"), title("b")), s=found),
        lambda: shelf.index.sort([found], [SortKey("title")]),
    ):
        with pytest.raises(SetTooLarge):
            ask()


def test_dear_searches_go_through_the_turnstile(durable: Shelf, monkeypatch) -> None:
    shelf = durable
    shelf.put(*(document(n, f"a{n} b") for n in range(1, 9)))
    monkeypatch.setattr(shelf.index, "_turnstile", Turnstile(at_once=1, waiting=0))
    monkeypatch.setattr(cost, "SOME_WORDS", 4)
    with shelf.index._turnstile.passing():
        assert len(shelf.find(title("b"))) == 8
        with pytest.raises(TooBusy):
            shelf.find(title("a", trunc="right"))
    assert len(shelf.find(title("a", trunc="right"))) == 8


@pytest.mark.feature("Proximity of masks and of proximities")
def test_proximity_of_proximities(shelf: Shelf) -> None:
    shelf.put(
        document(1, "a x b x c"),
        document(2, "c b a"),
        document(3, "b a c"),
        document(4, "a b", "c"),
    )
    a, b, c = (title(word, "word") for word in "abc")
    near = Prox(a, b, 2)
    assert shelf.find(Prox(near, c, 2, True)) == [1, 3]
    assert shelf.find(Prox(near, c, 1, True)) == [3]
    assert shelf.find(Prox(near, c, 2)) == [1, 2, 3]
    assert shelf.find(Prox(c, Prox(a, b, 1, True), 5)) == []
    assert shelf.find(Prox(near, c, 2, exclude=True)) == [4]
    assert shelf.find(Prox(Prox(a, b, 10), c, 10)) == [1, 2, 3]
    with pytest.raises(QueryTooComplex):
        shelf.find(Prox(Prox(a, b, 11), c, 10))
    with pytest.raises(UnsupportedAttribute):
        shelf.find(Prox(Prox(a, b, exclude=True), c))


@pytest.mark.feature("Words of one field, however long; never of two repetitions")
def test_words_of_one_field(shelf: Shelf) -> None:
    between = " ".join(["x"] * 40)
    shelf.put(
        document(1, "a b"),
        document(2, "a", "b"),
        document(3, f"a {between} b"),
        document(4, f"{between} a", f"b {between}"),
        document(5, f"b {between} c {between} a", "c"),
        document(6, "a a"),
        document(7, f"a {between} b", database="tv1"),
    )
    a, b, c = (title(word, "word") for word in "abc")

    def same(left: Term | Prox, right: Term | Prox, **more: object) -> Prox:
        return Prox(left, right, 0, unit="field", **more)

    assert shelf.find(same(a, b)) == [1, 3, 5, 7]
    assert shelf.find(same(a, b, ordered=True)) == [1, 3, 7]
    assert shelf.find(same(b, a, ordered=True)) == [5]
    assert shelf.find(same(a, a)) == [6]
    assert shelf.find(same(a, b, exclude=True)) == [2, 4, 6]
    assert shelf.find(same(same(a, b), c)) == []  # c is inside the pair
    assert shelf.find(same(same(c, b), a)) == [5]
    assert shelf.find(And((same(a, b), Not(All(), title("c"))))) == [1, 3, 7]
    assert shelf.find(same(Mask("title", (ONE,)), title("b c"))) == []
    first = shelf.index.search(["union"], title("a", "any"))
    assert shelf.find(And((SetRef("first"), same(a, b))), first=first) == [1, 3, 5]
    shelf.put(document(3, "a", "b"), gone=(5,))
    assert shelf.find(same(a, b)) == [1, 7]


@pytest.mark.feature("Words of one field, however long; never of two repetitions")
def test_words_of_one_field_that_cannot_be_answered(shelf: Shelf) -> None:
    a, b = title("a", "word"), title("b", "word")
    together = Prox(a, b, 0, unit="field")
    for refused in (
        replace(together, distance=1),
        replace(together, relation="gt"),
        Prox(together, a),
        Prox(a, Term("notes", ("b",)), 0, unit="field"),
    ):
        with pytest.raises(UnsupportedAttribute):
            shelf.find(refused)


def test_too_many_values_or_members_for_facets(
    durable: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    durable.put(*(document(rid, "a", subject=[f"s{rid}"]) for rid in range(1, 6)))
    found = durable.index.search(["union"], title("a"))
    again = durable.index.search(["union"], SetRef("s"), (), {"s": found})
    asked = [Facet("subject", order="value")]
    assert len(durable.index.facets(found, asked)[0]) == 5
    assert durable.index.facets(again, asked) == durable.index.facets(found, asked)
    monkeypatch.setattr("interop.index.engines.tantivy.MAX_MEMBERS", 4)
    with pytest.raises(QueryTooComplex):
        durable.index.facets(again, asked)
    assert len(durable.index.facets(found, asked)[0]) == 5
    monkeypatch.setattr("interop.index.engines.tantivy.MAX_VALUES", 5)
    with pytest.raises(TooManyTerms):
        durable.index.facets(found, asked)


def test_too_many_long_fields_to_read(durable: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interop.index.engines.tantivy.MAX_REREAD", 2)
    between = " ".join(["x"] * 40)
    asked = Prox(title("a", "word"), title("b", "word"), 0, unit="field")
    durable.put(document(1, "a b"), *(document(rid, f"a {between} b") for rid in (2, 3)))
    assert durable.find(asked) == [1, 2, 3]
    durable.put(document(4, f"a {between} b"))
    with pytest.raises(QueryTooComplex):
        durable.find(asked)


@pytest.mark.feature("Proximity of masks and of proximities")
def test_proximity_of_masks(shelf: Shelf) -> None:
    shelf.put(document(1, "color of the house"), document(2, "house of colours"))
    colour = Mask("title", ("colo", ANY))
    assert shelf.find(Prox(colour, title("house", "word"), 3, True)) == [1]
    assert shelf.find(Prox(colour, title("house", "word"), 3)) == [1, 2]
    phrase = MaskedPhrase("title", (("h", ANY, "se"), ("o", ONE)))
    assert shelf.find(Prox(phrase, colour, 1)) == [2]


# Phrases with masked words


def test_words_that_are_all_mask(shelf: Shelf) -> None:
    shelf.put(document(1, "a b"), document(2, "ab", "b"), document(3, "abc b"))
    b = ("b",)
    for word, found in (
        ((ANY,), [1, 3]),
        ((ONE,), [1]),
        ((ANY, ONE, ANY), [1, 3]),
        ((ONE, ANY, ONE, ONE), [3]),
        ((ONE, ONE), []),
    ):
        assert shelf.find(MaskedPhrase("title", (word, b))) == found


@pytest.mark.feature("Phrases of masked words")
def test_masked_phrases(shelf: Shelf) -> None:
    shelf.put(document(1, "lịch sử việt nam", "sử nam"), document(2, "lịch sự", "việt nam sử"))
    any_, history = (ANY,), ("l", ONE, "c", ANY)
    assert shelf.find(MaskedPhrase("title", (history, ("s", ONE)))) == [1, 2]
    assert shelf.find(MaskedPhrase("title", (("s", ONE), ("v", ANY)))) == [1]
    assert shelf.find(MaskedPhrase("title", (("nam",), any_))) == [2]
    assert shelf.find(MaskedPhrase("title", (any_, ("su",)))) == [1, 2]
    assert shelf.find(MaskedPhrase("title", (("s", ANY), ("nam",)), "first")) == [1]
    assert shelf.find(MaskedPhrase("title", (("lich",), any_), complete=True)) == [2]
    assert shelf.find(MaskedPhrase("title", (any_, any_, any_), complete=True)) == [2]
    assert shelf.find(MaskedPhrase("title", (("s", ONE),), exact=True)) == [1, 2]
    assert shelf.find(MaskedPhrase("title", (("sự",),), exact=True)) == [2]


# Scan


def browse(shelf: Shelf, term: str, before: int, after: int, **more: object) -> Scan:
    more = {"ap": "title", "kind": "word"} | more
    return shelf.index.scan(["union"], term=term, before=before, after=after, **more)


def terms(found: Scan) -> list[str]:
    return [entry.term for entry in found.entries]


@pytest.mark.feature("Scan of words in the order of the dictionary (đ after d, tones)")
def test_scan_of_words_in_the_order_of_the_dictionary(shelf: Shelf) -> None:
    shelf.put(
        document(1, "da"), document(2, "dà"), document(3, "đá"), document(4, "dạ dạ"),
        document(5, "dạ", "em"), document(6, "dz"), document(7, "c", database="tv1"),
    )  # fmt: skip
    found = browse(shelf, "da", 2, 9, exact=True)
    assert [(entry.term, entry.hits) for entry in found.entries] == [
        ("da", 1), ("dà", 1), ("dạ", 2), ("dz", 1), ("đá", 1), ("em", 1),
    ]  # fmt: skip
    assert (found.position, found.at_start, found.at_end) == (1, True, True)
    # Clients search without marks unless they say otherwise: the count of that search.
    assert [entry.hits for entry in browse(shelf, "da", 0, 3).entries] == [5, 5, 5]


@pytest.mark.feature("Scan both ways from a term that does not exist")
def test_scan_around_terms_that_do_not_exist(shelf: Shelf) -> None:
    shelf.put(*(document(rid, f"t{rid:02d}") for rid in range(1, 41, 2)))
    found = browse(shelf, "t20", 3, 2)
    assert terms(found) == ["t15", "t17", "t19", "t21", "t23"]
    assert (found.position, found.at_start, found.at_end) == (4, False, False)
    assert terms(browse(shelf, "t21", 1, 1)) == ["t19", "t21"]
    first = browse(shelf, "a", 5, 2)
    assert (terms(first), first.position, first.at_start) == (["t01", "t03"], 1, True)
    last = browse(shelf, "z", 2, 5)
    assert (terms(last), last.position, last.at_end) == (["t37", "t39"], 3, True)
    assert terms(browse(shelf, "", 0, 2)) == ["t01", "t03"]
    assert terms(browse(shelf, "t39", 0, 5)) == ["t39"]
    assert browse(shelf, "t39", 18, 1).at_start is False
    assert browse(shelf, "t39", 0, 1).at_end is True
    assert browse(shelf, "t03", 0, 0).entries == ()
    assert terms(browse(shelf, "t20", 2, 3, step=1)) == ["t13", "t17", "t21", "t25", "t29"]
    everything = terms(browse(shelf, "t20", 50, 50))
    assert everything == sorted(everything) and len(everything) == 20


@pytest.mark.feature("Scan of whole headings, as people read them")
def test_scan_of_headings(shelf: Shelf) -> None:
    shelf.put(
        document(1, "Đồng bằng sông Hồng", subject=["Hà Nội", "Đất đai"]),
        document(2, "Dòng sông", subject=["Hà Nội", "Hà Nam"]),
        document(3, "Dòng sông lạ", subject=["Ha Noi"]),
    )
    found = browse(shelf, "", 0, 9, ap="subject", kind="heading", exact=True)
    assert [(entry.term, entry.display, entry.hits) for entry in found.entries] == [
        ("đất đai", "Đất đai", 1), ("hà nam", "Hà Nam", 1), ("ha noi", "Ha Noi", 1),
        ("hà nội", "Hà Nội", 2),
    ]  # fmt: skip
    for entry in found.entries:
        query = Term("subject", tuple(entry.term.split(" ")), "phrase", complete=True, exact=True)
        assert shelf.index.search(["union"], query).total == entry.hits
    titles = browse(shelf, "dòng", 0, 9, kind="heading")
    assert [entry.display for entry in titles.entries] == [
        "Dòng sông", "Dòng sông lạ", "Đồng bằng sông Hồng",
    ]  # fmt: skip
    plain = browse(shelf, "hà nội", 0, 1, ap="subject", kind="heading")
    assert plain.entries[0].hits == 3


@pytest.mark.feature("Scan of keys and years")
def test_scan_of_keys_and_years(shelf: Shelf) -> None:
    shelf.put(
        document(1, "a", keys={"classification": ["005.1", "QA76"]}, years=[1945]),
        document(2, "b", keys={"classification": ["005.133"]}, years=[1954, 975]),
        document(3, "c", keys={"classification": ["895.9"]}, database="tv1", years=[1950]),
    )
    assert terms(browse(shelf, "005.2", 1, 5, ap="classification")) == ["005.133", "QA76"]
    assert terms(browse(shelf, "1950", 9, 9, ap="date")) == ["975", "1945", "1954"]
    assert browse(shelf, "1950", 9, 9, ap="date").position == 3
    wholes = browse(shelf, "", 0, 2, ap="classification", kind="heading")
    assert [entry.hits for entry in wholes.entries] == [1, 1]


@pytest.mark.feature("Scan without terms whose last record is gone")
def test_terms_whose_last_record_went_do_not_appear(shelf: Shelf) -> None:
    shelf.put(*(document(rid, f"t{rid:02d}", subject=[f"S{rid}"]) for rid in range(1, 31)))
    shelf.put(*(document(rid, "t01") for rid in range(5, 25)), gone=(2, 3, 4))
    assert terms(browse(shelf, "t02", 5, 3)) == ["t01", "t25", "t26", "t27"]
    assert terms(browse(shelf, "t25", 2, 0)) == ["t01"]
    found = browse(shelf, "", 0, 99, ap="subject", kind="heading")
    assert set(terms(found)) == {"s1", *(f"s{n}" for n in range(25, 31))}


def test_scan_within_a_query(shelf: Shelf) -> None:
    shelf.put(
        document(1, "a b", keys={"library": ["x"]}), document(2, "b c", keys={"library": ["y"]})
    )
    found = browse(shelf, "", 0, 9, within=Term("library", ("y",), "key"))
    assert [(entry.term, entry.hits) for entry in found.entries] == [("b", 1), ("c", 1)]


@pytest.mark.parametrize(
    ("more", "error"),
    [
        ({"ap": "shelf"}, UnsupportedAccessPoint),
        ({"ap": "notes", "kind": "heading"}, UnsupportedAttribute),
        ({"before": -1}, UnsupportedAttribute),
        ({"after": 10**6}, UnsupportedAttribute),
        ({"step": -1}, UnsupportedAttribute),
        ({"ap": "date", "term": "x"}, UnsupportedAttribute),
    ],
)
def test_scans_that_are_refused(shelf: Shelf, more: dict[str, object], error: type) -> None:
    with pytest.raises(error):
        browse(shelf, **({"term": "", "before": 0, "after": 1} | more))


@pytest.mark.feature("Scan of a small database beside a large one")
def test_scan_of_a_small_database_beside_a_large_one(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(scanning, "MAX_LOOKED_AT", 30)
    shelf.put(*(document(rid, f"tên {rid:03}", years=[rid]) for rid in range(100, 300)))
    small = {1: "Tên 099", 2: "Tên 200 nữa", 3: "tên 299"}
    keys = {"classification": ["5 A", "9"]}
    shelf.put(
        *(document(r, t, database="tv1", keys=keys, years=[r]) for r, t in small.items()),
        *(document(1000 + rid, f"tên {rid:03}", database="tv2") for rid in range(100, 200)),
    )

    def terms(ap: str, term: str, before: int, after: int, **more: object) -> list[tuple[str, int]]:
        found = shelf.index.scan(["tv1"], ap, term, before=before, after=after, **more)
        return [(entry.display, entry.hits) for entry in found.entries]

    every = [("Tên 099", 1), ("Tên 200 nữa", 1), ("tên 299", 1)]
    assert terms("title", "", 0, 9, kind="heading") == every
    assert terms("title", "tên 200", 5, 5, kind="heading") == every
    assert terms("title", "tên 200 nữa", 1, 1, kind="heading") == every[:2]
    assert terms("title", "200", 1, 2, kind="word") == [("099", 1), ("200", 1), ("299", 1)]
    assert terms("date", "2", 1, 9, kind="word") == [("1", 1), ("2", 1), ("3", 1)]
    assert terms("classification", "", 0, 9, kind="word") == [("5 A", 3), ("9", 3)]
    monkeypatch.setattr(sys.modules[type(shelf.index).__module__], "FEW", 2)
    shelf.put(document(50, "khác"))  # answers that are kept are of the last commit
    with pytest.raises(QueryTooComplex):
        terms("title", "", 0, 9, kind="heading")


def test_scan_asks_for_many_terms_at_once(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Few terms of a small database among hundreds of another: words, keys, headings of either
    kind, as its records have them.
    """
    monkeypatch.setattr(sys.modules[type(shelf.index).__module__], "FEW", 0)
    large = range(100, 700)
    shelf.put(
        *(
            document(n, f"tên {n}", subject=[f"đề {n}"], keys={"classification": [f"{n}"]})
            for n in large
        )
    )
    few = [101, 102, 350, 351, 353, 699]
    shelf.put(
        *(
            document(
                2000 + n, f"Tên {n}", database="tv1",
                subject=[f"Đề {n}"], keys={"classification": [f"{n}"]},
            )
            for n in few
        )
    )  # fmt: skip
    for ap, kind, prefix in (
        ("title", "word", ""),
        ("classification", "word", ""),
        ("subject", "heading", "đề "),
        ("title", "heading", "tên "),
    ):
        for start in (100, 102, 300, 352, 700):
            found = shelf.index.scan(["tv1"], ap, f"{prefix}{start}", kind=kind, before=9, after=9)
            terms = [e.term for e in found.entries if any(c.isdigit() for c in e.term)]
            assert terms == [f"{prefix}{n}" for n in few], (ap, start)
            assert all(entry.hits in (1, 6) for entry in found.entries)


# Facets


def counted(shelf: Shelf, result: ResultSet, *facets: Facet) -> list[list[tuple[str, int]]]:
    found = shelf.index.facets(result, facets)
    return [[(count.value, count.hits) for count in each] for each in found]


@pytest.mark.feature("Facets with exact counts, limits, pages, two orders, ranges")
def test_facets(shelf: Shelf) -> None:
    shelf.put(
        document(1, "a", subject=["Đất", "Đất", "Dê"], keys={"language": ["vie"]}, years=[1990]),
        document(2, "a", subject=["Dê"], keys={"language": ["vie", "chi"]}, years=[1995]),
        document(3, "a", subject=["Cá"], keys={"language": ["fre"]}, years=[2001]),
        document(4, "b", subject=["Gà"], keys={"classification": ["005.1"]}),
        document(5, "a", subject=["Cá"], database="tv1"),
    )
    found = shelf.index.search(["union"], title("a"))
    assert counted(
        shelf, found, Facet("language"), Facet("subject"), Facet("subject", order="value"),
        Facet("subject", 1, 2), Facet("date", 2), Facet("classification"),
    ) == [
        [("vie", 2), ("chi", 1), ("fre", 1)],
        [("dê", 2), ("cá", 1), ("đất", 1)],
        [("cá", 1), ("dê", 2), ("đất", 1)],
        [("cá", 1)],
        [("1990", 1), ("1995", 1)],
        [],
    ]  # fmt: skip
    assert shelf.index.facets(found, [Facet("subject", 1)])[0][0].display == "Dê"
    decades = (Range("date", 1990, 1999), Range("date", 2000, None), Range("date", None, 1900))
    assert counted(shelf, found, Facet("date", ranges=decades)) == [
        [("1990..1999", 2), ("2000..", 1), ("..1900", 0)]
    ]
    everything = shelf.index.search(["union"], All())
    assert counted(shelf, everything, Facet("classification")) == [[("005.1", 1)]]


def test_facets_of_many_values_over_segments(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """An engine may look at the most frequent values first, and must not believe them."""
    module = sys.modules[type(shelf.index).__module__]
    for name, value in (("SOME_OF_A_SEGMENT", 3), ("SOME_VALUES", 1)):
        if hasattr(module, name):
            monkeypatch.setattr(module, name, value)
    random = Random(5)
    weights = [100, 50, 30, 20, 20, *[3] * 20]
    held = [
        document(rid, "a", subject=random.choices([f"s{n}" for n in range(25)], weights, k=2))
        for rid in range(1, 241)
    ]
    for start in range(0, 240, 40):  # a segment each
        shelf.put(*held[start : start + 40])
    counts = Counter(subject for each in held for subject in set(each.exact["subject"]))
    expected = sorted(((-hits, " ".join(s)) for s, hits in counts.items()))
    expected = [(name, -hits) for hits, name in expected]
    found = shelf.index.search(["union"], title("a"))
    for limit in (1, 2, 3, 5, 8, 25):
        for start in (1, 3):
            [values] = shelf.index.facets(found, [Facet("subject", limit, start)])
            got = [(each.value, each.hits) for each in values]
            assert [hits for _, hits in got] == [
                hits for _, hits in expected[start - 1 : start - 1 + limit]
            ]
            assert set(got) <= set(expected)


@pytest.mark.feature("Facets with exact counts, limits, pages, two orders, ranges")
def test_facets_of_sorted_and_combined_sets(shelf: Shelf) -> None:
    shelf.put(*(document(n, "a" if n % 2 else "b", keys={"language": ["vie"]}) for n in range(9)))
    odd = shelf.index.search(["union"], title("a"), [SortKey("title")])
    assert counted(shelf, odd, Facet("language")) == [[("vie", 4)]]
    both = shelf.index.search(["union"], Or((SetRef("odd"), title("b"))), (), {"odd": odd})
    assert counted(shelf, both, Facet("language")) == [[("vie", 9)]]
    dated = shelf.index.search(["union"], title("a"), [SortKey("date", missing="omit")])
    assert counted(shelf, dated, Facet("language")) == [[]]


def test_facets_that_are_refused(shelf: Shelf) -> None:
    found = shelf.index.search(["union"], All())
    for facet, error in (
        (Facet("shelf"), UnsupportedAccessPoint),
        (Facet("notes"), UnsupportedAccessPoint),
        (Facet("language", start=0), UnsupportedAttribute),
        (Facet("language", 10**9), UnsupportedAttribute),
        (Facet("date", ranges=(Range("classification", "a", "b"),)), UnsupportedAttribute),
        (Facet("language", ranges=(Range("language", "a", "b"),)), UnsupportedAccessPoint),
    ):
        with pytest.raises(error):
            shelf.index.facets(found, [facet])


# Booleans, limits, errors


@pytest.mark.feature("Booleans, NOT of everything, empty operands")
def test_booleans(shelf: Shelf) -> None:
    shelf.put(document(1, "a"), document(2, "b"), document(3, "a b"))
    a, b = title("a"), title("b")
    assert shelf.find(And((a, b))) == [3]
    assert shelf.find(Or((a, b))) == [1, 2, 3]
    assert shelf.find(Not(a, b)) == [1]
    assert shelf.find(Not(All(), a)) == [2]
    assert shelf.find(Not(a, All())) == []
    assert shelf.find(And((a, Not(All(), b)))) == [1]
    assert shelf.find(And(())) == [1, 2, 3]
    assert shelf.find(Or(())) == []
    assert shelf.find(Not(All(), Or(()))) == [1, 2, 3]
    assert shelf.find(And((a,))) == [1, 3]


def nested(levels: int, inner: Query) -> Query:
    """AND and OR by turns, so that nothing can be joined."""
    for level in range(levels):
        operator = And if level % 2 else Or
        inner = operator((inner, title("a" if level % 2 else "b")))
    return inner


@pytest.mark.feature(
    "Limits that end in a diagnostic: depth, operators, words a mask stands for, proximity"
)
def test_depth_cap(shelf: Shelf) -> None:
    shelf.put(document(1, "a b"), document(2, "a"))
    assert shelf.find(nested(MAX_DEPTH, title("a"))) == [1, 2]
    with pytest.raises(QueryTooComplex):
        shelf.find(nested(MAX_DEPTH + 1, title("a")))
    with pytest.raises(QueryTooComplex):
        shelf.find(nested(100_000, title("a")))
    chain: Query = title("a")
    for _ in range(MAX_OPERATORS):
        chain = And((chain, title("a")))
    assert shelf.find(chain) == [1, 2]
    with pytest.raises(QueryTooComplex):
        shelf.find(And((chain, title("a"))))
    minus: Query = All()
    for _ in range(MAX_OPERATORS):
        minus = Not(minus, title("b"))
    assert shelf.find(minus) == [2]
    with pytest.raises(QueryTooComplex):
        shelf.find(Term("title", ("a",) * (MAX_OPERATORS + 2), "any"))
    assert shelf.find(title("a")) == [1, 2]  # the process lives


@pytest.mark.feature(
    "Limits that end in a diagnostic: depth, operators, words a mask stands for, proximity"
)
def test_too_many_terms(shelf: Shelf) -> None:
    words = [f"w{n}" for n in range(MAX_EXPANSIONS + 1)]
    many = Document(1, "union", {"title": (tuple(words[:-1]),)}, {}, {}, {}, {})
    shelf.put(many)
    assert shelf.find(Term("title", ("w",), trunc="right")) == [1]
    assert shelf.find(Term("title", ("w",), position="first", trunc="right")) == [1]
    assert shelf.find(Term("title", ("w1", "w"), "phrase", trunc="right")) == [1]
    shelf.put(Document(2, "union", {"title": ((words[-1],),)}, {}, {}, {}, {}))
    for query in (
        Term("title", ("w",), trunc="right"),
        Term("title", ("w",), trunc="both"),
        Term("title", ("w", "w"), "phrase", trunc="both"),
        Mask("title", (ANY,)),
        Prox(Term("title", ("w1",)), Term("title", ("w",), trunc="right")),
    ):
        with pytest.raises(TooManyTerms) as raised:
            shelf.find(query)
        assert "*" in raised.value.details
    assert shelf.find(Term("title", ("w1",), trunc="right")) == [1, 2]
    assert shelf.find(Term("notes", ("w",), trunc="right")) == []


@pytest.mark.parametrize(
    ("query", "error"),
    [
        (Term("shelf", ("a",)), UnsupportedAccessPoint),
        (Mask("shelf", ("a", ANY)), UnsupportedAccessPoint),
        (Range("title", "a", "b"), UnsupportedAccessPoint),
        (Range("isbn", "978", None), UnsupportedAccessPoint),
        (Range("date", "1999", None), UnsupportedAttribute),
        (Range("classification", 5, None), UnsupportedAttribute),
        (Term("title", ()), UnsupportedAttribute),
        (Term("title", ("a",), "key"), UnsupportedAttribute),
        (Term("title", ("a", "b"), "all", position="first"), UnsupportedAttribute),
        (Term("title", ("a", "b"), "any", complete=True), UnsupportedAttribute),
        (Term("language", ("vie", "eng"), "phrase"), UnsupportedAttribute),
        (Term("date", ("19uu",)), UnsupportedAttribute),
        (Term("date", ("199",), trunc="right"), UnsupportedAttribute),
        (Mask("date", ("199", ONE)), UnsupportedAttribute),
        (Prox(Term("title", ("a",)), Term("notes", ("b",))), UnsupportedAttribute),
        (
            Prox(Term("title", ("a",)), Term("title", ("b",)), MAX_DISTANCE + 1),
            UnsupportedAttribute,
        ),
        (Prox(Term("title", ("a",)), Term("title", ("b",)), -1), UnsupportedAttribute),
        (Prox(Term("language", ("a",)), Term("language", ("b",))), UnsupportedAttribute),
        (Prox(Term("title", ("a", "b"), "all"), Term("title", ("b",))), UnsupportedAttribute),
        (
            Prox(Term("title", ("a",), position="first"), Term("title", ("b",))),
            UnsupportedAttribute,
        ),
    ],
)
@pytest.mark.feature("What cannot be honoured is refused")
def test_what_cannot_be_honoured_is_refused(
    shelf: Shelf, query: Query, error: type[QueryError]
) -> None:
    with pytest.raises(error) as raised:
        shelf.find(query)
    assert raised.value.details


# Sorting


@pytest.mark.feature("Vietnamese sort, by several keys, missing values first, last or left out")
def test_sort(shelf: Shelf) -> None:
    shelf.put(
        document(1, "đá"), document(2, "da"), document(3), document(4, "dạ"), document(5, "da"),
        document(6, "em"), document(7, "dà"),
    )  # fmt: skip
    assert shelf.find(All(), SortKey("title")) == [2, 5, 7, 4, 1, 6, 3]
    assert shelf.find(All(), SortKey("title", False)) == [6, 1, 4, 7, 2, 5, 3]
    assert shelf.find(All(), SortKey("title", missing="first"))[:2] == [3, 2]
    assert shelf.find(All(), SortKey("title", False, "first"))[:2] == [3, 6]
    assert shelf.find(All(), SortKey("title", missing="omit")) == [2, 5, 7, 4, 1, 6]


@pytest.mark.feature("Vietnamese sort, by several keys, missing values first, last or left out")
def test_sort_by_several_keys(shelf: Shelf) -> None:
    shelf.put(
        document(1, "b", years=[2000]), document(2, "a", years=[2000]),
        document(3, "b", years=[1990]), document(4, "a"),
    )  # fmt: skip
    assert shelf.find(All(), SortKey("title"), SortKey("date")) == [2, 4, 3, 1]
    assert shelf.find(All(), SortKey("date", False), SortKey("title", False)) == [1, 2, 3, 4]
    assert shelf.find(All(), SortKey("title"), SortKey("date", True, "omit")) == [2, 3, 1]


def test_sort_keys_follow_updates(shelf: Shelf) -> None:
    shelf.put(document(1, "a"), document(2, "b"))
    shelf.put(document(1, "c"))
    assert shelf.find(All(), SortKey("title")) == [2, 1]
    shelf.put(document(2))
    assert shelf.find(All(), SortKey("title")) == [1, 2]


@pytest.mark.feature("Result sets that stay as they were while thousands of records change")
def test_sorted_set_is_stable_while_records_change(shelf: Shelf) -> None:
    shelf.put(*(document(rid, f"t{rid:04d}") for rid in range(1, 1_001)))
    result = shelf.index.search(["union"], All(), [SortKey("title", False)])
    first = result.page(0, 10)
    shelf.put(*(document(rid, f"a{rid:04d}") for rid in range(501, 1_001)), gone=(1, 2))
    pages = [result.page(start, 100) for start in range(0, 1_000, 100)]
    assert pages[0][:10] == first == list(range(1_000, 990, -1))
    assert sorted(rid for page in pages for rid in page) == list(range(1, 1_001))
    assert pages == [result.page(start, 100) for start in range(0, 1_000, 100)]


@pytest.mark.feature("Sorting result sets together")
def test_sort_of_several_sets(shelf: Shelf) -> None:
    shelf.put(*(document(rid, word) for rid, word in enumerate(("c", "b", "a", "b"), 1)))
    sets = [shelf.index.search(["union"], title(word)) for word in ("b", "c")]
    assert shelf.index.sort(sets, [SortKey("title")]).ids().tolist() == [2, 4, 1]
    assert shelf.index.sort(sets, [SortKey("title", False)]).page(0, 2) == [1, 2]
    assert shelf.index.sort(sets[:1] * 2, []).ids().tolist() == [2, 4]
    with pytest.raises(UnsupportedAttribute):
        shelf.index.sort(sets, [SortKey("relevance")])


@pytest.mark.feature("Vietnamese sort, by several keys, missing values first, last or left out")
def test_keys_that_begin_alike_are_told_apart(shelf: Shelf) -> None:
    same = "giáo trình toán cao cấp dành cho sinh viên"
    shelf.put(document(1, f"{same} c"), document(2, f"{same} a"), document(3, same.upper()),
              document(4, f"{same} à"), document(5, same))  # fmt: skip
    assert shelf.find(All(), SortKey("title")) == [5, 3, 2, 4, 1]
    assert shelf.find(All(), SortKey("title", False)) == [1, 4, 2, 3, 5]


# Relevance


@pytest.mark.feature("Relevance: words by weight of field, whole titles first")
def test_relevance(shelf: Shelf) -> None:
    kieu = "Truyện Kiều"
    shelf.put(
        document(1, "Bàn về ngôn ngữ Truyện Kiều", any=["Bàn về ngôn ngữ Truyện Kiều"]),
        document(2, "Văn học", any=["Văn học", "Truyện ngắn", "Kiều bào"]),
        document(3, kieu, any=[kieu]),
        document(4, "Kiều nữ", any=["Kiều nữ", "truyện dài"]),
        document(5, f"{kieu} chú giải", any=[f"{kieu} chú giải"]),
    )
    words = Term("any", ("truyen", "kieu"), "all")
    found = shelf.find(words, SortKey("relevance"))
    assert found[:3] == [3, 5, 1]
    assert sorted(found) == shelf.find(words)
    assert shelf.find(title("kieu"), SortKey("relevance", False))[0] in (3, 4)
    assert shelf.find(All(), SortKey("relevance")) == [1, 2, 3, 4, 5]
    assert shelf.find(Term("date", ("1999",), "key"), SortKey("relevance")) == []
    for keys in (
        [SortKey("relevance"), SortKey("title")],
        [SortKey("title"), SortKey("relevance")],
    ):
        with pytest.raises(UnsupportedAttribute):
            shelf.find(words, *keys)


def test_unsortable_key(shelf: Shelf) -> None:
    for ap in ("notes", "shelf"):
        with pytest.raises(UnsupportedAccessPoint):
            shelf.find(All(), SortKey(ap))


# Vietnamese and Han


@pytest.mark.parametrize(
    "asked",
    ["nguyen du", "Nguyễn Du", "NGUYỄN DU", "Nguye\u0302\u0303n Du", "Nguyê\u0303n du"],
)
@pytest.mark.parametrize("held", ["Nguyễn Du", "Nguye\u0302\u0303n Du"])
@pytest.mark.feature("Search without marks, with marks, with the tone in either place")
def test_folding(shelf: Shelf, held: str, asked: str) -> None:
    shelf.put(document(1, f"Thơ {held}"), document(2, "Nguyễn Trãi"))
    assert shelf.find(title(asked)) == [1]


@pytest.mark.feature("Search without marks, with marks, with the tone in either place")
def test_letter_d(shelf: Shelf) -> None:
    shelf.put(document(1, "Đất nước"), document(2, "ðất nước"), document(3, "dat nuoc"))
    for asked in ("đất nước", "dat nuoc", "ĐẤT NƯỚC", "ðất nước"):
        assert shelf.find(title(asked)) == [1, 2, 3]
    assert shelf.find(title("đất nước", exact=True)) == [1, 2]
    assert shelf.find(title("dat nuoc", exact=True)) == [3]


@pytest.mark.feature("Search without marks, with marks, with the tone in either place")
def test_exact_mode(shelf: Shelf) -> None:
    shelf.put(
        document(1, "du"), document(2, "dù"), document(3, "hòa bình"), document(4, "hoà bình")
    )
    assert shelf.find(title("du")) == [1, 2]
    assert shelf.find(title("du", exact=True)) == [1]
    assert shelf.find(title("dù", exact=True)) == [2]
    assert shelf.find(title("hoà bình", exact=True)) == [3, 4]
    assert shelf.find(title("hòa", exact=True)) == [3, 4]


@pytest.mark.feature("Han and Nôm characters are words")
def test_han_characters_are_words(shelf: Shelf) -> None:
    shelf.put(document(1, "大越史記全書"), document(2, "史記"), document(3, "𡨸喃"))
    assert shelf.find(title("史記")) == [1, 2]
    assert shelf.find(title("記史")) == []
    assert shelf.find(title("越")) == [1]
    assert shelf.find(title("𡨸")) == [3]
    assert shelf.find(title("大", position="first")) == [1]
    assert shelf.find(title("史記", complete=True)) == [2]


# Durability, other handles and processes, staleness


def test_second_writer_is_refused(durable: Shelf) -> None:
    durable.put(document(1, "a"))
    other = durable.open()
    with pytest.raises(IndexBusy):
        other.apply([], [], 9)
    for refused in (other.clear, other.lock):
        with pytest.raises(IndexBusy):
            refused()
    assert other.search(["union"], All()).total == 1  # readers never take the lock
    durable.index.close()
    other.apply([], [1], 9, wait=True)
    assert other.search(["union"], All()).total == 0
    other.close()


def test_fresh_handle_goes_on(durable: Shelf) -> None:
    durable.put(document(1, "a"), document(2, "b"))
    durable.index.close()
    durable.index = durable.open()
    assert durable.index.checkpoint() == 2
    assert durable.find(All()) == [1, 2]
    durable.put(document(3, "c"))
    assert durable.find(All()) == [1, 2, 3]


def test_closed_handle_opens_again(durable: Shelf) -> None:
    durable.put(document(1, "a"))
    durable.close()
    assert durable.find(title("a")) == [1]


def _count_elsewhere(name: str, folder: Path, answers: object, questions: object) -> None:
    tables = Tables(folder / "tables.sqlite")
    index = engines.by_name(name).open(folder / "index", tables, lambda rids: [])
    while questions.get(timeout=60):
        seq = index.refresh()
        answers.put((seq, index.search(["union"], title("a", trunc="right")).total))
    index.close()
    tables.close()


@pytest.mark.slow
def test_another_process_sees_commits_after_refresh(durable: Shelf) -> None:
    durable.put(document(1, "a"))
    context = multiprocessing.get_context("spawn")
    answers, questions = context.Queue(), context.Queue()
    reader = context.Process(
        target=_count_elsewhere, args=(durable.name, durable.folder, answers, questions)
    )
    reader.start()
    for expected in ((1, 1), (2, 2)):
        questions.put(True)
        assert answers.get(timeout=60) == expected
        durable.put(document(2, "ab"))
    questions.put(False)
    reader.join(60)
    assert reader.exitcode == 0


def _search_in_child(shelf: Shelf, answers: object) -> None:
    answers.put(shelf.find(title("a", trunc="right")))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_handle_survives_a_fork(durable: Shelf) -> None:
    durable.put(document(1, "a"))
    assert durable.find(All()) == [1]
    context = multiprocessing.get_context("fork")
    answers = context.Queue()
    child = context.Process(target=_search_in_child, args=(durable, answers))
    child.start()
    assert answers.get(timeout=60) == [1]
    child.join(60)
    assert child.exitcode == 0
    durable.put(document(2, "a"))
    assert durable.find(All()) == [1, 2]


def test_index_of_another_analysis_is_refused(
    durable: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    durable.put(document(1, "a"))
    durable.close()
    monkeypatch.setattr(base, "ANALYSIS_VERSION", base.ANALYSIS_VERSION + 1)
    refusals: list[Callable[[], object]] = [
        durable.index.checkpoint,
        durable.index.refresh,
        durable.index.rids,
        lambda: durable.index.search(["union"], All()),
        durable.index.lock,
        lambda: durable.index.apply([], [], 3),
    ]
    for refused in refusals:
        with pytest.raises(IndexStale) as raised:
            refused()
        assert raised.value.found == base.ANALYSIS_VERSION - 1
    durable.index.clear()
    assert durable.index.checkpoint() == 0
    durable.put(document(2, "b"))
    assert durable.find(All()) == [2]


def test_index_without_its_tables_is_stale(durable: Shelf) -> None:
    durable.put(document(1, "a"))
    durable.close()
    for path in durable.folder.glob("tables.sqlite*"):
        path.unlink()
    with pytest.raises(IndexStale):
        durable.index.checkpoint()
    durable.index.clear()
    durable.put(document(1, "a"))
    assert durable.find(title("a", trunc="right")) == [1]


# Every engine does what brute force does


@pytest.mark.parametrize("name", [name for name in engines.names() if name != "memory"])
@settings(max_examples=int(os.environ.get("INTEROP_TREES", "30")))  # of ten to twenty trees each
@given(
    held=samples.documents(),
    later=samples.documents(),
    gone=st.lists(st.integers(1, 40), max_size=6),
    asked=st.lists(
        st.tuples(samples.queries, samples.sorts, samples.scopes), min_size=10, max_size=20
    ),
    first=samples.queries,
    second=samples.queries,
    judged=st.sampled_from((0, 100)),
)
@pytest.mark.feature("The same answers as brute force: random trees over random records")
def test_random_trees_over_random_documents(
    name, held, later, gone, asked, first, second, judged
) -> None:
    """``judged``: records of a proximity that an engine may look at themselves instead of asking
    its index."""
    engine = importlib.import_module(f"interop.index.engines.{name}")
    with (
        tempfile.TemporaryDirectory(dir=MEMORY_DISK) as folder,
        mock.patch.object(engine, "MAX_JUDGED", judged, create=True),
    ):
        shelves = [Shelf(n, Path(folder) / n) for n in ("memory", name)]
        sets: list[dict[str, ResultSet]] = [{}, {}]
        for shelf, named in zip(shelves, sets, strict=True):
            shelf.put(*held)
            for set_name, query in (("1", first), ("2", second)):
                try:
                    named[set_name] = shelf.index.search(
                        samples.DATABASES[:2], query, (), {**named}
                    )
                except QueryError:
                    continue
            kept = [rid for each in later for rid in each.rids]
            shelf.put(*later, gone=tuple(rid for rid in gone if rid not in kept))
        for query, sort, scope in asked:
            oracle, answer = (
                _outcome(shelf, scope, query, sort, named)
                for shelf, named in zip(shelves, sets, strict=True)
            )
            assert answer == oracle, query
        for shelf in shelves:
            shelf.close()


@pytest.mark.feature("The same scans and facets as brute force over random records")
@pytest.mark.parametrize("name", [name for name in engines.names() if name != "memory"])
@settings(max_examples=int(os.environ.get("INTEROP_TREES", "25")))
@given(held=samples.documents(), gone=st.lists(st.integers(1, 40), max_size=4), data=st.data())
def test_random_scans_and_facets(name, held, gone, data) -> None:
    with tempfile.TemporaryDirectory(dir=MEMORY_DISK) as folder:
        shelves = [Shelf(n, Path(folder) / n) for n in ("memory", name)]
        for shelf in shelves:
            shelf.put(*held)
            shelf.put(gone=tuple(gone))
        for _ in range(4):
            ap = data.draw(st.sampled_from(("title", "any", "classification", "date")))
            scope = data.draw(samples.scopes)
            term = data.draw(st.sampled_from((*samples.WORDS, "", "zz")))
            before, after, step = (data.draw(st.integers(0, 4)) for _ in range(3))
            oracle, answer = (
                shelf.index.scan(
                    scope, ap, "5" if ap == "date" else term,
                    kind="word", before=before, after=after, step=step, exact=True,
                )
                for shelf in shelves
            )  # fmt: skip
            assert answer == oracle
        query = data.draw(samples.leaves.filter(lambda leaf: not isinstance(leaf, SetRef)))
        asked = [
            Facet("language", data.draw(st.integers(0, 5)), data.draw(st.integers(1, 3))),
            Facet("classification", order="value"),
            Facet("date", 3),
            Facet("language", 2, data.draw(st.integers(1, 3)), reverse=True),
            Facet("classification", 3, order="value", reverse=True),
        ]
        scope = data.draw(samples.scopes)
        counts = [_facets(shelf, scope, query, asked) for shelf in shelves]
        assert counts[0] == counts[1]
        for shelf in shelves:
            shelf.close()


def _facets(shelf: Shelf, scope: Sequence[str], query: Query, asked: list[Facet]) -> object:
    try:
        return shelf.index.facets(shelf.index.search(scope, query), asked)
    except QueryError as error:
        return type(error)


def _outcome(
    shelf: Shelf,
    scope: Sequence[str],
    query: Query,
    sort: list[SortKey],
    sets: dict[str, ResultSet],
) -> object:
    try:
        result = shelf.index.search(scope, query, sort, sets)
    except QueryError as error:
        return type(error), error.details
    return result.total, result.ids().tolist()


def test_index_of_other_access_points_is_replaced_and_nothing_beside_it(tmp_path: Path) -> None:
    tantivy = pytest.importorskip("tantivy")
    folder = tmp_path / "index" / "tantivy"
    folder.mkdir(parents=True)
    tantivy.Index(tantivy.SchemaBuilder().add_text_field("old").build(), path=str(folder))
    beside = tmp_path / "index" / "words.db"
    beside.write_bytes(b"not the engine's")
    shelf = Shelf("tantivy", tmp_path)
    with pytest.raises(IndexStale):
        shelf.index.checkpoint()
    shelf.index.clear()
    assert shelf.index.checkpoint() == 0
    shelf.put(document(1, "a"))
    assert shelf.find(All()) == [1]
    assert beside.read_bytes() == b"not the engine's"
    shelf.close()


def test_searches_in_threads_while_a_writer_works(shelf: Shelf) -> None:
    shelf.put(*(document(rid, "a") for rid in range(1, 101)))

    def search(_: int) -> bool:
        result = shelf.index.search(["union"], Or((title("a"), title("b"))), [SortKey("title")])
        return result.total == 100 == len(set(result.ids()))

    with ThreadPoolExecutor(4) as pool:
        found = pool.map(search, range(60))
        for word in ("b", "a", "b"):
            shelf.put(*(document(rid, word) for rid in range(1, 101)))
        assert all(found)


@pytest.mark.slow
def test_handles_that_find_no_index_at_once(tmp_path: Path) -> None:
    for name in DURABLE:
        tables = Tables(tmp_path / name / "tables.sqlite")
        handles = [
            engines.by_name(name).open(tmp_path / name, tables, lambda rids: []) for _ in range(12)
        ]
        with ThreadPoolExecutor(12) as pool:
            assert set(pool.map(lambda handle: handle.refresh(), handles)) == {0}
        handles[0].apply([document(1, "a")], [], 1)
        assert [handle.refresh() for handle in handles] == [1] * 12
        for handle in handles:
            handle.close()
        tables.close()
