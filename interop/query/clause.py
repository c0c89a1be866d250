"""What one search clause means on an access point: a single meaning for CQL and for Type-1.

Both languages bring a term here as *pieces* (literal text, masks, anchors) with the structure that
was asked for; what leaves are nodes of ``interop.query.ast``, every word and key normalised. What
cannot be honoured exactly is a ``Diagnostic``; nothing is approximated or left out in silence.

A ``*`` stands for any number of characters, none too, so one that stands where a word is over
(``"abc *"``, after a Han character, which is a word by itself) says nothing and is dropped.
"""

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, TypeAlias

from interop.diagnostics import Diagnostic
from interop.query import normalise
from interop.query.access_points import BY_NAME, AccessPoint
from interop.query.ast import (
    ANY,
    ONE,
    All,
    And,
    Any_,
    Mask,
    MaskedPhrase,
    Not,
    Or,
    Prox,
    ProxOperand,
    Query,
    Range,
    Relation,
    Span,
    Term,
    Truncation,
)
from interop.text import identifiers

MAX_TERM = 4096  # characters; the longest heading of a real record has some 2,000
MAX_DISTANCE = 28  # words of a proximity; engines keep a little more between repetitions

# A letter that is part of no Vietnamese syllable: set beside half a word, it shows whether the
# word goes on there, and does not draw a tone mark to itself.
_NEIGHBOUR = "z"

# What dates look like in queries: a year, ISO 8601 calendar dates. The index knows years.
_DATE = re.compile("[0-9]{1,4}|[0-9]{4}-[0-9]{2}(?:-[0-9]{2})?")
_YEAR_DIGITS = 4
# Access points of kind "date" know days; less than a day is all of its days.
_PARTIAL_DATE = re.compile("([0-9]{4})(?:-?([0-9]{2}))?")

_ISSN_DIGITS = 8
_ISBN_DIGITS = (10, 13)


class Anchor:
    """Piece: the start or the end of a field (CQL ``^``)."""

    def __repr__(self) -> str:
        return "ANCHOR"


ANCHOR = Anchor()

Piece: TypeAlias = str | Any_ | Anchor
Pattern: TypeAlias = tuple[str | Any_, ...]
Structure: TypeAlias = Literal["phrase", "all", "any"]
Tokenise: TypeAlias = Callable[[str], list[str]]


@dataclass(frozen=True, slots=True)
class Clause:
    """``pieces``: the term, in order. ``structure``: ``phrase`` is words next to one another,
    ``all`` and ``any`` take the words one by one; on a key access point ``phrase`` is the whole
    value. ``first``, ``complete``, ``exact`` as in ``ast.Term``.
    """

    point: AccessPoint
    pieces: tuple[Piece, ...]
    structure: Structure = "phrase"
    first: bool = False
    complete: bool = False
    exact: bool = False


@dataclass(frozen=True, slots=True)
class _Word:
    """What stands between blanks. ``first``/``last``: an anchor before or behind it."""

    pattern: Pattern
    first: bool = False
    last: bool = False


def search(clause: Clause) -> Query:
    """The query node of a clause with an equality relation.

    Raises ``Diagnostic``: ``empty_term``, ``only_stop_words``, ``term_too_long``,
    ``malformed_term``, ``unsupported_truncation``, ``unsupported_position``,
    ``unsupported_attribute_combination``.
    """
    if clause.point.kind == "span":
        return _span(clause)
    words = _words(clause.pieces)
    if clause.structure == "phrase" or (clause.point.kind != "text" and _one_number(clause)):
        return _together(clause, words)
    if clause.complete and len(words) > 1:
        raise Diagnostic("unsupported_attribute_combination", "complete field and a list of words")
    return _one_by_one(clause, words)


def compare(point: AccessPoint, relation: Relation, pieces: tuple[Piece, ...]) -> Query:
    """The query node of a clause with the relation lt, le, eq, ge, gt or ne.

    Raises ``Diagnostic`` ``unsupported_relation_index`` where values have no order, else as
    ``search``. ``ne`` is for keys and years: "some word differs" is never what is meant of a text.
    """
    if relation == "eq":
        return search(Clause(point, pieces))
    if relation == "ne" and point.kind != "text":
        return Not(All(), search(Clause(point, pieces)))
    if not point.ordered:
        raise Diagnostic("unsupported_relation_index", f"{relation} on {point.name}")
    low, high = _bounds(point, literal(pieces))
    match relation:
        case "lt":
            return Range(point.name, None, low, hi_incl=False)
        case "le":
            return Range(point.name, None, high)
        case "ge":
            return Range(point.name, low, None)
        case _:
            return Range(point.name, high, None, lo_incl=False)


def between(point: AccessPoint, pieces: tuple[Piece, ...]) -> Range | Span:
    """The range of CQL ``within`` and Bib-1 relation 104: two values, both included. Spans of years
    are within when both ends are.
    """
    if point.kind == "span":
        return Span(point.name, *_years_of(literal(pieces)), "within")
    if not point.ordered:
        raise Diagnostic("unsupported_relation_index", f"within on {point.name}")
    text = literal(pieces)
    bounds = text.split()
    if len(bounds) != 2:
        raise Diagnostic("malformed_term", f"{text}: two values with a blank between them")
    return Range(point.name, _bounds(point, bounds[0])[0], _bounds(point, bounds[1])[1])


def enclosing(point: AccessPoint, pieces: tuple[Piece, ...]) -> Span:
    """CQL ``encloses``: the record's span holds a year, or all years from one to another.

    Raises ``Diagnostic`` ``unsupported_relation_index`` where there are no spans, else as
    ``between``.
    """
    if not point.spans:
        raise Diagnostic("unsupported_relation_index", f"encloses on {point.name}")
    return Span(point.spans, *_years_of(literal(pieces)), "encloses")


def proximity(
    left: Query,
    right: Query,
    *,
    distance: int,
    ordered: bool,
    relation: Relation,
    exclude: bool = False,
    unit: Literal["word", "field"] = "word",
) -> Prox:
    """Words, phrases, masked ones and proximities of one text access point near one another.

    ``unit`` ``word``: counted in words of one repetition; ``field``: in repetitions, of which only
    the same one can be asked for.
    """
    first, second = _near(left), _near(right)
    if _of(first) != _of(second):
        names = f"{_of(first)[0]} and {_of(second)[0]}"
        raise Diagnostic("unsupported_proximity", f"between {names}")
    if unit == "field":
        if distance or relation not in ("le", "eq"):
            raise Diagnostic("unsupported_proximity_distance", f"{distance} (0 of whole fields)")
    elif not 0 < distance <= MAX_DISTANCE:
        raise Diagnostic("unsupported_proximity_distance", f"{distance} (1 to {MAX_DISTANCE})")
    return Prox(first, second, distance, ordered, relation, exclude, unit)


def _near(query: Query) -> ProxOperand:
    """``query`` as the operand of a proximity. Raises ``Diagnostic``."""
    match query:
        case Term(structure="word" | "phrase", position="any", complete=False):
            return query
        case MaskedPhrase(position="any", complete=False) | Mask() | Prox():
            if BY_NAME[_of(query)[0]].kind == "text":
                return query
        case Term(structure="word" | "phrase") | MaskedPhrase():
            raise Diagnostic("proximity_with_anchor", "an anchored operand")
        case _:
            pass
    raise Diagnostic("unsupported_proximity", "operands are single words or phrases")


def _of(operand: ProxOperand) -> tuple[str, bool]:
    """Access point of an operand, and whether its diacritics matter."""
    while isinstance(operand, Prox):
        operand = operand.left
    return operand.ap, operand.exact


def literal(pieces: Iterable[Piece]) -> str:
    """The text of a term in which nothing may be masked or anchored."""
    text = ""
    for piece in pieces:
        if isinstance(piece, Any_):
            raise Diagnostic("unsupported_truncation", show(pieces))
        if isinstance(piece, Anchor):
            raise Diagnostic("unsupported_position", show(pieces))
        text += piece
    return _not_empty(text)


def show(pieces: Iterable[Piece]) -> str:
    """For details: the term as CQL writes it."""
    return "".join(
        piece
        if isinstance(piece, str)
        else "^"
        if isinstance(piece, Anchor)
        else "?"
        if piece is ONE
        else "*"
        for piece in pieces
    )


# words


def _not_empty(text: str) -> str:
    if not text.strip():
        raise Diagnostic("empty_term")
    if len(text) > MAX_TERM:
        raise Diagnostic("term_too_long", f"{len(text)} characters, {MAX_TERM} are allowed")
    return text


def _words(pieces: Sequence[Piece]) -> list[_Word]:
    """The term cut at its blanks; anchors only at the ends of a word."""
    _not_empty(show(pieces))
    words: list[list[Piece]] = [[]]
    for piece in pieces:
        if not isinstance(piece, str):
            words[-1].append(piece)
            continue
        head, *rest = re.split(r"\s+", piece)
        words[-1] += [head] if head else []
        words += [[part] if part else [] for part in rest]
    found = [_word(word) for word in words if word]
    if not any(word.pattern for word in found):
        raise Diagnostic("empty_term", show(pieces))
    return found


def _word(pieces: list[Piece]) -> _Word:
    first, last = isinstance(pieces[0], Anchor), isinstance(pieces[-1], Anchor)
    inside = pieces[first : len(pieces) - last]
    pattern: list[str | Any_] = []
    for piece in inside:
        if isinstance(piece, Anchor):
            raise Diagnostic("unsupported_position", show(pieces))
        if piece is not ANY or pattern[-1:] != [ANY]:  # several stars are one
            pattern.append(piece)
    return _Word(tuple(pattern), first, last)


def _one_number(clause: Clause) -> bool:
    """Whether a term with blanks is one ISBN or ISSN all the same (``978 604 ...``)."""
    text = "".join(piece for piece in clause.pieces if isinstance(piece, str))
    digits = sum(ch.isalnum() for ch in text)
    if digits == _ISSN_DIGITS:
        return identifiers.issn(text) is not None
    return digits in _ISBN_DIGITS and identifiers.isbn13(text) is not None


def _one_by_one(clause: Clause, words: list[_Word]) -> Query:
    """``all`` and ``any``: every word for itself; what one blank-less word is cut into (``e-mail``,
    Han characters) stays together as a phrase.
    """
    parts = [part for word in words if (part := _alone(clause, word)) is not None]
    if not parts:
        raise Diagnostic("only_stop_words", show(clause.pieces))
    if len(parts) == 1:
        return parts[0]
    plain = [part for part in parts if isinstance(part, Term) and _is_plain(part)]
    if len(plain) == len(parts):
        tokens = tuple(part.tokens[0] for part in plain)
        return replace(plain[0], tokens=tokens, structure=clause.structure)
    return And(tuple(parts)) if clause.structure == "all" else Or(tuple(parts))


def _alone(clause: Clause, word: _Word) -> Query | None:
    """The query of one word of a list; ``None`` for one that holds nothing to search (``-``)."""
    try:
        return _together(replace(clause, structure="phrase"), [word])
    except Diagnostic as diagnostic:
        if diagnostic.condition.name == "only_stop_words":
            return None
        raise


def _is_plain(term: Term) -> bool:
    return (
        len(term.tokens) == 1
        and term.trunc == "none"
        and term.position == "any"
        and not term.complete
    )


def _together(clause: Clause, words: list[_Word]) -> Query:
    if clause.point.kind == "text":
        return _phrase(clause, words)
    if any(word.first for word in words[1:]) or any(word.last for word in words[:-1]):
        raise Diagnostic("unsupported_position", show(clause.pieces))
    # A key is a whole value: anchors at its ends say nothing new.
    pattern = _joined(words)
    if not pattern:  # an anchor that stands alone beside other words
        raise Diagnostic("only_stop_words", show(clause.pieces))
    return _years(clause.point, pattern) if clause.point.kind == "year" else _key(clause, pattern)


def _joined(words: list[_Word]) -> Pattern:
    """The words as one pattern again, a single blank between them, literals joined."""
    joined: list[str | Any_] = []
    for place, word in enumerate(words):
        for part in (*((" ",) if place else ()), *word.pattern):
            if isinstance(part, str) and joined and isinstance(joined[-1], str):
                joined[-1] += part
            else:
                joined.append(part)
    return tuple(joined)


# text


def _phrase(clause: Clause, words: list[_Word]) -> Query:
    first, complete = _anchored(clause, words)
    open_start, open_end = words[0].pattern[:1] == (ANY,), words[-1].pattern[-1:] == (ANY,)
    words = _without_outer_stars(words)
    if any(word.pattern == (ANY,) for word in words[1:-1]):  # it might stand for several words
        raise Diagnostic("unsupported_truncation", show(clause.pieces))
    tokenise = normalise.exact_tokens if clause.exact else normalise.text_tokens
    items = [item for word in words for item in _items(word.pattern, tokenise)]
    if not items:
        raise Diagnostic("only_stop_words", show(clause.pieces))
    # What stands outside of a star may be no more than punctuation.
    open_start, open_end = open_start or items[0][0] is ANY, open_end or items[-1][-1] is ANY
    if first and open_start:
        raise Diagnostic("unsupported_truncation", show(clause.pieces))
    if complete and open_end:  # the whole field begins so, any characters may follow
        complete = False
    tokens = [token for item in items if (token := _core(item))]
    if len(tokens) == len(items) and not _masked_inside(items):
        return Term(
            clause.point.name,
            tuple(tokens),
            "word" if len(tokens) == 1 else "phrase",
            position="first" if first else "any",
            complete=complete,
            trunc=_truncation(items[0][0] is ANY, items[-1][-1] is ANY),
            exact=clause.exact,
        )
    if len(items) == 1 and not first:
        return Mask(clause.point.name, items[0], clause.exact)
    position: Literal["any", "first"] = "first" if first else "any"
    return MaskedPhrase(clause.point.name, tuple(items), position, complete, clause.exact)


def _anchored(clause: Clause, words: list[_Word]) -> tuple[bool, bool]:
    """``first`` and ``complete`` from the anchors; an end alone is not in the index."""
    first = clause.first or clause.complete or words[0].first
    misplaced = any(word.first for word in words[1:]) or any(word.last for word in words[:-1])
    if misplaced or (words[-1].last and not first):
        raise Diagnostic("unsupported_position", show(clause.pieces))
    return first, clause.complete or words[-1].last


def _without_outer_stars(words: list[_Word]) -> list[_Word]:
    while len(words) > 1 and words[0].pattern == (ANY,):
        words = words[1:]
    while len(words) > 1 and words[-1].pattern == (ANY,):
        words = words[:-1]
    return words


def _masked_inside(items: list[Pattern]) -> bool:
    """Whether a word is open at an end where another one stands."""
    return any(item[-1] is ANY for item in items[:-1]) or any(item[0] is ANY for item in items[1:])


def _truncation(left: bool, right: bool) -> Truncation:
    if left and right:
        return "both"
    return "left" if left else "right" if right else "none"


def _stripped(pattern: Pattern) -> tuple[bool, Pattern, bool]:
    """Whether ``pattern`` begins with ``ANY``, what is between, whether it ends with ``ANY``."""
    left = pattern[:1] == (ANY,)
    right = len(pattern) > 1 and pattern[-1] is ANY
    return left, pattern[left : len(pattern) - right], right


def _core(item: Pattern) -> str | None:
    """The literal of an item that is masked at its ends at most, else ``None``."""
    _, inside, _ = _stripped(item)
    return inside[0] if len(inside) == 1 and isinstance(inside[0], str) else None


def _items(pattern: Pattern, tokenise: Tokenise) -> list[Pattern]:
    """One item for each token of a word; a mask stays with the token that it touches."""
    left, inside, right = _stripped(pattern)
    if not inside:
        return [pattern] if pattern else []
    if len(inside) > 1 or not isinstance(inside[0], str):
        return [_masked(pattern, tokenise)]
    text = inside[0]
    tokens = tokenise(text)
    items: list[Pattern] = [(token,) for token in tokens]
    if items and right and len(tokenise(text + _NEIGHBOUR)) == len(tokens):
        items[-1] = (*items[-1], ANY)
    if items and left and len(tokenise(_NEIGHBOUR + text)) == len(tokens):
        items[0] = (ANY, *items[0])
    return items


def _masked(pattern: Pattern, tokenise: Tokenise) -> Pattern:
    """A word with masks inside it, its literals folded one by one. What is more than one word
    there (a hyphen, Han characters) has no pattern.
    """
    folded: list[str | Any_] = []
    for place, part in enumerate(pattern):
        if isinstance(part, Any_):
            if part is not ANY or folded[-1:] != [ANY]:  # several stars are one
                folded.append(part)
            continue
        before = _NEIGHBOUR if place else ""
        behind = _NEIGHBOUR if place < len(pattern) - 1 else ""
        tokens = tokenise(before + part + behind)
        if len(tokens) != 1 or not _borders(tokens[0], before, behind):
            raise Diagnostic("unsupported_truncation", show(pattern))
        if text := tokens[0][len(before) : len(tokens[0]) - len(behind)]:
            folded.append(text)
    return tuple(folded)


def _borders(token: str, before: str, behind: str) -> bool:
    """Whether the neighbours are still there; class keys are in capitals."""
    small = token.lower()
    long_enough = len(token) >= len(before) + len(behind)
    return long_enough and small.startswith(before) and small.endswith(behind)


# spans of years


def _span(clause: Clause) -> Span:
    """``=`` is ``encloses``; the complete field is the very span."""
    years = _years_of(literal(clause.pieces))
    if clause.structure != "phrase" and years[0] != years[1]:
        raise Diagnostic("unsupported_attribute_combination", "a span and a list of words")
    return Span(clause.point.name, *years, "equal" if clause.complete else "encloses")


def _years_of(text: str) -> tuple[int, int]:
    """One year, or the first and the last with a blank between them; a sign before the common era.

    Raises ``Diagnostic`` ``malformed_term``.
    """
    years = [_signed_year(part) for part in text.split()]
    if len(years) > 2 or years[0] > years[-1]:
        raise Diagnostic("malformed_term", f"{text}: a year, or the first and the last")
    return years[0], years[-1]


def _signed_year(text: str) -> int:
    return -_year(text[1:]) if text.startswith("-") else _year(text)


# keys and years


def _key(clause: Clause, pattern: Pattern) -> Query:
    """One key. Quotation marks around a number are typing habits, not part of it (BiblioteQ)."""
    point = clause.point
    if point.kind in ("isbn", "issn", "lccn", "oclc", "code"):
        pattern = tuple(p if isinstance(p, Any_) else p.replace("'", "") for p in pattern)
    if point.kind == "date":
        return _date(clause, pattern)
    # What stands beside a star may be no more than punctuation, which keys have not.
    said = tuple(p for p in pattern if isinstance(p, Any_) or _keys(point.kind, p))
    left, inside, right = _stripped(said if any(isinstance(p, str) for p in said) else pattern)
    if len(inside) == 1 and isinstance(inside[0], str):
        key = normalise.key(point.kind, inside[0])
        if key is None:
            raise Diagnostic("only_stop_words", show(clause.pieces))
        return Term(point.name, (key,), "key", trunc=_truncation(left, right))
    return Mask(point.name, _masked(said, lambda text: _keys(point.kind, text)))


def _keys(kind: str, text: str) -> list[str]:
    key = normalise.key(kind, text)
    return [] if key is None else [key]


def _date(clause: Clause, pattern: Pattern) -> Query:
    text = pattern[0]
    if len(pattern) != 1 or not isinstance(text, str):
        raise Diagnostic("unsupported_truncation", show(clause.pieces))
    first, last = _days(text)
    if first == last:
        return Term(clause.point.name, (first,), "key")
    return Range(clause.point.name, first, last)


def _years(point: AccessPoint, pattern: Pattern) -> Query:
    """A year, or with masks for its last digits (``19*``, ``199?``) the years of four digits that
    begin so.
    """
    text, *masks = pattern
    if not isinstance(text, str):
        raise Diagnostic("unsupported_truncation", show(pattern))
    if not masks:
        return Term(point.name, (str(_year(text)),), "key")
    digits = text.strip()
    open_digits = _YEAR_DIGITS - len(digits)
    exactly = masks == [ONE] * open_digits
    if any(isinstance(mask, str) for mask in masks) or not (exactly or masks == [ANY]):
        raise Diagnostic("unsupported_truncation", show(pattern))
    if not re.fullmatch("[0-9]{1,4}", digits):
        raise Diagnostic("malformed_term", show(pattern))
    low = int(digits) * 10**open_digits
    return Range(point.name, low, low + 10**open_digits - 1)


def _year(text: str) -> int:
    """Text around a year (``c1990``, ``1990-1995``) is right in a record and wrong in a query."""
    date = text.strip()
    year = normalise.year(date) if _DATE.fullmatch(date) else None
    if year is None:
        raise Diagnostic("malformed_term", f"{date}: not a year")
    return year


def _bounds(point: AccessPoint, text: str) -> tuple[int | str, int | str]:
    """The first and the last value that ``text`` means; the same unless it is a part of a date."""
    if point.kind == "year":
        year = _year(text)
        return year, year
    if point.kind == "date":
        return _days(text)
    key = normalise.key(point.kind, text)
    if key is None:
        raise Diagnostic("only_stop_words", text)
    return key, key


def _days(text: str) -> tuple[str, str]:
    date = text.strip()
    match = _PARTIAL_DATE.fullmatch(date)
    if match is not None:
        year, month = match.groups()
        return f"{year}{month or '01'}01", f"{year}{month or '12'}31"
    day = normalise.key("date", date)
    if day is None:
        raise Diagnostic("malformed_term", f"{date}: not a date such as 2026-05-19")
    return day, day
