"""OPAC: the record, its holdings, its items."""

from pathlib import Path

import asn1tools
import pytest

from interop.marc import iso2709_marc8
from interop.marc.iso2709 import decode, encode
from interop.marc.record import ControlField, DataField, MarcRecord
from interop.model.holding import Holding
from interop.model.record import RecordId, Stored
from interop.z3950.record_syntaxes import Composition
from interop.z3950.record_syntaxes.opac import holdings, pack
from tests.unit.z3950.fakes import LEADER

ASN1 = Path(__file__).resolve().parents[4] / "schemas" / "z3950" / "z3950.asn"


@pytest.fixture(scope="module")
def oracle():
    return asn1tools.compile_files(str(ASN1), "ber")


def stored(*fields: DataField, database: str = "hue") -> Stored:
    title = DataField("245", "1", "0", (("a", "Truyện Kiều"),))
    marc = encode(MarcRecord(LEADER, (ControlField("001", "1"), title, *fields)))
    return Stored(1, RecordId(database, "1"), 1, 0, False, (), marc)


def item(**subfields: str) -> DataField:
    return DataField("952", " ", " ", tuple((code.strip("_"), v) for code, v in subfields.items()))


def test_items_of_one_place_are_together(oracle):
    """Two items on one shelf, one of them on loan; a third elsewhere."""
    record = stored(
        item(a="CN", c="kho A", o="895.922", p="001", _0="0", _1="0", _4="0", _7="0"),
        item(a="CN", c="kho A", o="895.922", p="002", q="2026-12-24"),
        item(a="TT", c="kho B", o="895.922", p="003"),
    )
    (packed,) = pack([record], Composition(), None)
    value = oracle.decode("OPACRecord", packed.single)
    assert decode(value["bibliographicRecord"]["encoding"][1]).control("001") == "1"
    one, two = (data[1] for data in value["holdingsData"])
    assert (one["nucCode"], one["localLocation"]) == (b"HUE", b"CN")
    assert (one["shelvingLocation"], one["callNumber"]) == (b"kho A", b"895.922")
    first, second = one["circulationData"]
    assert first["itemId"] == b"001"
    assert second["availableNow"] is False
    assert second["availabilityDate"] == b"2026-12-24"
    assert two["localLocation"] == b"TT"
    assert oracle.encode("OPACRecord", value) == packed.single


def test_a_record_without_holdings(oracle):
    """Mixed with others it is a record all the same."""
    (packed,) = pack([stored()], Composition(), None)
    assert set(oracle.decode("OPACRecord", packed.single)) == {"bibliographicRecord"}


def test_the_union_says_every_library(oracle):
    """Each 852 of the union names its own."""
    fields = [
        DataField("852", " ", " ", (("a", code), ("b", "chính"), ("0", f"({code})9")))
        for code in ("VN-HUE", "VN-QTI")
    ]
    (packed,) = pack([stored(*fields, database="union")], Composition(), None)
    value = oracle.decode("OPACRecord", packed.single)
    assert [data[1]["nucCode"] for data in value["holdingsData"]] == [b"VN-HUE", b"VN-QTI"]


def test_what_nobody_said_is_not_said():
    """No circulation record for an item whose availability is unknown; parts are listed."""
    (data,) = holdings([Holding("A", item="1", enumeration="T.1"), Holding("A", enumeration="T.2")])
    assert data.circulation_data == ()
    assert data.enum_and_chron == "T.1; T.2"


def test_an_item_on_hold():
    """As its status says."""
    held = Holding("A", item="1", status="on hold", available=False, restrictions="")
    ((circulation,),) = [data.circulation_data for data in holdings([held])]
    assert (circulation.on_hold, circulation.restrictions) == (True, "on hold")


def test_marc_8_inside():
    """The record within the OPAC record is in the character set asked for."""
    (packed,) = pack([stored()], Composition(charset="marc-8"), None)
    assert iso2709_marc8.encode(decode(stored().marc)) in packed.single


def test_without_marc():
    """238 in its place."""
    bare = Stored(1, RecordId("hue", "1"), 1, 0, False, (), None)
    (told,) = pack([bare], Composition(), None)
    assert told.condition.bib1 == 238
