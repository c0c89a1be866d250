"""What CQL text is parsed into, before any name in it is looked up (CQL 1.1, 1.2 and 2.0).

Terms keep their backslashes: only the resolver may tell a mask from an escaped star. Nodes have no
positions: a message finds the place in the text again (``cql_parser.locate``), so that the queries
without a fault do not pay for it. Nor are they frozen, which would cost three times as much to
make one; nobody changes them all the same.
"""

import re
from dataclasses import dataclass
from typing import Literal, TypeAlias

Operator: TypeAlias = Literal["and", "or", "not", "prox"]
OPERATORS: tuple[Operator, ...] = ("and", "or", "not", "prox")
SORT_BY = "sortby"


@dataclass(slots=True, unsafe_hash=True)
class Modifier:
    """``/name comparison value``; the last two are empty for a flag."""

    name: str
    comparison: str = ""
    value: str = ""


@dataclass(slots=True, unsafe_hash=True)
class Relation:
    """``name``: a symbol, or a word in lower case."""

    name: str
    modifiers: tuple[Modifier, ...] = ()


@dataclass(slots=True, unsafe_hash=True)
class SearchClause:
    """``index`` and ``relation`` are both there or both ``None`` (a bare term)."""

    index: str | None
    relation: Relation | None
    term: str


@dataclass(slots=True, unsafe_hash=True)
class Prefix:
    """``name`` is empty for the default context set."""

    name: str
    uri: str


@dataclass(slots=True, unsafe_hash=True)
class Scope:
    """Prefixes and the part of the query in which they are valid."""

    prefixes: tuple[Prefix, ...]
    query: "Node"


@dataclass(slots=True, unsafe_hash=True)
class Boolean:
    """Two operands; chains lean to the left, all operators have the same precedence."""

    operator: Operator
    modifiers: tuple[Modifier, ...]
    left: "Node"
    right: "Node"


Node: TypeAlias = SearchClause | Boolean | Scope


@dataclass(slots=True, unsafe_hash=True)
class SortSpec:
    """One key of ``sortBy``."""

    index: str
    modifiers: tuple[Modifier, ...] = ()


@dataclass(slots=True, unsafe_hash=True)
class CqlQuery:
    """A whole query. Prefixes of its ``root`` are valid in ``sort`` too."""

    root: Node
    sort: tuple[SortSpec, ...] = ()


_BARE = re.compile(r'[^\s()=<>"/]+')


def show(query: CqlQuery) -> str:
    """CQL text that parses to ``query`` again."""
    keys = "".join(f" {_string(key.index)}{_modifiers(key.modifiers)}" for key in query.sort)
    return _node(query.root) + (f" sortBy{keys}" if keys else "")


def _node(node: Node) -> str:
    """By recursion: the parser bounds the depth."""
    match node:
        case SearchClause(index, relation, term):
            if index is None or relation is None:
                return _string(term)
            name = f"{relation.name}{_modifiers(relation.modifiers)}"
            return f"{_string(index)} {name} {_string(term)}"
        case Boolean(operator, modifiers, left, right):
            return f"{_left(left)} {operator}{_modifiers(modifiers)} {_operand(right)}"
        case Scope(prefixes, inside):
            return f"{''.join(map(_prefix, prefixes))}{_left(inside)}"


def _left(node: Node) -> str:
    return f"({_node(node)})" if isinstance(node, Scope) else _node(node)


def _operand(node: Node) -> str:
    return _node(node) if isinstance(node, SearchClause) else f"({_node(node)})"


def _prefix(prefix: Prefix) -> str:
    name = f"{_string(prefix.name)} = " if prefix.name else ""
    return f"> {name}{_string(prefix.uri)} "


def _modifiers(modifiers: tuple[Modifier, ...]) -> str:
    return "".join(
        f"/{_string(m.name)}" + (f"{m.comparison}{_string(m.value)}" if m.comparison else "")
        for m in modifiers
    )


def _string(text: str) -> str:
    reserved = text.casefold() in (*OPERATORS, SORT_BY)
    return text if _BARE.fullmatch(text) and not reserved else f'"{text}"'
