"""Templates: elements and holes as a rule writes them."""

import pytest

from interop.crosswalks._rules.language import RuleError
from interop.crosswalks._rules.template import Hole, parse


def hole(text):
    (element,) = parse("here", f"<a>{{{text}}}</a>")
    return element.text[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$ab", Hole("subfields", "ab")),
        ("$a*", Hole("subfields", "a", many=True)),
        ("$. | chop", Hole("subfields", ".", filters=(("chop", ""),))),
        ("title($., x)", Hole("function", "title", ("$.", "x"))),
        (
            "languages()* | map:iso",
            Hole("function", "languages", (), None, True, (("map", "iso"),)),
        ),
        ("leader[6]", Hole("control", "leader", (), (6, 7))),
        ("008[35-37]", Hole("control", "008", (), (35, 38))),
        ("001", Hole("control", "001")),
        ("own[0]", Hole("property", "own", (), (0, 1))),
        ("ind2", Hole("property", "ind2")),
    ],
)
def test_holes(text, expected):
    assert hole(text) == expected


def test_elements_attributes_and_control():
    (outer,) = parse(
        "here",
        '<m:a x="1" xml:lang="{lang()}"><m:b r:from="500a" r:when="ind1 = 0">{$.}</m:b></m:a>',
    )
    assert outer.tag == "m:a"
    assert outer.attributes[0] == ("x", ("1",))
    assert outer.attributes[1][0] == "xml:lang"
    (inner,) = outer.children
    assert (inner.tag, inner.source, inner.when) == ("m:b", "500a", "ind1 = 0")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("<a>", "here: "),
        ("<a>x<b/></a>", "both text and elements"),
        ("<a>{x</a>", "no other half"),
        ("<a>{a}</a>", "names no value"),
        ("<a>{$a | B}</a>", "names no filter"),
        ("<a>{$a*}{$b*}</a>", "two holes"),
    ],
)
def test_what_is_wrong_is_said(text, says):
    with pytest.raises(RuleError, match=says):
        parse("here", text)
