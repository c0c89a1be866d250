"""Dublin Core for SRU: the elements of ``oai_dc`` in another root."""

from lxml import etree

from interop.crosswalks import dc, oai_dc
from tests.unit.crosswalks.mrk import record

RECORD = record("=100  0\\$aNguyễn Du\n=245  10$aTruyện Kiều :$bthơ\n=653  \\\\$aThơ")


def test_same_elements_as_oai_dc():
    def inner(data):
        return [(child.tag, child.text) for child in etree.fromstring(data)]

    assert inner(dc.CROSSWALK.write(RECORD)) == inner(oai_dc.CROSSWALK.write(RECORD))
    assert len(inner(dc.CROSSWALK.write(RECORD))) == 4


def test_root():
    root = etree.fromstring(dc.CROSSWALK.write(RECORD))
    assert (root.tag, root.prefix) == ("{info:srw/schema/1/dc-schema}dc", "srw_dc")


def test_reads_its_own_root_only():
    assert dc.read(dc.CROSSWALK.write(RECORD)) == oai_dc.read(oai_dc.CROSSWALK.write(RECORD))
    try:
        dc.read(oai_dc.CROSSWALK.write(RECORD))
    except ValueError as error:
        assert "expected {info:srw/schema/1/dc-schema}dc" in str(error)
    else:
        raise AssertionError("read a root of another schema")
