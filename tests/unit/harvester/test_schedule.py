import subprocess
import sys

import pytest

from harvester.schedule import AlreadyRunning, due, interleave, lock
from harvester.state import Last, Position, SourceState
from interop.config import Source

SOURCE = Source("a", "VN-A", "oai-pmh", "http://h/oai", every=3600)


@pytest.mark.parametrize(
    ("state", "expected"),
    [
        (SourceState(), True),
        (SourceState(last=Last("complete", 1000)), False),
        (SourceState(last=Last("complete", 1000 - 3600)), True),
        (SourceState(last=Last("failed", 999)), False),
        (SourceState(last=Last("complete", 999), position=Position("r", False, token="t")), True),
        (SourceState(last=Last("partial", 999), position=Position("r", False, token="t")), False),
    ],
)
def test_due(state, expected):
    assert (due([SOURCE], {"a": state}, 1000) == [SOURCE]) is expected


def test_one_harvest_of_a_source_at_a_time(tmp_path):
    with lock(tmp_path, "a"), lock(tmp_path, "b"):
        with pytest.raises(AlreadyRunning), lock(tmp_path, "a"):
            pytest.fail("two locks on one source")
    with lock(tmp_path, "a"):
        assert (tmp_path / "a.lock").exists()


def test_other_processes_see_the_lock_and_a_dead_one_leaves_none(tmp_path):
    code = (
        "import sys, pathlib\nfrom harvester.schedule import lock\n"
        "with lock(pathlib.Path(sys.argv[1]), 'a'):\n print('held', flush=True)\n sys.stdin.read()"
    )
    with subprocess.Popen(
        [sys.executable, "-c", code, str(tmp_path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout.readline() == b"held\n"
        with pytest.raises(AlreadyRunning), lock(tmp_path, "a"):
            pytest.fail("two locks on one source")
        process.kill()
        process.wait()
    with lock(tmp_path, "a"):
        assert process.returncode == -9


def scripted(name, log, *times):
    for at in times:
        log.append(name)
        yield at
    log.append(name)
    return name.upper()


def test_a_waiting_source_does_not_hold_the_others_up():
    log, slept = [], []
    now = [100.0]

    def sleep(seconds):
        slept.append(seconds)
        now[0] += seconds

    tasks = {"a": scripted("a", log, 160.0), "b": scripted("b", log, 0, 0), "c": scripted("c", log)}
    results = interleave(tasks, lambda: now[0], sleep, lambda name, error: "")
    assert results == {"a": "A", "b": "B", "c": "C"}
    assert log == ["a", "b", "c", "b", "b", "a"]
    assert slept == [60.0]


def test_one_failure_never_stops_the_others():
    def broken():
        yield 0.0
        raise RuntimeError("disk")

    log = []
    tasks = {"x": broken(), "a": scripted("a", log, 0)}
    results = interleave(tasks, lambda: 0.0, pytest.fail, lambda name, error: f"{name}: {error}")
    assert results == {"x": "x: disk", "a": "A"}
