"""Result sets in their file: shared, of one life, bounded."""

from array import array

import pytest

from interop.index.resultset import Snapshot
from interop.sru import result_sets
from interop.sru.result_sets import ResultSetFile


@pytest.fixture
def file(tmp_path):
    return ResultSetFile(tmp_path / "folder" / "sets.db")


def snapshot(*rids):
    return Snapshot(array("q", rids), 7, frozenset(("union", "vn-qti")))


def test_a_set_comes_back_as_it_was_in_another_process(file):
    id = file.keep(snapshot(5, 1, 2**40), "union", 60, now=100)
    found = ResultSetFile(file._path).find(id, now=101)
    assert (found.total, found.seq, found.scope) == (3, 7, "union")
    assert found.databases == {"union", "vn-qti"}
    assert found.ids().tolist() == [5, 1, 2**40]
    assert found.page(1, 1) == [1] and found.page(1, 9) == [1, 2**40] and found.page(9, 9) == []


def test_its_time_begins_anew_whenever_it_is_used(file):
    id = file.keep(snapshot(1), "union", 60, now=100)
    assert file.find(id, now=159)
    assert file.find(id, now=218)
    assert file.find(id, now=278) is None
    assert file.find("never", now=1) is None


def test_a_set_that_went_between_two_looks(file):
    id = file.keep(snapshot(1), "union", 60, now=100)
    found = file.find(id, now=100)
    file.keep(snapshot(2), "union", 60, now=500)
    with pytest.raises(KeyError):
        found.page(0, 1)


def test_the_oldest_make_room(file, monkeypatch):
    monkeypatch.setattr(result_sets, "MAXIMUM_BYTES", 32)
    ids = [file.keep(snapshot(n, n), "union", 60, now=n) for n in range(3)]
    assert [file.find(id, now=3) is not None for id in ids] == [False, True, True]
    monkeypatch.setattr(result_sets, "MAXIMUM_SETS", 1)
    last = file.keep(snapshot(9), "union", 60, now=4)
    assert [file.find(id, now=5) is not None for id in (*ids, last)] == [False] * 3 + [True]


def test_too_many_records_are_not_kept(file, monkeypatch):
    monkeypatch.setattr(result_sets, "MAXIMUM_RECORDS", 1)
    assert file.keep(snapshot(1, 2), "union", 60, now=0) is None
