"""What an encoding is, and the codec that tables of bytes are made into."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from unicodedata import normalize

# Windows-1252 with its five unused bytes as the C1 controls that they are in Latin-1.
WINDOWS_1252 = "".join(
    bytes([byte]).decode("cp1252", "ignore") or chr(byte) for byte in range(0x100)
)


@dataclass(frozen=True, slots=True)
class Encoding:
    """``title``: for people. ``decode``: total, gives composed text (NFC). ``encode``: raises
    ``UnicodeEncodeError`` for what the encoding lacks.

    ``controls``: bytes below 0x20 that are letters here, those that ISO 2709 uses among them, so
    that records must be cut by the lengths they declare. ``automatic``: whether the detector may
    choose it; others must be named in the configuration.
    """

    title: str
    decode: Callable[[bytes], str]
    encode: Callable[[str], bytes]
    controls: bytes = b""
    automatic: bool = True


def table(rows: str) -> dict[bytes, str]:
    """A table from lines of a code in hexadecimal and characters: the first has this code, each
    other one the code after it (in the last byte, where codes have two).
    """
    found: dict[bytes, str] = {}
    for row in rows.split("\n"):
        code, _, characters = row.strip().partition(" ")
        for number, ch in enumerate(characters, int(code, 16) if code else 0):
            found[number.to_bytes(len(code) // 2, "big")] = ch
    return found


def table_encoding(
    title: str,
    rows: str,
    *,
    also: str = "",
    repair: Callable[[str], str] | None = None,
    automatic: bool = True,
) -> Encoding:
    """An encoding of one byte, or of a letter and a mark byte, a character.

    ``rows``: as for ``table``; bytes that are not there are ASCII, and windows-1252 above it.
    ``also``: codes that are read and never written. ``repair``: what is done to decoded text.
    """
    written = table(rows)
    return Encoding(
        title,
        _decoder(written | table(also), repair),
        _encoder(title, written),
        controls=bytes(code[0] for code in written if code[0] < 0x20),
        automatic=automatic,
    )


def _decoder(
    codes: Mapping[bytes, str], repair: Callable[[str], str] | None
) -> Callable[[bytes], str]:
    single = "".join(codes.get(bytes([byte]), WINDOWS_1252[byte]) for byte in range(0x100))
    # Pairs are found in Latin-1, one character a byte, before the rest is translated.
    pairs = {code.decode("latin-1"): ch for code, ch in codes.items() if len(code) == 2}
    firsts, seconds = ({pair[at] for pair in pairs} for at in (0, 1))
    pattern = re.compile(f"[{_escaped(firsts)}][{_escaped(seconds)}]") if pairs else None
    to_single = {byte: single[byte] for byte in range(0x100)}

    def decode(data: bytes) -> str:
        text = data.decode("latin-1")
        if pattern is None:
            text = text.translate(to_single)
        else:
            parts: list[str] = []
            at = 0
            for match in pattern.finditer(text):
                if (ch := pairs.get(match[0])) is not None:
                    parts += text[at : match.start()].translate(to_single), ch
                    at = match.end()
            text = "".join(parts) + text[at:].translate(to_single)
        text = normalize("NFC", text)
        return repair(text) if repair else text

    return decode


def _encoder(title: str, codes: Mapping[bytes, str]) -> Callable[[str], bytes]:
    by_character: dict[str, bytes] = {}
    taken = {code for code in codes if len(code) == 1}
    for byte, ch in enumerate(WINDOWS_1252):
        if bytes([byte]) not in taken:
            by_character[ch] = bytes([byte])
    by_character |= {ch: code for code, ch in codes.items()}

    def encode(text: str) -> bytes:
        text = normalize("NFC", text)
        try:
            return b"".join([by_character[ch] for ch in text])
        except KeyError as error:
            at = text.index(error.args[0])
            raise UnicodeEncodeError(title, text, at, at + 1, "not in this encoding") from None

    return encode


def _escaped(characters: Iterable[str]) -> str:
    return "".join(re.escape(ch) for ch in sorted(characters))
