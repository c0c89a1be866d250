"""Character set and language negotiation-3 (1.2.840.10003.15.3): proposal and answer.

UTF-8, or MARC-8 as a private set, is agreed to when it is among the proposals, for records too
(recordsInSelectedCharSets TRUE); any other set is declined, never silently ignored.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from interop.z3950 import ber
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
from interop.z3950.common import EXTERNAL, External, OtherInformationUnit
from interop.z3950.record_syntaxes import Charset

CHARSET_3 = "1.2.840.10003.15.3"
UTF_8 = "1.0.10646.1.0.8"
_MARC_8 = ("marc-8", "marc8", "ansel")
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


@dataclass(frozen=True, slots=True)
class Private:
    """PrivateCharacterSet: externallySpecified, as YAZ sends the name of any other set."""

    external: External

    @property
    def name(self) -> str:
        return (self.external.octets or b"").decode("ascii", "replace")


CharacterSet = Iso10646 | Private
ISO_10646 = sequence_type(Iso10646)
_EXTERNALLY = 2  # of PrivateCharacterSet: viaOid [1], externallySpecified [2], previously [3]


def _decode_set(element: Element) -> CharacterSet | None:
    if element.tag == 2:
        return ISO_10646.decode(element)
    if element.tag == 3 and (inner := element.only()).tag == _EXTERNALLY:
        return Private(EXTERNAL.decode(inner))
    return None


def _encode_set(_: int, chosen: CharacterSet | None) -> bytes:
    if chosen is None:
        return ber.null(4)
    if isinstance(chosen, Private):
        return ber.constructed(3, EXTERNAL.encode(_EXTERNALLY, chosen.external))
    return ISO_10646.encode(2, chosen)


# CHOICE { iso2022 [1], iso10646 [2], private [3], none [4] IMPLICIT NULL }; what we have no use
# for is ``None``.
CHARACTER_SET: Type[CharacterSet | None] = Type(2, _decode_set, _encode_set)


@sequence
class OriginProposal(Sequence):
    """
    OriginProposal ::= SEQUENCE {
        proposedCharSets           [1] IMPLICIT SEQUENCE OF CHOICE { ... } OPTIONAL,
        proposedlanguages          [2] IMPLICIT SEQUENCE OF LanguageCode OPTIONAL,
        recordsInSelectedCharSets  [3] IMPLICIT BOOLEAN DEFAULT FALSE }
    """

    proposed_char_sets: tuple[CharacterSet | None, ...] = element(
        1, sequence_of(CHARACTER_SET), default=()
    )
    proposed_languages: tuple[str, ...] = element(2, sequence_of(TEXT), default=())
    records_in_selected_char_sets: bool | None = element(3, BOOLEAN, default=None)


def _decode_selected(element: Element) -> tuple[CharacterSet | None]:
    return (CHARACTER_SET.decode(element.only()),)


def _encode_selected(tag: int, selected: tuple[CharacterSet | None]) -> bytes:
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

    selected_char_sets: tuple[CharacterSet | None] | None = element(
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


def unit(response: TargetResponse) -> OtherInformationUnit:
    """What goes into the InitializeResponse."""
    return OtherInformationUnit(
        externally_defined_info=External(
            direct_reference=CHARSET_3, single=RESPONSE.encode(2, response)
        )
    )


def select(proposed: OriginProposal) -> TargetResponse:
    """The first set that is one of ours, and English, where they are proposed."""
    sets = proposed.proposed_char_sets
    agreed = next((s for s in sets if _ours(s) is not None), None)
    records = proposed.records_in_selected_char_sets
    return TargetResponse(
        selected_char_sets=(agreed,) if sets else None,
        selected_language=ENGLISH if ENGLISH in proposed.proposed_languages else None,
        records_in_selected_char_sets=None if records is None else agreed is not None,
    )


def charset(response: TargetResponse) -> Charset | None:
    """The character set that was agreed to."""
    return _ours(response.selected_char_sets[0]) if response.selected_char_sets else None


def _ours(proposed: CharacterSet | None) -> Charset | None:
    if isinstance(proposed, Iso10646):
        return "utf-8" if proposed.encoding_level == UTF_8 else None
    if isinstance(proposed, Private):
        return "marc-8" if proposed.name.strip().casefold() in _MARC_8 else None
    return None
