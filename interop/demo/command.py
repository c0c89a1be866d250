"""``interop demo``: a national node and three provincial libraries on this machine.

Each provincial library is a real node of its own, in a process of its own, serving OAI-PMH on a
loopback port; the national node harvests them, joins their records and serves the union.
"""

import signal
import subprocess
import sys
import threading
import time
import tomllib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

import click

from interop.config import Config, ConfigError, load, split_address
from interop.demo.records import LIBRARIES, DemoLibrary
from interop.load import Loader
from interop.marc.iso2709 import decode
from interop.model.record import UNION
from interop.node import Node, open_node
from interop.serve import listen

START_LIMIT = 60.0  # seconds until a server must answer
STOP_LIMIT = 15.0  # seconds until a server that was told to stop is killed
EXAMPLES = 5  # merged works shown


@click.command()
@click.option(
    "--dir",
    "folder",
    type=click.Path(file_okay=False, path_type=Path),
    default=Path("interop-data/demo"),
    show_default=True,
    help="Where the demo keeps its data.",
)
@click.option(
    "--http",
    default="127.0.0.1:8210",
    show_default=True,
    help="HTTP of the national node; the libraries take the three ports after it.",
)
@click.option("--z3950", default="127.0.0.1:9999", show_default=True, help="Z39.50 address.")
def demo(folder: Path, http: str, z3950: str) -> None:
    """The national node with three simulated provincial libraries, harvested and served.

    Chạy thử: nút quốc gia và ba thư viện tỉnh mô phỏng, thu hoạch rồi phục vụ.

    Ctrl-C stops it; the next start uses the data again and harvests only changes.

    Example: interop demo
    """
    national, provinces = _configure(folder, http, z3950)
    sockets = [
        listen(address) for address in (http, *(_address(http, n) for n in _places()), z3950)
    ]
    for sock in sockets:  # a port that is busy, or meant twice, is told before anything starts
        sock.close()
    for place, config in provinces.items():
        _load(LIBRARIES[place - 1], config)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    with _servers() as servers:
        for config in provinces.values():
            servers.start(config, "--only", "http")
        for config in provinces.values():
            servers.wait_ready(config, ended)
        if not ended.is_set():
            _harvest(national, ended)
        if not ended.is_set():
            _show_union(national)
            servers.start(national)
            servers.wait_ready(national, ended)
        if not ended.is_set():
            _show_addresses(national)
        while not ended.wait(0.5):
            servers.check()
    click.echo("\nĐã dừng. / Stopped.")


def _places() -> range:
    return range(1, len(LIBRARIES) + 1)


def _address(http: str, place: int) -> str:
    host, port = split_address(http)
    return f"{host}:{port + place}"


# configuration


def _configure(folder: Path, http: str, z3950: str) -> tuple[Config, dict[int, Config]]:
    """Write and read the four configurations; provinces by their place in ``LIBRARIES``."""
    provinces = {}
    sources = []
    for place, library in enumerate(LIBRARIES, 1):
        address = _address(http, place)
        own = folder / library.code.lower()
        text = _node_text(library.name, library.code.lower(), address, z3950, own, workers=1)
        text += _library_text(library)
        provinces[place] = _write(own / "interop.toml", text)
        sources.append(
            f"[[source]]\nid = {_quoted(library.source)}\nlibrary = {_quoted(library.code)}\n"
            f"url = {_quoted(f'http://{address}/oai/{library.code.lower()}')}\n"
            f'prefix = {_quoted(library.prefix)}\nevery = "1h"\n'
        )
    name = "Mục lục liên hợp (bản trình diễn)"
    text = _node_text(name, "union", http, z3950, folder / "national", workers=2)
    text += "".join(map(_library_text, LIBRARIES)) + "".join(sources)
    return _write(folder / "national" / "interop.toml", text), provinces


def _node_text(name: str, host: str, http: str, z3950: str, folder: Path, *, workers: int) -> str:
    return (
        f'[server]\nname = {_quoted(name)}\ndomain = "{host}.demo.example.vn"\n'
        f'base_url = {_quoted(f"http://{http}")}\nadmin_email = ["demo@demo.example.vn"]\n'
        f"http = {_quoted(http)}\nz3950 = {_quoted(z3950)}\nworkers = {workers}\n\n"
        f"[store]\nurl = {_quoted(f'sqlite:///{folder}/interop.db')}\n\n"
    )


def _library_text(library: DemoLibrary) -> str:
    return (
        f"[[library]]\ncode = {_quoted(library.code)}\nname = {_quoted(library.name)}\n"
        f"province = {_quoted(library.province)}\n\n"
    )


def _quoted(text: str) -> str:
    """A TOML basic string (TOML 1.0: quotation mark and backslash are escaped)."""
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _write(file: Path, text: str) -> Config:
    tomllib.loads(text)
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{file}: cannot be written: {error.strerror}") from None
    return load(file, environ={})


# the libraries' own records


def _load(library: DemoLibrary, config: Config) -> None:
    """Bring the library's dump into its node; nothing changes when it is there already."""
    dump = config.data_dir / library.dump
    library.write(dump)
    node = open_node(config)
    try:
        loader = Loader(node.catalogue, library.code.lower(), lambda report: None)
        loader.load(dump)
        node.follow()
    finally:
        node.close()
    counts = loader.report.summary()
    click.echo(
        f"{library.name} ({library.kind}): {counts['read']} biểu ghi / records, "
        f"{counts['added']} mới / new, {counts['changed']} sửa / changed"
    )


# processes


class _Servers:
    """The server processes; each in a session of its own, so that Ctrl-C reaches only us."""

    def __init__(self) -> None:
        self._running: list[tuple[Config, subprocess.Popen[bytes]]] = []

    def start(self, config: Config, *options: str) -> None:
        command = [sys.executable, "-m", "interop.cli", "serve", "--config", str(config.file)]
        with (config.data_dir / "server.log").open("ab") as log:
            process = subprocess.Popen(
                [*command, *options], start_new_session=True, stdout=log, stderr=log
            )
        self._running.append((config, process))

    def check(self) -> None:
        """Raises ``ConfigError`` when a server has ended by itself."""
        for config, process in self._running:
            if process.poll() is not None:
                log = config.data_dir / "server.log"
                lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
                last = lines[-1] if lines else f"exit code {process.returncode}"
                raise ConfigError(f"{config.server.name} ended: {last} (see {log})")

    def wait_ready(self, config: Config, ended: threading.Event) -> None:
        """Until the server answers and its index has caught up."""
        deadline = time.monotonic() + START_LIMIT
        address = f"http://{config.server.http}/health/ready"
        while not ended.is_set():
            self.check()
            try:
                with urlopen(address, timeout=5):
                    return
            except (URLError, OSError):
                if time.monotonic() > deadline:
                    raise ConfigError(f"{address} does not answer") from None
            ended.wait(0.1)

    def stop(self) -> None:
        for _, process in reversed(self._running):
            if process.poll() is None:
                process.terminate()
        for _, process in self._running:
            try:
                process.wait(timeout=STOP_LIMIT)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def _servers() -> Iterator[_Servers]:
    servers = _Servers()
    try:
        yield servers
    finally:
        servers.stop()


def _harvest(national: Config, ended: threading.Event) -> None:
    click.echo("\nThu hoạch các thư viện tỉnh / Harvesting the provincial libraries")
    command = [sys.executable, "-m", "interop.cli", "harvest"]
    sources = [source.id for source in national.sources]
    done = subprocess.run([*command, *sources, "--config", str(national.file)], check=False)
    if done.returncode not in (0, 1) and not ended.is_set():  # Ctrl-C reaches it too
        raise ConfigError(f"the harvest ended with exit code {done.returncode}")


# what people see


def _show_union(national: Config) -> None:
    """How many records became how many, and some works that several libraries hold."""
    node = open_node(national)
    try:
        counts = node.store.databases()
        records = sum(number for name, number in counts.items() if name != UNION)
        merged = _merged(node)
        click.echo(
            f"\n{records} biểu ghi của {len(national.libraries)} thư viện thành "
            f"{counts.get(UNION, 0)} biểu ghi liên hợp; {len(merged)} ấn phẩm có ở nhiều thư viện."
            f"\n{records} records of {len(national.libraries)} libraries became "
            f"{counts.get(UNION, 0)} union records; {len(merged)} works are held by several.\n"
        )
        for local, libraries in merged[:EXAMPLES]:
            click.echo(f"  {_title(node, local)}  [{', '.join(libraries)}]")
    finally:
        node.close()


def _merged(node: Node) -> list[tuple[str, list[str]]]:
    """Union records held by more than one library: local id and library codes."""
    found = []
    after = 0
    while True:
        page = node.store.list(UNION, after=after, limit=1000)
        for record in page.records:
            libraries = [spec[8:] for spec in record.sets if spec.startswith("library:")]
            if len(libraries) > 1 and not record.deleted:
                found.append((record.id.local, libraries))
        if not page.more:
            return sorted(found, key=lambda row: (-len(row[1]), row[0]))
        after = page.records[-1].seq


def _title(node: Node, local: str) -> str:
    record = node.catalogue.find(UNION, local)
    if record is None or record.marc is None:
        return local
    field = next(decode(record.marc).data("245"), None)
    return " ".join(field.values("ab")).rstrip(" /:") if field else local


def _show_addresses(national: Config) -> None:
    base, z3950 = national.server.base_url, national.server.z3950
    query = "dc.creator%3D%22nguyen+du%22"
    click.echo(
        f"""
Trang web / browser
  {base}/
  {base}/oai?verb=ListRecords&metadataPrefix=oai_dc

SRU
  curl '{base}/sru/union?version=1.2&operation=searchRetrieve&query={query}&recordSchema=dc'

OAI-PMH
  curl '{base}/oai?verb=ListSets'
  curl '{base}/oai/{LIBRARIES[0].code.lower()}?verb=ListRecords&metadataPrefix=marcxml'

Z39.50
  printf 'open {z3950}/union\\nfind @attr 1=1003 "nguyen du"\\nshow 1\\n' | yaz-client

Ctrl-C để dừng / to stop
"""
    )
