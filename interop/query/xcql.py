"""XCQL, the XML form of a CQL tree: written in the form of SRU 1.x or 2.0, read in both.

::

    xcql         = prefixes? triple sortKeys?                      (2.0)
    triple       = searchClause | Boolean leftOperand rightOperand (1.x: "boolean", prefixes before)
    operand      = searchClause | triple
    searchClause = term | index relation term
    relation     = value modifiers?
    modifier     = type ( comparison value )?

In 1.x the root is the clause or triple itself and prefixes stand where their scope begins; 2.0 has
them at the top only, so that inner ones are renamed and moved there.
"""

import re
from itertools import count
from typing import Literal, TypeAlias

from lxml import etree

from interop.diagnostics import Diagnostic
from interop.query.cql_ast import (
    OPERATORS,
    Boolean,
    CqlQuery,
    Modifier,
    Node,
    Prefix,
    Relation,
    Scope,
    SearchClause,
    SortSpec,
)
from interop.query.cql_parser import LIMITS, Limits
from interop.text import xml_in
from interop.text.xml import escape

NAMESPACE_1 = "http://www.loc.gov/zing/cql/xcql/"
NAMESPACE_2 = "http://docs.oasis-open.org/ns/search-ws/xcql"

Form: TypeAlias = Literal["1", "2"]


def write(query: CqlQuery, form: Form = "2") -> str:
    """One element in the namespace of ``form``, without an XML declaration."""
    if form == "1":
        return _write_1(query)
    prefixes, root = _hoisted(query)
    sort = f"<sortKeys>{''.join(map(_sort_key, query.sort))}</sortKeys>" if query.sort else ""
    names = _prefixes(prefixes)
    triple = _triple(root) if isinstance(root, Boolean) else f"<triple>{_node(root)}</triple>"
    return f'<xcql xmlns="{NAMESPACE_2}">{names}{triple}{sort}</xcql>'


def _write_1(query: CqlQuery) -> str:
    """SRU 1.1 and 1.2: the prefixes of a scope stand first in its clause or triple."""
    text = _node(query.root, form="1")
    if query.sort:
        keys = f"<sortKeys>{''.join(map(_sort_key, query.sort))}</sortKeys>"
        head, _, tail = text.rpartition("</")
        text = f"{head}{keys}</{tail}"
    return re.sub("^<[a-zA-Z]+", rf'\g<0> xmlns="{NAMESPACE_1}"', text)


def _node(node: Node, prefixes: tuple[Prefix, ...] = (), form: Form = "2") -> str:
    """By recursion: the parser bounds the depth."""
    match node:
        case Scope(more, inside):
            names = {
                each.name.casefold(): each for each in (*prefixes, *more)
            }  # the inner one wins
            return _node(inside, tuple(names.values()), form)
        case SearchClause(index, relation, term):
            named = ""
            if index is not None and relation is not None:
                value = f"<value>{escape(relation.name)}</value>{_modifiers(relation.modifiers)}"
                named = f"<index>{escape(index)}</index><relation>{value}</relation>"
            inside_text = f"{_prefixes(prefixes)}{named}<term>{escape(term)}</term>"
            return f"<searchClause>{inside_text}</searchClause>"
        case Boolean():
            return _triple(node, prefixes, form)


def _triple(node: Boolean, prefixes: tuple[Prefix, ...] = (), form: Form = "2") -> str:
    name = "Boolean" if form == "2" else "boolean"
    return (
        f"<triple>{_prefixes(prefixes)}<{name}><value>{node.operator}</value>"
        f"{_modifiers(node.modifiers)}</{name}>"
        f"<leftOperand>{_node(node.left, (), form)}</leftOperand>"
        f"<rightOperand>{_node(node.right, (), form)}</rightOperand></triple>"
    )


def _prefixes(prefixes: tuple[Prefix, ...]) -> str:
    if not prefixes:
        return ""
    rows = "".join(
        f"<prefix><name>{escape(each.name)}</name>"
        f"<identifier>{escape(each.uri)}</identifier></prefix>"
        for each in prefixes
    )
    return f"<prefixes>{rows}</prefixes>"


def _modifiers(modifiers: tuple[Modifier, ...]) -> str:
    if not modifiers:
        return ""
    rows = "".join(
        f"<modifier><type>{escape(each.name)}</type>"
        + (
            f"<comparison>{escape(each.comparison)}</comparison><value>{escape(each.value)}</value>"
            if each.comparison
            else ""
        )
        + "</modifier>"
        for each in modifiers
    )
    return f"<modifiers>{rows}</modifiers>"


def _sort_key(key: SortSpec) -> str:
    """The official file wants modifiers in every key; the default direction says nothing new."""
    modifiers = key.modifiers or (Modifier("ascending"),)
    return f"<key><index>{escape(key.index)}</index>{_modifiers(modifiers)}</key>"


# prefixes of 2.0


def _hoisted(query: CqlQuery) -> tuple[tuple[Prefix, ...], Node]:
    """The prefixes of the whole query and a root without scopes; those of inner scopes renamed."""
    prefixes: tuple[Prefix, ...] = ()
    root = query.root
    if isinstance(root, Scope):
        prefixes, root = root.prefixes, root.query
    found = list(prefixes)
    if _has_scope(root):
        root = _renamed(root, {}, found)
    return tuple(found), root


def _hoist(prefixes: tuple[Prefix, ...], names: dict[str, str], found: list[Prefix]) -> None:
    taken = {prefix.name.casefold() for prefix in found}
    for prefix in prefixes:
        new = next(name for n in count(len(found) + 1) if (name := f"p{n}") not in taken)
        found.append(Prefix(new, prefix.uri))
        names[prefix.name.casefold()] = new


def _has_scope(node: Node) -> bool:
    match node:
        case Scope():
            return True
        case Boolean(_, _, left, right):
            return _has_scope(left) or _has_scope(right)
        case _:
            return False


def _renamed(node: Node, names: dict[str, str], found: list[Prefix]) -> Node:
    match node:
        case Scope(prefixes, inside):
            inner = dict(names)
            _hoist(prefixes, inner, found)
            return _renamed(inside, inner, found)
        case Boolean(operator, modifiers, left, right):
            return Boolean(
                operator,
                _renamed_modifiers(modifiers, names),
                _renamed(left, names, found),
                _renamed(right, names, found),
            )
        case SearchClause(index, relation, term):
            if index is None or relation is None:
                return node
            modifiers = _renamed_modifiers(relation.modifiers, names)
            new = Relation(_rename(relation.name, names), modifiers)
            return SearchClause(_rename(index, names, bare=True), new, term)


def _renamed_modifiers(
    modifiers: tuple[Modifier, ...], names: dict[str, str]
) -> tuple[Modifier, ...]:
    return tuple(Modifier(_rename(m.name, names), m.comparison, m.value) for m in modifiers)


def _rename(name: str, names: dict[str, str], bare: bool = False) -> str:
    """``bare``: a name without a prefix is in the default set that the scope assigned."""
    prefix, dot, local = name.partition(".")
    if dot:
        return f"{names[prefix.casefold()]}.{local}" if prefix.casefold() in names else name
    return f"{names['']}.{name}" if bare and "" in names else name


# reading


def read(data: bytes, limits: Limits = LIMITS) -> CqlQuery:
    """The tree of an XCQL document or element, of either form.

    Raises ``Diagnostic``: ``malformed_query`` (with the line of the element at fault),
    ``query_too_long``, ``too_many_operators``.
    """
    if len(data) > 8 * limits.length:  # what the tags add to the longest query
        raise Diagnostic("query_too_long", f"{len(data)} bytes, {8 * limits.length} are allowed")
    try:
        root = xml_in.parse(data, huge_text=True)
    except etree.XMLSyntaxError as error:
        raise Diagnostic("malformed_query", f"XCQL: {error}") from None
    if xml_in.has_doctype(root):
        raise Diagnostic("malformed_query", "XCQL: a document type is not allowed")
    return from_element(root, limits)


def from_element(root: etree._Element, limits: Limits = LIMITS) -> CqlQuery:
    """As ``read``, of an element that was parsed already."""
    operators = sum(_name(each) == "boolean" for each in root.iter(etree.Element))
    if operators > limits.operators:
        raise Diagnostic("too_many_operators", f"more than {limits.operators}")
    if _name(root) != "xcql":
        return CqlQuery(_read_node(root), _read_sort(root))
    query = _child(root, "triple", "searchclause")
    prefixes = _read_prefixes(root)
    node = _read_node(query)
    return CqlQuery(Scope(prefixes, node) if prefixes else node, _read_sort(root))


def _name(element: etree._Element) -> str:
    return etree.QName(element).localname.lower()


def _find(element: etree._Element, *names: str) -> etree._Element | None:
    return next((each for each in element if _name(each) in names), None)


def _child(element: etree._Element, *names: str) -> etree._Element:
    found = _find(element, *names)
    if found is None:
        raise _wrong(element, f"{' or '.join(names)} expected in {_name(element)}")
    return found


def _wrong(element: etree._Element, what: str) -> Diagnostic:
    return Diagnostic("malformed_query", f"XCQL: line {element.sourceline}: {what}")


def _text(element: etree._Element, name: str) -> str:
    """Text of a child; a quotation mark in it is protected, as CQL text would have it."""
    return re.sub(r'(\\.)|"', lambda m: m[1] or '\\"', _child(element, name).text or "", flags=re.S)


def _read_node(element: etree._Element) -> Node:
    name = _name(element)
    if name == "searchclause":
        node: Node = _read_clause(element)
    elif name == "triple":
        only = _find(element, "searchclause")
        node = _read_clause(only) if only is not None else _read_triple(element)
    else:
        raise _wrong(element, f"{name}: searchClause or triple expected")
    prefixes = _read_prefixes(element)
    return Scope(prefixes, node) if prefixes else node


def _read_triple(element: etree._Element) -> Boolean:
    boolean = _child(element, "boolean")
    word = _text(boolean, "value").strip().lower()
    operator = next((known for known in OPERATORS if known == word), None)
    if operator is None:
        raise _wrong(boolean, f"{word}: no boolean operator")
    left, right = _child(element, "leftoperand"), _child(element, "rightoperand")
    return Boolean(
        operator,
        _read_modifiers(boolean),
        _read_node(_child(left, "searchclause", "triple")),
        _read_node(_child(right, "searchclause", "triple")),
    )


def _read_clause(element: etree._Element) -> SearchClause:
    term = _text(element, "term")
    if _find(element, "index") is None:
        return SearchClause(None, None, term)
    relation = _child(element, "relation")
    name = _text(relation, "value").strip().lower()
    if not name:
        raise _wrong(relation, "a relation without a value")
    return SearchClause(
        _text(element, "index").strip(), Relation(name, _read_modifiers(relation)), term
    )


def _read_modifiers(element: etree._Element) -> tuple[Modifier, ...]:
    group = _find(element, "modifiers")
    return tuple(map(_read_modifier, group)) if group is not None else ()


def _read_modifier(element: etree._Element) -> Modifier:
    name = _text(element, "type").strip()
    if _find(element, "comparison") is None:
        return Modifier(name)
    return Modifier(name, _text(element, "comparison").strip(), _text(element, "value"))


def _read_prefixes(element: etree._Element) -> tuple[Prefix, ...]:
    group = _find(element, "prefixes")
    if group is None:
        return ()
    found: dict[str, Prefix] = {}
    for each in group:
        name = _text(each, "name").strip() if _find(each, "name") is not None else ""
        if name.casefold() in found:
            raise Diagnostic("prefix_assigned_twice", name)
        found[name.casefold()] = Prefix(name, _text(each, "identifier").strip())
    return tuple(found.values())


def _read_sort(element: etree._Element) -> tuple[SortSpec, ...]:
    group = _find(element, "sortkeys")
    if group is None:
        return ()
    return tuple(SortSpec(_text(each, "index").strip(), _read_modifiers(each)) for each in group)
