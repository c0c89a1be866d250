"""CQL 1.1, 1.2 and 2.0: text to a tree, the tree to a query on the access points.

``parse`` finds what is no CQL, ``resolve`` what is CQL and not served here. Nothing is left out
in silence: every construct of the language is honoured or is a ``Diagnostic``.
"""

import re
from collections.abc import Container, Sequence
from typing import Literal

from interop.diagnostics import Diagnostic
from interop.query import clause, normalise
from interop.query.access_points import BY_CQL, AccessPoint
from interop.query.ast import ANY, ONE, RELEVANCE, All, And, Not, Or, Query, SetRef, SortKey
from interop.query.ast import Relation as Comparison
from interop.query.clause import ANCHOR, Clause, Piece
from interop.query.context_sets import Names
from interop.query.cql_ast import (
    Boolean,
    CqlQuery,
    Modifier,
    Node,
    Relation,
    Scope,
    SearchClause,
    SortSpec,
)
from interop.query.cql_parser import LIMITS, Limits, locate, parse

__all__ = ["compile", "parse", "relations", "resolve"]

_COMPARISONS: dict[str, Comparison] = {
    "<": "lt",
    "<=": "le",
    "=": "eq",
    ">=": "ge",
    ">": "gt",
    "<>": "ne",
}
_EQUALITY = ("=", "==", "exact", "scr", "adj")
_LISTS = ("all", "any")
_SPANS = ("=", "==", "exact", "scr", "within", "encloses")
_ORDER = ("<", "<=", ">=", ">", "within")

# Names of the cql set that stand for no access point.
_ALL_RECORDS = "cql.allrecords"
_RESULT_SET = "cql.resultsetid"


def compile(
    text: str, *, sets: Container[str] = frozenset(), limits: Limits = LIMITS
) -> tuple[Query, tuple[SortKey, ...]]:
    """The query and the order that CQL text asks for. Raises ``Diagnostic``."""
    return resolve(parse(text, limits), sets=sets, text=text)


class _NoRelation(Diagnostic):
    """Three words in a row are a clause to the grammar, but when neither of the first two means
    anything, quotation marks were forgotten.
    """

    def __init__(self, index: str, relation: str, place: str = "") -> None:
        self.index, self.relation = index, relation
        hint = "relation expected; put a term of several words in double quotes"
        super().__init__("malformed_query", f"{place}{relation}: {hint}")

    def at(self, position: int) -> Diagnostic:
        """The same, with its place in the text where that is known."""
        return _NoRelation(self.index, self.relation, f"position {position}: " if position else "")


def resolve(
    tree: CqlQuery, *, sets: Container[str] = frozenset(), text: str = ""
) -> tuple[Query, tuple[SortKey, ...]]:
    """The query nodes and sort keys that ``tree`` means. ``sets``: names of live result sets;
    ``text``: what was parsed, to tell where a fault is.

    Raises ``Diagnostic``.
    """
    names = Names()
    root = tree.root
    try:
        query = _node(root, names, sets)
    except _NoRelation as error:
        raise error.at(locate(text, error.index, error.relation)) from None
    if isinstance(root, Scope):
        names = _assigned(root, names)
    sort = tuple(sort_key(spec, names) for spec in tree.sort)
    if len(sort) > 1 and SortKey(RELEVANCE) in sort:
        raise Diagnostic("unsupported_sort", "relevance and other keys")
    if not sort and _ranked(root):
        sort = (SortKey(RELEVANCE),)
    return query, sort


def _ranked(node: Node) -> bool:
    """Whether a relation asks for the best records first (CQL 1.2, modifier ``relevant``)."""
    match node:
        case SearchClause(relation=Relation(modifiers=modifiers)):
            return any(m.name.casefold() in ("relevant", "cql.relevant") for m in modifiers)
        case Boolean(left=left, right=right):
            return _ranked(left) or _ranked(right)
        case Scope(query=inside):
            return _ranked(inside)
        case _:
            return False


def relations(point: AccessPoint) -> tuple[str, ...]:
    """The relations that ``point`` can be asked with, the default first."""
    different = () if point.kind == "text" else ("<>",)
    if point.kind == "span":
        return (*_SPANS, *different)
    encloses = ("encloses",) if point.spans else ()
    return (*_EQUALITY, *_LISTS, *(_ORDER if point.ordered else ()), *encloses, *different)


def _assigned(scope: Scope, names: Names) -> Names:
    for prefix in scope.prefixes:
        names = names.assign(prefix.name, prefix.uri)
    return names


def _node(node: Node, names: Names, sets: Container[str]) -> Query:
    """By recursion: the parser allows 200 operators in all."""
    match node:
        case Scope(_, inside):
            return _node(inside, _assigned(node, names), sets)
        case SearchClause():
            return _search_clause(node, names, sets)
        case Boolean(operator, modifiers, left_node, right_node):
            if operator != "prox" and modifiers:
                raise Diagnostic("unsupported_boolean_modifier", modifiers[0].name)
            left, right = _node(left_node, names, sets), _node(right_node, names, sets)
            match operator:
                case "and":
                    return And((left, right))
                case "or":
                    return Or((left, right))
                case "not":
                    return Not(left, right)
                case "prox":
                    return _proximity(modifiers, left, right)


# search clauses


def _search_clause(node: SearchClause, names: Names, sets: Container[str]) -> Query:
    if node.index is None or node.relation is None:
        pieces = term_pieces(node.term)
        return clause.search(Clause(BY_CQL["cql.serverchoice"], pieces))
    special = _special_index(node.index, names)
    if special == _ALL_RECORDS:
        return _all_records(node, node.relation)
    if special == _RESULT_SET:
        return _result_set(node, node.relation, sets)
    relation = _relation_name(node.relation, names)
    point = _access_point(node, relation, names)
    options = _Options(node.relation, point, names)
    pieces = term_pieces(node.term, masked=options.masked)
    try:
        return _related(point, relation, pieces, options)
    except Diagnostic as diagnostic:
        if diagnostic.condition.name != "unsupported_relation_index":
            raise
        details = f"{node.index} {node.relation.name}"
        raise Diagnostic("unsupported_relation_index", details) from None


def _related(
    point: AccessPoint, relation: str, pieces: tuple[Piece, ...], options: "_Options"
) -> Query:
    if point.kind == "span" and relation in ("adj", *_LISTS):
        raise Diagnostic("unsupported_relation_index", f"{relation} on {point.name}")
    if relation in _LISTS:
        structure: clause.Structure = "all" if relation == "all" else "any"
        return clause.search(Clause(point, pieces, structure, exact=options.exact))
    if relation == "encloses":
        return clause.enclosing(point, pieces)
    if relation == "within":
        return clause.between(point, pieces)
    if relation in _EQUALITY:
        complete = relation in ("==", "exact") or options.whole
        return clause.search(Clause(point, pieces, complete=complete, exact=options.exact))
    return clause.compare(point, _COMPARISONS[relation], pieces)


def _special_index(index: str, names: Names) -> str:
    """``cql.allrecords``, ``cql.resultsetid``, or nothing."""
    context_set, local = names.split(index, index=True)
    name = f"{context_set or 'cql'}.{local}"
    return name if name in (_ALL_RECORDS, _RESULT_SET) else ""


def _all_records(node: SearchClause, relation: Relation) -> Query:
    """CQL 1.2 context set cql: ``cql.allRecords = 1``."""
    _only_equality(node, relation)
    if node.term not in ("1", ""):
        raise Diagnostic("malformed_term", f"{node.index} {node.term}")
    return All()


def _result_set(node: SearchClause, relation: Relation, sets: Container[str]) -> Query:
    _only_equality(node, relation)
    if node.term not in sets:
        raise Diagnostic("result_set_unknown", node.term)
    return SetRef(node.term)


def _only_equality(node: SearchClause, relation: Relation) -> None:
    if relation.name not in ("=", "==", "exact", "scr"):
        raise Diagnostic("unsupported_relation_index", f"{node.index} {relation.name}")
    if relation.modifiers:
        raise Diagnostic("unsupported_relation_modifier", relation.modifiers[0].name)


def _relation_name(relation: Relation, names: Names) -> str:
    """The relation in the cql set; the empty string for a word that is none."""
    context_set, local = names.split(relation.name)
    known = (*_COMPARISONS, *_EQUALITY, *_LISTS, "within", "encloses")
    return local if context_set in ("", "cql") and local in known else ""


def _access_point(node: SearchClause, relation: str, names: Names) -> AccessPoint:
    """The index of a clause whose relation may be unknown."""
    assert node.index is not None and node.relation is not None
    try:
        point = names.access_point(node.index)
    except Diagnostic:
        if relation or "." in node.index:
            raise
        raise _NoRelation(node.index, node.relation.name) from None
    if not relation:
        raise Diagnostic("unsupported_relation", node.relation.name)
    return point


# What a relation modifier of the cql set asks for. Values of text access points are compared
# without regard to case and, unless told otherwise, to diacritics; keys are strings.
_ACCEPTED = frozenset(
    "ignorecase ignoreaccents respectaccents word string masked unmasked relevant".split()
)
_ON_YEARS = frozenset(("number", "isodate"))
_EXCLUSIVE = (
    ("ignoreaccents", "respectaccents"),
    ("word", "string"),
    ("masked", "unmasked"),
)


class _Options:
    """``exact``: diacritics matter; ``masked``: ``*``, ``?`` and ``^`` are special; ``whole``: the
    term is one string, not words.
    """

    def __init__(self, relation: Relation, point: AccessPoint, names: Names) -> None:
        given = {_modifier_name(modifier, names, point) for modifier in relation.modifiers}
        for pair in _EXCLUSIVE:
            if given.issuperset(pair):
                raise Diagnostic("unsupported_modifier_combination", " ".join(pair))
        self.exact = "respectaccents" in given
        self.masked = "unmasked" not in given
        self.whole = "string" in given
        if self.whole and relation.name in ("adj", *_LISTS):
            raise Diagnostic("unsupported_modifier_combination", f"{relation.name} string")


def _modifier_name(modifier: Modifier, names: Names, point: AccessPoint) -> str:
    context_set, local = names.split(modifier.name)
    accepted = local in _ACCEPTED or (point.kind == "year" and local in _ON_YEARS)
    if context_set not in ("", "cql") or not accepted or modifier.comparison:
        raise Diagnostic("unsupported_relation_modifier", modifier.name)
    return local


# CQL 1.2 masking rules: a backslash before a mask, an anchor, a quotation mark or itself.
_PIECE = re.compile(r"\\(?P<escaped>.?)|(?P<special>[*?^])|[^\\*?^]+", re.DOTALL)
_SPECIAL: dict[str, Piece] = {"*": ANY, "?": ONE, "^": ANCHOR}


def term_pieces(term: str, *, masked: bool = True) -> tuple[Piece, ...]:
    """A term as it was written to literals, masks and anchors."""
    if not masked:
        return (term.replace('\\"', '"'),)
    if "\\" not in term and not _SPECIAL.keys() & set(term):
        return (term,)
    pieces: list[Piece] = []
    for match in _PIECE.finditer(term):
        if match["special"]:
            pieces.append(_SPECIAL[match["special"]])
            continue
        text = match["escaped"] if match["escaped"] is not None else match[0]
        if match["escaped"] is not None and text not in ("*", "?", "^", '"', "\\"):
            raise Diagnostic("unsupported_escape", match[0])
        if pieces and isinstance(pieces[-1], str):
            pieces[-1] += text
        else:
            pieces.append(text)
    return tuple(pieces)


# proximity


_UNITS: dict[str, Literal["word", "field"]] = {"word": "word", "element": "field"}


def _proximity(modifiers: Sequence[Modifier], left: Query, right: Query) -> Query:
    """CQL 1.2 section on proximity: by default, words next to one another, or the same element, in
    any order.
    """
    distance: int | None = None
    comparison, order, exclude = "<=", "", False
    unit: Literal["word", "field"] = "word"
    for modifier in modifiers:
        name = modifier.name.casefold().removeprefix("cql.")
        if name == "unit" and modifier.comparison == "=":
            if modifier.value.casefold() not in _UNITS:
                raise Diagnostic("unsupported_proximity_unit", modifier.value)
            unit = _UNITS[modifier.value.casefold()]
        elif name == "distance" and modifier.comparison:
            distance, comparison = _distance(modifier)
        elif name in ("ordered", "unordered") and not modifier.comparison:
            if order not in ("", name):
                raise Diagnostic("unsupported_proximity_ordering", "ordered unordered")
            order = name
        elif name == "local.exclusion" and not modifier.comparison:  # Z39.50 knows it, CQL does not
            exclude = True
        else:
            raise Diagnostic("unsupported_boolean_modifier", modifier.name)
    return clause.proximity(
        left,
        right,
        distance=distance if distance is not None else int(unit == "word"),
        ordered=order == "ordered",
        relation=_COMPARISONS[comparison],
        exclude=exclude,
        unit=unit,
    )


def _distance(modifier: Modifier) -> tuple[int, str]:
    if modifier.comparison not in _COMPARISONS:
        raise Diagnostic("unsupported_proximity_relation", modifier.comparison)
    if not re.fullmatch("[0-9]{1,4}", modifier.value):
        raise Diagnostic("unsupported_proximity_distance", modifier.value)
    return int(modifier.value), modifier.comparison


# sorting


def sort_key(spec: SortSpec, names: Names | None = None) -> SortKey:
    """One key of sortBy (context set sort 1.0). Records without a value come last by default.

    Raises ``Diagnostic``: ``unsupported_context_set``, ``unsupported_use``,
    ``unsupported_sort_key``, ``unsupported_sort_direction``, ``unsupported_sort_case``,
    ``unsupported_sort_missing``.
    """
    names = names or Names()
    if spec.index.casefold() in _RELEVANCE:
        if spec.modifiers:
            raise Diagnostic("unsupported_sort_direction", spec.modifiers[0].name)
        return SortKey(RELEVANCE)
    point = names.access_point(spec.index)
    if not point.sort:
        raise Diagnostic("unsupported_sort_key", spec.index)
    given = {_sort_modifier(each, names): each.value for each in spec.modifiers}
    for name, group in _SORT_MODIFIERS.items():
        clash = [other for other in given if other != name and _SORT_MODIFIERS[other] == group]
        if name in given and clash:
            raise Diagnostic(_SORT_DIAGNOSTICS[group], f"{name} {clash[0]}")
    ascending = "descending" not in given
    if "missingvalue" in given:
        return SortKey(point.name, ascending, instead=instead(point, given["missingvalue"]))
    if "missingfail" in given:
        return SortKey(point.name, ascending, "fail")
    if "missingomit" in given:
        return SortKey(point.name, ascending, "omit")
    # Low and high are values: where they stand in the list depends on its direction.
    if ("missinglow" in given and ascending) or ("missinghigh" in given and not ascending):
        return SortKey(point.name, ascending, "first")
    return SortKey(point.name, ascending, "last")


# Sort keys that ask for the best records first.
_RELEVANCE = ("relevance", "local.relevance", "cql.relevance", "score")


def instead(point: AccessPoint, value: str) -> str:
    """``value``, which records without one are sorted by, as ``SortKey`` has it. Raises
    ``Diagnostic`` when it has no order.
    """
    if point.kind == "year":
        year = normalise.year(value)
        found = "" if year is None else str(year)
    else:
        found = value if normalise.text_tokens(value) else ""
    if not found:
        raise Diagnostic("unsupported_sort_missing", value)
    return found


# Modifier -> group of which only one can hold. Keys are ordered by letter, then tone, then case,
# so case is ignored where letters decide and accents are always respected. The order is that of a
# Vietnamese dictionary whatever the language of a title, so no other locale is there.
_SORT_MODIFIERS = {
    "ascending": "direction",
    "descending": "direction",
    "missingomit": "missing",
    "missinglow": "missing",
    "missinghigh": "missing",
    "missingfail": "missing",
    "missingvalue": "missing",
    "ignorecase": "case",
    "respectaccents": "accents",
    "locale": "locale",
}
_SORT_DIAGNOSTICS = {
    "direction": "unsupported_sort_direction",
    "missing": "unsupported_sort_missing",
    "case": "unsupported_sort_case",
}


def _sort_modifier(modifier: Modifier, names: Names) -> str:
    context_set, local = names.split(modifier.name)
    shown = f"{modifier.name}{modifier.comparison}{modifier.value}"
    if context_set not in ("", "sort", "cql"):
        raise Diagnostic("unsupported_sort", shown)
    if local == "respectcase":
        raise Diagnostic("unsupported_sort_case", shown)
    if local.startswith("missing") and local not in _SORT_MODIFIERS:
        raise Diagnostic("unsupported_sort_missing", shown)
    has_value = local in ("missingvalue", "locale")
    if local not in _SORT_MODIFIERS or (modifier.comparison == "=") != has_value:
        raise Diagnostic("unsupported_sort", shown)
    if local == "locale" and modifier.value.casefold().replace("_", "-") not in ("vi", "vi-vn"):
        raise Diagnostic("unsupported_sort", shown)
    return local
