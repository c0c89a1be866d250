"""From the configuration to what a target does for a database."""

import pytest

from interop.config import ConfigError, load
from interop.z3950.database_views import PLAIN, DatabaseView, views

TABLE = """
[[z3950_database]]
name = "Union_MARC8"
of = "union"
charset = "marc-8"
terms = "marc-8"

[[z3950_database]]
name = "hue"
syntax = "xml"
element_set = "mods"
"""


def configured(tmp_path, text: str):
    file = tmp_path / "interop.toml"
    file.write_text(text, encoding="utf-8")
    return load(file, environ={}).z3950_databases


def test_what_is_configured(tmp_path):
    """By name in lower case; what is left out is as for any database."""
    found = views(configured(tmp_path, TABLE))
    assert found == {
        "union_marc8": DatabaseView(of="union", charset="marc-8", terms="marc-8"),
        "hue": DatabaseView(syntax="1.2.840.10003.5.109.10", element_set="mods"),
    }
    assert PLAIN == DatabaseView()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ('charset = "latin-1"', "charset: known: utf-8, marc-8"),
        ('syntax = "pdf"', "syntax: known: usmarc"),
        ('terms = "utf-7"', "terms: known: latin-1"),
        ('colour = "red"', "unknown setting"),
    ],
)
def test_what_cannot_be_meant(tmp_path, line, message):
    """Named, with what is known."""
    with pytest.raises(ConfigError, match=message):
        configured(tmp_path, f'[[z3950_database]]\nname = "x"\n{line}\n')


def test_a_name_stands_once(tmp_path):
    """Whatever the case of its letters."""
    twice = '[[z3950_database]]\nname = "x"\n[[z3950_database]]\nname = "X"\n'
    with pytest.raises(ConfigError, match="twice"):
        configured(tmp_path, twice)
