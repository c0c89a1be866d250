"""Zebra, the server behind Koha's and many other catalogues: indexing and serving.

Two set-ups on the same access points (``bench/zebra``): ``grs``, its built-in MARC reader, which
is the fastest, and ``dom``, XSLT indexing with ICU, which Koha uses.
"""

import contextlib
import shutil
from collections.abc import Iterator
from pathlib import Path

from bench.programs import Done, Server, command, free_port, server

CONFIGURATIONS = Path(__file__).resolve().parent.parent / "zebra"
TAB = Path("/usr/share/idzebra-2.0/tab")
CQL_MAP = Path("/usr/share/yaz/etc/pqf.properties")
DATABASE = "Default"
KINDS = {"grs": "Zebra, built-in MARC reader", "dom": "Zebra, XSLT and ICU"}

# The DOM filter hands out MARCXML; the server turns it into ISO 2709, as Koha's set-up does. CQL is
# put into attributes by YAZ's own map.
_RETRIEVAL = {
    "grs": "",
    "dom": """
    <retrievalinfo>
      <retrieval syntax="usmarc" name="F">
        <backend syntax="xml" name="F">
          <marc inputformat="xml" outputformat="marc" inputcharset="utf-8" outputcharset="utf-8"/>
        </backend>
      </retrieval>
      <retrieval syntax="xml" name="marcxml" identifier="info:srw/schema/1/marcxml-v1.1">
        <backend syntax="xml" name="F"/>
      </retrieval>
      <retrieval syntax="xml"/>
    </retrievalinfo>
    <cql2rpn>pqf.properties</cql2rpn>""",
}


def modules() -> Path | None:
    """Folder of Zebra's filters, which has the machine's name in it on Debian."""
    return next(Path("/usr/lib").glob("**/idzebra-2.0/modules"), None)


def installed() -> bool:
    """Whether programs, tables and filters are all here."""
    programs = all(shutil.which(name) for name in ("zebraidx", "zebrasrv"))
    return programs and TAB.is_dir() and CQL_MAP.is_file() and modules() is not None


def configure(kind: str, folder: Path) -> None:
    """Write a fresh configuration and an empty register into ``folder``."""
    shutil.rmtree(folder, ignore_errors=True)
    register = folder / "register"
    register.mkdir(parents=True)
    for name in ("bench.abs", "bench.xsl", "dom.xml"):
        shutil.copy(CONFIGURATIONS / name, folder)
    shutil.copy(CQL_MAP, folder)
    text = (CONFIGURATIONS / f"{kind}.cfg").read_text()
    values = {"profile": f"{folder}:{TAB}", "modules": modules(), "register": f"{register}:100G"}
    (folder / "zebra.cfg").write_text(_filled(text, values))


def index(kind: str, folder: Path, file: Path) -> Done:
    """``zebraidx update`` from empty; the sample includes the start of the program."""
    configure(kind, folder)
    command(["zebraidx", "-v", "none", "-c", "zebra.cfg", "init"], cwd=folder)
    return command(["zebraidx", "-v", "none", "-c", "zebra.cfg", "update", file], cwd=folder)


@contextlib.contextmanager
def serving(kind: str, folder: Path) -> Iterator[Server]:
    """``zebrasrv`` as it comes: a process for each association."""
    port = free_port()
    text = (CONFIGURATIONS / "server.xml").read_text()
    values = {"port": port, "folder": folder, "retrieval": _RETRIEVAL[kind]}
    (folder / "server.xml").write_text(_filled(text, values))
    arguments = ["zebrasrv", "-v", "none", "-f", "server.xml"]
    with server(arguments, port, folder / "server.log", cwd=folder) as running:
        yield running


def _filled(text: str, values: dict[str, object]) -> str:
    for name, value in values.items():
        text = text.replace("{" + name + "}", str(value))
    return text
