"""Two spellings of a word as one, for searches: i and y at the end of a syllable (kĩ, kỹ; Mĩ, Mỹ).

Both are in use after qu, h, k, l, m, s, t and v where nothing follows the vowel. A query is made to
ask for either; the index and the keys that join records know nothing of it, so scans show words as
they are written, and it may be switched on and off at any time.
"""

import re
from collections.abc import Iterable
from dataclasses import replace
from itertools import islice, product
from unicodedata import normalize

from interop.query.access_points import BY_NAME
from interop.query.ast import And, Not, Or, Prox, ProxOperand, Query, Term
from interop.text.normal import TONES

# A word or phrase is asked for in so many spellings at most; further words stay as they are typed.
_MOST = 16
_OPEN = re.compile(f"(?:qu|[hklmstv])[iy][{TONES}]?")
_OTHER = str.maketrans("iy", "yi")


def spellings(word: str) -> tuple[str, ...]:
    """``word``, a token of the index, and the other way to spell it if it has one."""
    parts = normalize("NFD", word)
    if not _OPEN.fullmatch(parts):
        return (word,)
    start = 2 if parts.startswith("qu") else 1
    return word, normalize("NFC", parts[:start] + parts[start:].translate(_OTHER))


def with_variants(query: Query) -> Query:
    """``query`` that also finds the other spellings of its words."""
    match query:
        case And(parts):
            return And(tuple(map(with_variants, parts)))
        case Or(parts):
            return Or(tuple(map(with_variants, parts)))
        case Not(left, right):
            return Not(with_variants(left), with_variants(right))
        case Term() | Prox():
            found = tuple(_alternatives(query))
            return found[0] if len(found) == 1 else Or(found)
        case _:
            return query


def _alternatives(operand: ProxOperand) -> list[ProxOperand]:
    """``operand`` as it is, and in its other spellings."""
    if isinstance(operand, Prox):
        pairs = product(_alternatives(operand.left), _alternatives(operand.right))
        return [replace(operand, left=a, right=b) for a, b in islice(pairs, _MOST)]
    if not isinstance(operand, Term) or BY_NAME[operand.ap].kind != "text":
        return [operand]
    words = _words(operand)
    if operand.structure == "any":
        each = dict.fromkeys(token for word in words for token in word)
        return [replace(operand, tokens=tuple(each))]
    return [replace(operand, tokens=tokens) for tokens in islice(product(*words), _MOST)]


def _words(term: Term) -> list[tuple[str, ...]]:
    """The spellings of each token; one that is cut off is only the part of a word."""
    found = list(map(spellings, term.tokens))
    if term.trunc in ("right", "both"):
        found[-1] = (term.tokens[-1],)
    if term.trunc in ("left", "both"):
        found[0] = (term.tokens[0],)
    return _bounded(found)


def _bounded(words: Iterable[tuple[str, ...]]) -> list[tuple[str, ...]]:
    """At most ``_MOST`` combinations: of further words the first spelling."""
    found: list[tuple[str, ...]] = []
    combinations = 1
    for word in words:
        if combinations * len(word) > _MOST:
            word = word[:1]
        combinations *= len(word)
        found.append(word)
    return found
