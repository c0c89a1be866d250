"""Processes and what they use."""

import subprocess
import sys

from bench.programs import _cpu

_ONE = """
import sys, time
print(time.process_time(), flush=True)
sys.stdin.read()
"""


def test_cpu_is_counted_below_a_tick():
    """``/proc/PID/stat`` alone would say up to two hundredths of a second less."""
    with subprocess.Popen(
        [sys.executable, "-c", _ONE], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None and process.stdin is not None
        used = float(process.stdout.readline())
        assert used <= _cpu(process.pid) < used + 1
        process.stdin.close()


def test_a_process_that_has_gone_uses_nothing():
    assert _cpu(2**22 + 1) == 0.0
