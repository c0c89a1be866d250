"""The tables of known defects name tests that are there, and the document has the tables."""

import pytest

from tests.conformance import defects


@pytest.mark.parametrize("test", defects.tests())
def test_every_test_is_there(test):
    assert defects.missing(test) == ""


def test_a_missing_test_or_case_is_told():
    file = "unit/crosswalks/test_known_defects.py"
    assert "has no test_nothing" in defects.missing(f"{file}::test_nothing")
    assert "has no case" in defects.missing(f"{file}::test_264_is_read[nothing of it]")


def test_every_defect_is_said_once_and_has_a_test():
    rows = [row for rows in defects.DEFECTS.values() for row in rows]
    assert len(rows) > 90 and all(tests for _, tests in rows)
    for whose, of_them in defects.DEFECTS.items():
        assert len({defect for defect, _ in of_them}) == len(of_them), whose


def test_the_document_has_the_tables():
    text = defects.DOCUMENT.read_text(encoding="utf-8")
    assert defects.table() in text, "python -m tests.conformance.defects"
