"""MARCMaker text (``.mrk`` of the Library of Congress and MarcEdit): ``=245  10$aTitle``.

A backslash is a blank in indicators and control fields; what keyboards and ASCII lack is written
by name in braces (``{acute}e``, ``{dollar}``), marks before their letter as in MARC-8.
"""

import re

from interop.formats import _dialect
from interop.formats._base import Format, Reading
from interop.formats._legal import fields_of
from interop.marc import legal, marc8, split
from interop.marc.record import Field, MarcError, MarcRecord
from interop.marc.values import Repairs, Values

# Name -> byte of MARC-8 (MARCMaker's table of mnemonics).
_MARKS = {
    "hooka": 0xE0, "grave": 0xE1, "acute": 0xE2, "circ": 0xE3, "tilde": 0xE4, "macr": 0xE5,
    "breve": 0xE6, "dot": 0xE7, "uml": 0xE8, "caron": 0xE9, "ring": 0xEA, "llig": 0xEB,
    "rlig": 0xEC, "rcommaa": 0xED, "dblac": 0xEE, "candra": 0xEF, "cedil": 0xF0, "ogon": 0xF1,
    "hook": 0xF1, "dotb": 0xF2, "dbldotb": 0xF3, "ringb": 0xF4, "dblunder": 0xF5, "under": 0xF6,
    "commab": 0xF7, "rcedil": 0xF8, "breveb": 0xF9, "ldbltil": 0xFA, "rdbltil": 0xFB,
    "commaa": 0xFE,
}  # fmt: skip
_LETTERS = {
    "Lstrok": 0xA1, "Ostrok": 0xA2, "Dstrok": 0xA3, "THORN": 0xA4, "AElig": 0xA5, "OElig": 0xA6,
    "softsign": 0xA7, "middot": 0xA8, "flat": 0xA9, "reg": 0xAA, "plusmn": 0xAB, "Ohorn": 0xAC,
    "Uhorn": 0xAD, "mlrhring": 0xAE, "alif": 0xAE, "mllhring": 0xB0, "ayn": 0xB0, "lstrok": 0xB1,
    "ostrok": 0xB2, "dstrok": 0xB3, "thorn": 0xB4, "aelig": 0xB5, "oelig": 0xB6, "hardsign": 0xB7,
    "inodot": 0xB8, "pound": 0xB9, "eth": 0xBA, "ohorn": 0xBC, "uhorn": 0xBD, "deg": 0xC0,
    "scriptl": 0xC1, "phono": 0xC2, "copy": 0xC3, "sharp": 0xC4, "iquest": 0xC5, "iexcl": 0xC6,
    "szlig": 0xC7, "euro": 0xC8, "esc": 0x1B, "nsb": 0x88, "nse": 0x89, "joiner": 0x8D,
    "nonjoin": 0x8E, "dollar": 0x24, "lcub": 0x7B, "rcub": 0x7D, "bsol": 0x5C,
}  # fmt: skip
_NAMED = {name.encode(): bytes((byte,)) for name, byte in (_MARKS | _LETTERS).items()}
# {eacute}: a letter and the name of its mark.
_NAMED |= {
    letter.encode() + mark.encode(): bytes((byte,)) + letter.encode()
    for mark, byte in _MARKS.items()
    for letter in "AaBbCcDdEeFfGgHhIiJjKkLlMmNnOoPpQqRrSsTtUuVvWwXxYyZz"
    if letter.encode() + mark.encode() not in _NAMED
}
_NAME = re.compile(rb"\{([A-Za-z]{2,9})\}")
_NAMES = re.compile(rb"(?:\{[A-Za-z]{2,9}\})+[\x20-\x7a]?")
_LINE = re.compile(rb"=(\w{3}) {0,2}(.*)", re.DOTALL)
_DOLLAR = b"\x1f"  # what separates subfields once names are bytes: {dollar} is no separator


def read(data: bytes) -> Reading:
    """The lines of one record; a line that begins with no ``=`` goes on with the field before."""
    repairs = Repairs()
    lines = _joined(data.removeprefix(b"\xef\xbb\xbf"), repairs)
    leader = next((text for tag, text in lines if tag in (b"LDR", b"000")), b"")
    content = b"\n".join(text for _, text in lines)
    values = Values(content, leader[9:10] == b"a", repairs)
    fields: list[Field] = []
    for tag, text in lines:
        if tag not in (b"LDR", b"000"):
            fields += _field(tag.decode("ascii"), text, values, repairs)
    if not fields:
        raise MarcError("no field of MARC in these lines")
    shown = leader.replace(b"\\", b" ").decode("latin-1")
    if len(shown) != 24:
        repairs.note(f"leader is {len(shown)} characters long" if shown else "leader missing")
    record = MarcRecord(legal.leader(shown.ljust(24)), repairs.fields(fields))
    return _dialect.canonical((record, repairs.warnings()))


def _joined(data: bytes, repairs: Repairs) -> list[tuple[bytes, bytes]]:
    """Tag and text of each field, names in braces replaced."""
    fields: list[tuple[bytes, list[bytes]]] = []
    for line in data.splitlines():
        match = _LINE.fullmatch(line)
        if match:
            fields.append((match[1], [match[2]]))
        elif fields and line.strip():
            fields[-1][1].append(line.strip())
        elif line.strip():
            repairs.note("text before the first field left out")
    unnamed = _in_utf8 if _is_utf8(data) else _in_marc8
    return [
        (tag, unnamed(b" ".join(parts).replace(b"$", _DOLLAR)) if b"{" in b"".join(parts)
         else b" ".join(parts).replace(b"$", _DOLLAR))
        for tag, parts in fields
    ]  # fmt: skip


def _is_utf8(data: bytes) -> bool:
    if data.isascii():
        return False
    try:
        data.decode()
    except UnicodeDecodeError:
        return False
    return True


def _in_marc8(text: bytes) -> bytes:
    return _NAME.sub(lambda match: _NAMED.get(match[1], match[0]), text)


def _in_utf8(text: bytes) -> bytes:
    """Names with the letter that follows them, by way of MARC-8."""
    return _NAMES.sub(lambda match: marc8.decode(_in_marc8(match[0])).text.encode(), text)


def _field(tag: str, text: bytes, values: Values, repairs: Repairs) -> list[Field]:
    if legal.is_control_tag(tag):
        body = text.replace(b"\\", b" ").replace(_DOLLAR, b"$")
        return list(fields_of(tag, values.decode(body), " ", " ", (), repairs))
    head, *pieces = text.split(_DOLLAR)
    pair = head[:2].replace(b"\\", b" ").decode("latin-1").ljust(2)
    subfields = [(piece[:1].decode("latin-1"), values.decode(piece[1:])) for piece in pieces]
    return list(fields_of(tag, values.decode(head[2:]), pair[0], pair[1], subfields, repairs))


_START = re.compile(rb"=(?:LDR|000|[0-9]{3}) ")


def _begins(line: bytes, before: bytes) -> bool:
    return line.startswith((b"=LDR", b"=000")) or not before.strip(split.BETWEEN)


FORMAT = Format(
    "mrk",
    "MARCMaker text",
    lambda head: 0 if _START.match(head) else None,
    lambda chunks: split.grouped(chunks, _begins),
    read,
    rank=1,
)
