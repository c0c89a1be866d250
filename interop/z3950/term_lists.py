"""What a Scan response lists: terms with their counts (Z39.50-1995 section 3.2.8 and its ASN.1)."""

from interop.query import rpn
from interop.z3950.asn1 import (
    INTEGER,
    OCTETS,
    TEXT,
    Sequence,
    Type,
    choice,
    element,
    explicit,
    sequence,
    sequence_of,
    sequence_type,
)
from interop.z3950.common import (
    DIAG_REC,
    OTHER_INFORMATION,
    DefaultDiagnostic,
    External,
    OtherInformationUnit,
)
from interop.z3950.type1 import ATTRIBUTES, UnservedQuery


@sequence
class TermInfo(Sequence):
    """
    TermInfo ::= SEQUENCE {
        term                 Term,                 -- general [45], or characterString [216]
        displayTerm          [0]  IMPLICIT InternationalString OPTIONAL,
        suggestedAttributes  AttributeList OPTIONAL,                               -- [44]
        alternativeTerm      [4]  ... OPTIONAL,    -- neither sent nor read
        globalOccurrences    [2]  IMPLICIT INTEGER OPTIONAL,
        byAttributes         [3]  ... OPTIONAL,    -- neither sent nor read
        otherTermInfo        OtherInformation OPTIONAL }
    """

    term: bytes | None = element(45, OCTETS, default=None)
    character_string: str | None = element(216, TEXT, default=None)
    display_term: str | None = element(0, TEXT, default=None)
    suggested_attributes: tuple[rpn.Attribute, ...] | UnservedQuery = element(
        44, ATTRIBUTES, default=()
    )
    global_occurrences: int | None = element(2, INTEGER, default=None)
    other_term_info: tuple[OtherInformationUnit, ...] = element(201, OTHER_INFORMATION, default=())


# Entry ::= CHOICE { termInfo [1] IMPLICIT TermInfo, surrogateDiagnostic [2] DiagRec }
ENTRY: Type[TermInfo | DefaultDiagnostic] = choice(
    "Entry",
    (1, sequence_type(TermInfo), TermInfo),
    (2, explicit(DIAG_REC), DefaultDiagnostic),
)


@sequence
class ListEntries(Sequence):
    """
    ListEntries ::= SEQUENCE {
        entries                  [1] IMPLICIT SEQUENCE OF Entry OPTIONAL,
        nonsurrogateDiagnostics  [2] IMPLICIT SEQUENCE OF DiagRec OPTIONAL }
    """

    entries: tuple[TermInfo | DefaultDiagnostic, ...] = element(1, sequence_of(ENTRY), default=())
    nonsurrogate_diagnostics: tuple[DefaultDiagnostic | External, ...] = element(
        2, sequence_of(DIAG_REC), default=()
    )
