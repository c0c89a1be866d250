"""What never leaves a library's system: notes that MARC 21 calls private, and local fields.

MARC 21 541, 561 and 583: first indicator 0 is private. 59X are local notes, 9XX local fields
(MARC 21, introduction to the bibliographic format); 952 is how Koha keeps holdings, so it goes,
without its nonpublic note. Tags of MARC 21 are three digits, so those with a letter are a system's
own (Aleph's CAT with the names of its cataloguers, LKR, Alma's AVA) and stay too. ``$x`` is the
nonpublic note of a holdings field (MARC 21 852, 866).
"""

import re
from functools import lru_cache

from interop.marc import legal
from interop.marc.iso2709 import decode, encode
from interop.marc.record import DataField, Field, MarcRecord

_NOTES = frozenset({"541", "561", "583"})
_HOLDINGS = frozenset({"852", "866", "867", "868", "952"})


def is_private(field: Field) -> bool:
    """Whether the whole field stays, also as the other script of such a field (880)."""
    tag = field[0]
    if tag == "880" and isinstance(field, DataField):
        tag = field.first("6")[:3]
    if tag in _NOTES:
        return isinstance(field, DataField) and field.ind1 == "0"
    return is_local(tag)


@lru_cache(maxsize=1 << 10)
def is_local(tag: str) -> bool:
    """Whether ``tag`` is none of MARC 21's, but of a system or a library."""
    if tag.isdigit():
        return tag[:2] == "59" or (tag[:1] == "9" and tag != "952")
    return legal.is_data_tag(tag) or legal.is_control_tag(tag)


def public(record: MarcRecord) -> MarcRecord:
    """``record`` without what stays; the same object when there is nothing of it."""
    kept: list[Field] = []
    for field in record.fields:
        if is_private(field):
            continue
        if field[0] in _HOLDINGS and isinstance(field, DataField):
            subfields = tuple(pair for pair in field.subfields if pair[0] != "x")
            if len(subfields) < len(field.subfields):
                if not subfields:
                    continue
                field = field._replace(subfields=subfields)
        kept.append(field)
    if len(kept) == len(record.fields) and all(
        new is old for new, old in zip(kept, record.fields, strict=True)
    ):
        return record
    return MarcRecord(record.leader, tuple(kept))


# Tags in the directory of canonical bytes that make a closer look necessary.
_SUSPECT = re.compile(
    rb"(?:[^\x1e]{12})*?(?:541|561|583|59.|9..|852|866|867|868|880"
    rb"|[0-9]{0,2}[A-Za-z])",
    re.DOTALL,
)
_LEADER = 24


def public_bytes(data: bytes) -> bytes:
    """Canonical bytes (``interop.marc.iso2709.encode``) without what stays; most are as they were.

    Raises ``MarcError`` for bytes that are no record.
    """
    if _SUSPECT.match(data, _LEADER) is None:
        return data
    record = decode(data)
    kept = public(record)
    return data if kept is record else encode(kept)
