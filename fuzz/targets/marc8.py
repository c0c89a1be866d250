"""Any bytes as MARC-8, and any text into it and back."""

from fuzz.target import Target
from interop.marc import marc8


def _run(data: bytes) -> None:
    text, _ = marc8.decode(data)
    text.encode()
    written = marc8.encode(data.decode("utf-8", "replace"))
    assert not {0x1D, 0x1E, 0x1F} & set(written)
    marc8.decode(written).text.encode()


TARGET = Target(
    _run,
    (),
    lambda: [
        b"Nguy\xe4\xe3en Du, Truy\xf2\xe3en Ki\xe1\xe3eu",
        "Nguyễn Du 𡨸喃 Достоевский שלום ἀρχή".encode(),
        marc8.encode("Nguyễn Du 中文 Достоевский שלום ἀρχή سلام 𡨸"),
        b"&#x1EC1; \x1b$1\x21\x30\x21\x1b(B \x1bgabc\x1bs",
    ],
    (b"\x1b", b"\x1b$1", b"\x1b(N", b"\x1b)Q", b"\x1b$)1", b"\x1bb", b"\x1bp", b"\x1bs", b"\x1bg",
     b"\x1b(S", b"\x1b(2", b"\x1b(3", b"\x1b(4", b"&#x", b";", b"\xeb", b"\xec", b"\xfa", b"\xfb",
     b"\xe3", b"\xf2", b"\x88", b"\x89", b"\x8d", b"\xcc\x81", b"\xcd\xa0"),
)  # fmt: skip
