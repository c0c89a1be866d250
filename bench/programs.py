"""Programs that are measured: commands that end, servers that go on, and the CPU they use."""

import contextlib
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from bench.stats import Sample

ROOT = Path(__file__).resolve().parent.parent
LIMIT = 60.0  # seconds: a server that does not listen by then is broken
_TICKS = os.sysconf("SC_CLK_TCK")


class Failed(Exception):
    """A program of the benchmark did not do its work; the text has the end of what it said."""


def free_port() -> int:
    """A loopback port that nobody listens on now."""
    with socket.create_server(("127.0.0.1", 0)) as sock:
        return sock.getsockname()[1]


def environment(extra: Mapping[str, str] | None = None) -> dict[str, str]:
    """Ours without settings of the person who runs the benchmark; this repository importable."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith("INTEROP_")}
    return {**kept, "PYTHONPATH": str(ROOT), **(extra or {})}


@dataclass(frozen=True, slots=True)
class Done:
    """A command that has ended. ``cpu``: of it and of its children, seconds."""

    seconds: float
    cpu: float
    output: str

    def sample(self, operations: int) -> Sample:
        return Sample(operations, self.seconds, self.cpu)


def command(
    arguments: Sequence[str | Path], cwd: Path | None = None, allowed: Sequence[int] = (0,)
) -> Done:
    """Run a command to its end. Raises ``Failed`` for an exit code that is not ``allowed``."""
    begin = time.perf_counter()
    with subprocess.Popen(
        list(map(str, arguments)),
        cwd=cwd,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        output = process.stdout.read()
        _, status, usage = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - begin
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode not in allowed:
        raise Failed(f"{arguments[0]} ended with {process.returncode}:\n{output[-2000:]}")
    return Done(seconds, usage.ru_utime + usage.ru_stime, output)


def python(module: str, *arguments: str | Path) -> list[str]:
    """A module of this virtual environment as a command."""
    return [sys.executable, "-m", module, *map(str, arguments)]


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. ``port``: where it listens on loopback."""

    process: subprocess.Popen
    port: int

    @property
    def address(self) -> tuple[str, int]:
        return "127.0.0.1", self.port

    def cpu(self) -> float:
        """Seconds of CPU so far: its processes, and children that have ended."""
        return sum(_cpu(pid) for pid in _tree(self.process.pid))

    def memory(self) -> int:
        """Bytes in memory now of all its processes, shared pages counted in each."""
        return sum(_resident(pid) for pid in _tree(self.process.pid))

    def largest(self) -> int:
        """Bytes in memory now of that of its processes that has most."""
        return max(_resident(pid) for pid in _tree(self.process.pid))


@contextlib.contextmanager
def server(
    arguments: Sequence[str | Path],
    port: int,
    log: Path,
    extra: Mapping[str, str] | None = None,
    cwd: Path | None = None,
) -> Iterator[Server]:
    """Start a server, wait until it listens, stop it at the end. Raises ``Failed``."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            list(map(str, arguments)),
            cwd=cwd,
            env=environment(extra),
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        _wait_for(process, port, log)
        yield Server(process, port)
    finally:
        _stop(process)


def _wait_for(process: subprocess.Popen, port: int, log: Path) -> None:
    deadline = time.monotonic() + LIMIT
    while time.monotonic() < deadline:
        if process.poll() is not None:
            break
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.05)
    raise Failed(f"{process.args[0]} does not listen:\n{log.read_text(errors='replace')[-2000:]}")


def _stop(process: subprocess.Popen) -> None:
    """The whole session that ``server`` opened: a forking server leaves children behind."""
    with contextlib.suppress(ProcessLookupError):
        process.terminate()
    try:
        process.wait(timeout=15)
    except subprocess.TimeoutExpired:
        pass
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait(timeout=15)


def _tree(root: int) -> list[int]:
    """A process and all its descendants."""
    found, index = [root], 0
    while index < len(found):
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{found[index]}/task").iterdir():
                found += map(int, (task / "children").read_text().split())
        index += 1
    return found


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    except (OSError, IndexError):
        return 0  # it has ended


def _cpu(pid: int) -> float:
    """Seconds that a process and its children that ended have used; 0 when it has gone.

    proc_pid_stat(5) counts in ticks of 10 ms, which takes a short life of one process for each
    connection for nothing; the scheduler counts living threads in nanoseconds.
    """
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
        threads = [file.read_text() for file in Path(f"/proc/{pid}/task").glob("*/schedstat")]
    except OSError:
        return 0.0
    fields = stat.rpartition(")")[2].split()
    own, children = sum(map(int, fields[11:13])) / _TICKS, sum(map(int, fields[13:15])) / _TICKS
    return max(own, sum(int(text.split()[0]) for text in threads) / 1e9) + children
