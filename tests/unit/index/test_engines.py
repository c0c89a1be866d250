"""Engines are found by file and imported only when named."""

import subprocess
import sys

import pytest

from interop.index import engines
from interop.index.engines import EngineFactory, EngineUnavailable


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
