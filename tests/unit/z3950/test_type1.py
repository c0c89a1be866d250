"""Queries on the wire: what becomes a query, and what becomes a diagnostic."""

import pytest

from interop.query.rpn import BIB1, Attribute, Operand, Operation, RpnQuery
from interop.z3950 import ber, type1
from interop.z3950.asn1 import explicit
from interop.z3950.ber import BerError
from interop.z3950.type1 import MAX_OPERATORS, MAX_TERM, QUERY, UnservedQuery
from tests.unit.z3950.samples import QUERY as SAMPLE
from tests.unit.z3950.samples import TREE

TERM = Operand((), b"x")


def _decode(rpn: bytes, tag: int = 1):
    set_ = ber.oid(ber.OBJECT_IDENTIFIER, BIB1)
    return QUERY.decode(ber.parse(ber.constructed(tag, set_, rpn)))


def _operand(*parts: bytes) -> bytes:
    return ber.constructed(0, ber.constructed(102, *parts))


NO_ATTRIBUTES = ber.constructed(44)


def test_round_trip():
    """Every kind of node."""
    assert QUERY.decode(ber.parse(QUERY.encode(1, SAMPLE))) == SAMPLE


def test_type_101_is_type_1():
    """Type-101 is Type-1 with proximity, which we read in both."""
    assert _decode(_operand(NO_ATTRIBUTES, ber.primitive(45, b"x")), tag=101) == RpnQuery(
        BIB1, TERM
    )


@pytest.mark.parametrize(
    ("term", "kind", "value"),
    [
        (ber.primitive(45, b"\xff"), "general", b"\xff"),
        (ber.constructed(45, ber.primitive(4, b"a"), ber.primitive(4, b"b")), "general", b"ab"),
        (ber.integer(215, 5), "numeric", 5),
        (ber.text(216, "đ"), "string", "đ"),
        (ber.primitive(216, b"\xff"), "general", b"\xff"),  # so that the answer is 1072
        (ber.oid(217, "1.2.3"), "oid", "1.2.3"),
        (ber.primitive(218, b"20250701"), "datetime", "20250701"),
        (ber.constructed(219, ber.null(0)), "external", b"\x80\0"),
        (ber.constructed(220, ber.integer(1, 5)), "integer-and-unit", b"\x81\x01\x05"),
        (ber.null(221), "null", b""),
    ],
)
def test_terms(term, kind, value):
    """All alternatives of Term; constructed octets are joined (YAZ finds nothing for them)."""
    query = _decode(_operand(NO_ATTRIBUTES, term))
    assert query == RpnQuery(BIB1, Operand((), value, kind))
    assert QUERY.decode(ber.parse(QUERY.encode(1, query))) == query


def _attribute(*parts: bytes) -> bytes:
    attribute = ber.constructed(ber.SEQUENCE, *parts)
    return _operand(ber.constructed(44, attribute), ber.primitive(45, b"x"))


def test_attributes():
    """Numeric, named, and of another set."""
    complex_ = ber.constructed(224, ber.constructed(1, ber.text(1, "title")))
    assert _decode(_attribute(ber.integer(120, 1), ber.integer(121, 4))).root.attributes == (
        Attribute(1, 4),
    )
    assert _decode(
        _attribute(ber.oid(1, "1.2.3"), ber.integer(120, 1), complex_)
    ).root.attributes == (Attribute(1, "title", "1.2.3"),)
    number = ber.constructed(224, ber.constructed(1, ber.integer(2, 4)))
    assert _decode(_attribute(ber.integer(120, 1), number)).root.attributes == (Attribute(1, 4),)


def test_alternatives_of_an_attribute_are_diagnostic_246():
    """A list to choose from is not served."""
    two = ber.constructed(224, ber.constructed(1, ber.integer(2, 4), ber.integer(2, 5)))
    query = _decode(_attribute(ber.integer(120, 1), two))
    assert query == UnservedQuery("complex_attribute", "2 values")


def test_restriction_is_diagnostic_245():
    """resultAttr."""
    restriction = ber.constructed(214, ber.text(31, "1"), NO_ATTRIBUTES)
    query = _decode(ber.constructed(0, restriction))
    assert query == UnservedQuery("restriction_operand", "restriction")


@pytest.mark.parametrize("tag", [0, 2, 100, 102])
def test_other_query_types_are_diagnostic_107(tag):
    """addinfo is the number of the type."""
    query = QUERY.decode(ber.parse(ber.primitive(tag, b"x")))
    assert query == UnservedQuery("unsupported_query_type", str(tag))


def test_long_terms_are_diagnostic_11():
    """The limit itself is served."""
    longest = _decode(_operand(NO_ATTRIBUTES, ber.primitive(45, b"x" * MAX_TERM)))
    assert isinstance(longest, RpnQuery)
    over = _decode(_operand(NO_ATTRIBUTES, ber.primitive(45, b"x" * (MAX_TERM + 1))))
    assert over == UnservedQuery("term_too_long", f"{MAX_TERM + 1} octets")


def _chain(operators: int, *, indefinite: bool = False) -> bytes:
    leaf = _operand(NO_ATTRIBUTES, ber.primitive(45, b"x"))
    and_ = ber.constructed(46, ber.null(0))
    if indefinite:
        return b"\xa1\x80" * operators + leaf + (leaf + and_ + b"\0\0") * operators
    tree = leaf
    for _ in range(operators):
        tree = ber.constructed(1, tree, leaf, and_)
    return tree


def test_many_operators_are_diagnostic_6():
    """Two hundred are served, however deep; three thousand levels are no overflow."""
    tree = _decode(_chain(MAX_OPERATORS)).root
    depth = 0
    while isinstance(tree, Operation):
        tree, depth = tree.left, depth + 1
    assert depth == MAX_OPERATORS
    too_many = UnservedQuery("too_many_operators", f"more than {MAX_OPERATORS}")
    assert _decode(_chain(MAX_OPERATORS + 1)) == too_many
    assert _decode(_chain(3000, indefinite=True)) == too_many


@pytest.mark.parametrize(
    "rpn",
    [
        ber.constructed(0),
        ber.constructed(0, ber.null(7)),
        ber.constructed(7),
        ber.constructed(1, ber.constructed(0)),
        _operand(NO_ATTRIBUTES),
        _operand(ber.constructed(44, ber.constructed(ber.SEQUENCE)), ber.primitive(45, b"x")),
    ],
)
def test_malformed_structures(rpn):
    """What the ASN.1 does not allow is an error of the APDU."""
    with pytest.raises(BerError):
        _decode(rpn)


def test_operators_and_proximity_are_checked():
    """An operator that is none, and a proximity without its distance."""
    leaf = _operand(NO_ATTRIBUTES, ber.primitive(45, b"x"))
    for operator in (ber.null(4), ber.constructed(3, ber.boolean(1, True))):
        with pytest.raises(BerError):
            _decode(ber.constructed(1, leaf, leaf, ber.constructed(46, operator)))


def test_what_was_not_understood_cannot_be_sent():
    """Our mistake, not the peer's."""
    with pytest.raises(TypeError):
        explicit(QUERY).encode(21, UnservedQuery("restriction_operand", ""))
    with pytest.raises(TypeError):
        type1.ATTRIBUTES_PLUS_TERM.encode(102, UnservedQuery("complex_attribute", ""))


def test_shown_as_pqf():
    """In the notation of yaz-client."""
    assert type1.show_query(RpnQuery(BIB1, TERM)) == "x"
    assert type1.show_query(RpnQuery("1.2.3", TERM)) == "@attrset 1.2.3 x"
    assert type1.show_query(RpnQuery(BIB1, TREE)).startswith("@not @or @prox 0 3 1 2 known 2 ")
    assert type1.show_query(UnservedQuery("too_many_operators", "9")) == "(too_many_operators 9)"
