"""What is announced works: every index with every relation, every schema, every sort key."""

from pathlib import Path

import pytest
from lxml import etree

from interop.crosswalks import XML_CROSSWALKS, by_name
from interop.query import cql
from interop.query.access_points import ACCESS_POINTS, BY_CQL, BY_USE
from interop.sru import explain
from interop.sru.explain import Description
from interop.sru.request import MAXIMUM_RECORDS
from tests.unit.sru.documents import ZEEREX

DOCS = Path(__file__).parents[3] / "docs" / "sru.md"
DESCRIPTION = Description(
    "union",
    "Mục lục <liên hợp>",
    1234,
    "https://opac.example.vn:8443/tra-cuu",
    ("a@example.vn",),
    1_700_000_000,
)


def zeerex(version="1.2", description=DESCRIPTION):
    return etree.fromstring(explain.write(description, version))


def z(path):
    return "/".join(f"{{{ZEEREX}}}{step}" for step in path.split("/"))


def announced():
    """(index name, relation) for every name of every index."""
    for index in zeerex().iterfind(z("indexInfo/index")):
        relations = [
            each.text
            for each in index.iterfind(z("configInfo/supports"))
            if each.get("type") == "relation"
        ]
        for name in index.iterfind(z("map/name")):
            prefix = name.get("set")
            for relation in relations:
                yield (f"{prefix}.{name.text}" if prefix else name.text), relation


def test_server_info():
    server = zeerex().find(z("serverInfo"))
    assert [child.text for child in server] == ["opac.example.vn", "8443", "tra-cuu/sru/union"]
    assert server.find(z("database")).get("numRecs") == "1234"
    assert server.find(z("database")).get("lastUpdate") == "2023-11-14T22:13:20Z"
    assert zeerex().findtext(z("metaInfo/dateModified")) == "2023-11-14T22:13:20Z"
    assert server.get("transport") == "https"


@pytest.mark.parametrize(
    ("base_url", "expected"),
    [
        ("http://127.0.0.1:8210", ["127.0.0.1", "8210", "sru/union"]),
        ("https://a.vn/", ["a.vn", "443", "sru/union"]),
        ("http://[::1]:80", ["[::1]", "80", "sru/union"]),
        ("nonsense", [None, "80", "sru/union"]),
    ],
)
def test_address(base_url, expected):
    server = zeerex(description=Description("union", "", 0, base_url)).find(z("serverInfo"))
    assert [child.text for child in server] == expected


def test_titles_in_both_languages():
    assert zeerex().find(z("databaseInfo/title")).text == "Mục lục <liên hợp>"
    for index in zeerex().iterfind(z("indexInfo/index")):
        assert [title.get("lang") for title in index.iterfind(z("title"))] == ["vi", "en"]


def test_every_access_point_is_announced():
    names = {name for name, _ in announced()}
    assert names == BY_CQL.keys()
    attributes = {int(each.text) for each in zeerex().iter(z("attr"))}
    assert attributes == BY_USE.keys()


def test_every_context_set_of_an_index_is_declared():
    root = zeerex()
    declared = {each.get("name") for each in root.iterfind(z("indexInfo/set"))}
    used = {each.get("set") for each in root.iter(z("name"))} - {None}
    assert used <= declared


def test_every_announced_relation_of_every_index_works():
    pairs = list(announced())
    assert len(pairs) > 300
    for index, relation in pairs:
        term = '"1990 2000"' if relation == "within" else "1990"
        query, _ = cql.compile(f"{index} {relation} {term}")
        assert query


def test_every_announced_modifier_works():
    root = zeerex()
    for index in root.iterfind(z("indexInfo/index")):
        for each in index.iterfind(z("configInfo/supports")):
            if each.get("type") == "relationModifier":
                name = index.find(z("map/name"))
                prefix = f"{name.get('set')}." if name.get("set") else ""
                assert cql.compile(f"{prefix}{name.text} =/{each.text} a")
    supports = [(e.get("type"), e.text) for e in root.iterfind(z("configInfo/supports"))]
    for kind, value in supports:
        if kind == "sortModifier":
            constant = "=z" if value == "missingValue" else ""
            assert cql.compile(f"a sortBy title/{value}{constant}")[1]
    assert cql.compile("a prox/unit=word/distance<=2/ordered b")


def test_every_announced_sort_key_works():
    sortable = [i for i in zeerex().iterfind(z("indexInfo/index")) if i.get("sort") == "true"]
    assert len(sortable) == sum(point.sort for point in ACCESS_POINTS)
    for index in sortable:
        for name in index.iterfind(z("map/name")):
            key = f"{name.get('set')}.{name.text}" if name.get("set") else name.text
            assert cql.compile(f"a sortBy {key}")[1][0].ap == index.get("id")


def test_every_schema_is_known_by_name_and_by_identifier():
    schemas = zeerex().findall(z("schemaInfo/schema"))
    assert {each.get("name") for each in schemas} == XML_CROSSWALKS.keys()
    for each in schemas:
        crosswalk = XML_CROSSWALKS[each.get("name")]
        assert by_name(each.get("name")) is crosswalk
        assert by_name(each.get("identifier")) is crosswalk


def test_defaults_are_those_of_the_server():
    config = zeerex().find(z("configInfo"))
    values = {each.get("type"): each.text for each in config if each.tag != z("supports")}
    assert int(values["maxTerms"]) >= int(values["numberOfTerms"])
    assert values["maximumRecords"] == str(MAXIMUM_RECORDS)
    assert values["numberOfRecords"] == "10"
    index, relation = values["index"], values["relation"]
    assert cql.compile(f"{index} {relation} a") == cql.compile("a")
    assert values["retrieveSchema"] in XML_CROSSWALKS


def test_search_info_is_for_2_0():
    assert zeerex("1.1").find(z("searchInfo")) is None
    examples = zeerex("2.0").findall(z("searchInfo/queryExample"))
    assert examples and all(cql.compile(example.text) for example in examples)


def test_documentation_has_the_table():
    assert explain.access_point_table() in DOCS.read_text(encoding="utf-8")
