"""MARCXML: one record to an XML element and back (MARC21slim.xsd 1.2).

The writer is a template over legal pieces: tags, indicators, codes and the leader come from closed
tables, and text is escaped after it was split, never before, so that no code or indicator can
become half an entity. What it writes validates against the schema, whatever it is given.

The schema wants control fields before data fields and at least one subfield in a data field, so the
writer moves the former up and leaves out empty data fields and fields with an illegal tag.
"""

import re
from collections.abc import Iterable, Iterator
from html.entities import html5

from lxml import etree

from interop.marc import cut_xml, iso2709, legal
from interop.marc.cut import Cut, cut
from interop.marc.record import ControlField, DataField, Field, MarcError, MarcRecord
from interop.marc.values import Repairs, latin1, mostly_utf8
from interop.text.xml import attribute, escape
from interop.text.xml_in import parse

NAMESPACE = "http://www.loc.gov/MARC21/slim"
SCHEMA_LOCATION = "http://www.loc.gov/standards/marcxml/schema/MARC21slim.xsd"
START_TAG = f'<record xmlns="{NAMESPACE}">'.encode()

_CODES = {code: f'<subfield code="{attribute(code)}">' for code in legal.CODES}
_PAIRS = {
    first + second: f'" ind1="{first}" ind2="{second}">'
    for first in legal.INDICATORS
    for second in legal.INDICATORS
}


def write(record: MarcRecord) -> bytes:
    """``record`` as one ``record`` element, UTF-8, no XML declaration.

    The same bytes as ``from_canonical(iso2709.encode(record))``. Illegal indicators become blanks
    and illegal codes ``9``; characters that XML cannot hold become U+FFFD.
    """
    controls: list[str] = []
    data: list[str] = []
    for field in record.fields:
        if isinstance(field, ControlField):
            if legal.is_control_tag(field.tag):
                controls.append(_control(field.tag, escape(field.value)))
        elif field.subfields and legal.is_data_tag(field.tag):
            pair = legal.indicator(field.ind1) + legal.indicator(field.ind2)
            data.append(f'<datafield tag="{field.tag}{_PAIRS[pair]}')
            for code, value in field.subfields:
                data.append(f"{_CODES[legal.code(code)]}{escape(value)}</subfield>")
            data.append("</datafield>")
    return _element(record.leader, controls, data)


def from_canonical(data: bytes) -> bytes:
    """The ``record`` element for the bytes of ``iso2709.encode``, without building a record.

    Raises ``MarcError`` when ``data`` is no record at all; bytes that are not canonical are read
    as ``iso2709.decode`` reads them.
    """
    parts = cut(data)
    written = None if parts is None else from_cut(parts)
    return write(iso2709.decode(data)) if written is None else written


def from_cut(parts: Cut) -> bytes | None:
    """The same of a record that was only cut; ``None`` for one that ``write`` must look at."""
    return cut_xml.write(parts, START_TAG)


def _control(tag: str, text: str) -> str:
    return f'<controlfield tag="{tag}">{text}</controlfield>'


def _element(leader: str, controls: Iterable[str], fields: Iterable[str]) -> bytes:
    """The whole element; everything but the leader is markup already."""
    return (
        f'<record xmlns="{NAMESPACE}"><leader>{legal.leader(leader)}</leader>'
        f"{''.join(controls)}{''.join(fields)}</record>"
    ).encode()


_START = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?record[\s>]")
_END = re.compile(rb"</(?:[A-Za-z_][\w.-]*:)?record\s*>")
_ILLEGAL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_PREFIX = re.compile(r"[<\s/]([A-Za-z_][\w.-]*):[A-Za-z_]")
_REFERENCE = re.compile(r"&(?:#(\d{1,9}|x[0-9A-Fa-f]{1,8});|([A-Za-z][A-Za-z0-9]*;))?")
_XML_ENTITIES = frozenset(("amp;", "lt;", "gt;", "quot;", "apos;"))


def read(data: bytes) -> MarcRecord:
    """The one record in ``data``: a ``record`` element, alone or inside a document, in UTF-8.

    Raises ``MarcError`` when there is none, or when it cannot be read (see ``read_repaired``).
    """
    start = _START.search(data)
    end = max((match.end() for match in _END.finditer(data)), default=0)
    if start is None or end < start.start():
        raise MarcError("no record element", 0)
    return read_repaired(data[start.start() : end])[0]


def read_repaired(data: bytes) -> tuple[MarcRecord, tuple[str, ...]]:
    """The record in the bytes of one ``record`` element, and the notes of what was repaired.

    ``data`` may be cut out of a document: prefixes need not be declared. Control characters are
    dropped, entities of HTML and stray ampersands understood. Raises ``MarcError`` when it is not
    well-formed even so, or holds no field of MARC.
    """
    repairs = Repairs()
    return _record(repaired_element(data, repairs), repairs), repairs.warnings()


def repaired_element(data: bytes, repairs: Repairs) -> etree._Element:
    """The element in ``data``, repaired as ``read_repaired`` says; raises ``MarcError``."""
    try:
        text = data.decode()
    except UnicodeDecodeError:
        damaged = mostly_utf8(data, repairs)
        if damaged is None:
            repairs.note("not UTF-8, read as Latin-1")
        text = latin1(data) if damaged is None else damaged
    if _ILLEGAL.search(text):
        repairs.note("control characters removed")
        text = _ILLEGAL.sub("", text)
    try:
        return _parsed(text)
    except etree.XMLSyntaxError as error:
        mended = _REFERENCE.sub(_mended_reference, text)
        if mended == text:
            raise MarcError(f"not well-formed: {_one_line(error)}") from error
        repairs.note("references to characters or entities repaired")
        try:
            return _parsed(mended)
        except etree.XMLSyntaxError as second:
            raise MarcError(f"not well-formed: {_one_line(second)}") from second


def read_element(element: etree._Element) -> MarcRecord:
    """The record in a parsed ``record`` element, whatever its namespace.

    The leader is made legal, values are cleaned and normalised, missing and illegal attributes are
    repaired as in ISO 2709. Raises ``MarcError`` when there is no field at all.
    """
    return _record(element, Repairs())


def _one_line(error: etree.XMLSyntaxError) -> str:
    """libxml2 quotes what follows an unfinished section, line ends and all."""
    return " ".join(error.msg.split())


def _parsed(text: str) -> etree._Element:
    """The first element of ``text``, inside a root that declares every prefix it uses.

    No DTD, no entities, no network, no huge trees: the text comes from outside. Raises
    ``MarcError`` when there is none.
    """
    prefixes = set(_PREFIX.findall(text)) - {"xml", "xmlns"}
    declarations = "".join(f' xmlns:{prefix}="urn:x-undeclared"' for prefix in sorted(prefixes))
    root = parse(f"<record{declarations}>{text}</record>".encode())
    if not len(root):
        raise MarcError("there is no element")
    return root[0]


def _mended_reference(match: re.Match[str]) -> str:
    """A reference that XML knows without a DTD, in place of one that it does not."""
    number, name = match.groups()
    if number:
        point = int(number[1:], 16) if number[0] == "x" else int(number)
        if point > 0x10FFFF or _ILLEGAL.match(chr(point)) or 0xD800 <= point < 0xE000:
            return ""
        return match[0]
    if name:
        if name in _XML_ENTITIES:
            return match[0]
        if name in html5:
            return escape(html5[name])
    return "&amp;" + match[0][1:]


def _record(element: etree._Element, repairs: Repairs) -> MarcRecord:
    leader = ""
    fields: list[Field] = []
    for child in element:
        name = _local_name(child)
        if name == "leader":
            leader = _leader(_text(child), repairs)
        elif name in ("controlfield", "datafield"):
            fields.extend(_fields(child, repairs))
        else:
            repairs.note(f"element {name!r} left out")
    if not fields:
        raise MarcError("no field of MARC in the record element")
    if not leader:
        repairs.note("leader missing")
        leader = legal.BLANK_LEADER
    return MarcRecord(legal.leader(leader), repairs.fields(fields))


def _leader(text: str, repairs: Repairs) -> str:
    """The leader as received, at its full length: systems that collapse blanks send 22 or 23
    characters, others leave the lengths off. What stands before the blanks is told by its place
    from the beginning, what stands after them (17-23, ``45`` in 20-21) from the end.
    """
    if len(text) > 24:
        text = text.strip()
    if len(text) == 24:
        return text
    repairs.note(f"leader is {len(text)} characters long")
    if text[:3].isalpha():
        text = "00000" + text
    if 16 <= len(text) < 24 and text[-4:-2] == "45":
        return text[:9].ljust(17) + text[-7:]
    return text.ljust(24)


def _fields(element: etree._Element, repairs: Repairs) -> Iterator[Field]:
    """The field in a controlfield or datafield element: one, or none with a note."""
    received = element.get("tag", "")
    tag = received.strip().zfill(3) if received.strip().isdecimal() else received
    if tag != received:
        repairs.note(f"tag {received!r} read as {tag}")
    is_empty = _local_name(element) == "datafield" and len(element) == 0
    if legal.is_control_tag(tag):
        yield ControlField(tag, repairs.text(_text(element)))
    elif not legal.is_data_tag(tag):
        what = f"with the illegal tag {tag!r}" if tag else "without a tag"
        repairs.note(f"field {what} left out")
    elif is_empty and not _text(element).strip():
        repairs.note(f"empty field {tag} left out")
    else:
        yield from _data_field(tag, element, repairs)


def _data_field(tag: str, element: etree._Element, repairs: Repairs) -> Iterator[DataField]:
    subfields: list[tuple[str, str]] = []
    if len(element) == 0:
        repairs.note(f"field {tag} without subfields read as $a")
        subfields.append(("a", repairs.text(_text(element).strip())))
    for child in element:
        name = _local_name(child)
        if name != "subfield":
            repairs.note(f"element {name!r} left out")
            continue
        received = child.get("code", "")
        code = legal.code(received)
        if code != received:
            repairs.note(f"illegal or missing subfield code in field {tag}")
        subfields.append((code, repairs.text(_text(child))))
    if subfields:
        ind1, ind2 = (_indicator(element, name, tag, repairs) for name in ("ind1", "ind2"))
        yield DataField(tag, ind1, ind2, tuple(subfields))
    else:
        repairs.note(f"empty field {tag} left out")


def _indicator(element: etree._Element, name: str, tag: str, repairs: Repairs) -> str:
    received = element.get(name)
    repaired = legal.indicator(received or " ")
    if repaired != received:
        repairs.note(f"indicators of field {tag} repaired")
    return repaired


def _local_name(element: etree._Element) -> str:
    # Comments and entities have a function as their tag; lxml's types do not say so.
    tag = element.tag
    return tag.rpartition("}")[2] if isinstance(tag, str) else "comment"


def _text(element: etree._Element) -> str:
    return element.text or "" if len(element) == 0 else "".join(element.itertext(with_tail=True))
