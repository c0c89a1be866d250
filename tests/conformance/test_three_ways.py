"""The main job on real records: load a file, ask the same question three ways, get one answer."""

import pytest

from tests.conformance.ask import oai_headers, sru_count, z3950_count
from tests.processes import config_text, free_ports, interop, running, wait_ready

pytestmark = [pytest.mark.corpus, pytest.mark.peer, pytest.mark.slow, pytest.mark.timeout(300)]

QUESTIONS = [
    ('dc.title = "history"', '@attr 1=4 "history"'),
    ('dc.title = "united states"', '@attr 1=4 @attr 4=1 "united states"'),
    ('dc.creator any "smith jones"', "@or @attr 1=1003 smith @attr 1=1003 jones"),
    (
        'dc.title = "histor*" and dc.date >= 1960',
        "@and @attr 1=4 @attr 5=1 histor @attr 1=31 @attr 2=4 @attr 4=4 1960",
    ),
    ('dc.title = "war" not dc.subject = "war"', "@not @attr 1=4 war @attr 1=21 war"),
    ('dc.language = "ger"', "@attr 1=54 ger"),
    (
        'dc.date within "1950 1955"',
        "@and @attr 1=31 @attr 2=4 @attr 4=4 1950 @attr 1=31 @attr 2=2 @attr 4=4 1955",
    ),
    ('bath.lccn = "02011729"', "@attr 1=9 02011729"),
    ("cql.allRecords = 1", '@attr 1=1016 @attr 2=103 ""'),
]


@pytest.fixture(scope="module")
def node(tmp_path_factory, corpus):
    folder = tmp_path_factory.mktemp("three-ways")
    port = free_ports(2)
    file = folder / "interop.toml"
    file.write_text(config_text(port, folder, workers=2), encoding="utf-8")
    done = interop(
        "load",
        corpus / "loc_demo" / "loc_demo.mrc",
        "--library",
        "US-DLC",
        "--config",
        file,
        "--json",
    )
    assert done.returncode == 0, done.stderr
    assert '"read": 13000, "added": 13000' in done.stdout
    with running("serve", "--config", file) as server:
        base = f"http://127.0.0.1:{port}"
        wait_ready(base)
        yield base, f"127.0.0.1:{port + 1}"
        assert server.stop() == 0


@pytest.mark.parametrize(("cql", "pqf"), QUESTIONS)
@pytest.mark.parametrize("database", ["us-dlc", "union"])
def test_sru_and_z3950_agree(node, peer, database, cql, pqf):
    base, address = node
    found = sru_count(base, database, cql)
    assert found > 0
    assert z3950_count(peer("yaz-client"), address, database, pqf) == found


def test_all_three_count_the_library_whole(node, peer):
    base, address = node
    asked = '@attr 1=1016 @attr 2=103 ""'
    assert sru_count(base, "us-dlc", "cql.allRecords = 1") == 13000
    assert z3950_count(peer("yaz-client"), address, "us-dlc", asked) == 13000
    assert len(oai_headers(base, "/oai/us-dlc")) == 13000


def test_a_language_has_one_size_in_all_three(node, peer):
    base, address = node
    german = len(oai_headers(base, "/oai/us-dlc", set="language:ger"))
    # 008 and 041 both make the access point; the set is the language of the text alone
    assert 0 < german <= sru_count(base, "us-dlc", "dc.language = ger")
    books = len(oai_headers(base, "/oai/us-dlc", set="type:book"))
    assert books == sru_count(base, "us-dlc", "dc.type = book")
    assert books == z3950_count(peer("yaz-client"), address, "us-dlc", "@attr 1=1031 book")
