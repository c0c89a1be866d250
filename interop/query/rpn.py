"""Z39.50 Type-1 (and Type-101) queries: their structure, and how it resolves to the query tree.

Z39.50-1995 section 3.7 and appendix ATR (Bib-1). Parsing bytes is ``interop.z3950.apdu``'s work,
parsing PQF text is ``interop.query.pqf``'s; both give the structure below.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from itertools import product
from typing import Literal, TypeAlias, TypeVar

from interop.diagnostics import Diagnostic
from interop.query import clause, regular
from interop.query.access_points import BY_CQL, BY_NAME, BY_USE, AccessPoint
from interop.query.ast import ANY, ONE, All, And, Not, Or, Query, Relation, SetRef
from interop.query.clause import Clause, Piece

BIB1 = "1.2.840.10003.3.1"

TermKind: TypeAlias = Literal[
    "general", "numeric", "string", "oid", "datetime", "external", "integer-and-unit", "null"
]


@dataclass(frozen=True, slots=True)
class Attribute:
    """AttributeElement: ``type`` 1-6 in Bib-1, ``value``; ``set`` a dotted OID or the query's."""

    type: int
    value: int | str
    set: str | None = None


@dataclass(frozen=True, slots=True)
class Operand:
    """AttributesPlusTerm. ``term``: octets of a general term, text or integer of the others."""

    attributes: tuple[Attribute, ...]
    term: bytes | str | int
    kind: TermKind = "general"


@dataclass(frozen=True, slots=True)
class ResultSetOperand:
    """ResultSetId as an operand."""

    name: str


@dataclass(frozen=True, slots=True)
class Proximity:
    """ProximityOperator. ``relation`` 1-6 (lt le eq ge gt ne); ``unit`` known unit, 2 = word."""

    exclusion: bool
    distance: int
    ordered: bool
    relation: int
    unit: int
    private_unit: bool = False


@dataclass(frozen=True, slots=True)
class Operation:
    """rpnRpnOp."""

    operator: Literal["and", "or", "and-not", "prox"]
    left: "Rpn"
    right: "Rpn"
    proximity: Proximity | None = None


Rpn: TypeAlias = Operand | ResultSetOperand | Operation


@dataclass(frozen=True, slots=True)
class RpnQuery:
    """RPNQuery. ``attribute_set``: dotted OID."""

    attribute_set: str
    root: Rpn


# --- what it means

T = TypeVar("T")

# Bib-1 attribute types, and what each is refused with.
USE, RELATION, POSITION, STRUCTURE, TRUNCATION, COMPLETENESS = range(1, 7)
REFUSED = {
    USE: "unsupported_use",
    RELATION: "unsupported_relation",
    POSITION: "unsupported_position",
    STRUCTURE: "unsupported_structure",
    TRUNCATION: "unsupported_truncation",
    COMPLETENESS: "unsupported_completeness",
}

ANY_FIELD = 1016  # Use of an operand that names none
MAX_OPERATORS = 200

# Type 2; 102 (relevance) asks for ranking, which changes no set of records.
_EQUAL, _ALWAYS_MATCHES, _WITHIN = 3, 103, 104
_RELATIONS: dict[int, Relation] = {
    1: "lt",
    2: "le",
    3: "eq",
    4: "ge",
    5: "gt",
    6: "ne",
    102: "eq",
}
# Type 3: first in field, first in subfield, any. A repetition of an access point is one field as
# its row cuts it, so that the first subfield named there is where it begins.
_FIRST = {1: True, 2: True, 3: False}
# Type 4: phrase, word, key, year, date, word list, name (normalised), free text, document text,
# local number, string, numeric string. The access point's normaliser reads the term.
_PHRASES, _ALL_WORDS, _ANY_WORD = (1, 2, 3, 4, 5, 101, 107, 108, 109), (6,), (105, 106)
_DATES = (4, 5)
_WORD = 2
# Type 5: right, left, both, none; 101, 104, 105 and 106 are masks inside the term, 102 and 103
# regular expressions. 105 (which also truncates right) and 106 are Zebra's.
_NO_TRUNCATION, _MASKED_101, _MASKED_104, _MASKED_105, _MASKED_106 = 100, 101, 104, 105, 106
_REGULAR = (102, 103)
_TRUNCATIONS = {1: (False, True), 2: (True, False), 3: (True, True), 100: (False, False)}
# Type 6: incomplete subfield, complete subfield, complete field.
_COMPLETE = {1: False, 2: True, 3: True}

# What Explain tells of types 2 to 6: the values that are served, and what stands for one left out
# (structure: one word is a word, several are a phrase).
SUPPORTED: dict[int, tuple[int, ...]] = {
    RELATION: tuple(sorted((*_RELATIONS, _ALWAYS_MATCHES, _WITHIN))),
    POSITION: tuple(_FIRST),
    STRUCTURE: tuple(sorted((*_PHRASES, *_ALL_WORDS, *_ANY_WORD))),
    TRUNCATION: (*_TRUNCATIONS, _MASKED_101, *_REGULAR, _MASKED_104, _MASKED_105, _MASKED_106),
    COMPLETENESS: tuple(_COMPLETE),
}
DEFAULTS = {
    USE: ANY_FIELD,
    RELATION: _EQUAL,
    POSITION: 3,
    STRUCTURE: 1,
    TRUNCATION: _NO_TRUNCATION,
    COMPLETENESS: 1,
}

# Two years as clients write them for relation 104: 1990-2000, 1990/2000, 1990, 2000.
_YEARS = re.compile(r"^([0-9]{4})\s*[-/,]\s*([0-9]{4})$")

# KnownProximityUnit: word, element. An element is one repetition of an access point, of which only
# the same one (distance 0) can be asked for.
_UNITS: dict[int, Literal["word", "field"]] = {2: "word", 8: "field"}
_MASK_104 = re.compile(r"#|\?[0-9]?|[^#?]+")


# The text of a general term's octets; raises ``Diagnostic`` for octets that are none.
Decode: TypeAlias = Callable[[bytes], str]


def utf8(octets: bytes) -> str:
    """A term in UTF-8. Raises ``Diagnostic`` 1072."""
    try:
        return octets.decode("utf-8")
    except UnicodeDecodeError:
        raise Diagnostic("undecodable_term", octets.hex()[:40]) from None


def resolve(query: RpnQuery, *, sets: frozenset[str] = frozenset(), decode: Decode = utf8) -> Query:
    """The query node that a Type-1 query means. ``sets``: names of the result sets that live.

    Every attribute is honoured or is a ``Diagnostic`` whose details are its value.
    """
    _count_operators(query.root)
    return _resolve(query.root, query.attribute_set, sets, decode)


def sets_of(query: RpnQuery) -> set[str]:
    """Names of the result sets that ``query`` refers to."""
    names, waiting = set[str](), [query.root]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Operation):
            waiting += (item.left, item.right)
        elif isinstance(item, ResultSetOperand):
            names.add(item.name)
    return names


def access_point(operand: Operand, attribute_set: str) -> AccessPoint:
    """What the Use attribute of ``operand`` names. Raises ``Diagnostic``."""
    return _access_point(_attributes(operand, attribute_set).get(USE, ANY_FIELD))


def term_list(
    operand: Operand, attribute_set: str, decode: Decode = utf8
) -> tuple[AccessPoint, Literal["word", "heading"], str]:
    """The term list that a Scan means and the text where it starts (Z39.50-1995 3.2.8).

    Position first and completeness mean whole headings, and so does a structure that is not a word
    (the Bath profile's exact-match and keyword scans). Raises ``Diagnostic``.
    """
    given = _attributes(operand, attribute_set)
    point = _access_point(given.pop(USE, ANY_FIELD))
    values = {type_: _number(type_, value) for type_, value in given.items()}
    relation = values.get(RELATION, _EQUAL)
    if relation != _EQUAL:
        raise Diagnostic("unsupported_relation", str(relation))
    truncation = values.get(TRUNCATION, _NO_TRUNCATION)
    if truncation not in (1, _NO_TRUNCATION):  # a list goes on to the right all the same
        raise Diagnostic("unsupported_truncation", str(truncation))
    whole = _known(POSITION, _FIRST, values.get(POSITION, 3))
    whole = _known(COMPLETENESS, _COMPLETE, values.get(COMPLETENESS, 1)) or whole
    structure = values.get(STRUCTURE)
    if structure is not None:
        words = structure == _WORD or _list_of(structure) is not None
        _check_structure(point, structure)
        if words and whole:
            details = " ".join(f"{type_}={value}" for type_, value in sorted(values.items()))
            raise Diagnostic("unsupported_attribute_combination", details)
        whole = not words
    if not point.scan:
        raise Diagnostic("unsupported_term_list", f"1={point.use[0]}")
    return point, "heading" if whole else "word", _text(operand, decode)


def _count_operators(root: Rpn) -> None:
    """An own stack: what came in may be deeper than the interpreter's."""
    operators, waiting = 0, [root]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Operation):
            operators += 1
            if operators > MAX_OPERATORS:
                raise Diagnostic("too_many_operators", f"more than {MAX_OPERATORS}")
            waiting += (item.left, item.right)


def _resolve(root: Rpn, attribute_set: str, sets: frozenset[str], decode: Decode) -> Query:
    match root:
        case Operand():
            return _operand(root, attribute_set, decode)
        case ResultSetOperand(name):
            if name not in sets:
                raise Diagnostic("result_set_unknown", name)
            return SetRef(name)
        case Operation(operator, left_operand, right_operand, proximity):
            left = _resolve(left_operand, attribute_set, sets, decode)
            right = _resolve(right_operand, attribute_set, sets, decode)
            match operator:
                case "and":
                    return And((left, right))
                case "or":
                    return Or((left, right))
                case "and-not":
                    return Not(left, right)
                case "prox":
                    return _proximity(proximity, left, right)


def _proximity(proximity: Proximity | None, left: Query, right: Query) -> Query:
    if proximity is None:
        raise Diagnostic("unsupported_proximity", "no parameters")
    unit = None if proximity.private_unit else _UNITS.get(proximity.unit)
    if unit is None:
        raise Diagnostic("unsupported_proximity_unit", str(proximity.unit))
    relation = _RELATIONS.get(proximity.relation)
    if relation is None or proximity.relation > 6:
        raise Diagnostic("unsupported_proximity_relation", str(proximity.relation))
    return clause.proximity(
        left,
        right,
        distance=proximity.distance,
        ordered=proximity.ordered,
        relation=relation,
        exclude=proximity.exclusion,
        unit=unit,
    )


# --- operands


def _operand(operand: Operand, attribute_set: str, decode: Decode) -> Query:
    given = _attributes(operand, attribute_set)
    point = _access_point(given.pop(USE, ANY_FIELD))
    values = {type_: _number(type_, value) for type_, value in given.items()}
    relation = values.get(RELATION, _EQUAL)
    structure = values.get(STRUCTURE, 1)
    truncation = values.get(TRUNCATION, _NO_TRUNCATION)
    first = _known(POSITION, _FIRST, values.get(POSITION, 3))
    complete = _known(COMPLETENESS, _COMPLETE, values.get(COMPLETENESS, 1))
    list_of = _list_of(structure)
    _check_structure(point, structure)
    if relation == _ALWAYS_MATCHES:
        _truncated("", truncation, None)  # the other attributes must be sound all the same
        return All()
    text = _text(operand, decode)
    if relation != _WITHIN and relation not in _RELATIONS:
        raise Diagnostic("unsupported_relation", str(relation))
    if relation in (_EQUAL, 102):
        choices = _truncated(text, truncation, list_of)
        clauses = [Clause(point, p, list_of or "phrase", first, complete) for p in choices]
        try:
            found = [clause.search(each) for each in clauses]
        except Diagnostic as diagnostic:
            raise _by_value(diagnostic, values) from None
        return found[0] if len(found) == 1 else Or(tuple(found))
    return _ordered(point, relation, text, truncation)


def _by_value(diagnostic: Diagnostic, values: dict[int, int]) -> Diagnostic:
    """A refusal of what an attribute asks for names the value of the attribute (Bib-1 addinfo)."""
    for type_ in (TRUNCATION, POSITION):
        if diagnostic.condition.name == REFUSED[type_] and type_ in values:
            return Diagnostic(REFUSED[type_], str(values[type_]))
    return diagnostic


def _ordered(point: AccessPoint, relation: int, text: str, truncation: int) -> Query:
    """Relations other than equality: values are compared whole."""
    _truncated("", truncation, None)
    if truncation != _NO_TRUNCATION:
        raise Diagnostic("unsupported_attribute_combination", f"2={relation} 5={truncation}")
    try:
        if relation == _WITHIN:
            return clause.between(point, (_YEARS.sub(r"\1 \2", text.strip()),))
        return clause.compare(point, _RELATIONS[relation], (text,))
    except Diagnostic as diagnostic:
        if diagnostic.condition.name != "unsupported_relation_index":
            raise
        details = f"1={point.use[0]} 2={relation}"
        raise Diagnostic("unsupported_attribute_combination", details) from None


def _attributes(operand: Operand, attribute_set: str) -> dict[int, int | str]:
    found: dict[int, int | str] = {}
    for attribute in operand.attributes:
        set_ = attribute.set or attribute_set
        if set_ != BIB1:
            raise Diagnostic("unsupported_attribute_set", set_)
        if attribute.type not in REFUSED:
            raise Diagnostic("unsupported_attribute_type", str(attribute.type))
        if attribute.type in found and found[attribute.type] != attribute.value:
            both = f"{found[attribute.type]} {attribute.type}={attribute.value}"
            raise Diagnostic("unsupported_attribute_combination", f"{attribute.type}={both}")
        found[attribute.type] = attribute.value
    return found


def _access_point(use: int | str) -> AccessPoint:
    """A Use number, or by name: ours (``title``), CQL's (``dc.title``), or the number in digits."""
    point: AccessPoint | None
    if isinstance(use, int):
        point = BY_USE.get(use)
    elif use.isascii() and use.isdigit() and len(use) < 10:
        point = BY_USE.get(int(use))
    else:
        point = BY_NAME.get(use.casefold()) or BY_CQL.get(use.casefold())
    if point is None:
        raise Diagnostic("unsupported_use", str(use))
    return point


def _number(type_: int, value: int | str) -> int:
    if isinstance(value, str):
        raise Diagnostic("complex_attribute", f"{type_}={value}")
    return value


def _known(type_: int, table: dict[int, T], value: int) -> T:
    if value not in table:
        raise Diagnostic(REFUSED[type_], str(value))
    return table[value]


def _list_of(structure: int) -> clause.Structure | None:
    if structure in _ALL_WORDS:
        return "all"
    if structure in _ANY_WORD:
        return "any"
    if structure not in _PHRASES:
        raise Diagnostic("unsupported_structure", str(structure))
    return None


def _check_structure(point: AccessPoint, structure: int) -> None:
    """Dates are asked of dates; where there are no words, there is no name to put in order."""
    if (structure in _DATES and point.kind not in ("year", "date")) or (
        structure == 101 and point.kind in ("year", "date")
    ):
        details = f"1={point.use[0]} 4={structure}"
        raise Diagnostic("unsupported_attribute_combination", details)


def _text(operand: Operand, decode: Decode) -> str:
    if operand.kind == "general" and isinstance(operand.term, bytes):
        return decode(operand.term)
    if operand.kind in ("string", "numeric") and not isinstance(operand.term, bytes):
        return str(operand.term)
    raise Diagnostic("unsupported_term_type", operand.kind)


def _truncated(
    text: str, truncation: int, list_of: clause.Structure | None
) -> list[tuple[Piece, ...]]:
    """The term as pieces; several where a mask stands for a choice. In a list of words, each word
    is truncated.
    """
    if truncation in _TRUNCATIONS:
        left, right = _TRUNCATIONS[truncation]
        before: tuple[Piece, ...] = (ANY,) if left else ()
        behind: tuple[Piece, ...] = (ANY,) if right else ()
        words = text.split() if list_of else [text.strip()]
        pieces: list[Piece] = []
        for place, word in enumerate(words):
            pieces += (*((" ",) if place else ()), *before, word, *behind)
        return [tuple(pieces)] if text.strip() else [(text,)]
    if truncation == _MASKED_101:
        parts = re.split("(#)", text)
        return [tuple(ANY if part == "#" else part for part in parts if part)]
    if truncation == _MASKED_104:
        return _z3958(text)
    if truncation in (_MASKED_105, _MASKED_106):
        behind = (ANY,) if truncation == _MASKED_105 else ()
        masks: dict[str, Piece] = {"*": ANY, "!": ONE}
        return [(*(masks.get(part, part) for part in re.split("([*!])", text) if part), *behind)]
    if truncation in _REGULAR:
        return [_joined((piece,) for piece in term) for term in regular.choices(text, truncation)]
    raise Diagnostic("unsupported_truncation", str(truncation))


def _z3958(text: str) -> list[tuple[Piece, ...]]:
    """Z39.58 masks: ``#`` one character, ``?`` any, ``?n`` none to n. One ``?n`` makes n + 1
    patterns; two of them would make a hundred and are refused.
    """
    choices: list[list[tuple[Piece, ...]]] = []
    for part in _MASK_104.findall(text):
        if part == "#":
            choices.append([(ONE,)])
        elif part == "?":
            choices.append([(ANY,)])
        elif part.startswith("?"):
            choices.append([(ONE,) * count for count in range(int(part[1]) + 1)])
        else:
            choices.append([(part,)])
    if sum(len(choice) > 1 for choice in choices) > 1:
        raise Diagnostic("unsupported_truncation", str(_MASKED_104))
    return [_joined(chosen) for chosen in product(*choices)]


def _joined(parts: Iterable[tuple[Piece, ...]]) -> tuple[Piece, ...]:
    """One term; literals that a mask of no characters stood between become one."""
    pieces: list[Piece] = []
    for piece in (piece for part in parts for piece in part):
        if isinstance(piece, str) and pieces and isinstance(pieces[-1], str):
            pieces[-1] += piece
        else:
            pieces.append(piece)
    return tuple(pieces)
