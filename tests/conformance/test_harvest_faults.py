"""Each fault of a provider ends in its stated outcome, and never moves what it must not move.

The worker runs over a real store; the provider is a script of answers, and time is a number that
only waiting moves, so that an hour of Retry-After takes no time.
"""

import gzip
import json
import os
import re
import signal
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from harvester import state
from harvester.archive import Archive
from harvester.http import Answer, Client, HttpError
from harvester.report import Silent
from harvester.run import Limits
from harvester.sources import PROTOCOLS
from harvester.worker import Result, Worker
from interop.catalogue import Catalogue
from interop.config import Source, load
from interop.model.record import Stored
from interop.store.store import Store
from interop.text.encodings import ENCODINGS
from interop.text.encodings._base import WINDOWS_1252
from tests.unit.harvester.fakes import (
    Script,
    arguments,
    bomb,
    deleted,
    error,
    identify,
    page,
    record,
    serve,
)

CONFIG = """
[server]
domain = "nlv.example.vn"
[store]
url = "sqlite:///{folder}/interop.db"
[index]
engine = "memory"
[[library]]
code = "VN-QTI"
name = "Thư viện tỉnh Quảng Trị"
[[library]]
code = "VN-HUE"
name = "Thư viện Huế"
[[source]]
id = "qti"
library = "VN-QTI"
url = "{url}"
prefix = "oai_dc"
[[source]]
id = "hue"
library = "VN-HUE"
url = "{other}"
prefix = "oai_dc"
"""
START = 1_741_064_767.0


@dataclass
class Time:
    now: float = START

    def __call__(self) -> float:
        return self.now


@dataclass
class Bench:
    """A node with a store in a folder, and one source that answers from scripts."""

    folder: Path
    catalogue: Catalogue
    time: Time = field(default_factory=Time)
    waited: list[float] = field(default_factory=list)

    source = Source("qti", "VN-QTI", "oai-pmh", "http://h/oai", prefix="oai_dc")

    def harvest(self, *plays, transport=None, full=False, dry=False, limits=None) -> Result:
        self.script = transport or Script([identify(), *plays])
        worker = Worker(
            self.source,
            "vn-qti",
            self.catalogue,
            PROTOCOLS["oai-pmh"],
            self.script,
            Archive(self.folder / "archive", "qti"),
            Silent(),
            self.time,
            full=full,
            dry=dry,
            limits=limits or Limits(),
        )
        work = worker.work()
        while True:
            try:
                until = next(work)
            except StopIteration as end:
                self.time.now += 3600
                return end.value
            if until > self.time.now:
                self.waited.append(until - self.time.now)
                self.time.now = until

    def state(self) -> state.SourceState:
        return state.load(self.catalogue.store.state("harvest:qti"))

    def records(self) -> dict[str, Stored]:
        listed = self.catalogue.store.list("vn-qti", limit=1000).records
        return {stored.id.local: stored for stored in listed}

    def live(self) -> set[str]:
        return {local for local, stored in self.records().items() if not stored.deleted}


@pytest.fixture
def bench(tmp_path):
    text = CONFIG.format(folder=tmp_path, url="http://h/oai", other="http://h/oai")
    (tmp_path / "interop.toml").write_text(text)
    config = load(tmp_path / "interop.toml", {})
    clock = Time()
    store = Store(config.store.url, lambda: int(clock.now))
    yield Bench(tmp_path, Catalogue(config, store), clock)
    store.dispose()


def adds_up(result: Result) -> bool:
    c = result.counts
    return c.seen == (c.added + c.changed + c.unchanged + c.deleted + c.duplicates + c.quarantined)


def many(first, last):
    return [record(f"r{n}", f"Sách {n}") for n in range(first, last)]


# what goes well


def test_two_pages_then_only_changes(bench):
    result = bench.harvest(page(many(0, 3), "t"), page(many(3, 5)))
    assert (result.outcome, result.counts.added, result.counts.seen) == ("complete", 5, 5)
    assert bench.live() == {f"r{n}" for n in range(5)}
    assert bench.state().cursor == "2025-03-04T05:06:06Z"
    before = bench.catalogue.store.last_seq()

    again = bench.harvest(page([*many(3, 5), record("r5", "mới")]))
    assert bench.script.asked[1]["from"] == "2025-03-04T05:06:06Z"
    assert "until" not in bench.script.asked[1]
    assert (again.counts.unchanged, again.counts.added) == (2, 1)
    assert {n for n in bench.records() if bench.records()[n].seq > before} == {"r5"}


def test_the_same_list_twice_changes_nothing(bench):
    bench.harvest(page(many(0, 3)))
    before = (bench.catalogue.store.last_seq(), bench.records())
    result = bench.harvest(page(many(0, 3)), full=True)
    assert result.counts.unchanged == 3
    assert (bench.catalogue.store.last_seq(), bench.records()) == before


def test_received_bytes_are_kept(bench):
    first, second = page(many(0, 2), "t"), page(many(2, 3))
    bench.harvest(first, second)
    kept = sorted((bench.folder / "archive" / "qti").rglob("*.xml.gz"))
    assert [gzip.decompress(path.read_bytes()) for path in kept] == [first, second]
    raw = bench.catalogue.store.raw(bench.records()["r0"].rid)
    assert raw is not None and raw[1] == "oai_dc"
    assert raw[0].startswith(b"<oai_dc:dc ")
    assert raw[0].endswith("<dc:title>Sách 0</dc:title></oai_dc:dc>".encode())


def test_deletion_and_return(bench):
    bench.harvest(page(many(0, 5)))
    result = bench.harvest(page([deleted("r1"), deleted("unknown")]))
    assert (result.counts.deleted, result.counts.unchanged) == (1, 1)
    assert adds_up(result)
    assert bench.live() == {"r0", "r2", "r3", "r4"}
    assert bench.harvest(page([deleted("r1")])).counts.unchanged == 1
    bench.harvest(page([record("r1", "Sách 1")]))
    assert "r1" in bench.live()


def test_duplicate_ids_the_last_datestamp_wins(bench):
    result = bench.harvest(
        page([record("a", "mới", "2025-02-02"), record("a", "cũ", "2025-01-01"), record("b")])
    )
    assert (result.counts.duplicates, result.counts.added) == (1, 2)
    assert adds_up(result)
    raw = bench.catalogue.store.raw(bench.records()["a"].rid)
    assert raw is not None and "mới".encode() in raw[0]


def test_dry_run_counts_and_writes_nothing(bench):
    bench.harvest(page(many(0, 4)))
    before = (bench.state(), bench.records(), sorted(bench.folder.rglob("*.gz")))
    result = bench.harvest(
        page([*many(0, 1), record("r1", "khác"), record("x"), deleted("r2")]), dry=True
    )
    c = result.counts
    assert (c.unchanged, c.changed, c.added, c.deleted) == (1, 1, 1, 1)
    assert (bench.state(), bench.records(), sorted(bench.folder.rglob("*.gz"))) == before


def test_another_format_starts_anew(bench):
    bench.harvest(page(many(0, 2)))
    bench.source = Source("qti", "VN-QTI", "oai-pmh", "http://new/oai", prefix="oai_dc")
    bench.harvest(page(many(0, 2)))
    assert "from" not in bench.script.asked[1]


# single records


def test_bad_records_are_quarantined_and_the_run_goes_on(bench):
    result = bench.harvest(
        page(
            [
                record("a"),
                "<record><metadata><x/></metadata></record>",
                "<record><header><identifier>n</identifier></header></record>",
                re.sub("(?s)(<oai_dc:dc[^>]*>).*(</oai_dc:dc>)", r"\1<x/>\2", record("b")),
                record("c"),
            ]
        )
    )
    assert result.outcome == "complete"
    assert (result.counts.added, result.counts.quarantined) == (2, 3)
    assert adds_up(result)
    kept = bench.catalogue.store.quarantined("vn-qti")
    assert [q.position for q in kept] == [2, 3, 4]
    assert all(q.raw and q.reason and q.source == "qti" for q in kept)
    told = [note for note in result.notes if "quarantined" in note]
    assert told == [f"record {q.position} is quarantined: {q.reason}" for q in kept]


def test_of_many_quarantined_records_ten_are_told(bench):
    bad = "<record><header><identifier>n{}</identifier></header></record>"
    first, second = [bad.format(n) for n in range(7)], [bad.format(n) for n in range(7, 14)]
    result = bench.harvest(page([record("a"), *first], "t"), page([record("b"), *second]))
    assert result.counts.quarantined == 14
    assert sum("quarantined" in note for note in result.notes) == 10


def test_repairs_are_counted_and_flagged(bench):
    result = bench.harvest(page([record("a", "x\x03y"), record("b")]))
    assert (result.outcome, result.counts.repaired) == ("complete", 1)
    rid = bench.records()["a"].rid
    assert bench.catalogue.store.warnings(rid)
    assert not bench.catalogue.store.warnings(bench.records()["b"].rid)


def test_what_a_page_taught_of_encodings_serves_a_record_that_comes_alone(bench):
    """TCVN3 that the server took for windows-1252: told by a page, remembered between runs."""

    def broken(text):
        return "".join(WINDOWS_1252[byte] for byte in ENCODINGS["tcvn3"].encode(text))

    titles = ["Lịch sử Việt Nam từ khởi thủy", "Truyện Kiều và văn học trung đại"] * 10
    first = [record(f"t{n}", broken(title)) for n, title in enumerate(titles)]
    assert bench.harvest(page(first)).outcome == "complete"
    assert bench.state().encodings == ("tcvn3 misread",)
    assert bench.harvest(page([record("one", broken("Văn học"))])).outcome == "complete"
    (alone,) = bench.catalogue.store.find([bench.records()["one"].id])
    assert "Văn học".encode() in alone.marc
    assert bench.state().encodings == ("tcvn3 misread",)


# faults of a page: (what the server answers first, seconds waited), then all is well

GOOD = page(many(0, 2))


@pytest.mark.parametrize(
    ("fault", "waited"),
    [
        (Answer(503, b"", 120.0), [120.0]),
        (Answer(503, b""), [5.0]),
        (Answer(429, b"", 10.0), [10.0]),
        (Answer(500, b""), [2.0]),
        (Answer(504, b"<html/>"), [2.0]),
        (HttpError("reset"), [2.0]),
        (GOOD[: len(GOOD) // 2], [2.0]),
        (b"<html><body>maintenance</body></html>", [2.0]),
        (b"", [2.0]),
        (b'<!DOCTYPE x [<!ENTITY e "x">]>' + GOOD[39:], [2.0]),
    ],
    ids=[
        "503 with Retry-After", "503 without", "429", "500", "504", "reset", "truncated", "html",
        "empty", "dtd",
    ],
)  # fmt: skip
@pytest.mark.parametrize("at", ["identify", "list"])
def test_a_passing_fault_costs_a_wait(bench, fault, waited, at):
    plays = [identify(), fault, GOOD] if at == "list" else [fault, identify(), GOOD]
    result = bench.harvest(transport=Script(plays))
    assert (result.outcome, result.counts.added) == ("complete", 2)
    assert bench.waited == waited


@pytest.mark.parametrize(
    "fault",
    [Answer(503, b"", 9e9), Answer(500, b""), HttpError("reset"), GOOD[:-9], b"<html/>"],
    ids=["503", "500", "reset", "truncated", "html"],
)
@pytest.mark.parametrize("pages", [0, 1])
def test_a_lasting_fault_ends_bounded(bench, fault, pages):
    bench.harvest(page([record("old")], date="2025-01-01T00:00:00Z"))
    cursor = bench.state().cursor
    result = bench.harvest(*[page(many(0, 2), "t")] * pages, *[fault] * 5)
    assert result.outcome == ("partial" if pages else "failed")
    assert not bench.script.plays
    assert max(bench.waited) <= 3600
    assert bench.state().cursor == cursor
    assert bench.live() == {"old"} | ({"r0", "r1"} if pages else set())
    assert bench.state().last.outcome == result.outcome


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410])
def test_a_refusal_is_not_asked_again(bench, status):
    result = bench.harvest(Answer(status, b"<html>no</html>"))
    assert (result.outcome, bench.waited) == ("failed", [])
    assert str(status) in result.reason


def test_an_invalid_page_leaves_a_sample(bench):
    bench.harvest(*[b"<html>blocked</html>"] * 5)
    assert [p.name for p in (bench.folder / "archive").rglob("*.gz")] == ["00001.refused.gz"]


# tokens and lists


def test_partial_run_goes_on_from_its_token(bench):
    bench.harvest(page(many(0, 2), "t"), *[Answer(500, b"")] * 5)
    result = bench.harvest(transport=Script([page(many(2, 4))]))
    assert bench.script.asked == [{"verb": "ListRecords", "resumptionToken": "t"}]
    assert result.resumed and result.outcome == "complete"
    assert bench.live() == {"r0", "r1", "r2", "r3"}
    assert bench.state().cursor == "2025-03-04T05:06:06Z"


@pytest.mark.parametrize("status", [200, 422])
def test_expired_token_restarts_the_window(bench, status):
    result = bench.harvest(
        page(many(0, 2), "t"),
        Answer(status, error("badResumptionToken", "expired")),
        page(many(0, 2), "u"),
        page(many(2, 3)),
    )
    assert result.outcome == "complete"
    assert (result.counts.added, result.counts.unchanged) == (3, 2)
    assert any("expired" in note for note in result.notes)


def test_token_loop(bench):
    result = bench.harvest(page(many(0, 2), "t"), page(many(2, 4), "t"), page(many(2, 4), "t"))
    assert (result.outcome, bench.state().cursor) == ("partial", None)
    assert bench.live() == {"r0", "r1", "r2", "r3"}


def test_token_cycle(bench):
    a, b = page(many(0, 2), "b"), page(many(2, 4), "a")
    assert bench.harvest(a, b, a).outcome == "partial"


def test_empty_pages(bench):
    plays = [page([], str(n)) for n in range(10)]
    assert bench.harvest(*plays, page(many(0, 1))).outcome == "complete"
    assert bench.harvest(*plays, page([], "x")).outcome == "partial"


def test_list_that_ends_early(bench):
    result = bench.harvest(page(many(0, 2), "t", 500), page(many(2, 4), None, 500))
    assert (result.outcome, bench.state().cursor) == ("partial", None)
    assert "4 of 500" in result.reason


def test_no_records_match(bench):
    assert bench.harvest(error("noRecordsMatch")).outcome == "complete"
    assert bench.harvest(page(many(0, 3))).outcome == "complete"
    held = bench.harvest(error("noRecordsMatch"), full=True)
    assert (held.outcome, len(bench.live())) == ("hold", 3)
    result = bench.harvest(error("noRecordsMatch", date="2026-01-01T00:00:00Z"))
    assert (result.outcome, result.counts.seen) == ("complete", 0)
    assert bench.state().cursor == "2025-12-31T23:59:59Z"


def test_no_records_match_in_the_middle(bench):
    result = bench.harvest(page(many(0, 2), "t"), error("noRecordsMatch"))
    assert (result.outcome, bench.state().cursor) == ("partial", None)


def test_mass_deletion_is_held_and_nothing_of_its_page_is_applied(bench):
    bench.harvest(page(many(0, 10)))
    cursor = bench.state().cursor
    result = bench.harvest(
        page([deleted(f"r{n}") for n in range(4)], "t"),
        page([record("new"), *(deleted(f"r{n}") for n in range(4, 8))]),
    )
    assert result.outcome == "hold"
    assert bench.live() == {f"r{n}" for n in range(4, 10)}
    assert bench.state().cursor == cursor


def test_a_mass_deletion_does_not_pass_in_instalments(bench):
    """The same list again and again: what was taken before the hold counts on."""
    bench.harvest(page(many(0, 10)))
    pages = [page([deleted(f"r{n}") for n in range(p, p + 2)], f"t{p}") for p in range(0, 8, 2)]
    for _ in range(4):
        assert bench.harvest(*pages).outcome == "hold"
    assert bench.live() == {f"r{n}" for n in range(4, 10)}
    assert bench.harvest(page([record("r9", "khác")])).outcome == "complete"
    assert bench.state().deletions == 0


def test_a_record_deleted_and_sent_again_in_one_page_is_no_deletion(bench):
    bench.harvest(page(many(0, 1)))
    result = bench.harvest(page([deleted("r0", "2025-01-02"), record("r0", "Khác", "2025-01-03")]))
    assert (result.counts.deleted, result.counts.changed, result.counts.duplicates) == (0, 1, 1)
    assert result.counts.unchanged == 0
    assert bench.live() == {"r0"}


def test_tombstones_of_records_never_seen_are_no_mass_deletion(bench):
    result = bench.harvest(page([record("a"), *(deleted(f"d{n}") for n in range(600))]))
    assert (result.outcome, result.counts.added, result.counts.unchanged) == ("complete", 1, 600)


@pytest.mark.parametrize("code", ["cannotDisseminateFormat", "noSetHierarchy", "badVerb"])
def test_configuration_that_the_server_refuses(bench, code):
    result = bench.harvest(error(code, "không có"))
    assert (result.outcome, result.reason) == ("failed", f"{code}: không có")


def test_format_nobody_reads(bench):
    bench.source = Source("qti", "VN-QTI", "oai-pmh", "http://h/oai", prefix="lom")
    lom = record("a").replace("oai_dc", "lom").replace("openarchives.org/OAI/2.0/lom", "x/lom")
    result = bench.harvest(page([lom]))
    assert (result.outcome, bench.live()) == ("failed", set())
    assert "lom" in result.reason


# over a real connection


def over_http(bench, play):
    """Harvest from a server on loopback through the real client."""
    with serve(play) as base:
        bench.source = Source("qti", "VN-QTI", "oai-pmh", base, prefix="oai_dc")
        client = Client(base, "x@example.org")
        try:
            return bench.harvest(transport=client)
        finally:
            client.close()


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (lambda h: h.reply(bomb(40_000_000), Content_Encoding="gzip"), "bomb"),
        (lambda h: h.reply(b"", 302, Location="http://127.0.0.1:1/oai"), "private address"),
        (lambda h: h.reply(b"", 302, Location="http://169.254.169.254/"), "private address"),
        (lambda h: h.reply(b"", 302, Location="file:///etc/passwd"), "file"),
        (lambda h: h.reply(b"", 302, Location=h.path), "redirects"),
    ],
    ids=["bomb", "loopback", "link-local", "file", "loop"],
)
def test_attacks_end_the_run_and_touch_nothing(bench, answer, reason):
    def play(handler):
        if "Identify" in handler.path:
            handler.reply(identify())
        else:
            answer(handler)

    result = over_http(bench, play)
    assert (result.outcome, bench.live()) == ("failed", set())
    assert reason in result.reason


def test_external_entity_never_reaches_a_record(bench, tmp_path):
    secret = tmp_path / "secret.txt"
    secret.write_text("hunter2")
    attack = f'<!DOCTYPE x [<!ENTITY f SYSTEM "{secret.as_uri()}">]>'.encode()
    result = bench.harvest(*[attack + page([record("a", "&f;")])[39:]] * 5)
    assert (result.outcome, bench.live()) == ("failed", set())


# the command, killed and started again


class Provider:
    """Four pages of three records; ``kill`` names the token at whose request the harvester dies."""

    def __init__(self, kill=None):
        self.kill = kill
        self.process = None
        self.asked = []

    def __call__(self, handler):
        asked = arguments(handler.path)
        self.asked.append(asked)
        token = asked.get("resumptionToken")
        if token is not None and token == self.kill:
            self.kill = None
            os.kill(self.process.pid, signal.SIGKILL)
            self.process.wait()
            return
        if asked["verb"] == "Identify":
            handler.reply(identify())
            return
        n = int(token or 0)
        records = [record(f"r{i}", f"Sách {i}") for i in range(3 * n, 3 * n + 3)]
        handler.reply(page(records, str(n + 1) if n < 3 else None, 12))


def command(folder, *arguments):
    code = "from harvester.commands import harvest; harvest()"
    return [sys.executable, "-c", code, "--config", str(folder / "interop.toml"), *arguments]


def contents(folder):
    config = load(folder / "interop.toml", {})
    store = Store(config.store.url, lambda: 0)
    try:
        pages = {name: store.list(name, limit=100).records for name in ("vn-qti", "union")}
        last = state.load(store.state("harvest:qti"))
        return (
            {name: [(r.rid, r.id, r.seq, r.deleted, r.sets) for r in page] for name, page in
             pages.items()},
            last.cursor,
        )  # fmt: skip
    finally:
        store.dispose()


def write_config(folder, url, other):
    folder.mkdir(exist_ok=True)
    (folder / "interop.toml").write_text(CONFIG.format(folder=folder, url=url, other=other))


@pytest.mark.slow
@pytest.mark.parametrize("token", ["1", "2", "3"])
def test_killed_between_pages_goes_on_where_it_stopped(tmp_path, token):
    provider = Provider(kill=token)
    with serve(provider) as base:
        write_config(tmp_path / "killed", base, base)
        provider.process = subprocess.Popen(command(tmp_path / "killed", "qti"))
        assert provider.process.wait() == -signal.SIGKILL
        provider.asked.clear()
        done = subprocess.run(
            command(tmp_path / "killed", "qti", "--json"), capture_output=True, check=True
        )
        result = json.loads(done.stdout)["sources"][0]
        assert result["resumed"] is True
        assert result["counts"]["seen"] == 12 - 3 * int(token)
        assert provider.asked[0] == {"verb": "ListRecords", "resumptionToken": token}

        write_config(tmp_path / "whole", base, base)
        subprocess.run(command(tmp_path / "whole", "qti", "--quiet"), check=True)
    assert contents(tmp_path / "killed") == contents(tmp_path / "whole")
    assert contents(tmp_path / "whole")[1] == "2025-03-04T05:06:06Z"


@pytest.mark.slow
def test_one_failing_source_does_not_stop_the_other(tmp_path):
    with serve(Provider()) as base, serve(lambda h: h.reply(b"", 404)) as broken:
        write_config(tmp_path, broken, base)
        done = subprocess.run(command(tmp_path, "--json"), capture_output=True, check=False)
    assert done.returncode == 1
    results = {r["source"]: r for r in json.loads(done.stdout)["sources"]}
    assert results["qti"]["outcome"] == "failed"
    assert (results["hue"]["outcome"], results["hue"]["counts"]["added"]) == ("complete", 12)
    assert b"Traceback" not in done.stderr
