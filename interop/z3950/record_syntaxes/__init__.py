"""Record syntaxes, found by file (see ``_base``)."""

from interop.registry import discover
from interop.z3950.record_syntaxes._base import Charset, Composition, Packed, RecordSyntax

__all__ = [
    "RECORD_SYNTAXES",
    "USMARC",
    "Charset",
    "Composition",
    "Packed",
    "RecordSyntax",
    "by_oid",
]

RECORD_SYNTAXES: dict[str, RecordSyntax] = discover(
    "interop.z3950.record_syntaxes", "RECORD_SYNTAX", RecordSyntax
)
USMARC = RECORD_SYNTAXES["usmarc"].oids[0]  # when nobody asks
_BY_OID = {oid: syntax for syntax in RECORD_SYNTAXES.values() for oid in syntax.oids}


def by_oid(oid: str) -> RecordSyntax | None:
    """The syntax that an origin names by its object identifier."""
    return _BY_OID.get(oid)
