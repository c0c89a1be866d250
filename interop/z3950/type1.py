"""Queries on the wire: Type-1 and Type-101 to and from ``interop.query.rpn``, Type-104 as CQL text.

Z39.50-1995 section 3.7 and the ASN.1 of RPNQuery. Only structure is read here; what attributes mean
is decided by ``interop.query.rpn.resolve``.

A query that is sound BER but that we do not serve is no reason to end the association: it decodes
to ``UnservedQuery``, which names the diagnostic that answers it.
"""

from dataclasses import dataclass
from typing import Literal

from interop.query import pqf, rpn
from interop.z3950 import ber
from interop.z3950.asn1 import TEXT, Type
from interop.z3950.ber import BerError, Element
from interop.z3950.common import EXTERNAL, External

MAX_OPERATORS = 200  # more are diagnostic 6; trees are walked without recursion before that
CQL = "1.2.840.10003.16.2"
MAX_CQL = 1 << 16  # octets of a CQL query; more are diagnostic 11
MAX_TERM = 8192  # octets; more are diagnostic 11 (YAZ and Zebra refuse 22 kB)


@dataclass(frozen=True, slots=True)
class UnservedQuery:
    """``condition``: a row of ``interop.diagnostics``; ``details``: the offending value."""

    condition: str
    details: str


@dataclass(frozen=True, slots=True)
class CqlQuery:
    """The text of a Type-104 query whose EXTERNAL says that it is CQL."""

    text: str


class _Unserved(Exception):
    def __init__(self, condition: str, details: str) -> None:
        self.query = UnservedQuery(condition, details)
        super().__init__(condition)


def decode_rpn(element: Element) -> rpn.RpnQuery | UnservedQuery:
    """
    RPNQuery ::= SEQUENCE {
        attributeSet  AttributeSetId,
        rpn           RPNStructure }
    """
    try:
        children = element.children()
        if len(children) < 2:
            raise BerError("RPNQuery without its structure", element.offset)
        return rpn.RpnQuery(children[0].oid(), _structure(children[1]))
    except _Unserved as unserved:
        return unserved.query


Operator = Literal["and", "or", "and-not", "prox"]
_OPERATORS: tuple[Operator, ...] = ("and", "or", "and-not", "prox")


@dataclass(frozen=True, slots=True)
class _Join:
    """Two finished structures are to become one operation."""

    operator: Operator
    proximity: rpn.Proximity | None


def _structure(root: Element) -> rpn.Rpn:
    """
    RPNStructure ::= CHOICE {
        op        [0] Operand,
        rpnRpnOp  [1] IMPLICIT SEQUENCE { rpn1 RPNStructure, rpn2 RPNStructure, op Operator } }

    Walked with a stack of our own: a tree 3,000 deep is a diagnostic, not an overflow.
    """
    todo: list[Element | _Join] = [root]
    done: list[rpn.Rpn] = []
    operators = 0
    while todo:
        item = todo.pop()
        if isinstance(item, _Join):
            right, left = done.pop(), done.pop()
            done.append(rpn.Operation(item.operator, left, right, item.proximity))
        elif item.tag == 0:
            done.append(_operand(item.only()))
        elif item.tag == 1:
            operators += 1
            if operators > MAX_OPERATORS:
                raise _Unserved("too_many_operators", f"more than {MAX_OPERATORS}")
            parts = item.children()
            if len(parts) < 3:
                raise BerError("operation without two operands and an operator", item.offset)
            todo += [_operator(parts[2]), parts[1], parts[0]]
        else:
            raise BerError("no such alternative of RPNStructure", item.offset)
    return done[0]


def _operator(element: Element) -> _Join:
    """
    Operator ::= [46] CHOICE {
        and [0] IMPLICIT NULL, or [1] IMPLICIT NULL, and-not [2] IMPLICIT NULL,
        prox [3] IMPLICIT ProximityOperator }
    """
    chosen = element.only()
    if chosen.tag >= len(_OPERATORS):
        raise BerError("no such operator", chosen.offset)
    operator = _OPERATORS[chosen.tag]
    return _Join(operator, _proximity(chosen) if operator == "prox" else None)


def _proximity(element: Element) -> rpn.Proximity:
    """
    ProximityOperator ::= SEQUENCE {
        exclusion          [1] IMPLICIT BOOLEAN OPTIONAL,
        distance           [2] IMPLICIT INTEGER,
        ordered            [3] IMPLICIT BOOLEAN,
        relationType       [4] IMPLICIT INTEGER,
        proximityUnitCode  [5] CHOICE { known [1] IMPLICIT INTEGER, private [2] IMPLICIT INTEGER } }
    """
    parts = {child.tag: child for child in element.children()}
    try:
        unit = parts[5].only()
        return rpn.Proximity(
            exclusion=1 in parts and parts[1].boolean(),
            distance=parts[2].integer(),
            ordered=parts[3].boolean(),
            relation=parts[4].integer(),
            unit=unit.integer(),
            private_unit=unit.tag == 2,
        )
    except KeyError as missing:
        raise BerError(f"proximity operator without [{missing}]", element.offset) from None


def _operand(element: Element) -> rpn.Rpn:
    """
    Operand ::= CHOICE {
        attrTerm      AttributesPlusTerm,
        resultSet     [31] IMPLICIT InternationalString,
        resultAttr    [214] IMPLICIT SEQUENCE { resultSet, attributes } }
    """
    if element.tag == 102:
        return _attributes_plus_term(element)
    if element.tag == 31:
        return rpn.ResultSetOperand(element.text())
    if element.tag == 214:
        raise _Unserved("restriction_operand", "restriction")
    raise BerError("no such alternative of Operand", element.offset)


def _attributes_plus_term(element: Element) -> rpn.Operand:
    """
    AttributesPlusTerm ::= [102] IMPLICIT SEQUENCE {
        attributes  [44] IMPLICIT SEQUENCE OF AttributeElement,
        term        Term }
    """
    attributes: tuple[rpn.Attribute, ...] = ()
    term: Element | None = None
    for child in element.children():
        if child.tag == 44:
            attributes = tuple(map(_attribute, child.children()))
        elif term is None and child.tag in _KINDS:
            term = child
    if term is None:
        raise BerError("operand without a term", element.offset)
    return _term(attributes, term)


def _attribute(element: Element) -> rpn.Attribute:
    """
    AttributeElement ::= SEQUENCE {
        attributeSet    [1]   IMPLICIT AttributeSetId OPTIONAL,
        attributeType   [120] IMPLICIT INTEGER,
        attributeValue  CHOICE { numeric [121] IMPLICIT INTEGER,
                                 complex [224] IMPLICIT ComplexAttribute } }
    """
    parts = {child.tag: child for child in element.children()}
    if 120 not in parts or not (121 in parts or 224 in parts):
        raise BerError("attribute without type or value", element.offset)
    value = parts[121].integer() if 121 in parts else _complex(parts[224])
    return rpn.Attribute(parts[120].integer(), value, parts[1].oid() if 1 in parts else None)


def _complex(element: Element) -> int | str:
    """
    ComplexAttribute ::= SEQUENCE {
        list            [1] IMPLICIT SEQUENCE OF CHOICE { string [1], numeric [2] },
        semanticAction  [2] IMPLICIT SEQUENCE OF INTEGER OPTIONAL }

    A list of one value is how origins send a named access point (``1=title``); alternatives to
    choose from are not served.
    """
    parts = {child.tag: child for child in element.children()}
    values = parts[1].children() if 1 in parts else []
    if len(values) != 1:
        raise _Unserved("complex_attribute", f"{len(values)} values")
    return values[0].integer() if values[0].tag == 2 else values[0].text()


# Term ::= CHOICE { general [45] OCTET STRING, numeric [215] INTEGER, characterString [216],
#   oid [217], dateTime [218] GeneralizedTime, external [219] EXTERNAL,
#   integerAndUnit [220] IntUnit, null [221] NULL }, all IMPLICIT.
_KINDS: dict[int, rpn.TermKind] = {
    45: "general",
    215: "numeric",
    216: "string",
    217: "oid",
    218: "datetime",
    219: "external",
    220: "integer-and-unit",
    221: "null",
}
_TAGS = {kind: tag for tag, kind in _KINDS.items()}


def _term(attributes: tuple[rpn.Attribute, ...], element: Element) -> rpn.Operand:
    """``external`` and ``integer-and-unit`` keep their content octets; nothing is read in them."""
    kind = _KINDS[element.tag]
    if kind == "numeric":
        return rpn.Operand(attributes, element.integer(), kind)
    if kind == "oid":
        return rpn.Operand(attributes, element.oid(), kind)
    if kind in ("external", "integer-and-unit"):
        return rpn.Operand(attributes, element.content(), kind)
    octets = b"" if kind == "null" else element.octets()
    if len(octets) > MAX_TERM:
        raise _Unserved("term_too_long", f"{len(octets)} octets")
    if kind in ("string", "datetime"):
        try:
            return rpn.Operand(attributes, octets.decode(), kind)
        except UnicodeDecodeError:
            kind = "general"  # the octets as they are, so that the answer is diagnostic 1072
    return rpn.Operand(attributes, octets, kind)


# --- writing


def encode_rpn(tag: int, query: rpn.RpnQuery | UnservedQuery) -> bytes:
    """The inverse of ``decode_rpn``. Raises ``TypeError`` for an ``UnservedQuery``."""
    if isinstance(query, UnservedQuery):
        raise TypeError("a query that was not understood cannot be sent")
    set_ = ber.oid(ber.OBJECT_IDENTIFIER, query.attribute_set)
    return ber.constructed(tag, set_, _encode(query.root))


def _encode(root: rpn.Rpn) -> bytes:
    if isinstance(root, rpn.Operand):
        return ber.constructed(0, encode_operand(102, root))
    if isinstance(root, rpn.ResultSetOperand):
        return ber.constructed(0, ber.text(31, root.name))
    return ber.constructed(
        1, _encode(root.left), _encode(root.right), ber.constructed(46, _encode_operator(root))
    )


def _encode_operator(operation: rpn.Operation) -> bytes:
    tag = _OPERATORS.index(operation.operator)
    proximity = operation.proximity
    if proximity is None:
        return ber.null(tag)
    unit = ber.integer(2 if proximity.private_unit else 1, proximity.unit)
    return ber.constructed(
        tag,
        ber.boolean(1, proximity.exclusion),
        ber.integer(2, proximity.distance),
        ber.boolean(3, proximity.ordered),
        ber.integer(4, proximity.relation),
        ber.constructed(5, unit),
    )


def encode_operand(tag: int, operand: rpn.Operand) -> bytes:
    """AttributesPlusTerm."""
    attributes = ber.constructed(44, *map(_encode_attribute, operand.attributes))
    return ber.constructed(tag, attributes, _encode_term(operand))


def _encode_attribute(attribute: rpn.Attribute) -> bytes:
    parts = [] if attribute.set is None else [ber.oid(1, attribute.set)]
    parts.append(ber.integer(120, attribute.type))
    if isinstance(attribute.value, int):
        parts.append(ber.integer(121, attribute.value))
    else:
        parts.append(ber.constructed(224, ber.constructed(1, ber.text(1, attribute.value))))
    return ber.constructed(ber.SEQUENCE, *parts)


def _encode_term(operand: rpn.Operand) -> bytes:
    tag, term = _TAGS[operand.kind], operand.term
    if isinstance(term, int):
        return ber.integer(tag, term)
    if isinstance(term, str):
        return ber.oid(tag, term) if operand.kind == "oid" else ber.text(tag, term)
    if operand.kind in ("external", "integer-and-unit"):
        return ber.constructed(tag, term)
    return ber.primitive(tag, term)


# --- printing: PQF, the notation that operators of Z39.50 know


def show_query(query: rpn.RpnQuery | UnservedQuery) -> str:
    """One line for a transcript."""
    if isinstance(query, UnservedQuery):
        return f"({query.condition} {query.details})"
    return pqf.show(query)


def _show_scan_term(term: rpn.Operand | UnservedQuery) -> str:
    return show_query(term if isinstance(term, UnservedQuery) else rpn.RpnQuery(rpn.BIB1, term))


# --- as types

RPN: Type[rpn.RpnQuery | UnservedQuery] = Type(1, decode_rpn, encode_rpn, show_query)


def _decode_scan_term(element: Element) -> rpn.Operand | UnservedQuery:
    try:
        return _attributes_plus_term(element)
    except _Unserved as unserved:
        return unserved.query


def _encode_scan_term(tag: int, operand: rpn.Operand | UnservedQuery) -> bytes:
    if isinstance(operand, UnservedQuery):
        raise TypeError("a term that was not understood cannot be sent")
    return encode_operand(tag, operand)


ATTRIBUTES_PLUS_TERM: Type[rpn.Operand | UnservedQuery] = Type(
    102,
    _decode_scan_term,
    _encode_scan_term,
    _show_scan_term,
)


def _decode_attributes(element: Element) -> tuple[rpn.Attribute, ...] | UnservedQuery:
    """AttributeList ::= [44] IMPLICIT SEQUENCE OF AttributeElement."""
    try:
        return tuple(map(_attribute, element.children()))
    except _Unserved as unserved:
        return unserved.query


def _encode_attributes(tag: int, attributes: tuple[rpn.Attribute, ...] | UnservedQuery) -> bytes:
    if isinstance(attributes, UnservedQuery):
        raise TypeError("attributes that were not understood cannot be sent")
    return ber.constructed(tag, *map(_encode_attribute, attributes))


def _show_attributes(attributes: tuple[rpn.Attribute, ...] | UnservedQuery) -> str:
    if isinstance(attributes, UnservedQuery):
        return show_query(attributes)
    return f"[{', '.join(f'{a.type}={a.value}' for a in attributes)}]"


ATTRIBUTES: Type[tuple[rpn.Attribute, ...] | UnservedQuery] = Type(
    44, _decode_attributes, _encode_attributes, _show_attributes
)

Query = rpn.RpnQuery | CqlQuery | UnservedQuery


def _decode_query(element: Element) -> Query:
    """
    Query ::= CHOICE {
        type-0 [0] ANY, type-1 [1] IMPLICIT RPNQuery, type-2 [2] OCTET STRING,
        type-100 [100] OCTET STRING, type-101 [101] IMPLICIT RPNQuery,
        type-102 [102] OCTET STRING, type-104 [104] IMPLICIT EXTERNAL }

    Type-101 is Type-1 with what version 3 added to it.
    """
    if element.tag in (1, 101):
        return decode_rpn(element)
    if element.tag == 104:
        return _external_query(EXTERNAL.decode(element))
    return UnservedQuery("unsupported_query_type", str(element.tag & 0xFFFF))


def _external_query(external: External) -> CqlQuery | UnservedQuery:
    """CQL is an InternationalString; some origins send its octets without the string's tag."""
    if external.direct_reference != CQL:
        return UnservedQuery("unsupported_query_type", external.direct_reference or "104")
    octets = external.octets
    if external.single is not None:
        octets = ber.parse(external.single).octets()
    if octets is None:
        return UnservedQuery("malformed_query", "CQL query without its text")
    if len(octets) > MAX_CQL:
        return UnservedQuery("query_too_long", f"{len(octets)} octets")
    try:
        return CqlQuery(octets.decode("utf-8"))
    except UnicodeDecodeError:
        return UnservedQuery("undecodable_term", octets[:20].hex())


def _encode_query(tag: int, query: Query) -> bytes:
    if not isinstance(query, CqlQuery):
        return encode_rpn(tag, query)
    single = TEXT.encode(ber.GENERAL_STRING, query.text)
    return EXTERNAL.encode(104, External(direct_reference=CQL, single=single))


def _show_any_query(query: Query) -> str:
    return f"cql {query.text!r}" if isinstance(query, CqlQuery) else show_query(query)


QUERY: Type[Query] = Type(1, _decode_query, _encode_query, _show_any_query)
