"""The parser for XML from strangers."""

import pytest
from lxml import etree

from interop.text.xml_in import has_doctype, parse


def test_entities_of_files_are_not_read(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("secret")
    data = f'<!DOCTYPE a [<!ENTITY x SYSTEM "file://{secret}">]><a>&x;</a>'.encode()
    root = parse(data)
    assert has_doctype(root)
    assert "secret" not in etree.tostring(root, encoding="unicode", with_tail=False)


def test_entity_bombs_are_refused():
    lines = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 9))
    data = f'<!DOCTYPE a [<!ENTITY e0 "ha">{lines}]><a>&e8;</a>'.encode()
    with pytest.raises(etree.XMLSyntaxError, match="amplification"):
        parse(data)


@pytest.mark.parametrize("data", [b"", b"<a>", b"<a>&b;</a>", b"<a>\x01</a>", b"<a/><b/>"])
def test_nothing_is_guessed(data):
    with pytest.raises(etree.XMLSyntaxError):
        parse(data)


def test_comments_and_instructions_are_left_out():
    root = parse(b"<a>x<!-- c -->y<?pi z?></a>")
    assert len(root) == 0 and root.text == "xy" and not has_doctype(root)


def test_huge_text_only_where_it_was_asked_for():
    data = b"<a>" + b"x" * 10_100_000 + b"</a>"
    with pytest.raises(etree.XMLSyntaxError):
        parse(data)
    assert len(parse(data, huge_text=True).text) == 10_100_000
