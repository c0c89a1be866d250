"""Windows-1258: letters with their shapes, and the tones as combining marks behind them.

The codec of the standard library leaves the two apart when it reads, and cannot write letters that
it wants in two parts.
"""

from unicodedata import normalize

from interop.text.encodings._base import WINDOWS_1252, Encoding
from interop.text.normal import TONES

_CHARACTERS = "".join(
    bytes([byte]).decode("cp1258", "ignore") or WINDOWS_1252[byte] for byte in range(0x100)
)
_BYTES = {ch: byte for byte, ch in enumerate(_CHARACTERS)}
_TABLE = dict(enumerate(_CHARACTERS))


def _decode(data: bytes) -> str:
    return normalize("NFC", data.decode("latin-1").translate(_TABLE))


def _encode(text: str) -> bytes:
    parts: list[str] = []
    for ch in normalize("NFC", text):
        if ch in _BYTES:
            parts.append(ch)
            continue
        letter, marks = normalize("NFD", ch)[0], normalize("NFD", ch)[1:]
        shapes = "".join(mark for mark in marks if mark not in TONES)
        tones = "".join(mark for mark in marks if mark in TONES)
        parts += normalize("NFC", letter + shapes), tones
    written = "".join(parts)
    for at, ch in enumerate(written):
        if ch not in _BYTES:
            raise UnicodeEncodeError("Windows-1258", written, at, at + 1, "not in this encoding")
    return bytes([_BYTES[ch] for ch in written])


ENCODING = Encoding("Windows-1258", _decode, _encode)
