"""Any bytes as an SRU request: query string, form or SOAP; every answer is well-formed."""

from urllib.parse import quote

from lxml import etree

from fuzz.target import Target
from interop.sru import json_form, soap, xml
from interop.sru.operations import respond
from interop.sru.request import parse, read
from tests.unit.sru.fakes import FakeCatalogue, FakeSets

_ENVELOPE = (
    b'<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>'
    b'<searchRetrieveRequest xmlns="http://www.loc.gov/zing/srw/"><version>1.2</version>'
    b"<query>kieu</query><maximumRecords>2</maximumRecords></searchRetrieveRequest></s:Body>"
    b"</s:Envelope>"
)


def _run(data: bytes) -> None:
    """As an address with a form body behind the first line end, or as a message of SOAP."""
    if data.lstrip().startswith(b"<"):
        message = soap.read(data)
        request = read(message.parameters, implied=message.version)
    else:
        query, _, body = data.partition(b"\n")
        request = parse(query, body)
    response = respond(FakeCatalogue(), "", request, FakeSets())
    etree.fromstring(b"".join(xml.write(response)))
    b"".join(json_form.write(response)).decode()


TARGET = Target(
    _run,
    (soap.Fault,),
    lambda: [
        b"operation=searchRetrieve&version=1.1&query=kieu&maximumRecords=2",
        b"version=2.0&facetLimit=2:dc.subject&query=" + quote("title any a sortBy title").encode(),
        b"query=kieu&recordSchema=mods&recordPacking=string&resultSetTTL=60&x-token=a",
        b"operation=scan&scanClause=title%3Dk&responsePosition=3&maximumTerms=9",
        b"operation=explain\nversion=1.2",
        b"query=%3Cb%3E%26%22%01&queryType=pqf&sortKeys=date,,0&httpAccept=application/json",
        _ENVELOPE,
    ],
    (b"&", b"=", b"%", b"%00", b"%EF%BF%BF", b"%C3", b"+", b"query=", b"operation=", b"version=",
     b"scan", b"explain", b"startRecord=", b"maximumRecords=", b"-1", b"99999999999999999999",
     b"recordXMLEscaping=", b"recordPacking=", b"facetLimit=", b"facetStart=", b"facetSort=",
     b"facetRangeField=", b"stylesheet=", b"x-", b"queryType=xcql", b"renderedBy=", b"\n",
     b"sortKeys=", b"</query>", b"<sortKeys>", b"<!--", b"&#0;"),
)  # fmt: skip
