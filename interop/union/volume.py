"""Volumes as Vietnamese catalogues write them, brought to numbers.

"T.1", "Tập I", "Quyển thứ nhất", "Phần 1", "Ph.1", "Vol. 1" are one; "tr." (pages) is none. A
record may name several levels ("Phần 1. Tập 2" is ``1.2``), each of which tells it from the next
book.
"""

import re

from interop.text.folding import exact

_LONG = "tập|quyển|phần|volume|part"
_SHORT = "vol|pt|ph|[tqv]"
_WORDS = {
    "một": "1", "nhất": "1", "hai": "2", "nhì": "2", "ba": "3", "bốn": "4", "tư": "4",
    "năm": "5", "sáu": "6", "bảy": "7", "tám": "8", "chín": "9", "mười": "10",
    "thượng": "thượng", "trung": "trung", "hạ": "hạ",
}  # fmt: skip
_WORD = "|".join(_WORDS)
# A Roman number needs a blank or a stop before it, or "hành vi" would be volume 1; a number in
# words needs the whole word before it. Letters belong to the number: 1A is not 1B.
_BODY = (
    rf"(?:(?:{_LONG}|{_SHORT})\.?\s*(?:(?:thứ|số)\s+)?(?P<arabic>\d{{1,3}}[a-z]?)(?!\w)"
    rf"|(?:(?:{_LONG})\s+(?:thứ\s+)?|(?:{_SHORT})\.\s*)(?P<roman>[ivxlc]{{1,7}})(?!\w)"
    rf"|(?:{_LONG})\s+(?:thứ\s+)?(?P<word>{_WORD})(?!\w))"
)
_LAST = re.compile(rf"(?:^|[\s.,:;/(\[-]){_BODY}[\s.,:;/)\]-]*$", re.IGNORECASE)
_INSIDE = re.compile(rf"(?:^|[.,:;/(\[])\s*{_BODY}\s*[.,:;)\]/]", re.IGNORECASE)
_FIRST = re.compile(rf"\s*{_BODY}", re.IGNORECASE)

_LEVELS = 8  # of volumes inside volumes; no title has as many

_ORDINALS = ("thứ", "số", "no")
_BEFORE_NUMBER = re.compile(f"{_LONG}|{_SHORT}", re.IGNORECASE)
_DIGITS = re.compile(rf"(?:{_LONG}|{_SHORT})?0*(\d+[a-z]?)", re.IGNORECASE)
_ROMAN = re.compile("[IVXLC]{1,7}")
_ROMAN_VALUES = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def take(text: str) -> tuple[str, list[str]]:
    """A title (NFC) without the volumes that stand in it, and their numbers in order.

    At most ``_LEVELS`` at its end and as many inside: each costs a look at the whole text.
    """
    inside: list[str] = []
    last: list[str] = []
    while len(last) < _LEVELS and (match := _LAST.search(text)):
        last.insert(0, _number(match))
        text = text[: match.start()]
    while len(inside) < _LEVELS and (match := _INSIDE.search(text)):
        inside.append(_number(match))
        text = f"{text[: match.start()]}. {text[match.end() :]}"
    return text, inside + last


def leading(text: str) -> list[str]:
    """The number with which a physical description (300 $a) begins: "T.1 : 250 tr."."""
    match = _FIRST.match(text)
    return [_number(match)] if match else []


def part(text: str) -> list[str]:
    """All numbers of a 245 $n (NFC), or its words where it has none."""
    found: list[str] = []
    announced = False  # the word before says that a number follows
    tokens: list[str] = re.findall(r"\w+", text)
    for place, token in enumerate(tokens):
        if token.lower() in _ORDINALS or (not announced and _announces(tokens, place)):
            announced = True
            continue
        if number := _token_number(token, announced):
            found.append(number)
        announced = False
    return found or exact(text)


def _announces(tokens: list[str], place: int) -> bool:
    """Whether the token is a word for a volume; at the end of the text "V" is a number."""
    return place + 1 < len(tokens) and _BEFORE_NUMBER.fullmatch(tokens[place]) is not None


def _token_number(token: str, announced: bool) -> str:
    if match := _DIGITS.fullmatch(token):
        return match[1].lower()
    if announced and token.lower() in _WORDS:
        return _WORDS[token.lower()]
    if _ROMAN.fullmatch(token):
        return str(_roman(token.lower()))
    return token.lower() if announced and len(token) == 1 else ""


def _number(match: re.Match[str]) -> str:
    if match["arabic"]:
        return match["arabic"].lower().lstrip("0") or "0"
    return _WORDS[match["word"].lower()] if match["word"] else str(_roman(match["roman"].lower()))


def _roman(text: str) -> int:
    values = [_ROMAN_VALUES[letter] for letter in text]
    return sum(
        -value if index + 1 < len(values) and value < values[index + 1] else value
        for index, value in enumerate(values)
    )
