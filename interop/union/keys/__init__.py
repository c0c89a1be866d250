"""Match keys, found by file (see ``_base``)."""

from hashlib import blake2b

from interop.marc.record import MarcRecord
from interop.registry import discover
from interop.union.keys._base import MatchKey
from interop.union.publication import LOOKED_AT, publication

MATCH_KEYS: dict[str, MatchKey] = discover("interop.union.keys", "MATCH_KEY", MatchKey)


def keys_of(record: MarcRecord) -> frozenset[str]:
    """All match keys of a record: ``family:version:digest``, 128 bits of the key's text."""
    looked_at = tuple([field for field in record.fields if field[0] in LOOKED_AT])
    features = publication(MarcRecord(record.leader, looked_at))
    return frozenset(
        f"{name}:{family.version}:{blake2b(key.encode(), digest_size=16).hexdigest()}"
        for name, family in MATCH_KEYS.items()
        for key in family.keys(features)
    )
