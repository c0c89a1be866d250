"""``interop load`` of real files, as a process: counts, kills and interruptions."""

import gzip
import json
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from interop.config import load as load_config
from interop.index.follower import audit
from interop.node import Node, open_node
from tests.processes import interop

pytestmark = [pytest.mark.corpus, pytest.mark.slow, pytest.mark.timeout(180)]

UVA = 2000  # records of uva_001_2000.mrc, in MARC-8
LIMIT = 60.0  # seconds until a load must have come so far


def configure(folder: Path) -> Path:
    file = folder / "interop.toml"
    file.write_text(f'[store]\nurl = "sqlite:///{folder}/data/x.db"\n', encoding="utf-8")
    return file


def load(config: Path, file: Path, code: int = 0) -> dict[str, int | str]:
    done = interop("load", file, "--library", "LIB", "--config", config, "--json")
    assert (done.returncode, done.stderr) == (code, "")
    counts = json.loads(done.stdout)
    parts = ("added", "changed", "unchanged", "quarantined")
    assert counts["read"] == sum(counts[part] for part in parts)
    return counts


class opened:
    """The node of a configuration, for a look inside."""

    def __init__(self, config: Path) -> None:
        self.node = open_node(load_config(config, environ={}))

    def __enter__(self) -> Node:
        return self.node

    def __exit__(self, *_: object) -> None:
        self.node.close()


def contents(node: Node) -> tuple[dict[str, tuple[object, ...]], dict[str, int]]:
    """Every record of the library with its octets, and the number of records of each database."""
    records: dict[str, tuple[object, ...]] = {}
    after, more = 0, True
    while more:
        page = node.store.list("lib", after=after, limit=1000)
        for stored in node.store.get([record.rid for record in page.records]):
            assert stored is not None
            records[stored.id.local] = stored.marc, stored.sets, node.store.raw(stored.rid)
            after = stored.seq
        more = page.more
    return records, node.store.databases()


def packed(file: Path, folder: Path) -> Path:
    target = folder / f"{file.name}.gz"
    with file.open("rb") as plain, gzip.open(target, "wb", 1) as pack:
        shutil.copyfileobj(plain, pack)
    return target


@pytest.fixture(scope="module")
def uva(corpus):
    return corpus / "uva" / "uva_001_2000.mrc"


@pytest.fixture(scope="module")
def whole(uva, tmp_path_factory) -> Iterator[Path]:
    """Configuration of a node that holds ``uva`` loaded in one go."""
    config = configure(tmp_path_factory.mktemp("whole"))
    counts = load(config, uva)
    assert (counts["read"], counts["added"]) == (UVA, UVA)
    return config


def test_marc8_comes_in_whole_and_its_gzip_is_the_same(whole, uva, tmp_path):
    counts = load(whole, packed(uva, tmp_path))
    assert (counts["read"], counts["unchanged"]) == (UVA, UVA)
    with opened(whole) as node:
        assert list(audit(node.store, node.index)) == []
        assert node.store.databases()["lib"] == UVA
        title = node.catalogue.page("lib", limit=1, prefix="oai_dc").bodies[0]
        assert title is not None and b"<dc:title" in title


@pytest.mark.parametrize("pack", [False, True])
def test_wrong_lengths_cost_nothing(corpus, tmp_path, pack):
    file = corpus / "bu_bibs" / "bu_bibs.mrc"
    counts = load(configure(tmp_path), packed(file, tmp_path) if pack else file)
    assert (counts["read"], counts["added"], counts["quarantined"]) == (100, 100, 0)


@pytest.mark.parametrize("pack", [False, True])
def test_koha_marcxml(corpus, tmp_path, pack):
    file = corpus / "koha436" / "derived_biblio.xml"
    config = configure(tmp_path)
    found = file.read_bytes().count(b"<leader>")
    counts = load(config, packed(file, tmp_path) if pack else file, code=1)
    assert counts["read"] == found > 400
    with opened(config) as node:
        kept = node.store.quarantined("lib")
        assert len(kept) == counts["quarantined"]
        assert all(record.raw and record.reason for record in kept)
        assert list(audit(node.store, node.index)) == []


class Loading:
    """A load that goes on, with a store that can be watched."""

    def __init__(self, config: Path, file: Path) -> None:
        command = [sys.executable, "-m", "interop.cli", "load", str(file), "--library", "LIB"]
        self.process = subprocess.Popen(
            [*command, "--config", str(config)],
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
            # A shell that runs the tests in the background has them ignore SIGINT.
            preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
        )
        self._config = config

    def wait_for(self, records: int) -> None:
        """Until so many records are committed."""
        deadline = time.monotonic() + LIMIT
        with opened(self._config) as node:
            while node.store.databases().get("lib", 0) < records:
                assert self.process.poll() is None, "the load ended before it could be stopped"
                assert time.monotonic() < deadline
                threading.Event().wait(0.005)

    def stop(self, number: int) -> tuple[int, str, str]:
        self.process.send_signal(number)
        out, err = self.process.communicate(timeout=60)
        return self.process.returncode, out, err


@pytest.mark.parametrize("committed", [1, 1000])
def test_a_killed_load_run_again_is_a_load(whole, uva, tmp_path, committed):
    config = configure(tmp_path)
    loading = Loading(config, uva)
    loading.wait_for(committed)
    assert loading.stop(signal.SIGKILL)[0] == -signal.SIGKILL
    with opened(config) as node:
        assert node.store.databases()["lib"] % 500 == 0  # whole transactions
    counts = load(config, uva)
    assert counts["read"] == UVA and 0 < counts["unchanged"] < UVA
    with opened(config) as node, opened(whole) as reference:
        assert list(audit(node.store, node.index)) == []
        assert contents(node) == contents(reference)


def test_ctrl_c_is_130_and_one_line(whole, uva, tmp_path):
    config = configure(tmp_path)
    long = tmp_path / "long.mrc"  # so that the load is still running when the signal comes
    long.write_bytes(uva.read_bytes() * 20)
    loading = Loading(config, long)
    loading.wait_for(500)
    code, out, err = loading.stop(signal.SIGINT)
    assert (code, err.strip()) == (130, "interop: stopped")
    assert "read" in out  # what had come in is told
    load(config, uva)
    with opened(config) as node, opened(whole) as reference:
        assert list(audit(node.store, node.index)) == []
        assert contents(node) == contents(reference)
