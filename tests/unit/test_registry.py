"""The registry finds plug-ins by file, and says which file is half-written."""

import sys

import pytest

from interop.registry import discover


@pytest.fixture
def package(tmp_path, monkeypatch):
    folder = tmp_path / "plugins_under_test"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    yield folder
    for name in [name for name in sys.modules if name.startswith("plugins_under_test")]:
        del sys.modules[name]


def test_files_are_plug_ins(package):
    (package / "b.py").write_text("THING = 2\n")
    (package / "a.py").write_text("THING = 1\n")
    (package / "_private.py").write_text("")
    assert discover("plugins_under_test", "THING", int) == {"a": 1, "b": 2}


def test_a_half_written_plug_in_is_named(package):
    (package / "broken.py").write_text("THING = 'text'\n")
    with pytest.raises(TypeError, match=r"plugins_under_test/broken\.py must define THING: int"):
        discover("plugins_under_test", "THING", int)
