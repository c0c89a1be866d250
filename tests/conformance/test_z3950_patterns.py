"""What Koha, Evergreen and IRSpy send, by other people's clients, to a real node and listener."""

import re
import socket
import subprocess
from collections.abc import Iterator

import pytest

from interop.config import load
from interop.marc.record import DataField
from interop.model.record import Incoming
from interop.node import open_node
from interop.z3950.server import Listener
from tests.unit.z3950.library import BOOKS, book

pytestmark = pytest.mark.peer

ISBN = DataField("020", " ", " ", (("a", "9786041040000"),))
CALL = DataField("082", "0", "4", (("a", "895.9221"),))
OCLC = DataField("035", " ", " ", (("a", "(OCoLC)ocm00123456"),))
TOPIC = DataField("650", " ", "4", (("a", "Thơ"), ("x", "Lịch sử")))
ITEM = DataField(
    "952",
    " ",
    " ",
    (("0", "0"), ("1", "0"), ("4", "0"), ("7", "0"), ("a", "CN"), ("o", "895"), ("p", "B001")),
)


@pytest.fixture(scope="module")
def port(tmp_path_factory) -> Iterator[int]:
    """Of a listener over a real node with the embedded engine."""
    folder = tmp_path_factory.mktemp("patterns")
    node = open_node(load(environ={"INTEROP_STORE_URL": f"sqlite:///{folder}/x.db"}))
    first, *others = BOOKS
    records = [book(*first, OCLC, ISBN, CALL, TOPIC, ITEM), *(book(*line) for line in others)]
    node.catalogue.ingest("hue", [Incoming(b[0], r) for b, r in zip(BOOKS, records, strict=True)])
    assert node.follow()
    with socket.create_server(("127.0.0.1", 0)) as sock:
        listener = Listener(node.catalogue, [sock])
        listener.start()
        yield sock.getsockname()[1]
        listener.stop(timeout=1)
    node.close()


def run(arguments: list[str], lines: tuple[str, ...] = ()) -> str:
    done = subprocess.run(
        arguments,
        input="".join(f"{line}\n" for line in lines).encode(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=30,
        check=False,
    )
    return done.stdout.decode("utf-8", "replace")


KOHA = [
    ('@attr 1=7 @attr 5=1 "9786041040000"', 1),
    ('@attr 1=4 "Truyện Kiều"', 2),
    ('@attr 1=1003 "Nguyễn Du"', 2),
    ('@and @attr 1=1003 "Nguyễn Du" @attr 1=4 "chú giải"', 1),
    ("@attr 1=16 @attr 2=3 @attr 3=1 @attr 4=1 @attr 5=1 @attr 6=1 895", 1),
    ('@attr 1=12 "b3"', 1),
    ('@attr 1=1016 "kieu"', 2),
    ('@attr 1=1007 "9786041040000"', 1),
    ("@attr 1=31 1972", 1),
]
EVERGREEN = [
    ('@and @attr 1=1003 @attr 4=6 @attr 5=1 "nguyen du" @attr 1=4 @attr 4=6 @attr 5=1 "truy"', 2),
    ('@attr 1=7 @attr 4=6 @attr 5=1 "978604"', 1),
    ('@attr 1=12 @attr 4=1 @attr 5=1 "b"', 5),
]
EVERGREEN += [
    ("@attr 1=8 @attr 4=1 @attr 5=1 0866", 0),
    ("@attr 1=31 @attr 4=1 @attr 5=1 197", 1),
    ("@attr 1=1007 @attr 4=1 @attr 5=1 978604", 1),
    ("@attr 1=1018 @attr 4=6 @attr 5=1 van", 0),
    ("@attr 1=1001 @attr 4=6 @attr 5=1 a", 5),
]
KOHA_AUTHORITIES = [
    ('@attr 1=1002 "Nguyễn Du"', 2),
    ('@attr 1=1 "Đặng Trần Côn"', 1),
    ("@attr 1=2 x", 0),
    ("@attr 1=3 x", 0),
    ('@attr 1=21 "Thơ"', 1),
    ('@attr 1=47 "Lịch sử"', 1),
    ("@attr 1=6 x", 0),
]
PAZPAR2 = [
    ("@and @attr 1=1016 truyen @attr 1=1016 kieu", 2),
    ("@attr 1=1004 du", 2),
    ("@attr 1=30 @attr 2=4 1972", 2),
    ("@and @attr 1=30 @attr 2=4 1900 @attr 1=30 @attr 2=2 1972", 2),
]
TELLICO = [
    ("@attr 1=9 2001627090", 0),
    ("@or @attr 1=7 9786041040000 @attr 1=7 604104000X", 1),
    ("@or @or @attr 1=4 tien @attr 1=4 ngam @attr 1=4 dao", 3),
]
BIBLIOTEQ = [("@attr 1=7 @or 604104000X 9786041040000", 1), ("@attr 1=8 0866-7322", 0)]
FOLIO = [("@attr 1=1211 123456", 1), ("@attr 1=1211 (OCoLC)123456", 1), ("@attr 1=12 b2", 1)]
# Vendors' documents: author, title, year, subject, any, each as the words that were typed.
ENDNOTE = [("@and @attr 1=1003 nguyen @attr 1=4 kieu", 2), ("@attr 1=31 1930", 1)]
IRSPY = [
    ("@attr 1=1003 @attr 2=3 @attr 3=3 @attr 4=2 @attr 5=100 @attr 6=1 du", 2),
    ("@attr 1=7 @attr 2=3 @attr 3=1 @attr 4=1 @attr 5=100 @attr 6=1 9786041040000", 1),
    ("@attr 1=31 @attr 2=3 @attr 3=1 @attr 4=4 @attr 5=100 @attr 6=1 1930", 1),
    ("@attr 1=1017 kieu", 2),
    ("@attr 1=1035 kieu", 2),
]


def test_searches_of_koha_evergreen_and_irspy(peer, port):
    """One association; the hits of each."""
    asked = [*KOHA, *KOHA_AUTHORITIES, *EVERGREEN, *PAZPAR2, *TELLICO, *BIBLIOTEQ, *FOLIO]
    asked += [*ENDNOTE, *IRSPY]
    lines = [f"find {query}" for query, _ in asked]
    output = run([peer("yaz-client")], ("charset UTF-8", f"open 127.0.0.1:{port}/hue", *lines))
    hits = [int(number) for number in re.findall(r"Number of hits: (\d+)", output)]
    assert hits == [number for _, number in asked], output
    assert "Diagnostic" not in output


def test_cql_as_the_national_librarys_client_sends_it(peer, port):
    """Bare names in capitals, as Type-104."""
    lines = (
        "querytype cql",
        'find Title="Truyện Kiều"',
        "find Creator=du",
        "find Identifier=9786041040000",
    )
    output = run([peer("yaz-client")], ("charset UTF-8", f"open 127.0.0.1:{port}/hue", *lines))
    assert re.findall(r"Number of hits: (\d+)", output) == ["2", "2", "1"], output


def test_zoom_with_a_count(peer, port):
    """Small set 1, large set 2,000,000,000, medium 5: records come with the Search."""
    lines = ("ssub 1", "lslb 2000000000", "mspn 5", "format usmarc", "elements F")
    asked = ("find @attr 1=1003 nguyen", "find @attr 1=12 b3")
    output = run([peer("yaz-client")], (f"open 127.0.0.1:{port}/hue", *lines, *asked))
    assert re.findall(r"records returned: (\d+)", output) == ["3", "1"], output


def test_a_client_that_tries_one_syntax_after_the_other(peer, port):
    """Tellico: MODS, then MARC of every kind, then GRS-1; and SLiMS, which reads MODS alone."""
    lines = ["find @attr 1=12 b1", "format xml", "elements mods", "show 1", "elements F"]
    for name in ("usmarc", "unimarc", "grs-1", "sutrs"):
        lines += [f"format {name}", "show 1"]
    output = run([peer("yaz-client")], (f"open 127.0.0.1:{port}/hue", *lines))
    assert "Diagnostic" not in output and output.count("Records: 1") == 5, output
    assert "<mods" in output
    for name in ("USmarc", "Unimarc", "GRS-1", "SUTRS", "XML"):
        assert f"record type: {name}".casefold() in output.casefold(), name


def test_opac_by_piggyback(peer, port):
    """IRSpy asks for OPAC records in the Search itself; the holdings come with them."""
    output = run(
        [peer("yaz-client")],
        (
            f"open 127.0.0.1:{port}/hue",
            "format opac",
            "ssub 3",
            "lslb 2000000000",
            "mspn 3",
            "find @attr 1=4 kieu",
        ),
    )
    assert output.count("Record type: OPAC") == 2
    assert "localLocation: CN" in output
    assert re.search(r"itemId: +B001|itemId: B001", output), output


def test_marc_8_by_negotiation(peer, port):
    """Terms and records in the set that was agreed to; yaz-client turns what it gets to UTF-8."""
    output = run(
        [peer("yaz-client")],
        (
            "charset UTF-8 MARC-8",
            f"open 127.0.0.1:{port}/hue",
            "find @attr 1=4 kieu",
            "show 1",
        ),
    )
    assert "Number of hits: 2" in output, output


def test_perl_zoom(peer, port):
    """Net::Z3950::ZOOM: idPass, one Present per record, Scan and Sort."""
    script = __file__.replace("test_z3950_patterns.py", "zoom.pl")
    output = run([peer("perl"), script, f"127.0.0.1:{port}/hue", "usmarc", "F", "@attr 1=1003 du"])
    assert output.startswith("2\n"), output
    assert "Truyện Kiều" in output
    assert re.search(r"^term ki\S+ 2$", output, re.MULTILINE), output
    assert output.endswith("sorted\n")
