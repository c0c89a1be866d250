"""Harvesters that other people wrote take everything, deletions included, from a running server.

``oaipmh`` 4 sends POST by default, sickle and oaipmh-scythe send GET, HTTP::OAI (Perl) parses with
its own SAX, Catmandu is what many libraries script with.
"""

import json
import os
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from oaipmh.client import Client
from oaipmh.metadata import MetadataRegistry, oai_dc_reader
from oaipmh_scythe import Scythe
from sickle import Sickle

from interop.catalogue import Catalogue
from interop.config import load
from interop.crosswalks import XML_CROSSWALKS
from interop.marc.iso2709 import encode
from interop.model.record import Incoming, Stored
from interop.node import open_node
from interop.oai.protocol import format_datestamp
from tests.processes import config_text, free_ports, running, wait_ready
from tests.unit.oai.fakes import LIBRARIES, marc

pytestmark = pytest.mark.peer

PERL_SCRIPT = Path(__file__).with_name("harvest_http_oai.pl")
SIZES = {"vn-qti": 450, "vn-hue": 120, "vn-gla": 30}


def incoming(local: str, title: str) -> Incoming:
    return Incoming(local, encode(marc(local, title)))


class Served:
    """``interop serve`` over records of three libraries, and the store behind it."""

    def __init__(self, base: str, catalogue: Catalogue) -> None:
        self.base = base
        self.catalogue = catalogue

    def stored(self, database: str = "union") -> dict[str, Stored]:
        """Everything in the store by OAI identifier."""
        page = self.catalogue.page(database, limit=100_000)
        return {self.catalogue.identifier(stored.id): stored for stored in page.records}

    def state(self, database: str = "union") -> dict[str, bool]:
        """Whether each identifier is deleted."""
        return {name: stored.deleted for name, stored in self.stored(database).items()}


@pytest.fixture(scope="module")
def served(tmp_path_factory) -> Iterator[Served]:
    folder, port = tmp_path_factory.mktemp("node"), free_ports(2)
    libraries = "".join(
        f'[[library]]\ncode = "{code}"\nname = "{name}"\n' for code, name in LIBRARIES.items()
    )
    file = folder / "interop.toml"
    file.write_text(config_text(port, folder, workers=2, extra=libraries), encoding="utf-8")
    node = open_node(load(file, environ={}))
    for database, size in SIZES.items():
        page = [incoming(f"b{n}", f"Tác phẩm {database} {n} & <1>") for n in range(size)]
        node.catalogue.ingest(database, page)
        every = 1 if database == "vn-gla" else 10  # VN-GLA has only what was deleted
        node.catalogue.ingest(database, [Incoming(f"b{n}", None) for n in range(0, size, every)])
    base = f"http://127.0.0.1:{port}"
    with running("serve", "--only", "http", "--config", file):
        wait_ready(base)
        yield Served(base, node.catalogue)
    node.close()


@pytest.fixture(params=["/oai", "/oai/vn-hue"])
def repository(served: Served, request) -> tuple[str, dict[str, bool]]:
    """Address, and what a complete harvest finds: whether each identifier is deleted."""
    database = request.param.removeprefix("/oai").strip("/") or "union"
    return served.base + request.param, served.state(database)


def oaipmh_client(url: str, *, get: bool = False) -> Client:
    registry = MetadataRegistry()
    registry.registerReader("oai_dc", oai_dc_reader)
    return Client(url, registry, force_http_get=get)


@pytest.mark.parametrize("get", [False, True], ids=["POST", "GET"])
def test_oaipmh_harvests_every_record(repository, get: bool) -> None:
    url, state = repository
    found = {}
    for header, metadata, _ in oaipmh_client(url, get=get).listRecords(metadataPrefix="oai_dc"):
        assert header.identifier() not in found
        found[header.identifier()] = bool(header.isDeleted())
        assert (metadata is None) == bool(header.isDeleted())
        assert metadata is None or metadata.getField("title")
    assert found == state


def test_oaipmh_reads_the_other_verbs(served: Served) -> None:
    client = oaipmh_client(f"{served.base}/oai")
    identify = client.identify()
    assert identify.baseURL() == f"{served.base}/oai"
    assert identify.deletedRecord() == "persistent" and identify.compression() == ["gzip"]
    assert {prefix for prefix, _, _ in client.listMetadataFormats()} == set(XML_CROSSWALKS)
    names = {spec: name for spec, name, _ in client.listSets()}
    assert names["library:VN-QTI"] == LIBRARIES["VN-QTI"]
    gone = next(name for name, stored in served.stored().items() if stored.deleted)
    header, _, _ = client.getRecord(identifier=gone, metadataPrefix="oai_dc")
    assert header.isDeleted() and tuple(header.setSpec()) == served.stored()[gone].sets


def test_oaipmh_harvests_a_set_and_a_window(served: Served) -> None:
    client = oaipmh_client(f"{served.base}/oai")
    client.updateGranularity()
    found = {
        header.identifier(): bool(header.isDeleted())
        for header in client.listIdentifiers(
            metadataPrefix="marcxml",
            set="library:VN-GLA",
            from_=client.identify().earliestDatestamp(),
        )
    }
    expected = {n: s.deleted for n, s in served.stored().items() if "library:VN-GLA" in s.sets}
    assert found == expected and len(found) == 30 and all(found.values())


@pytest.mark.parametrize("prefix", ["oai_dc", "marcxml"])
def test_sickle_harvests_every_record(repository, prefix: str) -> None:
    url, state = repository
    records = list(Sickle(url).ListRecords(metadataPrefix=prefix))
    assert len(records) == len(state)
    assert {record.header.identifier: record.header.deleted for record in records} == state


def test_sickle_harvests_headers_with_post(repository) -> None:
    url, state = repository
    headers = list(Sickle(url, http_method="POST").ListIdentifiers(metadataPrefix="oai_dc"))
    assert {header.identifier: header.deleted for header in headers} == state


def test_sickle_continues_from_its_last_harvest(served: Served) -> None:
    sickle = Sickle(f"{served.base}/oai")
    begun = format_datestamp(int(time.time()))
    copy = {h.identifier: h.deleted for h in sickle.ListIdentifiers(metadataPrefix="oai_dc")}
    served.catalogue.ingest("vn-hue", [incoming("b0", "Trở lại"), incoming("new", "Mới")])
    served.catalogue.ingest("vn-hue", [Incoming("b1", None), incoming("b2", "Sửa")])
    assert served.state() != copy
    changes = sickle.ListIdentifiers(**{"metadataPrefix": "oai_dc", "from": begun})
    copy |= {header.identifier: header.deleted for header in changes}
    assert copy == served.state()


@pytest.mark.parametrize("prefix", ["oai_dc", "marcxml"])
def test_scythe_harvests_every_record(repository, prefix: str) -> None:
    url, state = repository
    with Scythe(url) as scythe:
        records = list(scythe.list_records(metadata_prefix=prefix))
    assert len(records) == len(state)
    assert {record.header.identifier: record.header.deleted for record in records} == state


@pytest.mark.parametrize("prefix", ["oai_dc", "marcxml"])
def test_http_oai_harvests_every_record(repository, peer, prefix: str) -> None:
    url, state = repository
    perl = peer("perl")
    _needs_module(perl, "HTTP::OAI", "libhttp-oai-perl")
    lines = [line.split("\t") for line in _run(perl, PERL_SCRIPT, url, prefix).splitlines()]
    assert len(lines) == len(state)
    assert {name: status == "deleted" for name, status in lines} == state


def test_catmandu_harvests_every_record(repository, peer) -> None:
    url, state = repository
    catmandu = peer("catmandu")
    _needs_module(peer("perl"), "Catmandu::Importer::OAI", "libcatmandu-oai-perl")
    options = ("--url", url, "--metadataPrefix", "oai_dc")
    output = _run(catmandu, "convert", "OAI", *options, "to", "JSON", "--line_delimited", "1")
    records = [json.loads(line) for line in output.splitlines()]
    assert len(records) == len(state)
    assert {record["_id"]: record.get("_status") == "deleted" for record in records} == state
    assert all(record.get("title") for record in records if record.get("_status") != "deleted")


def _needs_module(perl: str, module: str, package: str) -> None:
    """Skips (or fails, in CI) where a Perl module is not installed."""
    if subprocess.run([perl, f"-M{module}", "-e", "1"], capture_output=True).returncode:
        message = f"the Perl module {module} is not installed (Debian: {package})"
        pytest.fail(message) if os.environ.get("INTEROP_REQUIRE_PEERS") else pytest.skip(message)


def _run(*arguments: str | Path) -> str:
    done = subprocess.run(list(arguments), capture_output=True, text=True, timeout=100)
    assert done.returncode == 0, done.stderr
    return done.stdout
