"""Lists of very many records (``--lists N``): what a page costs at their end, what memory a whole
harvest takes, and whether the harvesters in use get all of it.

The same measurements as in a usual run (``listing``), on a store that ``bench.filling`` made. Then
five harvesters that others wrote take a list each, one after the other; they need minutes for a
million, so they may be given a set of the store's records, spread over the whole of it, and each
ends after a limit of time.
"""

import resource
import shutil
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from bench import filling, node
from bench.cases import listing
from bench.context import Context
from bench.machine import machine, say, versions
from bench.node import Node
from bench.programs import Failed, environment, python
from bench.records import Records
from bench.table import MISSING, facts_list, markdown, number

SECTION = "lists"  # of the document of figures
LIMIT = 300  # seconds for one harvester
ROUNDS, SECONDS = 5, 1.0
_HTTP_OAI = Path(__file__).parents[1] / "peers" / "http_oai.pl"


def run(folder: Path, count: int, harvest: int, limit: float = LIMIT) -> str:
    """The section for a store of ``count`` records, about ``harvest`` of which each harvester
    takes, in ``limit`` seconds at most. Raises ``Failed`` when our own list or a harvest that ended
    is not complete.
    """
    begin = time.monotonic()
    facts = machine()
    made = node.create(folder / "node")
    say(f"  making a store of {count:,} records")
    sample = filling.fill(made, count, harvest)
    facts["records"] = (
        f"{count:,}: {filling.HOW}; made in {time.monotonic() - begin:.0f} s,"
        f" {made.size() / count:,.0f} bytes on disk each"
    )
    context = Context(folder, Records(folder, count, 0, (), (), filling.HOW), ROUNDS, SECONDS)
    context.keep_node(made)
    table = markdown(listing.run(context))
    harvests = _harvests(made, folder, count, sample, limit)
    facts["duration"] = f"{time.monotonic() - begin:.0f} s"
    facts["versions"] = ", ".join(f"{name} {version}" for name, version in versions().items())
    return (
        f"## Lists of {count:,} records\n\n"
        f"Written by `python -m bench --lists {count} --harvest {harvest}`; read as the table of a"
        f" usual run.\n\n{facts_list(facts | context.facts)}\n{table}\n{harvests}"
    )


def _harvests(made: Node, folder: Path, count: int, sample: int, limit: float) -> str:
    """What the harvesters made of the set ``SAMPLE``, or of the whole list where that is all."""
    of_set = filling.SAMPLE if sample < count else ""
    what = f"the set of {sample:,} records spread over all" if of_set else "the whole list"
    lines = [
        f"Harvesters that others wrote, one after the other, take {what} from the server as it is"
        f" by default; each is stopped after {limit:.0f} s.\n",
        "| harvester | format | records | distinct | seconds | records a second | its CPU, s | |",
        "|---|---|--:|--:|--:|--:|--:|---|",
    ]
    with node.serving(made, "--only", "http") as running:
        url = f"http://127.0.0.1:{running.port}{node.OAI_PATH}"
        for each in _harvesters():
            if each.missing:
                lines.append(f"| {each.name} | {each.prefix} | {MISSING} | | | | | |")
                continue
            done = _harvest(each, url, of_set, folder / "identifiers", limit)
            say(f"  {each.name}: {done}")
            if done.ended and not done.records == done.distinct == sample:
                raise Failed(f"{each.name} harvested {done} of {sample:,} records")
            lines.append(
                f"| {each.name} | {each.prefix} | {done.records:,} | {done.distinct:,} |"
                f" {done.seconds:.0f} | {number(done.records / done.seconds)} | {done.cpu:.0f} |"
                f" {'complete' if done.ended else 'stopped after the limit'} |"
            )
    return "\n".join(lines) + "\n"


@dataclass(frozen=True, slots=True)
class Harvester:
    """``command``: address, prefix and set (empty: none) to a command that prints an identifier a
    line; ``missing``: whether it is not installed."""

    name: str
    prefix: str
    missing: bool
    command: Callable[[str, str, str], list[str]]


def _harvesters() -> list[Harvester]:
    def ours(name: str) -> Callable[[str, str, str], list[str]]:
        return lambda *words: python("bench.peers.harvesters", name, *filter(None, words))

    return [
        Harvester("sickle", "marcxml", find_spec("sickle") is None, ours("sickle")),
        Harvester("oaipmh-scythe", "marcxml", find_spec("oaipmh_scythe") is None, ours("scythe")),
        Harvester("oaipmh (POST)", "marcxml", find_spec("oaipmh") is None, ours("oaipmh")),
        Harvester("HTTP::OAI", "marcxml", not _perl_has("HTTP::OAI"), _http_oai),
        Harvester("Catmandu", "oai_dc", not _perl_has("Catmandu::Importer::OAI"), _catmandu),
    ]


def _perl_has(module: str) -> bool:
    perl = shutil.which("perl")
    asked = [perl or "", f"-M{module}", "-e", "1"]
    return perl is not None and not subprocess.run(asked, stderr=subprocess.DEVNULL).returncode


def _http_oai(*words: str) -> list[str]:
    return ["perl", str(_HTTP_OAI), *filter(None, words)]


def _catmandu(url: str, prefix: str, set_: str) -> list[str]:
    options = ["--url", url, "--metadataPrefix", prefix, *(["--set", set_] if set_ else [])]
    return ["catmandu", "convert", "OAI", *options, "to", "CSV", "--fields", "_id", "--header", "0"]


@dataclass(frozen=True, slots=True)
class Harvest:
    """``records`` and how many of them ``distinct``; ``ended``: before the limit of time."""

    records: int
    distinct: int
    seconds: float
    cpu: float
    ended: bool


def _harvest(each: Harvester, url: str, of_set: str, out: Path, limit: float) -> Harvest:
    """Raises ``Failed`` when the program ends with an error."""
    before, begin = _children(), time.perf_counter()
    with out.open("wb") as file:
        process = subprocess.Popen(
            each.command(url, each.prefix, of_set), stdout=file, env=environment()
        )
        try:
            code: int | None = process.wait(limit)
        except subprocess.TimeoutExpired:
            code = None
            process.terminate()
            process.wait()
    seconds = time.perf_counter() - begin
    if code:
        raise Failed(f"{each.name} ended with {code}")
    names = out.read_bytes().split()
    return Harvest(len(names), len(set(names)), seconds, _children() - before, code is not None)


def _children() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime
