"""CQL text to a tree: a recursive descent that knows where it is.

::

    query     = { prefix } chain [ "sortBy" key { key } ]
    prefix    = ">" [ name "=" ] uri
    chain     = operand { boolean { modifier } { prefix } operand }
    operand   = "(" { prefix } chain ")" | [ index relation ] term
              | index relation "(" { prefix } chain ")"
    relation  = ( "=" | "==" | "<>" | "<" | ">" | "<=" | ">=" | name ) { modifier }
    modifier  = "/" name [ comparator value ]
    key       = index { modifier }

CQL 1.2, and what CQL 1.1 and 2.0 have beside it. The words and, or, not, prox and sortBy are terms
where an operand is expected. The third form of operand is not in the standard, but clients write
it (``title = (a or b)``): bare terms inside take index and relation from before it.
"""

import re
from typing import NamedTuple

from interop.diagnostics import Diagnostic
from interop.query.cql_ast import (
    OPERATORS,
    SORT_BY,
    Boolean,
    CqlQuery,
    Modifier,
    Node,
    Operator,
    Prefix,
    Relation,
    Scope,
    SearchClause,
    SortSpec,
)

MAX_LENGTH = 20_000  # characters; 500 ISBNs joined by "or" have some 15,000
MAX_OPERATORS = 200
MAX_DEPTH = 50  # parentheses; each costs three frames of the interpreter's stack

_TOKEN = re.compile(
    r"""\s*(?:
        (?P<word>[^\s()=<>"/]+)
      | "(?P<string>(?:[^"\\]|\\.)*)"
      | (?P<comparison>==|<>|<=|>=|[=<>])
      | (?P<mark>[()/])
      | (?P<end>\Z)
    )""",
    re.VERBOSE | re.DOTALL,
)
_SYMBOLS: dict[str, Operator] = {operator: operator for operator in OPERATORS}


class _Token(NamedTuple):
    kind: str
    text: str
    position: int


def parse(text: str) -> CqlQuery:
    """The tree of a query.

    Raises ``Diagnostic``: ``malformed_query`` with position and token, ``query_too_long``,
    ``too_many_operators``, ``prefix_assigned_twice``.
    """
    if len(text) > MAX_LENGTH:
        raise Diagnostic("query_too_long", f"{len(text)} characters, {MAX_LENGTH} are allowed")
    return _Parser(_scan(text)).query()


def _scan(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    place = 0
    while True:
        match = _TOKEN.match(text, place)
        if match is None or match.lastgroup is None:
            start = place + len(text[place:]) - len(text[place:].lstrip())
            raise Diagnostic("malformed_query", f"position {start + 1}: string without its end")
        kind = match.lastgroup
        start = match.start(kind) - (kind == "string")
        tokens.append(_Token(kind, match[kind], start + 1))
        if kind == "end":
            return tokens
        place = match.end()


class _Parser:
    def __init__(self, tokens: list[_Token]) -> None:
        self._tokens = tokens
        self._place = 0
        self._token = tokens[0]
        self._operators = 0
        self._depth = 0

    # tokens

    def _advance(self) -> _Token:
        token = self._token
        if token.kind != "end":
            self._place += 1
            self._token = self._tokens[self._place]
        return token

    def _following(self) -> _Token:
        return self._tokens[min(self._place + 1, len(self._tokens) - 1)]

    def _is_text(self) -> bool:
        return self._token.kind in ("word", "string")

    def _text(self, what: str) -> _Token:
        if not self._is_text():
            raise _unexpected(self._token, f"{what} expected")
        return self._advance()

    def _is_mark(self, mark: str) -> bool:
        return self._token.kind == "mark" and self._token.text == mark

    # productions

    def query(self) -> CqlQuery:
        root = self._chain(None)
        sort: list[SortSpec] = []
        if _keyword(self._token) == SORT_BY:
            self._advance()
            while not sort or self._is_text():
                key = self._text("sort key")
                sort.append(SortSpec(key.text, self._modifiers()))
        if self._token.kind != "end":
            raise self._misplaced()
        return CqlQuery(root, tuple(sort))

    def _misplaced(self) -> Diagnostic:
        hint = "boolean operator expected"
        if self._is_text():
            hint += "; put a term of several words in double quotes"
        return _unexpected(self._token, hint)

    def _prefixes(self) -> tuple[Prefix, ...]:
        prefixes: list[Prefix] = []
        assigned: set[str] = set()
        while self._token.kind == "comparison" and self._token.text == ">":
            self._advance()
            name, uri = "", self._text("prefix or URI")
            if self._token.kind == "comparison" and self._token.text == "=":
                self._advance()
                name, uri = uri.text, self._text("URI")
            if name.casefold() in assigned:
                raise Diagnostic("prefix_assigned_twice", name)
            assigned.add(name.casefold())
            prefixes.append(Prefix(name, uri.text))
        return tuple(prefixes)

    def _chain(self, inherited: tuple[str, Relation] | None) -> Node:
        prefixes = self._prefixes()
        node = self._operand(inherited)
        while (operator := _SYMBOLS.get(_keyword(self._token))) is not None:
            self._advance()
            self._operators += 1
            if self._operators > MAX_OPERATORS:
                raise Diagnostic("too_many_operators", f"more than {MAX_OPERATORS}")
            modifiers = self._modifiers()
            inner = self._prefixes()
            right = self._operand(inherited)
            node = Boolean(operator, modifiers, node, Scope(inner, right) if inner else right)
        return Scope(prefixes, node) if prefixes else node

    def _operand(self, inherited: tuple[str, Relation] | None) -> Node:
        if self._is_mark("("):
            return self._parenthesised(inherited)
        start = self._text("search term")
        relation = self._relation()
        if relation is None:
            index, implied = inherited or (None, None)
            return SearchClause(index, implied, start.text, start.position)
        if self._is_mark("("):
            return self._parenthesised((start.text, relation))
        term = self._text("search term")
        return SearchClause(start.text, relation, term.text, term.position)

    def _parenthesised(self, inherited: tuple[str, Relation] | None) -> Node:
        opening = self._advance()
        self._depth += 1
        if self._depth > MAX_DEPTH:
            raise Diagnostic("too_many_operators", f"more than {MAX_DEPTH} levels of parentheses")
        node = self._chain(inherited)
        if not self._is_mark(")"):
            if self._token.kind == "end":
                raise _unexpected(self._token, f"( of position {opening.position} is not closed")
            raise self._misplaced()
        self._advance()
        self._depth -= 1
        return node

    def _relation(self) -> Relation | None:
        """The relation behind what may be an index; ``None`` when that was a bare term."""
        token = self._token
        if token.kind != "comparison":
            named = token.kind == "word" and not _keyword(token)
            if not named or self._following().kind not in ("word", "string", "mark"):
                return None
            if self._following().text == ")" and self._following().kind == "mark":
                return None
        self._advance()
        return Relation(token.text.lower(), self._modifiers(), token.position)

    def _modifiers(self) -> tuple[Modifier, ...]:
        modifiers: list[Modifier] = []
        while self._is_mark("/"):
            self._advance()
            name = self._text("modifier").text
            if self._token.kind == "comparison":
                comparison = self._advance().text
                modifiers.append(Modifier(name, comparison, self._text("value").text))
            else:
                modifiers.append(Modifier(name))
        return tuple(modifiers)


def _keyword(token: _Token) -> str:
    """The reserved word that an unquoted token is, in lower case; else nothing."""
    word = token.text.lower()
    return word if token.kind == "word" and (word in OPERATORS or word == SORT_BY) else ""


def _unexpected(token: _Token, expected: str) -> Diagnostic:
    found = "end of query" if token.kind == "end" else token.text
    return Diagnostic("malformed_query", f"position {token.position}: {found}: {expected}")
