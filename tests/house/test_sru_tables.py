"""The tables of docs/sru.md are what the tests say."""

import pytest

from interop.diagnostics import CONDITIONS
from tests.conformance import sru_tables

# info:srw/diagnostic/1, the lists of SRU 1.2 and 2.0.
LIST = {
    *range(1, 9), *range(10, 40), *range(40, 75), *range(80, 94), 100, 101, 102, 110, 111, 120, 121,
    235, 236, 1015,
} - {79}  # fmt: skip


@pytest.mark.parametrize("name", sru_tables.TABLES)
def test_the_document_has_the_table(name):
    begin, end = sru_tables.marks(name)
    text = sru_tables.DOCUMENT.read_text(encoding="utf-8")
    found = text.partition(begin)[2].partition(end)[0]
    assert found == sru_tables.TABLES[name](), "run python -m tests.conformance.sru_tables"


def test_every_feature_has_a_test_that_is_there():
    for feature, _, test in sru_tables.FEATURES:
        path, _, name = test.partition("::")
        assert name in sru_tables.functions(path), feature


def test_the_whole_list_of_diagnostics_is_either_sent_or_never():
    sent, never = sru_tables.TRIGGERS.keys(), sru_tables.NEVER.keys()
    assert not sent & never
    assert sorted(sent | never) == sorted(LIST)


def test_every_number_that_is_sent_has_its_condition():
    assert {condition.sru for condition in CONDITIONS.values()} >= sru_tables.TRIGGERS.keys()
