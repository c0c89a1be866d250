"""What happens to a query before any engine sees it: cleaning, limits and the normal form.

Everything that decides whether a query is answered at all is here, so that every engine refuses
the same queries with the same error. What is left is a tree that an engine may walk by recursion.

Meaning of the nodes, where the tree itself leaves it open:

* ``word`` with several tokens is a phrase; ``first`` and ``complete`` go with words and phrases.
* A key is a whole value, so ``first``, ``complete`` and ``exact`` add nothing to it.
* The distance of two operands is counted from the last word of the one to the first of the other;
  1 is adjacent. They do not overlap. A proximity as an operand reaches from its first word to its
  last.
* ``ge``, ``gt`` and ``ne`` look no further than ``MAX_DISTANCE`` words.
* In one field (unit ``field``, distance 0), the operands may be any number of words apart.
* A proximity with ``exclude``: records with ``left``, without such a pair.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import Protocol, TypeVar

from interop.index import masks
from interop.index.base import (
    MAX_DEPTH,
    MAX_DISTANCE,
    MAX_EXPANSIONS,
    MAX_OPERATORS,
    QueryTooComplex,
    TooManyTerms,
    UnsupportedAccessPoint,
    UnsupportedAttribute,
)
from interop.index.tokens import clean
from interop.query.access_points import BY_NAME, AccessPoint
from interop.query.ast import (
    All,
    And,
    Mask,
    MaskedPhrase,
    Not,
    Or,
    Prox,
    ProxOperand,
    Query,
    Range,
    SetRef,
    Span,
    Term,
)

# Words times distances of one proximity. ``*a*`` near ``*c*`` over 6,000 words was 380,000, and
# took tantivy two seconds: one query must not hold a worker that long.
MAX_PROXIMITY_EXPANSIONS = 100_000

# Ways in which the words of one proximity, with those inside it, may stand: each is a phrase that
# an engine looks for, at up to 4 ms in a million records. Three words, unordered and 28 words
# apart, are 3,136; three within ten words are 400.
MAX_PROXIMITY_PHRASES = 400

_Group = TypeVar("_Group", And, Or)


class Words(Protocol):
    """What is asked about the words of the index: ``tables.Tables`` or ``ghosts.Living``."""

    def count_words(self, ap: str, pattern: masks.Pattern, *, exact: bool, limit: int) -> int: ...

    def spans(self, query: Span, *, limit: int = -1) -> list[str]: ...


def prepare(query: Query, tables: Words) -> Query:
    """The normal form of ``query``, every limit checked. Raises ``QueryError``."""
    _count_operators(query)
    flat = flatten(query)
    depth = _depth(flat)
    if depth > MAX_DEPTH:
        raise QueryTooComplex(str(depth))
    return _checked(flat, tables)


def _count_operators(query: Query) -> None:
    """An own stack: the tree may be deeper than the interpreter's."""
    operators = 0
    waiting: list[Query] = [query]
    while waiting:
        match waiting.pop():
            case And(parts) | Or(parts):
                operators += max(len(parts) - 1, 1)
                waiting.extend(parts)
            case Not(left, right):
                operators += 1
                waiting += (left, right)
            case Prox(left, right):
                operators += 1
                waiting += (left, right)
            case Term(tokens=tokens, structure="all" | "any"):
                operators += len(tokens) - 1
            case MaskedPhrase(words=words):
                operators += max(len(words) - 1, 0)
        if operators > MAX_OPERATORS:
            raise QueryTooComplex(str(operators))


def flatten(query: Query) -> Query:
    """Equal operators joined: chains as CQL and Type-1 parse them, hundreds of levels deep to the
    left, become one level. ``a not b not c`` becomes ``a not (b or c)``.
    """
    match query:
        case And(parts):
            return _group(And, parts)
        case Or(parts):
            return _group(Or, parts)
        case Not(left, right):
            left, right = flatten(left), flatten(right)
            if isinstance(left, Not):
                return Not(left.left, _group(Or, (left.right, right)))
            return Not(left, right)
        case _:
            return query


def _group(operator: type[_Group], parts: Iterable[Query]) -> Query:
    joined: list[Query] = []
    for part in map(flatten, parts):
        joined.extend(part.parts if isinstance(part, operator) else (part,))
    return joined[0] if len(joined) == 1 else operator(tuple(joined))


def _depth(query: Query) -> int:
    match query:
        case And(parts) | Or(parts):
            return 1 + max(map(_depth, parts), default=0)
        case Not(left, right) | Prox(left, right):
            return 1 + max(_depth(left), _depth(right))
        case _:
            return 0


def _checked(query: Query, tables: Words) -> Query:
    match query:
        case And(parts):
            return And(tuple(_checked(part, tables) for part in parts))
        case Or(parts):
            return Or(tuple(_checked(part, tables) for part in parts))
        case Not(left, right):
            return Not(_checked(left, tables), _checked(right, tables))
        case Term():
            return _term(query, tables)
        case Mask():
            return _mask(query, tables)
        case MaskedPhrase():
            return _masked_phrase(query, tables)
        case Range():
            return _range(query)
        case Span():
            return _span(query, tables)
        case Prox():
            return _prox(query, tables)
        case All() | SetRef():
            return query
    raise UnsupportedAttribute(f"node {type(query).__name__}")


def _point(name: str) -> AccessPoint:
    point = BY_NAME.get(name)
    if point is None:
        raise UnsupportedAccessPoint(name)
    return point


def _term(term: Term, tables: Words) -> Term:
    point = _point(term.ap)
    if not term.tokens:
        raise UnsupportedAttribute("term without tokens")
    if point.kind == "text":
        _text_term(term)
    else:
        _key_term(term, point)
    term = replace(term, tokens=tuple(map(clean, term.tokens)))
    expanded = masks.patterns(term)
    exact = term.exact and point.kind == "text"
    # A phrase of two truncated words costs what both stand for.
    _count_expansions(term.ap, expanded, exact, tables)
    return term


def _text_term(term: Term) -> None:
    if term.structure == "key":
        raise UnsupportedAttribute(f"structure key on {term.ap}")
    if term.structure in ("all", "any") and len(term.tokens) > 1:
        if term.position == "first":
            raise UnsupportedAttribute(f"position first with {term.structure} of several words")
        if term.complete:
            raise UnsupportedAttribute(f"complete field with {term.structure} of several words")


def _key_term(term: Term, point: AccessPoint) -> None:
    if len(term.tokens) > 1 and term.structure not in ("all", "any"):
        raise UnsupportedAttribute(f"structure {term.structure} of several keys on {term.ap}")
    if point.kind == "year":
        if term.trunc != "none":
            raise UnsupportedAttribute(f"truncation {term.trunc} on {term.ap}")
        for token in term.tokens:
            if not (token.isascii() and token.isdigit()):
                raise UnsupportedAttribute(f"term {token} on {term.ap}")


def _mask(mask: Mask, tables: Words) -> Mask:
    point = _point(mask.ap)
    if point.kind == "year":
        raise UnsupportedAttribute(f"mask on {mask.ap}")
    parts = tuple(clean(part) if isinstance(part, str) else part for part in mask.pattern)
    mask = replace(mask, pattern=parts)
    exact = mask.exact and point.kind == "text"
    _count_expansions(mask.ap, (masks.of_mask(mask),), exact, tables)
    return mask


def _masked_phrase(phrase: MaskedPhrase, tables: Words) -> MaskedPhrase:
    if _point(phrase.ap).kind != "text":
        raise UnsupportedAttribute(f"masked phrase on {phrase.ap}")
    if not phrase.words:
        raise UnsupportedAttribute("phrase without words")
    words = tuple(
        tuple(clean(part) if isinstance(part, str) else part for part in word)
        for word in phrase.words
    )
    phrase = replace(phrase, words=words)
    _count_expansions(phrase.ap, masks.of_words(phrase), phrase.exact, tables)
    return phrase


def _count_expansions(
    ap: str, patterns: tuple[masks.Pattern, ...], exact: bool, tables: Words
) -> int:
    total = 0
    for pattern in patterns:
        if masks.literal(pattern) is None:
            total += tables.count_words(ap, pattern, exact=exact, limit=MAX_EXPANSIONS + 1)
            if total > MAX_EXPANSIONS:
                raise TooManyTerms(masks.show(pattern))
    return total


def _range(query: Range) -> Range:
    point = _point(query.ap)
    if not point.ordered:
        raise UnsupportedAccessPoint(query.ap)
    expected = int if point.kind == "year" else str
    bounds = [bound for bound in (query.lo, query.hi) if bound is not None]
    for bound in bounds:
        if not isinstance(bound, expected):
            raise UnsupportedAttribute(f"term {bound} on {query.ap}")
    lo, hi = (clean(b) if isinstance(b, str) else b for b in (query.lo, query.hi))
    return replace(query, lo=lo, hi=hi)


def _span(query: Span, tables: Words) -> Span:
    """A span stands for all spans of records that it means, as a mask for words."""
    if _point(query.ap).kind != "span":
        raise UnsupportedAttribute(f"spans of {query.ap}")
    if query.lo > query.hi:
        raise UnsupportedAttribute(f"span from {query.lo} to {query.hi}")
    if len(tables.spans(query, limit=MAX_EXPANSIONS + 1)) > MAX_EXPANSIONS:
        raise TooManyTerms(f"{query.relation} {query.lo} {query.hi}")
    return query


def _prox(query: Prox, tables: Words) -> Prox:
    """A proximity and those inside it. An engine looks for every expansion at every distance."""
    ap, exact = _field(query)
    if _point(ap).kind != "text":
        raise UnsupportedAttribute(f"proximity on {ap}")
    query = _prox_part(query, tables)
    ways = placings(query)
    if ways > MAX_PROXIMITY_PHRASES:
        raise QueryTooComplex(f"proximity of {ways} phrases")
    words = list(_prox_words(query))
    if _count_expansions(ap, tuple(words), exact, tables) * ways > MAX_PROXIMITY_EXPANSIONS:
        raise TooManyTerms(" ".join(map(masks.show, words)))
    return query


def _field(operand: ProxOperand) -> tuple[str, bool]:
    """Access point and exactness, the same in all of a proximity."""
    if not isinstance(operand, Prox):
        return operand.ap, operand.exact
    left, right = _field(operand.left), _field(operand.right)
    if left != right:
        raise UnsupportedAttribute(f"proximity between {left[0]} and {right[0]}")
    return left


def _prox_part(query: Prox, tables: Words) -> Prox:
    if query.unit == "field":
        if query.distance or query.relation not in ("le", "eq"):
            raise UnsupportedAttribute(f"{query.relation} distance {query.distance} of fields")
    elif not 0 <= query.distance <= MAX_DISTANCE:
        raise UnsupportedAttribute(f"distance {query.distance}")
    elif any(isinstance(each, Prox) and each.unit == "field" for each in (query.left, query.right)):
        raise UnsupportedAttribute("fields as operands of a proximity of words")
    return replace(
        query,
        left=_prox_operand(query.left, tables),
        right=_prox_operand(query.right, tables),
    )


def _prox_operand(operand: ProxOperand, tables: Words) -> ProxOperand:
    match operand:
        case Prox(exclude=True):
            raise UnsupportedAttribute("exclusion inside a proximity")
        case Prox():
            return _prox_part(operand, tables)
        case Mask():
            return _mask(operand, tables)
        case Term(position="first") | Term(complete=True):
            raise UnsupportedAttribute("position in a proximity")
        case MaskedPhrase(position="first") | MaskedPhrase(complete=True):
            raise UnsupportedAttribute("position in a proximity")
        case MaskedPhrase():
            return _masked_phrase(operand, tables)
        case Term(structure="all" | "any", tokens=tokens) if len(tokens) > 1:
            raise UnsupportedAttribute(f"structure {operand.structure} in a proximity")
        case Term():
            return _term(operand, tables)
    raise UnsupportedAttribute(f"proximity of a {type(operand).__name__}")


def placings(operand: ProxOperand) -> int:
    """In how many ways the words of ``operand`` may stand to one another."""
    if not isinstance(operand, Prox):
        return 1
    if operand.unit == "field" and not is_plain(operand):
        return max(placings(operand.left), placings(operand.right))
    own = len(distances(operand)) * (1 if operand.ordered else 2)
    return own * placings(operand.left) * placings(operand.right)


def is_plain(query: Prox) -> bool:
    """Whether no operand is a proximity itself."""
    return not isinstance(query.left, Prox) and not isinstance(query.right, Prox)


def _prox_words(operand: ProxOperand) -> Iterable[masks.Pattern]:
    if isinstance(operand, Prox):
        return [*_prox_words(operand.left), *_prox_words(operand.right)]
    return masks.of_words(operand)


def distances(query: Prox) -> list[int]:
    """The distances that satisfy ``query``, in words: each in 1 to ``MAX_DISTANCE``. In one field,
    all of them and more.
    """
    if query.unit == "field":
        return list(range(1, MAX_DISTANCE + 1))
    wanted = query.distance
    test = {
        "lt": wanted.__gt__,
        "le": wanted.__ge__,
        "eq": wanted.__eq__,
        "ge": wanted.__le__,
        "gt": wanted.__lt__,
        "ne": wanted.__ne__,
    }[query.relation]
    return [distance for distance in range(1, MAX_DISTANCE + 1) if test(distance)]
