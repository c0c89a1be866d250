"""A server that other people wrote is examined, and what is known to be wrong with it is found."""

import time
from datetime import datetime
from urllib.parse import parse_qsl

import pytest
from lxml import etree
from oaipmh.common import Header, Identify
from oaipmh.error import IdDoesNotExistError
from oaipmh.metadata import MetadataRegistry
from oaipmh.server import BatchingServer

from harvester.check.examine import Examiner
from harvester.check.findings import FAULTS
from harvester.http import Answer
from interop.crosswalks import CROSSWALKS
from tests.unit.oai.fakes import marc

BASE = "http://localhost/oai"
STAMP = datetime(2023, 11, 14, 22, 13, 20)


class Repository:
    """The interface that ``oaipmh`` wants, over 25 records."""

    def __init__(self):
        self.rows = [
            (
                Header(None, f"oai:a.vn:{n}", STAMP, [], False),
                CROSSWALKS["oai_dc"].write(marc(str(n), "Số đỏ")),
                None,
            )
            for n in range(25)
        ]

    def identify(self):
        return Identify("Kho", BASE, "2.0", ["oai@a.vn"], STAMP, "persistent",
                        "YYYY-MM-DDThh:mm:ssZ", ["identity"])  # fmt: skip

    def listMetadataFormats(self, identifier=None):
        return [("oai_dc", "http://www.openarchives.org/OAI/2.0/oai_dc.xsd",
                 "http://www.openarchives.org/OAI/2.0/oai_dc/")]  # fmt: skip

    def listSets(self, cursor=0, batch_size=10):
        return []

    def listRecords(
        self, metadataPrefix, set=None, from_=None, until=None, cursor=0, batch_size=10
    ):
        rows = [row for row in self.rows if from_ is None or row[0].datestamp() >= from_]
        return rows[cursor : cursor + batch_size]

    def listIdentifiers(self, **arguments):
        return [header for header, _, _ in self.listRecords(**arguments)]

    def getRecord(self, metadataPrefix, identifier):
        for row in self.rows:
            if row[0].identifier() == identifier:
                return row
        raise IdDoesNotExistError(identifier)


class Wrapped:
    """What a WSGI application of ten lines makes of it."""

    def __init__(self):
        registry = MetadataRegistry()
        registry.registerWriter("oai_dc", lambda at, body: at.append(etree.fromstring(body)))
        self.server = BatchingServer(Repository(), registry, resumption_batch_size=10)

    def get(self, url, form=None):
        query = form.decode() if form is not None else url.partition("?")[2]
        try:
            body = self.server.handleRequest(dict(parse_qsl(query)))
        except Exception:  # as its users see it
            return Answer(500, b"Internal Server Error", content_type="text/plain")
        return Answer(200, body, content_type="text/xml; charset=utf-8")


@pytest.mark.peer
def test_known_faults_of_oaipmh_4_are_found():
    report = Examiner(BASE, Wrapped(), time.time, lambda seconds: None).examine()
    found = {finding.fault: finding for finding in report.findings}
    assert report.name == "Kho" and not report.cut
    # Repeated arguments are not seen, errors repeat no arguments, a window is not looked at.
    assert found["bad-verb"].request == f"{BASE}?verb=Identify&verb=Identify"
    assert {"bad-argument", "request-element", "no-marc"} <= found.keys() <= FAULTS.keys()
    # What it does well is not complained of.
    assert not {"clock", "datestamp", "token-once", "identify", "get-record"} & found.keys()
