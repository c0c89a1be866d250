"""Strings of an association that agreed to MARC-8: names, terms, messages (negotiation-3).

A selected character set is that of every InternationalString in version 3, so names of databases
and result sets, element sets, addinfo and display terms come and go in it, not only terms. APDUs
are read and written as UTF-8 (``ber``); what that made of other octets is undone here, and octets
that are to go out as they are stand in a string as surrogates (PEP 383), which ``ber.text`` writes.
Object identifiers and all else that is ASCII without ``&#x`` stay what they are.
"""

import re
from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from typing import TypeVar

from interop.marc import marc8
from interop.text.normal import normalise

T = TypeVar("T")

_ESCAPED = re.compile(rb"\\x([89a-f][0-9a-f])")  # what ``Element.text`` makes of no UTF-8


def read(text: str) -> str:
    """A string of an APDU that came, by MARC-8; its marks and letters composed."""
    if text.isascii() and "\\x" not in text and "\x1b" not in text and "&#x" not in text:
        return text
    octets = _ESCAPED.sub(lambda match: bytes.fromhex(match[1].decode()), text.encode())
    return normalise(marc8.decode(octets).text)


def write(text: str) -> str:
    """A string whose octets, when it is written, are ``text`` in MARC-8."""
    return marc8.encode(text).decode("utf-8", "surrogateescape")


def recoded(value: T, convert: Callable[[str], str]) -> T:
    """``value`` with every string in it, at any depth, converted; octets stay."""
    if isinstance(value, str):
        return convert(value)  # type: ignore[return-value]
    if isinstance(value, tuple):
        return tuple(recoded(each, convert) for each in value)  # type: ignore[return-value]
    if not is_dataclass(value) or isinstance(value, type):
        return value
    changed = {}
    for field in fields(value):
        old = getattr(value, field.name)
        new = recoded(old, convert)
        if new is not old and new != old:
            changed[field.name] = new
    return replace(value, **changed) if changed else value
