"""Real processes for tests: free ports, servers that are waited for, output that can be read."""

import contextlib
import os
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import Request, urlopen

# Ports that the system gives to whoever asks for any, connections that go out among them, are above
# these on usual systems: one of those may be taken again before the server that is started has it.
PORTS = range(10_240, 32_000)
LIMIT = 90.0  # seconds: a server that has not answered by then is broken, not slow


def free_ports(count: int) -> int:
    """First of ``count`` consecutive loopback ports that nobody listens on."""
    for _ in range(200):
        port = PORTS.start + secrets.randbelow(len(PORTS) - count)  # ``random`` may be seeded
        with contextlib.ExitStack() as stack:
            try:
                for offset in range(count):
                    stack.enter_context(socket.create_server(("127.0.0.1", port + offset)))
            except OSError:
                continue
            return port
    raise RuntimeError("no free ports")


def interop(
    *arguments: str | Path, cwd: Path | None = None, **options
) -> subprocess.CompletedProcess:
    """Run ``interop`` to its end."""
    return subprocess.run(
        [sys.executable, "-m", "interop.cli", *map(str, arguments)],
        capture_output=True,
        text=True,
        timeout=300,
        cwd=cwd,
        env=_environment(),
        **options,
    )


def _environment() -> dict[str, str]:
    return {k: v for k, v in os.environ.items() if not k.startswith("INTEROP_SERVER")}


class Running:
    """A command that goes on: its lines as they come, and an end that is waited for."""

    def __init__(self, *arguments: str | Path, cwd: Path | None = None) -> None:
        self.lines: list[str] = []
        self._changed = threading.Condition()
        self.process = subprocess.Popen(
            [sys.executable, "-u", "-m", "interop.cli", *map(str, arguments)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            cwd=cwd,
            env=_environment(),
            start_new_session=True,
        )
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        for line in self.process.stdout:
            with self._changed:
                self.lines.append(line.rstrip("\n"))
                self._changed.notify_all()
        with self._changed:
            self._changed.notify_all()

    def wait_for(self, text: str) -> str:
        """The first line that holds ``text``."""

        def found() -> str | None:
            return next((line for line in self.lines if text in line), None)

        with self._changed:
            ok = self._changed.wait_for(
                lambda: found() is not None or not self._reader.is_alive(), LIMIT
            )
            line = found()
        assert ok and line is not None, "\n".join(self.lines)
        return line

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send a signal and wait for the end; the exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            code = self.process.wait(timeout=60)
        except subprocess.TimeoutExpired:
            os.killpg(self.process.pid, signal.SIGKILL)
            raise
        self._reader.join(timeout=10)
        self.process.stdout.close()
        return code


@contextlib.contextmanager
def running(*arguments: str | Path, cwd: Path | None = None) -> Iterator[Running]:
    """A command that is stopped at the end of the block, whatever happens."""
    process = Running(*arguments, cwd=cwd)
    try:
        yield process
    finally:
        if process.process.poll() is None:
            process.stop()


def wait_ready(base: str, server: Running | None = None) -> None:
    """Until ``/health/ready`` answers 200: the index has caught up with the store. The end of
    ``server`` is told at once, with what it has said.
    """
    deadline = time.monotonic() + LIMIT
    while True:
        try:
            with urlopen(f"{base}/health/ready", timeout=5):
                return
        except HTTPError as error:
            error.close()
        except (URLError, OSError):
            pass
        if server is not None:
            assert server.process.poll() is None, "\n".join(server.lines)
        assert time.monotonic() < deadline, f"{base} is not ready"
        threading.Event().wait(0.05)


def get(url: str, **headers: str) -> bytes:
    """Body of a GET."""
    with urlopen(Request(url, headers=headers), timeout=30) as answer:
        return answer.read()


def config_text(port: int, folder: Path, *, workers: int = 1, extra: str = "") -> str:
    """A configuration whose HTTP is at ``port`` and whose Z39.50 is at ``port + 1``."""
    return (
        f'[server]\nname = "Thư viện thử"\ndomain = "test.example.vn"\n'
        f'base_url = "http://127.0.0.1:{port}"\nadmin_email = ["oai@test.example.vn"]\n'
        f'http = "127.0.0.1:{port}"\nz3950 = "127.0.0.1:{port + 1}"\nworkers = {workers}\n'
        f'[store]\nurl = "sqlite:///{folder}/interop.db"\n{extra}'
    )
