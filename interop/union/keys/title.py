"""Title, author, year and publisher, where there is no ISBN. All four, or no key."""

from interop.union.keys._base import MatchKey
from interop.union.publication import Publication


def _keys(publication: Publication) -> tuple[str, ...]:
    elements = (
        publication.title,
        publication.author,
        publication.year,
        publication.publisher,
    )
    if publication.isbns or not all(elements):
        return ()
    return ("|".join((*map(str, elements), publication.volume, publication.carrier)),)


MATCH_KEY = MatchKey(version=1, keys=_keys)
