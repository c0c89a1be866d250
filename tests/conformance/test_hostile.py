"""Malformed requests by the hundred against one running server: no traceback, no status 500, XML
that is XML, and the same processes alive at the end.
"""

import random
import re
import socket
import threading
import time
from contextlib import suppress
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from lxml import etree

from interop.z3950 import apdu
from tests.conformance.origin import INIT, Origin, hits, search
from tests.conformance.test_serve import record, workers
from tests.processes import config_text, free_ports, get, interop, running, wait_ready
from tests.unit.z3950.captures import EVERY_MESSAGE
from tests.unit.z3950.samples import APDUS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

HOSTILE = settings(
    max_examples=150,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
WORKERS = 2


class Target:
    """The server under fire: ``http`` and ``z3950`` are its ports."""

    def __init__(self, port: int) -> None:
        self.http, self.z3950 = port, port + 1
        self.base = f"http://127.0.0.1:{port}"

    def send(self, octets: bytes) -> "Answer":
        """Octets to the HTTP port; what came back until the server hung up."""
        received = b""
        with socket.create_connection(("127.0.0.1", self.http), timeout=30) as connection:
            try:
                connection.sendall(octets)
                with suppress(OSError):  # not connected any more
                    connection.shutdown(socket.SHUT_WR)
                while data := connection.recv(1 << 16):
                    received += data
            except ConnectionError:  # hung up before it had read all: its right
                pass
        return Answer(received)

    def get(self, target: bytes, *headers: bytes, method: bytes = b"GET") -> "Answer":
        lines = [method + b" " + target + b" HTTP/1.1", b"Host: x", b"Connection: close", *headers]
        return self.send(b"\r\n".join([*lines, b"", b""]))

    def post(self, path: bytes, body: bytes, *headers: bytes) -> "Answer":
        lines = [
            b"POST " + path + b" HTTP/1.1",
            b"Host: x",
            b"Connection: close",
            *(headers or [b"Content-Type: application/x-www-form-urlencoded"]),
            b"Content-Length: %d" % len(body),
        ]
        return self.send(b"\r\n".join([*lines, b"", body]))


class Answer:
    """``status``: 0 when the server hung up without a word."""

    def __init__(self, octets: bytes) -> None:
        self.octets = octets
        head, _, self.body = octets.partition(b"\r\n\r\n")
        match = re.match(rb"HTTP/1\.[01] (\d{3}) ", head)
        assert match or not octets, octets[:200]
        self.status = int(match[1]) if match else 0
        self.head = head.lower()
        if b"transfer-encoding: chunked" in self.head:
            self.body = b"".join(re.findall(rb"(?s)[0-9a-fA-F]+\r\n(.*?)\r\n", self.body))

    def check(self, *, protocol: bool = True) -> None:
        """``protocol``: of OAI-PMH or SRU, where a failure of ours has no excuse."""
        assert b"Traceback" not in self.octets and b'File "' not in self.octets
        assert b"incident" not in self.body, self.body
        if protocol:
            assert self.status < 500, self.octets[:500]
        if b"content-type: text/xml" in self.head and self.body:
            etree.fromstring(self.body)


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    port = free_ports(2)
    config = folder / "interop.toml"
    config.write_text(config_text(port, folder, workers=WORKERS), encoding="utf-8")
    file = folder / "some.mrc"
    file.write_bytes(b"".join(record(n, f"Truyện Kiều bản {n}") for n in range(30)))
    done = interop("load", file, "--library", "VN-A", "--config", config)
    assert done.returncode == 0, done.stderr
    with running("serve", "--config", config) as server:
        target = Target(port)
        wait_ready(target.base)
        before = workers(server, WORKERS)
        yield target
        # After everything in this module: nothing has crashed, and questions are answered.
        assert workers(server, WORKERS) == before
        assert hits(target.z3950, "vn-a", "kiều") == 30
        found = get(f"{target.base}/sru?version=1.2&operation=searchRetrieve&query=kieu")
        assert b"numberOfRecords>30<" in found
        assert b"<Identify>" in get(f"{target.base}/oai?verb=Identify")
        assert server.stop() == 0
        assert not any("Traceback" in line for line in server.lines), "\n".join(server.lines)


# HTTP: paths and queries

PATHS = [
    b"/oai/%ff",
    b"/oai/%00",
    b"/oai/..%2f..%2fetc/passwd",
    b"/oai/../../etc/passwd",
    b"/oai/" + b"a" * 7000,
    b"/oai//",
    b"/oai/union/",
    b"/oai/%e2%80%ae",
    b"/oai?",
    b"/oai?&&&&",
    b"/oai?verb",
    b"/oai?verb=%ff",
    b"/oai?verb=Identify&verb=Identify",
    b"/oai?verb=Identify%00",
    b"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=%00",
    b"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:test.example.vn:vn-a/%FF",
    b"/oai?verb=GetRecord&metadataPrefix=oai_dc&identifier=oai:test.example.vn:vn-a/%ED%A0%80",
    b"/oai?verb=ListRecords&metadataPrefix=oai_dc&from=9999-99-99",
    b"/oai?verb=ListRecords&metadataPrefix=oai_dc&from=0000-00-00",
    b"/oai?verb=ListRecords&metadataPrefix=oai_dc&from=99999-01-01T00:00:00Z",
    b"/oai?verb=ListRecords&metadataPrefix=oai_dc&until=0001-01-01",
    b"/oai?verb=ListRecords&metadataPrefix=oai_dc&from=0001-01-01&until=9999-12-31",
    b"/oai?verb=ListRecords&metadataPrefix=oai_dc&set=" + b":" * 300,
    b"/oai?verb=ListRecords&metadataPrefix=oai_dc&set=%00",
    b"/oai?verb=ListRecords&metadataPrefix=" + b"x" * 5000,
    b"/oai?verb=ListRecords&resumptionToken=%00%ff",
    b"/oai?verb=ListRecords&resumptionToken=" + b"A" * 6000,
    b"/oai?" + b"a=1&" * 1900,
    b"/oai?" + b"%" * 5000,
    b"/sru/%ff",
    b"/sru/%00",
    b"/sru/a/b/c/d",
    b"/sru/%2e%2e/%2e%2e",
    b"/sru?",
    b"/sru?" + b"&" * 8000,
    b"/sru?operation=searchRetrieve&version=1.2&query=%ff%fe",
    b"/sru?operation=searchRetrieve&version=1.2&query=%00",
    b"/sru?operation=searchRetrieve&version=1.2&query=%ED%A0%80",
    b"/sru?operation=searchRetrieve&version=9.9&query=x",
    b"/sru?operation=%00&version=1.2",
    b"/sru?operation=searchRetrieve&version=1.2&query=kieu&recordSchema=%ff",
    b"/sru?operation=searchRetrieve&version=1.2&query=kieu&recordSchema=" + b"x" * 7000,
    b"/sru?operation=searchRetrieve&version=1.2&query=kieu&recordPacking=neither",
    b"/sru?operation=searchRetrieve&version=1.2&query=kieu&stylesheet=%22%3E%3Cscript%3E",
    b"/sru?operation=searchRetrieve&version=1.2&query=kieu&stylesheet=%00",
    b"/sru?operation=searchRetrieve&version=2.0&query=kieu&httpAccept=%ff",
    b"/sru?operation=scan&version=1.2&scanClause=%ff",
    b"/sru?operation=explain&version=" + b"1" * 1000,
    *(
        b"/sru?operation=searchRetrieve&version=1.2&query=kieu&%s=%s" % (name, value)
        for name in (b"startRecord", b"maximumRecords", b"resultSetTTL", b"recordXPath")
        for value in (b"0", b"-1", b"x", b"", b"9" * 30, b"1.5", b"%00", "٣".encode(), b"1e3")
    ),
]


@pytest.mark.parametrize("path", PATHS, ids=lambda path: repr(path[:60]))
def test_paths_and_queries(target, path):
    answer = target.get(path)
    assert answer.status
    answer.check()


@pytest.mark.parametrize(
    "path", [b"/%ff", b"/%00", b"/../../etc/passwd", b"//", b"*", b"http://x/", b"/?lang=%00%ff"]
)
def test_pages(target, path):
    target.get(path).check(protocol=False)


METHODS = b"HEAD POST PUT DELETE PATCH OPTIONS TRACE CONNECT PROPFIND get G\x00T".split()


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize(
    "path", [b"/", b"/oai", b"/oai?verb=Identify", b"/sru", b"/sru/vn-a?query=x"]
)
def test_methods(target, method, path):
    answer = target.get(path, method=method)
    answer.check(protocol=path != b"/")
    assert answer.status


BODIES = [
    b"",
    b"\xff\xfe\xfd",
    b"verb=%",
    b"verb=Identify\x00",
    b"verb=\xff",
    b"=" * 60_000,
    b"&" * 60_000,
    b"query=\xc3\x28&version=1.2&operation=searchRetrieve",
    b"x" * 200_000,
    b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
]


@pytest.mark.parametrize("body", BODIES, ids=lambda body: repr(body[:30]))
@pytest.mark.parametrize("path", [b"/oai", b"/sru", b"/oai/vn-a", b"/sru/nowhere"])
def test_bodies(target, path, body):
    target.post(path, body).check()
    target.post(path, body, b"Content-Type: text/xml; charset=\xff").check()


@pytest.mark.parametrize(
    "head",
    [
        b"Content-Length: -1",
        b"Content-Length: x",
        b"Content-Length: 99999999999999999999",
        b"Content-Length: 5\r\nContent-Length: 6",
        b"Content-Length: 10",  # and nothing comes
        b"Transfer-Encoding: chunked",
        b"Transfer-Encoding: chunked\r\n\r\nZZ\r\n",
        b"Transfer-Encoding: chunked\r\n\r\n-5\r\nverb\r\n0\r\n",
        b"Transfer-Encoding: \x00",
        b"Content-Type: application/x-www-form-urlencoded; charset=nonsense\r\nContent-Length: 0",
        b"Accept-Encoding: gzip;q=x, *;q=\xff\r\nContent-Length: 0",
        b"Accept-Language: \xff;q=9,vi;q=-\r\nContent-Length: 0",
        b"Expect: the worst\r\nContent-Length: 0",
        b"X: " + b"y" * 20_000,
        b"\r\n".join(b"X-%d: y" % n for n in range(500)),
        b"no colon at all",
        b": no name",
    ],
    ids=lambda head: repr(head[:40]),
)
@pytest.mark.parametrize("path", [b"/oai", b"/sru", b"/"])
def test_headers(target, path, head):
    octets = b"POST %s HTTP/1.1\r\nHost: x\r\nConnection: close\r\n%s\r\n\r\n" % (path, head)
    target.send(octets).check(protocol=path != b"/")


@given(st.binary(max_size=200))
@example(b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03")  # a TLS greeting
@example(apdu.encode(INIT))
@example(b"GET /oai\r\n")
@example(b"GET /oai HTTP/9.9\r\n\r\n")
@settings(HOSTILE, max_examples=50)
def test_what_is_no_http_at_all(target, octets):
    target.send(octets + b"\r\n\r\n").check(protocol=False)


@given(st.binary(max_size=300), st.sampled_from([b"/oai?", b"/sru?", b"/oai/", b"/sru/"]))
@HOSTILE
def test_any_bytes_percent_encoded(target, octets, prefix):
    target.get(prefix + quote(octets, safe="&=").encode()).check()


ARGUMENTS = st.dictionaries(
    st.sampled_from("verb metadataPrefix identifier set from until resumptionToken extra".split()),
    st.sampled_from(
        "Identify ListRecords ListIdentifiers ListSets ListMetadataFormats GetRecord oai_dc marcxml"
        " oai:test.example.vn:vn-a/1 library:VN-A 2020-01-01 2030-01-01T00:00:00Z".split()
    )
    | st.text(max_size=12),
)


@given(ARGUMENTS)
@HOSTILE
def test_oai_arguments_in_any_combination(target, arguments):
    query = "&".join(
        f"{name}={quote(value, errors='replace')}" for name, value in arguments.items()
    )
    answer = target.get(b"/oai?" + query.encode())
    answer.check()
    assert answer.status == 200 and b"<OAI-PMH" in answer.body


# SRU: queries

QUERIES = [
    "(" * 3000,
    "(" * 3000 + "kieu" + ")" * 3000,
    " or ".join(f"t{n}" for n in range(1000)),
    " and ".join(["kieu"] * 1000),
    " not ".join(["kieu"] * 300),
    "not " * 500 + "x",
    "dc.title = *",
    "dc.title = **",
    "*",
    "?",
    "a*",
    '"' + "*a" * 200 + '"',
    "dc.title = " + "?" * 500,
    "dc.title = " + "a" * 20_000,
    '"' + "từ " * 10_000 + '"',
    "kieu sortBy nothing.known",
    "kieu sortBy dc.title/sort.sideways",
    "kieu sortBy " + "dc.title " * 300,
    "kieu sortBy",
    "nothing.known = x",
    "dc.title nearby x",
    "dc.title within 3",
    "dc.date within 3",
    'dc.date within "9999999999999999999999 x"',
    "dc.date > 99999999999999999999999999",
    "kieu prox/distance<99999999999/unit=parsec truyen",
    '>dc="info:x" ' * 200 + "dc.title = x",
    "dc.title =/" + "/".join(["stem"] * 300) + " x",
    'cql.resultSetId = "' + "x" * 1000 + '"',
    '"unclosed',
    "'",
    "\\",
    '"\\',
    "a\u0000b",
    "\ud800",
    "\ufffe",
    "a = = b",
    ") or (",
    "and",
    "",
    " ",
    "^",
    '"^"',
    '"^a^b^"',
    'dc.title == ""',
    "dc.title <> kieu",
    "cql.allRecords = 0",
    "cql.serverChoice scr kieu",
    "rec.id = 'x'",
    "\u202e\u200d",
]


@pytest.mark.parametrize("version", ["1.1", "1.2", "2.0"])
@pytest.mark.parametrize("query", QUERIES, ids=lambda query: ascii(query[:40]))
def test_queries(target, query, version):
    text = quote(query.encode("utf-8", "surrogatepass"))
    begin = time.monotonic()
    asked = f"operation=searchRetrieve&version={version}&maximumRecords=1&query={text}"
    answer = target.post(b"/sru/vn-a", asked.encode())
    answer.check()
    assert answer.status == 200
    assert b"numberOfRecords" in answer.body or b"diagnostic" in answer.body
    assert time.monotonic() < begin + 10


WORDS = st.sampled_from(
    '( ) and or not prox = == > < >= <= <> exact any all within / " \\ * ? ^ sortBy dc.title '
    "dc.date bath.isbn cql.allRecords rec.identifier kieu 1 2015 > dc = \u0111\u1ea5t /stem".split()
)


@given(st.lists(WORDS, max_size=15))
@HOSTILE
def test_words_of_cql_in_any_order(target, words):
    text = quote(" ".join(words)).encode()
    answer = target.get(b"/sru?operation=searchRetrieve&version=1.2&query=" + text)
    answer.check()
    assert answer.status == 200


# Z39.50

CORRECT = [message.octets for message in EVERY_MESSAGE if message.sender == "origin"]
CORRECT += [apdu.encode(each) for each in APDUS]
assert len(CORRECT) > 40


def replies(target: Target, *octets: bytes) -> list[apdu.Apdu]:
    """All answers to octets sent at once, until the target hangs up."""
    answers = []
    with Origin(target.z3950) as origin:
        try:
            for part in octets:
                origin.send(part)
            origin.finish()
            while (answer := origin.receive()) is not None:
                answers.append(answer)
        except ConnectionError:  # hung up before it had read all
            pass
    return answers


def mutated(octets: bytes, seed: int) -> bytes:
    """The octets with one to three faults: flipped, lost, doubled, inserted, cut off."""
    chance = random.Random(seed)
    data = bytearray(octets)
    for _ in range(chance.randint(1, 3)):
        place = chance.randrange(len(data) or 1)
        match chance.randrange(6):
            case 0:
                data[place : place + 1] = bytes([chance.randrange(256)])
            case 1:
                del data[place : place + chance.randint(1, 4)]
            case 2:
                data[place:place] = chance.randbytes(chance.randint(1, 4))
            case 3:
                data[place:place] = data[place : place + 20]
            case 4:
                del data[place:]
            case _:
                data[place : place + 1] = bytes([chance.choice((0, 0x7F, 0x80, 0x84, 0xFF))])
    return bytes(data)


def no_traceback(answers: list[apdu.Apdu]) -> None:
    for answer in answers:
        said = apdu.describe(answer)
        assert "Traceback" not in said and 'File "' not in said
        assert "incident" not in said, said


@pytest.mark.parametrize("seed", range(6))
def test_mutated_pdus_after_init(target, seed):
    init = apdu.encode(INIT)
    for number, octets in enumerate(CORRECT):
        answers = replies(target, init, mutated(octets, seed * 1000 + number))
        assert isinstance(answers[0], apdu.InitializeResponse)
        no_traceback(answers)


@pytest.mark.parametrize("seed", range(3))
def test_mutated_pdus_before_init(target, seed):
    for number, octets in enumerate(CORRECT):
        no_traceback(replies(target, mutated(octets, seed * 7777 + number)))


def test_every_pdu_twice_after_init_and_out_of_order(target):
    init = apdu.encode(INIT)
    for octets in CORRECT:
        answers = replies(target, init, octets, octets, init)
        assert isinstance(answers[0], apdu.InitializeResponse)
        no_traceback(answers)


@given(st.binary(min_size=1, max_size=100))
@example(b"GET / HTTP/1.1\r\n\r\n")
@example(b"\x16\x03\x01\x02\x00\x01\x00")
@example(b"\xb4\x84\xff\xff\xff\xff")
@example(b"\xb4\x80" * 2000)
@example(b"\xb4\x89" + b"\xff" * 9)
@settings(HOSTILE, max_examples=100)
def test_any_octets(target, octets):
    no_traceback(replies(target, octets))
    no_traceback(replies(target, apdu.encode(INIT), octets))


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=60)


@given(TEXT, TEXT, st.integers(-(2**40), 2**40))
@HOSTILE
def test_any_text_in_a_search(target, term, database, use):
    asked = search(database or "x", term, use)
    answers = replies(target, apdu.encode(INIT), apdu.encode(asked))
    assert len(answers) == 2, answers
    assert isinstance(answers[1], apdu.SearchResponse | apdu.Close)
    no_traceback(answers)


def test_many_silent_connections_hold_up_nobody(target):
    silent = [socket.create_connection(("127.0.0.1", target.z3950)) for _ in range(100)]
    silent += [socket.create_connection(("127.0.0.1", target.http)) for _ in range(20)]
    try:
        assert hits(target.z3950, "vn-a", "kiều") == 30
        assert b"ok" in get(f"{target.base}/health/live")
    finally:
        for connection in silent:
            connection.close()


def test_octet_by_octet(target):
    with Origin(target.z3950) as origin:
        for octet in apdu.encode(INIT):
            origin.send(bytes((octet,)))
        assert origin.receive().result


def test_clients_that_hang_up_in_the_middle(target):
    init, asked = apdu.encode(INIT), apdu.encode(search("vn-a", "kiều"))
    ended = []

    def hang_up(number: int) -> None:
        with Origin(target.z3950) as origin:
            origin.send(init + asked[: number * len(asked) // 40])
        with socket.create_connection(("127.0.0.1", target.http)) as connection:
            connection.sendall(
                b"GET /oai?verb=ListRecords&metadataPrefix=oai_dc HTTP/1.1\r\n"[:number]
            )
        ended.append(number)

    threads = [threading.Thread(target=hang_up, args=(number,)) for number in range(40)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(ended) == 40
    assert hits(target.z3950, "vn-a", "kiều") == 30
