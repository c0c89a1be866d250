"""Harvests of others are counted, and stopped after their time."""

import sys

from bench.cases.long_lists import Harvester, _harvest


def harvester(script: str) -> Harvester:
    return Harvester(
        "made", "marcxml", False, lambda *words: [sys.executable, "-c", script, *words]
    )


def test_a_harvest_is_counted_by_its_identifiers(tmp_path):
    done = _harvest(harvester("print('a'); print('b'); print('a')"), "", "", tmp_path / "out", 60)
    assert (done.records, done.distinct, done.ended) == (3, 2, True)


def test_a_harvest_that_takes_too_long_is_stopped_and_counted(tmp_path):
    script = "import time; print('a', flush=True); time.sleep(60)"
    done = _harvest(harvester(script), "", "", tmp_path / "out", 1)
    assert not done.ended and done.records <= 1 and done.seconds < 30
