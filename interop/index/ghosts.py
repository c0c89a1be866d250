"""Words and headings whose last record is gone, and how they leave the tables of ``tables``.

The tables learn a term with its first record; nothing tells when its last one went. So when
enough records were changed or removed, the follower walks through the tables, some terms at a time
while it has nothing else to do, asks its engine for those that no record has, and removes them.
Until then a ghost is in no scan, since scans count, and no word that a truncated one stands for
(``Living``).
"""

from collections.abc import Callable, Sequence

from interop.index import masks
from interop.index.tables import Section, Tables
from interop.query.access_points import BY_NAME
from interop.query.ast import Query, Span, Term

WORDS_AT_ONCE = 2_000  # looked at by one ``sweep``, at some ten microseconds each
HEADINGS_AT_ONCE = 100  # a heading may be a phrase of common words: up to a millisecond

# Which of some questions no record answers, as places among them.
Unanswered = Callable[[Sequence[Query]], list[int]]


def sweep(tables: Tables, unanswered: Unanswered) -> bool:
    """Look at some terms and remove those that no record has. Whether there are more to look at.

    For the one follower that writes the tables, level with its engine.
    """
    place = tables.sweeping()
    if place is None:
        return False
    section, after = place
    limit = HEADINGS_AT_ONCE if section.form == "heading" else WORDS_AT_ONCE
    found = tables.terms(section, after, limit)
    terms = [term for _, term in found]
    gone = [found[at] for at in unanswered([_question(section, term) for term in terms])]
    tables.forget(section, gone, found[-1] if len(found) == limit else None)
    return True


def _question(section: Section, term: str) -> Query:
    if section.form == "heading":
        return Term(section.ap, tuple(term.split(" ")), "phrase", complete=True, exact=True)
    text = BY_NAME[section.ap].kind == "text"
    return Term(section.ap, (term,), "word" if text else "key", exact=section.form == "exact")


class Living:
    """What truncated words stand for, as ``tables`` know it, without those that no record has: what
    is refused is the same in every engine, whatever was there before.
    """

    def __init__(self, tables: Tables, unanswered: Unanswered) -> None:
        self._tables, self._unanswered = tables, unanswered

    def count_words(self, ap: str, pattern: masks.Pattern, *, exact: bool, limit: int) -> int:
        """How many words match, counting no further than ``limit``. Ghosts are looked for when they
        may decide, and among twice as many.
        """
        number = self._tables.count_words(ap, pattern, exact=exact, limit=limit)
        if number < limit or not self._tables.may_have_ghosts():
            return number
        words = self._tables.words(ap, pattern, exact=exact, limit=2 * limit)
        section = Section(ap, "exact" if exact else "plain")
        gone = self._unanswered([_question(section, word) for word in words])
        return len(words) - len(gone)

    def spans(self, query: Span, *, limit: int = -1) -> list[str]:
        """Distinct keys of the spans that ``query`` means."""
        return self._tables.spans(query, limit=limit)
