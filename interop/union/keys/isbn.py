"""ISBN with volume, year and carrier: a number used again for a reprint or another volume of a
set does not join them.
"""

from interop.union.keys._base import MatchKey
from interop.union.publication import Publication


def _keys(publication: Publication) -> tuple[str, ...]:
    year = publication.year or ""
    return tuple(
        f"{isbn}|{publication.volume}|{year}|{publication.carrier}" for isbn in publication.isbns
    )


MATCH_KEY = MatchKey(version=1, keys=_keys)
