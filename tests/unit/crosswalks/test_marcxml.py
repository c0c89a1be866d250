"""MARCXML as a crosswalk: lossless, and the fast way gives the same bytes."""

from interop.crosswalks import marcxml
from interop.explain import reader
from interop.marc import iso2709
from tests.unit.crosswalks.mrk import record

RECORD = record(
    "=001  1\n=245  10$aTruyện Kiều &$b<thơ> 𢆥\n=541  1\\$aBiếu\n=952  \\\\$p000123$p000124"
)


def test_nothing_is_lost():
    assert reader("marcxml")(marcxml.write(RECORD)).fields == RECORD.fields


def test_fast_way():
    assert marcxml.CROSSWALK.from_canonical(iso2709.encode(RECORD)) == marcxml.write(RECORD)


def test_schema_location_on_the_root():
    start = marcxml.write(RECORD).partition(b">")[0]
    assert start.count(b"xmlns=") == 1
    assert b"http://www.loc.gov/MARC21/slim http://www.loc.gov/standards/marcxml/" in start
