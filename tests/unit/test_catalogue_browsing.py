"""Scan, facets and sorting as the front ends call them: raw text in, diagnostics out."""

import pytest

from interop.catalogue import Catalogue
from interop.config import load
from interop.diagnostics import Diagnostic
from interop.index.base import Facet
from interop.node import open_node
from interop.query import cql
from interop.query.ast import All, SortKey
from tests.unit.test_ingest import incoming


@pytest.fixture
def node(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("INTEROP_CONFIG", raising=False)
    node = open_node(load(None))
    titles = ("Dòng sông", "Đồng bằng", "Dê con")
    node.catalogue.ingest("lib", [incoming(str(n), title=title) for n, title in enumerate(titles)])
    node.follow()
    yield node
    node.close()


@pytest.fixture
def catalogue(node):
    return node.catalogue


def shown(scan):
    return [entry.display for entry in scan.entries]


def test_scan_takes_text_as_it_was_typed(catalogue: Catalogue):
    words = catalogue.scan(["lib"], "title", "  DÒNG sông!", before=2, after=3)
    assert (shown(words)[2], words.position) == ("dòng", 3)
    wholes = catalogue.scan(["lib"], "title", "Dòng Sông.", kind="heading", before=9, after=9)
    assert shown(wholes) == ["Dê con", "Dòng sông", "Đồng bằng"]
    assert wholes.position == 2
    assert catalogue.scan(["lib"], "title", "", before=0, after=1).position == 1


def test_scans_that_cannot_be(catalogue: Catalogue):
    for ap, text, name in (("shelf", "a", "unsupported_use"), ("date", "soon", "malformed_term")):
        with pytest.raises(Diagnostic) as raised:
            catalogue.scan(["lib"], ap, text, before=0, after=1)
        assert raised.value.condition.name == name


def test_facets_and_sort(catalogue: Catalogue):
    found = catalogue.search(["lib"], All())
    [languages] = catalogue.facets(found, [Facet("format")])
    assert sum(count.hits for count in languages) == 3
    ordered = catalogue.sort([found], [SortKey("title")])
    assert ordered.total == 3 and ordered.ids() != found.ids()
    with pytest.raises(Diagnostic):
        catalogue.facets(found, [Facet("notes")])
    with pytest.raises(Diagnostic):
        catalogue.sort([found], [SortKey("notes")])


@pytest.mark.parametrize("asked", ["Nguyễn, Minh Châu", "Minh Châu Nguyễn", "nguyen minh chau"])
def test_authors_are_found_whatever_comma_and_order(node, asked: str):
    """One library enters a name in direct order, another inverts it; people ask in either."""
    forms = ("Nguyễn Minh Châu", "Nguyễn, Minh Châu", "Minh Châu Nguyễn")
    names = {f"a{number}": form for number, form in enumerate(forms)} | {"b": "Nguyễn Minh Trí"}
    node.catalogue.ingest("lib", [incoming(local, author=name) for local, name in names.items()])
    node.follow()
    query, _ = cql.compile(f'dc.creator all "{asked}"')
    assert node.catalogue.search(["lib"], query).total == 3


@pytest.mark.parametrize(("folds", "found"), [("false", 1), ("true", 2)])
@pytest.mark.parametrize("asked", ["kỹ thuật", "ky thuat", "kĩ thuật"])
def test_i_and_y_are_one_letter_where_the_operator_wants_it(
    tmp_path, monkeypatch, folds: str, found: int, asked: str
):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INTEROP_INDEX_FOLD_I_Y", folds)
    node = open_node(load(None))
    try:
        titles = ("Kỹ thuật số", "Kĩ thuật điện", "Kỷ yếu")
        records = [incoming(str(n), title=title) for n, title in enumerate(titles)]
        node.catalogue.ingest("lib", records)
        node.follow()
        for index in ("dc.title =", "dc.title all"):
            query, _ = cql.compile(f'{index} "{asked}"')
            assert node.catalogue.search(["lib"], query).total == found
        words = node.catalogue.scan(["lib"], "title", "k", before=0, after=9)
        assert {"kĩ", "kỹ"} <= set(shown(words))  # as they are written, whatever is searched
    finally:
        node.close()


def test_libraries_are_shown_by_their_codes(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("INTEROP_CONFIG", str(tmp_path / "interop.toml"))
    (tmp_path / "interop.toml").write_text(
        '[[library]]\ncode = "VN-QTI"\nname = "Thư viện tỉnh Quảng Trị"\n', encoding="utf-8"
    )
    node = open_node(load(None))
    node.catalogue.ingest("vn-qti", [incoming("1", title="Dòng sông")])
    node.follow()
    found = node.catalogue.search(["union"], All())
    [[library]] = node.catalogue.facets(found, [Facet("library")])
    assert (library.value, library.display, library.hits) == ("vnqti", "VN-QTI", 1)
    [entry] = node.catalogue.scan(["union"], "library", "", before=0, after=5).entries
    assert (entry.term, entry.display) == ("vnqti", "VN-QTI")
    for name in (library.value, library.display):
        query, _ = cql.compile(f'library = "{name}"')
        assert node.catalogue.search(["union"], query).total == 1
    node.close()


def test_when_a_database_changed_last(node):
    assert node.catalogue.latest("lib") == node.catalogue.latest("union") is not None
    assert node.catalogue.latest("nowhere") is None
