"""The ``interop`` command. Exit codes: 0 done, 1 done with failures that were reported, 2 wrong
use or configuration. A person gets one line that says what, where and what to do; no traceback.
"""

import json
import logging
import sys
import tomllib
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager, nullcontext
from importlib import import_module
from importlib.metadata import entry_points
from itertools import count
from pathlib import Path
from typing import NoReturn

import click

from interop import __version__, options, progress
from interop.config import ENCODINGS, RESERVED, Config, ConfigError, load
from interop.follow import following
from interop.formats import FORMATS
from interop.formats.cdsisis import parse_mapping
from interop.load import Loader, LoadReport
from interop.marc.record import MarcError
from interop.model.library import CODE
from interop.node import Node, open_node
from interop.store.store import StoreError

LARGE = 2_000_000  # bytes: files above are worth a follower process beside the load
LINE_EVERY = 10_000  # records between two lines of progress where there is no terminal
LOCAL = "LOCAL"  # library code of a node on which nobody has configured a library yet


# Commands of other modules, which are imported when they are asked for: all of them together take
# longer to start than a small file to load.
ELSEWHERE = {
    "audit": "interop.index_commands:audit_index",
    "convert": "interop.format_commands:convert",
    "demo": "interop.demo.command:demo",
    "explain": "interop.format_commands:explain",
    "export": "interop.format_commands:export",
    "reindex": "interop.index_commands:reindex",
    "z3950": "interop.examine.commands:z3950",
}


class Commands(click.Group):
    """Our own commands, and those that other packages register under ``interop.commands``."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        found = {entry.name for entry in entry_points(group="interop.commands")}
        return sorted(found | set(super().list_commands(ctx)) | ELSEWHERE.keys())

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        command = super().get_command(ctx, cmd_name)
        if command is None and cmd_name in ELSEWHERE:
            module, _, name = ELSEWHERE[cmd_name].partition(":")
            command = getattr(import_module(module), name)
        if command is None:
            for entry in entry_points(group="interop.commands", name=cmd_name):
                found = entry.load()
                return found if isinstance(found, click.Command) else None
        return command


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="interop")
def interop() -> None:
    """Library records in and out: OAI-PMH, SRU, Z39.50 and the union index.

    Biểu ghi thư viện vào và ra: OAI-PMH, SRU, Z39.50 và mục lục liên hợp.

    Example: interop load catalogue.mrc --library VN-QTI, then interop serve
    """
    logging.basicConfig(
        level=logging.WARNING, format="%(asctime)s %(levelname)s %(name)s: %(message)s"
    )


@interop.command("load")
@click.argument(
    "files",
    nargs=-1,
    required=True,
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
)
@click.option("--library", "code", help="Code of the library whose records these are.")
@options.config_file
@click.option(
    "--encoding",
    type=click.Choice(ENCODINGS),
    help="What the records are in, where that is known; else the library's, else it is found out.",
)
@click.option(
    "--format",
    type=click.Choice(["auto", *FORMATS]),
    default="auto",
    show_default=True,
    help="Format of the files, where they do not show it.",
)
@click.option(
    "--mapping",
    type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path),
    help="TOML file that says what the tags of a CDS/ISIS base mean.",
)
@click.option("--quiet", is_flag=True, help="No progress.")
@click.option("--json", "as_json", is_flag=True, help="The counts as JSON on standard output.")
def load_files(
    files: tuple[Path, ...],
    code: str | None,
    config_file: Path | None,
    encoding: str | None,
    format: str,
    mapping: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Load FILES into a library's catalogue: ISO 2709, MARCXML, MARC-in-JSON, MRK, Aleph, CDS/ISIS,
    UNIMARC, MODS, Dublin Core or DSpace's own; in UTF-8, MARC-8 or an old encoding of Vietnamese;
    plain, gzip or tar.

    Nạp tệp biểu ghi vào mục lục của một thư viện; tự nhận ra định dạng và bảng mã (TCVN3, VNI).

    Nothing is lost: a record that cannot be read is kept with the reason (quarantined), the first
    of them are told, and everything is counted.

    Example: interop load catalogue.mrc --library VN-QTI
    """
    config = load(config_file)
    database = _library(config, code)
    fields = None if mapping is None else _mapping(mapping)
    report = LoadReport()
    size = sum(file.stat().st_size for file in files)
    told = encoding or _encoding(config, database)
    with ExitStack() as ends:
        with _beside(config, size) as opened:
            node = open_node(config)
            ends.callback(_end, node, report, database, as_json)
            opened()
            with _progress(quiet or as_json, size) as tell:
                loader = Loader(node.catalogue, database, tell, report, told, format, fields)
                refused = _load_each(loader, files)
        _follow(node)
    for line in refused:
        click.echo(f"interop: {line}", err=True)
    if refused and not report.read:
        sys.exit(2)
    if refused or report.quarantined:
        sys.exit(1)


def _end(node: Node, report: LoadReport, database: str, as_json: bool) -> None:
    node.close()
    if report.read:
        _print_report(report, database, as_json)


def _encoding(config: Config, database: str) -> str:
    library = config.library(database)
    return library.encoding if library else ""


def _mapping(file: Path) -> dict[str, str]:
    """The table ``[fields]`` of a mapping file. Raises ``ConfigError``."""
    try:
        table = tomllib.loads(file.read_text(encoding="utf-8-sig")).get("fields")
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise ConfigError(f"{file}: {error}") from None
    if not isinstance(table, dict) or not all(isinstance(row, str) for row in table.values()):
        raise ConfigError(f'{file}: expected a table [fields] of lines like 24 = "245 10 a"')
    try:
        parse_mapping(table)
    except ValueError as error:
        raise ConfigError(f"{file}: {error}") from None
    return table


def _beside(config: Config, size: int) -> AbstractContextManager[Callable[[], None]]:
    """A follower beside a load that is worth a second process; see ``following``."""
    return following(config) if size > LARGE else nullcontext(lambda: None)


def _load_each(loader: Loader, files: tuple[Path, ...]) -> list[str]:
    """Load every file; one line for each that cannot be read to its end. What came in stays."""
    refused = []
    for file in files:
        try:
            loader.load(file)
        except OSError as error:
            refused.append(f"{file}: {error.strerror or error}")
        except MarcError as error:
            refused.append(f"{file}: {error}")
    return refused


def _library(config: Config, code: str | None) -> str:
    """Database of the library that was meant. Raises ``ConfigError`` for one nobody knows.

    A node on which no library is configured takes any well-formed code: a librarian who tries
    the software has no configuration yet.
    """
    if code is None:
        if len(config.libraries) > 1:
            known = ", ".join(library.code for library in config.libraries)
            raise ConfigError(f"--library is needed: one of {known}")
        return config.libraries[0].database if config.libraries else LOCAL.lower()
    library = config.library(code)
    if library is not None:
        return library.database
    if config.libraries:
        known = ", ".join(known.code for known in config.libraries)
        raise ConfigError(f"--library {code}: not in {config.file}; known: {known}")
    if not CODE.fullmatch(code):
        raise ConfigError(f"--library {code}: use at most 16 letters, digits and hyphens")
    if code.lower() in RESERVED:
        raise ConfigError(f"--library {code}: the name of the union; use a library's own code")
    return code.lower()


@contextmanager
def _progress(hidden: bool, size: int) -> Iterator[Callable[[LoadReport], None]]:
    """How far a load is: a bar on a terminal, a line now and then elsewhere.

    ``size``: bytes of all files.
    """
    if hidden:
        yield lambda report: None
    elif sys.stderr.isatty():
        with progress.bar() as move:
            yield lambda now: move(now.octets, size, _note(now))
    else:
        told = count(LINE_EVERY, LINE_EVERY)
        due = next(told)

        def line(now: LoadReport) -> None:
            nonlocal due
            if now.read >= due:
                click.echo(_note(now), err=True)
                due = next(number for number in told if number > now.read)

        yield line


def _note(now: LoadReport) -> str:
    return f"{now.read:,} read, {now.counts.added:,} added, {now.quarantined:,} quarantined"


def _follow(node: Node) -> None:
    """Bring the index up to the store, unless another process does."""
    if not node.follow():
        click.echo("Another process, as a server, brings the index up to date.", err=True)


def _print_report(report: LoadReport, database: str, as_json: bool) -> None:
    counts = report.summary()
    if as_json:
        body = {"database": database, **counts, "reasons": report.reasons}
        click.echo(json.dumps(body, ensure_ascii=False))
        return
    width = max(len(name) for name in counts)
    click.echo(f"{database}:")
    for name, number in counts.items():
        click.echo(f"  {name.replace('_', ' '):<{width}} {number:>10,}")
    for line in report.reasons:
        click.echo(f"interop: quarantined: {line}", err=True)
    if (more := report.quarantined - len(report.reasons)) > 0:
        click.echo(f"interop: quarantined: and {more:,} more", err=True)


@interop.command("serve")
@click.option("--only", type=click.Choice(["http", "z3950"]), help="One of the two alone.")
@options.config_file
def serve(only: str | None, config_file: Path | None) -> None:
    """Serve OAI-PMH and SRU over HTTP, and Z39.50. SIGTERM drains, SIGHUP reads the configuration.

    Chạy máy chủ: OAI-PMH và SRU qua HTTP, cùng Z39.50.

    Example: interop serve --config /etc/interop.toml
    """
    from interop.serve import serve as serve_node  # with Flask and all front ends: no other needs

    config = load(config_file)

    def started() -> None:
        server = config.server
        if only != "z3950":
            click.echo(f"HTTP    http://{server.http}/  (OAI-PMH /oai, SRU /sru)", err=True)
        if only != "http":
            click.echo(f"Z39.50  {server.z3950}/union", err=True)

    serve_node(lambda: load(config_file), only, started)


def main() -> None:
    """Run the command; every known error is one line on standard error and exit code 2."""
    try:
        interop(prog_name="interop", standalone_mode=False)
    except (ConfigError, StoreError) as error:
        _fail(str(error))
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        sys.exit(2)
    except click.UsageError as error:
        command = error.ctx.command_path if error.ctx else "interop"
        message = error.format_message()
        stop = "" if message.endswith((".", "?")) else "."
        _fail(f"{message}{stop} See '{command} --help'.")
    except click.ClickException as error:
        _fail(error.format_message())
    except (click.Abort, KeyboardInterrupt):
        click.echo("interop: stopped", err=True)
        sys.exit(130)
    except BrokenPipeError:
        sys.exit(1)
    except OSError as error:  # a full disk, a lost mount
        _fail(": ".join(str(part) for part in (error.filename, error.strerror or error) if part))


def _fail(message: str) -> NoReturn:
    click.echo(f"interop: {' '.join(message.split())}", err=True)
    sys.exit(2)


if __name__ == "__main__":
    main()
