"""XML from strangers: parsed strictly, repaired only where the repair can be named and counted.

The parser never guesses: a page that is cut off must not look like a short list. What is repaired
is done on bytes before a second strict parse, and every replaced character becomes U+FFFD, so
that nothing is dropped without a trace. A document type declaration is refused, and with it
every entity and every external file (XXE, entity bombs).
"""

import html.entities
import re

from lxml import etree

from harvester.sources._base import BadPage
from interop.text import xml_in

REPLACEMENT = "\ufffd".encode()

# XML 1.0 section 2.2, production [2] Char: what may not stand in a document, in UTF-8. Surrogates
# are not in the list, because UTF-8 that contains them is invalid already.
_ILLEGAL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f]|\xef\xbf[\xbe\xbf]")
# Possessive, so that a prolog of a million blanks costs one pass.
_PROLOG = re.compile(rb"(?:\s++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_DECLARED = re.compile(rb"<\?xml[^>]{0,100}?encoding\s*=\s*[\"']([A-Za-z0-9._-]{1,40})[\"'][^>]*>")
# An unterminated section runs to the end of the bytes, otherwise many of them cost a square.
_REFERENCE = re.compile(
    rb"(?P<literal><!\[CDATA\[(?:.*?\]\]>|.*)|<!--(?:.*?-->|.*)|<\?(?:.*?\?>|.*))"
    rb"|&(?P<reference>#[0-9]{1,10};|#x[0-9A-Fa-f]{1,8};|[A-Za-z][A-Za-z0-9]{0,30};)?",
    re.DOTALL,
)
_PREDEFINED = {b"amp;", b"lt;", b"gt;", b"quot;", b"apos;"}  # XML 1.0 section 4.6
# Encodings that a declaration may name; any other name is a reason to ask for the page again.
_ENCODINGS = {
    "ascii": "utf-8",
    "us-ascii": "utf-8",
    "utf8": "utf-8",
    "utf-8": "utf-8",
    "iso-8859-1": "iso-8859-1",
    "iso-8859-15": "iso-8859-15",
    "windows-1252": "cp1252",
    "windows-1258": "cp1258",
}


def parse(body: bytes, root: str) -> tuple[etree._Element, int]:
    """The root element and the number of repairs. ``root``: its local name, the only one accepted.

    Raises ``BadPage`` for what is cut off, is another document, or has a document type.
    """
    data = _as_utf8(body)
    _refuse_document_type(data)
    try:
        element, repairs = _strict(data), 0
    except etree.XMLSyntaxError as first:
        data, repairs = repair(data, root)
        if not repairs:
            raise BadPage(_explain(data, first)) from None
        try:
            element = _strict(data)
        except etree.XMLSyntaxError as error:
            raise BadPage(_explain(data, error)) from None
    found = local_name(element)
    if found != root:
        kind = "an HTML page" if found.lower() == "html" else f"a <{found}> document"
        raise BadPage(f"{kind} instead of <{root}>")
    return element, repairs


def repair(data: bytes, root: str) -> tuple[bytes, int]:
    """UTF-8 without illegal characters, undeclared entities, bare ampersands, blanks before the
    declaration or text after the root's end tag; and how many places were changed.
    """
    count = 0
    stripped = data.lstrip()
    if len(stripped) != len(data):
        data, count = stripped, 1
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        before = data.count(REPLACEMENT)
        data = data.decode("utf-8", "replace").encode()
        count += data.count(REPLACEMENT) - before
    data, changed = _ILLEGAL.subn(REPLACEMENT, data)
    data, references = _repair_references(data)
    ends = list(re.finditer(rb"</(?:[\w.-]{1,40}:)?" + re.escape(root.encode()) + rb"\s*>", data))
    if ends and data[ends[-1].end() :].strip():
        data = data[: ends[-1].end()]
        count += 1
    return data, count + changed + references


def serialise(element: etree._Element) -> bytes:
    """The element alone as UTF-8, with the namespace declarations that are in scope."""
    return etree.tostring(element, encoding="UTF-8", with_tail=False, xml_declaration=False)


def local_name(element: etree._Element) -> str:
    """Name without namespace; empty for comments and processing instructions."""
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else ""


def namespace(element: etree._Element) -> str:
    """Namespace of the element's name, or an empty string."""
    tag = element.tag
    return tag[1:].partition("}")[0] if isinstance(tag, str) and tag.startswith("{") else ""


def children(element: etree._Element, name: str) -> list[etree._Element]:
    """Children by local name: providers use wrong namespaces, and none, for the same elements."""
    return [child for child in element if local_name(child) == name]


def text_of(element: etree._Element | None) -> str:
    """Text of an element without outer white space (xs:anyURI and dates collapse it)."""
    return "" if element is None else "".join(element.itertext()).strip()


def _strict(data: bytes) -> etree._Element:
    # A digitised text in one field is legitimate, the size of a page is bounded before it comes
    # here, and no document type can reach this parser.
    return xml_in.parse(data, huge_text=True, keep_comments=True)


def _as_utf8(body: bytes) -> bytes:
    """UTF-8 bytes without byte order mark; UTF-16 and declared single-byte encodings are converted.

    A byte order mark outranks the declaration (XML 1.0 appendix F).
    """
    if body.startswith(b"\xef\xbb\xbf"):
        return _without_declaration(body[3:])
    if body.startswith((b"\xff\xfe", b"\xfe\xff", b"<\x00", b"\x00<")):
        name = "utf-16" if body[0] in b"\xff\xfe" else "utf-16-le" if body[0] else "utf-16-be"
        try:
            return _without_declaration(body.decode(name).encode())
        except UnicodeError:
            raise BadPage("invalid UTF-16") from None
    declared = _DECLARED.match(body[:1000].lstrip())
    if declared is None:
        return body
    name = declared[1].decode().lower()
    encoding = _ENCODINGS.get(name)
    if encoding is None:
        raise BadPage(f"unknown encoding {name!r}")
    if encoding != "utf-8" and not _is_utf8(body):
        body = body.decode(encoding, "replace").encode()
    return _without_declaration(body)


def _is_utf8(body: bytes) -> bool:
    """Whether the bytes are UTF-8 after all: many servers declare Latin-1 and send UTF-8."""
    try:
        body.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not body.isascii()


def _without_declaration(data: bytes) -> bytes:
    declared = _DECLARED.match(data)
    return data[declared.end() :].lstrip() if declared else data


def _refuse_document_type(data: bytes) -> None:
    prolog = _PROLOG.match(data)
    start = prolog.end() if prolog else 0
    if data[start : start + 9].upper() == b"<!DOCTYPE":
        kind = "an HTML page" if b"html" in data[start : start + 40].lower() else "a DTD"
        raise BadPage(f"{kind}: document types are refused")


def _repair_references(data: bytes) -> tuple[bytes, int]:
    """References outside CDATA and comments: illegal ones to U+FFFD, HTML's entities to their
    characters, a bare ampersand to ``&amp;``.
    """
    count = 0

    def replace(match: re.Match[bytes]) -> bytes:
        nonlocal count
        if match["literal"]:
            return match[0]
        reference = match["reference"]
        if reference in _PREDEFINED:
            return match[0]
        if reference and reference.startswith(b"#"):
            if _is_char(reference):
                return match[0]
            count += 1
            return REPLACEMENT
        count += 1
        if reference:
            character = html.entities.html5.get(reference.decode())
            if character is not None:
                return character.encode()
        return b"&amp;" + (reference or b"")

    return _REFERENCE.sub(replace, data), count


def _is_char(reference: bytes) -> bool:
    """Whether ``#11;`` or ``#xB;`` names a character of XML 1.0 production [2]."""
    digits = reference[1:-1]
    code = int(digits[1:], 16) if digits.startswith(b"x") else int(digits)
    return (
        code in (0x9, 0xA, 0xD)
        or 0x20 <= code <= 0xD7FF
        or 0xE000 <= code <= 0xFFFD
        or 0x10000 <= code <= 0x10FFFF
    )


def _explain(data: bytes, error: etree.XMLSyntaxError) -> str:
    if not data.strip():
        return "an empty answer (blocked by a firewall?)"
    if b"<html" in data[:2000].lower():
        return "an HTML page instead of XML"
    return f"not well-formed XML: {error.msg}"
