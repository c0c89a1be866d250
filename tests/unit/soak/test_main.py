"""The checks at the end of a soak, on a real server: they find what is lost, and nothing else."""

from pathlib import Path

import pytest

from soak.__main__ import Soak
from soak.records import Shelf

pytestmark = pytest.mark.slow


def test_a_lost_record_is_found_and_nothing_else(tmp_path, monkeypatch):
    soak = Soak(tmp_path, Shelf(40, 20), 60.0)
    write = Shelf.write_steady

    def lossy(shelf: Shelf, file: Path) -> None:
        write(Shelf(shelf.steady - 1, 0), file)

    monkeypatch.setattr(Shelf, "write_steady", lossy)
    monkeypatch.setattr(Soak, "_under_load", lambda *_: None)  # clients would find it too
    monkeypatch.setattr("soak.__main__.children", lambda pid: [0])
    assert soak.run(0.0, 1) == [
        '@attr 1=4 "Kiều": 39 hits, 1 other than expected',
        "harvest: 1 records differ",
    ]
    assert "kills: 0" in soak.report()
