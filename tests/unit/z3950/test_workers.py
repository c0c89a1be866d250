"""Threads for operations."""

import threading
from queue import SimpleQueue

from interop.z3950.workers import Workers

PATIENCE = 10.0  # seconds


def test_operations_run_elsewhere_and_in_order():
    """With one thread."""
    workers, done = Workers(1), SimpleQueue()
    for number in range(100):
        workers.submit(lambda number=number: done.put((number, threading.current_thread())))
    found = [done.get(timeout=PATIENCE) for _ in range(100)]
    assert [number for number, _ in found] == list(range(100))
    assert {thread.daemon for _, thread in found} == {True}
    assert threading.current_thread() not in {thread for _, thread in found}
    workers.stop()


def test_one_that_waits_leaves_the_others_free():
    """As many run at once as there are threads."""
    workers, go, done = Workers(2), threading.Event(), SimpleQueue()
    workers.submit(lambda: done.put(go.wait(PATIENCE)))
    workers.submit(lambda: done.put("quick"))
    assert done.get(timeout=PATIENCE) == "quick"
    go.set()
    assert done.get(timeout=PATIENCE) is True
    workers.stop()


def test_a_thread_outlives_an_operation_that_raises(caplog):
    """It is logged."""
    workers, done = Workers(1), SimpleQueue()
    workers.submit(lambda: 1 // 0)
    workers.submit(lambda: done.put(True))
    assert done.get(timeout=PATIENCE)
    assert "ZeroDivisionError" in caplog.text
    workers.stop()


def test_stop_drops_what_waits():
    """What runs ends by itself; nothing else starts, and the threads end."""
    workers, begun, go, done = Workers(1), threading.Event(), threading.Event(), []
    threads = []

    def first() -> None:
        threads.append(threading.current_thread())
        begun.set()
        done.append(go.wait(PATIENCE))

    workers.submit(first)
    workers.submit(lambda: done.append("second"))
    assert begun.wait(PATIENCE)
    workers.stop()
    go.set()
    threads[0].join(PATIENCE)
    assert not threads[0].is_alive()
    assert done == [True]


def test_stop_before_any_operation():
    """There is no thread to end."""
    before = threading.active_count()
    Workers(4).stop()
    assert threading.active_count() == before
