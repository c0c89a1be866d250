"""Compiled rules: what is written, what is left out, and that nothing gets out of its place."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from interop.crosswalks._fields import Fields
from interop.crosswalks._rules.compiler import compile_nodes, compile_xml, source
from interop.crosswalks._rules.language import RuleError, parse
from tests.unit.crosswalks.mrk import record

RECORD = record("=008  ab\n=245  10$aTruyện <Kiều> :$bthơ\n=500  \\\\$aMột$aHai\n=500  1\\$aBa")


def rules(body, **more):
    head = "".join(f"{key} = {str(value).lower()}\n" for key, value in more.items())
    return parse("t.toml", f"{head}[map.m]\na = 'Text'\n[[rule]]\nname = 'r'\n{body}")


def written(body, **more):
    return "".join(compile_xml(rules(body, **more))(Fields.of_record(RECORD)))


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("from='245ab'\nwrite='<t>{$.}</t>'", "<t>Truyện &lt;Kiều&gt; : thơ</t>"),
        ("from='245'\nwrite='<t>{title(ab)}</t>'", "<t>Truyện &lt;Kiều&gt;: thơ</t>"),
        ("from='500a'\nwrite='<n>{$.*}</n>'", "<n>Một</n><n>Hai</n><n>Ba</n>"),
        ("from='500'\nwhen='ind1 = 1'\nwrite='<n a=\"{ind1}\">{$a}</n>'", '<n a="1">Ba</n>'),
        ("from='500'\nwrite='<n>{$b}</n>'", ""),
        ("from='500'\nwrite='<n a=\"{$b}\">{$a}</n>'", "<n>Một Hai</n><n>Ba</n>"),
        ("from='500'\nwrite='<n><a>{$b}</a></n>'", ""),
        ("from='500'\nwrite='<n><a>x</a><b>{$b}</b></n>'", "<n><a>x</a></n><n><a>x</a></n>"),
        ("write='<a><b r:from=\"500\">{$a}</b></a>'", "<a><b>Một Hai</b><b>Ba</b></a>"),
        ("write='<a>{008[0] | map:m}</a>'", "<a>Text</a>"),
        ("write='<a>{008[1] | map:m}</a>'", ""),
        ("from='245'\nwrite='<a>{{}}</a>'", None),
        ("from='245'\nwrite='<a b=\"x{$b}y\">{$b}</a>'", '<a b="xthơy">thơ</a>'),
        ("from='245'\nwrite='<a/>'", "<a/>"),
        (
            "from='500'\nwrite='<n r:each=\"$a\"><a>{.}</a></n>'",
            "<n><a>Một</a></n><n><a>Hai</a></n><n><a>Ba</a></n>",
        ),
        (
            "from='245'\nwrite='<r:for r:each=\"$ab\"><b r:when=\"code = b\">{.}</b></r:for>'",
            "<b>thơ</b>",
        ),
        ("from='500'\nwrite='<n r:needs=\"a\"><a>{$b}</a><c>x</c></n>'", ""),
        (
            "from='500'\nwhen='ind1 = 1'\nwrite='<n r:needs=\"a\"><a>{$a}</a><c>x</c></n>'",
            "<n><a>Ba</a><c>x</c></n>",
        ),
    ],
)
def test_elements(body, expected):
    if expected is None:
        with pytest.raises(RuleError):
            written(body)
    else:
        assert written(body) == expected


def test_unique_files_say_nothing_twice():
    body = "from='500'\nwrite='<n>x</n>'"
    assert compile_xml(rules(body))(Fields.of_record(RECORD)) == ["<n>x</n>", "<n>x</n>"]
    assert compile_xml(rules(body, unique=True))(Fields.of_record(RECORD)) == ["<n>x</n>"]


def test_nodes_are_the_same_without_the_markup():
    body = "from='245'\nwrite='<t k=\"1\" l=\"{$z}\"><a>{$a}</a><b>{$b | chop}!</b></t>'"
    assert compile_nodes(rules(body))(Fields.of_record(RECORD)) == [
        ("t", {"k": "1"}, [("a", {}, "Truyện <Kiều> :"), ("b", {}, "thơ!")])
    ]


@pytest.mark.parametrize(
    ("body", "says"),
    [
        ("from='24'\nwrite='<a/>'", "no tag"),
        ("from='@nobody'\nwrite='<a/>'", "no list"),
        ("from='245'\nwrite='<a>{$.}</a>'", "names no subfields"),
        ("write='<a>{$a}</a>'", "no field at hand"),
        ("from='245'\nwrite='<a>{x()}</a>'", "no function"),
        ("from='245'\nwrite='<a>{$a | y}</a>'", "no filter"),
        ("from='245'\nwrite='<a>{$a | map:z}</a>'", r"no \[map.z\]"),
        ("from='245'\nwhen='nobody'\nwrite='<a/>'", "unknown"),
        ("from='245'\nwrite='<a>{.}</a>'", "without r:each"),
        ("from='245'\nwrite='<a r:needs=\"b\"><c>x</c><b>y</b></a>'", "must come first"),
        ("from='245'\nwrite='<a r:when=\"code = a\">x</a>'", "no subfield at hand"),
    ],
)
def test_what_is_wrong_is_said_when_it_is_compiled(body, says):
    with pytest.raises(RuleError, match=f"t.toml:[0-9]+: rule 'r': .*{says}"):
        written(body)


def test_the_source_can_be_read():
    assert "out.append(f'<t>" in source(rules("from='245'\nwrite='<t>{$a}</t>'"))


@given(value=st.text(st.characters(codec="utf-8")))
def test_no_value_becomes_markup(value):
    made = compile_xml(rules("from='245'\nwrite='<t a=\"{$a | raw}\">{$a | raw}</t>'"))
    marc = record("=245  10$aX")
    marc = type(marc)(marc.leader, (marc.fields[0]._replace(subfields=(("a", value),)),))
    text = "".join(made(Fields.of_record(marc)))
    assert not value or len(etree.fromstring(text)) == 0


def test_braces_and_quotes_of_a_template_stay_text():
    assert written("from='245'\nwrite=\"<a b='it&quot;s'>{$b}'</a>\"") == (
        '<a b="it&quot;s">thơ\'</a>'
    )
