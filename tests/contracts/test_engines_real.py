"""Every engine over real records: what brute force finds, and known items on the first page."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from random import Random
from unicodedata import combining, normalize

import pytest

from interop.index import document, engines
from interop.index.base import Document, Facet, SearchIndex
from interop.index.tables import Tables
from interop.marc import iso2709
from interop.model.record import RecordId, Stored
from interop.query import normalise
from interop.query.ast import (
    ANY,
    ONE,
    All,
    And,
    Mask,
    MaskedPhrase,
    Not,
    Prox,
    Query,
    Range,
    SortKey,
    Term,
)

RECORDS = 500
SEED = 1950

pytestmark = pytest.mark.corpus


@pytest.fixture(scope="module")
def documents(corpus: Path) -> list[Document]:
    return _documents(corpus / "loc_demo" / "loc_demo.mrc", 4_000)


@pytest.fixture(scope="module")
def vietnamese(corpus: Path) -> list[Document]:
    """Of a university; its letters and marks are stored apart (NFD)."""
    return _documents(corpus / "hcmut" / "book3part0final.mrc", 5_000)


def _documents(path: Path, among: int) -> list[Document]:
    kept = Random(SEED).sample(list(islice(_records(path), among)), RECORDS)
    return [
        document.build(
            Stored(rid, RecordId("union", str(rid)), rid, 0, False, (), iso2709.encode(record)),
            lambda what, error: None,
        )
        for rid, record in enumerate(map(iso2709.decode, kept), 1)
    ]


def _records(path: Path) -> Iterator[bytes]:
    for data in path.read_bytes().split(b"\x1d"):
        if data.strip():
            yield data + b"\x1d"


@pytest.fixture(scope="module")
def indexes(documents, tmp_path_factory) -> Iterator[dict[str, SearchIndex]]:
    with _opened(documents, tmp_path_factory.mktemp("real")) as opened:
        yield opened


@pytest.fixture(scope="module")
def vietnamese_indexes(vietnamese, tmp_path_factory) -> Iterator[dict[str, SearchIndex]]:
    with _opened(vietnamese, tmp_path_factory.mktemp("vietnamese")) as opened:
        yield opened


@contextmanager
def _opened(documents: list[Document], folder: Path) -> Iterator[dict[str, SearchIndex]]:
    tables = Tables(folder / "words.db")
    tables.write(documents, [])
    opened = {}

    def again(rids: Sequence[int]) -> list[Document]:
        return [documents[rid - 1] for rid in rids]

    for name in engines.names():
        opened[name] = engines.by_name(name).open(tables.path.parent, tables, again)
        opened[name].apply(documents, [], len(documents), wait=True)
    yield opened
    for index in opened.values():
        index.close()
    tables.close()


def _questions(documents: list[Document], *aps: str) -> Iterator[Query]:
    """Questions that real fields answer, of every kind of node."""
    choice = Random(SEED).choice
    for ap in aps:
        for _ in range(3):
            fields = choice([d for d in documents if d.texts.get(ap)])
            at = choice(range(len(fields.texts[ap])))
            folded, marked = fields.texts[ap][at], fields.exact[ap][at]
            one, other = choice(folded), choice(folded)
            yield Term(ap, (one,))
            yield Term(ap, folded[:3], "phrase", "first")
            yield Term(ap, folded, "phrase", complete=True)
            yield Term(ap, marked, "phrase", complete=True, exact=True)
            yield Term(ap, folded[-2:], "phrase", trunc="both")
            yield Term(ap, (one[:-1] or one,), trunc="right", position="first")
            yield Term(ap, (one, other), "all")
            if len(one) > 2:
                yield Mask(ap, (one[0], ONE, one[2:], ANY))
                yield MaskedPhrase(ap, ((one[:2], ANY), (other[:2], ANY)))
            left, right = Term(ap, (one,)), Term(ap, (other,))
            yield Prox(left, right, choice(range(1, 6)), choice((True, False)))
            yield Prox(left, right, 3, relation="gt", exclude=True)
            yield Prox(Prox(left, right, 4), Mask(ap, (folded[0][:2], ANY)), 6)
            yield Prox(left, left, 9)
            yield Prox(left, right, 0, choice((True, False)), unit="field")
            yield Prox(Prox(left, right, 0, unit="field"), Term(ap, folded[-1:]), 0, unit="field")
            yield Not(And((left, Range("date", 1960, 1990))), right)


@pytest.mark.feature("The same answers as brute force on real records")
def test_every_engine_finds_what_brute_force_finds(documents, indexes) -> None:
    assert (
        _answered_alike(indexes, _questions(documents, "title", "subject", "author", "any")) > 100
    )


def _answered_alike(indexes: dict[str, SearchIndex], questions: Iterator[Query]) -> int:
    """How many of the questions have an answer."""
    found = 0
    for query in questions:
        oracle = indexes["memory"].search(["union"], query).ids().tolist()
        found += bool(oracle)
        for name, index in indexes.items():
            assert index.search(["union"], query).ids().tolist() == oracle, (name, query)
    return found


@pytest.mark.feature("The same answers as brute force on real Vietnamese records")
def test_vietnamese_records_are_found_alike(vietnamese, vietnamese_indexes) -> None:
    questions = _questions(vietnamese, "title", "author", "any")
    assert _answered_alike(vietnamese_indexes, questions) > 75


@pytest.mark.feature("Vietnamese titles with their marks, without, and typed in NFD")
def test_vietnamese_titles_are_found_however_they_are_typed(vietnamese, vietnamese_indexes) -> None:
    marked = [d for d in vietnamese if d.texts["title"] != d.exact["title"]]
    for wanted in Random(SEED).sample(marked, 40):
        title = wanted.displays["title"][0]
        bare = "".join(c for c in normalize("NFD", title) if not combining(c))
        bare = bare.replace("đ", "d").replace("Đ", "D")
        for index in vietnamese_indexes.values():
            for typed in (title, title.upper(), normalize("NFD", title), bare):
                tokens = tuple(normalise.text_tokens(typed))
                plain = index.search(["union"], Term("title", tokens, "phrase", complete=True))
                assert wanted.rid in plain.ids()
                tokens = tuple(normalise.exact_tokens(typed))
                asked = Term("title", tokens, "phrase", complete=True, exact=True)
                exact = index.search(["union"], asked).ids()
                assert set(exact) <= set(plain.ids())
                assert (wanted.rid in exact) == (typed != bare)


# Letters of the alphabet, and of it those in which đ, ă or ơ would be lost without their marks.
_ALPHABET = "aăâbcdđeêfghijklmnoôơpqrstuưvwxyz"


@pytest.mark.feature("Vietnamese sort and scan: đ after d, marks in order")
def test_vietnamese_titles_are_in_order(vietnamese, vietnamese_indexes) -> None:
    orders = set()
    for index in vietnamese_indexes.values():
        found = index.search(["union"], All(), [SortKey("title")])
        orders.add(tuple(found.ids()))
    (order,) = orders
    assert len(order) == RECORDS
    # English titles are filed without their article, also those with a Vietnamese parallel.
    titles = [vietnamese[rid - 1] for rid in order]
    marked = [d for d in titles if d.texts["title"] != d.exact["title"]]
    shown = [d.displays["title"][0] for d in marked]
    initials = [_initial(title) for title in shown if not title.startswith("The ")]
    assert initials == sorted(initials) and len(set(initials)) > 10
    scans = [
        index.scan(["union"], "title", "đ", kind="heading", before=5, after=10)
        for index in vietnamese_indexes.values()
    ]
    assert scans[0] == scans[1]
    places = [_initial(entry.display) for entry in scans[0].entries]
    assert places == sorted(places)
    đ = _ALPHABET.index("đ")
    assert places[:5] == [đ - 1] * 5 and places[5:] == [đ] * 10


def _initial(title: str) -> int:
    """Place of the first letter in the alphabet; -1 of what is none."""
    letter = normalize("NFC", title.lower().lstrip(" \"'([“"))[:1]
    tones = "\u0300\u0301\u0303\u0309\u0323"
    return _ALPHABET.find(
        normalize("NFC", normalize("NFD", letter).translate(dict.fromkeys(map(ord, tones))))
    )


@pytest.mark.feature("The same answers as brute force on real records")
def test_sorts_are_the_same(documents, indexes) -> None:
    query = Term("any", ("the",))
    for keys in ([SortKey("title")], [SortKey("author", False, "first"), SortKey("date")]):
        whole = {
            name: index.search(["union"], query, keys).ids().tolist()
            for name, index in indexes.items()
        }
        assert len({tuple(rids) for rids in whole.values()}) == 1
        rids = whole["memory"]
        assert len(rids) > 50
        if len(keys) == 1:
            labels = [documents[rid - 1].sort.get("title", b"\xff") for rid in rids]
            assert labels == sorted(labels)


@pytest.mark.parametrize("kind", ["word", "heading"])
@pytest.mark.parametrize("ap", ["title", "author", "subject", "publisher", "language", "date"])
@pytest.mark.feature("Counts of a scan are the totals of the searches, on real records")
def test_scans_are_the_same_and_count_what_searches_find(documents, indexes, ap, kind) -> None:
    starts = ["", "1950" if ap == "date" else "h"]
    for start in starts:
        scans = {
            name: index.scan(["union"], ap, start, kind=kind, before=4, after=8)
            for name, index in indexes.items()
        }
        assert len(set(scans.values())) == 1
        oracle = scans["memory"]
        assert oracle.entries
        for entry in oracle.entries:
            assert indexes["tantivy"].search(["union"], _again(ap, entry.term, kind)).total == (
                entry.hits
            )


def _again(ap: str, term: str, kind: str) -> Query:
    """The search that a client makes of a term: without marks."""
    if ap in ("language", "date"):
        return Term(ap, (term,), "key")
    return Term(ap, tuple(normalise.text_tokens(term)), "phrase", complete=kind == "heading")


@pytest.mark.feature("The list of headings, walked to its end, is what the records hold")
def test_the_list_of_headings_is_whole_and_in_order(documents, indexes) -> None:
    """Walked to its end, in pages, the list is what the records hold."""
    wanted = {" ".join(tokens) for d in documents for tokens in d.exact.get("subject", ())}
    walked: list[str] = []
    term = ""
    while True:
        page = indexes["tantivy"].scan(
            ["union"], "subject", term, kind="heading", before=0, after=400
        )
        walked += [entry.term for entry in page.entries if entry.term != term]
        if page.at_end:
            break
        term = page.entries[-1].term
    assert set(walked) == wanted
    assert len(walked) == len(wanted)


@pytest.mark.feature("The same answers as brute force on real records")
def test_facets_are_the_same(indexes) -> None:
    query = Term("any", ("history",))
    decades = tuple(Range("date", year, year + 9) for year in range(1900, 2000, 10))
    asked = [
        Facet("subject", 15),
        Facet("author", 10, 3),
        Facet("language", order="value"),
        Facet("date", 20),
        Facet("date", ranges=decades),
    ]
    found = {
        name: index.facets(index.search(["union"], query), asked) for name, index in indexes.items()
    }
    assert found["tantivy"] == found["memory"]
    assert all(found["memory"])


@pytest.mark.feature("Known items come first by relevance")
def test_known_items_come_first(documents, indexes) -> None:
    """A reader types the words of a title, or of its beginning and the author's name."""
    chosen = Random(SEED).sample([d for d in documents if d.texts.get("title")], 100)
    ranks = []
    for wanted in chosen:
        words = tuple(dict.fromkeys(wanted.texts["title"][0]))[:6]
        author = wanted.texts.get("author", ((),))[0][:1]
        query = Term("any", (*words, *author), "all")
        result = indexes["tantivy"].search(["union"], query, [SortKey("relevance")])
        page = result.page(0, 10)
        ranks.append(page.index(wanted.rid) + 1 if wanted.rid in page else 0)
    assert sum(rank == 1 for rank in ranks) >= 95
    assert all(ranks)
