"""The commands about formats: ``interop export``, ``convert`` and ``explain``."""

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from pathlib import Path
from typing import BinaryIO

import click

from interop import options, progress
from interop.catalogue import Catalogue
from interop.config import load
from interop.convert import convert as convert_records
from interop.crosswalks import CROSSWALKS, XML_CROSSWALKS, Crosswalk
from interop.crosswalks._rules import RuleError, RuleFile
from interop.crosswalks._rules import load as load_rules
from interop.diagnostics import Diagnostic
from interop.explain import (
    OUTCOMES,
    WORDS,
    Figures,
    described,
    explainer,
    figures,
)
from interop.export import ExportReport
from interop.export import export as export_records
from interop.formats import FORMATS, Bad, Good, read_records
from interop.marc.iso2709 import decode
from interop.marc.legacy import NAMES as ENCODINGS
from interop.marc.record import MarcError, MarcRecord
from interop.node import open_node
from interop.quality import (
    LANGUAGES,
    Checker,
    Language,
    Report,
    check_file,
    check_written,
    profile,
)

LINE_EVERY = 10_000  # records between two lines of progress where there is no terminal

_output = click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    help="File to write (default: standard output).",
)


@click.command("export")
@click.option("--database", default="union", show_default=True, help="Which database.")
@click.option(
    "--format", "prefix", default="marcxml", show_default=True, help="A format of docs/formats.md."
)
@_output
@click.option(
    "--rules",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A rule file of your own over that of the format (docs/crosswalks.md).",
)
@options.config_file
@click.option("--quiet", is_flag=True, help="No progress.")
def export(
    database: str,
    prefix: str,
    output: Path | None,
    rules: Path | None,
    config_file: Path | None,
    quiet: bool,
) -> None:
    """Write the records of a database in any format, MARC-8 and BibTeX included.

    Xuất mọi biểu ghi của một cơ sở dữ liệu ra định dạng tùy chọn.

    Private and local fields are left out. A record that the format cannot hold is counted and
    logged.

    Example: interop export --database vn-qti --format mods -o qti.xml
    """
    _known_format(prefix, list(CROSSWALKS))
    own = _own_rules(prefix, rules)
    node = open_node(load(config_file))
    try:
        name = _database(node.catalogue, database)
        with _opened(output) as out, _progress(quiet or output is None) as tell:
            report = export_records(node.catalogue, name, prefix, out, tell, own)
    finally:
        node.close()
    if not quiet:
        click.echo(f"{name}: {report.written:,} records as {prefix}", err=True)
    if report.failed:
        click.echo(f"interop: {report.failed:,} records do not fit {prefix}", err=True)
        sys.exit(1)


@click.command("convert")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, readable=True, path_type=Path))
@click.option(
    "--to", "prefix", default="marcxml", show_default=True, help="A format of docs/formats.md."
)
@_output
@click.option(
    "--encoding",
    type=click.Choice(ENCODINGS),
    help="What the records are in, where that is known; else it is found out.",
)
@click.option(
    "--format",
    type=click.Choice(["auto", *FORMATS]),
    default="auto",
    show_default=True,
    help="What FILE is, where it does not say so.",
)
@click.option("--quiet", is_flag=True, help="No counts.")
def convert(
    file: Path, prefix: str, output: Path | None, encoding: str | None, format: str, quiet: bool
) -> None:
    """Write the records of FILE in any format, repaired and normalised, without a database.

    Chuyển một tệp biểu ghi sang định dạng khác, đã sửa lỗi; không cần cơ sở dữ liệu.

    Private and local fields are left out. What cannot be read, and a record that the format cannot
    hold, is named with its number in the file.

    Example: interop convert catalogue.mrc --to mods -o catalogue.xml
    """
    _known_format(prefix, list(CROSSWALKS))
    written = failed = 0
    try:
        with file.open("rb") as stream, _opened(output) as out:
            for bad in convert_records(stream, prefix, out, encoding or "", format):
                if bad is None:
                    written += 1
                else:
                    failed += 1
                    click.echo(f"interop: record {bad.position}: {bad.reason}", err=True)
            if not written and not failed:
                raise MarcError("there is no record in it")
    except MarcError as error:
        raise click.UsageError(f"{file}: {error}.") from None
    if not quiet:
        click.echo(f"{written:,} records as {prefix}, {failed:,} not", err=True)
    if failed:
        sys.exit(1)


def _own_rules(prefix: str, rules: Path | None) -> RuleFile | None:
    """The rules in a file, tried on the format before anything is written."""
    if rules is None:
        return None
    try:
        own = load_rules(rules)
        CROSSWALKS[prefix].with_own_rules(own)
    except RuleError as error:
        raise click.UsageError(f"{error}.") from None
    return own


@contextmanager
def _opened(output: Path | None) -> Iterator[BinaryIO]:
    """Where to write. A file is whole or stays what it was: it is written beside, and put in its
    place at the end.
    """
    if output is None:
        yield sys.stdout.buffer
        return
    if output.exists() and not output.is_file():  # a pipe, /dev/null
        with output.open("wb") as out:
            yield out
        return
    part = output.with_name(output.name + ".part")
    try:
        with part.open("wb") as out:
            yield out
        part.replace(output)
    finally:
        part.unlink(missing_ok=True)


@contextmanager
def _progress(hidden: bool) -> Iterator[Callable[[ExportReport], None]]:
    if hidden:
        yield lambda report: None
    elif sys.stderr.isatty():
        with progress.bar() as move:

            def moved(now: ExportReport) -> None:
                done = now.written + now.failed
                move(done, now.total, f"{done:,}")

            yield moved
    else:

        def line(now: ExportReport) -> None:
            done = now.written + now.failed
            if done % LINE_EVERY == 0:
                click.echo(f"{done:,} of {now.total:,}", err=True)

        yield line


@click.command("explain")
@click.argument("record")
@click.option("--format", "prefixes", multiple=True, help="A format; all of them without it.")
@click.option("--limit", type=int, default=10_000, show_default=True, help="Records of a file.")
@click.option("--all", "everything", is_flag=True, help="Show what was kept as well.")
@click.option("--json", "as_json", is_flag=True, help="As JSON on standard output.")
@click.option(
    "--check", is_flag=True, help="Tell which records of a file its schema refuses, and why."
)
@click.option(
    "--schema",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Check by this XML Schema and not by our own of the format.",
)
@click.option(
    "--lang",
    "--language",
    "language",
    type=click.Choice(LANGUAGES),
    default="en",
    show_default=True,
    help="Language of what --check reports.",
)
@options.config_file
def explain(
    record: str,
    prefixes: tuple[str, ...],
    limit: int,
    everything: bool,
    as_json: bool,
    check: bool,
    schema: Path | None,
    language: Language,
    config_file: Path | None,
) -> None:
    """Tell what a format keeps, changes and drops of RECORD, and by which rule.

    Cho biết định dạng giữ, đổi và bỏ những gì của biểu ghi, theo quy tắc nào.

    RECORD is DATABASE/ID, an OAI identifier, or a file of records, which gives figures.

    With --check the records of a file are held against the schema of each format: those that stand
    in the file in that format as they are, others as we write them.

    Example: interop explain union/u000000001 --format oai_dc
    """
    for prefix in prefixes:
        _known_format(prefix, list(CROSSWALKS))
    if check:
        _check(Path(record), prefixes or tuple(XML_CROSSWALKS), schema, limit, language, as_json)
        return
    wanted = prefixes or tuple(CROSSWALKS)
    if Path(record).is_file():
        bad: list[Bad] = []
        try:
            with Path(record).open("rb") as stream:
                found = figures(islice(_readable(read_records(stream), bad), limit), wanted)
        except MarcError as error:
            raise click.UsageError(f"{record}: {error}.") from None
        if not bad and not any(each.records for each in found):
            raise click.UsageError(f"{record}: there is no record in it.")
        _print_figures(found, as_json)
        if bad:
            click.echo(f"interop: {record}: {len(bad):,} records cannot be read", err=True)
            click.echo(f"interop: record {bad[0].position}: {bad[0].reason}", err=True)
            sys.exit(1)
        return
    marc, shown = _stored(record, config_file, wanted)
    if as_json:
        fates = {
            prefix: [
                {"tag": f.tag, "code": f.code, "value": f.value, "outcome": f.outcome,
                 "rule": f.rule}
                for f in explainer(crosswalk)(marc)
            ]
            for prefix, crosswalk in shown.items()
        }  # fmt: skip
        click.echo(json.dumps(fates, ensure_ascii=False))
        return
    for prefix, crosswalk in shown.items():
        click.echo(f"{prefix}: {crosswalk.title}")
        for line in described(explainer(crosswalk)(marc), losses_only=not everything):
            click.echo(f"  {line}")
    click.echo()
    for outcome in OUTCOMES:
        click.echo(f"{outcome:<8} {WORDS[outcome]}")


def _readable(results: Iterable[Good | Bad], bad: list[Bad]) -> Iterator[MarcRecord]:
    """Records of ``results``; the others are put into ``bad``."""
    for each in results:
        if isinstance(each, Bad):
            bad.append(each)
        else:
            yield each.record


def _check(
    file: Path,
    prefixes: Sequence[str],
    schema: Path | None,
    limit: int,
    language: Language,
    as_json: bool,
) -> None:
    """Print the quality report of each format; exit code 1 when there is a fault."""
    if not file.is_file():
        raise click.UsageError(f"--check needs a file of records, and {file} is none.")
    reports = []
    for prefix in prefixes:
        if not CROSSWALKS[prefix].is_xml:
            raise click.UsageError(f"{prefix} is not XML, so no schema can check it.")
        try:
            checker = Checker(schema or profile(CROSSWALKS[prefix].namespace))
        except ValueError as error:
            raise click.UsageError(f"{error}.") from None
        reports.append(_checked(file, prefix, checker, limit))
    for report in reports:
        if as_json:
            click.echo(json.dumps(report.as_dict(), ensure_ascii=False))
        else:
            click.echo("\n".join(report.lines(language)))
    if any(report.faults for report in reports):
        sys.exit(1)


def _checked(file: Path, prefix: str, checker: Checker, limit: int) -> Report:
    with file.open("rb") as stream:
        if stream.read(200).lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<"):
            stream.seek(0)
            report = check_file(checker, prefix, stream, limit)
            if report.records or report.faults:
                return report
        stream.seek(0)
        write = CROSSWALKS[prefix].write
        good = (each.record for each in read_records(stream) if isinstance(each, Good))
        written = ((str(n), write(each)) for n, each in enumerate(islice(good, limit), 1))
        return check_written(checker, prefix, written)


def _stored(
    name: str, config_file: Path | None, prefixes: Sequence[str]
) -> tuple[MarcRecord, dict[str, Crosswalk]]:
    """A record, and the crosswalks that its database is shown by."""
    node = open_node(load(config_file))
    try:
        catalogue = node.catalogue
        id = catalogue.parse_identifier(name)
        database, slash, local = name.partition("/")
        if id is None and not slash:
            raise click.UsageError(f"{name!r} is no DATABASE/ID, no OAI identifier and no file.")
        if id is None:
            found = catalogue.find(_database(catalogue, database), local)
        else:
            found = catalogue.find(id.database, id.local)
        if found is not None and found.marc is None:
            found = catalogue.records([found.rid])[0]
        if found is None or found.marc is None:
            raise click.UsageError(f"There is no record {name}.")
        shown = {each: catalogue.crosswalks.of(found.id.database, each) for each in prefixes}
        return decode(found.marc), shown
    finally:
        node.close()


def _database(catalogue: Catalogue, name: str) -> str:
    try:
        return catalogue.database(name)
    except Diagnostic:
        known = ", ".join(each.name for each in catalogue.databases())
        raise click.UsageError(f"There is no database {name!r}; known: {known}.") from None


def _known_format(prefix: str, known: list[str]) -> None:
    if prefix not in known:
        raise click.UsageError(f"There is no format {prefix!r}; known: {', '.join(known)}.")


def _print_figures(found: list[Figures], as_json: bool) -> None:
    if as_json:
        body = {
            each.prefix: {"records": each.records, **each.outcomes, "lost": each.lost}
            for each in found
        }
        click.echo(json.dumps(body, ensure_ascii=False))
        return
    click.echo(f"{'format':<12} {'records':>8}" + "".join(f" {name:>9}" for name in OUTCOMES))
    for each in found:
        counts = "".join(f" {each.outcomes[name]:>9,}" for name in OUTCOMES)
        click.echo(f"{each.prefix:<12} {each.records:>8,}{counts}")
    for each in found:
        most = ", ".join(f"{place} {count:,}" for place, count in each.lost.most_common(10))
        if most:
            click.echo(f"{each.prefix}: most lost: {most}")
