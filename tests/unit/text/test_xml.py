"""Escaping: any string may enter a document, and legal text comes back as it was."""

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from interop.text.xml import attribute, escape

hostile = st.text(st.characters(codec=None) | st.sampled_from("&<>\"'\r\n\t\0\x1f\ud800\ufffe]]>"))
ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@pytest.mark.parametrize(
    ("text", "content", "value"),
    [
        ("Nguyễn 喃 𢆥 \U000f0123", "Nguyễn 喃 𢆥 \U000f0123", "Nguyễn 喃 𢆥 \U000f0123"),
        ("a & <b> ]]>", "a &amp; &lt;b&gt; ]]&gt;", "a &amp; &lt;b&gt; ]]&gt;"),
        ('"it\'s"', '"it\'s"', "&quot;it's&quot;"),
        ("\r\n\t", "&#13;\n\t", "&#13;&#10;&#9;"),
        ("\0\x1f\x7f\ufffe\uffff\ud800", "��\x7f���", "��\x7f���"),
        ("", "", ""),
    ],
)
def test_escaping(text, content, value):
    assert escape(text) == content
    assert attribute(text) == value


@given(hostile)
def test_any_text_is_well_formed_and_comes_back(text):
    document = f'<a b="{attribute(text)}">{escape(text)}</a>'.encode()
    element = etree.fromstring(document)
    expected = ILLEGAL.sub("\ufffd", text)
    assert (element.text or "") == expected
    assert element.get("b") == expected
