"""The table of conditions."""

import re
from pathlib import Path

import pytest

from interop.diagnostics import CONDITIONS, Diagnostic

SOURCES = Path(__file__).resolve().parents[2] / "interop"


def test_names_are_keys_and_texts_are_there():
    assert all(name == row.name and row.text for name, row in CONDITIONS.items())


def test_details_are_in_the_message():
    assert str(Diagnostic("unsupported_use", "dc.colour")) == (
        "Access point not supported: dc.colour"
    )


def test_every_condition_that_the_code_names_is_in_the_table():
    named = {
        name
        for file in SOURCES.rglob("*.py")
        for name in re.findall(r'Diagnostic\(\s*"(\w+)"', file.read_text(encoding="utf-8"))
    }
    assert named and named <= CONDITIONS.keys()


def test_an_unknown_condition_is_our_fault():
    with pytest.raises(KeyError):
        Diagnostic("no_such_condition")
