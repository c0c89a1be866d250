"""A library's own rules: where they count, that they count nowhere else, and what a fault says."""

import pytest
from click.testing import CliRunner

from interop import cli
from interop.config import ConfigError, load
from interop.marc.iso2709 import encode
from interop.model.record import UNION, Incoming
from interop.node import open_node
from tests.unit.crosswalks.mrk import record

OWN = """
[[rule]]
name = "title"
from = "245a"
write = '<dc:title>Own: {$a | chop}</dc:title>'
"""
PLAIN = """
[store]
url = "sqlite:///{folder}/x.db"
[[library]]
code = "VN-QTI"
name = "Quảng Trị"
[[library]]
code = "VN-QB"
name = "Quảng Bình"
"""
ROW = '[[crosswalk]]\ndatabase = "VN-QTI"\nformat = "{}"\nrules = "own.toml"\n'
BOOK = "=001  q1\n=245  10$aTruyện Kiều /$cNguyễn Du"


@pytest.fixture
def configured(tmp_path):
    """Writes a configuration, and the rules beside it, and opens the node."""
    nodes = []

    def open_it(more: str = "", own: str = OWN):
        (tmp_path / "own.toml").write_text(own, encoding="utf-8")
        file = tmp_path / "interop.toml"
        file.write_text(PLAIN.format(folder=tmp_path) + more, encoding="utf-8")
        nodes.append(open_node(load(file, environ={})))
        return nodes[-1]

    yield open_it
    for node in nodes:
        node.close()


def titles(node, database: str, prefix: str = "oai_dc") -> list[bool]:
    """Of each record, whether its title was written by our own rules; both ways of reading."""
    catalogue = node.catalogue
    page = catalogue.page(database, limit=9, prefix=prefix)
    assert list(page.bodies) == catalogue.render(page.records, prefix)
    return [b"Own: Truy" in body for body in page.bodies]


def ingested(node, *databases: str) -> None:
    for database in databases:
        node.catalogue.ingest(database, [Incoming("q1", encode(record(BOOK)))])


def test_own_rules_count_for_their_database_and_format_alone(configured):
    node = configured(ROW.format("oai_dc"))
    ingested(node, "vn-qti", "vn-qb")
    assert titles(node, "vn-qti") == [True]
    assert not any(titles(node, "vn-qb") + titles(node, UNION))
    assert titles(node, "vn-qti", "dc") == [False]
    mixed = [node.catalogue.find(name, "q1") for name in ("vn-qti", "vn-qb", "vn-qti")]
    bodies = node.catalogue.render(mixed, "oai_dc")
    assert [b"Own: " in body for body in bodies] == [True, False, True]


def test_the_kept_rendering_is_the_own_one(configured):
    node = configured(ROW.format("oai_dc"))
    ingested(node, "vn-qti")
    rid = node.catalogue.find("vn-qti", "q1").rid
    version = node.catalogue.crosswalks.of("vn-qti", "oai_dc").version
    assert b"Own: " in node.store.rendered([rid], "oai_dc", version)[rid]


def test_rules_of_the_union(configured):
    node = configured(ROW.format("oai_dc").replace("VN-QTI", "union"))
    ingested(node, "vn-qb")
    assert (titles(node, "vn-qb"), titles(node, UNION)) == ([False], [True])


@pytest.mark.parametrize("prefix", ["oai_dc", "dc"])
def test_a_change_of_own_rules_is_a_change_of_the_records_that_they_show(configured, prefix):
    node = configured()
    ingested(node, "vn-qti", "vn-qb")
    places = {name: node.catalogue.find(name, "q1").seq for name in ("vn-qti", "vn-qb")}

    def moved(*arguments) -> set[str]:
        node = configured(*arguments)
        while node.catalogue.revise():
            pass
        found = {name: node.catalogue.find(name, "q1").seq for name in places}
        changed = {name for name in places if found[name] != places[name]}
        places.update(found)
        return changed

    assert moved(ROW.format(prefix)) == {"vn-qti"}
    assert titles(configured(ROW.format(prefix)), "vn-qti", prefix) == [True]
    assert moved(ROW.format(prefix)) == set()
    assert moved(ROW.format(prefix), OWN.replace("chop", "clean")) == {"vn-qti"}
    assert moved() == {"vn-qti"}, "rules that are taken back are a change too"
    assert titles(configured(), "vn-qti", prefix) == [False]


def test_explain_and_export_follow_them(configured, tmp_path):
    node = configured(ROW.format("oai_dc"))
    ingested(node, "vn-qti")
    for command, says in (
        (["export", "--database", "vn-qti", "--format", "oai_dc"], "Own: Truyện Kiều"),
        (["explain", "vn-qti/q1", "--format", "oai_dc", "--all"], "245 $a  changed"),
    ):
        arguments = [*command, "--config", str(tmp_path / "interop.toml")]
        done = CliRunner().invoke(cli.interop, arguments)
        assert done.exit_code == 0 and says in done.output, done.output
    assert "(rule: title)" in done.output


@pytest.mark.parametrize(
    ("more", "own", "says"),
    [
        (ROW.format("oai_dc"), OWN.replace("{$a", "{$a | nope"), "own.toml:2: rule 'title': there"),
        (ROW.format("oai_dc"), f"{OWN}after = 3", "own.toml:2: rule 'title': after"),
        (ROW.format("oai_dc"), "[[rule]]\nname = 'x'\ndrop = true", "own.toml:1: there is no rule"),
        (ROW.format("oai_dc"), "\n[[rule\n", "line 2"),
        (ROW.format("marcxml"), OWN, "marcxml is written without rules"),
        (ROW.format("nope"), OWN, "interop.toml: crosswalk.*there is no format 'nope'"),
        (ROW.format("dc").replace("own", "no"), OWN, "interop.toml:.*there is no file"),
        (ROW.format("dc").replace("VN-QTI", "vn-qt"), OWN, "did you mean 'vn-qti'"),
        (ROW.format("dc") * 2, OWN, "interop.toml:.*twice"),
        (ROW.format("dc").replace("format", "prefix"), OWN, "unknown setting"),
    ],
)
def test_a_fault_is_one_line_that_says_where(configured, more, own, says):
    with pytest.raises(ConfigError, match=says) as error:
        configured(more, own)
    assert "\n" not in str(error.value)
