"""What a figure was measured on: machine, date, versions."""

import os
import platform
import re
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

PACKAGES = ("tantivy", "SQLAlchemy", "lxml", "Flask", "gunicorn", "oaipmh", "sickle")


def machine() -> dict[str, str]:
    """Processor, cores, memory, kernel, load before the run."""
    return {
        "machine": f"{_processor()}, {os.cpu_count()} cores, {_memory_gib():.0f} GiB memory",
        "system": f"{platform.system()} {platform.release()}, Python {platform.python_version()}",
        "load average before the run": f"{os.getloadavg()[0]:.2f}",
        "date": datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC"),
    }


def versions() -> dict[str, str]:
    """Of this software and of everything it is measured with; absent ones say so."""
    found = {"interop": version("interop") + _commit()}
    found["zebra"] = _answer(["zebraidx", "-V"], r"Zebra ([\d.]+)")
    found["yaz"] = _answer(["zebrasrv", "-V"], r"YAZ version: ([\d.]+)")
    for package in PACKAGES:
        try:
            found[package] = version(package)
        except PackageNotFoundError:
            found[package] = "not installed"
    return found


def _processor() -> str:
    match = re.search(r"^model name\s*:\s*(.+)$", Path("/proc/cpuinfo").read_text(), re.MULTILINE)
    return match[1].strip() if match else platform.machine()


def _memory_gib() -> float:
    return os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30


def _commit() -> str:
    """`` (commit)`` when this is a checkout, with a ``+`` when it has changes."""
    if shutil.which("git") is None:
        return ""
    folder = Path(__file__).parent
    commit = _output(["git", "-C", str(folder), "rev-parse", "--short", "HEAD"]).strip()
    if not commit:
        return ""
    changed = _output(["git", "-C", str(folder), "status", "--porcelain"]).strip()
    return f" ({commit}{'+' if changed else ''})"


def _answer(command: list[str], pattern: str) -> str:
    if shutil.which(command[0]) is None:
        return "not installed"
    match = re.search(pattern, _output(command))
    return match[1] if match else "unknown version"


def _output(command: list[str]) -> str:
    done = subprocess.run(
        command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True, timeout=30
    )
    return done.stdout


def say(line: str) -> None:
    """A line of progress, on standard error so that the table can be redirected."""
    print(line, file=sys.stderr, flush=True)
