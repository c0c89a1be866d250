"""Quick questions are answered beside hostile ones, by one process; proved by counting answers, not
by time.
"""

import http.client
import threading
from random import Random
from urllib.parse import quote

import pytest
from lxml import etree

from tests.conformance.origin import hits
from tests.conformance.test_serve import record
from tests.processes import config_text, free_ports, interop, running, wait_ready

pytestmark = [pytest.mark.slow, pytest.mark.timeout(180)]

RECORDS = 3_000
ATTACKERS = 6  # connections that ask hostile questions without end
QUICK = 150

# All letters of the words are here, so that a mask of two letters stands for thousands of words.
LETTERS = "abcdeghiklmnopqrstuvxy"
# As dear as is served: near one another, hundreds of words in both orders at many distances.
HOSTILE = 'any = "a*" prox/distance<=28 any = "b*"'
CROWD = 48  # connections: more than a process has threads
# What is refused before anything is searched.
REFUSED = {
    "a?* prox/distance<=28 (b* prox/distance<=28 c*)": "38",
    "(" * 300 + "a" + ")" * 300: "38",
    " or ".join(f"a{n}" for n in range(300)): "38",
}


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    folder = tmp_path_factory.mktemp("hostile")
    port = free_ports(2)
    config = folder / "interop.toml"
    text = config_text(port, folder, workers=1).replace(
        "workers = 1\n", "workers = 1\nclient_rate = 0\n"
    )
    config.write_text(text, encoding="utf-8")
    random = Random(7)
    words = ["".join(random.choices(LETTERS, k=5)) for _ in range(4_000)]
    file = folder / "some.mrc"
    with file.open("wb") as stream:
        for number in range(RECORDS):
            title = " ".join(random.choices(words, k=40))
            stream.write(record(number, f"{title} hiếm{number}"))
    done = interop("load", file, "--library", "VN-A", "--config", config)
    assert done.returncode == 0, done.stderr
    with running("serve", "--config", config) as server:
        wait_ready(f"http://127.0.0.1:{port}")
        yield port
        assert server.stop() == 0
        assert not any("Traceback" in line for line in server.lines), "\n".join(server.lines)


class Client:
    """A connection that stays open."""

    def __init__(self, port: int) -> None:
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=120)

    def ask(self, query: str) -> tuple[int, str]:
        """Hits, and the number of the diagnostic if there is one."""
        path = (
            f"/sru/vn-a?version=1.2&operation=searchRetrieve&maximumRecords=1&query={quote(query)}"
        )
        self._connection.request("GET", path)
        response = self._connection.getresponse()
        root = etree.fromstring(response.read())
        assert response.status == 200
        uri = root.findtext(".//{http://www.loc.gov/zing/srw/diagnostic/}uri") or ""
        return int(root.findtext("{*}numberOfRecords")), uri.rpartition("/")[2]

    def close(self) -> None:
        self._connection.close()


class Attack:
    """Connections that ask the hostile question again as soon as it is answered."""

    def __init__(self, port: int, query: str, connections: int = ATTACKERS) -> None:
        self.begun, self.answered, self.refused = 0, 0, 0
        self.diagnostics = set()
        self._ended = threading.Event()
        self._query, self._port = query, port
        self._threads = [threading.Thread(target=self._run) for _ in range(connections)]

    def _run(self) -> None:
        client = Client(self._port)
        number = 0
        while not self._ended.is_set():
            number += 1
            self.begun += 1
            # Each time another question, or it would be answered from memory.
            query = f"{self._query} not rec.id = {threading.get_ident()}x{number}"
            _, diagnostic = client.ask(query)
            self.diagnostics.add(diagnostic)
            self.answered += not diagnostic
            self.refused += diagnostic == "2"
            if diagnostic:
                self._ended.wait(1)
        client.close()

    def __enter__(self) -> "Attack":
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        for thread in self._threads:
            thread.join()


def test_quick_questions_are_answered_beside_hostile_ones(port):
    """Were questions answered in turn, ``ATTACKERS`` hostile ones would be for each quick one."""
    client = Client(port)
    with Attack(port, HOSTILE) as attack:
        while attack.begun < ATTACKERS:
            client.ask("hiem1")
        before = attack.answered
        for number in range(QUICK):
            assert client.ask(f"hiem{number}") == (1, "")
        answered = attack.answered - before
    client.close()
    assert answered < QUICK, f"{answered} hostile answers while {QUICK} quick ones were given"


def test_a_crowd_of_hostile_questions_leaves_threads_for_quick_ones(port):
    """Those above a few are told that the server is busy; they come again after a second."""
    client = Client(port)
    with Attack(port, HOSTILE, CROWD) as attack:
        while attack.refused < CROWD // 2:
            assert client.ask("hiem1") == (1, "")
        before = attack.answered
        for number in range(QUICK):
            assert client.ask(f"hiem{number}") == (1, "")
        answered = attack.answered - before
    assert client.ask(HOSTILE)[1] == ""
    client.close()
    assert answered < QUICK and attack.diagnostics <= {"", "2"}, attack.diagnostics


def test_z3950_is_answered_beside_hostile_questions(port):
    with Attack(port, HOSTILE) as attack:
        while attack.begun < ATTACKERS:
            assert hits(port + 1, "vn-a", "hiem1") == 1
        before = attack.answered
        for number in range(30):
            assert hits(port + 1, "vn-a", f"hiem{number}") == 1
        answered = attack.answered - before
    assert answered < 30 * ATTACKERS


@pytest.mark.parametrize("query", REFUSED)
def test_what_would_cost_too_much_is_refused(port, query):
    client = Client(port)
    assert client.ask(query) == (0, REFUSED[query])
    client.close()
