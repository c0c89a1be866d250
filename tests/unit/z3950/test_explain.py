"""The Explain database: what clients ask for, and that it says what the tables say."""

import pytest

from interop.config import load
from interop.node import open_node
from interop.query import rpn
from interop.query.access_points import ACCESS_POINTS
from interop.query.rpn import BIB1
from interop.z3950 import ber, explain
from interop.z3950.apdu import InitializeRequest, PresentRequest, SortRequest
from interop.z3950.database_views import DatabaseView
from interop.z3950.record_syntaxes import RECORD_SYNTAXES
from interop.z3950.sort_keys import SortKeySpec
from interop.z3950.target import VERSIONS
from tests.unit.z3950.library import node, search, started

__all__ = ["node"]
EXP1 = "@attrset 1.2.840.10003.3.2"


def ask(target, query: str, **elements: object):
    return target.handle(search(f"{EXP1} {query}", "ir-explain-1", **elements))


def shown(target, number: int, elements: str = "F", **more: object) -> list[ber.Element]:
    answer = target.handle(
        PresentRequest(
            result_set_id="default",
            result_set_start_point=1,
            number_of_records_requested=number,
            simple=elements,
            **more,
        )
    )
    assert answer.number_of_records_returned == number, answer
    for record in answer.response_records:
        assert record.name == "IR-Explain-1"
        assert record.record.direct_reference == explain.SYNTAX
    return [ber.parse(record.record.single) for record in answer.response_records]


def child(element: ber.Element, *tags: int) -> ber.Element:
    for tag in tags:
        element = next(part for part in element.children() if part.tag == tag)
    return element


def test_the_category_list_lists_what_is_there(node):
    """Each category in it has records, and no others have."""
    target = started(node)
    assert ask(target, "@attr 1=1 CategoryList").result_count == 1
    (element,) = shown(target, 1)
    names = [child(one, 1).text() for one in child(element, 1).children()]
    every = explain.records(node.catalogue, target._session.limits)
    assert set(names) == {record.category for record in every}
    for name in names:
        assert ask(target, f"@attr 1=1 {name}").result_count > 0


def test_a_search_of_explain_is_not_answered_in_the_loop(node):
    """Its records are made of every database there is, and of every province."""
    target = started(node)
    assert not target.is_quick(search(f"{EXP1} @attr 1=1 TargetInfo", "ir-explain-1"))
    assert target.is_quick(search("@attr 1=4 kieu"))


def test_databases(node):
    """By name, with the number of records; brief has fewer elements."""
    target = started(node)
    assert ask(target, "@and @attr 1=1 DatabaseInfo @attr 1=3 HUE").result_count == 1
    (full,) = shown(target, 1)
    assert child(full, 1).text() == "hue"
    assert child(full, 14, 0).integer() == 5
    (brief,) = shown(target, 1, "B")
    assert {part.tag for part in brief.children()} < {part.tag for part in full.children()}
    assert ask(target, "@attr 1=3 IR-Explain-1").result_count == 1


def test_the_target(node):
    """Its name and what is needed to use it."""
    target = started(node)
    assert ask(target, "@attr 1=1 targetinfo").result_count == 1
    (element,) = shown(target, 1)
    assert child(element, 1).text() == node.catalogue.name
    assert child(element, 4).boolean() and child(element, 5).boolean()
    syntaxes = {oid.oid() for oid in child(element, 19, 4).children()}
    assert {o for s in RECORD_SYNTAXES.values() for o in s.oids} <= syntaxes


def test_attributes_are_those_that_are_served(node):
    """Every Use attribute of every access point, for each database."""
    target = started(node)
    assert ask(target, "@and @attr 1=1 AttributeDetails @attr 1=3 hue").result_count == 1
    (element,) = shown(target, 1)
    (set_,) = child(element, 2).children()
    assert child(set_, 0).oid() == BIB1
    uses = next(t for t in child(set_, 1).children() if child(t, 0).integer() == 1)
    values = {child(value, 0, 2).integer() for value in child(uses, 2).children()}
    assert values == {use for point in ACCESS_POINTS for use in point.use}


@pytest.fixture(scope="module")
def closed(tmp_path_factory):
    """Three libraries in two provinces; one library and one province are closed."""
    folder = tmp_path_factory.mktemp("closed")
    (folder / "interop.toml").write_text(
        f"""
[store]
url = "sqlite:///{folder}/x.db"
[index]
engine = "memory"
[[library]]
code = "A"
name = "A"
province = "Cà Mau"
[[library]]
code = "B"
name = "B"
province = "Cà Mau"
[[library]]
code = "C"
name = "C"
province = "Huế"
[[access]]
database = "b"
networks = ["192.0.2.0/24"]
users = ["reader"]
[[access]]
database = "hue"
users = ["reader"]
[[user]]
name = "reader"
password = "secret-word"
""",
        encoding="utf-8",
    )
    node = open_node(load(folder / "interop.toml", environ={}))
    yield node
    node.close()


def told(target) -> dict[str, ber.Element]:
    found = ask(target, "@attr 1=1 DatabaseInfo").result_count
    return {child(one, 1).text(): one for one in shown(target, found)}


def everything(target) -> bytes:
    every = "@not @attr 1=3 nothing @attr 1=3 nothing"
    parts = " ".join(f"@or @attr 1=1 {name}" for name in explain._CATEGORIES)
    assert ask(target, every).result_count == 0
    number = ask(target, f"{parts} @attr 1=1 x").result_count
    answer = target.handle(
        PresentRequest(
            result_set_id="default", result_set_start_point=1, number_of_records_requested=number
        )
    )
    assert answer.number_of_records_returned == number
    return b"".join(record.record.single for record in answer.response_records)


def test_provinces_are_databases_of_databases(closed):
    """By the name that is searched, with the libraries it stands for."""
    databases = told(started(closed, views={"cm8": DatabaseView(of="ca-mau", charset="marc-8")}))
    province = databases["ca-mau"]
    assert child(child(province, 7).children()[0], 1).text() == "Cà Mau"
    assert [name.text() for name in child(province, 11).children()] == ["a"]
    assert [name.text() for name in child(province, 3).children()] == ["cm8"]


def test_closed_databases_are_not_told(closed):
    """Not their names, wherever names stand; who may use them sees them."""
    target = started(closed)
    assert set(told(target)) == {"union", "a", "c", "ca-mau", "IR-Explain-1"}
    assert b"hue" not in everything(target) and b"\x01b" not in everything(target)
    assert ask(target, "@and @attr 1=1 AttributeDetails @attr 1=3 hue").result_count == 0
    target.handle(
        InitializeRequest(protocol_version=VERSIONS, id_authentication="reader/secret-word")
    )
    assert {"b", "hue"} <= set(told(target))
    near = started(closed)
    near.connected("192.0.2.7")
    assert "b" in told(near) and "hue" not in told(near)


def test_values_that_explain_announces_are_served(node):
    """A search with each is answered, or refused for its combination or term, never its value."""
    target = started(node)
    for type_, values in rpn.SUPPORTED.items():
        for value in values:
            answer = target.handle(search(f"@attr 1=4 @attr {type_}={value} kieu"))
            told = answer.non_surrogate_diagnostic
            assert told is None or told.condition not in range(113, 123), (type_, value, told)


def test_boolean_searches_and_piggyback(node):
    """Or and and-not; records with the Search."""
    target = started(node)
    both = ask(target, "@or @attr 1=1 TargetInfo @attr 1=1 CategoryList").result_count
    assert both == 2
    all_but = ask(target, "@not @attr 1=3 hue @attr 1=1 SortDetails").result_count
    assert all_but == 3
    answer = ask(target, "@attr 1=1 TargetInfo", small_set_upper_bound=1)
    assert answer.number_of_records_returned == 1


@pytest.mark.parametrize(
    ("query", "diagnostic"),
    [
        ("@attr 1=99 x", (114, "99")),
        ("@attr 8=1 x", (113, "8")),
        ("@attr 5=1 x", (120, "1")),
        ("@attr gils 1=1 x", (121, "1.2.840.10003.3.5")),
        ("@attr bib-1 1=4 x", (121, BIB1)),
        ("@set default", (18, "default")),
        ("@prox 0 1 1 2 k 2 a b", (129, "IR-Explain-1")),
    ],
)
def test_refused(node, query, diagnostic):
    """With the offending value."""
    told = ask(started(node), query).non_surrogate_diagnostic
    assert (told.condition, told.addinfo) == diagnostic


def test_explain_does_not_mix_with_records(node):
    """Not with other databases, syntaxes, searches or sorts."""
    target = started(node)
    mixed = target.handle(search("x", "hue", "IR-Explain-1"))
    assert mixed.non_surrogate_diagnostic.condition == 23
    ask(target, "@attr 1=1 TargetInfo", result_set_name="e")
    refused = target.handle(search("@set e"))
    assert refused.non_surrogate_diagnostic.condition == 18
    sort = SortRequest(
        input_result_set_names=("e",),
        sorted_result_set_name="s",
        sort_sequence=(SortKeySpec("title"),),
    )
    assert target.handle(sort).diagnostics[0].condition == 237
    ask(target, "@attr 1=1 TargetInfo")
    answer = target.handle(
        PresentRequest(
            result_set_id="default",
            result_set_start_point=1,
            number_of_records_requested=1,
            preferred_record_syntax="1.2.840.10003.5.10",
        )
    )
    assert answer.non_surrogate_diagnostic.condition == 239
