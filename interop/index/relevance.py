"""What makes a record a good answer to a query: the same for every engine, which only adds up.

A portal's reader types words of a title or an author, mostly without naming a field. The words
count in every field that they stand in, more in a title than in a note, and a title that begins
with all of them, or is nothing else, comes first. Nothing here decides whether a record is found.
"""

from collections.abc import Iterator
from typing import NamedTuple

from interop.query.access_points import BY_NAME
from interop.query.ast import And, Mask, MaskedPhrase, Not, Or, Prox, Query, Term

# Where the words of a search in any field count, and how much (times BM25).
WEIGHTS = (("title", 4.0), ("author", 3.0), ("subject", 1.5), ("any", 1.0))
TOGETHER = 2.0  # words of a phrase next to each other, or all words of the query in one title
FIRST = 6.0  # they begin the field
COMPLETE = 12.0  # they are the field
MAX_WORDS = 32  # words that count; a longer query is found as well, and ranked by its beginning


class Reason(NamedTuple):
    """A record in whose access point ``ap`` the ``tokens`` stand as ``place`` says is better by
    ``weight``: times BM25 for ``word``, as such for the others.
    """

    ap: str
    tokens: tuple[str, ...]
    place: str  # word, phrase, first, complete
    weight: float
    exact: bool


def reasons(query: Query) -> list[Reason]:
    """What counts for ``query``; empty when nothing does, and all records are alike."""
    found: list[Reason] = []
    words: dict[tuple[str, bool], list[str]] = {}
    for term in _wanted(query):
        known = words.setdefault((term.ap, term.exact), [])
        for token in _plain(term):
            if len(known) < MAX_WORDS:
                known.append(token)
    for (ap, exact), tokens in words.items():
        fields = WEIGHTS if ap == "any" else ((ap, 1.0),)
        for field, weight in fields:
            found += [Reason(field, (t,), "word", weight, exact) for t in dict.fromkeys(tokens)]
        found += _as_a_whole("title" if ap == "any" else ap, tuple(tokens), exact)
        if ap == "any":
            found += _as_a_whole("author", tuple(tokens), exact)
    return found


def _as_a_whole(ap: str, tokens: tuple[str, ...], exact: bool) -> list[Reason]:
    found = [
        Reason(ap, tokens, "first", FIRST, exact),
        Reason(ap, tokens, "complete", COMPLETE, exact),
    ]
    if len(tokens) > 1:
        found.append(Reason(ap, tokens, "phrase", TOGETHER, exact))
    return found


def _wanted(query: Query) -> Iterator[Term]:
    """Terms of text that a record may be found by; what is excluded counts for nothing."""
    match query:
        case And(parts) | Or(parts):
            for part in parts:
                yield from _wanted(part)
        case Not(left, _):
            yield from _wanted(left)
        case Prox(left, right, exclude=False):
            yield from _wanted(left)
            yield from _wanted(right)
        case Term(ap) if BY_NAME[ap].kind == "text":
            yield query
        case Mask() | MaskedPhrase() | _:
            return


def _plain(term: Term) -> tuple[str, ...]:
    """Its words without those that are truncated."""
    tokens = term.tokens
    if term.trunc in ("right", "both"):
        tokens = tokens[:-1]
    return tokens[1:] if term.trunc in ("left", "both") else tokens
