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

CQL 1.2, and what CQL 1.1 and 2.0 have beside it. The words and, or, not, prox and sortby are terms
where an operand is expected. The third form of operand is not in the standard, but clients write
it (``title = (a or b)``): bare terms inside take index and relation from before it.

A token is its text, so that reading a query costs one call of the regular expression; where it
stood is found again when there is something to tell.
"""

import re
from dataclasses import dataclass

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


@dataclass(frozen=True, slots=True)
class Limits:
    """What one query may be. ``length``: characters; 500 ISBNs joined by "or" have some 15,000.
    ``depth``: parentheses inside one another; each costs two frames of the interpreter's stack.
    """

    length: int = 20_000
    operators: int = 200
    depth: int = 50


LIMITS = Limits()

# A string without its end is one token up to the end of the text, so that no text is read twice.
_TOKEN = re.compile(
    r"""[^\s()=<>"/]+                                  # word
      | "[^"\\]*(?:\\.[^"\\]*)*(?:"|\\?\Z)             # string
      | ==|<>|<=|>=|[=<>]                              # comparison
      | [()/]
    """,
    re.VERBOSE | re.DOTALL,
)
_STRING = re.compile(r'"[^"\\]*(?:\\.[^"\\]*)*"', re.DOTALL)

_END = ""  # the token behind the last
_COMPARISONS = frozenset(("=", "==", "<>", "<", ">", "<=", ">="))
_NO_TEXT = frozenset((*_COMPARISONS, "(", ")", "/", _END))
_BOOLEANS: dict[str, Operator] = {
    spelling: operator
    for operator in OPERATORS
    for spelling in (operator, operator.upper(), operator.title())
}
_RESERVED = frozenset((*OPERATORS, SORT_BY))
_NOT_BEHIND_A_RELATION = frozenset((*_COMPARISONS, ")", _END))
# Relations without modifiers, one object each.
_PLAIN = {
    name: Relation(name)
    for name in (*_COMPARISONS, "all", "any", "adj", "exact", "within", "encloses", "scr")
}

_Inherited = tuple[str, Relation] | None


def parse(text: str, limits: Limits = LIMITS) -> CqlQuery:
    """The tree of a query.

    Raises ``Diagnostic``: ``malformed_query`` with position and token, ``query_too_long``,
    ``too_many_operators``, ``prefix_assigned_twice``.
    """
    if len(text) > limits.length:
        raise Diagnostic("query_too_long", f"{len(text)} characters, {limits.length} are allowed")
    tokens = _TOKEN.findall(text)
    if tokens and tokens[-1][0] == '"' and not _STRING.fullmatch(tokens[-1]):
        raise _malformed(text, len(tokens) - 1, "string without its end")
    tokens.append(_END)
    return _Parser(text, tokens, limits).query()


def locate(text: str, *words: str) -> int:
    """Where in ``text`` the last of ``words`` stands the first time they follow one another as
    tokens: a character, from 1; 0 when they do not.
    """
    matches = list(_TOKEN.finditer(text))
    tokens = [match[0] for match in matches]
    for place in range(len(tokens) - len(words) + 1):
        if tuple(tokens[place : place + len(words)]) == words:
            return matches[place + len(words) - 1].start() + 1
    return 0


def _token(text: str, number: int) -> tuple[int, str]:
    """Place (a character, from 1) and text of the token of this number, from 0."""
    for count, match in enumerate(_TOKEN.finditer(text)):
        if count == number:
            return match.start() + 1, match[0]
    return len(text) + 1, "end of query"


_SHOWN = 60  # characters of a token in a message


def _malformed(text: str, number: int, expected: str) -> Diagnostic:
    """The diagnostic for the token of this number, its place and text in the details."""
    place, token = _token(text, number)
    if len(token) > _SHOWN:
        token = f"{token[:_SHOWN]}..."
    return Diagnostic("malformed_query", f"position {place}: {token}: {expected}")


def _bare(token: str) -> str:
    """What a word or a string says."""
    return token[1:-1] if token[0] == '"' else token


class _Parser:
    __slots__ = ("_depth", "_limits", "_operators", "_place", "_text", "_tokens")

    def __init__(self, text: str, tokens: list[str], limits: Limits) -> None:
        self._text = text
        self._tokens = tokens
        self._limits = limits
        self._place = 0
        self._operators = 0
        self._depth = 0

    def query(self) -> CqlQuery:
        root = self._chain(None)
        tokens = self._tokens
        if tokens[self._place] == _END:
            return CqlQuery(root)
        sort: list[SortSpec] = []
        if tokens[self._place].lower() == SORT_BY:
            self._place += 1
            while not sort or tokens[self._place] not in _NO_TEXT:
                key = self._word("sort key")
                sort.append(SortSpec(key, self._modifiers()))
        if tokens[self._place] != _END:
            raise self._misplaced()
        return CqlQuery(root, tuple(sort))

    # productions

    def _chain(self, inherited: _Inherited) -> Node:
        tokens = self._tokens
        prefixes = self._prefixes() if tokens[self._place] == ">" else ()
        node = self._operand(inherited)
        while True:
            token = tokens[self._place]
            operator = _BOOLEANS.get(token) or _BOOLEANS.get(token.lower())
            if operator is None:
                return Scope(prefixes, node) if prefixes else node
            self._operators += 1
            if self._operators > self._limits.operators:
                raise Diagnostic("too_many_operators", f"more than {self._limits.operators}")
            self._place += 1
            modifiers = self._modifiers() if tokens[self._place] == "/" else ()
            inner = self._prefixes() if tokens[self._place] == ">" else ()
            right = self._operand(inherited)
            node = Boolean(operator, modifiers, node, Scope(inner, right) if inner else right)

    def _operand(self, inherited: _Inherited) -> Node:
        tokens, place = self._tokens, self._place
        token = tokens[place]
        if token in _NO_TEXT:
            if token == "(":
                return self._parenthesised(inherited)
            raise self._unexpected("search term")
        name = tokens[place + 1]
        if name not in _COMPARISONS and not self._names_relation(place + 1):
            self._place = place + 1
            index, relation = inherited or (None, None)
            return SearchClause(index, relation, _bare(token))
        self._place = place + 2
        relation = _PLAIN.get(name) or Relation(name.lower())
        if tokens[place + 2] == "/":
            relation = Relation(relation.name, self._modifiers())
        term = tokens[self._place]
        if term == "(":
            return self._parenthesised((_bare(token), relation))
        if term in _NO_TEXT:
            raise self._unexpected("search term")
        self._place += 1
        return SearchClause(_bare(token), relation, _bare(term))

    def _names_relation(self, place: int) -> bool:
        """Whether the token behind what may be an index is a word that may be a relation; when not,
        that was a bare term.
        """
        token = self._tokens[place]
        if token in _NO_TEXT or token[0] == '"' or token.lower() in _RESERVED:
            return False
        return self._tokens[place + 1] not in _NOT_BEHIND_A_RELATION

    def _parenthesised(self, inherited: _Inherited) -> Node:
        opening = self._place
        self._place += 1
        self._depth += 1
        if self._depth > self._limits.depth:
            details = f"more than {self._limits.depth} levels of parentheses"
            raise Diagnostic("too_many_operators", details)
        node = self._chain(inherited)
        if self._tokens[self._place] != ")":
            if self._tokens[self._place] == _END:
                where, _ = _token(self._text, opening)
                raise self._unexpected(f"( of position {where} is not closed", "")
            raise self._misplaced()
        self._place += 1
        self._depth -= 1
        return node

    def _prefixes(self) -> tuple[Prefix, ...]:
        prefixes: list[Prefix] = []
        assigned: set[str] = set()
        while self._tokens[self._place] == ">":
            self._place += 1
            name, uri = "", self._word("prefix or URI")
            if self._tokens[self._place] == "=":
                self._place += 1
                name, uri = uri, self._word("URI")
            if name.casefold() in assigned:
                raise Diagnostic("prefix_assigned_twice", name)
            assigned.add(name.casefold())
            prefixes.append(Prefix(name, uri))
        return tuple(prefixes)

    def _modifiers(self) -> tuple[Modifier, ...]:
        modifiers: list[Modifier] = []
        while self._tokens[self._place] == "/":
            self._place += 1
            name = self._word("modifier")
            comparison = self._tokens[self._place]
            if comparison in _COMPARISONS:
                self._place += 1
                modifiers.append(Modifier(name, comparison, self._word("value")))
            else:
                modifiers.append(Modifier(name))
        return tuple(modifiers)

    # tokens

    def _word(self, what: str) -> str:
        """The text of the word or string that has to stand here."""
        token = self._tokens[self._place]
        if token in _NO_TEXT:
            raise self._unexpected(what)
        self._place += 1
        return _bare(token)

    def _unexpected(self, what: str, expected: str = " expected") -> Diagnostic:
        return _malformed(self._text, self._place, what + expected)

    def _misplaced(self) -> Diagnostic:
        hint = "boolean operator"
        if self._tokens[self._place] in _NO_TEXT:
            return self._unexpected(hint)
        return self._unexpected(hint, " expected; put a term of several words in double quotes")
