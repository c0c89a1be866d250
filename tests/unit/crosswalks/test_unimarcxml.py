"""UNIMARC in XML is the record of ISO 2709."""

from lxml import etree

from interop.crosswalks import unimarc, unimarcxml
from interop.marc import iso2709
from tests.unit.crosswalks.mrk import record

NS = {"m": unimarcxml.NAMESPACE}


def test_same_record_as_in_iso_2709():
    marc = record("=001  1\n=100  1\\$aHugo, Victor\n=245  10$aA & B :$bc /$cd\n=650  \\7$aX$2ram")
    root = etree.fromstring(unimarcxml.write(marc))
    assert root.get("format") == "UNIMARC"
    leader = root.findtext("m:leader", None, NS)
    assert len(leader) == 24 and leader[20:] == "450 "
    expected = iso2709.decode(unimarc.write(marc))
    found = [
        (field.get("tag"), [(sub.get("code"), sub.text) for sub in field])
        for field in root.findall("m:datafield", NS)
    ]
    assert found == [(f.tag, list(f.subfields)) for f in expected.fields if f.tag != "001"]
