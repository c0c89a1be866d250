"""What a person can ask for, and when the document is written."""

import pytest

from bench.__main__ import CASES, DOCUMENT, arguments
from bench.cases import parsing
from interop.query import cql


def test_a_full_run_writes_the_document():
    asked = arguments([])
    assert asked.output == DOCUMENT
    assert asked.records is None


@pytest.mark.parametrize(
    "words",
    [
        ["--quick"],
        ["--only", "oai"],
        ["--records", "500"],
        ["--scale", "9"],
        ["--large", "9"],
        ["--lists", "9"],
        ["--z3950", "9"],
    ],
)
def test_a_partial_run_only_prints(words):
    assert arguments(words).output is None


def test_quick_takes_its_own_number_unless_told():
    assert arguments(["--quick"]).records == 1000
    assert arguments(["--quick", "--records", "50"]).records == 50


def test_every_question_can_be_asked_alone():
    assert list(CASES) == [
        "read",
        "index",
        "z3950",
        "sru",
        "idle",
        "rendering",
        "oai",
        "harvest",
        "cql",
        "convert",
    ]
    assert arguments(["--only", "oai", "--only", "index"]).only == ["oai", "index"]


@pytest.mark.parametrize(
    "words",
    [["--only", "lists"], ["--records", "0"], ["--records", "many"], ["--lists", "1000001"]],
)
def test_what_makes_no_sense_is_refused(words, capsys):
    with pytest.raises(SystemExit) as ended:
        arguments(words)
    assert ended.value.code == 2
    assert words[0] in capsys.readouterr().err


def test_every_query_that_is_timed_compiles():
    assert all(cql.compile(query) for query in parsing.QUERIES)
