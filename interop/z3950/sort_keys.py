"""What a Sort request sorts by: SortKeySpec (Z39.50-1995 section 3.2.7 and its ASN.1)."""

from dataclasses import dataclass
from enum import IntEnum

from interop.query import rpn
from interop.z3950 import ber
from interop.z3950.asn1 import (
    OCTETS,
    OID,
    TEXT,
    Sequence,
    Type,
    choice,
    element,
    sequence,
    sequence_of,
    sequence_type,
)
from interop.z3950.ber import BerError, Element
from interop.z3950.common import SPECIFICATION, Specification
from interop.z3950.type1 import ATTRIBUTES, UnservedQuery


@sequence
class SortAttributes(Sequence):
    """
    sortAttributes SEQUENCE { id AttributeSetId, list AttributeList }            -- list: [44]
    """

    id: str = element(ber.OBJECT_IDENTIFIER, OID)
    list: tuple[rpn.Attribute, ...] | UnservedQuery = element(44, ATTRIBUTES, default=())


# SortKey ::= CHOICE { sortfield       [0] IMPLICIT InternationalString,
#                      elementSpec     [1] IMPLICIT Specification,
#                      sortAttributes  [2] IMPLICIT SEQUENCE { ... } }
SortKey = str | Specification | SortAttributes
SORT_KEY: Type[SortKey] = choice(
    "SortKey",
    (0, TEXT, str),
    (1, SPECIFICATION, Specification),
    (2, sequence_type(SortAttributes), SortAttributes),
)


@dataclass(frozen=True, slots=True)
class DatabaseSpecific:
    """datbaseSpecific [sic] of SortElement, which is not served: what is in it is not kept."""


class SortRelation(IntEnum):
    """sortRelation: which way, and by what."""

    ASCENDING = 0
    DESCENDING = 1
    ASCENDING_BY_FREQUENCY = 3
    DESCENDING_BY_FREQUENCY = 4


CASE_SENSITIVE, CASE_INSENSITIVE = 0, 1


class MissingValue(IntEnum):
    """missingValueAction without data: abort [1], null [2]."""

    ABORT = 1
    NULL = 2


@dataclass(frozen=True, slots=True)
class SortKeySpec:
    """
    SortKeySpec ::= SEQUENCE {
        sortElement         CHOICE { generic [1] SortKey, datbaseSpecific [2] ... },
        sortRelation        [1] IMPLICIT INTEGER,     -- 0, 1, 3, 4
        caseSensitivity     [2] IMPLICIT INTEGER,     -- 0 sensitive, 1 insensitive
        missingValueAction  [3] CHOICE { abort [1] IMPLICIT NULL, null [2] IMPLICIT NULL,
                                         missingValueData [3] IMPLICIT OCTET STRING } OPTIONAL }

    The first element shares its tags with the two that follow, so it is told by its place.
    ``missing_value`` is octets for missingValueData.
    """

    sort_element: SortKey | DatabaseSpecific
    sort_relation: int = SortRelation.ASCENDING
    case_sensitivity: int = CASE_INSENSITIVE
    missing_value: MissingValue | bytes | None = None


def _decode(element: Element) -> SortKeySpec:
    children = element.children()
    if not children or children[0].tag not in (1, 2):
        raise BerError("SortKeySpec without its element", element.offset)
    first, *others = children
    rest = {child.tag: child for child in others}
    return SortKeySpec(
        SORT_KEY.decode(first.only()) if first.tag == 1 else DatabaseSpecific(),
        rest[1].integer() if 1 in rest else SortRelation.ASCENDING,
        rest[2].integer() if 2 in rest else CASE_INSENSITIVE,
        _decode_missing(rest[3].only()) if 3 in rest else None,
    )


def _decode_missing(chosen: Element) -> MissingValue | bytes:
    if chosen.tag == 3:
        return chosen.octets()
    if chosen.tag not in (1, 2):
        raise BerError("no such missingValueAction", chosen.offset)
    return MissingValue(chosen.tag)


def _encode(tag: int, spec: SortKeySpec) -> bytes:
    if isinstance(spec.sort_element, DatabaseSpecific):
        raise TypeError("a database-specific sort key was not kept and cannot be sent")
    parts = [
        ber.constructed(1, SORT_KEY.encode(0, spec.sort_element)),
        ber.integer(1, spec.sort_relation),
        ber.integer(2, spec.case_sensitivity),
    ]
    missing = spec.missing_value
    if isinstance(missing, bytes):
        parts.append(ber.constructed(3, OCTETS.encode(3, missing)))
    elif missing is not None:
        parts.append(ber.constructed(3, ber.null(missing)))
    return ber.constructed(tag, *parts)


def _show(spec: SortKeySpec) -> str:
    key = spec.sort_element
    shown = "database-specific" if isinstance(key, DatabaseSpecific) else SORT_KEY.show(key)
    missing = spec.missing_value
    action = "" if missing is None else f" missing={getattr(missing, 'name', missing)}"
    return f"({shown} relation={int(spec.sort_relation)} case={spec.case_sensitivity}{action})"


SORT_KEY_SPEC: Type[SortKeySpec] = Type(ber.SEQUENCE, _decode, _encode, _show)
SORT_SEQUENCE = sequence_of(SORT_KEY_SPEC)
