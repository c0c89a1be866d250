"""The table: what it says of a peer, of an absent peer, and how numbers look."""

import pytest

from bench.stats import Figure
from bench.table import HEAD, Row, facts_list, markdown, number, rows, times

OURS = Figure(rate=1234.5, cpu_rate=617.2, spread=0.031, rounds=5)
PEER = Figure(rate=2469.0, cpu_rate=None, spread=0.5, rounds=5)


def cells(line):
    return [cell.strip() for cell in line.strip("|").split(" | ")]


def test_a_row_has_both_sides_and_their_ratio():
    head, rule, line = markdown([Row("search", "searches", "Zebra", OURS, PEER)]).splitlines()
    assert cells(head) == list(HEAD)
    assert len(cells(rule)) == len(HEAD)
    assert cells(line) == [
        "search", "searches", "Zebra", "1,230", "2,470", "0.50 x", "617", "-", "-", "3%, 50%"
    ]  # fmt: skip


def test_an_absent_peer_is_said_and_has_no_number():
    line = markdown([Row("search", "searches", "Zebra", OURS, None)]).splitlines()[2]
    assert cells(line) == [
        "search", "searches", "Zebra", "1,230", "not installed", "-", "617", "not installed", "-",
        "3%",
    ]  # fmt: skip


def test_one_row_for_each_peer_measured_or_not():
    found = rows("x", "u", {"ours": OURS, "a": PEER}, {"a": "A", "b": "B"}, "ours")
    assert [(row.peer, row.theirs) for row in found] == [("A", PEER), ("B", None)]
    assert all(row.ours is OURS for row in found)


def test_a_bar_in_a_name_does_not_break_the_table():
    line = markdown([Row("a|b", "u", "p", OURS, None)]).splitlines()[2]
    assert "a\\|b" in line


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "-"),
        (0.126, "0.13"),
        (9.876, "9.88"),
        (45.67, "45.7"),
        (456.7, "457"),
        (1234.5, "1,230"),
        (98765.0, "98,800"),
        (1234567.0, "1,230,000"),
    ],
)
def test_three_significant_digits(value, text):
    assert number(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, "-"), (0.256, "0.26 x"), (1.04, "1.0 x"), (9.96, "10 x"), (1300.4, "1,300 x")],
)
def test_ratios_have_two_digits(value, text):
    assert times(value) == text


def test_facts_are_a_list():
    assert facts_list({"machine": "M", "date": "D"}) == "- machine: M\n- date: D\n"
