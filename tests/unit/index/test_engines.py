"""Engines are found by file and imported only when named."""

import importlib
import subprocess
import sys
from dataclasses import replace

import pytest

from interop.index import engines
from interop.index.engines import EngineFactory, EngineUnavailable
from tests.contracts.index_samples import document


def test_names_are_the_files():
    assert {"memory", "tantivy"} <= set(engines.names())
    assert not any(name.startswith("_") for name in engines.names())


@pytest.mark.parametrize("name", engines.names())
def test_factory_has_the_name_of_its_file(name, tmp_path):
    factory = engines.by_name(name)
    assert isinstance(factory, EngineFactory)
    assert factory.name == name


def test_unknown_engine():
    with pytest.raises(EngineUnavailable, match="'lucy'.*memory, tantivy"):
        engines.by_name("lucy")


def test_missing_client_library(monkeypatch):
    monkeypatch.setitem(sys.modules, "tantivy", None)
    for name in ("tantivy", "_tantivy_query"):
        monkeypatch.delitem(sys.modules, f"{engines.__name__}.{name}", raising=False)
    with pytest.raises(EngineUnavailable, match="tantivy"):
        engines.by_name("tantivy")


@pytest.mark.slow
def test_naming_one_engine_imports_no_other():
    code = (
        "import sys; from interop.index import engines; engines.by_name('memory');"
        "assert 'tantivy' not in sys.modules"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=60)


def test_half_written_engine(monkeypatch):
    monkeypatch.setattr(engines, "names", lambda: ["base"])
    monkeypatch.setattr(engines.importlib, "import_module", lambda name: object())
    with pytest.raises(TypeError, match="ENGINE"):
        engines.by_name("base")


def test_a_repetition_without_marks_is_indexed_once():
    tantivy = importlib.import_module("interop.index.engines.tantivy")
    made = document(1, "truyen kieu", "Truyện Kiều", author=["Nguyen Du"])
    fields = tantivy._fields(made)
    assert {name for name in fields if "title" in name} == {"p_title", "f_title", "e_title"}
    assert "kieu" in fields["p_title"] and "kieu" in fields["f_title"]
    assert "kiều" in fields["e_title"] and "kiều" not in fields["p_title"]
    assert {name for name in fields if "author" in name} == {"p_author", "h_author"}
    unequal = replace(made, exact={"title": made.exact["title"][:1]})
    assert {name for name in tantivy._fields(unequal) if "title" in name} == {"f_title", "e_title"}
