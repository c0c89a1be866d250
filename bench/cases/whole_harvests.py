"""Whole harvests by programs that others wrote (``--harvests N``): each has to get every record.

Five harvesters take the list of a store that ``bench.filling`` made, all at the same time, as
several aggregators do at night. What each got is compared with what the store holds. The two
programs in Perl need a millisecond and more of their own for a record, so a million takes most of
an hour: rates are no comparison of servers, and only the completeness counts.
"""

import os
import resource
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bench import filling, node
from bench.machine import machine, say, versions
from bench.programs import Failed, environment, python
from bench.table import MISSING, facts_list, number

SECTION = "harvests"  # of the document of figures
LIMIT = 7200  # seconds for a harvester
_HTTP_OAI = Path(__file__).parents[1] / "peers" / "http_oai.pl"
_PAUSE = 1.0  # seconds between two looks at who has ended
_HEAD = (
    "| harvester | format | records | distinct | seconds | its CPU, s | records / CPU s | |\n"
    "|---|---|--:|--:|--:|--:|--:|---|"
)


def run(folder: Path, count: int, limit: float = LIMIT) -> str:
    """The section for a store of ``count`` records; a harvester is stopped after ``limit`` seconds.

    Raises ``Failed`` when one that ended has not got each record once.
    """
    begin = time.monotonic()
    facts = machine()
    made = node.create(folder / "node")
    say(f"  making a store of {count:,} records")
    filling.fill(made, count)
    with node.serving(made, "--only", "http") as running:
        url = f"http://127.0.0.1:{running.port}{node.OAI_PATH}"
        rows = list(_rows(harvesters(), url, folder, filling.identifiers(count), limit))
    facts["records"] = f"{count:,}: {filling.HOW}"
    facts["duration"] = f"{time.monotonic() - begin:.0f} s"
    facts["versions"] = ", ".join(f"{name} {version}" for name, version in versions().items())
    return (
        f"## Whole harvests of {count:,} records\n\n"
        f"Written by `python -m bench --harvests {count}`. Harvesters that others wrote take the"
        " whole list at the same time, from the server as it is by default. Complete: each record"
        f" of the store, once.\n\n{facts_list(facts)}\n{_HEAD}\n" + "\n".join(rows) + "\n"
    )


def _rows(
    known: "list[Harvester]", url: str, folder: Path, expected: set[str], limit: float
) -> Iterator[str]:
    installed = [each for each in known if not each.missing]
    for each, done in zip(installed, harvest(installed, url, folder, limit), strict=True):
        complete = done.names == expected and done.records == len(expected)
        if done.ended and not complete:
            raise Failed(f"{each.name} got {done.records:,} records, {len(done.names):,} distinct")
        yield (
            f"| {each.name} | {each.prefix} | {done.records:,} | {len(done.names):,} |"
            f" {done.seconds:.0f} | {done.cpu:.0f} | {number(done.records / max(done.cpu, 0.01))} |"
            f" {'complete' if done.ended else 'stopped after the limit'} |"
        )
    yield from (f"| {each.name} | {each.prefix} | {MISSING} | | | | | |"
                for each in known if each.missing)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Harvester:
    """``command``: address and prefix to a command that prints an identifier a line; ``missing``:
    whether it is not installed."""

    name: str
    prefix: str
    missing: bool
    command: Callable[[str, str], list[str]]


def harvesters() -> list[Harvester]:
    """Those that the server has to satisfy; the slow ones in the format that every server has."""

    def ours(name: str) -> Callable[[str, str], list[str]]:
        return lambda *words: python("bench.peers.harvesters", name, *words)

    return [
        Harvester("sickle", "marcxml", find_spec("sickle") is None, ours("sickle")),
        Harvester("oaipmh-scythe", "marcxml", find_spec("oaipmh_scythe") is None, ours("scythe")),
        Harvester("oaipmh (POST)", "marcxml", find_spec("oaipmh") is None, ours("oaipmh")),
        Harvester("HTTP::OAI", "oai_dc", not _perl_has("HTTP::OAI"), _http_oai),
        Harvester("Catmandu", "oai_dc", not _perl_has("Catmandu::Importer::OAI"), _catmandu),
    ]


def _perl_has(module: str) -> bool:
    perl = shutil.which("perl")
    asked = [perl or "", f"-M{module}", "-e", "1"]
    return perl is not None and not subprocess.run(asked, stderr=subprocess.DEVNULL).returncode


def _http_oai(*words: str) -> list[str]:
    return ["perl", str(_HTTP_OAI), *words]


def _catmandu(url: str, prefix: str) -> list[str]:
    options = ["--url", url, "--metadataPrefix", prefix]
    return ["catmandu", "convert", "OAI", *options, "to", "CSV", "--fields", "_id", "--header", "0"]


@dataclass(frozen=True, slots=True)
class Harvest:
    """``records``: identifiers that came; ``names``: the distinct ones; ``ended``: before the limit
    of time."""

    records: int
    names: set[str]
    seconds: float
    cpu: float
    ended: bool


def harvest(known: list[Harvester], url: str, folder: Path, limit: float) -> list[Harvest]:
    """What each got of the list at ``url``, all at the same time.

    Raises ``Failed`` when a program ends with an error.
    """
    begin = time.monotonic()
    done: dict[str, Harvest] = {}
    with ExitStack() as stack:
        running = {each.name: _start(each, url, folder, stack) for each in known}
        while running:
            late = time.monotonic() - begin > limit
            for each in [each for each in known if each.name in running]:
                ended = _ended(running[each.name], late)
                if ended is None:
                    continue
                del running[each.name]
                code, usage = ended
                if code and not late:
                    raise Failed(f"{each.name} ended with {code}")
                names = (folder / each.name).read_text(encoding="utf-8").split()
                seconds = time.monotonic() - begin
                used = usage.ru_utime + usage.ru_stime
                done[each.name] = Harvest(len(names), set(names), seconds, used, code == 0)
                say(f"  {each.name}: {len(names):,} records in {seconds:.0f} s")
            time.sleep(_PAUSE)
    return [done[each.name] for each in known]


def _start(each: Harvester, url: str, folder: Path, stack: ExitStack) -> "subprocess.Popen[bytes]":
    """Stopped at the latest when ``stack`` is left."""
    with (folder / each.name).open("wb") as file:
        process = subprocess.Popen(each.command(url, each.prefix), stdout=file, env=environment())
    stack.callback(lambda: process.returncode is None and process.kill())
    return process


def _ended(
    process: "subprocess.Popen[bytes]", late: bool
) -> tuple[int, resource.struct_rusage] | None:
    """Its exit code, negative when it was stopped because it is ``late``, and what it used;
    ``None`` while it runs."""
    pid, status, usage = os.wait4(process.pid, os.WNOHANG)
    if pid == 0 and late:
        process.terminate()
        pid, status, usage = os.wait4(process.pid, 0)
    if pid == 0:
        return None
    process.returncode = os.waitstatus_to_exitcode(status)
    return process.returncode, usage
