"""Resumption tokens: the whole state of a list request, signed, in the client's hands.

The server keeps nothing, so that any worker can serve any page, also after a restart, and the
same token gives the same page. The position is the ``seq`` of the last record delivered, never
an offset: a record that changes during a harvest moves to the end of the list and pushes nothing
over a page border (OAI-PMH 2.0 3.5).

A token is ``payload.signature``: compact JSON in base64url, and an HMAC of that text. The
signature covers the encoded text, so no byte of a token has a second spelling.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from operator import attrgetter

from interop.oai.protocol import OaiError

VERSION = 1  # raised only when the fields change their meaning: older tokens are then refused
LIFETIME = 7 * 24 * 3600  # seconds; a harvest stopped by a weekend or a repair goes on
_STEP = 3600  # seconds in which tokens of one position are the same token
_REMEMBERED = 4096  # tokens
MAX_LENGTH = 500  # characters; longer addresses trouble old clients and proxies
_SIGNATURE = 18  # bytes of HMAC-SHA256 kept: 144 bits, a whole number of base64 characters
_PURPOSE = b"interop OAI-PMH resumptionToken\n"  # the secret may sign other things too


@dataclass(frozen=True, slots=True)
class Position:
    """Where a list request stands.

    ``seq``: of the last record delivered, 0 before the first. ``delivered``: elements sent so far,
    the next page's cursor. ``size``: elements of the complete list, counted for the first page.
    ``issued``: seconds since 1970, see ``issue``. For ListSets ``set_spec`` is the last setSpec
    delivered.
    """

    database: str
    verb: str
    metadata_prefix: str | None = None
    set_spec: str | None = None
    from_: int | None = None
    until: int | None = None
    seq: int = 0
    delivered: int = 0
    size: int = 0
    issued: int = 0

    @property
    def list(self) -> tuple[str | int | None, ...]:
        """What list it is, wherever it stands: verb and format, then what the records are."""
        return (
            self.verb,
            self.metadata_prefix,
            self.database,
            self.set_spec,
            self.from_,
            self.until,
        )


def issue(now: int) -> int:
    """The time of issue that a token made ``now`` says: the end of the hour, so that all harvesters
    of an hour get the same pages, and none has less than ``LIFETIME``."""
    return now + -now % _STEP


class Signer:
    """Writes and reads tokens, and remembers those that it just wrote or verified.

    ``secrets``: the key that signs, shared by all workers and kept over restarts, then keys that
    signed before it and still verify, so that a change of key ends no harvest.
    """

    def __init__(self, secrets: Sequence[bytes]) -> None:
        if not secrets or not all(secrets):
            raise ValueError("a resumption token needs a secret of at least one byte")
        self._secrets = tuple(secrets)
        self.encode = lru_cache(_REMEMBERED)(self._encode)
        self._verified = lru_cache(_REMEMBERED)(self._verify)

    def _encode(self, position: Position) -> str:
        """At most ``MAX_LENGTH`` characters of ``[A-Za-z0-9_.-]``.

        Raises ``ValueError`` when the setSpec is too long for that (about 200 characters).
        """
        text = json.dumps([VERSION, *_fields(position)], separators=(",", ":"))
        payload = _base64url(text.encode())
        token = f"{payload}.{_sign(self._secrets[0], payload)}"
        if len(token) >= MAX_LENGTH:
            raise ValueError(f"setSpec too long for a resumption token: {position.set_spec}")
        return token

    def decode(self, token: str, *, database: str, verb: str, now: int) -> Position:
        """The position that a token holds.

        Raises ``OaiError`` ``badResumptionToken`` when it was not signed here, is of another
        version, verb or repository, or was issued more than ``LIFETIME`` seconds before ``now``.
        """
        position = self._verified(token)
        if (position.database, position.verb) != (database, verb):
            raise OaiError("badResumptionToken", f"The token is not one of {verb} here.")
        if now > position.issued + LIFETIME:
            raise OaiError("badResumptionToken", "The token has expired.")
        return position

    def _verify(self, token: str) -> Position:
        payload, _, signature = token.rpartition(".")
        if not self._signed(payload, signature):
            raise OaiError("badResumptionToken", "This is not a token of this repository.")
        version, *fields = json.loads(base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
        if version != VERSION:
            raise OaiError("badResumptionToken", "The token is of another version.")
        return Position(*fields)

    def _signed(self, payload: str, signature: str) -> bool:
        if not payload.isascii() or not signature.isascii():
            return False
        return any(
            hmac.compare_digest(_sign(secret, payload), signature) for secret in self._secrets
        )


# Field by field: ``dataclasses.astuple`` copies deeply, at twenty times the cost.
_NAMES = tuple(field.name for field in fields(Position))
_fields = attrgetter(*_NAMES)


def _sign(secret: bytes, payload: str) -> str:
    digest = hmac.digest(secret, _PURPOSE + payload.encode("ascii"), hashlib.sha256)
    return _base64url(digest[:_SIGNATURE])


def _base64url(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode("ascii").rstrip("=")
