"""Performs what ``harvester.run`` asks for: fetch, wait, archive, decode, commit.

A worker is a generator that says when it wants to be called again, so one process interleaves all
sources: while one server asks for patience, the others are harvested, and no source ever gets two
requests at once.
"""

import logging
from collections import Counter
from collections.abc import Callable, Generator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Protocol

from harvester import run, state
from harvester.archive import Archive
from harvester.choice import AUTO, prefix_of
from harvester.decode import Undecodable, UnknownFormat, decode
from harvester.http import Answer, HttpError, Transport
from harvester.sources._base import (
    Ask,
    BadPage,
    BadToken,
    EmptyList,
    Formats,
    HarvestProtocol,
    Identity,
    ListPage,
    Refusal,
)
from interop.catalogue import Catalogue
from interop.config import Source
from interop.ingest import IngestReport
from interop.marc.legacy import Legacy
from interop.model.record import Incoming, RecordId

log = logging.getLogger(__name__)

TOLD = 10  # of the quarantined records of a run, so many are told with the reason


@dataclass
class Counts:
    """``seen = added + changed + unchanged + deleted + duplicates + quarantined``.

    ``deleted``: live records that became tombstones; a deletion of a record that is unknown or
    deleted already is ``unchanged``. ``repaired``: places repaired in the pages' bytes.
    """

    seen: int = 0
    added: int = 0
    changed: int = 0
    unchanged: int = 0
    deleted: int = 0
    duplicates: int = 0
    quarantined: int = 0
    pages: int = 0
    repaired: int = 0


@dataclass
class Result:
    """How the harvest of a source ended; ``outcome``: complete, partial, failed or hold."""

    source: str
    outcome: str = ""
    reason: str = ""
    resumed: bool = False
    counts: Counts = field(default_factory=Counts)
    notes: list[str] = field(default_factory=list)


class Reporter(Protocol):
    """Who is told of the progress."""

    def page(self, result: Result) -> None: ...

    def waiting(self, result: Result, seconds: float, reason: str) -> None: ...

    def note(self, result: Result, text: str) -> None: ...


@dataclass(frozen=True, slots=True)
class _Prepared:
    """A page decoded: what goes to the catalogue and what goes to quarantine."""

    incoming: list[Incoming]
    bad: list[tuple[int, str, bytes]]


class Worker:
    """The harvest of one source, once.

    ``database``: where the records go; ``clock``: seconds since 1970; ``dry``: fetch, read and
    count, and write nothing at all.
    """

    def __init__(
        self,
        source: Source,
        database: str,
        catalogue: Catalogue,
        protocol: HarvestProtocol,
        transport: Transport,
        archive: Archive,
        reporter: Reporter,
        clock: Callable[[], float],
        *,
        full: bool = False,
        dry: bool = False,
        limits: run.Limits = run.DEFAULT_LIMITS,
    ) -> None:
        self.source, self.database, self.catalogue = source, database, catalogue
        self.protocol, self.transport, self.archive = protocol, transport, archive
        self.reporter, self.clock, self.dry = reporter, clock, dry
        self.key = state.key(source.id)
        known = state.load(catalogue.store.state(self.key))
        request = request_of(source)
        if known.request != request:
            # Another address, format or set: what is known of the old one says nothing.
            known = state.SourceState(request=request)
        name = datetime.fromtimestamp(clock(), UTC).strftime("%Y%m%dT%H%M%SZ")
        self.run = run.Run(
            known, prefix=source.prefix, set_=source.set, name=name, full=full, limits=limits
        )
        self.result = Result(source.id, resumed=self.run.resumed)
        self._prepared = _Prepared([], [])
        self._legacy = Legacy(source.encoding, known.encodings)

    def work(self) -> Generator[float, None, Result]:
        """Harvest; yields the time at which to go on. The result is the generator's value."""
        if self.source.prefix == AUTO:
            self.run.prefix, words = prefix_of(self.protocol, self.transport, self.source.url)
            self._note(words)
        outputs = self.run.handle(run.Begin(), self.clock())
        while True:
            following: list[run.Output] = []
            for output in outputs:
                match output:
                    case run.Fetch(ask):
                        following += self.run.handle(self._fetch(ask), self.clock())
                    case run.Wait(until, reason):
                        yield from self._wait(until, reason)
                        following += self.run.handle(run.Tick(), self.clock())
                    case run.Store():
                        self._store(output)
                        yield self.clock()
                    case run.Note(text):
                        self._note(text)
                    case run.Finish():
                        self._finish(output)
                        return self.result
            outputs = following

    def _wait(self, until: float, reason: str) -> Generator[float, None, None]:
        self.reporter.waiting(self.result, until - self.clock(), plain(reason))
        while self.clock() < until:
            yield until

    # fetching

    def _fetch(self, ask: Ask) -> run.Input:
        try:
            answer = self.transport.get(self.protocol.url(self.source.url, ask))
        except HttpError as error:
            return run.HttpFailed(error.reason, final=error.final)
        if answer.moved:
            self._note(f"the server has moved; set url to {answer.moved.partition('?')[0]}")
        # Some servers send the protocol's errors with a 4xx status (badResumptionToken as 422).
        if answer.status != 200 and not _speaks_protocol(answer):
            return _http_failed(answer)
        try:
            return self._input(ask, answer.body)
        except BadPage as error:
            self._sample(answer.body)
            return run.PageInvalid(str(error))

    def _input(self, ask: Ask, body: bytes) -> run.Input:
        """What the machine is told about an answer. Raises ``BadPage``."""
        match self.protocol.read(ask, body):
            case Identity() as identity:
                return run.Identified(identity)
            case ListPage() as page:
                return self._page(page, body)
            case EmptyList(date):
                text = state.format_date(date) if date else None
                return run.NoRecords(text, self._live())
            case BadToken(message):
                return run.TokenRejected(message)
            case Refusal(code, message):
                return run.Refused(code, message)
            case Formats():
                raise AssertionError("formats are chosen before the machine begins")

    def _page(self, page: ListPage, body: bytes) -> run.Input:
        """Keep the bytes, then decode: the machine decides about a page that we can read."""
        if not self.dry:
            self.archive.page(self.run.position.run, self.run.position.pages + 1, body)
        try:
            self._prepared = self._prepare(page)
        except UnknownFormat as error:
            return run.HttpFailed(str(error), final=True)
        last = {record.local: record for record in self._prepared.incoming}  # as ingest takes them
        gone = self._known([record for record in last.values() if record.marc is None])
        empty = not page.records
        return run.PageReceived(page, gone, self._live() if gone or empty else 0)

    def _prepare(self, page: ListPage) -> _Prepared:
        prepared = _Prepared([], [])
        seen_before = self.run.position.seen
        # The last datestamp wins among records with one identifier: ingest lets the last one in
        # the list win, and the sort keeps the order of equal datestamps.
        records = page.records
        if len({record.identifier for record in records}) != len(records):
            records = tuple(sorted(records, key=lambda record: record.datestamp))
        self._legacy.learn_from(record.raw for record in records)
        for record in records:
            try:
                prepared.incoming.append(
                    decode(
                        record,
                        self.source.prefix,
                        self._legacy,
                        source=self.source.url,
                        now=self.clock(),
                    )
                )
            except Undecodable as error:
                name = record.identifier or "no identifier"
                position = seen_before + record.position
                prepared.bad.append((position, f"{name}: {error}", record.raw))
        return prepared

    # the store

    def _live(self) -> int:
        return self.catalogue.store.databases().get(self.database, 0)

    def _known(self, records: list[Incoming]) -> int:
        """How many of the records are live in the store."""
        locals_ = {record.local for record in records}
        ids = [RecordId(self.database, local) for local in sorted(locals_)]
        found = self.catalogue.store.find(ids, marc=False) if ids else []
        return sum(1 for record in found if record is not None and not record.deleted)

    def _store(self, output: run.Store) -> None:
        """One transaction: the page's records and the position after it."""
        prepared = self._prepared
        if self.dry:
            report = self._compare(prepared.incoming)
        else:
            self.catalogue.quarantine(self.database, self.source.id, prepared.bad)
            report = self.catalogue.ingest(
                self.database, prepared.incoming, state=(self.key, self._remembered(output.state))
            )
        counts = self.result.counts
        counts.seen += len(output.page.records)
        counts.added += report.added
        counts.changed += report.changed
        counts.unchanged += report.unchanged + report.deleted - output.deletions
        counts.deleted += output.deletions
        counts.duplicates += report.duplicates
        told = prepared.bad[: max(0, TOLD - counts.quarantined)]
        counts.quarantined += len(prepared.bad)
        counts.pages += 1
        counts.repaired += output.page.repairs
        for warning in output.page.warnings:
            self._note(warning)
        for position, reason, _ in told:
            self._note(f"record {position} is quarantined: {reason}")
        self.reporter.page(self.result)

    def _remembered(self, known: state.SourceState) -> str:
        """The state as text, with what was learnt of the source's encodings."""
        return state.dump(replace(known, encodings=self._legacy.learnt))

    def _compare(self, incoming: list[Incoming]) -> IngestReport:
        """What an ingest of the page would count, for a dry run."""
        last = {record.local: record for record in incoming}
        ids = [RecordId(self.database, local) for local in last]
        kinds: Counter[str] = Counter()
        for id, known in zip(ids, self.catalogue.store.find(ids), strict=True):
            record = last[id.local]
            if record.marc is None:
                kinds["deleted"] += 1
            elif known is None or known.deleted:
                kinds["added"] += 1
            else:
                kinds["unchanged" if known.marc == record.marc else "changed"] += 1
        return IngestReport(read=len(incoming), duplicates=len(incoming) - len(last), **kinds)

    def _finish(self, output: run.Finish) -> None:
        self.result.outcome, self.result.reason = output.outcome.value, plain(output.reason)
        if self.dry:
            return
        now = int(self.clock())
        last = state.Last(self.result.outcome, now, self.result.reason, vars(self.result.counts))
        completed = now if output.outcome is run.State.DONE else output.state.completed
        kept = replace(output.state, last=last, completed=completed)
        self.catalogue.ingest(self.database, [], state=(self.key, self._remembered(kept)))
        self.archive.prune()

    # telling

    def _note(self, text: str) -> None:
        text = plain(text)
        if text not in self.result.notes:
            self.result.notes.append(text)
            self.reporter.note(self.result, text)

    def _sample(self, body: bytes) -> None:
        if not self.dry:
            self.archive.sample(self.run.position.run, self.run.position.pages + 1, body)


def request_of(source: Source) -> str:
    """What a cursor or token of this source is about."""
    return f"{source.url} {source.prefix} {source.set or ''}".rstrip()


def plain(text: str) -> str:
    """One line for a terminal: servers put their own words into messages, control codes too."""
    printable = "".join(char if char.isprintable() else " " for char in text)
    return " ".join(printable.split())[:300]


def _speaks_protocol(answer: Answer) -> bool:
    return 400 <= answer.status < 500 and b"<OAI-PMH" in answer.body[:1000]


def _http_failed(answer: Answer) -> run.HttpFailed:
    """5xx, 408, 425 and 429 may pass; every other status is an answer that stays."""
    passing = answer.status >= 500 or answer.status in (408, 425, 429)
    reason = f"HTTP {answer.status}"
    if answer.status in (401, 403):
        reason += " (access denied or blocked)"
    return run.HttpFailed(reason, answer.status, answer.retry_after, final=not passing)
