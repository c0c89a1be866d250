"""What a match key is: two records that share one key are the same publication.

One file per family of keys in this package; it defines ``MATCH_KEY``. A key carries its own
discriminators (volume, year, carrier ...), so that records sharing it are compatible by
construction and membership is a pure function of the records: no order, no distance, no float.
"""

from collections.abc import Callable
from dataclasses import dataclass

from interop.union.publication import Publication


@dataclass(frozen=True, slots=True)
class MatchKey:
    """``keys``: the keys of a publication, empty where the family has nothing to go by.

    ``version`` is part of every key, so that keys of two versions of a rule never meet.
    """

    version: int
    keys: Callable[[Publication], tuple[str, ...]]
