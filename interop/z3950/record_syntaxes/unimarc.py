"""UNIMARC, 1.2.840.10003.5.1: a real conversion of the record, in UTF-8.

100 $a/26-29 says that it is UTF-8; there is no MARC-8 in UNIMARC, so a negotiated MARC-8 does not
reach it. One element set, as for MARC 21.
"""

import logging
from collections.abc import Sequence

from interop.diagnostics import Diagnostic
from interop.marc.iso2709 import decode, fits
from interop.marc.to_unimarc import encode
from interop.model.record import Stored
from interop.z3950.record_syntaxes._base import Composition, Packed, RecordSyntax, Render

OID = "1.2.840.10003.5.1"
log = logging.getLogger(__name__)


def pack(
    records: Sequence[Stored], composition: Composition, _: Render
) -> list[Packed | Diagnostic]:
    """One octet string each; too large for ISO 2709's lengths is diagnostic 17."""
    return [_pack(record) for record in records]


def _pack(record: Stored) -> Packed | Diagnostic:
    if record.marc is None:
        return Diagnostic("record_not_in_syntax", OID)
    try:
        octets = encode(decode(record.marc))
    except Exception:  # a fault of ours in the conversion costs one record, never a page
        log.exception("%s cannot be written as UNIMARC", record.id)
        return Diagnostic("record_not_in_syntax", OID)
    if not fits(octets):
        return Diagnostic("record_too_large", f"{len(octets)} octets do not fit ISO 2709")
    return Packed(octets=octets)


RECORD_SYNTAX = RecordSyntax((OID,), pack, as_stored=lambda composition: False)
