"""The fate of every subfield, as the rules themselves tell it."""

import pytest
from hypothesis import given

from interop.crosswalks import CROSSWALKS
from interop.crosswalks._rules.language import parse
from interop.crosswalks._rules.trace import STRUCTURE, Tracer
from interop.marc.private import is_private
from tests.properties.strategies import marc_records
from tests.unit.crosswalks.mrk import record

TRACER = Tracer(CROSSWALKS["oai_dc"].ruled.rules)


def fates(line):
    return [(f.code, f.outcome, f.rule) for f in TRACER.fates(record(line))]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("=245  10$aSách$c/ A", [("a", "kept", "title"), ("c", "dropped", "")]),
        ("=245  10$aSách /", [("a", "changed", "title")]),
        ("=020  \\\\$a0152038655$a12", [("a", "changed", "ISBN"), ("a", "refused", "ISBN")]),
        ("=590  \\\\$aKho", [("a", "private", "")]),
        ("=245  10$6880-01$aSách", [("a", "kept", "title")]),
        ("=041  0\\$avieeng", [("a", "changed", "language")]),
        ("=041  0\\$avie", [("a", "kept", "language")]),
        ("=001  x", [("", "dropped", "")]),
        ("=008  " + " " * 35 + "vie", [("", "kept", "language")]),
        ("=700  1\\$aA$eeditor$tB", [("a", "kept", "added work"), ("e", "dropped", ""),
                                    ("t", "kept", "added work")]),
    ],
)  # fmt: skip
def test_fates(line, expected):
    assert fates(line) == expected


TRACERS = {name: Tracer(each.ruled.rules) for name, each in CROSSWALKS.items() if each.ruled}


@pytest.mark.parametrize("name", sorted(TRACERS))
@given(record=marc_records())
def test_every_subfield_has_one_fate(name, record):
    found = TRACERS[name].fates(record)
    expected = []
    for number, field in enumerate(record.fields):
        if len(field) == 2:
            expected.append((number, field.tag, "", field.value))
        else:
            private = is_private(field)
            expected += [
                (number, field.tag, code, value)
                for code, value in field.subfields
                if private or code not in STRUCTURE
            ]
    assert [(f.field, f.tag, f.code, f.value) for f in found] == expected


def test_what_only_a_condition_reads_is_not_lost_where_it_chose_what_is_written():
    text = """
[[rule]]
name = "kind"
from = "300"
when = "$2 = x"
write = '<a>{$a}</a>'
"""
    tracer = Tracer(parse("t.toml", text))

    def outcomes(line):
        return [(f.code, f.outcome, f.rule) for f in tracer.fates(record(line))]

    assert outcomes("=300  \\\\$aA$2x") == [("a", "kept", "kind"), ("2", "changed", "kind")]
    assert outcomes("=300  \\\\$aA$2y") == [("a", "dropped", ""), ("2", "dropped", "")]
