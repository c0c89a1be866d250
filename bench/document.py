"""The document of a run: the table, what it was measured on, and how to read it."""

import re
from collections.abc import Mapping, Sequence

from bench.records import Records
from bench.table import Row, facts_list, markdown

_READING = """\
Written by `make bench`; every figure below comes from that run. Both sides of a row were measured
in the same run, on the same records and questions, in turns (A B A B); a figure is the median of
the rounds. A ratio above 1 means that ours is faster. "per CPU s" divides by the CPU seconds that
the measured programs used, all their processes; other load on the machine disturbs it least.
"spread" is (highest - lowest) / median of our rates, then of the peer's.
"""

_NOTES = """\
## What is compared

- **ISO 2709 read, to MARCXML, MARC-8 values**: one process, the same file. Ours finds out the
  encoding, normalises and checks every tag, indicator and code, which pymarc and yaz-marcdump do
  not. MARCXML is written as `interop convert` does it, with the private fields that it leaves out.
  The MARC-8 values are those of the file, written in MARC-8.
- **ISO 2709 file until searchable**: `interop load` from the start of the program to its end,
  into an empty node: received bytes kept, OAI-PMH renderings stored, a union record made beside
  each library record, and both indexed. `zebraidx update` into an empty register with the same
  access points, records and keys stored so that they can be replaced by control number.
- **Z39.50**: title words with 10 to 300 hits, and known items by ISBN; USMARC, element set F. One
  client for all servers sends PDUs encoded beforehand. Ours is `interop serve` with its two default
  workers; `zebrasrv` has one process per association. Before timing, every answer is read whole.
  "waiting" is from the first request of an operation to its last answer, over all rounds. The
  words of "Search" are asked again and again, and our server keeps what it answered until the next
  commit, and the records that it sent: so do "Search + ...", "Scan" and the associations profit.
  "never the same again" are Searches for either of two words, all pairs of the same words, more
  than anything that is kept: each is parsed and looked up anew.
- **SRU**: the same title words, ten records as MARCXML, over connections that stay open. Ours is
  `interop serve --only http`; `zebrasrv` speaks SRU itself, with YAZ's map of CQL; its built-in
  MARC reader has no XML to hand out. Before timing, every answer is parsed and its records counted.
- **Idle associations**: opened one after another by Init, which is all they say; memory is that of
  the process that serves them, HTTP beside them.
- **OAI-PMH ListRecords**: `interop serve --only http` as configured by default; the peers run in
  gunicorn with the same workers and threads. The `oaipmh` package gets its records ready in memory,
  so only its own work is measured. The bare application looks the finished page up in a dictionary:
  its rate is what gunicorn, the wire and the client allow.
- **Conversion**: one record at a time in one process, from the bytes that each side reads, ISO 2709
  here and MARCXML there, to bytes. The sheets are those that idzebra-2.0 installs; that for SRU's
  Dublin Core stands for its sister for OAI-PMH, which the package has not.
- **Harvest**: programs from start to end, against our own server on the same machine. sickle
  yields each record as parsed XML and keeps nothing; "until searchable" archives, stores, merges
  and indexes as well. The CPU is the harvesting program's alone.
"""


def write(
    facts: Mapping[str, str],
    versions: Mapping[str, str],
    records: Records,
    rows: Sequence[Row],
) -> str:
    """Markdown, ready to be published."""
    known = "ISBN" if records.known and records.known[0][0] == 7 else "control number"
    about = {
        **facts,
        "versions": ", ".join(f"{name} {version}" for name, version in versions.items()),
        "records": f"{records.count:,} ({records.bytes / 1e6:.1f} MB): {records.origin}",
        "questions": f"{len(records.words)} title words, {len(records.known)} items by {known}",
    }
    return f"# Benchmarks\n\n{_READING}\n{facts_list(about)}\n{markdown(rows)}\n{_NOTES}"


# Sections that runs of their own write: they stand at the end of the document between two comments
# with their name, and a usual run leaves them as they are.
_SECTION = re.compile(r"\n<!-- section (\w+) -->\n.*?\n<!-- end \1 -->\n", re.DOTALL)


def sections(document: str) -> str:
    """All sections of a document, to be put at the end of another."""
    return "".join(found[0] for found in _SECTION.finditer(document))


def with_section(document: str, name: str, text: str) -> str:
    """The document with ``text`` as its section ``name``, in the place of the one that it has."""
    others = [found[0] for found in _SECTION.finditer(document) if found[1] != name]
    made = f"\n<!-- section {name} -->\n{text}\n<!-- end {name} -->\n"
    return _SECTION.sub("", document) + "".join([*others, made])
