"""Text to XML: the only two functions through which a value may enter a document we write.

Total: any ``str``, lone surrogates and control characters included, gives text that is
well-formed XML 1.0, encodes as UTF-8 and, where the characters are legal, parses back to itself.
"""

import re

REPLACEMENT = "\ufffd"

# XML 1.0 (5th ed.) production 2, Char, negated.
_ILLEGAL = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"

# CR would be read back as LF (XML 1.0 2.11); > matters in "]]>".
_REFERENCES = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#13;"}
# White space in attribute values would be read back as blanks (XML 1.0 3.3.3).
_ATTRIBUTE_REFERENCES = _REFERENCES | {'"': "&quot;", "\t": "&#9;", "\n": "&#10;"}

_IN_TEXT = re.compile(f"[&<>\r{_ILLEGAL}]")
_IN_ATTRIBUTE = re.compile(f'[&<>\r"\t\n{_ILLEGAL}]')


def escape(text: str) -> str:
    """``text`` as the content of an element; characters that XML 1.0 forbids become U+FFFD."""
    if _IN_TEXT.search(text) is None:
        return text
    return _IN_TEXT.sub(lambda match: _REFERENCES.get(match.group(), REPLACEMENT), text)


def attribute(text: str) -> str:
    """``text`` as an attribute value between double quotes; as ``escape`` otherwise."""
    if _IN_ATTRIBUTE.search(text) is None:
        return text
    return _IN_ATTRIBUTE.sub(
        lambda match: _ATTRIBUTE_REFERENCES.get(match.group(), REPLACEMENT), text
    )
