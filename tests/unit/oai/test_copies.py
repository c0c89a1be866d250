"""ResourceSync and the dump over HTTP, on a node's own store."""

import gzip
import threading

import pytest
from lxml import etree

from interop.app import create_app
from interop.config import load
from interop.model.record import Incoming
from interop.oai import copies
from tests.unit.test_ingest import marc


@pytest.fixture
def node(tmp_path):
    app = create_app(load(environ={"INTEROP_STORE_URL": f"sqlite:///{tmp_path}/x.db"}))
    node = app.extensions["interop"]
    bodies = [marc(str(number), [], title=f"Số đỏ {number}") for number in range(12)]
    node.catalogue.ingest("a", [Incoming(f"{n} / %", b, b, "x") for n, b in enumerate(bodies)])
    node.catalogue.ingest("a", [Incoming("0 / %", None)])
    yield app.test_client(), node
    node.close()


def locations(body: bytes) -> list[str]:
    root = etree.fromstring(body)
    return [each.text.removeprefix("http://127.0.0.1:8210") for each in root.iter("{*}loc")]


def test_from_the_description_to_every_document_and_record(node) -> None:
    http, _ = node
    found = http.get("/.well-known/resourcesync")
    assert found.status_code == 200 and found.mimetype == "application/xml"
    lists = [each for each in locations(found.data) if each.startswith("/resourcesync/a/")]
    (capabilities,) = lists
    documents = {each: http.get(each) for each in locations(http.get(capabilities).data)}
    assert [d.status_code for d in documents.values()] == [200] * 4
    records = locations(documents["/resourcesync/a/resourcelist.xml"].data)
    assert len(records) == 11
    for address in records:
        record = http.get(address)
        assert record.status_code == 200 and record.headers["Last-Modified"]
        assert etree.fromstring(record.data).tag == "{http://www.loc.gov/MARC21/slim}record"
    changes = locations(documents["/resourcesync/a/changelist.xml"].data)
    (gone,) = set(changes) - set(records)
    assert http.get(gone).status_code == 410
    (package,) = locations(documents["/resourcesync/a/changedump.xml"].data)
    assert http.get(package).mimetype == "application/zip"


def test_a_closed_database_is_named_to_those_who_may_use_it(tmp_path) -> None:
    (tmp_path / "i.toml").write_text(
        '[[library]]\ncode = "A"\nname = "A"\n[[library]]\ncode = "B"\nname = "B"\n'
        '[[access]]\ndatabase = "a"\nnetworks = ["192.0.2.0/24"]\n'
    )
    config = load(tmp_path / "i.toml", {"INTEROP_STORE_URL": f"sqlite:///{tmp_path}/x.db"})
    app = create_app(config)
    http = app.test_client()
    for address, expected in (("192.0.2.9", {"union", "a", "b"}), ("198.51.100.1", {"union", "b"})):
        found = http.get("/.well-known/resourcesync", environ_base={"REMOTE_ADDR": address})
        assert {each.split("/")[2] for each in locations(found.data)} == expected
        assert found.headers["Cache-Control"] == "private, no-cache"
    identify = http.get("/oai?verb=Identify").data
    assert b"/oai/b</baseURL>" in identify and b"/oai/a</baseURL>" not in identify
    app.extensions["interop"].close()


@pytest.mark.parametrize(
    "address",
    [
        "/resourcesync/nobody/capabilitylist.xml",
        "/resourcesync/a/nothing.xml",
        "/resourcesync/a/resourcelist-9.xml",
        "/resourcesync/a/resourcelist-0.zip",
        "/resourcesync/a/changedump-0.xml",
        "/resourcesync/a/record",
        "/resourcesync/a/record?identifier=oai:interop.example.org:union/1",
        "/resourcesync/a/record?identifier=%00",
    ],
)
def test_what_is_not_there(node, address) -> None:
    assert node[0].get(address).status_code == 404


def test_too_many_at_once_come_again(node, monkeypatch) -> None:
    monkeypatch.setattr(copies, "AT_ONCE", 0)
    app = create_app(node[1].config, node[1])
    refused = app.test_client().get("/resourcesync/a/resourcelist.xml")
    assert refused.status_code == 503 and refused.headers["Retry-After"] == "30"


@pytest.fixture
def dumped(node):
    """The node once its dump is there."""
    http, _ = node
    first = http.get("/resourcesync/a/dump.xml.gz")
    assert first.status_code == 503 and first.headers["Retry-After"] == "30"
    for thread in threading.enumerate():
        if thread.name == "dump-a":
            thread.join(30)
    return http


def test_the_dump_and_its_ranges(dumped) -> None:
    whole = dumped.get("/resourcesync/a/dump.xml.gz")
    assert whole.status_code == 200 and whole.headers["X-Records"] == "11"
    assert len(etree.fromstring(gzip.decompress(whole.data))) == 11
    etag, size = whole.headers["ETag"], len(whole.data)

    def ask(**headers: str):
        return dumped.get(
            "/resourcesync/a/dump.xml.gz",
            headers={name.replace("_", "-"): value for name, value in headers.items()},
        )

    for wanted, expected in (
        ("bytes=0-9", whole.data[:10]),
        ("bytes=10-", whole.data[10:]),
        ("bytes=-7", whole.data[-7:]),
        (f"bytes=5-{size + 99}", whole.data[5:]),
    ):
        part = ask(Range=wanted)
        assert (part.status_code, part.data) == (206, expected)
        start = size - 7 if wanted == "bytes=-7" else int(wanted[6:].partition("-")[0])
        end = start + len(expected) - 1
        assert part.headers["Content-Range"] == f"bytes {start}-{end}/{size}"
    beyond = ask(Range=f"bytes={size}-")
    assert (beyond.status_code, beyond.headers["Content-Range"]) == (416, f"bytes */{size}")
    for ignored in ("bytes=a-b", "lines=1-2", "bytes=0-1,4-5", "bytes=-"):
        assert ask(Range=ignored).status_code == 200
    assert ask(Range="bytes=0-9", If_Range=etag).status_code == 206
    assert ask(Range="bytes=0-9", If_Range=whole.headers["Last-Modified"]).status_code == 206
    assert ask(Range="bytes=0-9", If_Range='"another"').status_code == 200
    assert ask(If_None_Match=etag).status_code == 304
    head = dumped.head("/resourcesync/a/dump.xml.gz")
    assert (head.data, head.headers["Content-Length"]) == (b"", str(size))
