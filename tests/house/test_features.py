"""The table of docs/search.md is what the tests prove."""

from tests.features import DOCUMENT, TABLE, features, table


def test_the_table_of_features_is_that_of_the_tests():
    found = TABLE.search(DOCUMENT.read_text(encoding="utf-8"))
    assert found and found[0] == found[1] + table() + found[2], "python -m tests.features"


def test_features_are_found():
    assert len(features()) > 25
