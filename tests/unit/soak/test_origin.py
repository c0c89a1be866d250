"""The origin and the harvester of a soak, against a listener and a page."""

import socket

import pytest

from interop.z3950.server import Listener
from soak import origin
from soak.origin import Cut, association, harvest
from tests.unit.z3950.fakes import FakeCatalogue


def test_an_association():
    with socket.create_server(("127.0.0.1", 0)) as sock:
        listener = Listener(FakeCatalogue(), [sock])
        listener.start()
        with association(sock.getsockname()[1], "union") as open_:
            assert open_.search("@attr 1=4 kieu").result_count == 1
            assert open_.present(1, 1).number_of_records_returned == 1
            assert open_.scan("@attr 1=4 k", 3).number_of_entries_returned == 0
            assert open_.sort("default", "s", "title").sort_status == 0
            listener.stop(timeout=1)
            with pytest.raises(Cut):
                for _ in range(3):
                    open_.ask(origin.InitializeRequest())


def test_nobody_listens():
    with socket.create_server(("127.0.0.1", 0)) as sock:
        port = sock.getsockname()[1]
    with pytest.raises(Cut), association(port, "union"):
        pass
    with pytest.raises(Cut):
        harvest(f"http://127.0.0.1:{port}/oai")


def test_a_list_in_pages(monkeypatch):
    """Live and deleted, and one that comes twice."""
    header = "<header{}><identifier>oai:x.vn:soak/{}</identifier></header>"
    deleted = ' status="deleted"'
    first = header.format("", "a") + header.format(deleted, "b")
    pages = {
        "verb=ListIdentifiers&metadataPrefix=oai_dc": first
        + '<resumptionToken cursor="0">x&amp;y</resumptionToken>',
        "verb=ListIdentifiers&resumptionToken=x%26y": header.format("", "a")
        + header.format("", "c")
        + "<resumptionToken/>",
    }
    monkeypatch.setattr(origin, "get", lambda url: pages[url.partition("?")[2]].encode())
    assert harvest("http://x/oai") == ({"a", "c"}, {"b"}, 1)
