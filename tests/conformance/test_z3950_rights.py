"""Closed databases, asked by yaz-client and zoomsh: by address, with a password, without either."""

import subprocess

import pytest

from interop.marc.iso2709 import encode
from interop.marc.record import ControlField, DataField, MarcRecord
from tests.processes import config_text, free_ports, interop, running, wait_ready

pytestmark = [pytest.mark.slow, pytest.mark.peer]

RIGHTS = """
[z3950]
transcript = "transcript.log"

[[library]]
code = "NEAR"
name = "Open to this machine"

[[library]]
code = "FAR"
name = "Open to a user"

[[access]]
database = "near"
networks = ["127.0.0.0/8"]

[[access]]
database = "far"
networks = ["192.0.2.0/24"]
users = ["reader"]

[[user]]
name = "reader"
password = "secret-word"
"""


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    """Folder and Z39.50 port of a node where one database needs a password."""
    folder = tmp_path_factory.mktemp("rights")
    first = free_ports(2)
    text = config_text(first, folder, extra=RIGHTS)
    (folder / "interop.toml").write_text(text, encoding="utf-8")
    fields = ControlField("001", "1"), DataField("245", "0", "0", (("a", "Truyện Kiều"),))
    (folder / "one.mrc").write_bytes(encode(MarcRecord("00000nam a2200000 a 4500", fields)))
    for library in ("NEAR", "FAR"):
        loaded = interop("load", folder / "one.mrc", "--library", library, cwd=folder)
        assert loaded.returncode == 0, loaded.stderr
    with running("serve", cwd=folder):
        wait_ready(f"http://127.0.0.1:{first}")
        yield folder, first + 1


def yaz_client(peer, port: int, *commands: str) -> str:
    lines = "\n".join((*commands, "quit", ""))
    done = subprocess.run(
        [peer("yaz-client")], input=lines, capture_output=True, text=True, timeout=30
    )
    return done.stdout


@pytest.mark.parametrize(("database", "hits"), [("near", 1), ("NEAR", 1), ("union", 2)])
def test_what_is_open_to_the_address_needs_no_password(peer, node, database, hits):
    """The union says what every library has, closed or not (``interop.model.access``)."""
    out = yaz_client(peer, node[1], f"open 127.0.0.1:{node[1]}/{database}", "find kieu", "show 1")
    assert f"Number of hits: {hits}" in out, out
    assert "Truyện Kiều" in out


def test_a_closed_database_is_a_diagnostic(peer, node):
    out = yaz_client(peer, node[1], f"open 127.0.0.1:{node[1]}/far", "find kieu", "scan a")
    assert out.count("[236]") == 2, out
    assert "Number of hits: 0" in out


@pytest.mark.parametrize("login", ["reader/secret-word", "reader group secret-word"])
def test_a_password_opens_it(peer, node, login):
    """open, and idPass."""
    port = node[1]
    commands = f"auth {login}", f"open 127.0.0.1:{port}/far", "find kieu", "show 1"
    out = yaz_client(peer, port, *commands)
    assert "Number of hits: 1" in out, out
    assert "Truyện Kiều" in out


def test_a_wrong_password_is_a_refused_init(peer, node):
    port = node[1]
    out = yaz_client(peer, port, "auth reader/wrong-word", f"open 127.0.0.1:{port}/far")
    assert "Connection rejected" in out, out
    assert "1011" in out, out[-400:]


def test_zoom_with_and_without_a_password(peer, node):
    """What Koha and Evergreen do: user and password as options of the connection."""

    def zoom(*options: str) -> str:
        commands = [*options, f"connect 127.0.0.1:{node[1]}/far", "find @attr 1=4 kieu", "quit"]
        done = subprocess.run(
            [peer("zoomsh"), *commands], capture_output=True, text=True, timeout=30
        )
        return done.stdout + done.stderr

    assert "1 hits" in zoom("set user reader", "set password secret-word")
    assert "(Bib-1:236) far" in zoom()
    assert "(Bib-1:1011)" in zoom("set user reader", "set password wrong-word")


def test_no_password_is_written_down(peer, node):
    """Runs last of this module: whatever the tests before it sent is in the transcript by now."""
    folder, port = node
    yaz_client(peer, port, "auth reader/secret-word", f"open 127.0.0.1:{port}/far", "find kieu")
    yaz_client(peer, port, "auth reader g secret-word", f"open 127.0.0.1:{port}/far", "find kieu")
    transcript = (folder / "transcript.log").read_text(encoding="utf-8")
    assert "initRequest" in transcript
    assert "idPass user 'reader'" in transcript
    assert "secret-word" not in transcript
