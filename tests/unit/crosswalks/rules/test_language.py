"""Rule files: read, refused with one line that says where, and changed by a library's own."""

import pytest

from interop.crosswalks._rules.language import RuleError, load, overridden, parse

BASE = parse(
    "a.toml",
    """
    [map.kind]
    a = "Text"
    [[rule]]
    name = "title"
    from = "245a"
    write = "<t>{$.}</t>"
    [[rule]]
    name = "note"
    from = "500a"
    when = "ind1 = #"
    write = "<n>{$.}</n>"
    [[rule.example]]
    marc = '=500  \\\\$aMột'
    gives = "<n>Một</n>"
    """,
)


def test_a_file_is_read():
    title, note = BASE.rules
    assert (title.name, title.source, title.when, title.examples) == ("title", "245a", "", ())
    assert note.examples[0].gives == "<n>Một</n>"
    assert BASE.maps["kind"]["a"] == "Text"
    assert BASE.rule("note") is note


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("rule = 1", "a.toml: write [[rule]]"),
        ("[[rule]]\nwrite='<a/>'", "a.toml:1: a rule has no name"),
        ("[[rule]]\nname='a'", "a.toml:1: rule 'a': write is missing"),
        ("[[rule]]\nname='a'\nwrite='<a/>'\nform='245'", "rule 'a': unknown 'form'"),
        ("[[rule]]\nname='a'\nwrite='<a/>'\nfrom=245", "rule 'a': from is not a text"),
        (
            "[[rule]]\nname='a'\nwrite='<a/>'\n[[rule]]\nname='a'\nwrite='<a/>'",
            "a.toml:4: a second rule is called 'a'",
        ),
        ("[map]\na = 1", "[map.NAME]"),
        ("[[rule]\n", "a.toml: "),
        ("rules = []", "unknown 'rules'"),
    ],
)
def test_what_is_wrong_is_said_in_one_line(text, says):
    with pytest.raises(RuleError) as caught:
        parse("a.toml", text)
    assert says in str(caught.value) and "\n" not in str(caught.value)


def test_bytes_that_are_no_text(tmp_path):
    (tmp_path / "x.toml").write_bytes(b"\xff")
    with pytest.raises(RuleError, match=r"x\.toml: not UTF-8"):
        load(tmp_path / "x.toml")


def test_a_librarys_own_file_replaces_adds_and_drops():
    own = parse(
        "own.toml",
        """
        [map.kind]
        b = "Sound"
        [[rule]]
        name = "note"
        drop = true
        [[rule]]
        name = "extra"
        after = "title"
        write = "<x/>"
        [[rule]]
        name = "title"
        write = "<own/>"
        [[rule]]
        name = "last"
        write = "<z/>"
        """,
    )
    both = overridden(BASE, own)
    assert [rule.write for rule in both.rules] == ["<own/>", "<x/>", "<z/>"]
    assert both.maps["kind"] == {"a": "Text", "b": "Sound"}
    assert BASE.maps["kind"] == {"a": "Text"}


@pytest.mark.parametrize("rule", ["name='x'\ndrop=true", "name='x'\nwrite='<x/>'\nafter='nowhere'"])
def test_a_rule_that_is_not_there_cannot_be_meant(rule):
    with pytest.raises(RuleError, match="there is no rule"):
        overridden(BASE, parse("own.toml", f"[[rule]]\n{rule}"))
