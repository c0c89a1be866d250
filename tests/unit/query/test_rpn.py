"""Type-1 queries to query trees: every Bib-1 attribute is honoured or refused with its number."""

import pytest

from interop.diagnostics import Diagnostic
from interop.query import pqf, rpn
from interop.query.ast import And, Not, Or, SetRef
from interop.query.rpn import BIB1, Attribute, Operand, Operation, Proximity, RpnQuery, resolve
from tests.unit.query.trees import show


def outcome(text: str) -> str:
    try:
        return show(resolve(pqf.parse(text)))
    except Diagnostic as diagnostic:
        return f"!{diagnostic.condition.bib1} {diagnostic.details}".rstrip()


# Bath Profile 2.0, functional area A, levels 0 and 1: Use, relation, position, structure,
# truncation, completeness.
@pytest.mark.parametrize(
    ("attributes", "term", "expected"),
    [
        ("1003 3 3 2 100 1", "du", "(author word du)"),
        ("1003 3 3 101 100 1", "Nguyễn, Du", "(author phrase nguyen du)"),
        ("4 3 3 2 100 1", "Kiều", "(title word kieu)"),
        ("21 3 3 2 100 1", "thơ", "(subject word tho)"),
        ("1016 3 3 2 100 1", "thơ", "(any word tho)"),
        ("1003 3 3 2 1 1", "nguy", "(author word nguy right)"),
        ("4 3 1 1 100 3", "Truyện Kiều", "(title phrase truyen kieu first complete)"),
        ("21 3 1 1 100 1", "thơ Nôm", "(subject phrase tho nom first)"),
        ("4 3 1 1 1 1", "truyện ki", "(title phrase truyen ki first right)"),
        ("1007 3 1 1 100 1", "0-19-852663-6", "(identifier key 9780198526636)"),
        ("31 1 1 4 100 1", "1990", "(range date (.. 1990))"),
        ("31 2 1 4 100 1", "1990", "(range date (.. 1990])"),
        ("31 3 1 4 100 1", "1990", "(date key 1990)"),
        ("31 4 1 4 100 1", "1990", "(range date [1990 ..))"),
        ("31 5 1 4 100 1", "1990", "(range date (1990 ..))"),
        ("31 104 3 4 100 1", "1990-2000", "(range date [1990 2000])"),
    ],
)
def test_bath_profile(attributes, term, expected):
    pairs = enumerate(attributes.split(), 1)
    prefix = " ".join(f"@attr {type_}={value}" for type_, value in pairs)
    assert outcome(f'{prefix} "{term}"') == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("kiều", "(any word kieu)"),
        ('"truyện kiều"', "(any phrase truyen kieu)"),
        ("@attr 1=title a", "(title word a)"),
        ("@attr 1=DC.Title a", "(title word a)"),
        ('@attr "1=4" a', "(title word a)"),
        ("@attr 2=102 a", "(any word a)"),
        ('@attr 2=103 ""', "(all)"),
        ("@attr 1=54 @attr 2=6 vie", "(not (all) (language key vie))"),
        ('@attr 1=31 @attr 2=104 "1990 2000"', "(range date [1990 2000])"),
        ('@attr 4=6 "a b"', "(any all a b)"),
        ('@attr 4=105 "a b"', "(any any a b)"),
        ('@attr 4=106 "a b"', "(any any a b)"),
        ('@attr 4=6 @attr 5=1 "a b"', "(and (any word a right) (any word b right))"),
        ("@attr 1=7 @attr 4=6 @attr 5=1 978604", "(isbn key 978604 right)"),
        ("@attr 1=16 @attr 4=1 @attr 5=1 895.922", "(classification key 895.922 right)"),
        ("@attr 5=2 a", "(any word a left)"),
        ("@attr 5=3 a", "(any word a both)"),
        ("@attr 5=101 a#b", "(mask any a ANY b)"),
        ("@attr 5=104 a#b", "(mask any a ONE b)"),
        ("@attr 5=105 a!b", "(mask any a ONE b ANY)"),
        ("@attr 5=106 a*b!", "(mask any a ANY b ONE)"),
        ("@attr 5=102 ab", "(any word ab)"),
        ("@attr 5=102 a.b.*", "(mask any a ONE b ANY)"),
        ("@attr 5=103 k[iy]m", "(or (any word kim) (any word kym))"),
        ("@attr 5=104 a?b", "(mask any a ANY b)"),
        ("@attr 5=104 a?1b", "(or (any word ab) (mask any a ONE b))"),
        ('@attr 5=1 "a*b"', "(any phrase a b right)"),
        ("@attr 3=1 a", "(any word a first)"),
        ("@attr 3=2 a", "(any word a first)"),
        ("@attr 6=2 a", "(any word a first complete)"),
        ("@attr 4=108 a", "(any word a)"),
        ("@term numeric 1990", "(any word 1990)"),
        ('@term string "é"', "(any word e)"),
        ("@and a @or b c", "(and (any word a) (or (any word b) (any word c)))"),
        ("@not a b", "(not (any word a) (any word b))"),
        ("@prox 0 3 1 2 k 2 a b", "(prox le 3 ordered (any word a) (any word b))"),
        ("@prox 1 3 0 3 k 2 a b", "(prox eq 3 unordered exclude (any word a) (any word b))"),
    ],
)
def test_honoured(text, expected):
    assert outcome(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@attr 7=1 a", "!113 7"),
        ("@attr 1=5555 a", "!114 5555"),
        ("@attr 1=colour a", "!114 colour"),
        ("@attr 2=100 a", "!117 100"),
        ("@attr 2=101 a", "!117 101"),
        ("@attr 2=7 a", "!117 7"),
        ("@attr 4=104 a", "!118 104"),
        ("@attr 3=4 a", "!119 4"),
        ("@attr 5=102 a[b-d]", "!120 102 b-d]"),
        ("@attr 5=103 a*", "!120 103 a*"),
        ("@attr 5=9 a", "!120 9"),
        ("@attr 5=104 a?1b?1c", "!120 104"),
        ("@attr 5=104 a#b#越", "!120 104"),
        ("@attr gils 1=4 a", "!121 1.2.840.10003.3.5"),
        ("@attrset gils @attr 1=4 a", "!121 1.2.840.10003.3.5"),
        ("@attr 6=4 a", "!122 4"),
        ("@attr 1=4 @attr 1=5 a", "!123 1=4 1=5"),
        ("@attr 1=4 @attr 2=1 a", "!123 1=4 2=1"),
        ("@attr 1=4 @attr 2=6 a", "!123 1=4 2=6"),
        ("@attr 1=4 @attr 4=4 1990", "!123 1=4 4=4"),
        ("@attr 1=31 @attr 4=101 1990", "!123 1=30 4=101"),
        ("@attr 1=31 @attr 2=4 @attr 5=1 199", "!123 2=4 5=1"),
        ('@attr 4=6 @attr 6=3 "a b"', "!123 complete field and a list of words"),
        ("@attr 2=103 @attr 5=9 a", "!120 9"),
        ("@term oid 1.2", "!124 oid"),
        ('@attr 1=31 "x"', "!125 x: not a year"),
        ('""', "!125"),
        ('"..."', "!4 ..."),
        ("@set s1", "!30 s1"),
        ("@attr 4=word a", "!246 4=word"),
        ('"\\xFF"', "!1072 ff"),
        ("@prox 0 3 1 2 k 3 a b", "!132 3"),
        ("@prox 0 3 1 2 p 2 a b", "!132 2"),
        ("@prox 0 3 1 7 k 2 a b", "!131 7"),
        ("@prox 0 0 1 2 k 2 a b", "!202 0 (1 to 28)"),
        ("@prox 0 3 1 2 k 2 a @and b c", "!129 operands are single words or phrases"),
    ],
)
def test_refused(text, expected):
    assert outcome(text) == expected


def test_result_sets_that_live_are_operands():
    query = pqf.parse("@or @set s1 a")
    assert resolve(query, sets=frozenset({"s1"})).parts[0] == SetRef("s1")


def test_same_attribute_twice_with_one_value_is_harmless():
    assert outcome("@attr 1=4 @attr 1=4 a") == "(title word a)"


def test_operators_are_counted_before_the_tree_is_walked():
    root: rpn.Rpn = Operand((), b"a")
    for _ in range(3000):
        root = Operation("and", Operand((), b"a"), root)
    with pytest.raises(Diagnostic) as raised:
        resolve(RpnQuery(BIB1, root))
    assert raised.value.condition.name == "too_many_operators"


def test_proximity_needs_its_parameters():
    root = Operation("prox", Operand((), b"a"), Operand((), b"b"))
    with pytest.raises(Diagnostic, match="no parameters"):
        resolve(RpnQuery(BIB1, root))


def test_the_three_operators():
    a, b = Operand((), b"a"), Operand((), b"b")
    kinds = [type(resolve(RpnQuery(BIB1, Operation(o, a, b)))) for o in ("and", "or", "and-not")]
    assert kinds == [And, Or, Not]


def test_attributes_may_name_their_set():
    operand = Operand((Attribute(1, 4, BIB1),), b"a")
    assert show(resolve(RpnQuery("1.2.3", operand))) == "(title word a)"


def test_private_proximity_unit():
    a = Operand((), b"a")
    root = Operation("prox", a, a, Proximity(False, 1, True, 2, 2, private_unit=True))
    with pytest.raises(Diagnostic) as raised:
        resolve(RpnQuery(BIB1, root))
    assert raised.value.condition.bib1 == 132
