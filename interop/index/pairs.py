"""One document for a library's record and the union record of it alone.

Most publications of a union are of one library, and what the union says of them is that library's
description with other numbers and holdings. Both are analysed and indexed as one, and what each
says by itself stands beside it (``base.Own``). This is a way of writing two records down and means
nothing more: whichever two agree in everything else may share a document.
"""

from collections.abc import Iterable
from dataclasses import replace
from functools import lru_cache

from interop.index import document
from interop.index.base import OWN_KEYS, OWN_TEXTS, Document, Own
from interop.marc import iso2709
from interop.marc.iso2709 import Parts
from interop.marc.private import is_local
from interop.model.record import Stored

Part = tuple[str, str]  # a field: its tag and its canonical text

# Of the source's own control fields and numbers; the union writes others or none.
_NUMBERS = {"001", "003", "005", "035"}


def build(member: Stored, union: Stored) -> Document | None:
    """The document of both; ``None`` when they do not agree, or one cannot be analysed whole."""
    if member.sets != union.sets or member.marc is None or union.marc is None:
        return None
    mine, its = iso2709.trusted(member.marc), iso2709.trusted(union.marc)
    if mine is None or its is None or _kind(mine.leader) != _kind(its.leader):
        return None
    (common, at_home), (others, elsewhere) = _apart(mine), _apart(its)
    if common != others and not _are_one_description(common, others):
        return None
    try:
        shared = document.of_parts(mine.leader, common, member)
        own = document.of_fields(at_home, member), document.of_fields(elsewhere, union)
    except Exception:  # each for itself it is known which access point is at fault
        return None
    if any(each.keys.keys() - OWN_KEYS or each.texts.keys() - OWN_TEXTS for each in own):
        return None
    return _with_own(shared, *own)


def _kind(leader: str) -> tuple[str, str]:
    """Without lengths, which are not of the description (MARC 21 leader 00-04 and 12-16)."""
    return leader[5:12], leader[17:]


def _apart(parts: Parts) -> tuple[list[Part], list[Part]]:
    """The fields of the description, and those of the record alone."""
    common: list[Part] = []
    own: list[Part] = []
    for part in zip(parts.tags, parts.bodies, strict=True):
        (own if _is_own(part[0]) else common).append(part)
    return common, own


@lru_cache(maxsize=1 << 10)
def _is_own(tag: str) -> bool:
    """Whether a field tells of the record, of a library's notes or of its copies."""
    return (
        tag in _NUMBERS
        or is_local(tag)
        or tag == "952"
        or "852" <= tag <= "855"
        or "857" <= tag <= "878"
    )


def _are_one_description(common: list[Part], others: list[Part]) -> bool:
    """Whether fields are the same in another order. The union puts them in that of their hundreds,
    which changes no more than what comes first, and is sorted by.
    """
    return sorted(common) == sorted(others) and _sorted_by(common) == _sorted_by(others)


def _sorted_by(fields: Iterable[Part]) -> list[Part]:
    """Fields of which the first gives a sort key: titles, names, and both in other scripts."""
    return [field for field in fields if field[0][:1] in "127" or field[0] == "880"]


def _with_own(shared: Document, mine: Document, its: Document) -> Document:
    """``shared`` and what is in one record alone. Keys stand with each record whole: facets count
    the values of one access point in one place.
    """
    common = {ap: keys for ap, keys in shared.keys.items() if ap not in OWN_KEYS}
    pair = (_beside(shared, mine), _beside(shared, its))
    return replace(shared, keys=common, pair=pair)


def _beside(shared: Document, own: Document) -> Own:
    keys = {
        ap: tuple(dict.fromkeys((*shared.keys.get(ap, ()), *own.keys.get(ap, ()))))
        for ap in OWN_KEYS
        if ap in shared.keys or ap in own.keys
    }
    return Own(own.rid, own.database, own.texts, own.exact, keys)
