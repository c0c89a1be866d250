"""``python -m bench``: measure, print the table, and after a full run write docs/benchmarks.md."""

import argparse
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

from bench import document, records
from bench.cases import (
    converting,
    harvesting,
    idle,
    indexing,
    large,
    listing,
    long_lists,
    many_records,
    parsing,
    reading,
    rendering,
    searching,
    sru,
    whole_harvests,
)
from bench.context import Context
from bench.machine import machine, say, versions
from bench.programs import ROOT, Failed
from bench.table import Row

ALL = (
    reading,
    indexing,
    searching,
    sru,
    idle,
    rendering,
    listing,
    harvesting,
    parsing,
    converting,
)
CASES = {case.NAME: case for case in ALL}
DOCUMENT = ROOT / "docs" / "benchmarks.md"
QUICK = 1_000  # records


def arguments(words: Sequence[str] | None = None) -> argparse.Namespace:
    """What the person asked for. Ends the program with one line when it makes no sense."""
    parser = argparse.ArgumentParser(
        prog="python -m bench",
        description="Measures this software beside its peers, on the same records, in one run.",
    )
    parser.add_argument("--records", type=_positive, metavar="N", help="at most N records")
    parser.add_argument(
        "--scale", type=_positive, metavar="N", help="N multiplied records instead of real ones"
    )
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} records, short rounds")
    parser.add_argument(
        "--large",
        action="append",
        type=_positive,
        metavar="N",
        help="only what searching costs in an index of N made records (a million takes some "
        "minutes); repeat it to see the growth",
    )
    parser.add_argument(
        "--lists",
        type=_up_to_a_million,
        metavar="N",
        help="only OAI-PMH lists of a store of N records that is made for it in minutes",
    )
    parser.add_argument(
        "--harvests",
        type=_up_to_a_million,
        metavar="N",
        help="only whole harvests of such a store by programs of others (a million takes an hour)",
    )
    parser.add_argument(
        "--z3950",
        type=_up_to_a_million,
        metavar="N",
        help="only Z39.50, among N records (100,000 take eight minutes)",
    )
    parser.add_argument(
        "--limit",
        type=_positive,
        default=whole_harvests.LIMIT,
        metavar="S",
        help="with --harvests: seconds for each program (default: %(default)s)",
    )
    parser.add_argument("--only", action="append", choices=CASES, help="one question; repeatable")
    parser.add_argument(
        "--output",
        type=Path,
        help=f"where to write (a full run: {DOCUMENT.relative_to(ROOT)}); with --large, --lists,"
        " --harvests or --z3950, the document whose section is replaced",
    )
    found = parser.parse_args(words)
    if found.quick and found.records is None and found.scale is None:
        found.records = QUICK
    partial = (
        found.quick
        or found.large
        or found.lists
        or found.harvests
        or found.z3950
        or found.only
        or found.records is not None
        or found.scale is not None
    )
    if found.output is None and not partial:
        found.output = DOCUMENT
    return found


def _positive(text: str) -> int:
    value = int(text)
    if value < 1:
        raise ValueError(text)
    return value


def _up_to_a_million(text: str) -> int:
    value = _positive(text)
    if value > 1_000_000:  # numbers of copies have so many digits
        raise ValueError(text)
    return value


def run_apart(asked: argparse.Namespace) -> dict[str, str]:
    """Sections of the document, by name: what is measured only when it is asked for."""
    found = {}
    with tempfile.TemporaryDirectory(prefix="interop-bench-") as folder:
        if asked.large:
            found[large.SECTION] = large.run(Path(folder), sorted(asked.large))
        if asked.lists:
            found[long_lists.SECTION] = long_lists.run(Path(folder), asked.lists)
        if asked.harvests:
            found[whole_harvests.SECTION] = whole_harvests.run(
                Path(folder), asked.harvests, asked.limit
            )
        if asked.z3950:
            found[many_records.SECTION] = many_records.run(Path(folder), asked.z3950)
    return found


def run(asked: argparse.Namespace) -> str:
    """Measure everything asked for; the document."""
    begin = time.monotonic()
    facts = machine()
    with tempfile.TemporaryDirectory(prefix="interop-bench-") as folder:
        prepared = records.prepare(Path(folder), asked.records, asked.scale)
        say(f"{prepared.count:,} records, {prepared.bytes / 1e6:.1f} MB: {prepared.origin}")
        rounds, seconds = (2, 0.5) if asked.quick else (5, 1.0)
        context = Context(Path(folder), prepared, rounds, seconds)
        found: list[Row] = []
        for name in asked.only or CASES:
            say(f"{name} ({time.monotonic() - begin:.0f} s so far)")
            found += CASES[name].run(context)
    facts["duration"] = f"{time.monotonic() - begin:.0f} s"
    facts |= context.facts
    return document.write(facts, versions(), prepared, found)


def main() -> None:
    asked = arguments()
    try:
        apart = run_apart(asked)
        text = "\n".join(apart.values()) if apart else run(asked)
    except Failed as failure:
        raise SystemExit(f"bench: {failure}") from None
    except KeyboardInterrupt:
        raise SystemExit(130) from None
    print(text)
    if asked.output is not None:
        before = asked.output.read_text(encoding="utf-8") if asked.output.exists() else ""
        if apart:
            text = before
            for name, section in apart.items():
                text = document.with_section(text, name, section)
        else:
            text += document.sections(before)
        asked.output.write_text(text, encoding="utf-8")
        say(f"written to {asked.output}")


if __name__ == "__main__":
    main()
