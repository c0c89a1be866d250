"""ISBN with volume, year, carrier and the numbers in the title: a number used again for a reprint,
another volume of a set or the next school grade does not join them.
"""

from interop.union.keys._base import MatchKey
from interop.union.publication import Publication


def _keys(publication: Publication) -> tuple[str, ...]:
    year = publication.year or ""
    numbers = " ".join(publication.numbers)
    own = f"{publication.volume}|{year}|{publication.carrier}|{numbers}"
    return tuple(f"{isbn}|{own}" for isbn in publication.isbns)


MATCH_KEY = MatchKey(version=1, keys=_keys)
