"""The table of the conformance checklist is what the tests say."""

from tests.conformance.checklist import BEGIN, DOCUMENT, END, ITEMS, NOT_ARISING, named, table


def test_there_are_125_items_and_each_is_said_once():
    assert list(ITEMS) == list(range(1, 126)) and len(set(ITEMS.values())) == 125


def test_no_test_names_an_item_that_is_not_there():
    assert named().keys() <= ITEMS.keys()
    assert NOT_ARISING.keys() <= named().keys()


def test_the_document_has_the_table_that_the_tests_give():
    text = DOCUMENT.read_text(encoding="utf-8")
    found = text.partition(BEGIN)[2].partition(END)[0]
    assert found == table(), "run python -m tests.conformance.checklist"
