"""Real files, record by record: ours beside yaz-marcdump and pymarc, as a table for people.

    python -m bench.real_files ../shared/corpus docs/reading-real-files.md

A record is read when it comes out with at least one field. Ours are also counted when they are kept
aside with the reason (quarantined), because nothing may get lost between.
"""

import contextlib
import io
import re
import subprocess
import sys
import warnings
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

import pymarc

from interop.formats import Good, read_records
from interop.marc.record import MarcError

# Folders of queries, protocol captures and word lists: no records.
NOT_RECORDS = frozenset(("cql", "vi", "z3950"))
_TIMEOUT = 120  # seconds for another program and one file
_YAZ_RECORD = re.compile(rb"<record.*?</record>", re.DOTALL)
_YAZ_FIELD = re.compile(rb"<(?:controlfield|datafield)[ >]")
# Elements around a record that are named like one: yaz-marcdump prints their content twice.
_WRAPPED = re.compile(rb"<(?:\w+:)?(?:recordData|metadata)[ >]")


@dataclass
class Ours:
    """``reasons``: why records were quarantined, and how often; ``refused``: why the whole file."""

    read: int = 0
    quarantined: int = 0
    repaired: int = 0
    formats: set[str] = field(default_factory=set)
    reasons: Counter[str] = field(default_factory=Counter)
    refused: str = ""


@dataclass(frozen=True)
class Row:
    name: str
    octets: int
    ours: Ours
    yaz: int
    pymarc: int


def by_us(path: Path) -> Ours:
    """What we read of a file."""
    found = Ours()
    try:
        with path.open("rb") as stream:
            for result in read_records(stream):
                if isinstance(result, Good):
                    found.read += bool(result.record.fields)
                    found.repaired += bool(result.warnings)
                    found.formats.add(result.raw_format)
                else:
                    found.quarantined += 1
                    found.reasons[_kind(result.reason)] += 1
    except MarcError as error:
        found.refused = str(error)
    return found


def _kind(reason: str) -> str:
    return re.sub(r" \(at byte \d+\)|: .*", "", re.sub(r"\d+ of \d+", "some", reason))


def by_yaz(path: Path, data: bytes) -> int:
    """Records with fields that yaz-marcdump prints."""
    if data.lstrip()[:1] == b"<":
        kind = "turbomarc" if b"turbomarc" in data[:2000] else "marcxml"
    else:
        kind = "marc"
    try:
        run = subprocess.run(
            ["yaz-marcdump", "-i", kind, "-o", "marcxml", str(path)],
            capture_output=True,
            timeout=_TIMEOUT,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return 0
    printed = [text for text in _YAZ_RECORD.findall(run.stdout) if _YAZ_FIELD.search(text)]
    if _WRAPPED.search(data):
        pairs = zip(printed, [b"", *printed], strict=False)
        printed = [text for text, before in pairs if text != before]
    return len(printed)


def by_pymarc(data: bytes) -> int:
    """Records with fields that pymarc gets out of a file."""
    content = data.lstrip()
    with contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        try:
            if content.startswith(b"<"):
                records: Iterable[object] = pymarc.parse_xml_to_array(io.BytesIO(data))
            elif content.startswith((b"{", b"[")):
                records = list(pymarc.JSONReader(io.BytesIO(data)))
            else:
                records = list(pymarc.MARCReader(io.BytesIO(data), permissive=True))
        except Exception:  # whatever it raises, it read nothing: that is the measure
            return 0
    return sum(
        any(len(field.tag) == 3 for field in getattr(record, "fields", ())) for record in records
    )


def rows(corpus: Path) -> list[Row]:
    """One row for each file of the corpus that anybody finds a record in."""
    found = []
    for path in sorted(corpus.rglob("*")):
        relative = path.relative_to(corpus)
        if not path.is_file() or len(relative.parts) < 2 or relative.parts[0] in NOT_RECORDS:
            continue
        data = path.read_bytes()
        row = Row(str(relative), len(data), by_us(path), by_yaz(path, data), by_pymarc(data))
        if row.ours.read or row.ours.quarantined or row.yaz or row.pymarc:
            found.append(row)
    return found


_HEAD = """# Real files, read

Made by `python -m bench.real_files CORPUS docs/reading-real-files.md` on a corpus of real exports,
harvests and test files of other programs. A record counts as read when it comes out with at least
one field. Every record of ours is either read or quarantined with its reason; the columns of the
others have no such second number. pymarc is asked as its users do (`MARCReader(permissive=True)`,
`parse_xml_to_array`, `JSONReader`), yaz-marcdump with the input format named.

A record that yaz-marcdump prints twice, because an element around it is named `record` too, counts
once. It also counts what is none any more: the last record of a file cut off in its middle.
"""


def document(found: list[Row]) -> str:
    """The whole document."""
    lines = [_HEAD]
    total = [sum(values) for values in zip(*map(_numbers, found), strict=True)]
    lines += ["| files | read | repaired | quarantined | yaz-marcdump | pymarc |",
              "|---|---:|---:|---:|---:|---:|",
              f"| {len(found)} | " + " | ".join(f"{number:,}" for number in total) + " |", "",
              "## File by file", "",
              "| file | format | read | repaired | quarantined | yaz-marcdump | pymarc | reasons |",
              "|---|---|---:|---:|---:|---:|---:|---|"]  # fmt: skip
    for row in found:
        reasons = "; ".join(f"{text} ({count})" for text, count in row.ours.reasons.most_common(3))
        numbers = " | ".join(f"{number:,}" for number in _numbers(row))
        formats = ", ".join(sorted(row.ours.formats)) or "–"
        what = reasons or row.ours.refused
        lines.append(f"| {row.name} | {formats} | {numbers} | {what.replace('|', '/')} |")
    return "\n".join(lines) + "\n"


def _numbers(row: Row) -> tuple[int, ...]:
    ours = row.ours
    return ours.read, ours.repaired, ours.quarantined, row.yaz, row.pymarc


def main(arguments: list[str]) -> None:
    """Write the table for a corpus into a file."""
    corpus, output = map(Path, arguments)
    output.write_text(document(rows(corpus)), encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
