"""Standard numbers as cataloguers write them: found, checked and brought to one form.

Records carry qualifiers, prices and running numbers in the same subfields, so a number counts
only when its check digit is right.
"""

import re
from collections.abc import Iterator
from functools import lru_cache
from operator import mul

_BETWEEN = "[ \u00ad\u2010-\u2015\u2212-]?"  # a blank or one of the hyphens in use
# ISO 2108: thirteen digits behind a prefix, or the older ten with X for a check digit of 10.
_ISBN = (
    re.compile(f"(?<![0-9])97[89](?:{_BETWEEN}[0-9]){{10}}(?![0-9])"),
    re.compile(f"(?<![0-9])[0-9](?:{_BETWEEN}[0-9]){{8}}{_BETWEEN}[0-9Xx](?![0-9])"),
)
# ISO 3297: two groups of four.
_ISSN = re.compile(f"(?<![0-9])[0-9]{{4}}{_BETWEEN}[0-9]{{3}}[0-9Xx](?![0-9])")
_NO_DIGIT = re.compile("[^0-9X]")
# As MARC 21 035 has it behind the code of its agency, and as OCLC writes it in 001.
_OCLC = re.compile(r"\s*(?:\(ocolc\)\s*(?:ocm|ocn|on)?|ocm|ocn|on)\s*0*([0-9]+)\s*", re.I)
_LCCN = re.compile("[a-z]{0,3}[0-9]{8}|[a-z]{0,2}[0-9]{10}")


@lru_cache(maxsize=1 << 12)  # one value is read for a key, for a heading and for two searches
def isbn13(text: str) -> str | None:
    """The first valid ISBN in ``text`` as thirteen digits, ISBN-10 converted; ``None`` without one.

    ``0-19-852663-6 (pbk.) : $12.95`` is ``9780198526636``. All zeros are nobody's number.
    """
    for pattern in _ISBN if "97" in text else _ISBN[1:]:
        for digits in _numbers(pattern, text):
            if len(digits) == 10:
                if not _valid_modulo_11(digits):
                    continue
                digits = "978" + digits[:9]
                digits += _check_digit_13(digits)
            if digits[-1] == _check_digit_13(digits[:12]) and digits[3:12].strip("0"):
                return digits
    return None


def issn(text: str) -> str | None:
    """The first valid ISSN in ``text`` as ``1234-5679`` (ISO 3297); ``None`` without one."""
    for digits in _numbers(_ISSN, text):
        if _valid_modulo_11(digits) and digits.strip("0"):
            return f"{digits[:4]}-{digits[4:]}"
    return None


def oclc_number(text: str) -> str | None:
    """The digits of an OCLC control number that says that it is one, without leading zeros:
    ``(OCoLC)ocm00123456`` is ``123456``; ``None`` for any other number.
    """
    match = _OCLC.fullmatch(text)
    return match[1] if match else None


def lccn(text: str) -> str | None:
    """A Library of Congress control number in the form of ``info:lccn``; ``None`` if it is none.

    Blanks go, a solidus and what follows it go, digits behind a hyphen are filled up to six.
    """
    number = "".join(text.split()).partition("/")[0].lower()
    head, hyphen, serial = number.partition("-")
    if hyphen:
        number = head + serial.rjust(6, "0")
    return number if _LCCN.fullmatch(number) else None


def _numbers(pattern: re.Pattern[str], text: str) -> Iterator[str]:
    for match in pattern.finditer(text):
        yield _NO_DIGIT.sub("", match.group().upper())


_WEIGHTS_13 = (1, 3) * 6
_VALUES = {digit: value for value, digit in enumerate("0123456789X")}


def _valid_modulo_11(digits: str) -> bool:
    """ISO 2108:1992 and ISO 3297: weights count down to 1 at the check digit, X is 10."""
    values = [_VALUES[digit] for digit in digits]
    total: int = sum(map(mul, range(len(digits), 0, -1), values))
    return total % 11 == 0


def _check_digit_13(digits: str) -> str:
    """ISO 2108:2017, modulo 10 with weights 1 and 3 in turn, over the first twelve digits."""
    return str(-sum(map(mul, _WEIGHTS_13, map(int, digits))) % 10)
