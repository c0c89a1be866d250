"""MARC 21 Format for Holdings Data: 852 and what belongs to it, in a record of its own or inside a
bibliographic one.

852 says where; 853-855 with 863-865 say in parts, 866-868 in words what is held; 876-878 name the
items. They belong to the 852 that they follow, and to the only one there is wherever they stand.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from interop.marc.items import joined
from interop.marc.record import DataField
from interop.model.holding import Holding

CAPTIONS = ("853", "854", "855")
PARTS = ("863", "864", "865")
WORDS = ("866", "867", "868")
ITEMS = ("876", "877", "878")
TAGS = frozenset((*CAPTIONS, *PARTS, *WORDS, *ITEMS))
# What parts of the second and third kind are: 854 and 867 supplements, 855 and 868 indexes.
_KINDS = {"867": "Supplements: ", "868": "Indexes: ", "864": "Supplements: ", "865": "Indexes: "}
# 876 $j as systems write it; the subfield itself is free text.
_AVAILABLE = {
    "available": True, "on shelf": True, "not charged": True, "checked out": False,
    "charged": False, "on loan": False, "lost": False, "missing": False, "withdrawn": False,
    "in transit": False, "not available": False, "unavailable": False,
}  # fmt: skip


def expanded(place: Holding, fields: Sequence[DataField], captions: dict[str, DataField]
             ) -> Iterator[Holding]:  # fmt: skip
    """The items at ``place``, or the place itself where none is named, with what is held there.

    ``fields``: those that belong to it, in order; ``captions``: 853-855 by tag and link number.
    """
    summary = "; ".join(_summaries(fields, captions))
    notes = [joined(field, "z") for field in fields if field.tag in WORDS]
    note = " ".join(filter(None, (place.note, *notes)))
    whole = replace(place, summary=summary or place.summary, note=note)
    items = [field for field in fields if field.tag in ITEMS]
    for field in items:
        yield _item(whole, field)
    if not items:
        yield whole


def captions_of(fields: Sequence[DataField]) -> dict[str, DataField]:
    """853-855 by ``86`` + last digit of the tag + link number: what the parts name in ``$8``."""
    found = {}
    for field in fields:
        if field.tag in CAPTIONS:
            number = field.first("8").partition(".")[0].strip()
            found[f"{int(field.tag) + 10} {number}"] = field
    return found


def _summaries(fields: Sequence[DataField], captions: dict[str, DataField]) -> Iterator[str]:
    """Words where there are words, else the parts under their captions (Z39.71)."""
    words = [field for field in fields if field.tag in WORDS and joined(field, "a")]
    for field in words:
        yield _KINDS.get(field.tag, "") + joined(field, "a")
    if words:
        return
    for field in fields:
        if field.tag in PARTS:
            number = field.first("8").partition(".")[0].strip()
            if text := _part(field, captions.get(f"{field.tag} {number}")):
                yield _KINDS.get(field.tag, "") + text


def _part(field: DataField, caption: DataField | None) -> str:
    """``v.1:no.2-v.3:no.4 (1999:Jan.)``: enumeration in ``$a-h``, chronology in ``$i-m``."""
    levels = [(_caption(caption, code), value.strip()) for code, value in field.subfields
              if code in "abcdefgh" and value.strip()]  # fmt: skip
    starts = [f"{words}{value.partition('-')[0]}" for words, value in levels]
    ends = [f"{words}{value.partition('-')[2]}" for words, value in levels if "-" in value]
    text = ":".join(starts)
    if any("-" in value for _, value in levels):
        text += "-" + ":".join(end for end in ends)
    dates = [value.strip() for value in field.values("ijklm") if value.strip()]
    if dates:
        text = f"{text} ({':'.join(dates)})" if text else ":".join(dates)
    return text


def _caption(caption: DataField | None, code: str) -> str:
    """A caption is not shown where it is in parentheses (853 ``$a-h``)."""
    text = caption.first(code).strip() if caption is not None else ""
    return "" if not text or text.startswith("(") else text


def _item(whole: Holding, field: DataField) -> Holding:
    status = field.first("j").strip()
    parts = joined(field, "3")
    note = " ".join(filter(None, (whole.note, joined(field, "z"))))
    return replace(
        whole,
        item=field.first("p").strip() or field.first("a").strip() or whole.item,
        copy=field.first("t").strip() or whole.copy,
        status=status or whole.status,
        note=note,
        location=field.first("l").strip() or whole.location,
        enumeration=parts or whole.enumeration,
        available=_AVAILABLE.get(re.sub(r"[.\s]+", " ", status.lower()).strip(), whole.available),
        restrictions=joined(field, "h") or whole.restrictions,
    )
