"""Z39.50 over TLS, beside the plain listener, asked by yaz-client; and the limits of a setting."""

import subprocess

import pytest
import trustme

from interop.marc.iso2709 import encode
from interop.marc.record import ControlField, DataField, MarcRecord
from tests.processes import config_text, free_ports, interop, running, wait_ready

pytestmark = [pytest.mark.slow, pytest.mark.peer]


@pytest.fixture(scope="module")
def port(tmp_path_factory):
    """HTTP there, Z39.50 one above it, Z39.50 over TLS two above it."""
    folder = tmp_path_factory.mktemp("tls")
    issued = trustme.CA().issue_cert("localhost", "127.0.0.1")
    issued.private_key_and_cert_chain_pem.write_to_path(folder / "node.pem")
    first = free_ports(3)
    tls = f'[z3950]\ntls = "127.0.0.1:{first + 2}"\ncertificate = "{folder}/node.pem"\n'
    (folder / "interop.toml").write_text(
        config_text(first, folder, extra=f'{tls}[[library]]\ncode = "LIB"\nname = "L"\n'),
        encoding="utf-8",
    )
    fields = ControlField("001", "1"), DataField("245", "0", "0", (("a", "Truyện Kiều"),))
    (folder / "one.mrc").write_bytes(encode(MarcRecord("00000nam a2200000 a 4500", fields)))
    loaded = interop("load", folder / "one.mrc", "--library", "LIB", cwd=folder)
    assert loaded.returncode == 0, loaded.stderr
    with running("serve", cwd=folder) as server:
        wait_ready(f"http://127.0.0.1:{first}", server)
        yield first


@pytest.mark.parametrize(("scheme", "offset"), [("tcp", 1), ("ssl", 2)])
def test_yaz_client_searches_and_takes_the_record(peer, port, scheme, offset):
    commands = f"open {scheme}:127.0.0.1:{port + offset}/lib\nfind @attr 1=4 kieu\nshow 1\nquit\n"
    done = subprocess.run(
        [peer("yaz-client")], input=commands, capture_output=True, text=True, timeout=30
    )
    assert "Number of hits: 1" in done.stdout, done.stdout
    assert "Truyện Kiều" in done.stdout
