"""``interop harvest``: found by ``interop.cli`` through the entry-point group interop.commands."""

import difflib
import json
import logging
import sys
import time
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from pathlib import Path

import click

from harvester import report, schedule, state
from harvester.archive import Archive
from harvester.http import Client
from harvester.sources import PROTOCOLS
from harvester.worker import Result, Worker
from interop import options
from interop.config import Config, ConfigError, Source, load
from interop.node import Node, open_node
from interop.store.errors import StoreError

log = logging.getLogger(__name__)


@click.command(
    "harvest",
    epilog="Example: interop harvest qti-koha --full --config /etc/interop.toml",
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--full", is_flag=True, help="Ask for every record, not only for changes.")
@click.option("--dry-run", is_flag=True, help="Fetch and count; write nothing.")
@options.config_file
@click.option("--quiet", is_flag=True, help="No progress; only what did not go well.")
@click.option("--json", "as_json", is_flag=True, help="The result as JSON on standard output.")
def harvest(
    sources: tuple[str, ...],
    full: bool,
    dry_run: bool,
    config_file: Path | None,
    quiet: bool,
    as_json: bool,
) -> None:
    """Harvest the named sources, or those that are due.

    Thu hoạch biểu ghi từ các nguồn đã nêu tên, hoặc từ các nguồn đến hạn.

    A harvest that was stopped goes on where it stopped. A source that fails does not stop the
    others. Exit code 0: all well; 1: some source did not end well; 2: wrong use or configuration.
    """
    try:
        config = load(config_file)
        chosen = _chosen(config, sources)
        node = open_node(config)
    except (ConfigError, StoreError) as error:
        raise _Unusable(str(error)) from None
    try:
        if not sources:
            chosen = _due(node, chosen)
        with report.choose(quiet or as_json, time.time) as reporter:
            results = _Harvest(node, reporter, full, dry_run).run(chosen)
        if not dry_run:
            _follow(node)
    finally:
        node.close()
    _print(results, dry_run, quiet, as_json)
    if any(result.outcome != "complete" for result in results):
        sys.exit(1)


class _Unusable(click.ClickException):
    exit_code = 2


def _chosen(config: Config, names: Sequence[str]) -> list[Source]:
    """The sources meant, in the order given. Raises ``ConfigError``."""
    known = {source.id: source for source in config.sources}
    if not known:
        raise ConfigError(f"{config.file or 'no configuration'}: no [[source]] to harvest")
    for name in names:
        if name not in known:
            near = difflib.get_close_matches(name, known, 1)
            hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(known)}"
            raise ConfigError(f"unknown source {name!r}; {hint}")
    chosen = [known[name] for name in dict.fromkeys(names)] or list(known.values())
    for source in chosen:
        if source.protocol not in PROTOCOLS:
            raise ConfigError(f"source {source.id}: protocol {source.protocol!r} is not known")
    return chosen


def _due(node: Node, sources: list[Source]) -> list[Source]:
    states = {s.id: state.load(node.store.state(state.key(s.id))) for s in sources}
    return schedule.due(sources, states, time.time())


@dataclass(frozen=True, slots=True)
class _Harvest:
    """One call of the command over an open node."""

    node: Node
    reporter: report.Silent
    full: bool
    dry: bool

    def run(self, sources: Sequence[Source]) -> list[Result]:
        """All sources, interleaved; one result each."""
        tasks = {source.id: self._task(source) for source in sources}
        results = schedule.interleave(tasks, time.time, time.sleep, self._failed)
        return list(results.values())

    def _task(self, source: Source) -> Generator[float, None, Result]:
        config = self.node.config
        library = config.library(source.library)
        assert library is not None  # load() has checked it
        with schedule.lock(config.data_dir / "harvest", source.id):
            client = Client(source.url, config.server.admin_email[0])
            try:
                worker = Worker(
                    source,
                    library.database,
                    self.node.catalogue,
                    PROTOCOLS[source.protocol],
                    client,
                    Archive(config.data_dir / "archive", source.id),
                    self.reporter,
                    time.time,
                    full=self.full,
                    dry=self.dry,
                )
                return (yield from worker.work())
            finally:
                client.close()

    def _failed(self, source: str, error: Exception) -> Result:
        """A source that cannot be harvested for a reason of our own; the others go on."""
        if isinstance(error, schedule.AlreadyRunning):
            reason = "another harvest of this source is running"
        elif isinstance(error, StoreError | OSError):
            reason = str(error)
        else:
            log.error("source %s: unexpected error", source, exc_info=error)
            reason = f"internal error: {type(error).__name__}: {error}"
        return Result(source, "failed", reason)


def _follow(node: Node) -> None:
    """Bring the index up to the store, unless another process does."""
    if not node.follow():
        log.info("another process brings the index up to date")


def _print(results: list[Result], dry: bool, quiet: bool, as_json: bool) -> None:
    if as_json:
        click.echo(json.dumps(report.as_json(results), ensure_ascii=False))
        return
    for result in results:
        if not quiet or result.outcome != "complete":
            click.echo(report.summary(result, dry), err=quiet)
    if not results and not quiet:
        click.echo("Chưa nguồn nào đến hạn. / No source is due.")
