"""Processes and what they use."""

import os
import time

from bench.programs import _cpu


def test_cpu_is_counted_below_a_tick():
    before, begin = _cpu(os.getpid()), time.process_time()
    while time.process_time() - begin < 0.003:
        pass
    assert 0.002 < _cpu(os.getpid()) - before < 0.5


def test_a_process_that_has_gone_uses_nothing():
    assert _cpu(2**22 + 1) == 0.0
