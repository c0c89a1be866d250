"""Holdings after ISO 20775: one element for a library's branch, one copy for an item."""

from lxml import etree

from interop.crosswalks import isohold
from tests.unit.crosswalks.mrk import record

NS = {"h": isohold.NAMESPACE}


def _root(text):
    return etree.fromstring(isohold.write(record(text)))


def test_copies_of_a_branch_are_counted_and_told_apart():
    root = _root(
        "=852  \\\\$aQTI$bCS1$cKho$h895$p1$0(QTI)17$9available=yes\n"
        "=852  \\\\$aQTI$bCS1$cKho$h895$p2$0(QTI)17$9due=2026-12-01$9available=no\n"
        "=852  \\\\$aNLV$cBáo$0(NLV)9$9summary=1985-1999$zĐọc tại chỗ$xSECRET"
    )
    first, second = root
    assert first.findtext("h:institutionIdentifier/h:value", None, NS) == "QTI"
    assert first.findtext("h:physicalLocation", None, NS) == "CS1"
    assert first.findtext(".//h:copiesCount", None, NS) == "2"
    assert first.findtext(".//h:availableCount", None, NS) == "1"
    assert [e.text for e in first.iterfind(".//h:pieceIdentifier/h:value", NS)] == ["1", "2"]
    assert [e.text for e in first.iterfind(".//h:availabilityStatus", NS)] == ["1", "2"]
    assert first.findtext(".//h:dateTimeAvailable", None, NS) == "2026-12-01T00:00:00"
    assert second.find(".//h:availabilityInformation", NS) is None
    assert second.findtext(".//h:enumerationAndChronology/h:text", None, NS) == "1985-1999"
    assert b"SECRET" not in etree.tostring(root)


def test_a_link_is_an_electronic_holding_and_nothing_is_no_holding():
    root = _root("=003  VN-QTI\n=856  40$uhttp://a.vn/x?a=1&b=2\n=856  40$uhttp://[x")
    locators = root.findall(".//h:electronicLocator", NS)
    assert locators[0].findtext("h:pointer", None, NS) == "http://a.vn/x?a=1&b=2"
    assert locators[1].findtext("h:text", None, NS) == "http://[x"
    assert root.findtext(".//h:institutionIdentifier/h:value", None, NS) == "VN-QTI"
    assert len(_root("=245  00$aSách")) == 0


def test_whose_it_is_and_which_it_is_are_always_said():
    root = _root("=852  \\\\$h895")
    assert [e.text for e in root.iterfind(".//h:value", NS)] == ["unknown", "1"]
