"""Word patterns: one truncated or masked word, and how each reader of it spells it.

A pattern is a tuple of literals, ``ANY`` (any number of characters, none too) and ``ONE``
(exactly one); a plain word is the pattern of one literal. Truncation is a pattern with ``ANY`` at
an end (Bib-1 type 5: 1 right, 2 left, 3 both), so words, truncation and CQL masking share a path.
"""

import re
from collections.abc import Callable
from typing import TypeAlias

from interop.query.ast import ANY, ONE, Any_, Mask, MaskedPhrase, Term

Pattern: TypeAlias = tuple[str | Any_, ...]

# The last code point of plane 16 is a noncharacter and stands in no token (see ``clean``), so it
# is above every continuation of a prefix.
LAST = "\U0010ffff"

# What ``*``, ``?`` and ``[`` mean to SQLite's GLOB; a class of one character takes that away.
_GLOB = str.maketrans({"*": "[*]", "?": "[?]", "[": "[[]"})


def patterns(term: Term) -> tuple[Pattern, ...]:
    """One pattern per token; truncation goes to the last token (right) or the first (left)."""
    found: list[Pattern] = [(token,) for token in term.tokens]
    if term.trunc in ("left", "both"):
        found[0] = (ANY, *found[0])
    if term.trunc in ("right", "both"):
        found[-1] = (*found[-1], ANY)
    return tuple(found)


def of_mask(mask: Mask) -> Pattern:
    """The pattern of a mask with neighbouring literals joined, so ``("ab", "c")`` is a word."""
    return _joined(mask.pattern)


def of_words(query: Term | Mask | MaskedPhrase) -> tuple[Pattern, ...]:
    """One pattern for each word of what stands for words next to each other."""
    match query:
        case Term():
            return patterns(query)
        case Mask():
            return (of_mask(query),)
        case MaskedPhrase():
            return tuple(map(_joined, query.words))


def _joined(pattern: Pattern) -> Pattern:
    joined: list[str | Any_] = []
    for part in pattern:
        if isinstance(part, str) and joined and isinstance(joined[-1], str):
            joined[-1] += part
        elif part is not ANY or not joined or joined[-1] is not ANY:
            joined.append(part)
    return tuple(joined)


def literal(pattern: Pattern) -> str | None:
    """The word itself when nothing in ``pattern`` is masked, else ``None``."""
    if not pattern:
        return ""
    return pattern[0] if len(pattern) == 1 and isinstance(pattern[0], str) else None


def bounds(pattern: Pattern) -> tuple[str, str]:
    """Lowest and highest word that can match, by code point: the literal that it begins with."""
    prefix = pattern[0] if pattern and isinstance(pattern[0], str) else ""
    return prefix, prefix + LAST


def glob(pattern: Pattern) -> str:
    """For SQLite's ``GLOB``, which counts characters, not bytes."""
    return "".join(
        part.translate(_GLOB) if isinstance(part, str) else "?" if part is ONE else "*"
        for part in pattern
    )


def regex(pattern: Pattern) -> str:
    """For a whole-word regular expression; the syntax common to Python and to Rust's fst."""
    return "".join(
        _escape(part) if isinstance(part, str) else "." if part is ONE else ".*" for part in pattern
    )


def _escape(text: str) -> str:
    # re.escape also escapes white space and "#", which a Rust parser refuses outside its x mode.
    return re.sub(r"[\\.+*?()|\[\]{}^$]", r"\\\g<0>", text)


def matcher(pattern: Pattern) -> Callable[[str], bool]:
    """A test for one word."""
    word = literal(pattern)
    if word is not None:
        return word.__eq__
    compiled = re.compile(regex(pattern), re.DOTALL)
    return lambda candidate: compiled.fullmatch(candidate) is not None


def show(pattern: Pattern) -> str:
    """For messages: as CQL would write it."""
    return "".join(
        part if isinstance(part, str) else "?" if part is ONE else "*" for part in pattern
    )
