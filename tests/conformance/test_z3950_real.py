"""The Z39.50 target on a real node: many associations at once, while records come and go.

What the target answers is held against what the catalogue itself says.
"""

import logging
import re
import resource
import socket
import subprocess
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from itertools import count
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from interop.config import load
from interop.demo.records import LIBRARIES
from interop.diagnostics import Diagnostic
from interop.index.follower import audit
from interop.marc.iso2709 import decode, encode
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.model.record import Incoming
from interop.node import Node, open_node
from interop.query import pqf, rpn
from interop.query.rpn import BIB1, Attribute, Operand, Operation, ResultSetOperand, RpnQuery
from interop.z3950 import apdu
from interop.z3950.apdu import PresentResponse, PresentStatus, SearchResponse
from interop.z3950.association import Limits
from interop.z3950.common import External
from interop.z3950.server import Listener
from interop.z3950.target import Target
from tests.conformance.ask import z3950_count
from tests.conformance.origin import INIT, Origin
from tests.processes import config_text, free_ports, running

pytestmark = [pytest.mark.slow, pytest.mark.timeout(300)]

RECORDS = 2000  # of the real ones
CLIENTS = 64
PAGE = 20  # records on a page of Koha
XML = "1.2.840.10003.5.109.10"
DELETED, OUT_OF_RANGE = 1028, 13  # Bib-1
LIMIT = 60.0  # seconds that a test waits for others


# the node


@pytest.fixture(scope="module")
def node(request, tmp_path_factory) -> Iterator[Node]:
    """Databases ``loc`` (real records, or the demo's), ``hue`` and ``extra`` (empty)."""
    folder = tmp_path_factory.mktemp("node")
    config = folder / "interop.toml"
    libraries = "".join(
        f'[[library]]\ncode = "{code}"\nname = "{code}"\n' for code in ("LOC", "HUE", "EXTRA")
    )
    config.write_text(config_text(free_ports(2), folder, extra=libraries), encoding="utf-8")
    opened = open_node(load(config, environ={}))
    hue, *others = (library.records() for library in LIBRARIES)
    try:
        corpus = request.getfixturevalue("corpus")
    except pytest.skip.Exception:
        real = [encode(record) for records in others for record in records]
    else:
        real = _first(corpus / "loc_demo" / "loc_demo.mrc", RECORDS)
    _take(opened, "loc", real)
    _take(opened, "hue", [encode(record) for record in hue])
    assert opened.follow()
    assert list(audit(opened.store, opened.index)) == []
    yield opened
    opened.close()


def _first(file: Path, wanted: int) -> list[bytes]:
    raw = file.read_bytes().split(b"\x1d", wanted)[:wanted]
    return [encode(decode(data + b"\x1d")) for data in raw]


def _take(node: Node, database: str, records: Sequence[bytes]) -> None:
    incoming = [Incoming(decode(data).control("001").strip(), data, data) for data in records]
    for start in range(0, len(incoming), 500):
        node.catalogue.ingest(database, incoming[start : start + 500])


@pytest.fixture(scope="module")
def words(node) -> list[str]:
    """Words of titles and authors."""
    page = node.store.list("loc", limit=300)
    found: set[str] = set()
    for stored in node.store.get([record.rid for record in page.records]):
        for field in decode(stored.marc).data("100", "245", "650"):
            found.update(re.findall(r"\w{2,}", " ".join(field.values("abcdx"))))
    assert len(found) > 300
    return sorted(found)


@pytest.fixture(scope="module", params=["as it is", "threads alone"])
def port(request, node) -> Iterator[int]:
    """Of a listener as it is served, and of one that sends every operation to many threads."""
    with pytest.MonkeyPatch.context() as patch, socket.create_server(("127.0.0.1", 0)) as sock:
        limits = Limits()
        if request.param == "threads alone":
            patch.setattr(Target, "is_quick", lambda self, asked: False)
            limits = Limits(workers=16)
        listener = Listener(node.catalogue, [sock], limits)
        listener.start()
        yield sock.getsockname()[1]
        listener.stop(timeout=5)


@pytest.fixture(autouse=True)
def faults() -> Iterator[None]:
    """No test may leave a warning of the server behind: an incident, a query that went wrong."""
    told: list[str] = []

    class Collector(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            told.append(self.format(record))

    collector = Collector(logging.WARNING)
    loggers = [logging.getLogger(name) for name in ("interop", "asyncio")]
    for logger in loggers:
        logger.addHandler(collector)
    yield
    for logger in loggers:
        logger.removeHandler(collector)
    assert told == []


class Writer(threading.Thread):
    """Takes records into ``extra``, changes and deletes them, and follows, until it is told, and
    twice at least.
    """

    def __init__(self, node: Node) -> None:
        super().__init__(daemon=True)
        self._node = node
        self._ended = threading.Event()
        self.rounds = 0
        self.error: Exception | None = None

    def run(self) -> None:
        try:
            for number in count():
                if self._ended.is_set() and self.rounds > 1:
                    return
                fresh = [_extra(f"w{number}-{n}", f"Writer {number} {n}") for n in range(5)]
                _take(self._node, "extra", fresh)
                if number:
                    old = [Incoming(f"w{number - 1}-{n}", None) for n in range(5)]
                    self._node.catalogue.ingest("extra", old)
                assert self._node.follow()
                self.rounds += 1
        except Exception as error:
            self.error = error

    def __enter__(self) -> "Writer":
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self.join(LIMIT)
        assert self.error is None, repr(self.error)
        assert not self.is_alive() and self.rounds > 1


def _extra(number: str, title: str, note: str = "") -> bytes:
    fields = (
        ControlField("001", number),
        DataField("245", "0", "0", (("a", title),)),
        DataField("500", " ", " ", (("a", note),)),
    )
    return encode(MarcRecord("00000nam a2200000 a 4500", fields))


# asking


def search(query: RpnQuery, *databases: str, **elements: object) -> apdu.SearchRequest:
    return apdu.SearchRequest(query=query, database_names=databases or ("loc",), **elements)


def present(start: int, number: int, name: str = "default", **elements: object):
    return apdu.PresentRequest(
        result_set_id=name,
        result_set_start_point=start,
        number_of_records_requested=number,
        **elements,
    )


def word(text: str, use: int = 1016) -> RpnQuery:
    return RpnQuery(BIB1, Operand((Attribute(1, use),), text.encode()))


def octets(answer: SearchResponse | PresentResponse) -> list[bytes | None]:
    """Content of the records; ``None`` for a surrogate diagnostic."""
    records = [item.record for item in answer.response_records]
    return [record.octets if isinstance(record, External) else None for record in records]


@dataclass(frozen=True, slots=True)
class Expected:
    """What the catalogue says: how many records, the first of them; or a diagnostic."""

    total: int = 0
    first: tuple[bytes | None, ...] = ()
    diagnostic: int = 0


def expected(node: Node, query: RpnQuery, databases: Sequence[str], records: int = 10) -> Expected:
    try:
        found = node.catalogue.search(databases, rpn.resolve(query))
    except Diagnostic as diagnostic:
        return Expected(diagnostic=diagnostic.condition.bib1)
    stored = node.catalogue.records(found.page(0, records))
    return Expected(found.total, tuple(record.marc if record else None for record in stored))


def asked(origin: Origin, query: RpnQuery, databases: Sequence[str]) -> Expected:
    """The same by Search and Present of ten."""
    answer = origin.ask(search(query, *databases))
    if not answer.search_status:
        return Expected(diagnostic=answer.non_surrogate_diagnostic.condition)
    total = answer.result_count
    shown = octets(origin.ask(present(1, min(total, 10)))) if total else []
    return Expected(total, tuple(shown))


def at_once(port: int, clients: int, work: Callable[[Origin, int], None]) -> None:
    """``work(origin, number)`` in as many threads, each with an association; all begin together."""
    together = threading.Barrier(clients)

    def one(number: int) -> None:
        with Origin(port) as origin:
            assert origin.ask(INIT).result
            together.wait(LIMIT)
            work(origin, number)

    with ThreadPoolExecutor(clients) as pool:
        list(pool.map(one, range(clients)))


# random queries


def operands(words: Sequence[str]) -> st.SearchStrategy[Operand]:
    """What clients send, and what no client should: any combination of attributes."""

    def attribute(type_: int, *values: int) -> st.SearchStrategy[tuple[Attribute, ...]]:
        return st.sampled_from([(), (), *((Attribute(type_, value),) for value in values)])

    attributes = st.tuples(
        attribute(1, 4, 1003, 21, 1016, 1035, 7, 31, 9999),
        attribute(2, 3, 3, 102, 103, 4),
        attribute(3, 3, 1),
        attribute(4, 1, 2, 6, 105),
        attribute(5, 100, 1, 2, 3),
        attribute(6, 1, 3),
    ).map(lambda groups: tuple(attribute for group in groups for attribute in group))
    term = st.lists(st.sampled_from(words), min_size=1, max_size=2).map(" ".join)
    return st.builds(lambda a, t: Operand(a, t.encode()), attributes, term)


def queries(words: Sequence[str]) -> st.SearchStrategy[RpnQuery]:
    """Trees of operands with and, or, and-not; plain words among them, which do find something."""
    plain = st.sampled_from(words).map(lambda text: Operand((Attribute(1, 1016),), text.encode()))
    leaves = plain | operands(words)
    trees = st.recursive(
        leaves,
        lambda inner: st.builds(Operation, st.sampled_from(["and", "or", "and-not"]), inner, inner),
        max_leaves=5,
    )
    return st.builds(RpnQuery, st.just(BIB1), trees)


DATABASES = [("loc",), ("loc", "hue"), ("hue",)]  # those that the writer leaves alone


def test_random_queries_over_many_associations(node, port, words):
    """Counts and records are the catalogue's, whatever the others ask and a writer does."""
    batches = st.lists(
        st.tuples(queries(words), st.sampled_from(DATABASES)), min_size=CLIENTS, max_size=CLIENTS
    )
    found = 0

    @settings(
        max_examples=6,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(batches)
    def compare(batch):
        nonlocal found
        wanted = [expected(node, query, databases) for query, databases in batch]
        found += sum(item.total for item in wanted)

        def work(origin: Origin, number: int) -> None:
            for place in range(number, number + 4):
                query, databases = batch[place % CLIENTS]
                answer = asked(origin, query, databases)
                assert answer == wanted[place % CLIENTS], (pqf.show(query), databases)

        at_once(port, CLIENTS, work)

    with Writer(node):
        compare()
    assert found > CLIENTS  # the queries were not all in vain


def test_one_record_at_a_time(node, port, words):
    """Koha's page: a Search, then a Present for each record, waiting for each answer."""
    common = _common(node, words, CLIENTS, at_least=PAGE)
    wanted = {text: expected(node, word(text), ["loc"], PAGE) for text in common}

    def work(origin: Origin, number: int) -> None:
        text = common[number % len(common)]
        assert origin.ask(search(word(text))).result_count == wanted[text].total
        shown = [octets(origin.ask(present(n, 1)))[0] for n in range(1, PAGE + 1)]
        assert shown == list(wanted[text].first)

    with Writer(node):
        at_once(port, CLIENTS, work)


def _common(node: Node, words: Sequence[str], limit: int, at_least: int) -> list[str]:
    found = [
        text
        for text in words
        if node.catalogue.search(["loc"], rpn.resolve(word(text))).total >= at_least
    ]
    assert found
    return found[:limit]


def test_named_sets_as_operands(node, port, words):
    """Three sets in each association, joined with one another and with words."""
    common = _common(node, words, 3 * CLIENTS, at_least=5)

    def work(origin: Origin, number: int) -> None:
        a, b, c = (word(common[(3 * number + n) % len(common)]) for n in range(3))
        for name, query in (("a", a), ("b", b)):
            answer = origin.ask(search(query, result_set_name=name))
            assert answer.result_count == expected(node, query, ["loc"]).total
        for operator in ("and", "or", "and-not"):
            both = Operation(operator, ResultSetOperand("a"), ResultSetOperand("b"))
            with_word = Operation(operator, both, c.root)
            for by_name, spelled in (
                (both, Operation(operator, a.root, b.root)),
                (with_word, Operation(operator, Operation(operator, a.root, b.root), c.root)),
            ):
                wanted = expected(node, RpnQuery(BIB1, spelled), ["loc"])
                assert asked(origin, RpnQuery(BIB1, by_name), ["loc"]) == wanted

    with Writer(node):
        at_once(port, 16, work)


def test_result_sets_stay_while_the_union_moves(node, port):
    """A set is what it was when it was made: total, order, the first record and the last."""

    def work(origin: Origin, number: int) -> None:
        for _ in range(5):
            everything = RpnQuery(BIB1, Operand((Attribute(1, 1016), Attribute(2, 103)), b"x"))
            total = origin.ask(search(everything, "union", "extra")).result_count
            assert total >= len(first := octets(origin.ask(present(1, 10))))
            last = origin.ask(present(total, 1))
            assert last.present_status is PresentStatus.SUCCESS
            assert octets(origin.ask(present(1, 10))) == first
            beyond = origin.ask(present(total, 2)).non_surrogate_diagnostic
            assert (beyond.condition, beyond.addinfo) == (OUT_OF_RANGE, str(total + 1))
            again = RpnQuery(BIB1, ResultSetOperand("default"))
            assert origin.ask(search(again, "union", "extra")).result_count == total

    with Writer(node):
        at_once(port, 16, work)


def test_piggyback_bounds(node, port, words):
    """Small sets whole, medium sets in part, large sets by count alone (3.2.2.1.4 to .6)."""
    text = _common(node, words, 1, at_least=4)[0]
    wanted = expected(node, word(text), ["loc"], 100)
    bounds = {
        (0, 1, 0): 0,
        (wanted.total, wanted.total + 1, 0): wanted.total,
        (wanted.total - 1, wanted.total + 1, 3): 3,
        (wanted.total - 1, wanted.total, 3): 0,
        (0, wanted.total + 1, wanted.total + 9): wanted.total,
    }

    def work(origin: Origin, number: int) -> None:
        for (small, large, medium), brought in bounds.items():
            answer = origin.ask(
                search(
                    word(text),
                    small_set_upper_bound=small,
                    large_set_lower_bound=large,
                    medium_set_present_number=medium,
                )
            )
            assert answer.result_count == wanted.total
            assert octets(answer) == list(wanted.first[:brought])

    at_once(port, 16, work)


def test_xml_is_the_stored_rendering(node, port, words):
    """Every schema, of the same records."""
    text = _common(node, words, 1, at_least=10)[0]
    found = node.catalogue.search(["loc"], rpn.resolve(word(text))).page(0, 10)
    stored = [record for record in node.catalogue.records(found) if record]

    def work(origin: Origin, number: int) -> None:
        origin.ask(search(word(text)))
        for schema in ("marcxml", "oai_dc", "mods"):
            asked = present(1, 10, simple=schema, preferred_record_syntax=XML)
            assert octets(origin.ask(asked)) == node.catalogue.render(stored, schema)

    at_once(port, 8, work)


def test_records_deleted_since_the_search(node, port):
    """A surrogate diagnostic in the place of each; the others are where they were."""
    records = [_extra(f"s{n}", f"Title {n}", f"zz{port}") for n in range(30)]
    _take(node, "extra", records)
    assert node.follow()
    query = word(f"zz{port}")
    with Origin(port) as origin:
        origin.ask(INIT)
        _until(lambda: origin.ask(search(query, "extra")).result_count == 30)
        before = octets(origin.ask(present(1, 30)))
        gone = [Incoming(f"s{n}", None) for n in range(0, 30, 3)]
        node.catalogue.ingest("extra", gone)
        assert node.follow()
        after = origin.ask(present(1, 30))
        assert after.present_status is PresentStatus.SUCCESS
        for old, new, item in zip(before, octets(after), after.response_records, strict=True):
            if new is None:
                assert item.record.condition == DELETED
                assert decode(old).control("001") in {record.local for record in gone}
            else:
                assert new == old
        assert octets(after).count(None) == len(gone)
        one = origin.ask(present(octets(after).index(None) + 1, 1))
        assert one.response_records[0].record.condition == DELETED
        kept = RpnQuery(BIB1, ResultSetOperand("default"))
        assert origin.ask(search(kept, "extra", result_set_name="b")).result_count == 30
        _until(lambda: origin.ask(search(query, "extra")).result_count == 30 - len(gone))


def _until(true: Callable[[], bool]) -> None:
    """The index is one look behind the store: a search may see it 0.1 s later."""
    for _ in range(100):
        if true():
            return
        threading.Event().wait(0.05)
    raise AssertionError("not in time")


def test_the_first_operations_of_a_node_just_opened(node, words, monkeypatch):
    """Sixteen threads find nothing open yet: no file, no connection, no reader."""
    text = _common(node, words, 1, at_least=10)[0]
    wanted = expected(node, word(text), ["loc"])
    truncated = Operand((Attribute(1, 1016), Attribute(5, 1)), text[:4].encode())
    more = expected(node, RpnQuery(BIB1, truncated), ["loc"])
    monkeypatch.setattr(Target, "is_quick", lambda self, asked: False)

    def work(origin: Origin, number: int) -> None:
        assert asked(origin, word(text), ["loc"]) == wanted
        assert asked(origin, RpnQuery(BIB1, truncated), ["loc"]) == more

    for _ in range(5):
        fresh = open_node(node.config)
        with socket.create_server(("127.0.0.1", 0)) as sock:
            listener = Listener(fresh.catalogue, [sock], Limits(workers=16))
            listener.start()
            at_once(sock.getsockname()[1], 16, work)
            listener.stop(timeout=5)
        fresh.close()


@pytest.mark.peer
def test_other_peoples_clients_at_once(node, port, words, peer):
    """yaz-client and zoomsh, eight at a time, while records come in."""
    yaz_client, zoomsh = peer("yaz-client"), peer("zoomsh")
    common = [text for text in _common(node, words, 24, at_least=3) if text.isascii()]

    def yaz(text: str) -> int:
        return z3950_count(yaz_client, f"127.0.0.1:{port}", "loc", f"@attr 1=1016 {text}")

    def zoom(text: str) -> int:
        return _zoom(zoomsh, port, text)

    with Writer(node), ThreadPoolExecutor(8) as pool:
        counts = list(pool.map(yaz, common)), list(pool.map(zoom, common))
    wanted = [expected(node, word(text), ["loc"]).total for text in common]
    assert counts == (wanted, wanted)


def _zoom(program: str, port: int, text: str) -> int:
    script = (
        f"set preferredRecordSyntax usmarc\nconnect 127.0.0.1:{port}/loc\n"
        f"search @attr 1=1016 {text}\nshow 0 3\nquit\n"
    )
    done = subprocess.run([program], input=script, capture_output=True, text=True, timeout=60)
    match = re.search(r"(\d+) hits", done.stdout)
    assert match and done.stdout.count("\n001 ") == 3, done.stdout
    return int(match[1])


# many that are silent

IDLE = 2000
MEMORY = 16.0  # kB that an idle association may take


def _private(pid: int) -> int:
    """kB of memory that are this process's alone."""
    text = Path(f"/proc/{pid}/smaps_rollup").read_text()
    return sum(int(kb) for kb in re.findall(r"^Private_\w+: +(\d+) kB", text, re.MULTILINE))


def test_two_thousand_idle_associations(tmp_path):
    """They cost little memory, and one more is answered as ever; from a soft limit of 256."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    if hard != resource.RLIM_INFINITY and hard < IDLE + 600:
        pytest.skip(f"the limit of open files is {hard}")
    first = free_ports(2)
    config = tmp_path / "interop.toml"
    # All come from one address here.
    allowed = f"[z3950]\naddress_associations = {IDLE + 600}\n"
    config.write_text(config_text(first, tmp_path, extra=allowed), encoding="utf-8")
    try:
        resource.setrlimit(resource.RLIMIT_NOFILE, (256, hard))
        with running("serve", "--only", "z3950", "--config", config) as server:
            resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, IDLE + 600), hard))
            server.wait_for("Z39.50")
            _until(lambda: _answers(first + 1))
            pid = server.process.pid
            before = _private(pid)
            origins: list[Origin] = []
            try:
                for _ in range(IDLE):
                    origins.append(Origin(first + 1))
                    assert origins[-1].ask(INIT).result
                each = (_private(pid) - before) / IDLE
                assert 0 < each < MEMORY
                assert _answers(first + 1)
                assert origins[0].ask(search(word("x"), "union")).result_count == 0
            finally:
                for origin in origins:
                    origin.__exit__()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))


def _answers(port: int) -> bool:
    try:
        with Origin(port) as origin:
            return bool(origin.ask(INIT).result)
    except OSError:
        return False
