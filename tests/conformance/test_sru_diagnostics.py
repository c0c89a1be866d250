"""Every diagnostic of the list that is sent: its number and its details, in valid documents."""

import pytest

from interop.sru import xml
from tests.conformance.sru_tables import TRIGGERS, answer
from tests.unit.sru import documents


@pytest.mark.official
@pytest.mark.parametrize("number", TRIGGERS)
def test_every_diagnostic(official_xsd, number):
    response, found = answer(number)
    assert found.condition.sru == number
    details = TRIGGERS[number][1]
    assert details is None or found.details == details
    root = documents.parse(xml.write(response))
    documents.validate(official_xsd, root)
    if number not in (65, 67):
        assert documents.diagnostics(root) == [(number, found.details)]
