"""A rule file to one Python function: loops, joins and string formatting, nothing interpreted.

What a rule says is known when it is compiled, so the function tests nothing that the rules do not
test; ``source`` gives its text. The same text with calls of ``seen`` in it is what explain runs.
"""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import count
from typing import Any, TypeAlias

from interop.crosswalks._fields import Fields, clean, tag_of
from interop.crosswalks._rules.condition import compile_condition
from interop.crosswalks._rules.language import Rule, RuleError, RuleFile
from interop.crosswalks._rules.template import FOR, Element, Hole, Text, parse
from interop.crosswalks._rules.vocabulary import (
    FILTERS,
    FUNCTIONS,
    LISTS,
    PREDICATES,
    READ_TAGS,
    RECORD_PREDICATES,
)
from interop.text.xml import attribute, escape

# An element that is not XML yet: name, attributes, and text or elements.
Node: TypeAlias = tuple[str, dict[str, str], "str | list[Node]"]

_PART = re.compile("([0-9A-Za-z]{3})([0-9a-z]*)")


def compile_xml(rules: RuleFile) -> Callable[[Fields], list[str]]:
    """A function that gives the elements of a record as XML, in the order of the rules.

    Raises ``RuleError``.
    """
    function: Callable[[Fields], list[str]] = _function(rules, nodes=False)
    return function


def compile_nodes(rules: RuleFile) -> Callable[[Fields], list[Node]]:
    """The same as ``Node``, for what is not XML. Raises ``RuleError``."""
    function: Callable[[Fields], list[Node]] = _function(rules, nodes=True)
    return function


def compile_traced(
    rules: RuleFile,
    seen: Callable[..., Any],
    asked: Callable[..., Any],
    done: Callable[..., None],
) -> Any:
    """As ``compile_xml``, but ``seen(result, field, codes, item)`` is called with every value that
    a rule takes and ``done(rule name, elements)`` after every field that a rule looked at.
    ``item`` is the one subfield of several that the result was made of, if it was one.
    ``asked(value, field, code)`` is called with every subfield that a condition reads.

    ``field`` is ``None`` for a value of the record, and ``codes`` then says where it stands.
    """
    return _function(rules, nodes=False, seen=seen, asked=asked, done=done)


def tags_read(rules: RuleFile, nodes: bool = False) -> frozenset[str]:
    """Tags of all data fields that the function may look at. Raises ``RuleError``."""
    return READ_TAGS | _Compiler(rules, nodes, traced=False).tags


def source(rules: RuleFile, nodes: bool = False, traced: bool = False) -> str:
    """The function as Python text, for whoever looks for a fault in a rule."""
    return _Compiler(rules, nodes, traced).text


def _function(
    rules: RuleFile,
    nodes: bool,
    seen: Callable[..., Any] | None = None,
    asked: Any = None,
    done: Any = None,
) -> Any:
    compiler = _Compiler(rules, nodes, seen is not None)
    space: dict[str, Any] = {
        **compiler.constants,
        "asked": asked, "attribute": attribute, "clean": clean, "done": done, "escape": escape,
        "seen": seen, "tag_of": tag_of,
    }  # fmt: skip
    exec(compile(compiler.text, rules.name, "exec"), space)  # text of our own making
    return space["write"]


@dataclass(frozen=True, slots=True)
class _Scope:
    """``field``: the variable of the field at hand; ``codes``: an expression for ``$.``.

    ``tag``: an expression for the tag that the field counts as.
    ``item`` and ``code``: variables of what ``r:each`` is at; ``each``: what it goes through.
    """

    where: str
    field: str | None = None
    codes: str | None = None
    tag: str = ""
    item: str | None = None
    code: str | None = None
    each: Hole | None = None


class _Compiler:
    """Writes the text; ``constants`` are the names that it uses, ``tags`` those that rules name."""

    def __init__(self, rules: RuleFile, nodes: bool, traced: bool) -> None:
        self._rules = rules
        self._nodes = nodes
        self._traced = traced
        self._numbers = count()
        self._lines: list[str] = []
        self._indent = 1
        self.constants: dict[str, Any] = {}
        self.tags: set[str] = set()
        for rule in rules.rules:
            self._rule(rule)
        result = "list(dict.fromkeys(out))" if rules.unique and not nodes else "out"
        self.text = "\n".join(
            (
                "def write(fields):",
                "    by_tag, links = fields.by_tag, fields.links",
                "    out = []",
                *self._lines,
                f"    return {result}",
                "",
            )
        )

    # --- lines and names --------------------------------------------------------------------------

    def _line(self, text: str) -> None:
        self._lines.append("    " * self._indent + text)

    def _open(self, text: str) -> None:
        """A line with which a block begins."""
        self._line(text)
        self._indent += 1

    def _new(self, stem: str) -> str:
        return f"{stem}{next(self._numbers)}"

    def _constant(self, stem: str, value: object) -> str:
        for name, known in self.constants.items():
            if known is value:
                return name
        name = self._new(stem)
        self.constants[name] = value
        return name

    # --- rules and elements -----------------------------------------------------------------------

    def _rule(self, rule: Rule) -> None:
        where = rule.where
        elements = parse(where, rule.write)
        depth = self._indent
        scope = self._loop(_Scope(where), rule.source, rule.when)
        if self._traced:
            self._line("mark = len(out)")
        for element in elements:
            self._element(scope, element, "out")
        if self._traced:
            self._line(f"done({rule.name!r}, out[mark:])")
        self._indent = depth

    def _loop(self, scope: _Scope, selection: str, when: str) -> _Scope:
        """Opens the loop over the fields that ``selection`` names and the test of ``when``."""
        where = scope.where
        if selection:
            scope = self._selection(where, selection)
        if when:
            test = compile_condition(
                where,
                when,
                self._predicate(scope),
                scope.field,
                scope.code,
                self._traced,
                scope.tag,
            )
            self._line(f"if {test}:")
            self._indent += 1
        return scope

    def _each(self, scope: _Scope, each: Hole) -> _Scope:
        """Opens the loop of ``r:each``."""
        item = self._new("i")
        if each.kind == "subfields":
            code = self._new("k")
            field = self._field(scope, f"${each.what}")
            self._line(f"for {code}, {item} in {field}[3]:")
            self._line(f"    if {code} not in {self._codes(scope, each)}: continue")
            self._indent += 1
            return replace(scope, item=item, code=code, each=each)
        self._line(f"for {item} in {self._values(scope, each)}:")
        self._indent += 1
        return replace(scope, item=item, code=None, each=each)

    def _predicate(self, scope: _Scope) -> Callable[[str], str]:
        def expression(name: str) -> str:
            if name in RECORD_PREDICATES:
                return f"{self._constant('p_', RECORD_PREDICATES[name])}(fields)"
            if scope.field is None:
                raise KeyError(name)
            return f"{self._constant('p_', PREDICATES[name])}({scope.field})"

        return expression

    def _selection(self, where: str, selection: str) -> _Scope:
        """Opens the loop over the fields; the scope has the codes that were named with their tag.

        A tag that the record has not costs one look into a dictionary.
        """
        field = self._new("f")
        if selection.startswith("@"):
            name, _, codes = selection[1:].partition(" ")
            if name not in LISTS:
                raise RuleError(f"{where}: there is no list {name!r}")
            self._open(f"for {field} in {self._constant('l_', LISTS[name])}(fields):")
            return _Scope(where, field, repr(codes) if codes else None, _tag(field))
        table: dict[str, str] = {}
        for part in selection.split(":"):
            match = _PART.fullmatch(part.strip())
            if match is None or match[1].startswith("00"):
                raise RuleError(f"{where}: {part!r} is no tag of a data field with codes")
            table[match[1]] = table.get(match[1], "") + match[2]
        self.tags.update(table)
        first, *others = table
        tag = self._new("t") if others else repr(first)
        if others:
            self._open(f"for {tag} in {tuple(table)!r}:")
        self._open(f"if {tag} in by_tag:")
        self._open(f"for {field} in by_tag[{tag}]:")
        if len(set(table.values())) == 1:
            return _Scope(where, field, repr(table[first]) if table[first] else None, tag)
        return _Scope(where, field, f"{self._constant('c_', table)}[{tag}]", tag)

    def _element(self, scope: _Scope, element: Element, out: str) -> None:
        depth = self._indent
        if element.each is not None:
            if element.source:
                scope = self._loop(scope, element.source, "")
            scope = self._each(scope, element.each)
            scope = self._loop(scope, "", element.when)
        else:
            scope = self._loop(scope, element.source, element.when)
        if element.tag == FOR:
            for child in element.children:
                self._element(scope, child, out)
        elif element.children:
            inner = self._new("e")
            self._line(f"{inner} = []")
            needed = [child for child in element.children if _gives(child, element.needs)]
            if element.needs and element.children[: len(needed)] != tuple(needed):
                raise RuleError(f"{scope.where}: <{element.needs}> must come first")
            for place, child in enumerate(element.children):
                if needed and place == len(needed):
                    self._line(f"if {inner}:")
                    self._indent += 1
                self._element(scope, child, inner)
            self._line(f"if {inner}:")
            self._indent += 1
            if not self._nodes:
                self._line(f"{inner} = ''.join({inner})")
            content = inner if self._nodes else f"{{{inner}}}"
            self._append(scope, element, out, content)
        else:
            names = self._text(scope, element.text)
            content = self._joined(element.text, names)
            self._append(scope, element, out, content)
        self._indent = depth

    def _text(self, scope: _Scope, text: Text) -> list[str]:
        """Assigns the value of every hole to a name, inside tests that each of them has one."""
        names: list[str] = []
        for part in text:
            if isinstance(part, str):
                continue
            name = self._new("v")
            if part.many:
                item = self._new("i")
                self._line(f"for {item} in {self._values(scope, part)}:")
                self._indent += 1
                value = self._noted(scope, part, self._filtered(scope, part, item), item)
            else:
                value = self._noted(
                    scope, part, self._filtered(scope, part, self._value(scope, part))
                )
            self._line(f"{name} = {value}")
            self._line(f"if {name}:")
            self._indent += 1
            names.append(name)
        return names

    def _joined(self, text: Text, names: Sequence[str]) -> str:
        """The text as what stands between the tags, or as an expression for a node."""
        rest = iter(names)
        if self._nodes:
            parts = [repr(part) if isinstance(part, str) else next(rest) for part in text]
            return " + ".join(parts) or "''"
        return "".join(
            _braces(escape(part)) if isinstance(part, str) else f"{{escape({next(rest)})}}"
            for part in text
        )

    def _append(self, scope: _Scope, element: Element, out: str, content: str) -> None:
        fixed, assigned = self._attributes(scope, element)
        if self._nodes:
            attributes = ", ".join(f"{name!r}: {value}" for name, value in (*fixed, *assigned))
            known = f"{{{attributes}}}"
            if assigned:
                known = f"{{k: v for k, v in {known}.items() if v}}"
            self._line(f"{out}.append(({element.tag!r}, {known}, {content}))")
            return
        written = "".join(f' {name}="{_braces(value)}"' for name, value in fixed)
        written += "".join(f"{{{value}}}" for _, value in assigned)
        body = f"<{element.tag}{written}>{content}</{element.tag}>" if content else (
            f"<{element.tag}{written}/>"
        )  # fmt: skip
        self._line(f"{out}.append(f{body!r})")

    def _attributes(
        self, scope: _Scope, element: Element
    ) -> tuple[list[tuple[str, str]], list[tuple[str, str]]]:
        """Attributes that are known now, and those that are variables assigned here.

        A variable is the whole attribute in XML, and its value for a node.
        """
        fixed: list[tuple[str, str]] = []
        assigned: list[tuple[str, str]] = []
        for name, text in element.attributes:
            holes = [part for part in text if isinstance(part, Hole)]
            if not holes:
                literal = "".join(part for part in text if isinstance(part, str))
                fixed.append((name, repr(literal) if self._nodes else attribute(literal)))
                continue
            variable = self._new("a")
            if len(holes) == 1 and len(text) == 1:
                value = self._noted(
                    scope, holes[0], self._filtered(scope, holes[0], self._value(scope, holes[0]))
                )
                self._line(f"{variable} = {value}")
            else:
                depth = self._indent
                self._line(f"{variable} = ''")
                names = self._text(scope, text)
                rest = iter(names)
                parts = [repr(part) if isinstance(part, str) else next(rest) for part in text]
                self._line(f"{variable} = {' + '.join(parts)}")
                self._indent = depth
            if not self._nodes:
                self._line(f"if {variable}:")
                written = f' {name}="{{attribute({variable})}}"'
                self._line(f"    {variable} = f{written!r}")
            assigned.append((name, variable))
        return fixed, assigned

    # --- values -----------------------------------------------------------------------------------

    def _value(self, scope: _Scope, hole: Hole) -> str:
        """An expression for the one text of a hole, before its filters."""
        if hole.kind == "subfields":
            return f"' '.join({self._values(scope, hole)})"
        if hole.kind == "function":
            return self._call(scope, hole)
        if hole.kind == "item":
            if scope.item is None:
                raise RuleError(f"{scope.where}: {{.}} without r:each")
            return scope.item
        if hole.kind == "control":
            text = "fields.leader" if hole.what == "leader" else f"fields.control({hole.what!r})"
        else:
            field = self._field(scope, hole.what)
            text = {"tag": scope.tag, "own": f"{field}.tag"}.get(hole.what, f"{field}.{hole.what}")
        return text if hole.span is None else f"{text}[{hole.span[0]}:{hole.span[1]}]"

    def _values(self, scope: _Scope, hole: Hole) -> str:
        """An expression for the list of texts of a hole."""
        if hole.kind == "function":
            return self._call(scope, hole)
        field = self._field(scope, f"${hole.what}")
        codes = self._codes(scope, hole)
        test = "==" if len(codes) == 3 else "in"
        return f"[v for c, v in {field}[3] if c {test} {codes}]"

    def _codes(self, scope: _Scope, hole: Hole) -> str:
        if hole.what != ".":
            return repr(hole.what)
        if scope.codes is None:
            raise RuleError(f"{scope.where}: $. but from names no subfields")
        return scope.codes

    def _field(self, scope: _Scope, what: str) -> str:
        if scope.field is None:
            raise RuleError(f"{scope.where}: {what}, but there is no field at hand")
        return scope.field

    def _call(self, scope: _Scope, hole: Hole) -> str:
        if hole.what not in FUNCTIONS:
            raise RuleError(f"{scope.where}: there is no function {hole.what!r}")
        function = FUNCTIONS[hole.what]
        first = {
            "record": ["fields"],
            "fields": ["fields"],
        }.get(function.takes) or [self._field(scope, f"{hole.what}()")]
        if function.takes == "both":
            first.insert(0, "fields")
        arguments = [
            self._codes(scope, Hole("subfields", ".")) if each == "$." else repr(each.lstrip("$"))
            for each in hole.arguments
        ]
        call = f"{self._constant('g_', function.call)}({', '.join(first + arguments)})"
        return f"({call} if links else '')" if function.paired else call

    def _filtered(self, scope: _Scope, hole: Hole, value: str) -> str:
        """``value`` through the filters; subfields without any are cleaned."""
        filters = hole.filters
        if not filters and hole.kind in ("subfields", "item"):
            filters = (("clean", ""),)
        for name, argument in filters:
            if name == "map":
                if argument not in self._rules.maps:
                    raise RuleError(f"{scope.where}: there is no [map.{argument}]")
                table = self._constant("m_", self._rules.maps[argument])
                value = f"{table}.get({value}, '')"
            elif name in FILTERS:
                value = f"{self._constant('x_', FILTERS[name])}({value})"
            else:
                raise RuleError(f"{scope.where}: there is no filter {name!r}")
        return value

    def _noted(self, scope: _Scope, hole: Hole, value: str, item: str = "None") -> str:
        if not self._traced:
            return value
        if hole.kind == "control":
            span = f"[{hole.span[0]}-{hole.span[1] - 1}]" if hole.span else ""
            return f"seen({value}, None, {hole.what + span!r})"
        if hole.kind == "property":
            return value
        if hole.kind == "item":
            assert scope.each is not None
            each = scope.each
            what = each.what if each.kind == "subfields" else FUNCTIONS[each.what].codes
            reads = "" if each.kind == "subfields" else FUNCTIONS[each.what].reads
            if reads:
                return f"seen({value}, None, {reads!r})"
            only = scope.item if each.kind == "subfields" else None
            return f"seen({value}, {scope.field}, {what!r}, {only})"
        if hole.kind == "subfields":
            return f"seen({value}, {scope.field}, {self._codes(scope, hole)}, {item})"
        function = FUNCTIONS[hole.what]
        if function.reads:
            return f"seen({value}, None, {function.reads!r})"
        if function.codes == ".":
            codes = " + ".join(
                self._codes(scope, Hole("subfields", ".")) if a == "$." else repr(a.lstrip("$"))
                for a in hole.arguments
            )
            return f"seen({value}, {scope.field}, {codes or repr('')})"
        return f"seen({value}, {scope.field}, {function.codes!r})" if function.codes else value


def _tag(field: str) -> str:
    """``tag_of``, which only an 880 needs."""
    return f"({field}[0] if {field}[0] != '880' else tag_of({field}))"


def _gives(element: Element, tag: str) -> bool:
    """Whether all that ``element`` can write are elements ``tag``."""
    if element.tag == FOR:
        return all(_gives(child, tag) for child in element.children)
    return element.tag == tag


def _braces(text: str) -> str:
    """``text`` for the inside of a formatted string."""
    return text.replace("{", "{{").replace("}", "}}")
