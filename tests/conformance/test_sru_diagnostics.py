"""Every diagnostic of the list that is sent: its number and its details, in valid documents."""

import pytest

from interop.diagnostics import Diagnostic
from interop.sru import xml
from interop.sru.operations import respond
from interop.sru.request import Options, parse
from tests.conformance.sru_tables import TRIGGERS
from tests.unit.sru import documents
from tests.unit.sru.fakes import FakeCatalogue, FakeSets

STATES = (1, 2, 29, 48)  # of the server: the catalogue raises the condition that the query names


@pytest.fixture
def catalogue(monkeypatch):
    catalogue = FakeCatalogue()
    catalogue.deleted.add(1)
    catalogue.broken.add(2)
    search = catalogue.search

    def searched(databases, query, sort=(), sets=None):
        if (name := catalogue.state) is not None:
            raise Diagnostic(name, "details")
        return search(databases, query, sort, sets)

    catalogue.state = None
    monkeypatch.setattr(catalogue, "search", searched)
    return catalogue


@pytest.mark.official
@pytest.mark.parametrize("number", TRIGGERS)
def test_every_diagnostic(official_xsd, catalogue, number):
    request, details = TRIGGERS[number]
    if number in STATES:
        catalogue.state = request.removeprefix("query=")
        request = "query=a"
    options = Options(stylesheets=("https://a.vn/",) if number == 111 else ())
    database = "nowhere" if number == 235 else ""
    response = respond(catalogue, database, parse(request.encode(), options=options), FakeSets())
    root = documents.parse(xml.write(response))
    documents.validate(official_xsd, root)
    found = documents.diagnostics(root)
    if number in (65, 67):  # in place of the record
        (surrogate,) = (record.data for record in response.records)
        found = [(surrogate.condition.sru, surrogate.details)]
    assert len(found) == 1 and found[0][0] == number
    assert details is None or found[0][1] == details
