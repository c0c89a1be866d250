"""A harvester that follows the protocol ends with exactly the store's state, whatever the traffic.

The whole provider over a real store, kept pages included. Between every two pages writers add,
edit, delete and bring back records of several libraries; editions move between languages, and
records between clusters, which merges and splits union records and moves them between the sets of
the libraries. The clock moves while commits run, so that datestamps are written again. The
harvester makes one pass and one increment from the responseDate of its first page (OAI-PMH 2.0
2.7.1), and must then hold every record as the store shows it, byte for byte.

``INTEROP_MUTATION_RUNS`` (default 3) makes it longer.
"""

import os
import random
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest

from interop.catalogue import Catalogue
from interop.config import Config, load
from interop.http.reply import Asked, Reply
from interop.http.shortcut import Handler
from interop.marc.iso2709 import encode
from interop.model.record import UNION, Incoming, Stored
from interop.oai import xml
from interop.oai.lists import Lists
from interop.oai.protocol import format_datestamp
from interop.oai.provider import PageSizes
from interop.oai.views import handler
from interop.revise import Rules, revise
from interop.store.store import Store
from tests.unit.oai.fakes import START, marc

RUNS = int(os.environ.get("INTEROP_MUTATION_RUNS", "3"))
LIBRARIES = ("vn-qti", "vn-hue", "vn-gla")
SIZES = PageSizes(records=7, headers=7)
PREFIX = "oai_dc"

_RECORD = re.compile(rb"<record>.*?</record>\n", re.DOTALL)
_HEADER = re.compile(rb"<header.*?</header>\n", re.DOTALL)
_IDENTIFIER = re.compile(rb"<identifier>([^<]*)</identifier>")
_TOKEN = re.compile(rb"<resumptionToken[^>]*>([^<]+)</resumptionToken>")
_DATE = re.compile(rb"<responseDate>([^<]*)</responseDate>")
_STAMP = re.compile(rb"<datestamp>([^<]*)</datestamp>")


class Clock:
    """Moves on by itself, now and then, when it is read: also between a commit and its check."""

    def __init__(self, rng: random.Random) -> None:
        self._rng = rng
        self.now = START

    def __call__(self) -> int:
        self.now += self._rng.random() < 0.2
        return self.now


def configuration(folder: Path) -> Config:
    file = folder / "interop.toml"
    libraries = "".join(f'[[library]]\ncode = "{name.upper()}"\nname = "T"\n' for name in LIBRARIES)
    file.write_text(f'[store]\nurl = "sqlite:///{folder}/x.db"\n{libraries}', encoding="utf-8")
    return load(file, environ={})


class Traffic:
    """Several writers, each with a connection of its own, as loads and harvests have."""

    def __init__(self, config: Config, clock: Callable[[], int], rng: random.Random) -> None:
        self._rng = rng
        self._writers = [
            (name, Catalogue(config, Store(config.store.url, clock))) for name in LIBRARIES
        ]

    def fill(self, records: int) -> None:
        for name, catalogue in self._writers:
            page = [self._record(f"b{number}") for number in range(records)]
            catalogue.ingest(name, page)

    def some(self, most: int = 3) -> None:
        """A few transactions of a few records each."""
        for _ in range(self._rng.randint(0, most)):
            name, catalogue = self._rng.choice(self._writers)
            size = self._rng.randint(1, 5)
            catalogue.ingest(name, [self._change() for _ in range(size)])

    def _change(self) -> Incoming:
        local = f"b{self._rng.randrange(60)}"  # some are there, some are gone, some never were
        return Incoming(local, None) if self._rng.random() < 0.3 else self._record(local)

    def _record(self, local: str) -> Incoming:
        title = f"Tác phẩm {self._rng.randrange(40)}"  # few works: records join and part
        language = self._rng.choice(("vie", "fre", "eng"))
        return Incoming(local, encode(marc(local, title, language)))

    def close(self) -> None:
        for _, catalogue in self._writers:
            catalogue.store.dispose()


class Harvester:
    """Follows the protocol to the letter and remembers the bytes of every record."""

    def __init__(
        self,
        handle: Handler,
        clock: Callable[[], int],
        database: str,
        verb: str,
        between: Callable[[], None],
    ) -> None:
        self._handle = handle
        self._clock = clock
        self._database = "" if database == UNION else database
        self._verb = verb
        self._between = between
        self._element = _RECORD if verb == "ListRecords" else _HEADER
        self.copy: dict[bytes, bytes] = {}
        self.stamps: dict[bytes, bytes] = {}
        self.pages = 0

    def take(self, arguments: str = "") -> bytes:
        """One list to its end; the responseDate of its first page."""
        query = f"verb={self._verb}&metadataPrefix={PREFIX}{arguments}"
        first = b""
        for body in self._pages(query):
            first = first or _DATE.search(body)[1]
            now = format_datestamp(self._clock()).encode()
            for element in self._element.findall(body):
                name, stamp = _IDENTIFIER.search(element)[1], _STAMP.search(element)[1]
                assert self.stamps.get(name, b"") <= stamp, "a datestamp ran backwards"
                assert stamp <= now, "a datestamp lies in the future"
                self.stamps[name], self.copy[name] = stamp, element
        return first

    def _pages(self, query: str) -> Iterator[bytes]:
        while query:
            status, _, chunks = self._handle(Asked("GET", self._database, query.encode()))
            body = b"".join(chunks)
            assert status == 200
            if b"<error" in body:
                assert b'code="noRecordsMatch"' in body, body
                yield body
                return
            self.pages += 1
            yield body
            token = _TOKEN.search(body)
            query = f"verb={self._verb}&resumptionToken={token[1].decode()}" if token else ""
            if query:
                self._between()


def state(catalogue: Catalogue, database: str, verb: str, set_: str | None) -> dict[bytes, bytes]:
    """Every record as the store has it, written without anything kept."""
    lists = Lists(catalogue)
    page = catalogue.page(database, set_=set_, limit=100_000, prefix=PREFIX)

    def write(stored: Stored, body: bytes | None) -> bytes:
        record = lists.record(stored, body)
        if verb == "ListRecords":
            return xml.records([record])
        return b"%b\n" % xml.header(*record[:4]).encode()

    return {
        catalogue.identifier(stored.id).encode(): write(stored, body)
        for stored, body in zip(page.records, page.bodies, strict=True)
    }


@pytest.mark.parametrize("seed", range(RUNS))
@pytest.mark.parametrize("database", [UNION, "vn-hue"])
@pytest.mark.parametrize("verb", ["ListRecords", "ListIdentifiers"])
def test_one_pass_and_one_increment_end_with_the_state(tmp_path, seed, database, verb) -> None:
    rng = random.Random(f"{seed} {database} {verb}")
    clock = Clock(rng)
    config = configuration(tmp_path)
    traffic = Traffic(config, clock, rng)
    traffic.fill(60)
    catalogue = Catalogue(config, Store(config.store.url, clock))

    def worker() -> Handler:
        return handler(catalogue, clock, b"key", sizes=SIZES)

    # Two workers answer in turns; each keeps pages of its own until it is started anew.
    workers = [worker(), worker()]

    def handle(asked: Asked) -> Reply:
        if rng.random() < 0.1:
            workers[rng.randrange(2)] = worker()
        return workers[rng.randrange(2)](asked)

    budget = [40]

    def between() -> None:
        budget[0] -= 1
        if budget[0] > 0:
            traffic.some()

    harvester = Harvester(handle, clock, database, verb, between)
    begun = harvester.take()
    assert harvester.pages > 3
    harvester.take(f"&from={begun.decode()}")
    budget[0] = 0
    assert harvester.copy == state(catalogue, database, verb, None)
    traffic.close()
    catalogue.store.dispose()


@pytest.mark.parametrize("seed", range(RUNS))
def test_a_harvester_of_a_set_has_all_that_stands_in_it(tmp_path, seed) -> None:
    """What left the set stays in its copy as it was: the protocol has no word for that."""
    rng = random.Random(seed)
    clock = Clock(rng)
    config = configuration(tmp_path)
    traffic = Traffic(config, clock, rng)
    traffic.fill(60)
    catalogue = Catalogue(config, Store(config.store.url, clock))
    handle = handler(catalogue, clock, b"key", sizes=SIZES)
    for spec in ("library:VN-QTI", "language:fre", "library"):
        budget = [15]

        def between(budget=budget) -> None:
            budget[0] -= 1
            if budget[0] > 0:
                traffic.some(2)

        harvester = Harvester(handle, clock, UNION, "ListRecords", between)
        begun = harvester.take(f"&set={quote(spec)}")
        budget[0] = 0
        harvester.take(f"&set={quote(spec)}&from={begun.decode()}")
        there = state(catalogue, UNION, "ListRecords", spec)
        assert there and there.items() <= harvester.copy.items()
    traffic.close()
    catalogue.store.dispose()


def test_a_change_of_rules_in_the_middle_of_a_harvest(tmp_path) -> None:
    rng = random.Random(1)
    clock = Clock(rng)
    config = configuration(tmp_path)
    traffic = Traffic(config, clock, rng)
    traffic.fill(60)
    catalogue = Catalogue(config, Store(config.store.url, clock))
    handle = handler(catalogue, clock, b"key", sizes=SIZES)
    rules = Rules.of(catalogue.libraries)
    rules = replace(rules, versions=dict.fromkeys(rules.versions, 99))

    def between() -> None:
        traffic.some(1)
        revise(catalogue.store, rules, 30)

    harvester = Harvester(handle, clock, "vn-gla", "ListRecords", between)
    begun = harvester.take()
    while revise(catalogue.store, rules):
        pass
    harvester.take(f"&from={begun.decode()}")
    assert harvester.copy == state(catalogue, "vn-gla", "ListRecords", None)
    traffic.close()
    catalogue.store.dispose()


def test_writers_that_never_pause(tmp_path) -> None:
    """Threads commit in real time while the list is read; no step waits for another."""
    config = configuration(tmp_path)

    def clock() -> int:
        return int(time.time())

    setup = Traffic(config, clock, random.Random(0))
    setup.fill(60)
    setup.close()
    catalogue = Catalogue(config, Store(config.store.url, clock))
    handle = handler(catalogue, clock, b"key", sizes=SIZES)
    ended = threading.Event()
    failures: list[Exception] = []

    def write(seed: int) -> None:
        traffic = Traffic(config, clock, random.Random(seed))
        try:
            for _ in range(60):
                if ended.is_set():
                    break
                traffic.some()
        except Exception as error:
            failures.append(error)
        finally:
            traffic.close()

    writers = [threading.Thread(target=write, args=(seed,)) for seed in (1, 2)]
    for writer in writers:
        writer.start()
    harvester = Harvester(handle, clock, UNION, "ListRecords", lambda: None)
    begun = harvester.take()
    for _ in range(3):
        begun = harvester.take(f"&from={begun.decode()}")
    ended.set()
    for writer in writers:
        writer.join()
    assert not failures
    harvester.take(f"&from={begun.decode()}")
    assert harvester.copy == state(catalogue, UNION, "ListRecords", None)
    catalogue.store.dispose()
