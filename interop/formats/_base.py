"""What a format is: how to know it, how to cut a file of it into records, how to read one.

One file per format in this package; it defines ``FORMAT``. Files that are loaded and records that
are harvested go through the same ones.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import TypeAlias

from interop.marc.cut import Cut
from interop.marc.record import MarcRecord
from interop.marc.split import Piece

# A record in canonical MARC 21, and the notes of what was repaired or guessed.
Reading: TypeAlias = tuple[MarcRecord, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Format:
    """``name``: of the module, and after ``--format``. ``title``: for people.

    ``detect``: where in the first bytes of a file (without filler at their beginning) the format
    shows itself; ``None``: it does not. The format that shows itself first is taken, and the one of
    higher ``rank`` of two in the same place. ``pieces``: chunks of a file (in UTF-8 where it is
    XML) to the bytes of its records. ``read``: those of one record; raises ``MarcError``, and
    nothing else, with one line that says what is wrong.
    ``roots``: ``{namespace}name`` of the elements that hold one record each, and ``prefixes``:
    under which OAI-PMH servers offer them; neither where it is no XML. ``preference``: which of the
    formats that a server offers is asked for: the highest; 0: never by itself.
    ``cut``: the fields of one record, not even split, if ``read`` would repair nothing in it.
    ``configured``: ``read`` by a table of the source's own, where a format has no fixed tags.
    """

    name: str
    title: str
    detect: Callable[[bytes], int | None]
    pieces: Callable[[Iterable[bytes]], Iterator[Piece]]
    read: Callable[[bytes], Reading]
    rank: int = 0
    roots: tuple[str, ...] = ()
    prefixes: tuple[str, ...] = ()
    preference: int = 0
    cut: Callable[[bytes], Cut | None] | None = None
    configured: Callable[[Mapping[str, str]], Callable[[bytes], Reading]] | None = None
