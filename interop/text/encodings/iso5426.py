"""ISO 5426, the extended Latin set of UNIMARC: marks stand before their letter, as in ANSEL."""

import re
from unicodedata import normalize

from interop.text.encodings._base import Encoding, table

_CODES = table(
    """
    A1 ¡„£$¥†§′‘“«♭©℗®ʻʼ‚
    B6 ‡·″’”»♯ʹʺ
    BF ¿
    E1 ÆĐ
    E6 Ĳ
    E8 ŁØŒ
    EC Þ
    F1 æđð
    F5 ıĳ
    F8 łøœßþ
    """
)
_MARKS = (
    "\u0309\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u0308\u030a\u0315\u0313\u030b\u031b\u030c"
    "\u0327\u031c\u0326\u0328\u0325\u032e\u0323\u0324\u0332\u0333\u0329\u032d\ufffd\ufe20\ufe21\ufe23"
)  # C0 to DF
_CHARACTERS = {byte: "\ufffd" for byte in range(0x80, 0x100)}
_CHARACTERS |= {code[0]: ch for code, ch in _CODES.items()}
_CHARACTERS |= {0xC0 + at: mark for at, mark in enumerate(_MARKS)}
_BYTES = {ch: byte for byte, ch in reversed(_CHARACTERS.items()) if ch != "\ufffd"}
_MARKED = re.compile(f"([{_MARKS[:28]}{_MARKS[29:]}]+)(.)", re.DOTALL)


def _decode(data: bytes) -> str:
    text = data.decode("latin-1").translate(_CHARACTERS)
    return normalize("NFC", _MARKED.sub(r"\2\1", text))


def _encode(text: str) -> bytes:
    octets = bytearray()
    for ch in normalize("NFC", text):
        parts = [ch] if ch.isascii() or ch in _BYTES else list(normalize("NFD", ch))
        for part in parts:
            byte = ord(part) if part.isascii() else _BYTES.get(part)
            if byte is None:
                raise UnicodeEncodeError("ISO 5426", text, 0, len(text), f"{part!r} is not in it")
            if 0xC0 <= byte < 0xE0 and octets:
                octets.insert(len(octets) - 1, byte)  # before its letter, behind earlier marks
            else:
                octets.append(byte)
    return bytes(octets)


ENCODING = Encoding("ISO 5426", _decode, _encode)
