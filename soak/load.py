"""What clients do all the while, each in a thread of its own; what is wrong is a line of words."""

import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from random import Random
from urllib.parse import quote

from interop.marc.iso2709 import decode
from soak.origin import Cut, association, get, harvest
from soak.records import WORD, Shelf, isbn

_TOTAL = re.compile(rb"numberOfRecords>(\d+)<")
DATABASE = "soak"
FAULTS = 50  # that are told


@dataclass
class Tally:
    """What was done, how often a connection was cut, and what was wrong."""

    done: Counter[str] = field(default_factory=Counter)
    cut: Counter[str] = field(default_factory=Counter)
    faults: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def expect(self, right: bool, what: str) -> None:
        if not right:
            with self.lock:
                self.faults.append(what)


@dataclass(frozen=True)
class Clients:
    """``http``, ``z3950``: ports. Every client asks for what is known: the steady records."""

    shelf: Shelf
    http: int
    z3950: int
    tally: Tally
    over: threading.Event

    def run(self, name: str, client: Callable[[Random], None], random: Random) -> None:
        """Again and again until it is over. A cut connection is tried again."""
        while not self.over.is_set():
            try:
                client(random)
                self.tally.done[name] += 1
            except Cut:
                self.tally.cut[name] += 1
                self.over.wait(0.2)
            except Exception as error:  # whatever goes wrong is a fault, and the load goes on
                self.tally.expect(False, f"{name}: {type(error).__name__}: {error}")
                self.over.wait(1.0)

    def cataloguer(self, random: Random) -> None:
        """Connect, look for an ISBN, take the record, hang up."""
        number = random.randrange(self.shelf.steady)
        with association(self.z3950, DATABASE) as open_:
            found = open_.search(f"@attr 1=7 {isbn(number + 1)}")
            self.tally.expect(found.result_count == 1, f"ISBN of s{number}: {found.result_count}")
            (record,) = open_.present(1, 1).response_records
            control = decode(record.record.octets).control("001")
            self.tally.expect(control == f"s{number}", f"s{number} is {control}")

    def reader(self, random: Random) -> None:
        """One long association: searches, pages, a list of words, a sorted set."""
        steady = self.shelf.steady
        with association(self.z3950, DATABASE) as open_:
            for _ in range(20):
                found = open_.search(f'@attr 1=4 "{WORD}"', "all")
                self.tally.expect(
                    found.result_count == steady, f"{WORD}: {found.result_count} of {steady}"
                )
                start = random.randrange(1, steady - 20)
                page = open_.present(start, 10, "all")
                self.tally.expect(
                    page.number_of_records_returned == 10, f"page at {start}: {page.present_status}"
                )
                title = random.randrange(steady)
                words = open_.scan(f"@attr 1=4 @attr 4=2 {title}", 5)
                self.tally.expect(
                    words.number_of_entries_returned > 0, f"scan at {title}: {words.scan_status}"
                )
            ordered = open_.sort("all", "sorted", "date")
            self.tally.expect(ordered.sort_status == 0, "sort by date")
            first = decode(open_.present(1, 1, "sorted").response_records[0].record.octets)
            year = first.control("008")[7:11]
            self.tally.expect(year == "1900", f"first of the sorted set is of {year}")

    def browser(self, random: Random) -> None:
        """SRU: a total, and a record by its number."""
        base = f"http://127.0.0.1:{self.http}/sru/{DATABASE}?version=1.2&operation=searchRetrieve"
        number = random.randrange(self.shelf.steady)
        body = get(f"{base}&query=title%3D{quote(WORD)}&maximumRecords=1")
        total = _TOTAL.search(body)
        self.tally.expect(
            total is not None and int(total[1]) == self.shelf.steady, f"SRU: {total and total[1]!r}"
        )
        body = get(f"{base}&query=rec.id%3Ds{number}&recordSchema=marcxml&maximumRecords=1")
        self.tally.expect(f">s{number}<".encode() in body, f"SRU: s{number} is not there")

    def harvester(self, random: Random) -> None:
        """OAI-PMH: every steady record, once."""
        live, _, _ = harvest(f"http://127.0.0.1:{self.http}/oai/{DATABASE}")
        lost = set(self.shelf.steady_ids()) - live
        self.tally.expect(not lost, f"harvest without {len(lost)} records: {sorted(lost)[:3]}")
