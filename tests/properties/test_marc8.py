"""MARC-8: any text is written and read back, any bytes are read."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from interop.marc import marc8
from interop.text.normal import normalise

# The half marks are read back as halves, C0 controls and surrogates are U+FFFD by contract.
_CHARACTERS = st.characters(
    exclude_categories=["Cs"],
    exclude_characters="\u0360\u0361" + "".join(map(chr, [*range(9), 11, 12, *range(14, 32)])),
)
_TEXTS = st.text(
    st.sampled_from("ae o&#x1;\u0300\u0302\u0323\u031bệơđđ\u20ac喃𡨸д҃ґἀשׁب²₃") | _CHARACTERS,
    max_size=20,
)
_BYTES = st.lists(
    st.sampled_from([b"\x1b", b"\x1b$1", b"\x1b(N", b"\x1b)Q", b"\x1b$)1", b"\x1bb", b"&#x", b";"])
    | st.binary(max_size=4)
).map(b"".join)


def plain(text: str) -> str:
    return normalise(unicodedata.normalize("NFC", text))


@given(_TEXTS)
def test_what_is_written_is_read_back(text: str) -> None:
    data = marc8.encode(text)
    assert not {0x1D, 0x1E, 0x1F} & set(data)
    assert plain(marc8.decode(data).text) == plain(text)


@given(_BYTES)
def test_any_bytes_are_read(data: bytes) -> None:
    text, clean = marc8.decode(data)
    text.encode()
    assert not clean or "\ufffd" not in text or b"&#x" in data
    assert "\x1b" not in text or b"&#x" in data
