"""PQF, the prefix notation of Type-1 queries that operators of Z39.50 know; for tests and logs.

::

    query      = [ "@attrset" set ] operand
    operand    = { "@attr" [ set ] type "=" value } ( operator | term )
    operator   = ( "@and" | "@or" | "@not" ) operand operand
               | "@prox" exclusion distance ordered relation which unit operand operand
    term       = [ "@term" kind ] string | "@set" string
    exclusion, ordered = "0" | "1";  which = "known" | "private" | "k" | "p" | "1" | "2"

Attributes before an operator go to every term below it. Strings with blanks, empty ones and those
that begin with ``@`` stand in double quotes; there a backslash protects, and ``\\xHH`` is an octet.
"""

import re
from typing import NamedTuple, NoReturn

from interop.query.rpn import (
    BIB1,
    Attribute,
    Operand,
    Operation,
    Proximity,
    ResultSetOperand,
    Rpn,
    RpnQuery,
    TermKind,
)

MAX_DEPTH = 100  # of operators; each level is one frame of the interpreter's stack

# Object identifiers of attribute sets, Z39.50-1995 appendix OID, 1.2.840.10003.3.
SETS = {
    "bib-1": BIB1,
    "bib1": BIB1,
    "exp-1": "1.2.840.10003.3.2",
    "exp1": "1.2.840.10003.3.2",
    "ext-1": "1.2.840.10003.3.3",
    "gils": "1.2.840.10003.3.5",
}

_KINDS: dict[str, TermKind] = {
    "general": "general",
    "numeric": "numeric",
    "string": "string",
    "oid": "oid",
    "datetime": "datetime",
    "external": "external",
    "integer-and-unit": "integer-and-unit",
    "null": "null",
}
_TOKEN = re.compile(r'\s*(?:"((?:[^"\\]|\\.)*)"|([^\s"]\S*))', re.DOTALL)
_ATTRIBUTE = re.compile(r"([0-9]{1,9})=(.+)", re.DOTALL)
_OID = re.compile(r"[0-9]+(?:\.[0-9]+)+")
_ESCAPE = re.compile(r"\\(?:x([0-9A-Fa-f]{2})|(.))", re.DOTALL)
_UNQUOTED = re.compile(r'[^\s"@\\][^\s"\\]*')


class PqfError(ValueError):
    """Text that is no PQF; one line says where and what."""


class _Token(NamedTuple):
    text: str
    quoted: bool
    position: int


def parse(text: str) -> RpnQuery:
    """The query that ``text`` writes. Raises ``PqfError``."""
    return _Parser(text).query()


class _Parser:
    def __init__(self, text: str) -> None:
        self._end = len(text) + 1
        self._tokens = list(_scan(text))
        self._place = 0

    def query(self) -> RpnQuery:
        attribute_set = BIB1
        if self._peek() == "@attrset":
            self._next("@attrset")
            attribute_set = self._set(self._next("an attribute set"))
        root = self._operand((), 0)
        if self._place < len(self._tokens):
            self._fail("nothing more was expected")
        return RpnQuery(attribute_set, root)

    def _peek(self) -> str:
        """The next token when it is a command, else nothing."""
        if self._place == len(self._tokens) or self._tokens[self._place].quoted:
            return ""
        return self._tokens[self._place].text

    def _next(self, what: str) -> _Token:
        if self._place == len(self._tokens):
            self._fail(f"{what} was expected")
        self._place += 1
        return self._tokens[self._place - 1]

    def _fail(self, message: str) -> NoReturn:
        if self._place < len(self._tokens):
            token = self._tokens[self._place]
            raise PqfError(f"position {token.position}: {token.text}: {message}")
        raise PqfError(f"position {self._end}: end of query: {message}")

    def _operand(self, inherited: tuple[Attribute, ...], depth: int) -> Rpn:
        if depth > MAX_DEPTH:
            self._fail(f"more than {MAX_DEPTH} operators inside one another")
        attributes = inherited
        while self._peek() == "@attr":
            self._next("@attr")
            attributes = (*attributes, self._attribute())
        command = self._peek()
        if command in ("@and", "@or", "@not"):
            self._next(command)
            left, right = self._operand(attributes, depth + 1), self._operand(attributes, depth + 1)
            if command == "@and":
                return Operation("and", left, right)
            return Operation("or" if command == "@or" else "and-not", left, right)
        if command == "@prox":
            self._next(command)
            proximity = self._proximity()
            left, right = self._operand(attributes, depth + 1), self._operand(attributes, depth + 1)
            return Operation("prox", left, right, proximity)
        if command == "@set":
            self._next(command)
            return ResultSetOperand(_octets(self._next("a name")).decode("utf-8", "replace"))
        return self._term(attributes)

    def _attribute(self) -> Attribute:
        set_ = None
        token = self._next("an attribute")
        if not token.quoted and "=" not in token.text:
            set_ = self._set(token)
            token = self._next("an attribute")
        match = _ATTRIBUTE.fullmatch(_octets(token).decode("utf-8", "replace"))
        if match is None:
            self._place -= 1
            self._fail("type=value was expected")
        number = re.fullmatch("-?[0-9]{1,9}", match[2])
        return Attribute(int(match[1]), int(match[2]) if number else match[2], set_)

    def _set(self, token: _Token) -> str:
        known = SETS.get(token.text.lower(), token.text)
        if not _OID.fullmatch(known):
            self._place -= 1
            self._fail("no such attribute set")
        return known

    def _proximity(self) -> Proximity:
        exclusion, distance, ordered, relation = (self._number() for _ in range(4))
        which = self._next("known or private").text
        if which not in ("known", "private", "k", "p", "1", "2"):
            self._place -= 1
            self._fail("known or private was expected")
        private = which in ("private", "p", "2")
        unit = self._number()
        return Proximity(exclusion == 1, distance, ordered == 1, relation, unit, private)

    def _number(self) -> int:
        text = self._next("a number").text
        if not re.fullmatch("-?[0-9]{1,9}", text):
            self._place -= 1
            self._fail("a number was expected")
        return int(text)

    def _term(self, attributes: tuple[Attribute, ...]) -> Operand:
        kind: TermKind = "general"
        if self._peek() == "@term":
            self._next("@term")
            name = self._next("a kind of term").text
            if name not in _KINDS:
                self._place -= 1
                self._fail(f"one of {', '.join(_KINDS)} was expected")
            kind = _KINDS[name]
        if self._peek().startswith("@"):
            self._fail("a term was expected; put it in double quotes")
        octets = _octets(self._next("a term"))
        if kind == "numeric":
            if not re.fullmatch(rb"-?[0-9]{1,18}", octets):
                self._place -= 1
                self._fail("a number was expected")
            return Operand(attributes, int(octets), kind)
        if kind in ("string", "oid", "datetime"):
            return Operand(attributes, octets.decode("utf-8", "replace"), kind)
        return Operand(attributes, octets, kind)


def _scan(text: str) -> list[_Token]:
    tokens: list[_Token] = []
    place, end = 0, len(text.rstrip())
    while place < end:
        match = _TOKEN.match(text, place)
        if match is None:
            raise PqfError(f"position {place + 1}: string without its end")
        quoted = match[1] is not None
        start = match.start(1) - 1 if quoted else match.start(2)
        tokens.append(_Token(match[1] if quoted else match[2], quoted, start + 1))
        place = match.end()
    return tokens


def _octets(token: _Token) -> bytes:
    if not token.quoted:
        return token.text.encode("utf-8", "replace")
    octets, place = b"", 0
    for match in _ESCAPE.finditer(token.text):
        octets += token.text[place : match.start()].encode("utf-8", "replace")
        octets += bytes((int(match[1], 16),)) if match[1] else match[2].encode("utf-8", "replace")
        place = match.end()
    return octets + token.text[place:].encode("utf-8", "replace")


# writing


def show(query: RpnQuery) -> str:
    """``query`` in PQF, one line; ``parse`` reads it back."""
    words = [] if query.attribute_set == BIB1 else [f"@attrset {query.attribute_set}"]
    waiting: list[Rpn] = [query.root]
    while waiting:
        item = waiting.pop()
        if isinstance(item, Operation):
            words.append(_operator(item))
            waiting += (item.right, item.left)
        elif isinstance(item, ResultSetOperand):
            words.append(f"@set {_quoted(item.name.encode('utf-8', 'replace'))}")
        else:
            words += [*map(_shown_attribute, item.attributes), _shown_term(item)]
    return " ".join(words)


def _operator(operation: Operation) -> str:
    name = "@not" if operation.operator == "and-not" else f"@{operation.operator}"
    p = operation.proximity
    if p is None:
        return name
    which = "private" if p.private_unit else "known"
    return f"{name} {p.exclusion:d} {p.distance} {p.ordered:d} {p.relation} {which} {p.unit}"


def _shown_attribute(attribute: Attribute) -> str:
    set_ = f"{attribute.set} " if attribute.set else ""
    pair = f"{attribute.type}={attribute.value}"
    return f"@attr {set_}{pair if _UNQUOTED.fullmatch(pair) else _quoted(pair.encode())}"


def _shown_term(operand: Operand) -> str:
    term = operand.term
    octets = term if isinstance(term, bytes) else str(term).encode("utf-8", "replace")
    text = octets.decode("utf-8", "replace")
    if not _UNQUOTED.fullmatch(text) or not text.isprintable() or text.encode() != octets:
        text = _quoted(octets)
    return text if operand.kind == "general" else f"@term {operand.kind} {text}"


def _quoted(octets: bytes) -> str:
    """In double quotes; what is no printable UTF-8 as octets."""
    text = octets.decode("utf-8", "surrogateescape")
    return '"' + "".join(map(_quoted_character, text)) + '"'


def _quoted_character(ch: str) -> str:
    if ch in '"\\':
        return "\\" + ch
    if ch == " " or ch.isprintable():
        return ch
    return "".join(f"\\x{octet:02X}" for octet in ch.encode("utf-8", "surrogateescape"))
