"""A ResourceSync client that other people wrote makes a copy and keeps it up."""

import threading
from urllib.parse import unquote
from urllib.request import urlopen
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest
from lxml import etree
from resync.client import Client

from interop.app import create_app
from interop.config import load
from interop.model.record import Incoming
from interop.oai import copies
from tests.unit.test_ingest import marc


class Quiet(WSGIRequestHandler):
    def log_message(self, *arguments):
        pass


@pytest.fixture
def served(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)  # the client keeps its state where it stands
    monkeypatch.setattr(copies.Copies.__init__, "__defaults__", (4, 0))  # several windows
    app = create_app(load(environ={"INTEROP_STORE_URL": f"sqlite:///{tmp_path}/x.db"}))
    node = app.extensions["interop"]
    with make_server("127.0.0.1", 0, app, handler_class=Quiet) as server:
        node.catalogue.base_url = f"http://127.0.0.1:{server.server_port}"
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield node
        server.shutdown()
        thread.join()
    node.close()


def put(node, *numbers, title="Số đỏ"):
    bodies = [(str(n), marc(str(n), [], title=f"{title} {n}")) for n in numbers]
    node.catalogue.ingest("a", [Incoming(name, body, body, "x") for name, body in bodies])


@pytest.mark.slow
@pytest.mark.peer
def test_a_copy_is_made_and_kept_up(served, tmp_path, capsys):
    root, copy = f"{served.catalogue.base_url}/resourcesync/a", tmp_path / "copy"

    def client(**options) -> Client:
        made = Client(**options)
        made.set_mappings([root, str(copy)])
        return made

    def files() -> dict[str, bytes]:
        found = {}
        for file in copy.rglob("record*"):
            found[unquote(file.name).rpartition("/")[2]] = file.read_bytes()
        return found

    def state() -> dict[str, bytes]:
        page = served.catalogue.page("a", limit=100, prefix="marcxml")
        return {
            stored.id.local: body
            for stored, body in zip(page.records, page.bodies, strict=True)
            if body is not None
        }

    put(served, *range(10))
    first = client(hashes=["sha-256"])
    first.sitemap_name = f"{root}/resourcelist.xml"
    first.baseline_or_audit(allow_deletion=True)
    assert files() == state() and len(state()) == 10
    put(served, 3, 10, title="Khác")
    served.catalogue.ingest("a", [Incoming("0", None)])
    with urlopen(f"{root}/changelist.xml") as index:  # this client reads no index of changes
        parts = [each.text for each in etree.parse(index).iter("{*}loc")]
    assert len(parts) > 2
    for part in parts:
        client().incremental(
            allow_deletion=True, change_list_uri=part, from_datetime="2020-01-01T00:00:00Z"
        )
    assert files() == state() and "0" not in state() and "10" in state()
    capsys.readouterr()
