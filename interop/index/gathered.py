"""What documents have for the tables: their words, headings and sort keys, without themselves.

A batch is gathered part by part, so that no document need be kept until its end.
"""

from collections import defaultdict
from collections.abc import Sequence
from typing import TypeAlias

from interop.index.base import Document

FOLDED, EXACT = 1, 2  # words without marks, and keys; with the marks that stand in records
BOTH = FOLDED | EXACT
YEARS = 0

Words: TypeAlias = dict[tuple[str, int], set[str]]  # by access point and forms


class Gathered:
    """``headings``: access point -> heading -> how a person reads it, from the last record that has
    it. ``sorts``: row ids and their sort keys. ``deleted``: row ids that are gone.
    """

    def __init__(self) -> None:
        self.headings: dict[str, dict[str, str]] = {}
        self.sorts: list[tuple[tuple[int, ...], dict[str, bytes]]] = []
        self.deleted: list[int] = []
        self._words: defaultdict[tuple[str, int], set[str]] = defaultdict(set)

    def add(self, documents: Sequence[Document], deleted: Sequence[int]) -> None:
        for document in documents:
            self._add_words(document)
            for ap, displays in document.displays.items():
                found = self.headings.setdefault(ap, {})
                found.update(zip(map(" ".join, document.exact[ap]), displays, strict=True))
            self.sorts.append((document.rids, document.sort))
        self.deleted += deleted

    def _add_words(self, document: Document) -> None:
        words = self._words
        for part in (document, *(document.pair or ())):
            for ap, repetitions in part.texts.items():
                marked = part.exact.get(ap, ())
                if marked == repetitions:  # nearly always one object, or of the same
                    words[ap, BOTH].update(*repetitions)
                else:
                    words[ap, FOLDED].update(*repetitions)
                    words[ap, EXACT].update(*marked)
            for ap in part.exact.keys() - part.texts.keys():
                words[ap, EXACT].update(*part.exact[ap])
            for ap, keys in part.keys.items():
                words[ap, FOLDED].update(keys)
        for ap, years in document.years.items():
            words[ap, YEARS].update(map(str, years))

    def words(self) -> Words:
        """Each word of an access point once: in both forms, or in the only one."""
        found = self._words
        forms_of: Words = {field: years for field, years in found.items() if field[1] == YEARS}
        for ap in {ap for ap, forms in found if forms != YEARS}:
            folded, exact = found.get((ap, FOLDED), set()), found.get((ap, EXACT), set())
            both = found.get((ap, BOTH), set()) | (folded & exact)
            forms_of[ap, BOTH] = both
            forms_of[ap, FOLDED] = folded - both
            forms_of[ap, EXACT] = exact - both
        return forms_of
