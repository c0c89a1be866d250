"""OPAC, 1.2.840.10003.5.102: the MARC record with holdings and circulation.

Z39.50-1995 appendix REC.5 (RecordSyntax-opac). What a library's own record says of its items, or,
in the union, what every library has: one holdings element for each place and call number, with one
circulation record for each item of which somebody said whether it can be had.
"""

from collections.abc import Iterable, Sequence

from interop.diagnostics import Diagnostic
from interop.marc.holdings import read_holdings
from interop.marc.iso2709 import decode, fits
from interop.marc.opac import Place, on_hold, places, restrictions
from interop.marc.record import MarcError
from interop.model.holding import Holding
from interop.model.record import UNION, Stored
from interop.z3950 import ber, strings
from interop.z3950.asn1 import BOOLEAN, TEXT, element, sequence, sequence_of, sequence_type
from interop.z3950.asn1 import Sequence as Asn1Sequence
from interop.z3950.common import EXTERNAL, External
from interop.z3950.record_syntaxes import usmarc
from interop.z3950.record_syntaxes._base import Composition, Packed, RecordSyntax, Render

OID = "1.2.840.10003.5.102"


@sequence
class CircRecord(Asn1Sequence):
    """
    CircRecord ::= SEQUENCE {
        availableNow       [1]  IMPLICIT BOOLEAN,
        availabilityDate   [2]  IMPLICIT InternationalString OPTIONAL,
        availableThru      [3]  IMPLICIT InternationalString OPTIONAL,
        restrictions       [4]  IMPLICIT InternationalString OPTIONAL,
        itemId             [5]  IMPLICIT InternationalString OPTIONAL,
        renewable          [6]  IMPLICIT BOOLEAN,
        onHold             [7]  IMPLICIT BOOLEAN,
        enumAndChron       [8]  IMPLICIT InternationalString OPTIONAL,
        midspine           [9]  IMPLICIT InternationalString OPTIONAL,
        temporaryLocation  [10] IMPLICIT InternationalString OPTIONAL }
    """

    available_now: bool = element(1, BOOLEAN)
    availability_date: str | None = element(2, TEXT, default=None)
    restrictions: str | None = element(4, TEXT, default=None)
    item_id: str | None = element(5, TEXT, default=None)
    renewable: bool = element(6, BOOLEAN)
    on_hold: bool = element(7, BOOLEAN)
    enum_and_chron: str | None = element(8, TEXT, default=None)


@sequence
class HoldingsAndCircData(Asn1Sequence):
    """
    HoldingsAndCircData ::= SEQUENCE {               -- the elements that are sent; all OPTIONAL
        nucCode           [8]  IMPLICIT InternationalString,    -- 852 $a: the library
        localLocation     [9]  IMPLICIT InternationalString,    -- 852 $b
        shelvingLocation  [10] IMPLICIT InternationalString,    -- 852 $c
        callNumber        [11] IMPLICIT InternationalString,    -- 852 $h and $i
        copyNumber        [13] IMPLICIT InternationalString,    -- 852 $t
        publicNote        [14] IMPLICIT InternationalString,    -- 852 $z
        enumAndChron      [17] IMPLICIT InternationalString,    -- 866 and its like
        circulationData   [19] IMPLICIT SEQUENCE OF CircRecord }
    """

    nuc_code: str | None = element(8, TEXT, default=None)
    local_location: str | None = element(9, TEXT, default=None)
    shelving_location: str | None = element(10, TEXT, default=None)
    call_number: str | None = element(11, TEXT, default=None)
    copy_number: str | None = element(13, TEXT, default=None)
    public_note: str | None = element(14, TEXT, default=None)
    enum_and_chron: str | None = element(17, TEXT, default=None)
    circulation_data: tuple[CircRecord, ...] = element(
        19, sequence_of(sequence_type(CircRecord)), default=()
    )


HOLDINGS = sequence_type(HoldingsAndCircData, 2)


def pack(
    records: Sequence[Stored], composition: Composition, _: Render
) -> list[Packed | Diagnostic]:
    """One OPACRecord each; also of a record without holdings."""
    return [_pack(record, composition) for record in records]


def _pack(record: Stored, composition: Composition) -> Packed | Diagnostic:
    if record.marc is None:
        return Diagnostic("record_not_in_syntax", OID)
    marc = usmarc.in_marc8(record) if composition.charset == "marc-8" else record.marc
    if isinstance(marc, Diagnostic):
        return marc
    if marc is None or not fits(marc):
        return Diagnostic("record_too_large", f"{len(record.marc)} octets do not fit ISO 2709")
    # A record of the union says itself which library has what.
    library = "" if record.id.database == UNION else record.id.database.upper()
    try:
        found = read_holdings(decode(record.marc), library)
    except MarcError as error:
        return Diagnostic("record_system_error", str(error))
    data = holdings(found)
    if composition.charset == "marc-8":
        data = strings.recoded(data, strings.write)
    return Packed(single=opac_record(marc, data))


def opac_record(marc: bytes, data: Iterable[HoldingsAndCircData]) -> bytes:
    """
    OPACRecord ::= SEQUENCE {
        bibliographicRecord  [1] IMPLICIT EXTERNAL OPTIONAL,
        holdingsData         [2] IMPLICIT SEQUENCE OF CHOICE {
            marcHoldingsRecord [1] IMPLICIT EXTERNAL,
            holdingsAndCirc    [2] IMPLICIT HoldingsAndCircData } OPTIONAL }
    """
    record = EXTERNAL.encode(1, External(direct_reference=usmarc.OID, octets=marc))
    encoded = [HOLDINGS.encode(2, one) for one in data]
    more = [ber.constructed(2, *encoded)] if encoded else []
    return ber.constructed(ber.SEQUENCE, record, *more)


def holdings(found: Iterable[Holding]) -> tuple[HoldingsAndCircData, ...]:
    """One element for each place and call number, in the order of their first."""
    return tuple(_place(place) for place in places(found))


def _place(place: Place) -> HoldingsAndCircData:
    return HoldingsAndCircData(
        nuc_code=place.library or None,
        local_location=place.branch or None,
        shelving_location=place.location or None,
        call_number=place.call_number or None,
        copy_number=place.copy or None,
        public_note=place.note or None,
        enum_and_chron=place.parts or None,
        circulation_data=tuple(map(_item, place.lent)),
    )


def _item(item: Holding) -> CircRecord:
    """The three BOOLEANs are mandatory; that a loan can be renewed is said by nobody."""
    return CircRecord(
        available_now=bool(item.available),
        availability_date=item.due or None,
        restrictions=restrictions(item) or None,
        item_id=item.item or None,
        renewable=False,
        on_hold=on_hold(item),
        enum_and_chron=item.enumeration or None,
    )


RECORD_SYNTAX = RecordSyntax((OID,), pack, as_stored=lambda _: False)
