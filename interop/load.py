"""Files into a library's catalogue: read, keep what was received, count everything."""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from hashlib import blake2b
from itertools import islice
from pathlib import Path

from interop.batches import without_collector
from interop.catalogue import Catalogue
from interop.formats import Bad, Good, read_records
from interop.ingest import IngestReport
from interop.marc.iso2709 import canonical
from interop.marc.record import MarcError, MarcRecord
from interop.model.record import Incoming

PAGE = 500  # records in one transaction
TOLD = 10  # of the quarantined records, so many are told with the reason


@dataclass
class LoadReport:
    """``read = added + changed + unchanged + deleted + quarantined`` over all files.

    ``octets``: bytes of the files read so far. ``deleted``: records whose leader/05 says so.
    ``unnumbered``: records without a control number, identified by their content.
    ``repaired``: records that came in with a repair noted. ``reasons``: file, number and reason
    of the first ``TOLD`` quarantined records, a line each.
    """

    octets: int = 0
    read: int = 0
    counts: IngestReport = field(default_factory=IngestReport)
    quarantined: int = 0
    unnumbered: int = 0
    repaired: int = 0
    reasons: list[str] = field(default_factory=list)

    def summary(self) -> dict[str, int]:
        """Name and number of each count, in the order in which people read them."""
        return {
            "read": self.read,
            "added": self.counts.added,
            "changed": self.counts.changed,
            "unchanged": self.counts.unchanged + self.counts.duplicates,
            "deleted": self.counts.deleted,
            "quarantined": self.quarantined,
            "repaired": self.repaired,
            "unnumbered": self.unnumbered,
            "union_changed": self.counts.union_changed,
        }


@dataclass
class Loader:
    """Loads files into one database; ``progress`` is called with the report after each page.

    ``encoding``: of ``interop.marc.legacy.NAMES``, where the library has one; else it is found out.
    ``format`` and ``mapping``: as ``read_records`` takes them.
    """

    catalogue: Catalogue
    database: str
    progress: Callable[[LoadReport], None]
    report: LoadReport = field(default_factory=LoadReport)
    encoding: str = ""
    format: str = "auto"
    mapping: Mapping[str, str] | None = None
    _seen: dict[bytes, bytes] = field(default_factory=dict)

    def load(self, file: Path) -> None:
        """One file. Raises ``OSError`` when it cannot be read, ``MarcError`` when it is no MARC or
        holds no record at all: an export that failed is not taken for a catalogue.
        """
        before, read = self.report.octets, self.report.read
        with file.open("rb") as stream:
            results = read_records(stream, self.encoding, self.format, self.mapping)
            for page in _pages(results, PAGE):
                self._take(page, file.name)
                self.report.octets = before + stream.tell()
                self.progress(self.report)
        if self.report.read == read:
            raise MarcError("there is no record in it")

    def _take(self, page: list[Good | Bad], source: str) -> None:
        incoming: list[Incoming] = []
        bad: list[tuple[int, str, bytes]] = []
        read: dict[bytes, MarcRecord] = {}
        for result in page:
            self.report.read += 1
            if isinstance(result, Bad):
                bad.append((result.position, result.reason, result.raw))
            elif (record := self._accept(result, read)) is not None:
                incoming.append(record)
            else:
                reason = f"control number {_control_number(result)!r} stands in this file before"
                bad.append((result.position, reason, result.raw))
        self.report.quarantined += len(bad)
        for position, reason, _ in bad[: TOLD - len(self.report.reasons)]:
            self.report.reasons.append(f"{source}: record {position}: {reason}")
        self.catalogue.quarantine(self.database, source, bad)
        self.report.counts += self.catalogue.ingest(self.database, incoming, read=read)

    def _accept(self, good: Good, read: dict[bytes, MarcRecord]) -> Incoming | None:
        """The record to take in; ``None`` when another record has its control number. What its
        canonical bytes are decoded to is added to ``read``.

        Two different records under one number in the same load would overwrite each other.
        """
        marc, record = canonical(good.record)
        local = _control_number(good)
        if not local:
            self.report.unnumbered += 1
            local = "sha-" + _digest(marc).hex()
        key, content = _digest(local.encode("utf-8", "surrogatepass")), _digest(marc)
        if self._seen.setdefault(key, content) != content:
            return None
        self.report.repaired += bool(good.warnings)
        if good.record.leader[5:6] == "d":  # MARC 21 leader/05: deleted
            return Incoming(local, None)
        read[marc] = record
        return Incoming(local, marc, good.raw, good.raw_format, good.warnings)


def _control_number(good: Good) -> str:
    return good.record.control("001").strip()


def _digest(data: bytes) -> bytes:
    return blake2b(data, digest_size=12).digest()


def _pages(results: Iterable[Good | Bad], size: int) -> Iterator[list[Good | Bad]]:
    """Pages of ``results``; a failure comes after the page of what was read before it."""
    waiting = iter(results)
    while True:
        page: list[Good | Bad] = []
        try:
            with without_collector():
                for result in islice(waiting, size):
                    page.append(result)
        except (OSError, MarcError):
            if page:
                yield page
            raise
        if page:
            yield page
        if len(page) < size:
            return
