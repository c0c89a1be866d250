"""Unicode repair at the door: composed form (NFC), with the marks of Vietnamese letters in order.

A Vietnamese vowel carries a shape (breve, circumflex, horn) and a tone, in this order. Records
that went through MARC-8 carry them in either order. Circumflex, breve and four of the tones have
the same combining class (Unicode 3.11), so no normalisation form may swap them: we do.
"""

import re
from unicodedata import is_normalized, normalize

TONES = "\u0300\u0301\u0303\u0309\u0323"  # grave, acute, tilde, hook above, dot below

# The marks above the letter share one combining class; horn and dot below have their own, so
# normalisation itself puts those in order. Only behind the letters that take such a shape in
# Vietnamese: elsewhere the order of two stacked marks means something.
_TONES_ABOVE = "\u0300\u0301\u0303\u0309"
_SHAPES_ABOVE = "\u0302\u0306"  # circumflex, breve
_TONE_FIRST = re.compile(f"[{_TONES_ABOVE}][{_SHAPES_ABOVE}]")
_RUN = re.compile(f"(?<=[aeoAEO])[{_TONES_ABOVE}{_SHAPES_ABOVE}]{{2,}}")

# Icelandic eth typed for Vietnamese d with stroke (they look alike in capitals). Letters that
# occur in Vietnamese and never beside an eth in Icelandic, Faroese or Old English tell which.
_VIETNAMESE = re.compile("[ăâêôơưđ\u1ea0-\u1ef9]", re.IGNORECASE)
_NORDIC = re.compile("[þæöø]", re.IGNORECASE)
_D_STROKE = str.maketrans("Ðð", "Đđ")


def normalise(text: str) -> str:
    """``text`` in NFC, shape before tone in Vietnamese letters; total and idempotent.

    Private-use and unassigned characters are kept: much Nôm exists only there.
    """
    if text.isascii():
        return text
    text = normalize("NFC", text)
    if may_be_misplaced(text):
        decomposed = normalize("NFD", text)
        if _TONE_FIRST.search(decomposed):
            text = normalize("NFC", _RUN.sub(_in_order, decomposed))
    if _has_eth(text) and _VIETNAMESE.search(text) and not _NORDIC.search(text):
        text = text.translate(_D_STROKE)
    return text


def is_normal(text: str) -> bool:
    """Whether ``normalise`` would leave ``text`` and every part of it as it is.

    ``False`` may be too cautious: whether an eth is meant depends on where a part is cut.
    """
    return text.isascii() or (
        is_normalized("NFC", text)
        and not _has_eth(text)
        and not (may_be_misplaced(text) and _TONE_FIRST.search(normalize("NFD", text)) is not None)
    )


def may_be_misplaced(composed: str) -> bool:
    """Whether a shape above stands alone in ``composed``, text in NFC: behind a tone it never
    composes. Without one, and without an eth, ``normalise`` leaves ``composed`` as it is.
    """
    return "\u0302" in composed or "\u0306" in composed


def _has_eth(text: str) -> bool:
    return "Ð" in text or "ð" in text


def _in_order(run: re.Match[str]) -> str:
    marks = run.group()
    shapes = "".join(mark for mark in marks if mark in _SHAPES_ABOVE)
    return shapes + "".join(mark for mark in marks if mark in _TONES_ABOVE)
