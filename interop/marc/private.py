"""What never leaves a library's system: notes that MARC 21 calls private, and local fields.

MARC 21 541, 561 and 583: first indicator 0 is private. 59X are local notes, 9XX local fields
(MARC 21, introduction to the bibliographic format); 952 is how Koha keeps holdings, so it goes,
without its nonpublic note. Tags of MARC 21 are three digits, so those with a letter are a system's
own (Aleph's CAT with the names of its cataloguers, LKR, Alma's AVA) and stay too. ``$x`` is the
nonpublic note of a holdings field (MARC 21 852, 866).
"""

from functools import lru_cache

from interop.marc import legal
from interop.marc.cut import Cut
from interop.marc.record import DataField, Field, MarcRecord

NOTES = frozenset({"541", "561", "583"})
HOLDINGS = frozenset({"852", "866", "867", "868", "952"})


def is_private(field: Field) -> bool:
    """Whether the whole field stays, also as the other script of such a field (880)."""
    tag = field[0]
    if tag == "880" and isinstance(field, DataField):
        tag = field.first("6")[:3]
    if tag in NOTES:
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
        if field[0] in HOLDINGS and isinstance(field, DataField):
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


# All of three digits that are local.
LOCAL_TAGS = frozenset(tag for n in range(10, 1000) if is_local(tag := f"{n:03}"))

# As they stand in a directory: fields that stay, and those of which a part may.
_LOCAL_TAGS = frozenset(tag.encode() for tag in LOCAL_TAGS)
_DOUBTFUL_TAGS = frozenset(tag.encode() for tag in (*NOTES, *HOLDINGS, "880"))
_SUSPECT_TAGS = _LOCAL_TAGS | _DOUBTFUL_TAGS


def public_cut(parts: Cut) -> Cut:
    """As ``public``, for a record that was only cut."""
    leader, tags, content, controls = parts
    if _SUSPECT_TAGS.isdisjoint(tags):
        return parts
    kept: list[tuple[bytes, bytes]] = []
    for tag, body in zip(tags, content.split(b"\x1e"), strict=True):
        if tag in _LOCAL_TAGS:
            continue
        if tag in _DOUBTFUL_TAGS and not (body := _public_body(tag, body)):
            continue
        kept.append((tag, body))
    bodies = b"\x1e".join([body for _, body in kept])
    return Cut(leader, tuple([tag for tag, _ in kept]), bodies, controls)


def _public_body(tag: bytes, body: bytes) -> bytes:
    """A field with one of the doubtful tags, without what stays; empty when it stays whole."""
    indicators, *subfields = body.split(b"\x1f")
    meant = tag.decode()
    if tag == b"880":
        link = next((each for each in subfields if each[:1] == b"6"), b"")
        meant = link[1:].decode()[:3]
    if indicators[:1] == b"0" if meant in NOTES else is_local(meant):
        return b""
    if meant not in HOLDINGS or tag == b"880":
        return body
    shown = [each for each in subfields if each[:1] != b"x"]
    return b"\x1f".join((indicators, *shown)) if shown or not subfields else b""
