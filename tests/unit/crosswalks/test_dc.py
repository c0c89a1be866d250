"""Dublin Core for SRU: the elements of ``oai_dc`` in another root."""

from lxml import etree

from interop.crosswalks import dc, oai_dc
from interop.formats.oai_dc import FORMAT
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


def test_both_are_read_alike():
    written = [crosswalk.CROSSWALK.write(RECORD) for crosswalk in (dc, oai_dc)]
    assert FORMAT.read(written[0]) == FORMAT.read(written[1])
