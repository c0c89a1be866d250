"""OAI identifiers: ``oai:<domain>:<database>/<local id>`` (OAI identifier format, 2.1)."""

import re
from collections.abc import Sequence

from interop.model.record import RecordId

# RFC 3986 unreserved characters and those of its pchar that the OAI identifier schema allows in
# the local part (oai-identifier.xsd, sampleIdentifierType); everything else is percent-encoded.
_PLAIN = re.compile(r"[A-Za-z0-9\-_.!~*'();/?:@&=+$,]+")
_OTHER = re.compile(rb"[^A-Za-z0-9\-_.!~*'();/?:@&=+$,]")

_RESERVED = re.compile("[^A-Za-z0-9._~-]")


def write(domain: str, id: RecordId) -> str:
    """The identifier of a record of the node with this ``domain``."""
    return f"oai:{domain}:{id.database}/{_quote(id.local)}"


def write_all(domain: str, ids: Sequence[RecordId]) -> list[str]:
    """The identifiers of a page of a list, which has hundreds: looked through at once."""
    if _PLAIN.fullmatch("".join([id.local for id in ids])) is None:
        return [write(domain, id) for id in ids]
    return [f"oai:{domain}:{database}/{local}" for database, local in ids]


def read(domain: str, text: str) -> RecordId | None:
    """The record that an identifier of the node names, or ``None`` for any text that ``write``
    cannot have written."""
    prefix = f"oai:{domain}:"
    database, slash, local = text.removeprefix(prefix).partition("/")
    if not text.startswith(prefix) or not slash or not local:
        return None
    plain = _unquote(local)
    return RecordId(database, plain) if plain is not None and _quote(plain) == local else None


def _quote(local: str) -> str:
    if _PLAIN.fullmatch(local):  # nearly all are, and a page of a list has hundreds
        return local
    octets = local.encode("utf-8", "surrogatepass")
    return _OTHER.sub(lambda match: b"%%%02X" % ord(match[0]), octets).decode("ascii")


def _unquote(text: str) -> str | None:
    octets = re.sub(
        rb"%([0-9A-Fa-f]{2})",
        lambda match: bytes((int(match[1], 16),)),
        text.encode("utf-8", "surrogatepass"),
    )
    try:
        return octets.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return None


def in_a_query(identifier: str) -> str:
    """``identifier`` as a value in the query of an address (RFC 3986 2.3)."""
    return _RESERVED.sub(
        lambda match: "".join(f"%{octet:02X}" for octet in match[0].encode("utf-8")), identifier
    )
