"""What a scan clause asks for: an access point, whether its words or its whole values, and a term.

SRU 1.2 and 2.0, scan: a CQL search clause, of which the relation chooses the list. ``any``, ``all``
and ``=`` are words, ``==`` and ``exact`` whole values; relations of order make no list.
"""

from dataclasses import dataclass
from typing import Literal

from interop.diagnostics import Diagnostic
from interop.query.access_points import BY_CQL, AccessPoint
from interop.query.clause import ANCHOR
from interop.query.context_sets import Names
from interop.query.cql import term_pieces
from interop.query.cql_ast import Boolean, CqlQuery, Scope, SearchClause
from interop.query.cql_parser import parse

_KINDS: dict[str, Literal["word", "heading"]] = {
    "=": "word",
    "scr": "word",
    "any": "word",
    "all": "word",
    "adj": "heading",
    "==": "heading",
    "exact": "heading",
}


@dataclass(frozen=True, slots=True)
class ScanClause:
    """``index`` and ``relation`` as the client wrote them; ``text`` is still to be normalised, and
    empty for the start of the list.
    """

    point: AccessPoint
    kind: Literal["word", "heading"]
    text: str
    index: str
    relation: str


def compile(text: str) -> ScanClause:
    """Raises ``Diagnostic``, as ``interop.query.cql.compile``."""
    return of_tree(parse(text))


def of_tree(tree: CqlQuery) -> ScanClause:
    """As ``compile``, of a tree that may be XCQL's."""
    node, names = tree.root, Names()
    if isinstance(node, Scope):
        for prefix in node.prefixes:
            names = names.assign(prefix.name, prefix.uri)
        node = node.query
    if isinstance(node, Boolean):
        raise Diagnostic("unsupported_operator", node.operator)
    if not isinstance(node, SearchClause) or tree.sort:
        raise Diagnostic("malformed_query", "position 1: one search clause expected")
    if node.index is None or node.relation is None:
        return ScanClause(
            BY_CQL["cql.serverchoice"], "word", _plain(node.term), "cql.serverChoice", "="
        )
    if node.relation.modifiers:
        raise Diagnostic("unsupported_relation_modifier", node.relation.modifiers[0].name)
    context_set, relation = names.split(node.relation.name)
    point = names.access_point(node.index)
    if relation not in _KINDS or context_set not in ("", "cql"):
        raise Diagnostic("unsupported_relation", node.relation.name)
    if not point.scan:
        raise Diagnostic("unsupported_use", node.index)
    kind = _KINDS[relation] if point.kind == "text" else "heading"
    if kind == "heading" and not point.headings:
        if relation != "adj":
            raise Diagnostic("unsupported_relation_index", f"{node.index} {node.relation.name}")
        kind = "word"
    return ScanClause(point, kind, _plain(node.term), node.index, node.relation.name)


def _plain(term: str) -> str:
    """A place in a list has no masks; an anchor at the start says where lists begin anyway."""
    text = ""
    for number, piece in enumerate(term_pieces(term)):
        if isinstance(piece, str):
            text += piece
        elif number or piece is not ANCHOR:
            raise Diagnostic("unsupported_truncation", term)
    return text.strip()
