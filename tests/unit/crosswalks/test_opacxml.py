"""The OPAC record in XML says what the binary one says."""

from lxml import etree

from interop.crosswalks import opacxml
from interop.marc.holdings import read_holdings
from interop.marc.marcxml import read
from interop.z3950.record_syntaxes.opac import holdings
from tests.unit.crosswalks.mrk import record

NS = {"o": opacxml.NAMESPACE}
RECORD = record(
    "=245  10$aTruyện Kiều\n"
    "=852  \\\\$aQTI$bCS1$cKho$h895$p1$0(QTI)17$9available=yes$xSECRET\n"
    "=852  \\\\$aQTI$bCS1$cKho$h895$p2$0(QTI)17$9due=2026-12-01$9available=no$9status=on hold\n"
    "=852  \\\\$aNLV$cBáo & tạp chí$0(NLV)9$9summary=1985-1999$zĐọc tại chỗ"
)
# Element of YAZ's form and attribute of the type in ASN.1.
PLACE = {
    "nucCode": "nuc_code",
    "localLocation": "local_location",
    "shelvingLocation": "shelving_location",
    "callNumber": "call_number",
    "copyNumber": "copy_number",
    "publicNote": "public_note",
    "enumAndChron": "enum_and_chron",
}
ITEM = {
    "availabilityDate": "availability_date",
    "restrictions": "restrictions",
    "itemId": "item_id",
    "enumAndChron": "enum_and_chron",
}
FLAGS = {"availableNow": "available_now", "renewable": "renewable", "onHold": "on_hold"}


def test_same_as_the_opac_record_of_z3950():
    written = opacxml.write(RECORD)
    found = etree.fromstring(written).findall("o:holdings/o:holding", NS)
    expected = holdings(read_holdings(RECORD, ""))
    assert len(found) == len(expected) == 2
    for element, place in zip(found, expected, strict=True):
        for name, attribute in PLACE.items():
            assert element.findtext(f"o:{name}", None, NS) == getattr(place, attribute)
        items = element.findall("o:circulations/o:circulation", NS)
        for item, said in zip(items, place.circulation_data, strict=True):
            for name, attribute in ITEM.items():
                assert item.findtext(f"o:{name}", None, NS) == getattr(said, attribute)
            for name, attribute in FLAGS.items():
                value = item.find(f"o:{name}", NS).get("value")
                assert value == str(int(getattr(said, attribute)))
    assert b"SECRET" not in written


def test_has_the_record_and_no_holdings_where_none_are_known():
    bare = record("=245  10$aSách")
    root = etree.fromstring(opacxml.write(bare))
    inner = etree.tostring(root.find("o:bibliographicRecord", NS)[0])
    assert read(inner).fields == bare.fields
    assert len(root.find("o:holdings", NS)) == 0
