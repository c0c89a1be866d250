"""Harvests of others run beside each other, are counted, and stopped after their time."""

import sys

import pytest

from bench.cases import whole_harvests
from bench.cases.whole_harvests import Harvester, _rows, harvest
from bench.programs import Failed


def harvester(name: str, script: str) -> Harvester:
    return Harvester(name, "marcxml", False, lambda *words: [sys.executable, "-c", script, *words])


def test_a_harvest_is_counted_by_its_identifiers(tmp_path):
    known = [harvester("one", "print('a'); print('b'); print('a')"), harvester("two", "print('c')")]
    one, two = harvest(known, "http://x.example/", tmp_path, 60)
    assert (one.records, one.names, one.ended) == (3, {"a", "b"}, True)
    assert (two.records, two.names, two.ended) == (1, {"c"}, True)


def test_a_harvest_that_takes_too_long_is_stopped_and_counted(tmp_path):
    slow = harvester("slow", "import time; print('a', flush=True); time.sleep(60)")
    (done,) = harvest([slow], "", tmp_path, 0)
    assert not done.ended and done.records <= 1 and done.seconds < 30


def test_a_program_that_fails_is_no_harvest(tmp_path):
    with pytest.raises(Failed, match="bad ended with 3"):
        harvest([harvester("bad", "raise SystemExit(3)")], "", tmp_path, 60)


def test_one_that_ended_without_everything_is_a_failure(tmp_path):
    known = [harvester("short", "print('a')")]
    assert list(_rows(known, "", tmp_path, {"a"}, 60))[0].endswith("| complete |")
    with pytest.raises(Failed, match="short got 1 records, 1 distinct"):
        list(_rows(known, "", tmp_path, {"a", "b"}, 60))


def test_a_real_harvest_of_a_made_store(tmp_path, monkeypatch):
    (sickle, *_) = whole_harvests.harvesters()
    monkeypatch.setattr(whole_harvests, "harvesters", lambda: [sickle])
    section = whole_harvests.run(tmp_path, 120, 60)
    assert "| sickle | marcxml | 120 | 120 |" in section and "| complete |" in section
