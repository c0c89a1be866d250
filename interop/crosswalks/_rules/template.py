"""What ``write`` of a rule says: the elements as they will be, with holes for values.

    <name type="personal" usage="{own[0] | map:usage}">
      <namePart>{$abq | chop}</namePart>
      <role r:from="..." r:when="...">...</role>
    </name>

An element whose text has an empty hole is not written, nor is one without text and children, nor an
attribute with an empty hole. A hole with ``*`` gives one element for each of its values.

``r:from`` and ``r:when`` on an element do what they do for a rule; ``r:each="$abc"`` repeats it
for each subfield, which is then ``{.}``, with ``code`` to be asked for in ``r:when``. ``<r:for>``
is not written itself, only what is in it. ``r:needs="namePart"``: an element without such
children, which must be its first, is not written.

    hole   = source *( "|" filter )
    source = "$" codes [ "*" ]            subfields of the field at hand, joined by blanks or each
           / "$." [ "*" ]                 those that ``from`` names
           / name "(" [ argument *( "," argument ) ] ")" [ "*" ]      a function of the vocabulary
           / ( "leader" / 3digit ) [ "[" n [ "-" n ] "]" ]            a control field
           / "."                          what ``r:each`` is at
           / "ind1" / "ind2" / "tag" / "own" [ "[" n "]" ]
    filter = name [ ":" argument ]

``tag`` is the tag that a field counts as, ``own`` the one it has: they differ for 880.
"""

import re
from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree

from interop.crosswalks._rules.language import RuleError


@dataclass(frozen=True, slots=True)
class Hole:
    """``kind``: subfields, function, control or property. ``what``: codes or a name.

    ``span``: positions, end excluded. ``many``: one element per value.
    """

    kind: str
    what: str
    arguments: tuple[str, ...] = ()
    span: tuple[int, int] | None = None
    many: bool = False
    filters: tuple[tuple[str, str], ...] = ()


Text: TypeAlias = tuple[str | Hole, ...]


@dataclass(frozen=True, slots=True)
class Element:
    """``source``, ``when``, ``each`` and ``needs``: the attributes of the prefix ``r``."""

    tag: str
    attributes: tuple[tuple[str, Text], ...]
    text: Text
    children: tuple["Element", ...]
    source: str = ""
    when: str = ""
    each: Hole | None = None
    needs: str = ""


FOR = "r:for"  # an element that is only its children
_PREFIX = re.compile(r"[\s</]([A-Za-z_][\w.-]*):(?=[A-Za-z_])")
_FAKE = "urn:prefix:"
_XML = "{http://www.w3.org/XML/1998/namespace}"


def parse(where: str, text: str) -> tuple[Element, ...]:
    """The elements of a template. Raises ``RuleError``, which begins with ``where``."""
    prefixes = set(_PREFIX.findall(text)) - {"xml"}
    declarations = "".join(f' xmlns:{prefix}="{_FAKE}{prefix}"' for prefix in sorted(prefixes))
    parser = etree.XMLParser(no_network=True, resolve_entities=False, remove_comments=True)
    try:
        root = etree.fromstring(f"<template{declarations}>{text}</template>", parser)
    except etree.XMLSyntaxError as error:
        raise RuleError(f"{where}: {' '.join(str(error).split())}") from None
    return tuple(_element(where, child) for child in root)


def _element(where: str, element: etree._Element) -> Element:
    attributes = []
    control = {"r:from": "", "r:when": "", "r:each": "", "r:needs": ""}
    for key, value in element.attrib.items():
        name = _name(str(key))
        if name in control:
            control[name] = str(value)
        else:
            attributes.append((name, _text(where, str(value))))
    children = tuple(_element(where, child) for child in element)
    text = (element.text or "").strip()
    if children and (text or any((child.tail or "").strip() for child in element)):
        raise RuleError(f"{where}: <{_name(str(element.tag))}> has both text and elements")
    return Element(
        _name(str(element.tag)),
        tuple(attributes),
        _text(where, text),
        children,
        control["r:from"],
        control["r:when"],
        _hole(where, control["r:each"]) if control["r:each"] else None,
        control["r:needs"],
    )


def _name(name: str) -> str:
    """``prefix:local`` of a name in one of the namespaces that ``parse`` made up."""
    name = name.replace(_XML, "xml:")
    return name.removeprefix("{" + _FAKE).replace("}", ":")


_HOLE = re.compile(r"\{([^{}]*)\}")


def _text(where: str, text: str) -> Text:
    parts: list[str | Hole] = []
    for index, piece in enumerate(_HOLE.split(text)):
        if index % 2:
            parts.append(_hole(where, piece))
        elif "{" in piece or "}" in piece:
            raise RuleError(f"{where}: a brace in {text!r} has no other half")
        elif piece:
            parts.append(piece)
    if sum(isinstance(part, Hole) and part.many for part in parts) > 1:
        raise RuleError(f"{where}: {text!r} has two holes with *")
    return tuple(parts)


_SOURCE = re.compile(
    r"\$(?P<codes>\.|[0-9A-Za-z]+)(?P<each>\*)?"
    r"|(?P<call>[a-z_]+)\((?P<arguments>[^()]*)\)(?P<every>\*)?"
    r"|(?P<control>leader|00[0-9])(?:\[(?P<first>[0-9]+)(?:-(?P<last>[0-9]+))?\])?"
    r"|(?P<item>\.)|(?P<property>ind1|ind2|tag|own)(?:\[(?P<at>[0-9])\])?"
)
_FILTER = re.compile(r"(?P<name>[a-z_0-9]+)(?::(?P<argument>.*))?")


def _hole(where: str, text: str) -> Hole:
    source, *filters = (piece.strip() for piece in text.split("|"))
    match = _SOURCE.fullmatch(source)
    if match is None:
        raise RuleError(f"{where}: {source!r} names no value")
    found = []
    for each in filters:
        named = _FILTER.fullmatch(each)
        if named is None:
            raise RuleError(f"{where}: {each!r} names no filter")
        found.append((named["name"], named["argument"] or ""))
    filters_ = tuple(found)
    if match["item"]:
        return Hole("item", ".", filters=filters_)
    if match["codes"]:
        return Hole("subfields", match["codes"], many=bool(match["each"]), filters=filters_)
    if match["call"]:
        arguments = tuple(each.strip() for each in match["arguments"].split(",") if each.strip())
        many = bool(match["every"])
        return Hole("function", match["call"], arguments, None, many, filters_)
    if match["control"]:
        return Hole("control", match["control"], (), _span(match["first"], match["last"]), False,
                    filters_)  # fmt: skip
    return Hole("property", match["property"], (), _span(match["at"], None), False, filters_)


def _span(first: str | None, last: str | None) -> tuple[int, int] | None:
    return None if first is None else (int(first), int(last or first) + 1)
