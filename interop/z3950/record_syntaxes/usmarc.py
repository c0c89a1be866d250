"""MARC 21 (USMARC), 1.2.840.10003.5.10: the stored ISO 2709 octets, less what never leaves.

They are UTF-8 and leader/09 says so. There is one element set, the full record: that is what
origins get for B, too (MARC 21 has no brief form).
"""

from collections.abc import Sequence

from interop.diagnostics import Diagnostic
from interop.marc import iso2709_marc8
from interop.marc.iso2709 import decode, fits
from interop.marc.record import MarcError
from interop.model.record import Stored
from interop.z3950.record_syntaxes._base import Composition, Packed, RecordSyntax, Render

OID = "1.2.840.10003.5.10"


def pack(
    records: Sequence[Stored], composition: Composition, _: Render
) -> list[Packed | Diagnostic]:
    """One octet string each; too large for ISO 2709's lengths is diagnostic 17."""
    if composition.charset == "marc-8":
        return [_pack(in_marc8(record)) for record in records]
    return [_pack(record.marc) for record in records]


def in_marc8(record: Stored) -> bytes | Diagnostic | None:
    """The record in MARC-8."""
    try:
        return record.marc and iso2709_marc8.encode(decode(record.marc))
    except MarcError as error:
        return Diagnostic("record_system_error", str(error))


def _pack(marc: bytes | Diagnostic | None) -> Packed | Diagnostic:
    if isinstance(marc, Diagnostic):
        return marc
    if marc is None:
        return Diagnostic("record_not_in_syntax", OID)
    if not fits(marc):
        # Origins trust the five digits of the leader; XML carries such a record.
        return Diagnostic("record_too_large", f"{len(marc)} octets do not fit ISO 2709")
    return Packed(octets=marc)


RECORD_SYNTAX = RecordSyntax(
    (OID,), pack, as_stored=lambda composition: composition.charset == "utf-8"
)
