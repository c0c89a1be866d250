"""Harvesters that other people wrote take everything, deletions included, over real HTTP.

``oaipmh`` 4 sends POST by default, sickle sends GET, HTTP::OAI (Perl) parses with its own SAX.
"""

import os
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from oaipmh.client import Client
from oaipmh.metadata import MetadataRegistry, oai_dc_reader
from sickle import Sickle
from werkzeug.serving import WSGIRequestHandler, make_server

from interop.crosswalks import XML_CROSSWALKS
from interop.oai.protocol import format_datestamp
from tests.conformance.oai_repository import application
from tests.unit.oai.fakes import FakeCatalogue, filled

pytestmark = pytest.mark.peer

PERL_SCRIPT = Path(__file__).with_name("harvest_http_oai.pl")


class _Quiet(WSGIRequestHandler):
    def log(self, type: str, message: str, *args: object) -> None:
        """Say nothing of requests."""


@pytest.fixture(scope="module")
def catalogue() -> Iterator[FakeCatalogue]:
    """A repository of 1,234 records behind a server on a loopback port."""
    catalogue = filled(1234)
    server = make_server(
        "127.0.0.1", 0, application(catalogue), threaded=True, request_handler=_Quiet
    )
    catalogue.base_url = f"http://127.0.0.1:{server.port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield catalogue
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(params=["/oai", "/oai/vn-qti"])
def repository(catalogue: FakeCatalogue, request) -> tuple[str, dict[str, bool]]:
    """Address, and what a complete harvest finds: whether each identifier is deleted."""
    database = request.param.removeprefix("/oai").strip("/") or "union"
    state = {name: stored.deleted for name, stored in catalogue.state(database).items()}
    return catalogue.base_url + request.param, state


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


def test_oaipmh_reads_the_other_verbs(catalogue: FakeCatalogue) -> None:
    client = oaipmh_client(f"{catalogue.base_url}/oai")
    identify = client.identify()
    assert identify.baseURL() == f"{catalogue.base_url}/oai"
    assert identify.deletedRecord() == "persistent" and identify.compression() == ["gzip"]
    assert {prefix for prefix, _, _ in client.listMetadataFormats()} == set(XML_CROSSWALKS)
    names = {spec: name for spec, name, _ in client.listSets()}
    assert names["library:VN-QTI"] == "Thư viện tỉnh Quảng Trị"
    header, _, _ = client.getRecord(
        identifier="oai:opac.example.vn:union/u000000009", metadataPrefix="oai_dc"
    )
    assert header.isDeleted() and "library:VN-GLA" in header.setSpec()


def test_oaipmh_harvests_a_set_and_a_window(catalogue: FakeCatalogue) -> None:
    client = oaipmh_client(f"{catalogue.base_url}/oai")
    client.updateGranularity()
    begin = client.identify().earliestDatestamp()
    found = {
        header.identifier(): bool(header.isDeleted())
        for header in client.listIdentifiers(
            metadataPrefix="marcxml", set="library:VN-GLA", from_=begin
        )
    }
    assert found == {
        name: stored.deleted
        for name, stored in catalogue.state().items()
        if "library:VN-GLA" in stored.sets
    }


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


def test_sickle_continues_from_its_last_harvest(catalogue: FakeCatalogue) -> None:
    sickle = Sickle(f"{catalogue.base_url}/oai")
    copy = {h.identifier: h.deleted for h in sickle.ListIdentifiers(metadataPrefix="oai_dc")}
    begun = format_datestamp(catalogue.time)
    catalogue.put("u000000009", "library:VN-HUE")
    catalogue.delete("u000000010")
    catalogue.put("new", "library:VN-HUE")
    changes = sickle.ListIdentifiers(**{"metadataPrefix": "oai_dc", "from": begun})
    changed = {header.identifier: header.deleted for header in changes}
    assert len(changed) == 3
    state = {name: stored.deleted for name, stored in catalogue.state().items()}
    assert copy | changed == state


@pytest.mark.parametrize("prefix", ["oai_dc", "marcxml"])
def test_http_oai_harvests_every_record(repository, peer, prefix: str) -> None:
    url, state = repository
    lines = _perl(peer("perl"), url, prefix)
    assert len(lines) == len(state)
    assert {name: status == "deleted" for name, status in lines} == state


def _perl(perl: str, *arguments: str) -> list[list[str]]:
    """Lines of the Perl harvester; skips (or fails, in CI) where HTTP::OAI is not installed."""
    if subprocess.run([perl, "-MHTTP::OAI", "-e", "1"], capture_output=True).returncode:
        message = "the Perl module HTTP::OAI is not installed (Debian: libhttp-oai-perl)"
        pytest.fail(message) if os.environ.get("INTEROP_REQUIRE_PEERS") else pytest.skip(message)
    done = subprocess.run(
        [perl, str(PERL_SCRIPT), *arguments], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return [line.split("\t") for line in done.stdout.splitlines()]
