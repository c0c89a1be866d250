"""PQF text to Type-1 and back."""

import pytest

from interop.query import pqf
from interop.query.rpn import (
    BIB1,
    Attribute,
    Operand,
    Operation,
    Proximity,
    ResultSetOperand,
    RpnQuery,
)


def operand(term, *attributes, kind="general"):
    return Operand(tuple(Attribute(*each) for each in attributes), term, kind)


@pytest.mark.parametrize(
    ("text", "root"),
    [
        ("dylan", operand(b"dylan")),
        ('@attr 1=4 "bob dylan"', operand(b"bob dylan", (1, 4))),
        ("@attr 1=title x", operand(b"x", (1, "title"))),
        ("@attr gils 1=2038 -114", operand(b"-114", (1, 2038, "1.2.840.10003.3.5"))),
        ('@term string "é"', operand("é", kind="string")),
        ("@term numeric 12", operand(12, kind="numeric")),
        ('"\\xFF\\"\\\\"', operand(b'\xff"\\')),
        ("@or a @set s1", Operation("or", operand(b"a"), ResultSetOperand("s1"))),
        ("@not a b", Operation("and-not", operand(b"a"), operand(b"b"))),
        ("@attr 4=1 @and a b", Operation("and", operand(b"a", (4, 1)), operand(b"b", (4, 1)))),
        (
            "@prox 1 3 0 2 k 2 a b",
            Operation("prox", operand(b"a"), operand(b"b"), Proximity(True, 3, False, 2, 2)),
        ),
    ],
)
def test_parse_and_show(text, root):
    query = pqf.parse(text)
    assert query == RpnQuery(BIB1, root)
    assert pqf.parse(pqf.show(query)) == query


def test_attribute_set():
    query = pqf.parse("@attrset exp-1 @attr 1=1 CategoryList")
    assert query.attribute_set == "1.2.840.10003.3.2"
    assert pqf.show(query) == "@attrset 1.2.840.10003.3.2 @attr 1=1 CategoryList"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "position 1: end of query: a term was expected"),
        ("@and a", "position 7: end of query: a term was expected"),
        ("a b", "position 3: b: nothing more was expected"),
        ('"a', "position 1: string without its end"),
        ("@attr 4 a", "position 7: 4: no such attribute set"),
        ("@attr bib-1 a b", "position 13: a: type=value was expected"),
        ("@foo a", "position 1: @foo: a term was expected; put it in double quotes"),
        ("@prox 0 a 1 2 k 2 a b", "position 9: a: a number was expected"),
        ("@prox 0 1 1 2 x 2 a b", "position 15: x: known or private was expected"),
        ("@term colour a", "position 7: colour: one of general"),
        ("@term numeric a", "position 15: a: a number was expected"),
        ("@and " * 200, "more than 100 operators inside one another"),
    ],
)
def test_errors_say_where(text, message):
    with pytest.raises(pqf.PqfError) as raised:
        pqf.parse(text)
    assert message in str(raised.value)


def test_queries_of_others_parse(corpus):
    (file,) = (corpus / "cql/xbib_z3950").rglob("pqf-must-succeed")
    lines = [line for line in file.read_text(encoding="utf-8").splitlines() if line.strip()]
    assert len(lines) > 15
    for line in lines:
        query = pqf.parse(line)
        assert pqf.parse(pqf.show(query)) == query
