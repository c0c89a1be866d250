"""TCVN3, the encoding of the ABC fonts (.VnTime and others): small letters and seven capitals.

Capital fonts (.VnTimeH) draw small letters as capitals, so titles in capitals hold the bytes of
small letters between capitals of ASCII: these are raised again. ư is 0xAD, which programs show as a
soft hyphen, drop, or turn into a minus sign.
"""

import re

from interop.text.encodings._base import table_encoding

_WORD = re.compile(r"[^\W\d_]+")
_CAPITALS = re.compile("[A-Z]")
_SMALL = re.compile("[a-z]")


def _raise_capitals(text: str) -> str:
    """Words whose letters of ASCII are all capitals in capitals, where there are two of these; one
    is enough in a text without small letters of ASCII that has such a word.
    """

    def in_capitals(word: str, wanted: int) -> bool:
        return _SMALL.search(word) is None and len(_CAPITALS.findall(word)) >= wanted

    words = _WORD.findall(text)
    if not any(in_capitals(word, 2) for word in words):
        return text
    wanted = 2 if _SMALL.search(text) else 1
    return _WORD.sub(
        lambda word: word[0].upper() if in_capitals(word[0], wanted) else word[0], text
    )


ENCODING = table_encoding(
    "TCVN3 (ABC fonts)",
    """
    A1 ĂÂÊÔƠƯĐăâêôơưđ
    B5 àảãáạ
    BB ằẳẵắ
    C6 ặầẩẫấậè
    CE ẻẽéẹềểễếệìỉ
    DC ĩíịò
    E1 ỏõóọồổỗốộờởỡớợù
    F1 ủũúụừửữứựỳỷỹýỵ
    """,
    repair=_raise_capitals,
)
