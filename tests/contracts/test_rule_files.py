"""Every rule of every file has examples, and does what they say."""

from dataclasses import replace
from pathlib import Path

import pytest

import interop.crosswalks
from interop.crosswalks._fields import Fields
from interop.crosswalks._rules import compile_xml, load
from tests.unit.crosswalks.mrk import record

FOLDER = Path(interop.crosswalks.__file__).parent
FILES = {path.stem: load(path) for path in sorted(FOLDER.glob("*.toml"))}
RULES = [(name, rule.name) for name, rules in FILES.items() for rule in rules.rules]


@pytest.mark.parametrize(("file", "name"), RULES)
def test_a_rule_gives_what_its_examples_say(file, name):
    rules = FILES[file]
    rule = rules.rule(name)
    assert rule.examples, f"{file}.toml: rule {name!r} has no example"
    write = compile_xml(replace(rules, rules=(rule,)))
    for example in rule.examples:
        assert "".join(write(Fields.of_record(record(example.marc)))) == "".join(
            example.gives.split("\n")
        )


def test_every_map_is_named_by_a_rule():
    for name, rules in FILES.items():
        text = "".join(rule.write for rule in rules.rules)
        for table in rules.maps:
            assert f"map:{table}" in text, f"{name}.toml: [map.{table}] is named by no rule"
