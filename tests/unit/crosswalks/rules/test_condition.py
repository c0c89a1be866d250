"""Conditions: what they mean for a field and a record."""

import pytest

from interop.crosswalks._fields import tag_of
from interop.crosswalks._rules.condition import compile_condition
from interop.crosswalks._rules.language import RuleError
from tests.unit.crosswalks.mrk import record

RECORD = record("=LDR  00000nas a2200000 a 4500\n=880  1\\$6700-01$aTên$2LCSH$4aut")
(FIELD,) = RECORD.data("880")


def holds(text):
    code = compile_condition("here", text, {"yes": "True"}.__getitem__, "f")
    return eval(code, {"f": FIELD, "fields": RECORD, "tag_of": tag_of})


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$a", True),
        ("$t", False),
        ("not $t", True),
        ("ind1 = 1", True),
        ("ind2 = #", True),
        ("ind2 in 0 1", False),
        ("ind1 != 0 #", True),
        ("$2 = lcsh", True),
        ("tag = 700", True),
        ("own = 880", True),
        ("leader[7] in s b", True),
        ("leader[6-7] = as", True),
        ("yes and not ($t or $x)", True),
        ("$t or $a and ind1 = 2", False),
    ],
)
def test_meaning(text, expected):
    assert holds(text) is expected


@pytest.mark.parametrize("text", ["", "ind1", "ind1 =", "($a", "$a $b", "and $a", "nobody", ")"])
def test_what_is_wrong_is_said(text):
    with pytest.raises(RuleError, match="here: when"):
        holds(text)


def test_without_a_field_there_is_none_to_ask():
    with pytest.raises(RuleError, match="no field at hand"):
        compile_condition("here", "$a", {}.__getitem__, None)
