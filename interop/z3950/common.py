"""What several APDUs of Z39.50-1995 hold: EXTERNAL, other information, diagnostics, records.

The same style as ``apdu``: the ASN.1 production stands above the fields of each class.
"""

from dataclasses import dataclass, replace

from interop.z3950 import ber
from interop.z3950.asn1 import (
    INTEGER,
    OCTETS,
    OID,
    TEXT,
    Sequence,
    Type,
    choice,
    element,
    encode_sequence,
    explicit,
    sequence,
    sequence_of,
    sequence_type,
    tagged,
)
from interop.z3950.ber import Element

DIAGNOSTICS_BIB1 = "1.2.840.10003.4.1"
DIAG_1 = "1.2.840.10003.4.2"  # a DiagnosticFormat inside an EXTERNAL
USER_INFO_1 = "1.2.840.10003.10.3"  # OtherInformation inside an EXTERNAL


def _decode_single(element: Element) -> bytes:
    return element.only().whole()


# [0] EXPLICIT ANY: the value inside, as BER of its own. What it is, the direct reference says.
_ANY: Type[bytes] = Type(0, _decode_single, ber.constructed, lambda v: f"{len(v)} octets of BER")


@sequence
class External(Sequence):
    """
    EXTERNAL ::= [UNIVERSAL 8] IMPLICIT SEQUENCE {           -- the form of 1990
        direct-reference    OBJECT IDENTIFIER OPTIONAL,
        indirect-reference  INTEGER OPTIONAL,
        encoding            CHOICE { single-ASN1-type  [0] ANY,
                                     octet-aligned     [1] IMPLICIT OCTET STRING,
                                     arbitrary         [2] IMPLICIT BIT STRING } }
    """

    direct_reference: str | None = element(ber.OBJECT_IDENTIFIER, OID, default=None)
    indirect_reference: int | None = element(ber.INTEGER, INTEGER, default=None)
    single: bytes | None = element(0, _ANY, default=None)
    octets: bytes | None = element(1, OCTETS, default=None)
    arbitrary: bytes | None = element(2, OCTETS, default=None)


EXTERNAL: Type[External] = sequence_type(External, ber.EXTERNAL)


@sequence
class InfoCategory(Sequence):
    """
    InfoCategory ::= SEQUENCE {
        categoryTypeId  [1] IMPLICIT OBJECT IDENTIFIER OPTIONAL,
        categoryValue   [2] IMPLICIT INTEGER }
    """

    category_type_id: str | None = element(1, OID, default=None)
    category_value: int = element(2, INTEGER, default=0)


@sequence
class OtherInformationUnit(Sequence):
    """
    OtherInformation ::= [201] IMPLICIT SEQUENCE OF SEQUENCE {
        category     [1] IMPLICIT InfoCategory OPTIONAL,
        information  CHOICE { characterInfo          [2] IMPLICIT InternationalString,
                              binaryInfo             [3] IMPLICIT OCTET STRING,
                              externallyDefinedInfo  [4] IMPLICIT EXTERNAL,
                              oid                    [5] IMPLICIT OBJECT IDENTIFIER } }
    """

    category: InfoCategory | None = element(1, sequence_type(InfoCategory), default=None)
    character_info: str | None = element(2, TEXT, default=None)
    binary_info: bytes | None = element(3, OCTETS, default=None)
    externally_defined_info: External | None = element(4, EXTERNAL, default=None)
    oid: str | None = element(5, OID, default=None)


OTHER_INFORMATION = sequence_of(sequence_type(OtherInformationUnit))


@sequence
class DefaultDiagnostic(Sequence):
    """
    DefaultDiagFormat ::= SEQUENCE {
        diagnosticSetId  OBJECT IDENTIFIER,
        condition        INTEGER,
        addinfo          CHOICE { v2Addinfo VisibleString, v3Addinfo InternationalString } }
    """

    diagnostic_set_id: str = element(ber.OBJECT_IDENTIFIER, OID, default=DIAGNOSTICS_BIB1)
    condition: int = element(ber.INTEGER, INTEGER)
    v2_addinfo: str | None = element(ber.VISIBLE_STRING, TEXT, default=None)
    v3_addinfo: str | None = element(ber.GENERAL_STRING, TEXT, default=None)

    @property
    def addinfo(self) -> str:
        """The offending value, in whichever form it came."""
        return self.v3_addinfo or self.v2_addinfo or ""


DEFAULT_DIAGNOSTIC = sequence_type(DefaultDiagnostic)

# DiagRec ::= CHOICE { defaultFormat DefaultDiagFormat, externallyDefined EXTERNAL }
DIAG_REC = choice(
    "DiagRec",
    (ber.SEQUENCE, DEFAULT_DIAGNOSTIC, DefaultDiagnostic),
    (ber.EXTERNAL, EXTERNAL, External),
)


def user_information(diagnostic: DefaultDiagnostic) -> External:
    """A diagnostic as userInformationField of a refused Init: UserInfo-1 around diag-1.

    UserInfo-1 is OtherInformation; DiagnosticFormat is a SEQUENCE OF SEQUENCE { diagnostic [1]
    CHOICE { defaultDiagRec [1] IMPLICIT ... } } (implementor agreement 5).
    """
    record = DEFAULT_DIAGNOSTIC.encode(1, diagnostic)
    format_ = ber.constructed(
        ber.SEQUENCE, ber.constructed(ber.SEQUENCE, ber.constructed(1, record))
    )
    unit = OtherInformationUnit(
        externally_defined_info=External(direct_reference=DIAG_1, single=format_)
    )
    return External(direct_reference=USER_INFO_1, single=OTHER_INFORMATION.encode(201, (unit,)))


@dataclass(frozen=True, slots=True)
class Fragment:
    """A part of a record, at level-2 segmentation (3.3.3): one of the three kinds below."""

    content: External


class StartingFragment(Fragment):
    """From the beginning of its record."""

    __slots__ = ()


class IntermediateFragment(Fragment):
    """With neither end of its record."""

    __slots__ = ()


class FinalFragment(Fragment):
    """To the end of its record."""

    __slots__ = ()


def _decode_fragment(element: Element) -> External:
    """
    FragmentSyntax ::= CHOICE { externallyTagged     EXTERNAL,
                                notExternallyTagged  OCTET STRING }
    """
    if element.tag == ber.OCTET_STRING:
        return External(octets=element.octets())
    return EXTERNAL.decode(element)


def _fragment(tag: int, kind: type[Fragment]) -> Type[Fragment]:
    return Type(
        tag,
        lambda e: kind(_decode_fragment(e.only())),
        lambda own, value: ber.constructed(own, EXTERNAL.encode(ber.EXTERNAL, value.content)),
        lambda value: EXTERNAL.show(value.content),
    )


@sequence
class NamePlusRecord(Sequence):
    """
    NamePlusRecord ::= SEQUENCE {
        name    [0] IMPLICIT DatabaseName OPTIONAL,
        record  [1] CHOICE { retrievalRecord       [1] EXTERNAL,
                             surrogateDiagnostic   [2] DiagRec,
                             startingFragment      [3] FragmentSyntax,
                             intermediateFragment  [4] FragmentSyntax,
                             finalFragment         [5] FragmentSyntax } }
    """

    name: str | None = element(0, TEXT, default=None)
    record: External | DefaultDiagnostic | Fragment = element(
        1,
        explicit(
            choice(
                "NamePlusRecord",
                (1, explicit(EXTERNAL), External),
                (2, explicit(DIAG_REC), DefaultDiagnostic),
                (3, _fragment(3, StartingFragment), StartingFragment),
                (4, _fragment(4, IntermediateFragment), IntermediateFragment),
                (5, _fragment(5, FinalFragment), FinalFragment),
            )
        ),
    )


class ReadyRecord(NamePlusRecord):
    """A record whose octets are at hand. ``encoded``: under the tag of SEQUENCE, as it stands in a
    response; ``size``: what it counts for in a message.
    """

    __slots__ = ("encoded", "size")
    encoded: bytes
    size: int

    @classmethod
    def of(cls, record: NamePlusRecord, encoded: bytes, size: int) -> "ReadyRecord":
        made = cls(name=record.name, record=record.record)
        object.__setattr__(made, "encoded", encoded)  # it is frozen, as all APDUs are
        object.__setattr__(made, "size", size)
        return made


def _encode_name_plus_record(tag: int, value: NamePlusRecord) -> bytes:
    """A record as octets, which nearly all are, in the few steps that it takes; others as usual."""
    if isinstance(value, ReadyRecord) and tag == ber.SEQUENCE:
        return value.encoded
    body, name = value.record, value.name
    if not isinstance(body, External) or body.octets is None or body.direct_reference is None:
        return encode_sequence(tag, value)
    rest = (body.indirect_reference, body.single, body.arbitrary)
    if rest != (None, None, None):
        return encode_sequence(tag, value)
    oid = ber.oid(ber.OBJECT_IDENTIFIER, body.direct_reference)
    external = ber.constructed(ber.EXTERNAL, oid, ber.primitive(1, body.octets))
    record = ber.constructed(1, ber.constructed(1, external))
    return ber.constructed(tag, b"" if name is None else ber.text(0, name), record)


NAME_PLUS_RECORD = replace(sequence_type(NamePlusRecord), encode=_encode_name_plus_record)
DATABASE_NAMES = sequence_of(tagged(105, TEXT))  # DatabaseName ::= [105] IMPLICIT


@sequence
class DatabaseElementSet(Sequence):
    """One line of ElementSetNames for several databases."""

    database_name: str = element(105, TEXT)
    element_set_name: str = element(103, TEXT)


# ElementSetNames ::= CHOICE {
#     genericElementSetName  [0] IMPLICIT InternationalString,
#     databaseSpecific       [1] IMPLICIT SEQUENCE OF SEQUENCE {
#         dbName DatabaseName, esn ElementSetName } }           -- [105] and [103]
ElementSetNames = str | tuple[DatabaseElementSet, ...]
ELEMENT_SET_NAMES = choice(
    "ElementSetNames",
    (0, TEXT, str),
    (1, sequence_of(sequence_type(DatabaseElementSet)), tuple),
)


@sequence
class Specification(Sequence):
    """
    Specification ::= SEQUENCE {
        schema       CHOICE { oid [1] IMPLICIT OBJECT IDENTIFIER,
                              uri [300] IMPLICIT InternationalString } OPTIONAL,
        elementSpec  [2] CHOICE { elementSetName  [1] IMPLICIT InternationalString,
                                  externalEspec   [2] IMPLICIT EXTERNAL } OPTIONAL }
    """

    schema_oid: str | None = element(1, OID, default=None)
    schema_uri: str | None = element(300, TEXT, default=None)
    element_spec: str | External | None = element(
        2, explicit(choice("elementSpec", (1, TEXT, str), (2, EXTERNAL, External))), default=None
    )


SPECIFICATION = sequence_type(Specification)
