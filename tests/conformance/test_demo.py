"""The demo, driven end to end by HTTP, yaz-client, zoomsh, HTTP::OAI, sickle and `oaipmh`."""

import re
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from lxml import etree

from interop.demo.records import LIBRARIES
from tests.conformance.ask import oai_headers, sru_count, yaz, z3950_count
from tests.processes import free_ports, get, running

pytestmark = [pytest.mark.peer, pytest.mark.slow, pytest.mark.timeout(300)]

HERE = Path(__file__).parent


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    return tmp_path_factory.mktemp("demo")


@pytest.fixture(scope="module")
def ports():
    return free_ports(5)


def options(folder: Path, port: int) -> list[str]:
    http, z3950 = f"127.0.0.1:{port}", f"127.0.0.1:{port + 4}"
    return ["demo", "--dir", str(folder), "--http", http, "--z3950", z3950]


@pytest.fixture(scope="module")
def demo(folder, ports):
    with running(*options(folder, ports)) as process:
        process.wait_for("Ctrl-C")
        yield f"http://127.0.0.1:{ports}", f"127.0.0.1:{ports + 4}", process


def counts(demo) -> tuple[int, int, int]:
    """Records, union records, works in several libraries, as the demo printed them."""
    line = demo[2].wait_for("union records")
    return tuple(int(number) for number in re.findall(r"\b(\d+)\b(?= records| union| works)", line))


def test_it_says_what_was_merged(demo):
    records, union, merged = counts(demo)
    assert records >= 450 and merged >= 40 and union < records


def test_the_union_is_complete_over_oai(demo):
    base, _, _ = demo
    records, union, _ = counts(demo)
    assert len(oai_headers(base)) == union
    own = [len(oai_headers(base, f"/oai/{library.code.lower()}")) for library in LIBRARIES]
    assert sum(own) == records and min(own) >= 150


@pytest.mark.parametrize("asked", ["nguyen du", "Nguyễn Du", "Nguyễn Du", "NGUYỄN DU"])
def test_every_spelling_finds_the_poet(demo, peer, asked):
    base, address, _ = demo
    found = sru_count(base, "union", f'dc.creator = "{asked}"')
    assert found > 0
    pqf = f'@attr 1=1003 @attr 4=1 "{asked}"'
    assert z3950_count(peer("yaz-client"), address, "union", pqf) == found


def test_d_with_and_without_stroke(demo):
    base, _, _ = demo
    assert (
        sru_count(base, "union", 'dc.title = "đất"')
        == sru_count(base, "union", 'dc.title = "dat"')
        > 0
    )


def test_a_union_record_names_every_library_that_holds_it(demo):
    base, _, _ = demo
    held = Counter(
        sum(spec.text.startswith("library:") for spec in header.iter("{*}setSpec"))
        for header in oai_headers(base)
    )
    assert held[3] > 0 and held[2] + held[3] == counts(demo)[2]
    first = next(
        h for h in oai_headers(base) if sum("library:" in s.text for s in h.iter("{*}setSpec")) == 3
    )
    identifier = first.findtext("{*}identifier")
    asked = f"{base}/oai?verb=GetRecord&metadataPrefix=marcxml&identifier={identifier}"
    tree = etree.fromstring(get(asked))
    codes = {
        field.text for field in tree.iterfind(".//{*}datafield[@tag='852']/{*}subfield[@code='a']")
    }
    assert codes == {library.code for library in LIBRARIES}


def test_yaz_client_takes_records(demo, peer):
    output = yaz(
        peer("yaz-client"),
        demo[1],
        "union",
        'find @attr 1=1003 "nguyen du"',
        "format usmarc",
        "show 1",
        "format xml",
        "elements marcxml",
        "show 1",
        "base nowhere",
        "find x",
    )
    assert "[union]Record type: USmarc" in output and "Record type: XML" in output
    assert "<record" in output and "Nguyễn Du" in output
    assert "[235]" in output


def test_zoomsh_takes_records(demo, peer):
    script = (
        f"open {demo[1]}/{LIBRARIES[0].code.lower()}\nsearch @attr 1=4 truyện\nshow 0 1\nquit\n"
    )
    done = subprocess.run(
        [peer("zoomsh")], input=script, capture_output=True, text=True, timeout=60
    )
    assert re.search(r": [1-9]\d* hits", done.stdout), done.stdout
    assert re.search(r"(?m)^245 ", done.stdout), done.stdout


def harvested_by_perl(peer, url: str, prefix: str) -> set[str]:
    perl = peer("perl")
    if subprocess.run([perl, "-MHTTP::OAI", "-e1"], capture_output=True).returncode:
        peer("HTTP::OAI (Debian: libhttp-oai-perl)")
    done = subprocess.run(
        [perl, HERE / "harvest_http_oai.pl", url, prefix],
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert len(lines) == len(set(lines))
    return {line.split("\t")[0] for line in lines}


def test_other_peoples_harvesters_take_everything(demo, peer):
    from oaipmh.client import Client
    from oaipmh.metadata import MetadataRegistry, oai_dc_reader
    from sickle import Sickle

    base, _, _ = demo
    url = f"{base}/oai"
    wanted = {header.findtext("{*}identifier") for header in oai_headers(base)}
    assert harvested_by_perl(peer, url, "oai_dc") == wanted
    registry = MetadataRegistry()
    registry.registerReader("oai_dc", oai_dc_reader)
    client = Client(url, registry)
    assert {h.identifier() for h, _, _ in client.listRecords(metadataPrefix="oai_dc")} == wanted
    sickle = Sickle(url)
    assert {r.header.identifier for r in sickle.ListRecords(metadataPrefix="oai_dc")} == wanted


def test_the_page_for_people_names_the_libraries(demo):
    page = get(f"{demo[0]}/", **{"Accept-Language": "vi"}).decode()
    assert all(library.name in page for library in LIBRARIES)


def test_ctrl_c_stops_it_and_the_second_start_harvests_only_changes(demo, folder, ports):
    base, _, process = demo
    before = {h.findtext("{*}identifier"): h.findtext("{*}datestamp") for h in oai_headers(base)}
    assert process.stop(signal.SIGINT) == 0
    assert any("Stopped" in line for line in process.lines)
    with running(*options(folder, ports)) as again:
        again.wait_for("Ctrl-C")
        after = {h.findtext("{*}identifier"): h.findtext("{*}datestamp") for h in oai_headers(base)}
        assert after == before
        assert again.stop(signal.SIGINT) == 0


def test_a_busy_port_is_one_line(folder):
    port = free_ports(5)
    import socket

    with socket.create_server(("127.0.0.1", port + 2)):
        done = subprocess.run(
            [sys.executable, "-m", "interop.cli", *options(folder, port)],
            capture_output=True,
            text=True,
            timeout=60,
        )
    assert done.returncode == 2
    assert done.stderr.strip().splitlines() == [
        f"interop: cannot listen on 127.0.0.1:{port + 2}: Address already in use"
    ]
