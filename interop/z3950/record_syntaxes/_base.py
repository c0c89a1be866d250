"""What a record syntax is: how records of the catalogue are packed into a retrieval record.

One file per syntax in this package; it defines ``RECORD_SYNTAX``. What is there can be asked for by
preferredRecordSyntax at once. Its object identifiers must be rows of ``schemas/z3950/oid.csv``.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from interop.diagnostics import Diagnostic
from interop.marc import marc8
from interop.model.record import Stored
from interop.z3950 import ber
from interop.z3950.common import External

# Records in a schema of the crosswalk registry, as ``Catalogue.render`` gives them.
Render: TypeAlias = Callable[[Sequence[Stored], str], Sequence[bytes | None]]

# Of MARC records and of texts; XML is UTF-8 always.
Charset: TypeAlias = Literal["utf-8", "marc-8"]

FULL = frozenset({"", "f", "full"})
BRIEF = frozenset({"b", "brief"})


@dataclass(frozen=True, slots=True)
class Composition:
    """What is asked of a record: an element set name and a schema (URI, name or dotted OID).

    Empty means that the origin did not say. ``charset``: of MARC records and texts.
    """

    element_set_name: str = ""
    schema: str = ""
    charset: Charset = "utf-8"


@dataclass(frozen=True, slots=True)
class Packed:
    """Content of a retrieval record: octets, or one BER value (Z39.50-1995, REC.0 and appendix 5).

    Exactly one is set, as the syntax demands.
    """

    octets: bytes | None = None
    single: bytes | None = None

    def external(self, oid: str) -> External:
        """As the EXTERNAL of a retrievalRecord."""
        return External(direct_reference=oid, octets=self.octets, single=self.single)


def text(tag: int, value: str, charset: Charset) -> bytes:
    """A string of a record, in the character set of its composition."""
    return ber.primitive(tag, marc8.encode(value)) if charset == "marc-8" else ber.text(tag, value)


Pack: TypeAlias = Callable[[Sequence[Stored], Composition, Render], Sequence["Packed | Diagnostic"]]


@dataclass(frozen=True, slots=True)
class RecordSyntax:
    """``oids``: dotted object identifiers it goes by; records carry the one that was asked for.

    ``pack`` gets live records with their MARC and gives one item for each, in order: a
    ``Diagnostic`` there spoils that record only. It raises ``Diagnostic`` when the composition
    cannot be served at all. ``as_stored`` tells whether packing is no work beyond reading.
    """

    oids: tuple[str, ...]
    pack: Pack
    as_stored: Callable[[Composition], bool]
