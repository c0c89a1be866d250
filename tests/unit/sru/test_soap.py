"""SRW messages: requests in, responses and faults out."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from interop.sru import soap
from interop.sru.soap import SOAP_1_1, SOAP_1_2, Fault

BOTH = pytest.mark.parametrize("envelope", [SOAP_1_1, SOAP_1_2])


def message(content, envelope=SOAP_1_1, header=""):
    return soap.read(
        f'<e:Envelope xmlns:e="{envelope}">{header}<e:Body>{content}</e:Body></e:Envelope>'.encode()
    )


def request(inside, namespace=soap.REQUEST_1, name="searchRetrieveRequest"):
    return f'<{name} xmlns="{namespace}">{inside}</{name}>'


@BOTH
def test_elements_are_parameters(envelope):
    found = message(
        request("<version>1.1</version><query>a</query><maximumRecords>1</maximumRecords>"),
        envelope,
    )
    assert (found.envelope, found.operation, found.version) == (envelope, "searchRetrieve", None)
    assert found.parameters == [
        ("operation", "searchRetrieve"),
        ("version", "1.1"),
        ("query", "a"),
        ("maximumRecords", "1"),
    ]


def test_the_namespace_tells_the_version():
    assert message(request("<Stylesheet>u</Stylesheet>", soap.REQUEST_2)).version == "2.0"
    found = message(request("<scanClause>a</scanClause>", soap.SCAN_2, "scanRequest"))
    assert (found.operation, found.version) == ("scan", "2.0")
    assert message(request("", name="explainRequest")).operation == "explain"
    found = message(request("<Stylesheet>u</Stylesheet>", soap.REQUEST_2))
    assert ("stylesheet", "u") in found.parameters


def test_xcql_and_sort_keys():
    clause = "<searchClause><index>a</index><relation><value>=</value></relation><term>b c</term></searchClause>"  # noqa: E501
    keys = "<xSortKeys><sortKey><path>title</path><ascending>0</ascending></sortKey></xSortKeys>"
    found = message(request(f"<xQuery>{clause}</xQuery>{keys}"))
    assert found.parameters[1:] == [("query", 'a = "b c"'), ("sortKeys", "title,,0")]
    inside = f'<xcql xmlns="u"><triple>{clause}</triple></xcql>'
    assert message(request(f"<xQuery>{inside}</xQuery>")).parameters[1:] == [("query", 'a = "b c"')]
    broken = message(request("<xQuery><triple/></xQuery>"))
    assert broken.fault.condition.name == "malformed_query"


def test_extra_request_data_stays_xml():
    found = message(request('<extraRequestData><a xmlns="u">1</a></extraRequestData>'))
    ((name, value),) = found.parameters[1:]
    assert name == "extraRequestData" and etree.fromstring(value).tag == "{u}a"


@pytest.mark.parametrize(
    ("body", "code", "text"),
    [
        ("<a", "Client", "not well-formed"),
        ("<a/>", "Client", "a: a SOAP envelope was expected"),
        ('<Envelope xmlns="urn:x"/>', "VersionMismatch", "unknown version of SOAP: urn:x"),
        ("<!DOCTYPE a [<!ENTITY b 'c'>]><a/>", "Client", "no document type"),
        (f'<Envelope xmlns="{SOAP_1_1}"/>', "Client", "one request expected in the message"),
        (
            f'<e:Envelope xmlns:e="{SOAP_1_1}"><e:Body><scanRequest/><scanRequest/></e:Body>'
            "</e:Envelope>",
            "Client",
            "found 2",
        ),
        (
            f'<Envelope xmlns="{SOAP_1_2}"><Body><delete xmlns="{soap.REQUEST_1}"/></Body>'
            "</Envelope>",
            "Client",
            "is no request",
        ),
        (
            f'<e:Envelope xmlns:e="{SOAP_1_1}"><e:Header><Pay e:mustUnderstand="1"/></e:Header>'
            "<e:Body/></e:Envelope>",
            "MustUnderstand",
            "Pay is not understood",
        ),
    ],
)
def test_faults(body, code, text):
    with pytest.raises(Fault, match=text) as raised:
        soap.read(body.encode())
    assert raised.value.code == code


@BOTH
def test_a_fault_is_a_message(envelope):
    root = etree.fromstring(b"".join(soap.fault(Fault("a < b", envelope))))
    (fault,) = root.find(f"{{{envelope}}}Body")
    assert etree.QName(fault).localname == "Fault"
    assert "a < b" in "".join(fault.itertext())
    code = "S:Client" if envelope == SOAP_1_1 else "S:Sender"
    assert code in "".join(fault.itertext())


@given(st.binary())
def test_any_bytes_are_a_message_or_a_fault(data):
    with pytest.raises(Fault):
        soap.read(data)
