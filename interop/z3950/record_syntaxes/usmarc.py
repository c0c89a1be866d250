"""MARC 21 (USMARC), 1.2.840.10003.5.10: the stored ISO 2709 octets, less what never leaves.

They are UTF-8 and leader/09 says so. There is one element set, the full record: that is what
origins get for B, too (MARC 21 has no brief form).
"""

from collections.abc import Sequence

from interop.diagnostics import Diagnostic
from interop.marc.iso2709 import fits
from interop.marc.private import public_bytes
from interop.model.record import Stored
from interop.z3950.record_syntaxes._base import Composition, Packed, RecordSyntax, Render

OID = "1.2.840.10003.5.10"


def pack(records: Sequence[Stored], _: Composition, __: Render) -> list[Packed | Diagnostic]:
    """One octet string each; too large for ISO 2709's lengths is diagnostic 17."""
    return [_pack(record.marc) for record in records]


def _pack(marc: bytes | None) -> Packed | Diagnostic:
    if marc is None:
        return Diagnostic("record_not_in_syntax", OID)
    marc = public_bytes(marc)
    if not fits(marc):
        # Origins trust the five digits of the leader; XML carries such a record.
        return Diagnostic("record_too_large", f"{len(marc)} octets do not fit ISO 2709")
    return Packed(octets=marc)


RECORD_SYNTAX = RecordSyntax((OID,), pack, as_stored=lambda _: True)
