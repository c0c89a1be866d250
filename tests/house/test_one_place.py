"""What is registered in one place appears by itself in all three protocols."""

import pytest
from lxml import etree

from interop.app import create_app
from interop.config import load
from interop.crosswalks import XML_CROSSWALKS
from interop.model.record import Incoming
from interop.query.access_points import ACCESS_POINTS
from interop.query.rpn import BIB1, Attribute, Operand, RpnQuery
from interop.z3950 import apdu
from interop.z3950.association import Limits
from interop.z3950.record_syntaxes import RECORD_SYNTAXES
from interop.z3950.target import Target
from tests.unit.test_ingest import marc

EXPLAIN = "{http://explain.z3950.org/dtd/2.0/}"


@pytest.fixture(scope="module")
def node(tmp_path_factory):
    folder = tmp_path_factory.mktemp("one-place")
    app = create_app(load(environ={"INTEROP_STORE_URL": f"sqlite:///{folder}/x.db"}))
    node = app.extensions["interop"]
    body = marc("1", ["9780306406157"])
    node.catalogue.ingest("a", [Incoming("1", body, body, "iso2709")])
    assert node.follow()
    yield app.test_client(), node
    node.close()


def xml(http, address):
    return etree.fromstring(http.get(address).data)


def test_a_crosswalk_is_an_oai_prefix_a_sru_schema_and_a_z3950_element_set(node):
    http, opened = node
    formats = xml(http, "/oai?verb=ListMetadataFormats")
    assert {e.text for e in formats.iter("{*}metadataPrefix")} == XML_CROSSWALKS.keys()
    explain = xml(http, "/sru/union?operation=explain&version=1.2")
    assert {e.get("name") for e in explain.iter(f"{EXPLAIN}schema")} == XML_CROSSWALKS.keys()
    for name, crosswalk in XML_CROSSWALKS.items():
        asked = "/sru/union?version=1.2&operation=searchRetrieve&query=cql.allRecords%3D1"
        (data,) = xml(http, f"{asked}&recordSchema={name}").iter("{*}recordData")
        assert etree.QName(data[0]).namespace == crosswalk.namespace
        assert etree.QName(present(opened.catalogue, name)).namespace == crosswalk.namespace


def present(catalogue, element_set):
    """The root of the record that Present gives in XML with an element set name."""
    target = Target(catalogue, Limits())
    operand = Operand((Attribute(1, 1016), Attribute(2, 103)), b"")
    query = RpnQuery(BIB1, operand)
    found = target.handle(apdu.SearchRequest(database_names=("union",), query=query))
    assert found.result_count == 1, found
    answer = target.handle(
        apdu.PresentRequest(
            result_set_id="default",
            result_set_start_point=1,
            number_of_records_requested=1,
            simple=element_set,
            preferred_record_syntax=RECORD_SYNTAXES["xml"].oids[0],
        )
    )
    (record,) = answer.response_records
    return etree.fromstring(record.record.octets)


def test_an_access_point_is_a_cql_index_and_a_use_attribute(node):
    http, _ = node
    explain = xml(http, "/sru/union?operation=explain&version=1.2")
    uses = {int(e.text) for e in explain.iter(f"{EXPLAIN}attr") if e.get("type") == "1"}
    assert uses == {use for point in ACCESS_POINTS for use in point.use}
