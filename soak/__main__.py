"""``python -m soak``: a server under mixed load for minutes, its workers killed now and then, and
at the end every total, every record and the memory looked at. Exit code 1 when anything was wrong.
"""

import argparse
import json
import os
import random
import signal
import sys
import tempfile
import threading
import time
from contextlib import suppress
from pathlib import Path

from bench.programs import Failed, Server, command, environment, free_port, python, server
from interop.marc.iso2709 import decode
from soak.load import DATABASE, FAULTS, Clients, Tally
from soak.memory import children, grows, growth, resident
from soak.origin import association, get, harvest
from soak.records import ROUND, WORD, Shelf

READY = 120.0  # seconds for the index to catch up
SAMPLE = 2.0  # seconds between looks at memory
WRITE_PAUSE = 1.0  # seconds between rounds of the writer

CONFIG = """
[server]
base_url = "http://127.0.0.1:{http}"
http = "127.0.0.1:{http}"
z3950 = "127.0.0.1:{z3950}"
workers = 2
client_rate = 0
[oai]
client_rate = 0
[store]
url = "sqlite:///{folder}/data/soak.db"
[[library]]
code = "SOAK"
name = "Soak"
"""


class Soak:
    """One run in ``folder``."""

    def __init__(self, folder: Path, shelf: Shelf, kill_every: float) -> None:
        self.folder, self.shelf, self.kill_every = folder, shelf, kill_every
        self.http, self.z3950 = free_port(), free_port()
        self.config = folder / "interop.toml"
        self.config.write_text(
            CONFIG.format(http=self.http, z3950=self.z3950, folder=folder), encoding="utf-8"
        )
        self.tally, self.over = Tally(), threading.Event()
        self.round, self.kills, self.spared = 0, 0, 0
        self.memory: list[int] = []  # bytes of the server's first process and of the spared one

    def run(self, minutes: float, seed: int) -> list[str]:
        """What was wrong."""
        self._write("steady.mrc")
        self._write_round()
        arguments = python("interop.cli", "serve", "--config", self.config)
        log = self.folder / "serve.log"
        with server(arguments, self.http, log) as running:
            self._wait_ready()
            self._under_load(running, minutes, seed)
            self._wait_ready()
            self._check(running)
        self._audit()
        text = log.read_text(errors="replace")
        self.tally.expect("Traceback" not in text, f"the server's log has a traceback: {log}")
        return self.tally.faults

    # while it runs

    def _under_load(self, running: Server, minutes: float, seed: int) -> None:
        self.spared = children(running.process.pid)[0]
        clients = Clients(self.shelf, self.http, self.z3950, self.tally, self.over)
        kinds = [clients.cataloguer] * 3 + [clients.reader, clients.browser, clients.harvester]
        threads = [
            threading.Thread(
                target=clients.run, args=(kind.__name__, kind, random.Random(seed + place))
            )
            for place, kind in enumerate(kinds)
        ]
        threads += [
            threading.Thread(target=self._write_on),
            threading.Thread(target=self._kill_on, args=(running, random.Random(seed))),
        ]
        for thread in threads:
            thread.start()
        end = time.monotonic() + 60 * minutes
        while time.monotonic() < end and running.process.poll() is None:
            self.memory.append(resident(running.process.pid) + resident(self.spared))
            self.over.wait(SAMPLE)
        self.tally.expect(running.process.poll() is None, "the server has ended by itself")
        self.over.set()
        for thread in threads:
            thread.join()

    def _write(self, name: str) -> None:
        self.shelf.write_steady(self.folder / name)
        self._load(name)

    def _write_round(self) -> None:
        self.shelf.write_moving(self.folder / "moving.mrc", self.round)
        self._load("moving.mrc")

    def _load(self, name: str) -> None:
        arguments = ("load", self.folder / name, "--library", "SOAK", "--json")
        done = command(python("interop.cli", *arguments, "--config", self.config))
        counts = json.loads(done.output.strip().splitlines()[-1])
        self.tally.expect(counts["quarantined"] == 0, f"load: {counts}")

    def _write_on(self) -> None:
        """A round after the other, with the server's follower behind it."""
        while not self.over.wait(WRITE_PAUSE):
            self.round += 1
            try:
                self._write_round()
                self.tally.done["writer"] += 1
            except Failed as error:
                self.tally.expect(False, f"writer: {error}")

    def _kill_on(self, running: Server, chance: random.Random) -> None:
        """SIGKILL to one of the processes that the server started, again and again; one is spared,
        so that there is one whose memory tells of the whole run.
        """
        while not self.over.wait(self.kill_every):
            victims = [pid for pid in children(running.process.pid) if pid != self.spared]
            if victims:
                with suppress(ProcessLookupError):
                    os.kill(chance.choice(victims), signal.SIGKILL)
                    self.kills += 1

    # at the end

    def _wait_ready(self) -> None:
        deadline = time.monotonic() + READY
        while time.monotonic() < deadline:
            with suppress(Exception):
                if get(f"http://127.0.0.1:{self.http}/health/ready").strip() == b"lag 0":
                    return
            time.sleep(0.2)
        raise Failed("the index has not caught up")

    def _check(self, running: Server) -> None:
        """Totals, the identity of every record, the list of a harvest, memory."""
        steady, moving = self.shelf.steady_ids(), self.shelf.moving_ids(self.round)
        self._records(f'@attr 1=4 "{WORD}"', dict.fromkeys(steady, ""))
        mark = f"{ROUND} {self.round} "
        self._records(f'@attr 1=4 "{mark.strip()}"', dict.fromkeys(moving, mark))
        live, deleted, twice = harvest(f"http://127.0.0.1:{self.http}/oai/{DATABASE}")
        wanted = {*steady, *moving}
        self.tally.expect(live == wanted, f"harvest: {len(live ^ wanted)} records differ")
        gone = {f"m{n}" for n in range(self.shelf.moving)} - set(moving)
        self.tally.expect(gone <= deleted, f"harvest: {len(gone - deleted)} deletions are missing")
        self.tally.expect(not twice, f"harvest: {twice} records came twice")
        self.tally.expect(self.spared in children(running.process.pid), "a worker ended by itself")
        early, late = growth(self.memory)
        grown = f"memory grew from {early >> 20} MB to {late >> 20} MB"
        self.tally.expect(not grows(self.memory), grown)

    def _records(self, query: str, wanted: dict[str, str]) -> None:
        """Exactly the records ``wanted``, each with what its title must begin with."""
        found: dict[str, str] = {}
        with association(self.z3950, DATABASE) as open_:
            total = open_.search(query).result_count
            for start in range(1, total + 1, 50):
                page = open_.present(start, min(50, total + 1 - start))
                for each in page.response_records:
                    record = decode(each.record.octets)
                    found[record.control("001")] = next(record.data("245")).first("a")
        self.tally.expect(
            total == len(wanted) and found.keys() == wanted.keys(),
            f"{query}: {total} hits, {len(found.keys() ^ wanted.keys())} other than expected",
        )
        wrong = [
            name for name, start in wanted.items() if not found.get(name, "").startswith(start)
        ]
        self.tally.expect(not wrong, f"{query}: {len(wrong)} records are old: {wrong[:3]}")

    def _audit(self) -> None:
        arguments = python("interop.cli", "audit", "--config", self.config)
        done = command(arguments, allowed=(0, 1))
        self.tally.expect("agree" in done.output, f"audit: {done.output.strip()[-300:]}")

    def report(self) -> str:
        early, late = growth(self.memory)
        lines = [f"{name}: {count:,}" for name, count in sorted(self.tally.done.items())]
        lines.append(f"connections cut: {sum(self.tally.cut.values()):,}; kills: {self.kills}")
        lines.append(f"memory: {early >> 20} MB early, {late >> 20} MB late")
        return "\n".join(lines)


def main() -> int:
    """1 when anything was wrong."""
    parser = argparse.ArgumentParser(prog="python -m soak", description=__doc__)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--records", type=int, default=5_000, help="that never change")
    parser.add_argument("--kill-every", type=float, default=15.0, help="seconds")
    parser.add_argument("--seed", type=int, default=1, help="of what is asked for and killed")
    asked = parser.parse_args()
    os.environ.update(environment())
    with tempfile.TemporaryDirectory(prefix="soak-", ignore_cleanup_errors=True) as folder:
        shelf = Shelf(asked.records, max(asked.records // 25, 20))
        soak = Soak(Path(folder), shelf, asked.kill_every)
        faults = soak.run(asked.minutes, asked.seed)
        print(soak.report())
        for fault in faults[:FAULTS]:
            print(f"WRONG: {fault}")
        if faults:
            print((Path(folder) / "serve.log").read_text(errors="replace")[-4000:])
    print(f"{len(faults)} faults" if faults else "nothing lost, nothing grown")
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
