"""Query trees to CQL and to PQF: what the server understood, for logs and for operators.

The tree is read, never the text that was sent, so what is printed is what is searched. CQL text
compiles to the same tree again. PQF has no word for diacritics, for which it raises
``Unprintable``.
"""

import re
from collections.abc import Sequence
from functools import partial, reduce

from interop.query.access_points import BY_NAME
from interop.query.ast import (
    ONE,
    RELEVANCE,
    All,
    And,
    Any_,
    Mask,
    MaskedPhrase,
    Not,
    Or,
    Prox,
    Query,
    Range,
    Relation,
    SetRef,
    SortKey,
    Span,
    Term,
)
from interop.query.pqf import show
from interop.query.rpn import (
    BIB1,
    Attribute,
    Operand,
    Operation,
    Proximity,
    ResultSetOperand,
    Rpn,
    RpnQuery,
)

_SYMBOLS: dict[Relation, str] = {
    "lt": "<",
    "le": "<=",
    "eq": "=",
    "ge": ">=",
    "gt": ">",
    "ne": "<>",
}
_SPECIAL = str.maketrans({char: f"\\{char}" for char in '\\"*?^'})


def quoted(text: str) -> str:
    """``text`` as a CQL term in which nothing is special (CQL 1.2, masking rules)."""
    return f'"{text.translate(_SPECIAL)}"'


def cql(query: Query, sort: Sequence[SortKey] = ()) -> str:
    """CQL text that compiles to ``query`` and ``sort`` again."""
    keys = "".join(f" {_sort_key(key)}" for key in sort)
    return _cql(query) + (f" sortBy{keys}" if keys else "")


def _cql(query: Query) -> str:
    """By recursion: parsers and engines bound the depth."""
    match query:
        case Term():
            return _term(query)
        case Mask(ap, pattern, exact):
            return _clause(ap, "=", f'"{_masked(pattern)}"', exact)
        case MaskedPhrase():
            return _masked_phrase(query)
        case Range():
            return _range(query)
        case Span():
            return _span(query)
        case Prox():
            return f"{_cql(query.left)} {_prox(query)} {_operand(query.right)}"
        case All():
            return "cql.allRecords = 1"
        case SetRef(name):
            return f"cql.resultSetId = {quoted(name)}"
        case And(parts):
            return " and ".join(_chain(parts))
        case Or(parts):
            return " or ".join(_chain(parts))
        case Not(left, right):
            return f"{_cql(left)} not {_operand(right)}"


def _chain(parts: Sequence[Query]) -> list[str]:
    """Chains lean to the left whatever the operator, so a first operand needs no parentheses."""
    return [_cql(parts[0]), *map(_operand, parts[1:])]


def _operand(query: Query) -> str:
    text = _cql(query)
    leaf = isinstance(query, Term | Mask | MaskedPhrase | All | SetRef)
    return text if leaf else f"({text})"


def _clause(ap: str, relation: str, term: str, exact: bool = False) -> str:
    modifier = "/respectAccents" if exact else ""
    return f"{BY_NAME[ap].names[0]} {relation}{modifier} {term}"


def _term(term: Term) -> str:
    text = " ".join(term.tokens).translate(_SPECIAL)
    if term.structure in ("all", "any"):
        return _clause(term.ap, term.structure, f'"{text}"', term.exact)
    if term.trunc in ("left", "both"):
        text = f"*{text}"
    if term.trunc in ("right", "both"):
        text = f"{text}*"
    if term.position == "first" and not term.complete:
        text = f"^{text}"
    return _clause(term.ap, "==" if term.complete else "=", f'"{text}"', term.exact)


def _masked_phrase(phrase: MaskedPhrase) -> str:
    text = " ".join(map(_masked, phrase.words))
    if phrase.position == "first" and not phrase.complete:
        text = f"^{text}"
    return _clause(phrase.ap, "==" if phrase.complete else "=", f'"{text}"', phrase.exact)


def _masked(pattern: Sequence[str | Any_]) -> str:
    return "".join(
        part.translate(_SPECIAL) if isinstance(part, str) else "?" if part is ONE else "*"
        for part in pattern
    )


def _range(query: Range) -> str:
    low, high = query.lo, query.hi
    bounds = f"{low} {high}"
    both = low is not None and high is not None
    if both and query.lo_incl and query.hi_incl and len(bounds.split()) == 2:
        return _clause(query.ap, "within", quoted(bounds))
    sides = []
    if low is not None:
        sides.append(_clause(query.ap, ">=" if query.lo_incl else ">", quoted(str(low))))
    if high is not None:
        sides.append(_clause(query.ap, "<=" if query.hi_incl else "<", quoted(str(high))))
    return " and ".join(sides) or "cql.allRecords = 1"


_SPANS = {"encloses": "encloses", "within": "within", "equal": "=="}


def _span(query: Span) -> str:
    return _clause(query.ap, _SPANS[query.relation], quoted(_years(query)))


def _years(query: Span) -> str:
    return f"{query.lo}" if query.lo == query.hi else f"{query.lo} {query.hi}"


def _prox(query: Prox) -> str:
    order = "ordered" if query.ordered else "unordered"
    exclusion = "/local.exclusion" if query.exclude else ""
    distance = f"distance{_SYMBOLS[query.relation]}{query.distance}"
    unit = "word" if query.unit == "word" else "element"
    return f"prox/unit={unit}/{distance}/{order}{exclusion}"


def _sort_key(key: SortKey) -> str:
    if key.ap == RELEVANCE:
        return "local.relevance"
    words = [BY_NAME[key.ap].names[0]]
    if not key.ascending:
        words.append("sort.descending")
    if key.instead:
        words.append(f"sort.missingValue={quoted(key.instead)}")
    elif key.missing == "fail":
        words.append("sort.missingFail")
    elif key.missing == "omit":
        words.append("sort.missingOmit")
    elif key.missing == "first":
        words.append("sort.missingLow" if key.ascending else "sort.missingHigh")
    return "/".join(words)


# Type-1


class Unprintable(ValueError):
    """Type-1 has no word for a part of the query (its text)."""


def pqf(query: Query) -> str:
    """PQF text of the Type-1 query that means ``query``. Raises ``Unprintable``."""
    return show(type_1(query))


def type_1(query: Query) -> RpnQuery:
    """The Type-1 query, of attributes that are not the default only. Raises ``Unprintable``."""
    return RpnQuery(BIB1, _rpn(query))


def _rpn(query: Query) -> Rpn:
    match query:
        case Term():
            return _rpn_term(query)
        case Mask() | MaskedPhrase():
            return _rpn_mask(query)
        case Range():
            return _rpn_range(query)
        case Span():
            return _rpn_operand(query.ap, _years(query), *_RPN_SPANS[query.relation])
        case Prox():
            if query.unit != "word":
                raise Unprintable(_cql(query))
            relation = tuple(_SYMBOLS).index(query.relation) + 1
            proximity = Proximity(query.exclude, query.distance, query.ordered, relation, _WORD)
            return Operation("prox", _rpn(query.left), _rpn(query.right), proximity)
        case All():
            return _rpn_operand("any", "", (_RELATION, 103))
        case SetRef(name):
            return ResultSetOperand(name)
        case And(parts):
            return reduce(partial(Operation, "and"), map(_rpn, parts))
        case Or(parts):
            return reduce(partial(Operation, "or"), map(_rpn, parts))
        case Not(left, right):
            return Operation("and-not", _rpn(left), _rpn(right))


# Bib-1 attribute types and the known proximity unit.
_USE, _RELATION, _POSITION, _STRUCTURE, _TRUNCATION, _COMPLETENESS = range(1, 7)
_WORD = 2
_RPN_SPANS = {"encloses": (), "within": ((_RELATION, 104),), "equal": ((_COMPLETENESS, 3),)}


def _rpn_operand(ap: str, text: str, *attributes: tuple[int, int]) -> Operand:
    point = BY_NAME[ap]
    use: int | str = point.use[0] if point.use else point.name
    pairs = ((_USE, use), *attributes)
    return Operand(tuple(Attribute(type_, value) for type_, value in pairs), text.encode())


def _rpn_term(term: Term) -> Operand:
    if term.exact:
        raise Unprintable(_cql(term))
    attributes: list[tuple[int, int]] = []
    if term.position == "first":
        attributes.append((_POSITION, 1))
    if term.structure in ("all", "any"):
        attributes.append((_STRUCTURE, 6 if term.structure == "all" else 105))
    if term.trunc != "none":
        attributes.append((_TRUNCATION, ("right", "left", "both").index(term.trunc) + 1))
    if term.complete:
        attributes.append((_COMPLETENESS, 3))
    return _rpn_operand(term.ap, " ".join(term.tokens), *attributes)


def _rpn_mask(mask: Mask | MaskedPhrase) -> Operand:
    """Truncation 104 (Z39.58): ``#`` one character, ``?`` any number; ``?`` before a digit counts,
    so that such a mask is written in 101, where ``#`` is any number.
    """
    words = (mask.pattern,) if isinstance(mask, Mask) else mask.words
    parts = [part for word in words for part in word]
    literals = "".join(part for part in parts if isinstance(part, str))
    if mask.exact or "#" in literals or "?" in literals:
        raise Unprintable(_cql(mask))
    attributes: list[tuple[int, int]] = []
    if isinstance(mask, MaskedPhrase):
        attributes += [(_POSITION, 1)] if mask.position == "first" else []
        attributes += [(_COMPLETENESS, 3)] if mask.complete else []
    text = " ".join(
        "".join(part if isinstance(part, str) else "#" if part is ONE else "?" for part in word)
        for word in words
    )
    if not re.search(r"\?[0-9]", text):
        return _rpn_operand(mask.ap, text, *attributes, (_TRUNCATION, 104))
    if ONE in parts:
        raise Unprintable(_cql(mask))
    return _rpn_operand(mask.ap, text.replace("?", "#"), *attributes, (_TRUNCATION, 101))


def _rpn_range(query: Range) -> Rpn:
    low, high = query.lo, query.hi
    bounds = f"{low} {high}"
    both = low is not None and high is not None
    if both and query.lo_incl and query.hi_incl and len(bounds.split()) == 2:
        return _rpn_operand(query.ap, bounds, (_RELATION, 104))
    sides: list[Rpn] = []
    if low is not None:
        sides.append(_rpn_operand(query.ap, str(low), (_RELATION, 4 if query.lo_incl else 5)))
    if high is not None:
        sides.append(_rpn_operand(query.ap, str(high), (_RELATION, 2 if query.hi_incl else 1)))
    return reduce(partial(Operation, "and"), sides)
