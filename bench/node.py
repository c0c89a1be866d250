"""Our side: a node as an operator has it, driven through its own command and real processes."""

import contextlib
import json
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from bench.programs import Done, Failed, Server, command, free_port, python, server

CODE = "BENCH"
DOMAIN = "bench.example.org"
DATABASE = CODE.lower()
OAI_PATH = f"/oai/{DATABASE}"
WORKERS = 2  # the default of interop.toml
THREADS = 32  # of a gunicorn worker, as interop serve has them
READY = 60.0  # seconds


@dataclass(frozen=True, slots=True)
class Node:
    """A folder with ``interop.toml`` and data. ``http``, ``z3950``: its ports."""

    folder: Path
    http: int
    z3950: int

    @property
    def config(self) -> Path:
        return self.folder / "interop.toml"

    @property
    def index(self) -> Path:
        """The folder of the index."""
        return self.folder / "data" / "interop.index"

    def size(self) -> int:
        """Bytes of store and index."""
        return size(self.folder)


def size(folder: Path) -> int:
    """Bytes of the files below ``folder``."""
    return sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())


def create(folder: Path, source: str = "") -> Node:
    """An empty node with one library; ``source``: OAI-PMH address that it harvests."""
    folder.mkdir(parents=True)
    node = Node(folder, free_port(), free_port())
    text = (
        f'[server]\nname = "Bench"\ndomain = "{DOMAIN}"\n'
        f'base_url = "http://127.0.0.1:{node.http}"\nadmin_email = ["bench@example.org"]\n'
        f'http = "127.0.0.1:{node.http}"\nz3950 = "127.0.0.1:{node.z3950}"\nworkers = {WORKERS}\n'
        "client_rate = 0\n"
        "[oai]\nclient_rate = 0\n"  # the client of a benchmark is in a hurry
        f'[store]\nurl = "sqlite:///{folder}/data/interop.db"\n'
        f'[[library]]\ncode = "{CODE}"\nname = "Bench"\n'
    )
    if source:
        text += f'[[source]]\nid = "bench"\nlibrary = "{CODE}"\nprotocol = "oai-pmh"\n'
        text += f'url = "{source}"\nprefix = "marcxml"\n'
    node.config.write_text(text, encoding="utf-8")
    return node


def keeping_nothing(node: Node) -> Node:
    """The same records behind a server of its own that makes every page anew."""
    other = Node(node.folder / "anew", free_port(), free_port())
    other.folder.mkdir(exist_ok=True)
    text = node.config.read_text(encoding="utf-8")
    for old, new in ((node.http, other.http), (node.z3950, other.z3950)):
        text = text.replace(f"127.0.0.1:{old}", f"127.0.0.1:{new}")
    text = text.replace("[oai]\n", "[oai]\ncache_mb = 0\n")
    other.config.write_text(text, encoding="utf-8")
    return other


def for_associations(node: Node, associations: int) -> Node:
    """The same records behind one process that takes so many Z39.50 associations from us."""
    other = Node(node.folder / "idle", free_port(), free_port())
    other.folder.mkdir(exist_ok=True)
    text = node.config.read_text(encoding="utf-8")
    for old, new in ((node.http, other.http), (node.z3950, other.z3950)):
        text = text.replace(f"127.0.0.1:{old}", f"127.0.0.1:{new}")
    text = text.replace(f"workers = {WORKERS}\n", "workers = 1\n")
    text += f"[z3950]\nassociations = {associations}\naddress_associations = {associations}\n"
    other.config.write_text(text, encoding="utf-8")
    return other


def load(node: Node, file: Path, records: int) -> Done:
    """``interop load``: it ends when the records are searchable. Raises ``Failed``."""
    done = _interop(node, "load", file, "--library", CODE, "--json", allowed=(0, 1))
    counts = json.loads(done.output.strip().splitlines()[-1])
    if counts["read"] != records or counts["added"] + counts["quarantined"] < records:
        raise Failed(f"interop load took {counts} of {records:,} records")
    return done


def harvest(node: Node, *options: str) -> Done:
    """``interop harvest`` of the one source."""
    return _interop(node, "harvest", *options, "--full", "--quiet")


def _interop(
    node: Node, name: str, *arguments: str | Path, allowed: tuple[int, ...] = (0,)
) -> Done:
    return command(
        python("interop.cli", name, *arguments, "--config", node.config), allowed=allowed
    )


@contextlib.contextmanager
def serving(node: Node, *options: str) -> Iterator[Server]:
    """``interop serve``; the server's port is that of HTTP."""
    arguments = python("interop.cli", "serve", *options, "--config", node.config)
    with server(arguments, node.http, node.folder / "serve.log") as running:
        _wait_ready(node.http)
        yield running


def _wait_ready(port: int) -> None:
    deadline = time.monotonic() + READY
    while True:
        with contextlib.suppress(URLError, OSError):
            with urlopen(f"http://127.0.0.1:{port}{OAI_PATH}?verb=Identify", timeout=5):
                return
        if time.monotonic() > deadline:
            raise Failed(f"port {port} does not answer Identify")
        time.sleep(0.1)
