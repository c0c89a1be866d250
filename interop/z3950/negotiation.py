"""Character set and language negotiation-3 (1.2.840.10003.15.3): proposal and answer.

All our records and messages are UTF-8. So UTF-8 is agreed to when it is among the proposals, for
records too (recordsInSelectedCharSets TRUE); any other set is declined, never silently ignored.
"""

from collections.abc import Iterable

from interop.z3950 import ber
from interop.z3950.apdu import External, OtherInformationUnit
from interop.z3950.asn1 import (
    BOOLEAN,
    OID,
    TEXT,
    Sequence,
    Type,
    element,
    sequence,
    sequence_of,
    sequence_type,
)
from interop.z3950.ber import BerError, Element

CHARSET_3 = "1.2.840.10003.15.3"
UTF_8 = "1.0.10646.1.0.8"
ENGLISH = "eng"  # the language of our diagnostics, as in MARC 21


@sequence
class Iso10646(Sequence):
    """
    Iso10646 ::= SEQUENCE {
        collections    [1] IMPLICIT OBJECT IDENTIFIER OPTIONAL,
        encodingLevel  [2] IMPLICIT OBJECT IDENTIFIER }
    """

    collections: str | None = element(1, OID, default=None)
    encoding_level: str = element(2, OID)


def _decode_set(element: Element) -> Iso10646 | None:
    return ISO_10646.decode(element) if element.tag == 2 else None


def _encode_set(_: int, chosen: Iso10646 | None) -> bytes:
    return ber.null(4) if chosen is None else ISO_10646.encode(2, chosen)


ISO_10646 = sequence_type(Iso10646)
# CHOICE { iso2022 [1], iso10646 [2], private [3], none [4] IMPLICIT NULL }; to us, all but
# ISO 10646 are the same: ``None``.
CHARACTER_SET: Type[Iso10646 | None] = Type(2, _decode_set, _encode_set)


@sequence
class OriginProposal(Sequence):
    """
    OriginProposal ::= SEQUENCE {
        proposedCharSets           [1] IMPLICIT SEQUENCE OF CHOICE { ... } OPTIONAL,
        proposedlanguages          [2] IMPLICIT SEQUENCE OF LanguageCode OPTIONAL,
        recordsInSelectedCharSets  [3] IMPLICIT BOOLEAN DEFAULT FALSE }
    """

    proposed_char_sets: tuple[Iso10646 | None, ...] = element(
        1, sequence_of(CHARACTER_SET), default=()
    )
    proposed_languages: tuple[str, ...] = element(2, sequence_of(TEXT), default=())
    records_in_selected_char_sets: bool | None = element(3, BOOLEAN, default=None)


def _decode_selected(element: Element) -> tuple[Iso10646 | None]:
    return (CHARACTER_SET.decode(element.only()),)


def _encode_selected(tag: int, selected: tuple[Iso10646 | None]) -> bytes:
    return ber.constructed(tag, CHARACTER_SET.encode(2, selected[0]))


@sequence
class TargetResponse(Sequence):
    """
    TargetResponse ::= SEQUENCE {
        selectedCharSets           [1] CHOICE { ..., none [4] IMPLICIT NULL } OPTIONAL,
        selectedLanguage           [2] IMPLICIT LanguageCode OPTIONAL,
        recordsInSelectedCharSets  [3] IMPLICIT BOOLEAN DEFAULT FALSE }

    Each is present when the proposal has its counterpart. The selected set is a tuple of one,
    because ``None`` in it is a choice (none) and not an absence.
    """

    selected_char_sets: tuple[Iso10646 | None] | None = element(
        1, Type(1, _decode_selected, _encode_selected), default=None
    )
    selected_language: str | None = element(2, TEXT, default=None)
    records_in_selected_char_sets: bool | None = element(3, BOOLEAN, default=None)


PROPOSAL = sequence_type(OriginProposal, 1)
RESPONSE = sequence_type(TargetResponse, 2)


def proposal(other_info: Iterable[OtherInformationUnit]) -> OriginProposal | None:
    """The proposal among an Init's other information, if there is one that can be read."""
    for unit in other_info:
        external = unit.externally_defined_info
        if external and external.direct_reference == CHARSET_3 and external.single:
            try:
                return PROPOSAL.decode(ber.parse(external.single))
            except BerError:
                return None
    return None


def answer(proposed: OriginProposal) -> OtherInformationUnit:
    """What goes into the InitializeResponse."""
    response = select(proposed)
    return OtherInformationUnit(
        externally_defined_info=External(
            direct_reference=CHARSET_3, single=RESPONSE.encode(2, response)
        )
    )


def select(proposed: OriginProposal) -> TargetResponse:
    """UTF-8 and English where they are proposed."""
    sets = proposed.proposed_char_sets
    agreed = next((s for s in sets if s is not None and s.encoding_level == UTF_8), None)
    records = proposed.records_in_selected_char_sets
    return TargetResponse(
        selected_char_sets=(agreed,) if sets else None,
        selected_language=ENGLISH if ENGLISH in proposed.proposed_languages else None,
        records_in_selected_char_sets=None if records is None else agreed is not None,
    )
