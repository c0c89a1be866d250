"""Every combination of attributes of the Bath and US National profiles, on a real node."""

from collections.abc import Iterator

import pytest

from interop.config import load
from interop.marc.iso2709 import decode
from interop.model.record import Incoming
from interop.node import Node, open_node
from interop.query import pqf
from interop.query.rpn import BIB1, Attribute, Operand, RpnQuery
from interop.z3950.apdu import InitializeRequest, PresentRequest, SearchRequest
from interop.z3950.association import Limits
from interop.z3950.target import OPTIONS, VERSIONS, Target
from tests.conformance.profiles import DOCUMENT, MARKED, RECORDS, REFUSED, SEARCHES, record, table


@pytest.fixture(scope="module", params=["embedded", "memory"])
def node(request, tmp_path_factory) -> Iterator[Node]:
    """The records, in every engine that needs no server."""
    folder = tmp_path_factory.mktemp("profiles")
    environ = {
        "INTEROP_STORE_URL": f"sqlite:///{folder}/x.db",
        "INTEROP_INDEX_ENGINE": request.param,
    }
    opened = open_node(load(environ=environ))
    opened.catalogue.ingest("hue", [Incoming(name, record(name)) for name in RECORDS])
    assert opened.follow()
    yield opened
    opened.close()


@pytest.fixture
def target(node) -> Target:
    target = Target(node.catalogue, Limits())
    target.handle(InitializeRequest(protocol_version=VERSIONS, options=OPTIONS))
    return target


def _found(target: Target, query: RpnQuery) -> str:
    answer = target.handle(SearchRequest(database_names=("hue",), query=query))
    assert answer.search_status, answer.non_surrogate_diagnostic
    if not answer.result_count:
        return ""
    shown = target.handle(
        PresentRequest(
            result_set_id="default",
            result_set_start_point=1,
            number_of_records_requested=answer.result_count,
        )
    )
    return " ".join(decode(r.record.octets).control("001") for r in shown.response_records)


def test_profiles(target):
    """What it must find, and nothing else; all that is wrong is told at once."""
    wrong = []
    for row in SEARCHES:
        attributes = tuple(Attribute(n, value) for n, value in enumerate(row.combination, 1))
        found = _found(target, RpnQuery(BIB1, Operand(attributes, row.term.encode())))
        if found != row.found:
            wrong.append((row, found))
    assert wrong == []


def test_what_is_not_supported_is_told(target):
    """The exact diagnostic and the offending value; nothing is ignored."""
    wrong = []
    for query, number, addinfo in REFUSED:
        answer = target.handle(SearchRequest(database_names=("hue",), query=pqf.parse(query)))
        told = answer.non_surrogate_diagnostic
        if told is None or (told.condition, told.addinfo) != (number, addinfo):
            wrong.append((query, told))
    assert wrong == []


def test_the_document_has_the_table():
    """``python -m tests.conformance.profiles`` writes it."""
    found = MARKED.search(DOCUMENT.read_text(encoding="utf-8"))
    assert found is not None and found[1] == table()
