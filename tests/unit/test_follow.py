"""A process that follows while this one takes records in."""

import multiprocessing
from types import SimpleNamespace

import pytest

from interop import follow
from interop.config import load
from interop.follow import following
from interop.index.follower import audit
from interop.model.record import Incoming
from interop.node import open_node
from tests.unit.test_ingest import marc


@pytest.fixture
def config(tmp_path):
    return load(environ={"INTEROP_STORE_URL": f"sqlite:///{tmp_path}/x.db"})


@pytest.mark.slow
def test_the_index_follows_while_records_come_in(config):
    with following(config) as opened:
        node = open_node(config)
        opened()
        for number in range(40):
            body = marc(str(number))
            node.catalogue.ingest("a", [Incoming(str(number), body, body, "iso2709")])
        assert multiprocessing.active_children()
    assert not multiprocessing.active_children()
    assert node.follow()
    assert list(audit(node.store, node.index)) == [] and len(node.index.rids()) == 80
    node.close()


def test_it_opens_nothing_before_it_is_told(config, tmp_path):
    with following(config):
        (process,) = multiprocessing.active_children()
        assert process.is_alive()
    assert not multiprocessing.active_children()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.slow
def test_it_ends_with_the_block_when_the_block_fails(config):
    with pytest.raises(KeyError), following(config) as opened:
        open_node(config).close()
        opened()
        raise KeyError
    assert not multiprocessing.active_children()


def test_a_store_that_cannot_be_used_is_left_to_the_parent_to_tell(config, tmp_path, capfd):
    (tmp_path / "x.db").write_bytes(b"no database" * 100)
    with following(config) as opened:
        opened()
        (process,) = multiprocessing.active_children()
        process.join(30)
        assert process.exitcode == 0
    assert capfd.readouterr().err == ""


class Never:
    """An event that nobody sets, and for which nobody waits."""

    def wait(self, timeout: float) -> bool:
        return False

    def is_set(self) -> bool:
        return False


def test_it_ends_when_its_parent_was_killed(config, monkeypatch, tmp_path):
    alive = [True, True, False]
    parent = SimpleNamespace(is_alive=lambda: alive.pop(0))
    monkeypatch.setattr(multiprocessing, "parent_process", lambda: parent)
    follow._follow(config, Never(), Never())
    assert alive == [] and list(tmp_path.iterdir()) == []
