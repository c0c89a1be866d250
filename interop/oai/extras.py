"""What a repository may say beyond the least that the protocol asks: a stylesheet for people,
further descriptions of itself, and what is known about a record's metadata.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from interop.model.record import Stored


def _no_descriptions(database: str) -> Sequence[bytes]:
    return ()


def _nothing_about(records: Sequence[Stored], prefix: str) -> Sequence[Sequence[bytes]]:
    return [()] * len(records)


@dataclass(frozen=True, slots=True)
class Extras:
    """Elements are whole ones as UTF-8 bytes, with their own namespace and schemaLocation.

    ``stylesheet``: address of an XSLT for browsers, none where empty. ``descriptions``: database
    to contents of ``description`` (OAI-PMH 2.0 4.2). ``about``: records and the metadataPrefix in
    which they are shown to contents of ``about`` (2.5), in order; asked for a page at once, and
    not used for deleted records. Pages are kept by the records' ``seq``: what ``about`` says of a
    record changes only when the record does.
    """

    stylesheet: str = ""
    descriptions: Callable[[str], Sequence[bytes]] = _no_descriptions
    about: Callable[[Sequence[Stored], str], Sequence[Sequence[bytes]]] = _nothing_about


NO_EXTRAS = Extras()
