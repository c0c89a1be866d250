"""ISO 2709 with MARC-8 inside, for systems that know no UCS: leader/09 blank, field 066.

Canonical bytes are UTF-8 (``interop.marc.iso2709``); this is an output format only.
"""

import re

from interop.marc import iso2709, legal, marc8
from interop.marc.record import ControlField, Field, MarcError, MarcRecord

_LEADER = 24
_ENTRY = 12
# Escape sequences that name a set to be told in 066 $c; back to ASCII or ANSEL is not told.
_TOLD = re.compile(rb"\x1b((?:\(|\)|\$)[^BEs])")


def encode(record: MarcRecord) -> bytes:
    """``record`` as ISO 2709 in MARC-8.

    Field 066 names the sets beyond ASCII and ANSEL (MARC 21, 066 $c), and stands only where there
    are such; what the record had there is replaced. Characters that MARC-8 lacks are written as
    ``&#xHHHH;`` (see ``interop.marc.marc8``). Lengths that overflow their digits are written as
    ``iso2709.encode`` writes them. Raises ``MarcError`` for illegal tags, indicators or codes.
    """
    fields = [(field.tag, _body(field)) for field in record.fields if field.tag != "066"]
    told = dict.fromkeys(name for _, body in fields for name in _TOLD.findall(body))
    if told:
        sets = b"".join(b"\x1fc" + name for name in told)
        at = next((at for at, (tag, _) in enumerate(fields) if tag > "066"), len(fields))
        fields.insert(at, ("066", b"  " + sets))
    return _record(legal.leader(record.leader), fields)


def _body(field: Field) -> bytes:
    if isinstance(field, ControlField):
        if not legal.is_control_tag(field.tag):
            raise MarcError(f"{field.tag!r} is no tag of a control field")
        return marc8.encode(field.value)
    tag, ind1, ind2, subfields = field
    if not legal.is_data_tag(tag) or not {ind1, ind2} <= legal.INDICATORS:
        raise MarcError(f"field {tag!r} has an illegal tag or indicator")
    if not legal.CODES.issuperset(code for code, _ in subfields):
        raise MarcError(f"field {tag} has an illegal subfield code")
    pieces = [f"\x1f{code}".encode() + marc8.encode(value) for code, value in subfields]
    return (ind1 + ind2).encode() + b"".join(pieces)


def _record(leader: str, fields: list[tuple[str, bytes]]) -> bytes:
    """Leader (9 blank: MARC-8), directory and fields."""
    entries: list[str] = []
    start = 0
    for tag, body in fields:
        length = len(body) + 1
        entries.append(
            f"{tag}{min(length, iso2709.LONGEST_FIELD):04}{min(start, iso2709.LONGEST_RECORD):05}"
        )
        start += length
    base = _LEADER + _ENTRY * len(entries) + 1
    total = min(base + start + 1, iso2709.LONGEST_RECORD)
    head = f"{total:05}{leader[5:9]} 22{min(base, iso2709.LONGEST_RECORD):05}{leader[17:]}"
    content = b"".join([body + iso2709.FIELD_TERMINATOR for _, body in fields])
    return (
        (head + "".join(entries)).encode()
        + iso2709.FIELD_TERMINATOR
        + content
        + iso2709.RECORD_TERMINATOR
    )
