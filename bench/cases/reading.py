"""Reading in one process: ISO 2709 beside pymarc, to MARCXML beside yaz-marcdump, and MARC-8 values
beside pymarc.

Ours includes what the others do not do: finding out the encoding, normalising, and checking that
every tag, indicator and code is legal.
"""

import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pymarc
from pymarc.marc8 import marc8_to_unicode

from bench.context import Context
from bench.stats import Sample, interleave
from bench.table import Row, rows
from interop.formats import Good, read_records, write_records
from interop.marc import legal, marc8, marcxml
from interop.marc.record import ControlField

NAME = "read"
YAZ = {"yaz": "yaz-marcdump"}
PYMARC = {"pymarc": "pymarc"}
_VALUES = 20_000


def run(context: Context) -> list[Row]:
    """Records per second, and values per second for MARC-8."""
    file, count, rounds = context.records.file, context.records.count, context.rounds
    values = _marc8_values(file)
    read = {
        "ours": lambda: _timed(count, lambda: _read(file)),
        "pymarc": lambda: _timed(count, lambda: _read_pymarc(file)),
    }
    write = {"ours": lambda: _timed(count, lambda: _write(file))}
    if shutil.which("yaz-marcdump"):
        write["yaz"] = lambda: _yaz(count, file)
    decode = {
        "ours": lambda: _timed(len(values), lambda: _each(marc8.decode, values)),
        "pymarc": lambda: _timed(len(values), lambda: _each(_pymarc_marc8, values)),
    }
    return [
        *rows("ISO 2709 read", "records", interleave(rounds, read), PYMARC, "ours"),
        *rows("ISO 2709 to MARCXML", "records", interleave(rounds, write), YAZ, "ours"),
        *rows("MARC-8 values decoded", "values", interleave(rounds, decode), PYMARC, "ours"),
    ]


def _timed(operations: int, work: Callable[[], None]) -> Sample:
    wall, cpu = time.perf_counter(), time.process_time()
    work()
    return Sample(operations, time.perf_counter() - wall, time.process_time() - cpu)


def _read(file: Path) -> None:
    with file.open("rb") as stream:
        for _ in read_records(stream):
            pass


def _read_pymarc(file: Path) -> None:
    with file.open("rb") as stream:
        for _ in pymarc.MARCReader(stream):
            pass


def _write(file: Path) -> None:
    """As ``interop convert`` does it, but with the private and local fields, as in YAZ's output."""
    with file.open("rb") as stream:
        for _ in write_records(stream, marcxml.write, marcxml.from_cut):
            pass


def _yaz(operations: int, file: Path) -> Sample:
    """The program as a whole: its start is a few milliseconds."""
    before, wall = resource.getrusage(resource.RUSAGE_CHILDREN), time.perf_counter()
    command = ["yaz-marcdump", "-i", "marc", "-o", "marcxml", str(file)]
    subprocess.run(command, stdout=subprocess.DEVNULL, check=True)
    seconds, after = time.perf_counter() - wall, resource.getrusage(resource.RUSAGE_CHILDREN)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Sample(operations, seconds, cpu)


def _marc8_values(file: Path) -> list[bytes]:
    """Values of the first records of the run, written in MARC-8: all that a reader decodes."""
    values: list[bytes] = []
    with file.open("rb") as stream:
        for result in read_records(stream):
            for field in result.record.fields if isinstance(result, Good) else ():
                texts = [field.value] if isinstance(field, ControlField) else field.values(_CODES)
                values += map(marc8.encode, texts)
            if len(values) >= _VALUES:
                break
    return values


_CODES = "".join(legal.CODES)


def _each(decode: Callable[[bytes], object], values: Sequence[bytes]) -> None:
    for value in values:
        decode(value)


def _pymarc_marc8(value: bytes) -> str:
    return str(marc8_to_unicode(value, hide_utf8_warnings=True))
