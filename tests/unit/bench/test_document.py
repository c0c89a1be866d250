"""The document holds the measured rows and what they were measured on."""

from pathlib import Path

from bench.document import sections, with_section, write
from bench.records import Records
from bench.stats import Figure
from bench.table import Row

RECORDS = Records(Path("r.mrc"), 1500, 2_500_000, ("book",), ((7, "8372122709"),), "real records")


def test_machine_versions_records_and_rows_are_all_there():
    row = Row("search", "searches", "Zebra", Figure(10, 5, 0.1, 3), None)
    text = write(
        {"machine": "M", "date": "D"}, {"interop": "0.1", "zebra": "2.2.7"}, RECORDS, [row]
    )
    assert "- machine: M\n" in text
    assert "- versions: interop 0.1, zebra 2.2.7\n" in text
    assert "- records: 1,500 (2.5 MB): real records\n" in text
    assert "- questions: 1 title words, 1 items by ISBN\n" in text
    assert "| search | searches | Zebra | 10.0 | not installed |" in text


def test_items_without_isbn_are_not_called_isbn():
    other = Records(Path("r.mrc"), 1, 1, (), ((12, "x1"),), "made")
    assert "1 items by control number" in write({}, {}, other, [])


def test_a_section_is_replaced_alone_and_outlives_a_usual_run():
    document = with_section("# Figures\n", "lists", "## Lists\n\n| old |\n")
    document = with_section(document, "searching", "## Searching\n")
    document = with_section(document, "lists", "## Lists\n\n| new |\n")
    assert document.startswith("# Figures\n")
    assert document.count("## Lists") == document.count("## Searching") == 1
    assert "| new |" in document and "| old |" not in document
    again = "# Other figures\n" + sections(document)
    assert "| new |" in again and "## Searching" in again
    assert sections(again) == sections(document) and sections("# Figures\n") == ""
