"""A node put together from its configuration, and an index that cannot be used."""

import shutil

import pytest

from interop.config import ConfigError, load
from interop.node import open_node
from interop.store.errors import StoreError
from tests.unit.test_ingest import incoming


@pytest.fixture
def config(tmp_path):
    def read(**environ: str):
        file = tmp_path / "interop.toml"
        file.write_text(f'[store]\nurl = "sqlite:///{tmp_path}/data/x.db"\n')
        return load(file, environ=environ)

    return read


def test_a_second_node_leaves_following_to_the_first(config):
    first, second = open_node(config()), open_node(config())
    first.catalogue.ingest("lib", [incoming("1")])
    assert first.follow()
    first.catalogue.ingest("lib", [incoming("2")])
    assert not second.follow()
    assert first.follow() and second.follow()  # nothing is left to do
    first.close()
    second.catalogue.ingest("lib", [incoming("3")])
    assert second.follow()
    second.close()


def test_the_data_are_not_for_everybody_on_the_machine(config, tmp_path):
    node = open_node(config(INTEROP_STORE_URL=f"sqlite:///{tmp_path}/data/x.db"))
    node.close()
    assert not (tmp_path / "data").stat().st_mode & 0o007


def test_unknown_engines_and_folders_are_told(config, tmp_path):
    with pytest.raises(ConfigError, match="index.engine.*solr.*known: embedded, memory$"):
        open_node(config(INTEROP_INDEX_ENGINE="solr"))
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError, match="file"):
        open_node(config(INTEROP_STORE_URL=f"sqlite:///{tmp_path}/file/x.db"))


@pytest.mark.parametrize("damaged", ["words.db", "tantivy/meta.json"])
def test_a_damaged_index_is_one_line_and_is_made_again(config, tmp_path, damaged):
    node = open_node(config())
    node.catalogue.ingest("lib", [incoming("1")])
    assert node.follow()
    node.close()
    index = tmp_path / "data" / "x.index"
    for rest in index.glob("words.db-*"):
        rest.unlink()
    (index / damaged).write_text("garbage\n")
    node = open_node(config())
    with pytest.raises(StoreError, match="remove the folder") as error:
        node.follow()
    assert str(index) in str(error.value) and "\n" not in str(error.value)
    node.close()
    shutil.rmtree(index)
    again = open_node(config())
    assert again.follow()
    assert again.index.checkpoint() == again.store.last_seq() > 0
    again.close()


@pytest.mark.parametrize("work", ["follow", "reindex", "audit"])
@pytest.mark.parametrize(
    ("reason", "advice"),
    [
        ("'No space left on device (os error 28) at path \"/x/.tmpA1\"'", "the records are safe"),
        ("attempt to write a readonly database", "the records are safe"),
        ("index is corrupt", "remove the folder"),
    ],
)
def test_what_keeps_the_index_from_its_files_is_one_line(config, monkeypatch, work, reason, advice):
    node = open_node(config())

    def fails(*_: object) -> None:
        raise ValueError(f"An IO error occurred: {reason}\nmore")

    for name in ("checkpoint", "lock"):
        monkeypatch.setattr(type(node.index), name, fails)
    with pytest.raises(StoreError, match=advice) as error:
        getattr(node, work)()
    assert "/x/.tmp" not in str(error.value) and "\n" not in str(error.value)
    monkeypatch.undo()
    node.close()
