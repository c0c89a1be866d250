"""What ``when`` of a rule says, as a Python expression.

    expression = term *( "or" term )
    term       = factor *( "and" factor )
    factor     = "not" factor / "(" expression ")" / test
    test       = value [ ( "=" / "!=" / "in" ) word *word ] / predicate
    value      = "$" code / "ind1" / "ind2" / "tag" / "own" / "code"
               / ( "leader" / 3digit ) "[" n [ "-" n ] "]"

``code`` is that of the subfield at hand. ``$t`` alone asks whether there is such a subfield. ``#``
is a blank, as in the documentation of MARC 21. Words that are none of the above are predicates of
the vocabulary. A value is compared without regard to case and to blanks around it.
"""

import re
from collections.abc import Callable

from interop.crosswalks._rules.language import RuleError

_TOKEN = re.compile(r"\s*(\(|\)|!=|=|[^\s()=!]+)")
_VALUE = re.compile(
    r"\$(?P<code>[0-9a-z])|(?P<property>ind1|ind2|tag|own|code)"
    r"|(?P<control>leader|00[0-9])\[(?P<first>[0-9]+)(?:-(?P<last>[0-9]+))?\]"
)
_WORDS = {"and", "or", "not", "in", "(", ")", "=", "!="}


def compile_condition(
    where: str,
    text: str,
    predicate: Callable[[str], str],
    field: str | None,
    code: str | None = None,
    traced: bool = False,
    tag: str = "",
) -> str:
    """``text`` as an expression over ``fields`` and the variables ``field`` and ``code``.

    ``tag``: an expression for the tag that the field counts as, where there is a shorter one.

    ``traced``: subfields that it reads are told to ``asked(value, field, code)``.
    ``predicate`` gives the expression for a predicate's name and raises ``KeyError`` for others.
    Raises ``RuleError``, which begins with ``where``.
    """
    return _Parser(where, text, predicate, field, code, traced, tag).parse()


class _Parser:
    def __init__(
        self,
        where: str,
        text: str,
        predicate: Callable[[str], str],
        field: str | None,
        code: str | None,
        traced: bool,
        tag: str,
    ) -> None:
        self._where = f"{where}: when {text!r}"
        self._predicate = predicate
        self._field = field
        self._code = code
        self._traced = traced
        self._tag = tag
        self._tokens = _TOKEN.findall(text)
        self._at = 0

    def parse(self) -> str:
        expression = self._expression()
        if self._at < len(self._tokens):
            raise RuleError(f"{self._where}: {self._peek()!r} is out of place")
        return expression

    def _peek(self) -> str:
        return self._tokens[self._at] if self._at < len(self._tokens) else ""

    def _next(self) -> str:
        token = self._peek()
        self._at += 1
        return token

    def _expression(self) -> str:
        terms = [self._term()]
        while self._peek() == "or":
            self._next()
            terms.append(self._term())
        return terms[0] if len(terms) == 1 else f"({' or '.join(terms)})"

    def _term(self) -> str:
        factors = [self._factor()]
        while self._peek() == "and":
            self._next()
            factors.append(self._factor())
        return factors[0] if len(factors) == 1 else f"({' and '.join(factors)})"

    def _factor(self) -> str:
        token = self._next()
        if token == "not":
            return f"(not {self._factor()})"
        if token == "(":
            expression = self._expression()
            if self._next() != ")":
                raise RuleError(f"{self._where}: a bracket is not closed")
            return expression
        if not token or token in _WORDS:
            raise RuleError(f"{self._where}: a test is missing")
        return self._test(token)

    def _test(self, token: str) -> str:
        match = _VALUE.fullmatch(token)
        if match is None:
            try:
                return self._predicate(token)
            except KeyError:
                raise RuleError(f"{self._where}: {token!r} is unknown") from None
        value = self._value(match)
        if self._peek() not in ("=", "!=", "in"):
            if match["code"] is None:
                raise RuleError(f"{self._where}: {token!r} is compared with nothing")
            return f"bool({value})"
        negated = self._next() == "!="
        words = []
        while self._peek() and self._peek() not in _WORDS:
            words.append(" " if self._peek() == "#" else self._peek().lower())
            self._next()
        if not words:
            raise RuleError(f"{self._where}: {token!r} is compared with nothing")
        compared = value if match["property"] or match["control"] else f"{value}.strip().lower()"
        return f"({compared} {'not in' if negated else 'in'} {tuple(words)!r})"

    def _value(self, match: re.Match[str]) -> str:
        if match["control"]:
            first = int(match["first"])
            name = match["control"]
            text = "fields.leader" if name == "leader" else f"fields.control({name!r})"
            return f"{text}[{first}:{int(match['last'] or first) + 1}]"
        if match["property"] == "code":
            if self._code is None:
                raise RuleError(f"{self._where}: 'code', but there is no subfield at hand")
            return self._code
        if self._field is None:
            raise RuleError(f"{self._where}: {match[0]!r}, but there is no field at hand")
        if match["code"]:
            value = f"{self._field}.first({match['code']!r})"
            return f"asked({value}, {self._field}, {match['code']!r})" if self._traced else value
        if match["property"] == "tag":
            return self._tag or f"tag_of({self._field})"
        return f"{self._field}.{'tag' if match['property'] == 'own' else match['property']}"
