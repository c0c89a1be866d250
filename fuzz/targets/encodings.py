"""Any bytes through every legacy decoder, the detector, and what is done to text afterwards."""

from unicodedata import is_normalized

from fuzz.target import Target
from interop.marc import legacy
from interop.marc.reader import read_iso2709
from interop.marc.record import MarcError
from interop.text import detection, hannom
from interop.text.collation import sort_key
from interop.text.encodings import ENCODINGS
from interop.text.folding import both
from interop.text.normal import normalise

_TITLE = "Lịch sử Việt Nam từ khởi thủy đến thế kỷ X"
_DETECTOR = detection.Detector({"utf-8": detection.utf8, **detection.LEGACY}, "utf-8")


def _run(data: bytes) -> None:
    for encoding in ENCODINGS.values():
        encoding.decode(data).encode("utf-8")
    name = _DETECTOR.choose(data)
    text = normalise(_DETECTOR.read(name, data))
    assert is_normalized("NFC", text) and normalise(text) == text
    plain, exact = both(text)
    assert len(plain) == len(exact)
    sort_key(text)
    hannom.script(text)
    encoding = list(legacy.NAMES)[len(data) % len(legacy.NAMES)]
    reader = legacy.Legacy(encoding)
    for piece in reader.learn([legacy.Piece(data), legacy.Piece(data + b"x")]):
        reader.read(piece.raw, read_iso2709)


def _seeds() -> list[bytes]:
    written = [encoding.encode(_TITLE) for encoding in ENCODINGS.values() if encoding.automatic]
    misread = [data.decode("latin-1").encode() for data in written]
    return [*written, *misread, "𡨸喃 Ðại học  Kiều".encode()]


TARGET = Target(
    _run,
    (MarcError,),
    _seeds,
    (b"\xcc\x81", b"\xcc\x82", b"\xcc\x83", b"\xc3\x90", b"a^", b"o+", b"dd", b"\\", b"'", b"\xad",
     b"\xe2\x88\x92", b"\x1e", b"\x1d", b"\xc3\xaa", b"\xf0\xa1\xa8\xb8", b"\xee\x80\x80",
     b"00000nam  2200000   4500", b"\x1b(3"),
)  # fmt: skip
